import csv
import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.agreement import cohen_kappa, compare
from nlp_pipeline.analysis.evaluation import About, contender, evaluate, not_beaten
from nlp_pipeline.analysis.figures import Draws, Sampling, facet_rows
from nlp_pipeline.analysis.material import Material, flags_of
from nlp_pipeline.analysis.records import Contender, Estimate, FacetRow
from nlp_pipeline.analysis.reliability import confusion, reliability
from nlp_pipeline.analysis.risk import Allowed, risk_curves
from nlp_pipeline.analysis.slices import slice_of, slices
from nlp_pipeline.analysis.worst import worst_errors, write_worst
from nlp_pipeline.errors import CorpusError
from nlp_pipeline.resample import draw_counts, group_index

FACETS = {"valence": ("barrier", "facilitator"), "level": ("clinical", "system", "normative")}
CODES = ("barrier", "facilitator", "clinical", "system", "normative")
FEW = Sampling(resamples=200, seed=3)
ABOUT = About(model_id="m@1", calibrated=True, corpus="c", corpus_sha256="0", split="test")


def material_of(seed: int, *, passages: int = 120, interviews: int = 8, noise: float = 0.3):
    chance = np.random.default_rng(seed)
    shape = (passages, len(CODES))
    coded = chance.random(shape) < np.array([0.4, 0.3, 0.3, 0.2, 0.1])
    scores = np.round(np.clip(0.2 + 0.6 * coded + chance.normal(0, noise, shape), 0, 1), 6)
    people = tuple(coded ^ (chance.random(shape) < 0.05) for _ in range(2))
    return Material(
        facets=FACETS,
        scores=scores,
        suggested=scores >= 0.5,
        coded=coded,
        people=people,
        read_twice=chance.random(passages) < 0.8,
        interviews=tuple(f"i{n}" for n in chance.integers(0, interviews, passages)),
    )


def coding(*passages: str, suggested: tuple[str, ...], interviews: tuple[str, ...] | None = None):
    """Build material from codes in words; suggested codes score 0.9, others 0.1."""
    said = flags_of([codes.split() for codes in suggested], CODES)
    coded = flags_of([codes.split() for codes in passages], CODES)
    return Material(
        facets=FACETS,
        scores=np.where(said, 0.9, 0.1),
        suggested=said,
        coded=coded,
        people=(coded, coded),
        read_twice=np.ones(len(passages), dtype=np.bool_),
        interviews=interviews or tuple(f"i{n}" for n in range(len(passages))),
    )


def estimates(value) -> list[Estimate]:
    """Find every estimate in a record."""
    if isinstance(value, Estimate):
        return [value]
    if isinstance(value, tuple):
        return [found for item in value for found in estimates(item)]
    names = getattr(value, "__dataclass_fields__", ())
    return [found for name in names for found in estimates(getattr(value, name))]


def nominal_kappa(first: list[str], second: list[str]) -> float | None:
    n, left, right = len(first), Counter(first), Counter(second)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    expected = sum(left[value] * right[value] for value in left) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def test_figures_of_codes_are_those_of_the_plain_comparison() -> None:
    material = material_of(1)
    for column, row in enumerate(slice_of(material, "all", "all", FEW).codes):
        plain = compare(
            row.code,
            scores=material.scores[:, column],
            suggested=material.suggested[:, column],
            coded=material.coded[:, column],
        )
        for name in ("precision", "recall", "f1", "average_precision", "kappa"):
            assert getattr(row, name).value == getattr(plain, name).value
        assert (row.passages, row.coded, row.suggested) == (120, plain.coded, plain.suggested)
        assert row.interviews == 8


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("kappa", lambda s, said, coded: cohen_kappa(said, coded).value),
        ("f1", lambda s, said, coded: 2 * (said & coded).sum() / (said.sum() + coded.sum())),
        (
            "average_precision",
            lambda s, said, coded: (
                compare("c", scores=s, suggested=said, coded=coded).average_precision.value
            ),
        ),
    ],
)
def test_an_interval_is_that_of_resampling_interviews_one_by_one(name, figure) -> None:
    material = material_of(2)
    _, groups = group_index(material.interviews)
    values = []
    for counts in draw_counts(8, resamples=FEW.resamples, seed=FEW.seed):
        again = np.repeat(np.arange(len(groups)), counts[groups])
        columns = (material.scores, material.suggested, material.coded)
        values.append(figure(*(array[again, 0] for array in columns)))
    found = getattr(slice_of(material, "all", "all", FEW).codes[0], name)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])))


