"""Figures of published worked examples, with the data and the numbers of the papers."""

import numpy as np
import pytest

from nlp_pipeline.agreement import (
    MISSING,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_distances,
    number_values,
    pabak,
    percent_agreement,
    percent_agreements,
    rating_terms,
)
from nlp_pipeline.agreement.nominal import fleiss_kappas


def coded(text):
    """Return the values of coders, one line each, a dot for a passage that one has not seen."""
    lines = [[None if mark == "." else mark for mark in line.split()] for line in text.splitlines()]
    return number_values(list(zip(*lines, strict=True)))[1]


def crossed(table):
    """Return two codings that meet as often as a table says."""
    pairs = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return np.array(pairs, dtype=np.int64)


FOUR_OBSERVERS = coded(
    "1 2 3 3 2 1 4 1 2 . . .\n"
    "1 2 3 3 2 2 4 1 2 5 . 3\n"
    ". 3 3 3 2 3 4 2 2 5 1 .\n"
    "1 2 3 3 2 4 4 1 2 5 1 ."
)
"""Krippendorff (2011), part C; also the example of Gwet (2014) with missing ratings."""

FLEISS_1971 = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)
"""Diagnoses (five kinds) of 30 patients by six psychiatrists each."""


def test_cohen_1960():
    ratings = crossed([[88, 10, 2], [14, 40, 6], [18, 10, 12]])
    assert len(ratings) == 200
    assert cohen_kappa(ratings[:, 0], ratings[:, 1]).value == pytest.approx(0.492, abs=5e-4)


def test_fleiss_1971():
    counts = np.array([[int(n) for n in row] for row in FLEISS_1971.split()], dtype=float)
    assert counts.sum(axis=0).tolist() == [26, 26, 30, 55, 43]
    sums = rating_terms(counts).sum(axis=0)
    assert percent_agreements(sums) == pytest.approx(0.555, abs=1e-3)
    assert fleiss_kappas(sums) == pytest.approx(0.430, abs=5e-4)


@pytest.mark.parametrize(
    ("values", "alpha"),
    [
        (coded("0 1 0 0 0 0 0 0 1 0\n1 1 1 0 0 1 0 0 0 0"), 0.095),
        (coded("a a b b d c c c e d d a\nb a b b b c c c e d d d"), 0.692),
        (FOUR_OBSERVERS, 0.743),
    ],
)
def test_krippendorff_2011(values, alpha):
    assert krippendorff_alpha(values).value == pytest.approx(alpha, abs=5e-4)


def test_gwet_2014():
    assert percent_agreement(FOUR_OBSERVERS).value == pytest.approx(0.818, abs=5e-4)
    assert gwet_ac1(FOUR_OBSERVERS).value == pytest.approx(0.775, abs=5e-4)
    assert fleiss_kappa(FOUR_OBSERVERS).value == pytest.approx(0.761, abs=5e-4)


def test_gwet_2008_a_high_agreement_with_a_kappa_below_nought():
    ratings = crossed([[118, 5], [2, 0]])
    assert percent_agreement(ratings).value == pytest.approx(0.944)
    assert cohen_kappa(ratings[:, 0], ratings[:, 1]).value == pytest.approx(-0.0234, abs=5e-5)
    assert gwet_ac1(ratings).value == pytest.approx(0.9408, abs=5e-5)
    assert pabak(ratings).value == pytest.approx(0.888)


def test_passonneau_2006_the_four_ways_in_which_sets_lie():
    sets = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 1], [0, 0, 0]], dtype=bool)
    away = masi_distances(sets)
    assert away[0, 0] == 0
    assert away[0, 1] == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert away[0, 2] == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert away[0, 3] == 1
    assert away[4].tolist() == [1, 1, 1, 1, 0]


def test_the_value_of_what_was_not_seen_is_no_value():
    assert FOUR_OBSERVERS[11].tolist() == [MISSING, 2, MISSING, MISSING]
