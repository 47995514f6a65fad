import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from interviews import KeywordClassifier

from nlp_pipeline import __version__, cli
from nlp_pipeline.errors import ModelError

PROGRAM = "from nlp_pipeline.cli import main; main()"


@pytest.fixture
def call(capsys, monkeypatch):
    """Return a function that runs a command line and gives exit code, output and complaints."""
    monkeypatch.setattr("nlp_pipeline.pipeline.load_classifier", lambda study: KeywordClassifier())

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return left.value.code, out, err

    return call


def call_program(*arguments, encoding="utf-8", code=PROGRAM, **environment):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"} | environment,
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("command", [[], ["read"], ["run"], ["classify"]])
def test_help_of_every_command_has_an_example(command, call):
    code, out, _ = call(*command, "--help")
    assert code == 0
    assert " ".join(["Example: nlp-pipeline", *command]) in " ".join(out.split())


def test_every_command_is_in_the_help_and_has_a_sentence_of_help(call):
    _, out, _ = call("--help")
    for command in cli.app.registered_commands:
        assert (command.name or command.callback.__name__) in out
        assert command.callback.__doc__


def test_version(call):
    assert call("--version") == (0, f"nlp-pipeline {__version__}\n", "")


def test_the_program_runs_as_a_module_too():
    asked = [sys.executable, "-m", "nlp_pipeline", "--version"]
    ended = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert ended.stdout == f"nlp-pipeline {__version__}\n"


def test_help_loads_nothing_heavy():
    heavy = "torch transformers spacy pyarrow sklearn pandas datasets numpy pydantic docx lxml"
    code = (
        "import sys\n"
        "from nlp_pipeline.cli import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {heavy.split()} if name in sys.modules], file=sys.stderr)\n"
    )
    assert call_program(code=code).stderr.strip() == b"[]"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["read"],
        ["read", "a.txt"],
        ["run"],
        ["run", "a", "--language", "de"],
        ["nonsense"],
        ["run", "--nonsense"],
        ["classify", "a.csv"],
    ],
)
def test_wrong_usage_leaves_with_2(arguments, call):
    assert call(*arguments)[0] == 2


