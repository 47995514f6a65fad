from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.augment import LONGEST_PART, with_joined

CODES = st.lists(st.sampled_from(["barrier", "facilitator", "system"]), unique=True)
ROWS = st.lists(
    st.tuples(st.integers(1, 80), st.sampled_from(["nl", "en"]), CODES, CODES | st.none()),
    min_size=1,
    max_size=12,
)


def _data(rows):
    words = [
        " ".join(f"{language}{i}w{n}" for n in range(k))
        for i, (k, language, _, _) in enumerate(rows)
    ]
    return Dataset.from_dict(
        {
            "text": words,
            "context": ["why?"] * len(rows),
            "codes": [codes for _, _, codes, _ in rows],
            "codes_a": [codes for _, _, _, codes in rows],
            "language": [language for _, language, _, _ in rows],
        }
    )


@settings(max_examples=30, deadline=None)
@given(ROWS, st.floats(0, 2), st.integers(0, 5))
def test_a_joined_passage_holds_two_short_ones_and_the_codes_of_both(rows, share, seed):
    data = _data(rows)
    found = with_joined(data, share, seed=seed)
    assert found[: len(data)] == data[:]
    single = dict(zip(data["text"], data, strict=True))
    short = [text for text in single if len(text.split()) <= LONGEST_PART]
    for row in list(found)[len(data) :]:
        [(first, second)] = [
            (single[a], single[b]) for a in short for b in short if f"{a} {b}" == row["text"]
        ]
        assert first["text"] != second["text"]
        assert row["language"] == first["language"] == second["language"]
        assert set(row["codes"]) == {*first["codes"], *second["codes"]}
        if first["codes_a"] is not None and second["codes_a"] is not None:
            assert set(row["codes_a"]) == {*first["codes_a"], *second["codes_a"]}
        else:
            assert row["codes_a"] is None
        assert row["context"] == ""


def test_the_share_is_of_the_passages_and_the_seed_decides():
    data = _data(
        [(5, "nl", ["system"], None), (6, "nl", [], []), (7, "en", [], []), (8, "en", [], [])]
    )
    assert len(with_joined(data, 0.5, seed=1)) == 6
    assert with_joined(data, 2, seed=1)["text"] == with_joined(data, 2, seed=1)["text"]
    assert with_joined(data, 2, seed=1)["text"] != with_joined(data, 2, seed=2)["text"]


def test_long_or_single_passages_are_not_joined():
    data = _data([(60, "nl", ["system"], None), (6, "nl", [], []), (7, "en", [], [])])
    assert len(with_joined(data, 2, seed=1)) == len(data)
