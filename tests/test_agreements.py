import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_frame import coding, passage

from nlp_pipeline.agreement import cohen_kappa, krippendorff_alpha, masi_alpha
from nlp_pipeline.analysis.agreements import Ask, Cut, Group, compare_group, groups_of
from nlp_pipeline.analysis.anchoring import NO_ASSISTED, anchoring
from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.frame import CONSENSUS, frame
from nlp_pipeline.records import Origin

FACETS = {"valence": ("barrier", "facilitator"), "theme": ("vertrouwen",)}
CODES = tuple(code for codes in FACETS.values() for code in codes)
PEOPLE = ("Anna", "Bram", "Cor")
TOGETHER = Group(kind="people", coders=PEOPLE, with_model=False)
PAIR = Group(kind="pair", coders=("Anna", "Bram"), with_model=False)


def ask(*cuts):
    return Ask(facets=FACETS, cuts=cuts, sampling=Sampling(resamples=100, seed=3))


def coded(seed, *, interviews=6, each=6, origin=Origin.BLIND, agree=0.8, coders=PEOPLE):
    """Return a frame of coders who mostly say the same, and some of whom have not seen all."""
    chance = np.random.default_rng(seed)
    passages = [passage(n, f"t{i}") for i in range(interviews) for n in range(each)]
    made = []
    for one in passages:
        truth = chance.random(len(CODES)) < 0.4
        for coder in coders:
            said = np.where(chance.random(len(CODES)) < agree, truth, ~truth)
            codes = [c for c, on in zip(CODES, said, strict=True) if on] or [None]
            if chance.random() < 0.85:
                made += [
                    coding(
                        one.start,
                        one.end,
                        code,
                        coder,
                        transcript=one.transcript_id,
                        origin=origin,
                    )
                    for code in codes
                ]
    return frame(made, passages, CODES)


def shuffled(found, seed):
    order = np.random.default_rng(seed).permutation(len(found.passages))
    return found.of(passages=order), order


@given(st.integers(0, 10_000), st.permutations(PEOPLE))
@settings(max_examples=6)
def test_the_order_of_passages_and_coders_does_not_matter(seed, people):
    found = coded(seed)
    mixed, order = shuffled(found, seed)
    values = np.array(["nl" if p.transcript_id < "t3" else "en" for p in found.passages])
    cut = Cut(by="language", values=tuple(values.tolist()))
    mixed_cut = Cut(by="language", values=tuple(values[order].tolist()))
    one = compare_group(found, TOGETHER, ask(cut))
    group = Group(kind="people", coders=tuple(people), with_model=False)
    other = compare_group(mixed.of(coders=people), group, ask(mixed_cut))
    for a, b in zip(one.slices, other.slices, strict=True):
        assert (a.by, a.value, a.passages, a.interviews) == (
            b.by,
            b.value,
            b.passages,
            b.interviews,
        )
        for mine, theirs in zip((*a.codes, *a.facets), (*b.codes, *b.facets), strict=True):
            assert mine.differ == theirs.differ
            for name, figure in mine.figures.items():
                again = theirs.figures[name]
                assert figure.reason == again.reason
                assert figure.value == pytest.approx(again.value)
                assert figure.low == pytest.approx(again.low)
                assert figure.high == pytest.approx(again.high)
        given = {code.code: dict(zip(PEOPLE, code.given, strict=True)) for code in a.codes}
        assert given == {c.code: dict(zip(people, c.given, strict=True)) for c in b.codes}


def test_figures_are_those_of_the_statistics_on_passages_that_two_have_seen():
    found = coded(5)
    twice = np.flatnonzero(found.seen.sum(axis=0) >= 2)
    whole = compare_group(found, TOGETHER, ask()).whole
    assert whole.passages == len(twice)
    for column, row in enumerate(whole.codes):
        values = np.where(found.looked, found.sets[:, :, column], -1)[twice]
        assert row.figures["krippendorff_alpha"].value == pytest.approx(
            krippendorff_alpha(values).value
        )
        given = (values == 1).sum(axis=0)
        assert row.given == tuple(given.tolist())
        assert row.differ == sum(len({*v.tolist()} - {-1}) > 1 for v in values)
    by_facet = {row.facet: row for row in whole.facets}
    assert list(by_facet) == ["valence", "theme", "*"]
    for facet, columns in (("valence", [0, 1]), ("theme", [2]), ("*", [0, 1, 2])):
        alpha = masi_alpha(found.sets[twice][:, :, columns], found.looked[twice]).value
        assert by_facet[facet].figures["alpha_masi"].value == pytest.approx(alpha)
    assert set(by_facet["*"].figures) == {"alpha_masi"}


