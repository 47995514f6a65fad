"""QualCoder's and Taguette's own files: positions, coders, and what has no place."""

import sqlite3
import unicodedata
from contextlib import closing
from functools import cache
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outside_files import (
    TAGUETTE,
    fill,
    known,
    qualcoder,
    reasons,
    said,
    taguette,
    utf16,
)
from review_examples import example, make_results, make_transcript, nested, one_text

from nlp_pipeline.errors import InputError
from nlp_pipeline.review.opening import data_file, read_review
from nlp_pipeline.review.outside.letters import Letters
from nlp_pipeline.review.outside.markup import markup_text

interviews = cache(example)
CALL = "Je belt gewoon even."
WALK = "You just walk over."
EMOJI = "Ja 😀 dat is geld. En 👩\u200d⚕️ geld, ja geld."


def texts(results):
    return [t.text for t in results.transcripts]


def place(text, words, at=0):
    start = text.index(words, at)
    return start, start + len(words)


def test_a_qualcoder_project_of_several_coders(tmp_path):
    results = interviews()
    dutch, english = texts(results)
    project = qualcoder(
        tmp_path / "zorg.qda",
        sources=[(1, "Interview 01.docx", dutch), (2, "anything.txt", english)],
        categories=[(1, "Integratieniveau", None), (2, "Hoofdthema", None)],
        codes=[(1, "Systeem", 1, None), (2, "Belemmerend", 2, None), (3, "Rommel", None, None)],
        codings=[
            (1, 1, 1, CALL, *place(dutch, CALL), "Anna", "korte lijn"),
            (2, 2, 1, CALL, *place(dutch, CALL), "Bram"),
            (3, 2, 2, WALK, *place(english, WALK), "Anna"),
            (4, 3, 2, WALK, *place(english, WALK), "Anna"),
        ],
    )
    review = read_review(project, known(results))
    assert said(review) == [
        ("Anna", CALL, "system", "added"),
        ("Anna", WALK, "barrier", "added"),
        ("Bram", CALL, "barrier", "added"),
    ]
    by_code = {f.code: f for f in review.found}
    assert by_code["system"].note == "korte lijn"
    assert by_code["system"].decided_at == "2024-05-31 12:00:00"
    ((where, reason),) = reasons(review)
    assert where == "anything.txt, coding 4"
    assert '"Rommel" is not a code' in reason
    assert data_file(project) == project / "data.qda"


@pytest.mark.parametrize("counted", ["characters", "utf16"])
def test_positions_after_emoji_are_held_against_the_words(tmp_path, counted):
    results = one_text(EMOJI, language="nl")
    (text,) = texts(results)
    start = text.rindex("geld")
    places = (
        (start, start + 4)
        if counted == "characters"
        else (utf16(text, start), utf16(text, start + 4))
    )
    project = qualcoder(
        tmp_path / "p.qda",
        sources=[(1, "a.txt", text)],
        codes=[(1, "barrier", None, None)],
        codings=[(1, 1, 1, "geld", *places, "Anna")],
    )
    (found,) = read_review(project, known(results)).found
    assert (found.start, found.end) == (start, start + 4)


def test_a_selection_over_paragraphs_and_another_line_end(tmp_path):
    results = make_results(
        make_transcript("a.txt", [("R", "Eerst dit.", ()), ("R", "Dan dat.", ())])
    )
    raw = texts(results)[0].replace("\n", "\r\n")
    start = raw.index("dit")
    project = qualcoder(
        tmp_path / "p.qda",
        sources=[(1, "a.txt", raw)],
        codes=[(1, "barrier", None, None)],
        codings=[(1, 1, 1, "dit.\u2029\u2029Dan", start, raw.index("Dan") + 3, "Anna")],
    )
    (found,) = read_review(project, known(results)).found
    assert found.quote == "dit.\n\nDan"


