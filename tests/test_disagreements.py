from dataclasses import replace

import numpy as np
import pytest
from test_frame import CODES, PASSAGES, coding

from nlp_pipeline.analysis.agreement_records import Disagreements
from nlp_pipeline.analysis.disagreements import Disputed, cut_offs, disagreements
from nlp_pipeline.frame import CONSENSUS, frame
from nlp_pipeline.records import Suggestion


def disputed(codings, scores=None, *, with_text=True):
    """Lay codings on five passages; the model suggests a code from a score of 0.6."""
    found = frame(codings, PASSAGES, CODES)
    table = np.full((len(PASSAGES), len(CODES)), np.nan)
    if scores is not None:
        table[: len(scores)] = scores
        found = found.with_model(
            "m",
            [
                Suggestion(
                    passage_id=PASSAGES[n].id,
                    code=code,
                    score=score,
                    suggested=score >= 0.6,
                    model_id="m",
                )
                for n, row in enumerate(scores)
                for code, score in zip(CODES, row, strict=True)
            ],
        )
    return Disputed(
        frame=found,
        model="m",
        scores=table,
        names={"t1": "01.txt"},
        numbers={p.id: n for n, p in enumerate(PASSAGES, start=1)},
        with_text=with_text,
    )


def at(number, code, coder):
    return coding(number * 10, number * 10 + 10, code, coder)


def test_only_passages_on_which_coders_differ_are_listed():
    found = disagreements(
        disputed(
            [
                *(at(0, "barrier", coder) for coder in ("Anna", "Bram")),
                at(1, "barrier", "Anna"),
                at(1, None, "Bram"),
                at(2, "barrier", "Anna"),  # only she has seen it
            ]
        )
    )
    assert [(one.number, one.start, one.end) for one in found] == [(2, 10, 20)]
    (code,) = found[0].codes
    assert (code.code, code.given_by, code.not_given_by) == ("barrier", ("Anna",), ("Bram",))
    assert (code.model_score, code.model_suggested, code.consensus) == (None, None, None)
    assert found[0].ways == {"Anna": "blind", "Bram": "blind"}
    assert found[0].transcript == "01.txt"


def test_most_people_apart_come_first_then_the_model_that_is_sure_and_wrong():
    people = ("Anna", "Bram", "Cor", "Dirk")
    codings = [
        *(at(0, "barrier", name) for name in people),
        *(at(1, None, name) for name in people),
        *(at(2, "barrier" if name == "Anna" else None, name) for name in people),
        *(at(3, "barrier" if name in ("Anna", "Bram") else None, name) for name in people),
        *(at(4, None, name) for name in people),
    ]
    scores = [[0.59, 0, 0], [0.95, 0, 0], [0.1, 0, 0], [0.7, 0, 0], [0.65, 0, 0]]
    found = disagreements(disputed(codings, scores))
    assert [one.number for one in found] == [4, 3, 2, 5, 1]
    assert [one.rank for one in found] == [1, 2, 3, 4, 5]
    assert [one.pairs_apart for one in found] == [4, 3, 0, 0, 0]
    assert found[1].model_against == 0  # the model is with most people
    assert found[2].model_against > 0.8
    assert found[2].codes[0].given_by == ("m",)
    # Suggested from 0.62, halfway: 0.65 is a twelfth of the way up, 0.59 a twentieth down.
    assert found[3].model_against == pytest.approx(0.03 / 0.38, abs=1e-4)
    assert found[4].model_against == pytest.approx(0.03 / 0.62, abs=1e-4)


def test_the_consensus_is_no_side_but_is_told():
    codings = [at(0, "barrier", "Anna"), at(0, "facilitator", CONSENSUS), at(1, None, CONSENSUS)]
    assert disagreements(disputed(codings)) == ()
    more = [*codings, at(0, "facilitator", "Bram")]
    (one,) = disagreements(disputed(more))
    assert {code.code: code.consensus for code in one.codes} == {
        "barrier": False,
        "facilitator": True,
    }
    assert all(CONSENSUS not in (*c.given_by, *c.not_given_by) for c in one.codes)


def test_codes_on_which_all_agree_are_named_apart_and_words_are_left_out_on_request():
    codings = [at(0, code, name) for name in ("Anna", "Bram") for code in ("vertrouwen",)]
    codings.append(at(0, "barrier", "Anna"))
    (one,) = disagreements(disputed(codings))
    assert one.agreed == ("vertrouwen",)
    assert one.text == PASSAGES[0].text
    (bare,) = disagreements(disputed(codings, with_text=False))
    assert (bare.text, bare.context) == ("", "")


def test_disagreements_between_some_coders_can_be_picked():
    codings = [
        at(0, "barrier", "Anna"),
        at(0, None, "Bram"),
        at(0, None, "Cor"),
        at(1, "facilitator", "Cor"),
        at(1, None, "Bram"),
    ]
    found = Disagreements(
        study="",
        run_id="r",
        model_id="m",
        way="all",
        has_text=False,
        passages=disagreements(disputed(codings)),
    )
    assert [one.number for one in found.between(("Anna", "Bram"))] == [1]
    assert [one.number for one in found.between(("Bram", "Cor"))] == [2]
    assert [one.number for one in found.between(("Bram", "Cor"), "barrier")] == []
    assert len(replace(found, way="blind").passages) == 2


def test_cut_offs_lie_between_what_is_suggested_and_what_is_not():
    scores = np.array([[0.2, 0.9, np.nan], [0.8, 0.7, np.nan]])
    assert cut_offs(scores, scores > 0.5) == pytest.approx([0.5, 0.5, 0.5])
    assert cut_offs(scores[:, :1] / 2, scores[:, :1] > 0.5) == pytest.approx([0.25])
    assert cut_offs(np.zeros((0, 2)), np.zeros((0, 2), dtype=bool)) == pytest.approx([0.5, 0.5])
