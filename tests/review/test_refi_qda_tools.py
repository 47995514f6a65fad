"""Files in the shape that each tool gives them, and files that nobody should open."""

import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refi_files import SHARED, Work, decided, export, known, pack, parts, position, tool_qde
from review_examples import example, make_results, make_transcript, nested, rmic

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.canonical import canonical
from nlp_pipeline.records import Origin
from nlp_pipeline.review.refi_qda import container, read
from nlp_pipeline.review.refi_qda.texts import text_hash

SAID = "Ja 🙂 dat klopt.\nHet liep vast op het geld, hè? 🙃\n\nEn toen ging het in één keer beter."
LATE = "het in één keer"
MONEY = "vast op het geld"


@pytest.fixture
def results():
    return make_results(make_transcript("wijk/Gesprek 3.docx", [("R", canonical(SAID), ())]))


def span_of(text, words):
    start = text.index(words)
    return start, start + len(words)


def tool_file(path, raw, text, wanted, *, origin, way, titles=True, **more):
    """Write a project; ``wanted`` are (words, code name), ``way`` is how the tool counts."""
    selections = []
    for words, code in wanted:
        start, end = (position(raw, place, **way) for place in span_of(text, words))
        selections.append((start, end, code, words if titles else ""))
    file = more.get("file", "A1B2.txt")
    qde = tool_qde(
        [(more.get("name", "Gesprek 3"), more.get("scheme", "internal://") + file, selections)],
        origin=origin,
        codes=more.get("codes", [("Valence", "Barrier"), ("Level of integration", "System")]),
        more=more.get("extra", ""),
    )
    content = {
        more.get("qde", "project.qde"): qde,
        f"{more.get('folder', 'sources')}/{file}": raw.encode(more.get("encoding", "utf-8")),
    }
    return pack(path, content | more.get("beside", {}))


NVIVO = {"utf16": True, "crlf_is_two": True}
POINTS = {"utf16": False, "crlf_is_two": True}
LINES = {"utf16": False, "crlf_is_two": False}
TOOLS = {
    "NVivo for Windows": {
        "origin": "NVivo 14 for Windows",
        "way": NVIVO,
        "crlf": True,
        "mark": True,
        "folder": "Sources",
        "titles": False,
        "beside": {"Sources/A1B2.docx": b"PK"},
    },
    "NVivo for Mac": {
        "origin": "NVivo Mac",
        "way": NVIVO,
        "titles": False,
        "beside": {"sources/.root": b"", "sources/A1B2.docx": b"PK"},
    },
    "MAXQDA": {"origin": "MAXQDA 24", "way": LINES, "titles": False},
    "ATLAS.ti": {
        "origin": "ATLAS.ti for Windows 23.2",
        "way": LINES,
        "crlf": True,
        "qde": "Mijn project.qde",
    },
    "QualCoder": {"origin": "QualCoder 3.7", "way": POINTS, "mark": True},
    "QualCoder for MAXQDA": {"origin": "QualCoder 3.7", "way": LINES, "crlf": True},
    "a tool without a scheme": {"origin": "qc", "way": POINTS, "scheme": ""},
    "an unknown tool": {"origin": "", "way": NVIVO, "crlf": True},
    "an unknown tool that counts the mark": {
        "origin": "x",
        "way": {**LINES, "counts_mark": True},
        "mark": True,
    },
    "a tool with another folder": {"origin": "MAXQDA 24", "way": LINES, "folder": "SOURCES"},
}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_each_tool_writes_is_read_at_the_same_characters(results, tmp_path, tool):
    more = dict(TOOLS[tool])
    text = results.transcripts[0].text
    raw = "\ufeff" if more.pop("mark", False) else ""
    raw += text.replace("\n", "\r\n") if more.pop("crlf", False) else text
    wanted = [(MONEY, "Barrier"), (MONEY, "System"), (LATE, "System")]
    path = tool_file(tmp_path / "t.qdpx", raw, text, wanted, **more)
    back = read(path, known(results))
    money, late = span_of(text, MONEY), span_of(text, LATE)
    assert decided(back) == sorted(
        [
            (*money, "barrier", "added", "Anna"),
            (*money, "system", "added", "Anna"),
            (*late, "system", "added", "Anna"),
        ]
    )
    assert {f.quote for f in back.found} == {MONEY, LATE}
    assert {f.text_sha256 for f in back.found} == {text_hash(text)}
    assert {f.transcript for f in back.found} == {results.transcripts[0].id}
    assert {f.origin for f in back.found} == {Origin.IMPORTED}
    assert re.search("positions (count|are the same)", back.notes[1])