def test_another_version_of_a_text_is_carried_by_the_words_around(tmp_path):
    said_now = "Anna: Dat kost geld. Bram: Nee. Anna: Toch kost geld veel."
    results = one_text(said_now, codes=(), language="nl")
    before = "[Opname 1]\nDat kost geld. Toch kost geld veel."
    at = before.rindex("geld")
    project = qualcoder(
        tmp_path / "p.qda",
        sources=[(1, "a.txt", before)],
        codes=[(1, "barrier", None, None)],
        codings=[
            (1, 1, 1, "geld", at, at + 4, "Anna"),
            (2, 1, 1, "kost", *place(before, "kost"), "Anna"),
            (3, 1, 1, "Opname", *place(before, "Opname"), "Anna"),
        ],
    )
    review = read_review(project, known(results))
    assert [f.quote for f in review.found] == []
    assert [where for where, _ in reasons(review)] == [f"a.txt, coding {n}" for n in (1, 2, 3)]
    longer = qualcoder(
        tmp_path / "q.qda",
        sources=[(1, "a.txt", before)],
        codes=[(1, "barrier", None, None)],
        codings=[(1, 1, 1, "geld veel", *place(before, "geld veel"), "Anna")],
    )
    (found,) = read_review(longer, known(results)).found
    assert found.start == said_now.index("geld veel")


def test_what_qualcoder_has_beside_codings_of_text_is_counted(tmp_path):
    results = interviews()
    project = qualcoder(
        tmp_path / "p.qda",
        sources=[(1, "elders.txt", "Een heel ander gesprek.")],
        codes=[(1, "Seen, no code", None, None), (2, "barrier", None, 1)],
        codings=[
            (1, 2, 1, "ander", 9, 14, "Anna"),
            (2, 2, 77, "weg", 0, 3, "Anna"),
        ],
        more=[("code_image", "imid id cid owner", [(1, 1, 1, "Anna")])],
    )
    review = read_review(project, known(results))
    assert review.found == ()
    assert dict(reasons(review)).keys() == {"elders.txt", "a text that is gone", "project"}
    assert "ander" not in repr(reasons(review))


def test_marks_and_the_model_of_our_own_export_are_known_in_qualcoder(tmp_path):
    results = one_text("Dat helpt.", codes=())
    project = qualcoder(
        tmp_path / "p.qda",
        sources=[(1, "a.txt", texts(results)[0])],
        codes=[(1, "Gezien, geen code", None, None), (2, "barrier", None, None)],
        codings=[
            (1, 1, 1, "Dat helpt.", 0, 10, "Anna"),
            (2, 2, 1, "Dat helpt.", 0, 10, "nlp-pipeline (rmic@1)"),
        ],
    )
    review = read_review(project, known(results))
    assert said(review) == [("Anna", "Dat helpt.", "", "seen")]


def test_codes_under_codes_and_categories_in_a_circle(tmp_path):
    results = one_text("Er is een wachtlijst.", codes=(), codebook=nested(), language="nl")
    project = qualcoder(
        tmp_path / "p.qda",
        sources=[(1, "a.txt", texts(results)[0])],
        categories=[(1, "Een", 2), (2, "Twee", 1)],
        codes=[(1, "Toegang", 1, None), (2, "Wachten", None, 1), (3, "care", None, 3)],
        codings=[(n, n, 1, "wachtlijst", 10, 20, "Anna") for n in (1, 2, 3)],
    )
    review = read_review(project, known(results))
    assert sorted(f.code for f in review.found) == ["access", "care", "waiting"]


def html(text):
    return "\n".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part.strip())


def bytes_before(text, at):
    return len(text[:at].encode())


@pytest.mark.parametrize("login", ["anna", "admin"])
def test_a_taguette_database(tmp_path, login):
    results = interviews()
    english = texts(results)[1]
    own = markup_text(html(english))
    start, end = (bytes_before(own, at) for at in place(own, WALK))
    path = taguette(
        tmp_path / "project.sqlite3",
        documents=[
            (1, "Gesprek A", "dawn.vtt", html(english)),
            (2, "x", "y", "<p>Iets anders</p>"),
        ],
        tags=[(1, "level.Systeem"), (2, "barrier"), (3, "Onzin")],
        highlights=[
            (1, 1, start, end, f"<p>{WALK}</p>", [1, 2]),
            (2, 1, start, end, WALK, [3]),
            (3, 1, start, end, WALK, []),
            (4, 2, 0, 4, "Iets", [2]),
        ],
        makers=[(1, login), (2, login)],
    )
    review = read_review(path, known(results))
    coder = "" if login == "admin" else login
    assert said(review) == [(coder, WALK, "barrier", "added"), (coder, WALK, "system", "added")]
    assert {f.decided_at for f in review.found} == {"2024-05-31 10:00:00.000000"}
    told = dict(reasons(review))
    assert '"Onzin"' in told["Gesprek A, highlight 2"]
    assert "no tag" in told["Gesprek A, highlight 3"]
    assert told["x"].startswith("1 highlight(s)")