def test_run_prints_a_summary_and_then_that_there_is_nothing_to_do(call, interviews, tmp_path):
    code, out, err = call("run", interviews, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert "Finished. Results are in" in out
    assert str(tmp_path / "out") in out
    assert "barrier" in out
    code, out, _ = call("run", interviews, "--out", tmp_path / "out")
    assert code == 0
    assert "Nothing to do" in out


def test_json_is_one_object_and_nothing_else_on_standard_output(call, interviews, tmp_path):
    (interviews / "bad.docx").write_bytes(b"no")
    code, out, err = call("run", interviews, "--out", tmp_path / "out", "--json")
    summary = json.loads(out)
    assert code == 1
    assert summary["state"] == "finished"
    assert summary["counts"]["transcripts"] == 3
    assert [item["name"] for item in summary["refused"]] == ["bad.docx"]
    assert "Refused: bad.docx: " in err
    code, out, _ = call("read", interviews, "--out", tmp_path / "read", "--json")
    assert code == 1
    assert [item["turns"] for item in json.loads(out)["read"]] == [4, 4, 4]
    table = tmp_path / "in.jsonl"
    table.write_text('{"text": "Dat helpt de patiënt echt heel erg"}\n', encoding="utf-8")
    code, out, _ = call("classify", table, "--out", tmp_path / "out.csv", "--json")
    assert code == 0
    assert json.loads(out)["suggestions"]["facilitator"] == 1


def test_quiet_says_nothing_but_complaints(call, interviews, tmp_path):
    assert call("run", interviews, "--out", tmp_path / "out", "--quiet") == (0, "", "")
    (interviews / "bad.docx").write_bytes(b"no")
    code, out, err = call("read", interviews, "--out", tmp_path / "read", "--quiet")
    assert (code, out) == (1, "")
    assert "bad.docx" in err


def test_an_error_is_a_sentence_on_standard_error_without_a_traceback(call, tmp_path):
    code, out, err = call("run", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert (code, out) == (1, "")
    assert err.startswith("Error: ")
    assert "nowhere" in err
    assert "Traceback" not in err


def test_an_error_of_the_model_is_shown_too(call, interviews, tmp_path, monkeypatch):
    def missing(study):
        msg = f'model "{study.settings.model}" not found'
        raise ModelError(msg)

    monkeypatch.setattr("nlp_pipeline.pipeline.load_classifier", missing)
    code, _, err = call("run", interviews, "--out", tmp_path / "out", "--model", "mine")
    assert (code, err) == (1, 'Error: model "mine" not found\n')


def test_a_mistake_of_the_program_keeps_its_traceback_without_values(interviews, tmp_path):
    code = (
        "from nlp_pipeline import pipeline\n"
        "def load(study):\n"
        "    secret = 'words of a participant'.upper()\n"
        "    raise RuntimeError('a bug')\n"
        "pipeline.load_classifier = load\n" + PROGRAM
    )
    done = call_program("run", interviews, "--out", tmp_path / "out", code=code)
    assert done.returncode == 1
    assert b"RuntimeError: a bug" in done.stderr
    assert b"WORDS OF A PARTICIPANT" not in done.stderr


def test_control_c_says_how_to_go_on(call, interviews, tmp_path, monkeypatch):
    class Interrupted(KeywordClassifier):
        def classify(self, passages, *, progress=None):
            if self.classified:
                raise KeyboardInterrupt
            return super().classify(passages, progress=progress)

    monkeypatch.setattr("nlp_pipeline.pipeline.load_classifier", lambda study: Interrupted())
    code, out, err = call("run", interviews, "--out", tmp_path / "out")
    assert (code, out) == (130, "")
    assert err == "Stopped; run the same command again to go on.\n"
    monkeypatch.setattr("nlp_pipeline.pipeline.load_classifier", lambda s: KeywordClassifier())
    assert call("run", interviews, "--out", tmp_path / "out")[0] == 0


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_every_console_can_show_every_output(encoding, tmp_path):
    folder = tmp_path / "面接 é [red]"
    folder.mkdir()
    (folder / "naam 面 [bold].txt").write_text("Respondent: Dat helpt mij.\n", encoding="utf-8")
    (folder / "leeg 面.txt").write_bytes(b"")
    done = call_program("read", folder, "--out", tmp_path / "uit 面", encoding=encoding)
    assert done.returncode == 1, done.stderr
    out, err = done.stdout.decode(encoding), done.stderr.decode(encoding)
    assert "[bold].txt" in out
    assert "Refused: leeg" in err
    assert ("面" in out) == (encoding == "utf-8")
    assert call_program("--help", encoding=encoding).returncode == 0
    as_json = call_program("read", folder, "--out", tmp_path / "uit", "--json", encoding=encoding)
    assert json.loads(as_json.stdout)["read"][0]["name"] == "naam 面 [bold].txt"


def test_long_paths_are_never_broken_over_lines(call, interviews, tmp_path):
    out_folder = tmp_path / ("deep " * 10) / ("deeper " * 10).strip()
    _, out, _ = call("run", interviews, "--out", out_folder)
    assert str(out_folder) in out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not allow this name")
def test_a_file_name_cannot_steer_the_terminal(call, interviews, tmp_path):
    (interviews / "x\x1b[2J\r.txt").write_bytes(b"")
    _, out, err = call("run", interviews, "--out", tmp_path / "out")
    assert "\x1b" not in out + err
    assert r"x\x1b[2J\r.txt" in err


def test_a_warning_about_many_files_is_given_once(call, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(6):
        text = f"We zaten met z'n {number + 3} in de kamer en niemand zei iets.\n"
        (folder / f"notes {number}.txt").write_text(text, encoding="utf-8")
    _, _, err = call("read", folder, "--out", tmp_path / "out")
    assert "notes 0.txt, notes 1.txt, notes 2.txt and 3 more: " in err
    assert err.count("Warning") == 1


def test_a_closed_pipe_is_no_error(interviews, tmp_path):
    command = [sys.executable, "-c", PROGRAM, "read", str(interviews), "--out", str(tmp_path / "o")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_the_command_is_installed_under_its_name():
    text = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert 'nlp-pipeline = "nlp_pipeline.cli:main"' in text
