"""The command agree on invented studies whose figures are known."""

import json
from shutil import copytree

import pytest
from coded_study import SPOKEN, answers_of, decide, write_study

from nlp_pipeline import cli
from nlp_pipeline.analysis.agreement_records import as_json
from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.exchange import Verdict, text_sha256
from nlp_pipeline.frame import CONSENSUS
from nlp_pipeline.pipeline.agreed import measure
from nlp_pipeline.pipeline.asked import AgreeOptions
from nlp_pipeline.pipeline.coded import study_frame
from nlp_pipeline.pipeline.reporting import Silent
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.records import Origin

CODES = ("barrier", "facilitator", "clinical")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("template") / "study", interviews=6, answers=4)


@pytest.fixture
def study(template, tmp_path):
    """Return a copy of a study with six interviews of four answers, which nobody has coded."""
    return copytree(template, tmp_path / "my-study")


@pytest.fixture
def call(capsys):
    """Return a function that runs the command and gives exit code, output and complaints."""

    def call(*arguments, by="role"):
        divided = ["--by", by] if by else []
        with pytest.raises(SystemExit) as left:
            cli.main(["agree", *map(str, arguments), *divided, "--resamples", "100"])
        out, err = capsys.readouterr()
        assert all(word not in out + err for word in SPOKEN)
        return left.value.code, out, err

    return call


def told(study, **asked):
    """Measure a study, as the command does, and return the record as it goes into the file."""
    options = AgreeOptions(
        **{"by": ("role",), "sampling": Sampling(resamples=100, seed=20), **asked}
    )
    agreement, _ = measure(study_frame(study), options, steps=Silent(), with_text=False)
    return json.loads(json.dumps(as_json(agreement), allow_nan=False))


def part(agreement, way="blind"):
    return next(one for one in agreement["parts"] if one["way"] == way)


def comparison(agreement, *coders, way="blind"):
    return next(c for c in part(agreement, way)["comparisons"] if c["coders"] == list(coders))


def row(compared, code="barrier", *, by="all", value="all"):
    (found,) = (s for s in compared["slices"] if (s["by"], s["value"]) == (by, value))
    return next(one for one in found["codes"] if one["code"] == code)


def code_with_kappa_of_a_half(study, *, origin=Origin.BLIND):
    """Let two people code 24 passages: 8 barriers of both, 2 and 4 of one, 10 of neither."""
    passages = answers_of(study)
    assert len(passages) == 24
    anna = [n < 10 for n in range(24)]
    bram = [n < 8 or 10 <= n < 14 for n in range(24)]
    spread = [passages[n * 7 % 24] for n in range(24)]
    for name, gave in (("Anna", anna), ("Bram", bram)):
        codes = {p: ["barrier"] if on else [] for p, on in zip(spread, gave, strict=True)}
        decide(study, name, codes, origin=origin)
    return spread


def test_figures_are_those_of_a_table_made_by_hand(study):
    code_with_kappa_of_a_half(study)
    agreement = told(study)
    assert [one["way"] for one in agreement["parts"]] == ["blind"]
    found = row(comparison(agreement, "Anna", "Bram"))
    values = {name: figure["value"] for name, figure in found["figures"].items()}
    assert values["cohen_kappa"] == pytest.approx(0.5)
    assert values["percent_agreement"] == pytest.approx(0.75)
    assert values["pabak"] == pytest.approx(0.5)
    assert values["precision"] == pytest.approx(8 / 10)
    assert values["recall"] == pytest.approx(8 / 12, abs=1e-6)
    assert (found["passages"], found["interviews"], found["differ"]) == (24, 6, 6)
    assert (found["given"], found["seen"]) == ([10, 12], [24, 24])
    assert found["prevalence"] == pytest.approx(22 / 48, abs=1e-6)
    kappa = found["figures"]["cohen_kappa"]
    assert kappa["low"] < 0.5 < kappa["high"]
    assert agreement["words"][kappa["band"]]["nl"] == "redelijke overeenstemming"


def test_the_reference_is_the_second_of_its_pairs(study):
    code_with_kappa_of_a_half(study)
    figures = row(comparison(told(study, reference="Anna"), "Bram", "Anna"))["figures"]
    assert figures["precision"]["value"] == pytest.approx(8 / 12, abs=1e-6)
    assert figures["recall"]["value"] == pytest.approx(8 / 10)
    agreement = told(study, reference="model")
    pairs = [c["coders"] for c in part(agreement)["comparisons"] if c["with_model"]]
    model = agreement["model_id"]
    assert ["Anna", model] in pairs
    assert [model, "Anna"] not in pairs


