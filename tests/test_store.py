import errno
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline import store
from nlp_pipeline.errors import StoreError
from nlp_pipeline.records import Passage, Role, Suggestion, Transcript, Turn

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
numbers = st.integers(0, 2**40)
roles = st.sampled_from(Role)
times = st.none() | st.floats(0, 1e6)
turns = st.builds(
    Turn,
    speaker=st.none() | texts,
    role=roles,
    start=numbers,
    end=numbers,
    start_time=times,
    end_time=times,
)
transcripts = st.builds(
    Transcript,
    id=texts,
    language=texts,
    text=texts,
    turns=st.lists(turns, max_size=4).map(tuple),
    source_name=texts,
    source_sha256=texts,
)
passages = st.builds(
    Passage,
    id=texts,
    transcript_id=texts,
    start=numbers,
    end=numbers,
    text=texts,
    language=texts,
    speaker=st.none() | texts,
    role=roles,
    context=texts,
)
suggestions = st.builds(
    Suggestion,
    passage_id=texts,
    code=texts,
    score=st.floats(0, 1),
    suggested=st.booleans(),
    model_id=texts,
)
TABLES = {
    "transcripts": (transcripts, store.write_transcripts, store.read_transcripts),
    "passages": (passages, store.write_passages, store.read_passages),
    "suggestions": (suggestions, store.write_suggestions, store.read_suggestions),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_back_exactly_and_its_bytes_are_always_the_same(name, tmp_path):
    records, write, read = TABLES[name]

    @settings(max_examples=40)
    @given(st.lists(records, max_size=6).map(tuple))
    def check(rows):
        first, second = tmp_path / "first.parquet", tmp_path / "other name.parquet"
        write(rows, first)
        write(rows, second)
        assert read(first) == rows
        assert all(type(a) is type(b) for a, b in zip(read(first), rows, strict=True))
        assert first.read_bytes() == second.read_bytes()

    check()


@given(transcripts)
@settings(max_examples=40)
def test_a_transcript_comes_back_from_json_exactly(transcript):
    row = json.loads(json.dumps(store.to_row(transcript)))
    assert store.transcript_from(row) == transcript


def test_a_table_in_a_folder_that_looks_like_a_partition_keeps_its_columns(tmp_path):
    path = tmp_path / "language=nl" / "suggestions.parquet"
    store.write_suggestions([], path)
    assert store.read_suggestions(path) == ()


@pytest.mark.parametrize("name", TABLES)
def test_damaged_foreign_and_missing_tables_are_refused_by_name(name, tmp_path):
    _, _, read = TABLES[name]
    path = tmp_path / f"{name}.parquet"
    with pytest.raises(StoreError, match=r"parquet: this file does not exist"):
        read(path)
    for content in (b"", b"PAR1", b"een gewoon tekstbestand" * 10):
        path.write_bytes(content)
        with pytest.raises(StoreError, match="damaged, or not a table"):
            read(path)


def test_a_table_of_another_kind_is_refused(tmp_path):
    store.write_passages([], tmp_path / "a.parquet")
    with pytest.raises(StoreError, match=r'not a table of suggestions.*it says "passages/1"'):
        store.read_suggestions(tmp_path / "a.parquet")


def test_a_parquet_file_of_another_program_is_refused(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"id": ["1"]}), tmp_path / "a.parquet")
    with pytest.raises(StoreError, match="not written by this program"):
        store.read_passages(tmp_path / "a.parquet")


def test_every_truncation_and_flipped_byte_is_refused_or_read_unharmed(tmp_path):
    path = tmp_path / "a.parquet"
    rows = tuple(
        Suggestion(passage_id=f"p{i}", code="barrier", score=i / 50, suggested=True, model_id="m")
        for i in range(50)
    )
    store.write_suggestions(rows, path)
    whole = path.read_bytes()
    for cut in range(0, len(whole), 97):
        path.write_bytes(whole[:cut])
        with pytest.raises(StoreError):
            store.read_suggestions(path)
    for place in range(0, len(whole), 31):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        try:
            store.read_suggestions(path)
        except StoreError:
            continue


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def write_half():
        with store.atomic_write(path) as temporary:
            temporary.write_text("half", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_write_makes_the_folder_and_keeps_the_suffix_of_the_temporary_file(tmp_path):
    path = tmp_path / "new" / "deeper" / "a.xlsx"
    with store.atomic_write(path) as temporary:
        assert temporary.suffix == ".xlsx"
        assert temporary.parent == path.parent
        temporary.write_bytes(b"x")
    assert [p.name for p in path.parent.iterdir()] == ["a.xlsx"]


def test_a_full_disk_is_told_in_a_sentence(tmp_path):
    with (
        pytest.raises(StoreError, match=r"a\.txt: cannot be written \(No space left"),
        store.atomic_write(tmp_path / "a.txt"),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_folder_is_needed_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be"):
        store.write_json(tmp_path / "file" / "a.json", {})
    with pytest.raises(StoreError, match="cannot be"), store.lock_folder(tmp_path / "file"):
        pass


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"nan of iets"])
def test_damaged_json_is_refused_without_quoting_it(content, tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        store.read_json(path)
    assert "iets" not in str(caught.value)
    assert "a.json: damaged" in str(caught.value)


def test_only_own_temporary_files_are_tidied(tmp_path):
    kept = ["notes.txt", ".tmp-mine", "x.tmp-0123456789ab", ".tmp-0123456789abcdef.txt"]
    for name in [*kept, ".tmp-0123456789ab", ".tmp-0123456789ab.parquet"]:
        (tmp_path / name).write_text("", encoding="utf-8")
    store.remove_temporary(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(kept)


def test_a_lock_is_gone_afterwards_also_after_an_error(tmp_path):
    def fail():
        with store.lock_folder(tmp_path):
            assert (tmp_path / ".lock").exists()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_living_process_holds_and_that_of_a_dead_one_does_not(tmp_path):
    script = (
        "import sys, pathlib\n"
        "from nlp_pipeline.store import lock_folder\n"
        "with lock_folder(pathlib.Path(sys.argv[1])):\n"
        "    print('locked', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as other:
        assert other.stdout.readline().strip() == b"locked"
        with (
            pytest.raises(StoreError, match=f"another run is at work.*process {other.pid}"),
            store.lock_folder(tmp_path),
        ):
            pass
        other.kill()
    assert (tmp_path / ".lock").exists()
    with store.lock_folder(tmp_path):
        assert json.loads((tmp_path / ".lock").read_bytes())["pid"] == os.getpid()


def test_a_lock_from_another_machine_is_respected(tmp_path):
    lock = {"pid": 1, "host": "another-machine"}
    (tmp_path / ".lock").write_text(json.dumps(lock), encoding="utf-8")
    with (
        pytest.raises(StoreError, match=r"another-machine.*delete .*\.lock"),
        store.lock_folder(tmp_path),
    ):
        pass
    assert (tmp_path / ".lock").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": -5, "host": "x"}', '{"pid": "x"}'])
def test_a_lock_without_an_owner_is_taken_over(content, tmp_path):
    (tmp_path / ".lock").write_text(content, encoding="utf-8")
    with store.lock_folder(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
