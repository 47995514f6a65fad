import uuid

from hypothesis import given
from hypothesis import strategies as st

from nlp_pipeline.ids import make_id, sha256_bytes, sha256_json

PARTS = st.lists(st.one_of(st.integers(), st.text(max_size=8)), max_size=4)
KINDS = st.sampled_from(["passage", "transcript", "coding"])


def test_an_id_never_changes_between_versions_and_machines():
    assert make_id("passage", "t1", 0, 12) == "5d8121c7-a634-5619-bd59-4a9a3ac1cd3a"
    assert uuid.UUID(make_id("passage", "é😀")).version == 5


@given(KINDS, PARTS, KINDS, PARTS)
def test_ids_are_equal_only_for_equal_content(kind, parts, other_kind, other_parts):
    same = (kind, parts) == (other_kind, other_parts)
    assert (make_id(kind, *parts) == make_id(other_kind, *other_parts)) is same


def test_a_number_and_its_digits_are_different_parts():
    assert make_id("passage", "t", 1) != make_id("passage", "t", "1")
    assert make_id("passage", "ab", "c") != make_id("passage", "a", "bc")


def test_hashes_are_sha256():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256_bytes(b"") == empty


def test_the_hash_of_json_ignores_the_order_of_keys_and_keeps_that_of_lists():
    assert sha256_json({"a": [1, 2], "b": {"c": 1, "d": 2}}) == sha256_json(
        {"b": {"d": 2, "c": 1}, "a": [1, 2]}
    )
    assert sha256_json([1, 2]) != sha256_json([2, 1])
    assert sha256_json({"a": 1}) != sha256_json({"a": "1"})