def test_a_code_that_nobody_gives_has_no_figure_but_a_reason(study):
    code_with_kappa_of_a_half(study)
    figures = row(comparison(told(study), "Anna", "Bram"), "clinical")["figures"]
    assert figures["cohen_kappa"] == {
        "reason": "both coders use one value only",
        "no_interval": "both coders use one value only",
    }
    assert figures["krippendorff_alpha"]["reason"] == "all coders use one value only"
    assert figures["f1"]["reason"] == "the code occurs in neither coding"
    assert figures["percent_agreement"]["value"] == 1


def test_the_model_is_compared_with_every_person_and_counts_in_the_group(study):
    code_with_kappa_of_a_half(study)
    agreement = told(study)
    model = agreement["model_id"]
    kinds = {tuple(c["coders"]): c["kind"] for c in part(agreement)["comparisons"]}
    assert kinds == {
        ("Anna", "Bram", model): "everybody",
        ("Anna", "Bram"): "pair",
        (model, "Anna"): "pair",
        (model, "Bram"): "pair",
    }
    suggested = row(comparison(agreement, model, "Anna"))["given"][0]
    assert suggested == row(comparison(agreement, model, "Bram"))["given"][0] > 0


def test_one_person_alone_is_compared_with_the_model_and_it_says_so(call, study):
    decide(study, "Anna", {p: ["barrier"] for p in answers_of(study)[:12]})
    agreement = told(study)
    assert any("nothing is known of agreement between" in note for note in agreement["notes"])
    assert [c["with_model"] for c in part(agreement)["comparisons"]] == [True]
    assert agreement["parts"][0]["boundaries"] == []
    code, out, err = call(study, "--coders", "Anna")
    assert (code, out) == (1, "")
    assert "needs two coders" in err


def test_without_any_coding_it_says_what_to_do(call, study):
    code, _, err = call(study)
    assert code == 1
    assert "nlp-pipeline sample" in err
    assert not (study / "agreement").exists()


def test_a_coder_who_coded_a_part_counts_there_only(study):
    passages = answers_of(study)
    decide(study, "Anna", {p: ["barrier"] if n % 2 else [] for n, p in enumerate(passages[:16])})
    decide(study, "Bram", {p: ["barrier"] if n % 2 else [] for n, p in enumerate(passages[:6])})
    decide(study, "Cor", {p: ["barrier"] for p in passages[18:]})
    agreement = told(study)
    both = row(comparison(agreement, "Anna", "Bram"))
    assert (both["passages"], both["interviews"], both["given"]) == (6, 2, [3, 3])
    kappa = both["figures"]["cohen_kappa"]
    assert kappa["value"] == 1
    assert kappa["no_interval"] == "2 interviews; an interval takes 5"
    apart = row(comparison(agreement, "Bram", "Cor"))
    assert apart["passages"] == 0
    assert {f["reason"] for f in apart["figures"].values()} <= {
        "no passages",
        "no passage was coded by two people",
    }
    assert all("value" not in f for f in apart["figures"].values())
    seen = {coder["name"]: coder["seen"]["blind"] for coder in agreement["coders"]}
    assert (seen["Anna"], seen["Bram"], seen["Cor"]) == (16, 6, 6)


def test_blind_and_assisted_stay_apart_and_the_difference_is_the_anchoring(study):
    spread = code_with_kappa_of_a_half(study)
    for name in ("Anna", "Bram"):
        decide(study, name, {p: [] for p in spread[10:14]}, origin=Origin.ASSISTED)
        agreed = {p: ["barrier"] for p in spread[:10]} | {p: [] for p in spread[14:]}
        decide(study, name, agreed, origin=Origin.ASSISTED)
        rejected = {p: ["barrier"] for p in spread[10:14]}
        decide(study, name, rejected, origin=Origin.ASSISTED, verdict=Verdict.REJECTED)
    agreement = told(study)
    assert [one["way"] for one in agreement["parts"]] == ["blind", "assisted", "all"]
    values = {
        way: row(comparison(agreement, "Anna", "Bram", way=way))["figures"]["cohen_kappa"]["value"]
        for way in ("blind", "assisted")
    }
    assert values == {"blind": pytest.approx(0.5), "assisted": 1.0}
    (effect,) = (
        one
        for one in agreement["anchoring"]
        if one["coders"] == ["Anna", "Bram"] and one["code"] == "barrier"
    )
    assert effect["figure"] == "cohen_kappa"
    assert effect["difference"]["value"] == pytest.approx(0.5)
    assert effect["difference"]["low"] < 0.5 < effect["difference"]["high"]
    assert effect["passages"] == [24, 24, 24]
    blind = told(study, way="blind")
    assert [one["way"] for one in blind["parts"]] == ["blind"]
    assert blind["anchoring"] == []


def test_a_way_that_is_not_there_is_refused(call, study):
    code_with_kappa_of_a_half(study, origin=Origin.IMPORTED)
    code, _, err = call(study, "--blind")
    assert code == 1
    assert "there are imported ones" in err
    assert any("whether suggestions were in view" in note for note in told(study)["notes"])
    assert call(study, "--blind", "--all")[0] == 2