def test_a_pair_is_measured_where_both_have_looked():
    found = coded(6)
    both = found.seen[0] & found.seen[1]
    whole = compare_group(found, PAIR, ask()).whole
    assert whole.passages == both.sum()
    for column, row in enumerate(whole.codes):
        one, two = found.coded[0, both, column], found.coded[1, both, column]
        assert row.figures["cohen_kappa"].value == pytest.approx(cohen_kappa(one, two).value)
        assert row.seen == (both.sum(), both.sum())
        assert row.shares == pytest.approx((one.mean(), two.mean()))
    valence = next(row for row in whole.facets if row.facet == "valence")
    assert {"cohen_kappa", "mean_cohen_kappa", "macro_f1"} <= set(valence.figures)


def test_a_part_of_one_value_is_the_whole_and_passages_without_a_value_are_in_no_part():
    found = coded(7)
    same = Cut(by="language", values=("nl",) * len(found.passages))
    group = Cut(by="group", values=tuple("ab"[n % 2] if n % 3 else "" for n in range(36)))
    slices = compare_group(found, TOGETHER, ask(same, group)).slices
    assert [s.by for s in slices] == ["all", "group", "group"]
    assert slices[1].passages + slices[2].passages < slices[0].passages


def test_groups_are_all_people_all_with_the_model_and_pairs():
    pairs = [g.coders for g in groups_of(["Bram", "Anna"], "m")]
    assert pairs == [("Anna", "Bram", "m"), ("Anna", "Bram"), ("m", "Anna"), ("m", "Bram")]
    three = groups_of(["Cor", "Bram", "Anna", CONSENSUS], "")
    assert three[0] == TOGETHER
    assert [g.coders for g in three if CONSENSUS in g.coders] == [
        (name, CONSENSUS) for name in PEOPLE
    ]
    named = groups_of(["Anna", "Bram", "Cor"], "m", reference="Anna")
    assert {g.coders for g in named if g.kind == "pair" and "Anna" in g.coders} == {
        ("Bram", "Anna"),
        ("Cor", "Anna"),
        ("m", "Anna"),
    }
    assert groups_of(["Anna"], "") == ()


def test_the_anchoring_effect_is_assisted_less_blind_with_an_interval():
    blind, assisted = coded(8, agree=0.75), coded(9, agree=0.97, origin=Origin.ASSISTED)
    for group in (TOGETHER, PAIR):
        rows = {(r.facet, r.code): r for r in anchoring(blind, assisted, group, ask())}
        assert set(rows) == {
            *((facet, "") for facet in FACETS),
            *((facet, code) for facet, codes in FACETS.items() for code in codes),
        }
        row = rows["valence", "barrier"]
        assert row.difference.value == pytest.approx(row.assisted.value - row.blind.value)
        assert row.difference.low < row.difference.value < row.difference.high
        assert rows["valence", ""].difference.low > 0
        whole = compare_group(blind, group, ask()).whole
        code = next(r for r in whole.codes if r.code == "barrier")
        assert row.blind.value == pytest.approx(code.figures[row.figure].value)
        facet = next(r for r in whole.facets if r.facet == "valence")
        assert rows["valence", ""].blind.value == pytest.approx(facet.figures["alpha_masi"].value)


def test_where_one_way_has_no_figure_the_difference_has_none():
    blind = coded(10)
    nothing = blind.of(origin=Origin.ASSISTED)
    for row in anchoring(blind, nothing, TOGETHER, ask()):
        assert row.difference.value is None
        assert row.difference.reason == NO_ASSISTED
        assert row.blind.value is not None
