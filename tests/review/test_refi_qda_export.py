import re

import pytest
from lxml import etree
from refi_files import MODEL_NAME, NS, SHARED, export, known, parts
from review_examples import (
    MODEL,
    example,
    make_results,
    make_transcript,
    many_codes,
    nested,
    one_text,
)

from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.errors import PipelineError
from nlp_pipeline.exchange import ExportOptions
from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.review.refi_qda import read, write

schemas = pytest.mark.skipif(not SHARED.is_dir(), reason="the schemas are not here")


def by(coder, passage, code, verdict, *, note="", origin=Origin.ASSISTED):
    return Coding(
        transcript_id=passage.transcript_id,
        start=passage.start,
        end=passage.end,
        code=code,
        coder=coder,
        origin=origin,
        verdict=verdict,
        note=note,
    )


def boom():
    return make_results(
        make_transcript(
            "a/Gesprek.pdf", [("R", "Wachten duurt lang 🙂, hè.", ("waiting", "care"))]
        ),
        make_transcript("a/Gesprek.docx", [("R", "Fine <now> & then.", ("who1",))]),
        codebook=nested(),
    )


def both():
    """Return a codebook in which a facet and two codes have one name."""
    codes = (Code(id="time", label={"en": "Time"}), Code(id="hours", label={"en": "time"}))
    return Codebook(name="b", version="1", facets=(Facet(id="time", codes=codes),))


CASES = {
    "rmic": lambda: example(title="Wijk & co"),
    "nested": boom,
    "forty": lambda: one_text("Ja.", codes=("c0", "c39"), codebook=many_codes()),
    "one name": lambda: one_text("Ja.", codes=("time", "hours"), codebook=both()),
    "nothing coded": lambda: one_text("Ja.", codes=()),
    "no transcripts": lambda: make_results(),
}


def decisions_for(results):
    passages, codes = results.passages, results.codebook.code_ids
    if not passages:
        return []
    return [
        by("Anna", passages[0], codes[0], "accepted", note="zie p. 3 <&> 🙂"),
        by("Bob", passages[0], codes[1], "added", origin=Origin.BLIND),
        by("Bob", passages[-1], None, "seen"),
        by("Anna", passages[-1], codes[0], "rejected"),
    ]