def test_passages_are_divided_by_language_role_and_attributes(call, study):
    rows = [f"0{n}.txt,{'nurse' if n < 2 else 'manager'},{n}" for n in range(6)]
    lines = ["transcript,group,age", *rows]
    (study / "attributes.csv").write_text("\n".join(lines), encoding="utf-8")
    passages = answers_of(study)
    nurses = {p.transcript_id for p in passages[:8]}
    for name, miss in (("Anna", False), ("Bram", True)):
        codes = {
            p: [] if (n % 2 or (miss and p.transcript_id not in nurses and n % 4)) else ["barrier"]
            for n, p in enumerate(passages)
        }
        decide(study, name, codes)
    agreement = told(study, by=(), coders=("Anna", "Bram"))
    found = comparison(agreement, "Anna", "Bram")
    assert agreement["cuts"] == ["language", "role", "group", "age"]
    named = [(s["by"], s["value"]) for s in found["slices"]]
    assert named[0] == ("all", "all")
    assert {("language", "nl"), ("language", "en"), ("group", "nurse"), ("group", "manager")} <= {
        *named
    }
    assert not any(by == "role" for by, _ in named)
    nurse, manager = (row(found, by="group", value=v) for v in ("nurse", "manager"))
    assert (nurse["passages"], nurse["interviews"], manager["passages"]) == (8, 2, 16)
    assert nurse["figures"]["cohen_kappa"]["value"] == 1
    assert manager["figures"]["cohen_kappa"]["value"] == pytest.approx(0.5)
    assert told(study, by=("group",), coders=("Anna", "Bram"))["cuts"] == ["group"]
    code, _, err = call(study, by="shoe")
    assert code == 1
    assert '"shoe"' in err
    assert "group" in err


