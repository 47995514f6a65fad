"""The wheel does the main job with the source folder gone, the default model inside."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from nlp_pipeline.resources import resource

ROOT = Path(__file__).resolve().parents[1]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="needs the source folder"),
]
INTERVIEW = """I: Hoe gaat de samenwerking met de huisarts?

R: Die gaat heel goed, we kennen elkaar en we bellen makkelijk even.

I: En het dossier?

R: Dat is een probleem. We kunnen niet in elkaars systeem en dan moet je alles overtypen.
"""


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and return it; its output is shown if it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder),
        cwd=ROOT,
    )  # fmt: skip
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_package_the_model_and_nothing_of_a_study(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "nlp_pipeline/_resources/models/rmic-nl-en/model.safetensors" in names
    assert "nlp_pipeline/_resources/configs/default.yaml" in names
    assert "nlp_pipeline/review/templates/overview.html.j2" in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"nlp_pipeline"}
    assert not [name for name in names if "corpora" in name or "tests" in name]


def test_the_installed_wheel_runs_the_main_job(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    (tmp_path / "talk").mkdir()
    (tmp_path / "talk" / "een.txt").write_text(INTERVIEW, encoding="utf-8")
    done = run(
        sys.executable, "-c", "from nlp_pipeline.cli import main; main()",
        "run", "talk", "--out", "results", "--json",
        cwd=tmp_path,
        PYTHONPATH=str(site),
        PYTHONSAFEPATH="1",
    )  # fmt: skip
    printed = json.loads(done.stdout)
    assert printed["counts"]["transcripts"] == 1
    assert (tmp_path / "results" / "review" / "overview.html").is_file()
    manifest = json.loads((tmp_path / "results" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["model"]["id"].startswith("rmic-nl-en@")
    where = run(
        sys.executable, "-c", "import nlp_pipeline; print(nlp_pipeline.__file__)",
        cwd=tmp_path,
        PYTHONPATH=str(site),
        PYTHONSAFEPATH="1",
    )  # fmt: skip
    assert Path(where.stdout.strip()).is_relative_to(site)


def test_the_shipped_model_is_small_enough() -> None:
    folder = resource("models/rmic-nl-en")
    assert sum(path.stat().st_size for path in folder.iterdir()) < 40_000_000