@schemas
@pytest.mark.parametrize("blind", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_a_project_is_valid(tmp_path, case, blind):
    results = CASES[case]()
    attributes = {t.id: {"Rol": "huisarts", "Ronde": "2"} for t in results.transcripts[:1]}
    path = export(
        results,
        tmp_path / "p.qdpx",
        decisions_for(results),
        blind=blind,
        coder="Anna",
        language="nl",
        attributes=attributes,
    )
    schema = etree.XMLSchema(etree.parse(SHARED / "Project-v1.0.xsd"))
    schema.assertValid(etree.fromstring(parts(path)["project.qde"]))


@schemas
@pytest.mark.parametrize("case", CASES)
def test_a_codebook_alone_is_valid_and_is_recognised(tmp_path, case):
    results = CASES[case]()
    path = export(results, tmp_path / "b.qdc")
    schema = etree.XMLSchema(etree.parse(SHARED / "Codebook-v1.0.xsd"))
    schema.assertValid(etree.fromstring(path.read_bytes()))
    back = read(path, known(results))
    assert (back.found, back.not_taken, len(back.notes)) == ((), (), 1)


@pytest.mark.parametrize("case", CASES)
def test_another_reader_of_the_format_finds_the_same(tmp_path, case):
    project_file = pytest.importorskip("pyrefiqda").RefiProject
    results = CASES[case]()
    path = export(results, tmp_path / "p.qdpx", decisions_for(results))
    project = project_file.load(path, extract_dir=str(tmp_path / "unpacked"))
    users = {user.guid: user.name for user in project.users.user}
    names, waiting = {}, list(project.code_book.codes.code)
    while waiting:
        code = waiting.pop()
        names[code.guid] = code.name
        waiting += code.code
    found = []
    for source in project.sources.text_source if project.sources else ():
        file = source.plain_text_path.removeprefix("internal://")
        text = (tmp_path / "unpacked" / "sources" / file).read_bytes().decode("utf-8")
        for selection in source.plain_text_selection:
            quote = text[selection.start_position : selection.end_position]
            user = users[selection.creating_user]
            found += [(quote, names[c.code_ref.target_guid], user) for c in selection.coding]
    codes = {code.id: code.name("en") for code in results.codebook}
    if case == "one name":
        codes = {"time": "Time (time)", "hours": "time (hours)"}
    expected = [
        (row.passage.text, codes[code], MODEL_NAME)
        for row in results.rows
        for code in row.suggested
    ]
    texts = {(p.transcript_id, p.start): p.text for p in results.passages}
    expected += [
        (
            texts[d.transcript_id, d.start],
            codes.get(d.code, "Seen, no code"),
            d.coder,
        )
        for d in decisions_for(results)
        if d.verdict != "rejected"
    ]
    assert sorted(found) == sorted(expected)


def test_the_same_export_has_the_same_bytes_and_every_guid_once(tmp_path):
    results = example()
    first = export(results, tmp_path / "a.qdpx", decisions_for(results))
    second = export(results, tmp_path / "b.qdpx", decisions_for(results))
    assert first.read_bytes() == second.read_bytes()
    own = re.findall(rb'guid="([^"]+)"', parts(first)["project.qde"])
    assert len(own) == len(set(own))
    assert all(guid == guid.upper() for guid in own)


def test_texts_travel_as_they_are_and_codes_stay_nested(tmp_path):
    results = boom()
    content = parts(export(results, tmp_path / "p.qdpx"))
    root = etree.fromstring(content["project.qde"])
    for source, transcript in zip(root.iter(f"{NS}TextSource"), results.transcripts, strict=True):
        file = f"sources/{source.get('guid')}.txt"
        assert content[file] == transcript.text.encode("utf-8")
    names = {source.get("name") for source in root.iter(f"{NS}TextSource")}
    assert names == {"a - Gesprek (pdf)", "a - Gesprek (docx)"}
    waiting = next(c for c in root.iter(f"{NS}Code") if c.get("name") == "Wachten")
    above = [code.get("name") for code in waiting.iterancestors(f"{NS}Code")]
    assert above == ["Toegang", "Zorg", "Thema"]


def test_attributes_are_variables_of_the_source_and_of_its_case(tmp_path):
    results = example()
    first = results.transcripts[0]
    path = export(results, tmp_path / "p.qdpx", attributes={first.id: {"Groep": "huisarts"}})
    root = etree.fromstring(parts(path)["project.qde"])
    names = {v.get("guid"): v.get("name") for v in root.iter(f"{NS}Variable")}
    for holder in (root.find(f".//{NS}TextSource"), root.find(f".//{NS}Case")):
        values = holder.findall(f"{NS}VariableValue")
        assert {names[v[0].get("targetGUID")]: v[1].text for v in values} == {
            "Groep": "huisarts",
            "Language": "nl",
        }


def test_a_blind_file_shows_passages_and_nothing_of_the_model_or_of_others(tmp_path):
    results = example()
    options = ExportOptions(created_at="", blind=True, coder="Anna")
    path = tmp_path / "p.qdpx"
    warnings = write(results, decisions_for(results), path, options=options)
    assert "2 earlier decision(s) left out" in warnings[0]
    whole = parts(path)["project.qde"].decode("utf-8")
    assert MODEL not in whole
    assert "Bob" not in whole
    root = etree.fromstring(whole.encode("utf-8"))
    marked = [s for s in root.iter(f"{NS}PlainTextSelection") if s.get("creatingUser") != ""]
    places = {(int(s.get("startPosition")), int(s.get("endPosition"))) for s in marked}
    assert {(p.start, p.end) for p in results.passages} <= places
    assert not any(f.shown for f in read(path, known(results)).found)


def test_what_cannot_be_written_or_may_be_misread_is_told(tmp_path):
    results = one_text("Ja 🙂 hoor.")
    stray = by("Anna", results.passages[0], "nowhere", "added")
    options = ExportOptions(created_at="", line_ends="crlf")
    warnings = write(results, [stray], tmp_path / "p.qdpx", options=options)
    assert [warning.split()[0] for warning in warnings] == ["1", "1", "line"]
    with pytest.raises(PipelineError, match="choose one of: en, nl"):
        export(results, tmp_path / "q.qdpx", language="fr")
    assert not (tmp_path / "q.qdpx").exists()