@pytest.mark.parametrize("snippet", ["<p>geld</p>", ""])
def test_taguette_counts_bytes_between_tags(tmp_path, snippet):
    results = one_text(EMOJI, language="nl")
    contents = f"<h1>Ja</h1> <p>{EMOJI[3:]}</p>".replace("geld, ", "<b>ge</b>ld, ").replace(
        "👩", "&#128105;"
    )
    own = markup_text(contents)
    start = own.rindex("geld", 0, own.rindex("geld"))
    span = (bytes_before(own, start), bytes_before(own, start + 4))
    path = taguette(
        tmp_path / "t.sqlite3",
        documents=[(1, "a", "a.txt", contents)],
        tags=[(1, "barrier")],
        highlights=[(1, 1, *span, snippet, [1])],
    )
    (found,) = read_review(path, known(results)).found
    assert (found.start, found.quote) == (EMOJI.index("geld, "), "geld")


@settings(max_examples=40)
@given(
    text=st.text("aé😀 &<>\u0301\n", min_size=3, max_size=40).filter(lambda t: len(t.split()) > 1),
    data=st.data(),
)
def test_every_stretch_comes_back_from_html_and_bytes(text, data):
    text = unicodedata.normalize("NFC", text)
    own = markup_text(f"<p>{escape(text)}</p>")
    assert own == text
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    carried = Letters(" ".join(text.split())).carry(text, start, end)
    if text[start:end].strip():
        assert carried is not None
        stands = " ".join(text.split())[slice(*carried)]
        assert stands.replace(" ", "") == "".join(text[start:end].split())
    else:
        assert carried is None


def test_html_as_a_browser_reads_it():
    assert markup_text("\n<pre>\n a</pre>\r\n<p>b<br>c &lt;d&gt;&nbsp;e</p>") == " a\nbc <d>\u00a0e"


def test_other_and_damaged_databases_are_refused(tmp_path):
    other = fill(tmp_path / "other.sqlite", "CREATE TABLE a (b text);", [])
    with pytest.raises(InputError, match=r"other\.sqlite: a database, but no project"):
        read_review(other, known(interviews()))
    whole = fill(tmp_path / "whole.sqlite3", TAGUETTE, []).read_bytes()
    cut = tmp_path / "cut.sqlite3"
    cut.write_bytes(whole[:5000])
    with pytest.raises(InputError, match=r"cut\.sqlite3: this database cannot be read"):
        read_review(cut, known(interviews()))
    old = fill(tmp_path / "old.sqlite3", TAGUETTE.replace("start_offset", "begin"), [])
    with pytest.raises(InputError, match="cannot be read"):
        read_review(old, known(interviews()))
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="no QualCoder project"):
        read_review(tmp_path / "folder", known(interviews()))
    with pytest.raises(InputError, match="does not exist"):
        read_review(tmp_path / "nothing.sqlite3", known(interviews()))


def test_a_project_is_left_as_it_is_while_its_program_has_it_open(tmp_path):
    results = one_text("Dat helpt.", codes=())
    project = qualcoder(
        tmp_path / "p.qda",
        sources=[(1, "a.txt", texts(results)[0])],
        codes=[(1, "barrier", None, None)],
        codings=[(1, 1, 1, "helpt", 4, 9, "Anna")],
    )
    path = project / "data.qda"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = wal")
        database.execute("UPDATE code_text SET owner = 'Bram'")
        database.commit()
        before = {one.name: one.read_bytes() for one in project.iterdir()}
        review = read_review(project, known(results))
        assert {one.name: one.read_bytes() for one in project.iterdir()} == before
    assert [f.coder for f in review.found] == ["Bram"]
