"""The formats in which results go out to people and come back; each is loaded when it is needed."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from nlp_pipeline.errors import ForeignError, InputError, PipelineError
from nlp_pipeline.exchange import ExportOptions, Known, ReviewFile
from nlp_pipeline.records import Coding
from nlp_pipeline.review.results import Results
from nlp_pipeline.store import disk_error

Attributes = dict[str, dict[str, str]]
"""Transcript id to what the study knows of it."""

_HEAD = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """A format: the module that writes and reads it, and how its files end.

    ``with_attributes`` says whether it has a place for what is known of a transcript, and
    ``codebook_suffix`` how a file ends that holds the codebook alone.
    """

    name: str
    module: str
    suffix: str
    codebook_suffix: str | None = None
    with_attributes: bool = False

    def write(
        self,
        results: Results,
        decisions: Sequence[Coding],
        path: Path,
        *,
        options: ExportOptions,
        attributes: Attributes,
    ) -> list[str]:
        """Write a file for review and return what its user should know.

        Raises:
            PipelineError: The format is not in this version, or cannot hold these results.
            StoreError: The disk refuses.
        """
        more = {"attributes": attributes} if self.with_attributes else {}
        warnings: list[str] = self._load().write(results, decisions, path, options=options, **more)
        return warnings

    def is_codebook(self, path: Path) -> bool:
        """Tell whether a file of this name holds the codebook alone."""
        return path.suffix.lower() == self.codebook_suffix

    def doubts(self, path: Path) -> list[str]:
        """Return what to tell of a name under which other programs will not open the file."""
        if path.suffix.lower() == self.suffix or self.is_codebook(path):
            return []
        return [f"{path.name}: other programs open this format if its name ends in {self.suffix}"]

    def read(self, path: Path, known: Known) -> ReviewFile:
        """Read what people decided in a file. Raises `InputError`."""
        read: ReviewFile = self._load().read(path, known)
        return read

    def _load(self) -> Any:
        try:
            return import_module(f"nlp_pipeline.review.{self.module}")
        except ModuleNotFoundError as error:
            if error.name != f"nlp_pipeline.review.{self.module}":
                raise
            msg = f"the format {self.name} is not in this version of nlp-pipeline"
            raise PipelineError(msg) from error


FORMATS = {
    made.name: made
    for made in (
        Format(
            name="refi-qda",
            module="refi_qda",
            suffix=".qdpx",
            codebook_suffix=".qdc",
            with_attributes=True,
        ),
        Format(name="xlsx", module="xlsx", suffix=".xlsx"),
        Format(name="html", module="html", suffix=".html"),
        Format(name="docx", module="docx", suffix=".docx"),
        Format(name="csv", module="csv_decisions", suffix=".csv"),
    )
}
"""The formats by the name that the command line has for them."""


def recognise(path: Path) -> Format:
    """Return the format of a review file, by what is in it and not by its name.

    Raises:
        ForeignError: It is no review file of this program.
        InputError: It is not there, or damaged.
        StoreError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError as error:
        msg = f"{path}: this file does not exist"
        raise InputError(msg) from error
    except OSError as error:
        raise disk_error(path, error, "read") from error
    name = _of_archive(path) if head.startswith(b"PK\x03\x04") else _of_text(head)
    if name is None:
        msg = (
            f"{path.name}: this is no review file; give a .qdpx project, a workbook, a Word file "
            "or a .csv file that was exported here, the .json file that a review page saved, or "
            "the codings of another program as a table or database (docs/outside.md)"
        )
        raise ForeignError(msg)
    return FORMATS[name]


def _of_archive(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        msg = f"{path.name}: damaged, or only a part of it is there; copy or export it again"
        raise InputError(msg) from error
    if any(name.endswith(".qde") for name in names):
        return "refi-qda"
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if any(name.startswith("xl/workbook") for name in names) else None


def _of_text(head: bytes) -> str | None:
    text = head.decode("utf-8-sig", errors="replace").lstrip()
    if text.startswith("{") or text[:15].lower().startswith(("<!doctype html", "<html")):
        return "html"
    if text.startswith("<") and "QDA-XML" in text:
        return "refi-qda"
    first = text.lower().partition("\n")[0]
    return "csv" if "decision" in first and "transcript" in first else None
