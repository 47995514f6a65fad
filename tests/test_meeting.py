"""The page of a consensus meeting, and its decisions on their way into the log."""

import json
import re
from shutil import copytree

import pytest
from coded_study import SPOKEN, decide
from meeting_study import data_of, passage_at, run_agree, write_disputed

from nlp_pipeline import cli
from nlp_pipeline.decisions import read_log
from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import Verdict, text_sha256
from nlp_pipeline.frame import CONSENSUS
from nlp_pipeline.pipeline.coded import study_frame
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.records import Origin


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return write_disputed(tmp_path_factory.mktemp("meeting") / "study")


@pytest.fixture
def study(template, tmp_path):
    return copytree(template, tmp_path / "study")


@pytest.fixture(scope="module")
def summary(template):
    return run_agree(template)


@pytest.fixture(scope="module")
def data(summary):
    return data_of(summary.folder / "consensus.html")


def cases(data):
    """Return the passages of a page by their number in the transcript."""
    return {p["number"]: p for t in data["transcripts"] for p in t["passages"]}


def ids(data, numbers):
    return [data["codebook"]["codes"][int(number)]["id"] for number in numbers]


def votes(data, case):
    (names,) = (data["meeting"]["people"],)
    return {
        ids(data, [code])[0]: {names[int(who)]: said for who, said in own.items()}
        for code, own in case["votes"].items()
    }


def case_of(data, study, number):
    passage = passage_at(study, number)
    (found,) = (p for t in data["transcripts"] for p in t["passages"] if p["id"] == passage.id)
    return found


def test_everything_for_people_is_written_and_what_holds_words_is_named(summary):
    assert {path.name for path in summary.folder.iterdir()} == set(summary.files)
    assert set(summary.with_words) == {"disagreements.json", "agreement.xlsx", "consensus.html"}
    for name in set(summary.files) - set(summary.with_words):
        content = (summary.folder / name).read_bytes().decode("utf-8", "replace")
        assert all(word not in content for word in SPOKEN)


def test_outside_the_study_nothing_with_words_is_written(template, tmp_path):
    from nlp_pipeline.analysis.figures import Sampling
    from nlp_pipeline.pipeline.agreeing import agree
    from nlp_pipeline.pipeline.asked import AgreeOptions

    options = AgreeOptions(sampling=Sampling(resamples=100, seed=3))
    summary = agree(template, tmp_path / "out", options=options)
    assert summary.with_words == ()
    assert not (tmp_path / "out" / "consensus.html").exists()
    assert "consensus.html" not in (tmp_path / "out" / "agreement.html").read_text("utf-8")


def test_only_what_is_in_dispute_is_in_the_page(data, template):
    assert data["meeting"]["coder"] == CONSENSUS
    assert data["meeting"]["people"] == ["Anna", "Bram"]
    first = case_of(data, template, 0)
    assert ids(data, first["suggested"]) == ["barrier", "facilitator"]
    assert ids(data, first["agreed"])[-1:] == ["professional"]
    said = votes(data, first)
    assert said["barrier"] == {"Anna": True, "Bram": False}
    assert said["facilitator"] == {"Anna": False, "Bram": True}
    assert first["people"] is True
    hardest = min((p for t in data["transcripts"] for p in t["passages"]), key=lambda p: p["rank"])
    assert hardest["id"] == passage_at(template, 0).id
    assert all(t["earlier"] == [] for t in data["transcripts"])


def test_the_script_finds_every_element_and_word_of_a_meeting(summary):
    source = (summary.folder / "consensus.html").read_text(encoding="utf-8")
    there = set(re.findall(r'\bid="([\w-]+)"', source))
    wanted = set(re.findall(r'\bone\("([\w-]+)"\)', source))
    # The script looks for this one on a review page only.
    assert wanted <= {*there, "f-speaker"}
    said = set(re.findall(r'\bsay\("(\w+)"', source))
    words = data_of(summary.folder / "consensus.html")["words"]
    for language in ("en", "nl"):
        assert said <= set(words[language])


def test_what_people_saw_decides_how_blind_a_decision_can_be(data, template):
    assert case_of(data, template, 1)["origin"] == "blind"
    assert case_of(data, template, 2)["origin"] == "assisted"


def test_the_model_is_apart_and_can_be_left_out(data, study):
    assert "model" in case_of(data, study, 0)
    summary = run_agree(study, coders=("Anna", "Bram"))
    without = data_of(summary.folder / "consensus.html")
    assert without["meeting"]["model"] == ""
    assert not [p for t in without["transcripts"] for p in t["passages"] if "model" in p]


def test_the_same_log_gives_the_same_page(study):
    page = run_agree(study).folder / "consensus.html"
    first = page.read_bytes()
    run_agree(study)
    assert page.read_bytes() == first


def saved(study, told, **more):
    """Return a file as the page saves it; ``told`` has codes and rejected codes by passage."""
    place = find_workplace(study)
    texts = {t.id: t for t in place.results.transcripts}
    decisions = []
    for passage, (codes, rejected) in told.items():
        transcript = texts[passage.transcript_id]
        decisions.append(
            {
                "transcript": transcript.id,
                "name": transcript.source_name,
                "text_sha256": text_sha256(transcript.text),
                "start": passage.start,
                "end": passage.end,
                "quote": passage.text,
                "passages": [[passage.start, passage.end]],
                "decided": True,
                "codes": codes,
                "rejected": rejected,
                "note": "",
                "decided_at": "2026-03-02T10:00:00Z",
                "origin": "blind",
                "shown": [],
            }
        )
    file = {
        "format": "nlp-pipeline decisions",
        "version": 1,
        "export": "e",
        "program": "0.1.0",
        "study": "Proef",
        "created_at": "",
        "saved_at": "2026-03-02T11:00:00Z",
        "coder": CONSENSUS,
        "present": " Anna,  Bram ",
        "blind": False,
        "model": "m",
        "codebook": {"name": "rmic", "version": "1"},
        "decisions": decisions,
        **more,
    }
    path = study / "decisions.json"
    path.write_text(json.dumps(file), encoding="utf-8", newline="\n")
    return path


