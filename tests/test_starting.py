"""A new study, from an empty folder to its first run."""

import json

import pytest
import yaml
from interviews import KeywordClassifier, write_interviews

from nlp_pipeline import pipeline
from nlp_pipeline.codebooks import check
from nlp_pipeline.config import StudySettings, read_codebook, read_settings
from nlp_pipeline.errors import CodebookError, InputError
from nlp_pipeline.pipeline.starting import StartOptions, settings_yaml, start_study
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.resources import resource

FILES = {"study.yaml", "codebook.yaml", "attributes.csv", "README.md", "transcripts"}


def names_of(folder):
    return {path.name for path in folder.iterdir()}


def test_a_new_study_says_every_setting_as_it_is_by_default(tmp_path):
    start_study(tmp_path / "new", StartOptions(name="Zorg in de wijk"))
    path = tmp_path / "new" / "study.yaml"
    changed = {"name": "Zorg in de wijk", "codebook": "codebook.yaml"}
    assert read_settings(path) == StudySettings(**changed)
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert written == StudySettings(**changed).model_dump(mode="json")


def test_every_part_and_every_setting_outside_a_part_is_explained():
    lines = settings_yaml(StudySettings()).splitlines()
    outer = [n for n, line in enumerate(lines) if line[:1].isalpha()]
    assert len(outer) == len(StudySettings.model_fields)
    assert all(lines[n - 1].startswith("# ") for n in outer)


def test_the_explanations_are_all_those_of_the_default_settings():
    shipped = resource("configs/default.yaml").read_text(encoding="utf-8").splitlines()
    first = next(n for n, line in enumerate(shipped) if not line.strip())
    said = [line.strip() for line in shipped[first:] if line.strip().startswith("#")]
    made = [line.strip() for line in settings_yaml(StudySettings()).splitlines()]
    assert [line for line in made if line.startswith("#")][1:] == said


@pytest.mark.parametrize(
    "name", ['a: b # "c"', "ja", "'", "Zorg én wélzijn 😀", "{x}", "1.0", "\\"]
)
def test_any_name_comes_back_as_it_was(tmp_path, name):
    start_study(tmp_path / "new", StartOptions(name=name))
    assert read_settings(tmp_path / "new" / "study.yaml").name == name


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_new_study_runs_once_there_are_transcripts(tmp_path, language):
    folder = tmp_path / "my study"
    start_study(folder, StartOptions(language=language))
    assert names_of(folder) == FILES
    with pytest.raises(InputError, match="no transcripts"):
        pipeline.run(pipeline.load_study([folder]), KeywordClassifier())
    (folder / "transcripts").rmdir()
    write_interviews(folder / "transcripts")
    summary = pipeline.run(pipeline.load_study([folder]), KeywordClassifier(), language=language)
    assert (summary.state, summary.exit_code) == ("finished", 0)
    place = find_workplace(folder)
    assert place.codebook == read_codebook("rmic")
    assert set(map(len, place.attributes.values())) <= {0}
    (folder / "attributes.csv").write_text(
        (folder / "attributes.csv").read_text(encoding="utf-8") + "01 huisarts.txt,huisarts\n",
        encoding="utf-8",
    )
    known = find_workplace(folder).attributes
    assert [v for v in known.values() if v] == [{"stakeholder": "huisarts"}]


@pytest.mark.parametrize(("language", "word"), [("nl", "Volgende stappen"), ("en", "Next steps")])
def test_the_next_steps_name_the_study_and_commands_that_exist(tmp_path, language, word, call):
    start_study(tmp_path / "wijk", StartOptions(language=language))
    text = (tmp_path / "wijk" / "README.md").read_text(encoding="utf-8")
    assert word in text
    assert "{" not in text
    assert text.startswith("# wijk\n")
    commands = {line.split()[1] for line in text.splitlines() if "  nlp-pipeline " in line}
    assert {"run", "sample", "import", "export", "codebook"} <= commands
    for command in commands:
        assert call(command, "--help")[0] == 0


@pytest.mark.parametrize("name", ["rmic", "cfir", "empty"])
def test_every_codebook_that_can_be_chosen_is_copied_whole(tmp_path, name):
    started = start_study(tmp_path / "new", StartOptions(codebook=name))
    study = pipeline.load_study([tmp_path / "new"])
    assert len(study.codebook.code_ids) == started.codes
    if name != "empty":
        assert study.codebook == read_codebook(name)


def test_an_empty_codebook_has_to_be_filled_in(tmp_path):
    start_study(tmp_path / "new", StartOptions(codebook="empty"))
    faults = [f for f in check(read_codebook(tmp_path / "new" / "codebook.yaml")) if f.fault]
    assert {(f.kind, f.codes) for f in faults} == {("definition", ("theme_1", "theme_2"))}


def test_a_codebook_of_ones_own_is_copied_with_its_remarks(tmp_path):
    own = tmp_path / "own.yaml"
    text = "# mijn codes\nname: own\nversion: '1'\nfacets: [{id: f, codes: [{id: a}]}]\n"
    own.write_text(text, encoding="utf-8")
    start_study(tmp_path / "new", StartOptions(codebook=str(own)))
    assert (tmp_path / "new" / "codebook.yaml").read_text(encoding="utf-8") == text


def test_a_codebook_that_is_missing_or_wrong_leaves_nothing_behind(tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: x\n", encoding="utf-8")
    for codebook in ("nergens", str(wrong)):
        with pytest.raises(CodebookError):
            start_study(tmp_path / "new", StartOptions(codebook=codebook))
        assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("there", ["study.yaml", "codebook.yaml", "attributes.csv", "README.md"])
def test_nothing_is_overwritten_and_nothing_added_beside_it(tmp_path, there):
    (tmp_path / there).write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=there):
        start_study(tmp_path, StartOptions())
    assert names_of(tmp_path) == {there}
    assert (tmp_path / there).read_text(encoding="utf-8") == "mine"


def test_transcripts_that_are_there_stay(tmp_path):
    write_interviews(tmp_path / "transcripts")
    before = names_of(tmp_path / "transcripts")
    start_study(tmp_path, StartOptions())
    assert names_of(tmp_path / "transcripts") == before


def test_a_file_is_no_place_for_a_study(tmp_path):
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        start_study(tmp_path / "x", StartOptions())


def test_a_script_asks_nothing_and_is_told_what_was_made(call, tmp_path):
    code, out, err = call("init", tmp_path / "wijk", "--codebook", "cfir", "--yes", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert {name.rstrip("/") for name in told["files"]} == FILES
    assert (told["codebook"], told["codes"]) == ("cfir", 72)
    assert read_settings(tmp_path / "wijk" / "study.yaml").name == "wijk"
    code, _, err = call("init", tmp_path / "wijk", "--yes")
    assert code == 1
    assert "nothing is overwritten" in err


def test_on_a_terminal_it_asks_until_the_answers_are_of_use(call, tmp_path, monkeypatch):
    answers = iter(["Wijkzorg", "nergens", "empty", "de", "NL"])
    asked = []

    def prompt(text, default):
        asked.append(text)
        return next(answers)

    monkeypatch.setattr("typer.prompt", prompt)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    code, _, err = call("init", tmp_path / "new")
    assert code == 0
    assert "nergens" in err
    assert len(asked) == 5
    assert read_settings(tmp_path / "new" / "study.yaml").name == "Wijkzorg"
    assert "theme_1" in read_codebook(tmp_path / "new" / "codebook.yaml").code_ids
    assert "Volgende stappen" in (tmp_path / "new" / "README.md").read_text(encoding="utf-8")