@settings(max_examples=30)
@given(
    st.lists(st.sampled_from(["🙂", "geld", "één", "wij", "\n", "."]), min_size=3, max_size=25),
    st.sampled_from([NVIVO, POINTS, LINES]),
    st.booleans(),
    st.booleans(),
)
def test_names_of_selections_tell_how_any_tool_counts(tmp_path_factory, said, way, crlf, mark):
    text = canonical(" ".join(said) + " het einde")
    results = make_results(make_transcript("Gesprek 3.txt", [("R", text, ())]))
    text = results.transcripts[0].text
    raw = ("\ufeff" if mark else "") + (text.replace("\n", "\r\n") if crlf else text)
    path = tmp_path_factory.mktemp("t") / "t.qdpx"
    tool_file(path, raw, text, [("het einde", "Barrier")], origin="", way=way)
    back = read(path, known(results))
    assert decided(back) == [(*span_of(text, "het einde"), "barrier", "added", "Anna")]


def test_positions_that_nothing_explains_are_refused(results, tmp_path):
    text = "🙂🙂 " + "x" * 30
    results = make_results(make_transcript("a.txt", [("R", text, ())]))
    text = results.transcripts[0].text
    qde = tool_qde(
        [("a", "internal://A.txt", [(8, 12, "Barrier", "")])], origin="", codes=[("Barrier",)]
    )
    path = pack(tmp_path / "t.qdpx", {"project.qde": qde, "sources/A.txt": text})
    with pytest.raises(InputError, match=r"t\.qdpx: positions in this file can count in 2 ways"):
        read(path, known(results))


def test_old_encodings_and_text_inside_the_xml_are_read(results, tmp_path):
    said = "Het liep vast op één euro."
    results = make_results(make_transcript("g.txt", [("R", said, ())]))
    text = results.transcripts[0].text
    old = tool_file(
        tmp_path / "old.qdpx", text, text, [("één euro", "Barrier")], origin="", way=POINTS,
        encoding="cp1252",
    )  # fmt: skip
    inside = tool_qde(
        [("g", text, [(*span_of(text, "één euro"), "Barrier", "")])],
        origin="x",
        codes=[("Barrier",)],
        content=True,
    )
    path = pack(tmp_path / "in.qdpx", {"project.qde": inside})
    for file in (old, path):
        (found,) = read(file, known(results)).found
        assert (found.quote, found.transcript) == ("één euro", results.transcripts[0].id)


def test_an_empty_codebook_and_no_sources_are_no_error(results, tmp_path):
    path = pack(tmp_path / "t.qdpx", {"p.qde": tool_qde([], origin="qc", codes=[], users=())})
    assert read(path, known(results)).found == ()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the files are not here")
@pytest.mark.parametrize("file", sorted(SHARED.glob("*.qdpx")), ids=lambda path: path.stem)
def test_files_of_atlas_ti_are_read(results, file):
    back = read(file, known(results))
    assert back.found == ()
    codes = [lost.reason for lost in back.not_taken if lost.place == "codebook"]
    assert len(codes) == (3 if "codes" in file.stem else 0)


def test_everything_that_is_not_taken_is_listed(results, tmp_path):
    text = results.transcripts[0].text
    guid = "11111111-1111-4111-8111-111111111111"
    extra = (
        f'<Notes><Note guid="{guid}" name="m"/></Notes><Links><Link guid="{guid}"/></Links>'
        f'<Sets><Set guid="{guid}" name="s"/></Sets><Graphs><Graph guid="{guid}"/></Graphs>'
    )
    path = tool_file(
        tmp_path / "t.qdpx", text, text, [(MONEY, "Barrier"), (LATE, "Own")], origin="MAXQDA",
        way=LINES, codes=[("Barrier",), ("Own",)], extra=extra,
    )  # fmt: skip
    media = (
        f'<PictureSource guid="{guid}"/><PDFSource guid="{guid}"/><AudioSource guid="{guid}"/>'
        f'<VideoSource guid="{guid}"/><TextSource guid="{guid}" name="elsewhere" '
        'plainTextPath="relative:///x.txt"/></Sources>'
    )
    memo = f'<PlainTextSelection guid="{guid}" startPosition="0" endPosition="2"/>'
    outside = memo.replace('"2"/>', f'"999"><Coding guid="{guid}"><CodeRef targetGUID="')
    content = parts(path)
    qde = content["project.qde"].decode()
    barrier = re.search('<Code guid="([^"]+)" name="Barrier"', qde)[1]
    outside += f'{barrier}"/></Coding></PlainTextSelection>'
    whole = f'<Coding guid="{guid}"><CodeRef targetGUID="{barrier}"/></Coding></TextSource>'
    qde = qde.replace("</TextSource>", memo + outside + whole).replace("</Sources>", media)
    back = read(pack(path, content | {"project.qde": qde}), known(results))
    assert [f.code for f in back.found] == ["barrier"]
    reasons = " | ".join(lost.reason for lost in back.not_taken)
    for what in (
        'code "Own" is not in the codebook', "1 coding(s) with Own", "outside the text",
        "1 selection(s) without a code", "1 coding(s) of the whole document", "1 memo(s)",
        "1 link(s)", "1 set(s)", "1 map(s)", "1 picture(s)", "1 PDF document(s)",
        "1 recording(s)", "1 video(s)", "its plain text is not in the file",
    ):  # fmt: skip
        assert what in reasons
    assert MONEY not in reasons


