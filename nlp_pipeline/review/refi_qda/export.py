"""Writing a REFI-QDA project (.qdpx) or codebook (.qdc)."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nlp_pipeline.exchange import ExportOptions
from nlp_pipeline.records import Coding
from nlp_pipeline.review.refi_qda.codes import codebook_file, to_bytes
from nlp_pipeline.review.refi_qda.names import guid
from nlp_pipeline.review.refi_qda.project import Project
from nlp_pipeline.review.results import Results
from nlp_pipeline.store import atomic_write

Attributes = Mapping[str, Mapping[str, str]]
"""Transcript id to what the study knows of it: the name of an attribute to its value."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(
    results: Results,
    decisions: Sequence[Coding],
    path: Path,
    *,
    options: ExportOptions,
    attributes: Attributes | None = None,
) -> list[str]:
    """Write a project, or the codebook alone where the path ends in ``.qdc``.

    Args:
        results: What a run found.
        decisions: What people decided before; shown as their codings beside those of the model.
        path: The file; the same arguments give the same bytes.
        options: Language, blind or not, for whom, line ends, time.
        attributes: What the study knows of its transcripts, for variables and cases.

    Returns:
        What the user should know: what could not be written, what some tools may misread.

    Raises:
        PipelineError: The language is unknown.
        StoreError: The disk refuses.
    """
    if path.suffix.lower() == ".qdc":
        content = codebook_file(results.codebook, options.language)
        with atomic_write(path) as temporary:
            temporary.write_bytes(content)
        return []
    usable, warnings = _usable(results, decisions, options)
    project = Project(results, usable, options=options, attributes=attributes or {})
    parts = {"project.qde": to_bytes(project.to_element())}
    for transcript in results.transcripts:
        text = transcript.text
        if options.line_ends == "crlf":
            text = text.replace("\n", "\r\n")
        parts[f"sources/{guid('source', transcript.id)}.txt"] = text.encode("utf-8", "replace")
    with atomic_write(path) as temporary:
        _write_zip(temporary, parts)
    return [*warnings, *_doubts(results, options)]


def _write_zip(path: Path, parts: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            # The system that wrote it is part of the bytes, and would differ between computers.
            info.create_system, info.external_attr = 3, 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


def _usable(
    results: Results, decisions: Iterable[Coding], options: ExportOptions
) -> tuple[list[Coding], list[str]]:
    """Return the decisions that can be written, and what to tell about the others."""
    lengths = {transcript.id: len(transcript.text) for transcript in results.transcripts}
    codes = {None, *results.codebook.code_ids}
    usable, hidden, lost = [], 0, 0
    for coding in decisions:
        length = lengths.get(coding.transcript_id, -1)
        if options.blind and coding.coder != options.coder:
            hidden += 1
        elif (
            not coding.coder
            or coding.code not in codes
            or not 0 <= coding.start < coding.end <= length
        ):
            lost += 1
        else:
            usable.append(coding)
    warnings = []
    if hidden:
        warnings.append(f"{hidden} earlier decision(s) left out, because the file is blind")
    if lost:
        warnings.append(
            f"{lost} earlier decision(s) left out: their transcript, stretch of text or code is "
            "not in this run, or they have no coder"
        )
    return usable, warnings


def _doubts(results: Results, options: ExportOptions) -> list[str]:
    """Return what tools are known to read differently."""
    rare = sum(any(ord(sign) > 0xFFFF for sign in t.text) for t in results.transcripts)
    doubts = []
    if rare:
        doubts.append(
            f"{rare} transcript(s) hold characters such as emoji that NVivo counts as two; there, "
            "codings behind them may be shifted by a character for each"
        )
    if options.line_ends == "crlf":
        doubts.append(
            "line ends are CRLF and count as one character, as MAXQDA and ATLAS.ti take them; "
            "NVivo and QualCoder need a file with LF"
        )
    return doubts