def bring_back(path, study):
    with pytest.raises(SystemExit) as left:
        cli.main(["import", str(path), "--study", str(study)])
    return left.value.code


def test_the_file_of_a_meeting_becomes_the_adjudicated_coding(study):
    one, two = passage_at(study, 0), passage_at(study, 1)
    path = saved(
        study, {one: (["barrier", "professional"], ["facilitator"]), two: ([], ["barrier"])}
    )
    before = len(find_workplace(study).log)
    assert bring_back(path, study) == 0
    log = find_workplace(study).log
    new = log[before:]
    assert {(d.code, d.verdict) for d in new if d.start == one.start} == {
        ("barrier", Verdict.ADDED),
        ("professional", Verdict.ADDED),
        ("facilitator", Verdict.REJECTED),
    }
    assert {d.coder for d in new} == {CONSENSUS}
    assert {d.decided_by for d in new} == {"Anna, Bram"}
    assert {d.origin for d in new} == {Origin.BLIND}
    assert all(not d.decided_by for d in log[:before])
    found = study_frame(study)
    row = found.frame.coded[found.frame.place(CONSENSUS)]
    place = next(n for n, p in enumerate(found.frame.passages) if p.id == one.id)
    assert [c for c, on in zip(found.frame.codes, row[place], strict=True) if on] == [
        "barrier",
        "professional",
    ]
    # The coders keep what they said: the log holds what it was before.
    anna = found.frame.coded[found.frame.place("Anna"), place]
    assert anna[found.frame.codes.index("barrier")]


def test_the_log_shows_who_were_at_the_meeting(study, capsys):
    bring_back(saved(study, {passage_at(study, 0): (["barrier"], [])}), study)
    with pytest.raises(SystemExit) as left:
        cli.main(["log", str(study), "--coder", CONSENSUS])
    assert left.value.code == 0
    out = capsys.readouterr().out
    assert "consensus (Anna, Bram)" in out
    assert all(word not in out for word in SPOKEN)


def test_importing_twice_changes_nothing(study):
    path = saved(study, {passage_at(study, 0): (["barrier"], ["facilitator", "professional"])})
    assert bring_back(path, study) == 0
    log = (study / "decisions.jsonl").read_bytes()
    assert bring_back(path, study) == 0
    assert (study / "decisions.jsonl").read_bytes() == log


def test_what_was_settled_is_filled_in_and_is_a_reference(study):
    bring_back(saved(study, {passage_at(study, 0): (["barrier"], ["facilitator"])}), study)
    summary = run_agree(study, reference=CONSENSUS)
    page = data_of(summary.folder / "consensus.html")
    own = [o for t in page["transcripts"] for o in t["own"]]
    assert ids(page, own[0]["codes"]) == ["barrier"]
    assert page["meeting"]["people"] == ["Anna", "Bram"]
    assert page["coder"] == ""
    pairs = {c.coders for part in summary.agreement.parts for c in part.comparisons}
    assert (summary.agreement.model_id, CONSENSUS) in pairs
    assert "reached consensus on 1 passage." in (summary.folder / "methods.en.md").read_text(
        "utf-8"
    )


def test_logs_of_before_meetings_are_read_and_kept_as_they_were(study):
    lines = (study / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    assert all("decided_by" not in json.loads(line) for line in lines)
    assert {d.decided_by for d in read_log(study / "decisions.jsonl")} == {""}


def test_a_file_with_another_origin_is_refused_by_its_place(study):
    path = saved(study, {passage_at(study, 0): (["barrier"], [])})
    file = json.loads(path.read_text(encoding="utf-8"))
    file["decisions"][0]["origin"] = "guessed"
    path.write_text(json.dumps(file), encoding="utf-8", newline="\n")
    from nlp_pipeline.review import html

    with pytest.raises(InputError, match="decision 1, origin") as refused:
        html.read(path, find_workplace(study).known)
    assert all(word not in str(refused.value) for word in SPOKEN)


def test_notes_of_coders_come_along(study):
    from dataclasses import replace

    from nlp_pipeline.decisions import write_log

    place = find_workplace(study)
    last = next(d for d in place.log if d.coder == "Bram" and d.code == "facilitator")
    noted = replace(last, id="x", note="<i>twijfel</i>", decided_at="2026-01-01T00:00:00+00:00")
    write_log(place.log_path, [noted])
    page = data_of(run_agree(study).folder / "consensus.html")
    assert case_of(page, study, 0)["notes"] == [["Bram", "<i>twijfel</i>"]]


def test_people_who_agree_leave_only_the_model_to_differ(study):
    decide(study, "Anna", {passage_at(study, 1): ["barrier"]})
    page = data_of(run_agree(study).folder / "consensus.html")
    found = [p for t in page["transcripts"] for p in t["passages"]]
    assert passage_at(study, 1).id not in {p["id"] for p in found if p["people"]}
    for case in found:
        if not case["people"]:
            assert case["model"]
            said = [set(own.values()) for own in votes(page, case).values()]
            assert all(len(values) == 1 for values in said)