def test_suggestions_that_are_all_right_get_the_highest_figures() -> None:
    material = material_of(3)
    perfect = material.judged(material.coded.astype(np.float64), material.coded)
    found = slice_of(perfect, "all", "all", FEW)
    for row in found.codes:
        for name in ("precision", "recall", "f1", "average_precision", "kappa"):
            assert getattr(row, name) == Estimate(value=1.0, low=1.0, high=1.0)
    for row in found.facets:
        assert (row.macro_f1.value, row.mean_kappa.value, row.pattern_kappa.value) == (1, 1, 1)


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_the_kappa_of_sets_is_that_of_the_sets_as_words(seed: int) -> None:
    material = material_of(seed, passages=25, interviews=6)
    for row in facet_rows(material, Draws(material.interviews, FEW)):
        columns = material.columns(row.facet)
        arrays = (material.suggested, material.coded)
        words = [[str(flags) for flags in array[:, columns].tolist()] for array in arrays]
        assert row.pattern_kappa.value == pytest.approx(nominal_kappa(*words))


def test_a_facet_is_the_mean_over_the_codes_that_occur() -> None:
    coded = ("clinical", "clinical", "system", "", "barrier")
    said = ("clinical", "", "system", "normative", "barrier")
    level = slice_of(coding(*coded, suggested=said), "all", "all", FEW).facets[1]
    assert level.macro_f1.value == pytest.approx((2 / 3 + 1) / 2)


def test_people_are_compared_only_where_both_read() -> None:
    material = coding("barrier", "", "barrier", "", suggested=("", "", "", ""))
    other = material.coded.copy()
    other[2:, 0] = ~other[2:, 0]
    half = np.array([True, True, False, False])
    found = slice_of(
        replace(material, people=(material.coded, other), read_twice=half), "", "", FEW
    )
    assert found.codes[0].human_kappa.value == 1.0
    assert found.facets[0].human_mean_kappa.value == 1.0
    assert found.facets[0].human_pattern_kappa.value == 1.0


def test_what_nobody_read_twice_has_no_human_figures_but_a_reason() -> None:
    material = replace(material_of(4), read_twice=np.zeros(120, dtype=np.bool_))
    found = slice_of(material, "all", "all", FEW)
    of_people = [row.human_kappa for row in found.codes]
    of_people += [row.human_mean_kappa for row in found.facets]
    of_people += [row.human_pattern_kappa for row in found.facets]
    for figure in of_people:
        assert figure == Estimate(value=None, reason="no passage was coded by two people")


def test_few_passages_or_interviews_give_figures_without_intervals() -> None:
    few_passages = slice_of(material_of(5, passages=19), "all", "all", FEW)
    few_interviews = slice_of(material_of(5, interviews=4), "all", "all", FEW)
    for found, reason in ((few_passages, "19 passages"), (few_interviews, "4 interviews")):
        assert found.codes[0].f1.value is not None
        assert found.codes[0].f1.low is None
        assert found.codes[0].f1.reason.startswith(reason)


def test_a_code_in_few_of_many_interviews_has_no_interval() -> None:
    coded = ["barrier"] * 40
    for place in (0, 1, 2):
        coded[place] = "barrier system"
    material = coding(*coded, suggested=tuple(coded), interviews=tuple("abcdefghij" * 4))
    rows = {row.code: row for row in slice_of(material, "all", "all", FEW).codes}
    assert rows["barrier"].f1.low == 1.0
    assert rows["system"].f1.value == 1.0
    assert rows["system"].f1.low is None
    assert rows["system"].f1.reason.startswith("3 interviews")


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 60), st.integers(1, 9), st.floats(0, 1))
def test_no_figure_is_ever_nan_and_every_missing_one_has_a_reason(
    seed: int, passages: int, interviews: int, use: float
) -> None:
    material = material_of(seed, passages=passages, interviews=interviews)
    # Some codes are never used, or never suggested.
    kept = np.random.default_rng(seed).random((2, 1, len(CODES))) < use
    material = replace(
        material, coded=material.coded & kept[0], suggested=material.suggested & kept[1]
    )
    risk = risk_curves(material, Allowed(), FEW)
    found = evaluate(material, {}, ABOUT, sampling=FEW, risk=risk)
    json.dumps(asdict(found), allow_nan=False)
    for figure in estimates(found):
        if figure.value is None:
            assert figure.low is None
            assert figure.reason
        elif figure.low is not None and figure.high is not None:
            assert figure.low <= figure.value <= figure.high
        else:
            assert figure.reason


