from dataclasses import replace

import pytest
from review_examples import example, make_results, make_transcript, nested, rmic

from nlp_pipeline.errors import PipelineError
from nlp_pipeline.records import Passage, Role
from nlp_pipeline.review.results import Results


def test_passages_are_in_the_order_of_transcripts_and_text():
    results = example()
    shuffled = replace(results, passages=results.passages[::-1])
    assert shuffled.rows == results.rows
    assert [row.number for row in results.rows] == [1, 2, 3, 4, 1, 2, 3]
    assert [row.transcript.source_name for row in results.rows[3:5]] == [
        "wijk/Interview 01.docx",
        "dawn.vtt",
    ]


def test_codes_are_in_the_order_of_the_codebook_whatever_the_order_of_rows():
    results = example()
    shuffled = replace(results, suggestions=results.suggestions[::-1])
    assert shuffled.rows[0].suggested == ("facilitator", "professional")
    assert tuple(shuffled.rows[0].scores) == rmic().code_ids


def test_counts():
    results = example()
    assert results.counts["barrier"] == 3
    assert results.counts["facilitator"] == 2
    assert tuple(results.counts) == rmic().code_ids
    first, second = (results.counts_by_transcript[t.id] for t in results.transcripts)
    assert (first["barrier"], second["barrier"]) == (2, 1)
    assert results.with_suggestion == 5
    assert results.classified == 7


def test_facets_crossed():
    results = example()
    valence, level = results.codebook.facets
    together = results.together(valence, level)
    assert together["barrier", "professional"] == 1
    assert together["barrier", "functional"] == 1
    assert together["facilitator", "functional"] == 0
    assert results.together(level, valence)["professional", "barrier"] == 1


def test_no_code_and_not_classified_stay_apart():
    mine = make_transcript("a.txt", [("R", "Nothing here.", ()), ("R", "Nichts.", ())])
    mine[1][1] = (replace(mine[1][1][0], language="other"), ())
    first, second = make_results(mine).rows
    assert (first.is_classified, first.suggested) == (True, ())
    assert (second.is_classified, second.suggested) == (False, ())


def test_scores_have_four_decimals():
    results = example()
    exact = tuple(replace(s, score=0.123456789) for s in results.suggestions)
    assert set(replace(results, suggestions=exact).rows[0].scores.values()) == {0.1235}


def test_an_exclusive_nested_codebook_counts_each_code_for_itself():
    mine = make_transcript("a.txt", [("R", "We wachten lang.", ("waiting", "when1"))])
    results = make_results(mine, codebook=nested())
    assert (results.counts["waiting"], results.counts["access"]) == (1, 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: {"passages": r.passages + r.passages[:1]}, "1 passage id"),
        (lambda r: {"transcripts": r.transcripts[:1]}, "3 passage.s. of an unknown transcript"),
        (lambda r: {"transcripts": r.transcripts * 2}, "2 transcript id"),
        (lambda r: {"suggestions": r.suggestions + r.suggestions[:1]}, "1 suggestion.s. occur"),
        (lambda r: {"passages": r.passages[1:]}, "8 suggestion.s. for an unknown passage"),
        (lambda r: {"codebook": nested()}, "code outside the codebook"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(change, message):
    results = example()
    with pytest.raises(PipelineError, match=message):
        replace(results, **change(results))


def test_the_refusal_does_not_quote_anyone():
    stray = Passage(
        id="p", transcript_id="nowhere", start=0, end=6, text="secret", language="en",
        speaker="Ann", role=Role.RESPONDENT,
    )  # fmt: skip
    with pytest.raises(PipelineError) as caught:
        Results(
            transcripts=(), passages=(stray,), suggestions=(), codebook=rmic(), model_id="m",
            calibrated=True,
        )  # fmt: skip
    assert "secret" not in str(caught.value)
    assert "Ann" not in str(caught.value)
