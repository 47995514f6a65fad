"""The demo transcripts through the whole job, with the shipped model."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from nlp_pipeline.cli import main
from nlp_pipeline.records import Role
from nlp_pipeline.resources import resource
from nlp_pipeline.store import read_passages, read_transcripts

DEMO = resource("corpora/demo")
INTERVIEWERS = {"Interviewer", "Gespreksleider", "Ellen Marsh", "I"}
pytestmark = pytest.mark.skipif(not DEMO.exists(), reason="only in the source folder")


def test_the_demo_gives_suggestions_for_all_four_transcripts(tmp_path: Path) -> None:
    out = tmp_path / "results"
    with pytest.raises(SystemExit) as stopped:
        main(["run", str(DEMO), "--out", str(out), "--quiet"])
    assert stopped.value.code == 0
    transcripts = read_transcripts(out / "transcripts.parquet")
    assert sorted(transcript.language for transcript in transcripts) == ["en", "en", "nl", "nl"]
    for transcript in transcripts:
        for turn in transcript.turns:
            asks = turn.speaker in INTERVIEWERS
            assert turn.role == (Role.INTERVIEWER if asks else Role.RESPONDENT)
    passages = read_passages(out / "passages.parquet")
    rows = (out / "review" / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(row)["id"] for row in rows] == [passage.id for passage in passages]
    assert {code for row in rows for code in json.loads(row)["suggested"]} >= {
        "barrier",
        "facilitator",
    }
    sheet = load_workbook(out / "review" / "suggestions.xlsx").worksheets[0]
    assert sheet.max_row == len(passages) + 1
