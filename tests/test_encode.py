from hypothesis import given
from hypothesis import strategies as st
from tiny import tiny_tokenizer

from nlp_pipeline.encode import InputFormat, batches, pad, token_ids

BEGIN, PAD, END = 0, 1, 2


def _rows(texts: list[str], contexts: list[str], **form: int) -> list[list[int]]:
    return token_ids(tiny_tokenizer(), texts, contexts, InputFormat(prefix="", **form))


def test_the_question_is_the_second_segment() -> None:
    tokenizer = tiny_tokenizer()
    (row,) = _rows(["wij vertrouwen de huisarts"], ["werkt het team ?"])
    passage = [tokenizer.token_to_id(w) for w in "wij vertrouwen de huisarts".split()]
    question = [tokenizer.token_to_id(w) for w in "werkt het team ?".split()]
    assert row == [BEGIN, *passage, END, END, *question, END]


def test_without_a_question_there_is_no_second_segment() -> None:
    (row,) = _rows(["goed"], [""])
    assert len(row) == 3
    assert row[0] == BEGIN
    assert row[-1] == END
    assert _rows(["goed"], ["is dat goed ?"], context_tokens=0) == [row]


def test_of_a_long_question_the_end_stays_and_of_a_long_passage_the_beginning() -> None:
    tokenizer = tiny_tokenizer()
    (row,) = _rows(
        ["goed " + "en " * 50], ["en " * 50 + "waar geld ?"], max_tokens=20, context_tokens=2
    )
    assert len(row) == 20
    assert row[1] == tokenizer.token_to_id("goed")
    assert row[-3:] == [tokenizer.token_to_id("geld"), tokenizer.token_to_id("?"), END]


@given(
    st.lists(st.integers(1, 60), max_size=40),
    st.integers(10, 200),
)
def test_batches_hold_every_row_once_and_keep_to_the_limit(lengths: list[int], limit: int) -> None:
    rows = [[7] * length for length in lengths]
    found = list(batches(rows, max_tokens=limit))
    assert sorted(i for batch in found for i in batch) == list(range(len(rows)))
    for batch in found:
        padded = len(batch) * max(lengths[i] for i in batch)
        assert padded <= limit or len(batch) == 1


def test_padding_is_masked() -> None:
    ids, mask = pad([[5, 6, 7], [8]], pad_id=PAD)
    assert ids.tolist() == [[5, 6, 7], [8, PAD, PAD]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]
