import csv
import json
from pathlib import Path

import pytest
from datasets import load_dataset

from nlp_pipeline.audit import audit, read_limits
from nlp_pipeline.config import read_codebook
from nlp_pipeline.corpus import (
    build_corpus,
    build_rows,
    check_sources,
    load_rows,
    read_corpus,
    to_jsonl,
)
from nlp_pipeline.errors import CorpusError
from nlp_pipeline.resources import resource

CORPORA = resource("corpora")
SHIPPED = (CORPORA / "rmic-nl-en", CORPORA / "comments-nl-en")
RMIC = read_codebook("rmic")
TEXT = """I: Hoe gaat de samenwerking?

R: Nou ja, die loopt wel.
Alleen het dossier, dat is lastig.

I: Hm-hm.

R: Verder weet ik het niet.
"""
CODES = [("facilitator professional", ""), ("barrier functional", "near"), ("", "")]


def write_corpus(folder: Path, *, codings: dict[str, list[tuple[str, str]]] | None = None) -> Path:
    """Write a corpus of four copies of one interview, one in each split."""
    passages = TEXT.replace("R: ", "\n").splitlines()
    spans = [(TEXT.index(p), TEXT.index(p) + len(p)) for p in passages if p and p[:2] != "I:"]
    rows = []
    for split in ("train", "validation", "calibration", "test"):
        name = f"nl-{split}"
        rows.append([name, "interview", "nl", "NL", "", "", "", "", "I", split])
        _write(folder / "transcripts" / f"{name}.txt", TEXT)
        for coder, codes in (codings or {"a": CODES}).items():
            lines = [
                [n, start, end, of, mark, ""]
                for n, ((start, end), (of, mark)) in enumerate(zip(spans, codes, strict=True), 1)
            ]
            header = ["passage", "start", "end", "codes", "hard", "note"]
            _write_csv(folder / "codings" / coder / f"{name}.csv", [header, *lines])
    fields = (
        "id kind language country setting speaker_role speaker_level temperament interviewer split"
    )
    _write_csv(folder / "interviews.csv", [fields.split(), *rows])
    return folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_csv(path: Path, rows: list[list[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_a_passage_gets_its_codes_its_question_and_its_place(tmp_path: Path) -> None:
    rows = build_rows(read_corpus(write_corpus(tmp_path)))["train"]
    assert [row["text"] for row in rows] == [
        "Nou ja, die loopt wel.",
        "Alleen het dossier, dat is lastig.",
        "Verder weet ik het niet.",
    ]
    assert [row["codes"] for row in rows] == [
        ["facilitator", "professional"],
        ["barrier", "functional"],
        [],
    ]
    assert {row["context"] for row in rows} == {"Hoe gaat de samenwerking?"}
    assert rows[1]["hard"] == "near"
    assert rows[0]["codes_a"] == ["facilitator", "professional"]
    assert rows[0]["codes_b"] is None


def test_the_adjudicated_coding_is_the_one_to_learn_from(tmp_path: Path) -> None:
    other = [("", ""), ("barrier system", ""), ("", "")]
    folder = write_corpus(tmp_path, codings={"a": CODES, "b": other, "adjudicated": other})
    row = build_rows(read_corpus(folder))["test"][1]
    assert row["codes"] == ["barrier", "system"]
    assert row["codes_a"] == ["barrier", "functional"]
    assert row["codes_b"] == ["barrier", "system"]


def test_building_twice_gives_the_same_bytes_and_loads_back(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path)
    assert build_corpus(folder, RMIC) == {"train": 3, "validation": 3, "calibration": 3, "test": 3}
    before = (folder / "data" / "test.jsonl").read_bytes()
    build_corpus(folder, RMIC)
    assert (folder / "data" / "test.jsonl").read_bytes() == before
    assert load_rows(folder) == build_rows(read_corpus(folder))


@pytest.mark.parametrize(
    ("find", "replace", "complaint"),
    [
        ("barrier functional", "barier functional", 'Did you mean "barrier"'),
        ("near", "hardest", '"hardest" is not a mark'),
        ("\n2,", "\n3,", "numbered from 1"),
    ],
)
def test_a_mistake_in_a_coding_is_named_with_its_place(
    tmp_path: Path, find: str, replace: str, complaint: str
) -> None:
    folder = write_corpus(tmp_path)
    coding = folder / "codings" / "a" / "nl-test.csv"
    coding.write_text(coding.read_text(encoding="utf-8").replace(find, replace), encoding="utf-8")
    with pytest.raises(CorpusError, match=complaint) as caught:
        build_corpus(folder, RMIC)
    assert "nl-test, coder a: passage" in str(caught.value)
    assert not (folder / "data").exists()


def test_text_that_no_passage_covers_is_found(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path)
    path = folder / "transcripts" / "nl-train.txt"
    path.write_text(path.read_text(encoding="utf-8") + "En nog iets.\n", encoding="utf-8")
    (problem,) = check_sources(read_corpus(folder), RMIC)
    assert "nl-train" in problem
    assert "not covered" in problem


def test_coders_who_saw_other_passages_are_found(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path, codings={"a": CODES, "b": CODES})
    path = folder / "codings" / "b" / "nl-test.csv"
    path.write_text(path.read_text(encoding="utf-8").rsplit("\n", 2)[0], encoding="utf-8")
    problems = check_sources(read_corpus(folder), RMIC)
    assert "nl-test: the coders did not code the same passages" in problems


def test_a_missing_coding_and_a_wrong_row_are_both_reported(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path)
    (folder / "codings" / "a" / "nl-test.csv").unlink()
    bad = folder / "codings" / "a" / "nl-train.csv"
    bad.write_text("passage,start,end,codes,hard,note\nx,0,5,,,\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_corpus(folder)
    assert "nl-test.csv is missing" in str(caught.value)
    assert "nl-train.csv, row 2: wrong value in passage" in str(caught.value)


def test_a_malformed_line_of_data_is_named(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path)
    build_corpus(folder, RMIC)
    path = folder / "data" / "validation.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + '{"text": "x"}\n', encoding="utf-8")
    with pytest.raises(CorpusError, match=r"validation\.jsonl, line 4"):
        load_rows(folder)


@pytest.mark.skipif(not SHIPPED[0].exists(), reason="the corpus is only in the source folder")
@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
class TestShippedCorpus:
    def test_its_data_are_what_its_transcripts_and_codings_give(self, folder: Path) -> None:
        sources = read_corpus(folder)
        assert check_sources(sources, RMIC) == []
        for split, rows in build_rows(sources).items():
            path = folder / "data" / f"{split}.jsonl"
            assert path.read_text(encoding="utf-8") == to_jsonl(rows)

    def test_datasets_loads_it(self, folder: Path, tmp_path: Path) -> None:
        loaded = load_dataset(str(folder), cache_dir=str(tmp_path))
        ours = load_rows(folder)
        assert set(loaded) == set(ours)
        for split, rows in ours.items():
            assert loaded[split].to_list() == rows

    def test_it_is_what_it_is_held_to(self, folder: Path) -> None:
        checks = audit(read_corpus(folder), RMIC, read_limits(folder))
        assert [check.name for check in checks if not check.holds] == []

    def test_every_transcript_was_coded_twice_and_adjudicated(self, folder: Path) -> None:
        for source in read_corpus(folder):
            assert set(source.codings) == {"a", "b", "adjudicated"}
            both = zip(*(source.codings[c] for c in ("a", "b", "adjudicated")), strict=True)
            for first, second, decided in both:
                if set(first.code_ids) == set(second.code_ids):
                    assert set(decided.code_ids) == set(first.code_ids)
                else:
                    assert decided.note, f"{source.interview.id} passage {first.passage}"

    def test_no_interview_is_in_two_splits(self, folder: Path) -> None:
        seen: dict[str, str] = {}
        for split, rows in load_rows(folder).items():
            for row in rows:
                assert seen.setdefault(row["transcript_id"], split) == split


def test_rows_are_valid_json_whatever_was_said() -> None:
    rows = [{"text": 'a "quote"\u2028 and \\ a line', "codes": []}]
    assert [json.loads(line) for line in to_jsonl(rows).split("\n")[:-1]] == rows
