import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, cohen_kappa_score, f1_score

from nlp_pipeline.agreement import average_precision, cohen_kappa, compare

codings = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.integers(0, 5)), min_size=2, max_size=60
)


def test_kappa_of_a_published_table() -> None:
    """Two readers of 50 proposals: 20 both yes, 15 both no, 5 and 10 apart; kappa is 0.40."""
    first = np.repeat([True, True, False, False], [20, 5, 10, 15])
    second = np.repeat([True, False, True, False], [20, 5, 10, 15])
    assert cohen_kappa(first, second).value == pytest.approx(0.4)


@given(codings)
def test_figures_are_those_of_scikit_learn(rows: list[tuple[bool, bool, int]]) -> None:
    suggested, coded, scores = (np.array(column) for column in zip(*rows, strict=True))
    figures = compare("c", scores=scores.astype(float), suggested=suggested, coded=coded)
    if suggested.any() or coded.any():
        assert figures.f1.value == pytest.approx(f1_score(coded, suggested))
    if len({*suggested, *coded}) == 2:
        assert figures.kappa.value == pytest.approx(cohen_kappa_score(coded, suggested))
    if coded.any():
        assert figures.average_precision.value == pytest.approx(
            average_precision_score(coded, scores)
        )


@given(codings, st.randoms())
def test_the_order_of_passages_does_not_matter(rows: list[tuple[bool, bool, int]], chance) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    results = []
    for some in (rows, shuffled):
        suggested, coded, scores = (np.array(column) for column in zip(*some, strict=True))
        results.append(
            (cohen_kappa(suggested, coded), average_precision(scores.astype(float), coded).value)
        )
    assert results[0][0].value == pytest.approx(results[1][0].value)
    assert results[0][1] == pytest.approx(results[1][1])


@pytest.mark.parametrize(
    ("suggested", "coded", "name", "reason"),
    [
        ([False, False], [True, False], "precision", "never suggested"),
        ([True, False], [False, False], "recall", "no passage carries"),
        ([False, False], [False, False], "f1", "neither coding"),
        ([False, False], [False, False], "kappa", "one value only"),
        ([True, True], [False, False], "average_precision", "no passage carries"),
        ([], [], "kappa", "no passages"),
    ],
)
def test_an_undefined_figure_says_why(suggested, coded, name: str, reason: str) -> None:
    figures = compare(
        "c",
        scores=np.zeros(len(coded)),
        suggested=np.array(suggested, dtype=bool),
        coded=np.array(coded, dtype=bool),
    )
    figure = getattr(figures, name)
    assert figure.value is None
    assert reason in figure.reason


def test_a_coder_who_never_uses_a_rare_code_agrees_no_more_than_chance() -> None:
    coded = np.zeros(100, dtype=bool)
    coded[:5] = True
    assert cohen_kappa(np.zeros(100, dtype=bool), coded).value == 0.0