@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_the_order_of_passages_changes_nothing(seed: int) -> None:
    material = material_of(seed, passages=60)
    order = np.random.default_rng(seed).permutation(60)
    one = slice_of(material, "all", "all", FEW)
    other = slice_of(material.take(order), "all", "all", FEW)
    assert one.facets == other.facets
    assert confusion(material) == confusion(material.take(order))
    pairs = zip(estimates(one), estimates(other), strict=True)
    assert all(
        a.value == pytest.approx(b.value) and a.low == pytest.approx(b.low) for a, b in pairs
    )


def test_a_part_has_the_figures_of_its_passages_alone() -> None:
    material = material_of(6)
    languages = ["nl" if n % 3 else "en" for n in range(120)]
    found = slices(material, {"language": languages}, FEW)
    assert [(part.by, part.value, part.passages) for part in found] == [
        ("all", "all", 120),
        ("language", "nl", 80),
        ("language", "en", 40),
    ]
    dutch = material.take(np.flatnonzero(np.array(languages) == "nl"))
    assert found[1] == slice_of(dutch, "language", "nl", FEW)


def test_small_roles_are_put_together_and_other_attributes_are_not() -> None:
    values = ["nurse"] * 50 + ["manager"] * 30 + ["alderman"] * 20 + ["carer"] * 10 + [""] * 10
    found = slices(material_of(7), {"speaker_role": values, "kind": values}, FEW)
    roles = [(part.value, part.passages) for part in found if part.by == "speaker_role"]
    assert roles == [("nurse", 50), ("manager", 30), ("other", 30)]
    kinds = [part.value for part in found if part.by == "kind"]
    assert kinds == ["nurse", "manager", "alderman", "carer"]


def test_hard_cases_are_shown_together_apart_and_against_the_rest() -> None:
    marks = ["irony"] * 5 + ["near"] * 15 + [""] * 100
    found = slices(material_of(8), {"hard": marks}, FEW)
    assert [(part.value, part.passages) for part in found if part.by == "hard"] == [
        ("none", 100),
        ("any", 20),
        ("near", 15),
        ("irony", 5),
    ]


@pytest.mark.parametrize("attributes", [{}, {"setting": [""] * 120}, {"language": ["nl"] * 120}])
def test_attributes_that_tell_nothing_give_no_parts(attributes) -> None:
    assert len(slices(material_of(9), attributes, FEW)) == 1


def test_the_calibration_error_is_the_weighted_distance_over_bins() -> None:
    coded = np.array([[True], [False], [False], [True]])
    scores = np.array([[0.91], [0.95], [0.2], [1.0]])
    material = Material(
        facets={"f": ("a",)},
        scores=scores,
        suggested=scores > 0.5,
        coded=coded,
        people=(coded, coded),
        read_twice=coded[:, 0],
        interviews=("i",) * 4,
    )
    (found,) = reliability(material, Draws(material.interviews, FEW))
    top, low = found.bins[-1], found.bins[2]
    assert (top.passages, top.mean_score, top.coded_share) == (3, pytest.approx(2.86 / 3), 2 / 3)
    assert (low.low, low.high, low.passages, low.coded_share) == (0.2, 0.3, 1, 0.0)
    assert (found.bins[5].passages, found.bins[5].mean_score) == (0, None)
    assert found.error.value == pytest.approx((abs(2.86 - 2) + 0.2) / 4)


def test_scores_that_are_probabilities_are_found_better_calibrated_than_others() -> None:
    chance = np.random.default_rng(10)
    material = material_of(10, passages=2000)
    scores = chance.random(material.scores.shape)
    material = replace(material, coded=chance.random(scores.shape) < scores)
    draws = Draws(material.interviews, FEW)
    for good, bad in zip(
        reliability(material.judged(scores, scores > 0.5), draws),
        reliability(material.judged(scores**3, scores > 0.5), draws),
        strict=True,
    ):
        assert good.error.value < 0.05 < bad.error.low


def test_scores_that_are_no_probabilities_are_not_tested_as_such() -> None:
    found = evaluate(material_of(11), {}, replace(ABOUT, calibrated=False), sampling=FEW)
    assert found.reliability == ()
    assert "not calibrated" in found.notes[0]


def test_confusion_shows_which_code_stands_in_which_place() -> None:
    coded = ("clinical", "clinical system", "system", "normative", "", "", "clinical normative")
    said = ("system", "clinical system", "", "normative", "clinical", "", "clinical")
    level = confusion(coding(*coded, suggested=said))[1]
    assert level.codes == ("clinical", "system", "normative")
    assert level.counts == (
        (2, 1, 0, 0),
        (0, 1, 0, 1),
        (0, 0, 1, 1),
        (1, 0, 0, 1),
    )