def test_disagreements_are_listed_hardest_first_with_the_words_inside_the_study_only(
    call, study, tmp_path
):
    passages = answers_of(study)
    decide(study, "Anna", {passages[0]: ["barrier", "clinical"], passages[1]: ["barrier"]})
    decide(study, "Bram", {passages[0]: ["facilitator"], passages[1]: ["barrier"]})
    decide(study, "Cor", {passages[0]: [], passages[1]: [], passages[2]: ["system"]})
    decide(study, CONSENSUS, {passages[0]: ["barrier"]}, origin=Origin.ASSISTED)
    code, out, err = call(study)
    assert (code, err) == (0, "")
    assert "Anna, Bram, Cor" in out
    path = study / "agreement" / "disagreements.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    assert listed["has_text"]
    first, second, *_ = listed["passages"]
    assert (first["rank"], first["start"], first["end"]) == (1, passages[0].start, passages[0].end)
    assert first["passage_id"] == passages[0].id
    assert first["text"] == passages[0].text
    assert first["pairs_apart"] == 6
    dispute = next(one for one in first["codes"] if one["code"] == "barrier")
    assert "Anna" in dispute["given_by"]
    assert {"Bram", "Cor"} <= {*dispute["not_given_by"]}
    assert dispute["consensus"] is True
    assert second["passage_id"] == passages[1].id
    assert second["pairs_apart"] == 2
    code, out, err = call(study, "--out", tmp_path / "elsewhere", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["disagreements"] == len(listed["passages"])
    of_people = [one for one in listed["passages"] if one["pairs_apart"]]
    assert 0 < found["disagreements_of_people"] == len(of_people) < found["disagreements"]
    assert {len(c["slices"]) for c in found["parts"][0]["comparisons"]} == {1}
    assert found["files"][:2] == ["agreement.json", "disagreements.json"]
    assert found["files_with_words_of_participants"] == []
    outside = (tmp_path / "elsewhere" / "disagreements.json").read_text(encoding="utf-8")
    assert not json.loads(outside)["has_text"]
    assert all(word not in outside for word in SPOKEN)
    agreement = (study / "agreement" / "agreement.json").read_text(encoding="utf-8")
    assert all(word not in agreement for word in SPOKEN)


def test_the_console_counts_apart_what_only_the_model_differs_on(study, call, tmp_path):
    passages = answers_of(study)
    decide(study, "Anna", {p: ["barrier"] for p in passages})
    decide(
        study, "Bram", {p: ["facilitator"] if p == passages[0] else ["barrier"] for p in passages}
    )
    _, out, _ = call(study, "--out", tmp_path / "elsewhere")
    (line,) = (line for line in out.splitlines() if "people differ" in line)
    assert line.startswith("1 passage on which people differ, ")
    assert " on which only the model differs: hardest first, in disagreements.json" in line


def test_the_console_leads_to_the_page_for_the_meeting(study, call):
    passages = answers_of(study)
    for coder, codes in (("Anna", ["barrier"]), ("Bram", ["facilitator"])):
        decide(study, coder, {passages[0]: codes, passages[1]: ["barrier"]})
    _, out, _ = call(study, "--coders", "Anna,Bram")
    (line,) = (line for line in out.splitlines() if "people differ" in line)
    assert line.startswith("1 passage on which people differ. Settle them together in ")
    assert str(study / "agreement" / "consensus.html") in line
    assert "meeting" in line
    assert "disagreements.json" not in line
    assert "2 passages of 1 interview" in out


def test_the_consensus_is_compared_with_but_is_no_coder(study):
    code_with_kappa_of_a_half(study)
    consensus = {p: ["barrier"] for p in answers_of(study)[:12]}
    decide(study, CONSENSUS, consensus, origin=Origin.ASSISTED)
    agreement = told(study)
    assert [one["way"] for one in agreement["parts"]] == ["blind"]
    found = part(agreement)["comparisons"]
    assert ["Anna", CONSENSUS] in [c["coders"] for c in found]
    assert all(CONSENSUS not in c["coders"] for c in found if c["kind"] != "pair")
    assert {c["name"]: c["is_consensus"] for c in agreement["coders"]}[CONSENSUS]


def test_codes_that_the_codebook_lacks_are_told(study):
    code_with_kappa_of_a_half(study)
    decide(study, "Anna", {answers_of(study)[0]: ["gone"]})
    agreement = told(study)
    assert any("gone (1)" in note for note in agreement["notes"])
    assert row(comparison(agreement, "Anna", "Bram"))["passages"] == 23


def test_coders_can_be_chosen_and_misspelt(call, study):
    code_with_kappa_of_a_half(study)
    agreement = told(study, coders=("Anna", "Bram"))
    assert [c["coders"] for c in part(agreement)["comparisons"]] == [["Anna", "Bram"]]
    code, _, err = call(study, "--coders", "Ana,model")
    assert code == 1
    assert 'Did you mean "Anna"?' in err


def test_the_same_seed_gives_the_same_record(study):
    code_with_kappa_of_a_half(study)
    first, again, other = (
        told(study, coders=("Anna", "Bram"), sampling=Sampling(resamples=100, seed=seed))
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first["parts"] != other["parts"]


def teach(folder, interviews):
    """Make the model of the run one that has learned from these interviews."""
    place = find_workplace(folder)
    texts = [text_sha256(t.text) for t in place.results.transcripts if t.id in interviews]
    model = folder / "models" / place.manifest.model.id.partition("@")[0]
    model.mkdir(parents=True)
    made = json.dumps({"learned_from": texts})
    (model / "manifest.json").write_text(made, encoding="utf-8")


def test_interviews_that_the_model_has_learned_from_are_named_and_kept_apart(study, call):
    passages = answers_of(study)
    coded = list(dict.fromkeys(p.transcript_id for p in passages))[:3]
    codes = {p: ["barrier"] for p in passages if p.transcript_id in coded}
    decide(study, "Anna", codes)
    decide(study, "Bram", codes)
    assert told(study)["learned_from"] == 0
    # The last of these nobody has coded, so nothing is compared there.
    teach(study, {*coded[:2], passages[-1].transcript_id})
    found = told(study, by=())
    assert found["learned_from"] == 2
    pair = next(c for c in part(found)["comparisons"] if found["model_id"] in c["coders"])
    parts = {s["value"]: s["passages"] for s in pair["slices"] if s["by"] == "learned from"}
    assert parts == {"yes": 8, "no": 4}
    assert told(study, coders=("Anna", "Bram"))["learned_from"] == 0
    _, _, err = call(study, "--language", "nl")
    assert "has learned from 2 of the 3 interviews" in err
    folder = study / "agreement"
    assert "geleerd van 2 van de 3 interviews" in (folder / "agreement.html").read_text("utf-8")
    assert "codings of 2 of these interviews" in (folder / "methods.en.md").read_text("utf-8")
    assert "coderingen van 2 van deze" in (folder / "methods.nl.md").read_text("utf-8")


def test_coders_who_never_met_are_counted_and_reasons_are_in_the_language_asked(call, study):
    transcripts = find_workplace(study).results.transcripts
    passages = find_workplace(study).results.passages
    of_first = [p for p in passages if p.transcript_id == transcripts[0].id]
    of_last = [p for p in passages if p.transcript_id == transcripts[-1].id]
    for coder, seen in (("Anna", of_first), ("Bram", of_first), ("Carla", of_last)):
        decide(study, coder, {p: {"barrier"} for p in seen})
    _, out, _ = call(study, "--language", "nl")
    said = " ".join(out.split())
    assert "without a passage in common" in said
    assert "Anna, Carla" not in said
    assert "gebruiken maar" in said
