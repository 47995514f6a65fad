"""Word files and REFI-QDA projects in which several people worked, with and without --coder."""

import pytest
from refi_files import Work, export
from refi_files import read as read_qdpx
from review_examples import example
from test_word_comments import WordDocument
from test_word_comments import read as read_docx

from nlp_pipeline.decisions import Incoming, MergeOptions, Places, merge
from nlp_pipeline.exchange import Known

WHEN = "2026-04-02T09:00:00+00:00"
COMMENTED = "Je belt gewoon even"


def known_of(results):
    return Known(
        transcripts=results.transcripts, passages=results.passages, codebook=results.codebook
    )


def word(tmp_path, results):
    document = WordDocument(tmp_path, results, coder="", blind=True)
    document.comment(COMMENTED, "Systeem", author="Anna Jansen")
    document.comment("Later kwamen er", "barrier", author="Bram")
    document.save()
    return read_docx(document.path, known_of(results))


def project(tmp_path, results):
    work = Work(export(results, tmp_path / "p.qdpx", blind=True))
    text = results.transcripts[0].text
    for words, code, user in (
        (COMMENTED, "system", "Anna Jansen"),
        ("Later kwamen er", "barrier", "Bram"),
    ):
        start = text.index(words)
        work.add(start, start + len(words), code, user=user)
    work.save()
    return read_qdpx(work.path, known_of(results))


def coders(review, results, **options):
    """Return who decided what, as the log would say it."""
    incoming = Incoming(name="f", sha256="0", time=WHEN, review=review)
    merged = merge(
        (),
        [incoming],
        Places(results.transcripts),
        results.codebook,
        options=MergeOptions(imported_at=WHEN, **options),
    )
    return {(d.coder, d.code) for d in merged.new}


@pytest.mark.parametrize("made", [word, project])
def test_every_person_is_a_coder_by_name(tmp_path, made):
    results = example()
    review = made(tmp_path, results)
    own = {("Anna Jansen", "system"), ("Bram", "barrier")}
    assert coders(review, results) == own
    assert coders(review, results, coder="Carla") == own
    everybody = {("Carla", "system"), ("Carla", "barrier")}
    assert coders(review, results, coder="Carla", coder_for_all=True) == everybody