def test_what_can_be_left_to_the_model_holds_the_error_asked_for() -> None:
    material = material_of(12, passages=1500, interviews=20, noise=0.15)
    for curve in risk_curves(material, Allowed(error=0.1), FEW):
        assert curve.error == 0.1
        scores = [point.score for point in curve.points]
        assert scores == sorted(scores, reverse=True)
        if curve.accept_from is not None:
            column = CODES.index(curve.code)
            kept = material.suggested[:, column]
            kept &= material.scores[:, column] >= curve.accept_from
            assert np.mean(~material.coded[kept, column]) <= 0.1
    assert curve.points


def test_a_baseline_that_is_as_good_is_not_beaten() -> None:
    def facet(macro: float | None, kappa: float | None) -> FacetRow:
        nothing = Estimate(value=None, reason="none")
        return FacetRow(
            facet="level",
            macro_f1=Estimate(value=macro),
            mean_kappa=Estimate(value=kappa),
            pattern_kappa=nothing,
            human_mean_kappa=nothing,
            human_pattern_kappa=nothing,
        )

    def other(name: str, row: FacetRow) -> Contender:
        return Contender(name=name, note="", facets=(row,), codes=())

    others = (other("even", facet(0.5, 0.2)), other("weak", facet(0.1, None)))
    found = not_beaten((facet(0.5, 0.3),), others)
    assert found == {"level": {"macro_f1": ("even",), "mean_kappa": ()}}


def test_a_baseline_is_measured_on_the_same_passages() -> None:
    material = material_of(13)
    nothing = np.zeros_like(material.scores)
    found = contender(material, nothing, nothing > 1, name="none", note="says no", sampling=FEW)
    assert found.facets[0].macro_f1.value == 0.0
    assert found.codes[0].coded == int(material.coded[:, 0].sum())
    assert found.codes[0].precision.reason == "the code was never suggested"


def test_shapes_that_do_not_fit_are_an_error() -> None:
    material = material_of(14)
    with pytest.raises(CorpusError, match="do not fit"):
        replace(material, scores=material.scores[:, :3])


def rows_for(material: Material, **said: str) -> list[dict]:
    words = {"context": "Hoe gaat het?", "text": "Slecht.", **said}
    return [{**words, "id": f"p{n}", "codes_a": [], "hard": ""} for n in range(len(material.coded))]


def test_the_worst_errors_are_those_the_model_was_most_sure_of() -> None:
    material = coding(
        "barrier", "", "system", "clinical", suggested=("barrier", "", "", "clinical")
    )
    scores = material.scores.copy()
    scores[1, 1] = 0.7
    scores[2, 3] = 0.05
    material = material.judged(scores, scores >= 0.5)
    found = worst_errors(material)
    assert [(error.place, error.code, error.missed) for error in found] == [
        (2, "system", True),
        (1, "facilitator", False),
    ]
    assert found[1].suggested == {"facilitator": 0.7}
    assert len(worst_errors(material, most=1)) == 1


def test_the_worst_errors_hold_the_passage_and_warn_of_it(tmp_path: Path) -> None:
    material = coding("barrier", suggested=("",))
    said = rows_for(material, text="=SOM(A1) <script>x</script> é", context="\x00Waarom?")
    page, table = write_worst(worst_errors(material), said, tmp_path, title="Fouten & zo")
    html = page.read_text(encoding="utf-8")
    assert "&lt;script&gt;x&lt;/script&gt; é" in html
    assert "<script" not in html
    assert "Fouten &amp; zo" in html
    assert "Keep it where you keep the transcripts" in html
    assert "\x00" not in html
    with table.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["passage"] == "'=SOM(A1) <script>x</script> é"
    assert (row["coded"], row["suggested"], row["wrong_code"]) == ("barrier", "none", "barrier")
    # The first person saw it and gave no code, the second did not see it.
    assert (row["coder_a"], row["coder_b"]) == ("none", "")


def test_without_errors_the_page_says_so(tmp_path: Path) -> None:
    material = coding("barrier", "", suggested=("barrier", ""))
    assert worst_errors(material) == ()
    page, table = write_worst((), rows_for(material), tmp_path, title="t")
    assert "Every suggestion agrees" in page.read_text(encoding="utf-8")
    assert len(table.read_text(encoding="utf-8-sig").splitlines()) == 1
