"""What the documents promise is there."""

import re
from pathlib import Path

import pytest
import typer

from nlp_pipeline.cli import app
from nlp_pipeline.config import read_codebook
from nlp_pipeline.corpus import HARD

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(not (ROOT / "README.md").exists(), reason="needs the source folder")


def test_every_command_is_in_the_readme_with_its_first_sentence() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands
    assert commands
    for name, command in commands.items():
        summary = " ".join(command.help.split("\n\n")[0].split())
        assert f"| `nlp-pipeline {name}` | {summary} |" in readme


def test_every_command_shows_an_example_of_itself() -> None:
    for name, command in typer.main.get_command(app).commands.items():
        assert command.epilog.startswith(f"Example: nlp-pipeline {name} ")


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "CONTRIBUTING.md",
        "corpora/README.md",
        *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")),
    ],
)
def test_what_a_document_links_to_exists(document: str) -> None:
    path = ROOT / document
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_what_the_documents_name_in_the_source_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in re.findall(r"`((?:nlp_pipeline|configs|tests|scripts|corpora)/[\w./-]+)`", text):
        assert "NAME" in name or (ROOT / name).exists(), name


def test_the_coding_manual_explains_every_code_and_every_mark() -> None:
    manual = (ROOT / "corpora" / "CODING_MANUAL.md").read_text(encoding="utf-8")
    for word in (*read_codebook("rmic").code_ids, *HARD):
        assert f"| `{word}` |" in manual