def test_codes_are_known_by_their_path_in_any_language_not_by_their_guid(tmp_path):
    codebook = nested()
    results = make_results(
        make_transcript("a.txt", [("R", "een twee drie vier", ())]), codebook=codebook
    )
    text = results.transcripts[0].text
    codes = [("Thema", "Zorg", "TOEGANG"), ("who", "who1"), ("Anders", "Wachten"), ("Moment 1",)]
    wanted = [("een", "TOEGANG"), ("twee", "who1"), ("drie", "Wachten"), ("vier", "Moment 1")]
    path = tool_file(tmp_path / "t.qdpx", text, text, wanted, origin="qc", way=POINTS, codes=codes)
    back = read(path, known(results))
    assert [f.code for f in back.found] == ["access", "who1", "when1"]
    assert any('"Anders > Wachten"' in lost.reason for lost in back.not_taken)


def test_a_codebook_of_another_study_says_what_is_new_and_what_lacks(tmp_path):
    results = example()
    path = export(make_results(codebook=nested()), tmp_path / "b.qdc")
    back = read(path, known(results))
    assert back.found == ()
    assert 'code "Thema > Zorg" is not in the codebook' in back.not_taken[0].reason or any(
        "Zorg" in lost.reason for lost in back.not_taken
    )
    assert "barrier" in back.notes[-1]
    assert rmic().code_ids[0] == "barrier"


BAD = {
    "no zip": (b"<Project/>", "expected a REFI-QDA project"),
    "cut off": (None, "damaged or cut off"),
    "no qde": ({"a.txt": "x"}, "found no .qde file"),
    "two qde": ({"a.qde": "x", "b.qde": "x"}, "found 2 .qde files"),
    "qde in a folder": ({"x/a.qde": "x"}, "found no .qde file"),
    "no xml": ({"a.qde": "x"}, "not well-formed XML"),
    "another root": ({"a.qde": "<CodeBook/>"}, "root element Project"),
    "outside": ({"a.qde": "<Project/>", "../x.txt": "x"}, "points outside"),
    "absolute": ({"a.qde": "<Project/>", "/etc/x": "x"}, "points outside"),
    "a DTD": (
        {"a.qde": '<!DOCTYPE Project [<!ENTITY a "b">]><Project name="&a;"/>'},
        "document type",
    ),
    "a path outside": (
        {"a.qde": tool_qde([("a", "internal://../../x", [])], origin="", codes=[])},
        "leads outside",
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_file_is_refused_by_its_name(results, tmp_path, fault):
    content, reason = BAD[fault]
    path = tmp_path / "bad.qdpx"
    if isinstance(content, dict):
        pack(path, content)
    elif content is None:
        path.write_bytes(export(results, tmp_path / "good.qdpx").read_bytes()[:-40])
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=re.escape(reason)) as raised:
        read(path, known(results))
    assert "bad.qdpx" in str(raised.value)


def test_a_bomb_is_refused(results, tmp_path, monkeypatch):
    monkeypatch.setattr(container, "MAX_TEXTS", 1000)
    work = Work(export(results, tmp_path / "bomb.qdpx"))
    file = f"sources/{work.source().get('guid')}.txt"
    with zipfile.ZipFile(work.path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", work.parts["project.qde"])
        archive.writestr(file, b"a" * 100_000)
    with pytest.raises(InputError, match=r"bomb\.qdpx: the texts unpack to more than"):
        read(work.path, known(results))


@pytest.mark.parametrize("name", ["none.qdpx", "none.qdc"])
def test_a_missing_file_and_a_codebook_that_is_none_are_refused(results, tmp_path, name):
    with pytest.raises(InputError, match=f"{name}: cannot be read"):
        read(tmp_path / name, known(results))
    (tmp_path / "b.qdc").write_text("<CodeBook>", encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.qdc: not well-formed"):
        read(tmp_path / "b.qdc", known(results))
