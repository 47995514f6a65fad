"""Reading a REFI-QDA project (.qdpx) or codebook (.qdc), whichever tool wrote it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from nlp_pipeline.exchange import Found, Known, NotTaken, ReviewFile
from nlp_pipeline.review.refi_qda.container import Container, open_container, read_codebook_root
from nlp_pipeline.review.refi_qda.counting import choose_counting
from nlp_pipeline.review.refi_qda.decide import Comparison, find_people
from nlp_pipeline.review.refi_qda.match import Meaning, Transcripts, match_codes
from nlp_pipeline.review.refi_qda.names import folded, source_names
from nlp_pipeline.review.refi_qda.parse import (
    CASES,
    FileProject,
    FileSource,
    check_root,
    parse_codes,
    parse_project,
)
from nlp_pipeline.review.refi_qda.place import PlacedSource, place_codings
from nlp_pipeline.review.refi_qda.project import case_guid, variable_guid
from nlp_pipeline.review.refi_qda.record import from_text, has_line
from nlp_pipeline.review.refi_qda.texts import Counting, Text

FORMAT = "refi-qda"
"""The name of the format."""

_Texts = list[tuple[FileSource, Text]]


def read(path: Path, known: Known) -> ReviewFile:
    """Read what people decided in a REFI-QDA file.

    Args:
        path: A project, or a codebook alone, which holds no decisions.
        known: What the study knows, to recognise codes and transcripts by.

    Raises:
        InputError: It cannot be read safely, is no REFI-QDA, or does not tell how its positions
            count.
    """
    if path.suffix.lower() == ".qdc":
        return _read_codebook(path, known)
    with open_container(path) as container:
        project = parse_project(container.root(), f"{path.name}, {container.qde}")
        texts, lost = _texts(container, project)
    counting, how = choose_counting(texts, origin=project.origin, name=path.name)
    meanings, unknown = match_codes(project.codes, known.codebook)
    lost += [NotTaken(place="codebook", reason=reason) for reason in unknown.values()]
    sources = list(_placed(project, texts, counting, meanings, known, lost))
    lost += _others(project, known)
    return _review_file(sources, lost, (_written_by(path, project), how))


def _review_file(
    sources: list[PlacedSource], lost: list[NotTaken], notes: tuple[str, ...]
) -> ReviewFile:
    found: list[Found] = []
    if any(source.codings for source in sources):
        people = find_people(sources)
        for source in sources:
            comparison = Comparison(source, people)
            found += comparison.decisions()
            lost += comparison.not_taken()
        for user, coder in people.alias.items():
            notes += (f'user "{user}" is taken for {coder}, for whom the file was made',)
    elif any(source.record and source.record.has_codings() for source in sources):
        reason = "there is no coding left in the file; nothing is taken as decided"
        lost.append(NotTaken(place="sources", reason=reason))
    return ReviewFile(format=FORMAT, found=tuple(found), not_taken=tuple(lost), notes=notes)


def _read_codebook(path: Path, known: Known) -> ReviewFile:
    root = read_codebook_root(path)
    check_root(root, "CodeBook", path.name)
    codes = dict(parse_codes(root))
    meanings, unknown = match_codes(codes, known.codebook)
    lost = tuple(NotTaken(place="codebook", reason=reason) for reason in unknown.values())
    ids = {meaning for meaning in meanings.values() if isinstance(meaning, str)}
    absent = [code for code in known.codebook.code_ids if code not in ids]
    notes = [f"{path.name}: a codebook alone; {len(ids)} of its codes are in the study's codebook"]
    if absent:
        notes.append(f"{path.name}: without the code(s) {', '.join(absent)}")
    return ReviewFile(format=FORMAT, found=(), not_taken=lost, notes=tuple(notes))


def _written_by(path: Path, project: FileProject) -> str:
    return (
        f"{path.name}: written by {project.origin[:80] or 'a program that does not say its name'}"
    )


def _texts(container: Container, project: FileProject) -> tuple[_Texts, list[NotTaken]]:
    texts: _Texts = []
    lost: list[NotTaken] = []
    for source in project.sources:
        raw = _decoded(container, source)
        if raw is None:
            reason = (
                "its plain text is not in the file, so its codings are not taken; "
                "export with internal sources"
            )
            lost.append(NotTaken(place=source.name, reason=reason))
        else:
            texts.append((source, Text(raw)))
    return texts, lost


def _decoded(container: Container, source: FileSource) -> str | None:
    if source.content is not None:
        return source.content
    content = container.text(source.path) if source.path else None
    if content is None:
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "\ufeff" + content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _placed(
    project: FileProject,
    texts: _Texts,
    counting: Counting,
    meanings: Mapping[str, Meaning],
    known: Known,
    lost: list[NotTaken],
) -> Iterator[PlacedSource]:
    transcripts = Transcripts(known.transcripts)
    for source, text in texts:
        record = from_text(source.description)
        told = record.transcript if record else ""
        recognised = transcripts.find(source, text, recorded=told)
        if record is not None and record.text_sha256 != recognised.text_sha256:
            reason = (
                "its text is not the one that was exported, so only people's own codings are taken"
            )
            lost.append(NotTaken(place=source.name, reason=reason))
            record = None
        elif record is None and has_line(source.description):
            reason = "the line in its description that says what was shown is damaged"
            lost.append(NotTaken(place=source.name, reason=reason))
        codings, missed = place_codings(
            project,
            source,
            text,
            counting=counting,
            meanings=meanings,
            said=record.said() if record else frozenset(),
        )
        lost += missed
        yield PlacedSource(
            name=source.name,
            text=text,
            recognised=recognised,
            record=record,
            codings=tuple(codings),
        )


def _others(project: FileProject, known: Known) -> Iterator[NotTaken]:
    """Yield the kinds of things that are not read, without what an export of ours puts there."""
    cases = {case_guid(transcript.id) for transcript in known.transcripts}
    named = {folded(name) for name in source_names(known.transcripts).values()}
    for what, things in project.others.items():
        foreign = [
            own
            for own, name in things
            if not (
                own in cases
                or own == variable_guid(name)
                or (what == CASES and folded(name) in named)
            )
        ]
        if foreign:
            yield NotTaken(place="project", reason=f"{len(foreign)} {what}")
