"""Samples for double coding: the same passages for every coder, each in a file of their own."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import ExportOptions
from nlp_pipeline.ids import sha256_json
from nlp_pipeline.pipeline.reviewing import check_free, decisions_for
from nlp_pipeline.pipeline.splitting import shown_notes, study_split
from nlp_pipeline.pipeline.workplace import Workplace, find_workplace
from nlp_pipeline.records import Passage
from nlp_pipeline.review.formats import FORMATS
from nlp_pipeline.review.results import Results
from nlp_pipeline.sample import Group, Share, Strategy, Unit, doubts, draw_first
from nlp_pipeline.store import move_file, remove_folder, write_json

SAMPLES, SAMPLE_FILE = "samples", "sample.json"
FORMAT, FORMAT_VERSION = "nlp-pipeline sample", 1
_MOST_SEEDS = 2**31


@dataclass(frozen=True, kw_only=True)
class SampleOptions:
    """What to draw and for whom.

    Attributes:
        share: Which part, above 0 and at most 1.
        by: Whether whole transcripts or single passages are drawn.
        strategy: By chance, by the model's doubt, or half and half.
        coders: Who codes it; each gets a file.
        format: The name of the files' format.
        group: The attribute to divide by besides language; "" for the first in the file.
        seed: The seed; None for a new one, which is recorded.
    """

    share: float
    by: Literal["transcript", "passage"] = "passage"
    strategy: Strategy = "random"
    coders: tuple[str, ...]
    format: str = "xlsx"
    group: str = ""
    seed: int | None = None


@dataclass(frozen=True, kw_only=True)
class SampleSummary:
    """What was drawn and written; ``without_scores`` passages could not be drawn.

    ``of_test`` of the units drawn are of interviews kept to test models on.
    """

    folder: Path
    seed: int
    transcripts: int
    passages: int
    of_passages: int
    without_scores: int
    group: str
    shares: tuple[Share, ...]
    files: tuple[Path, ...]
    warnings: tuple[str, ...]
    of_test: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {
            **vars(self),
            "folder": str(self.folder),
            "shares": _shares(self.shares),
            "files": [str(path) for path in self.files],
            "warnings": list(self.warnings),
        }


def draw_sample(
    study: Path, *, options: SampleOptions, export: ExportOptions, force: bool = False
) -> SampleSummary:
    """Draw a sample of a run and write one file per coder, with a record of how it was drawn.

    Args:
        study: A study folder, a folder with results or a run.
        options: What to draw and for whom.
        export: How files are written; the coder is filled in.
        force: Whether the same sample may be written again over its files.

    Raises:
        InputError: There is nothing to draw, two coders have the same name, or the files are there.
        StoreError: The disk refuses.
    """
    coders = file_names(options.coders)
    _check_share(options)
    place = find_workplace(study)
    seed = secrets.randbelow(_MOST_SEEDS) if options.seed is None else options.seed
    attribute = _attribute(place, options.group)
    units, passages = _units(place, options.by, attribute)
    tested = _tested(place, options, export, passages)
    drawn, shares = draw_first(
        units,
        tested,
        share=options.share,
        strategy=options.strategy,
        seed=seed,
    )
    chosen = [passage for unit in drawn for passage in passages[unit]]
    record = _record(
        place, replace(options, coders=tuple(coders)), export, seed, attribute, shares, chosen
    )
    folder = place.folder / SAMPLES / record["id"]
    check_free([folder / SAMPLE_FILE], force=force)
    files, said = write_files(
        place, coders, chosen, folder, record, format=options.format, export=export
    )
    return SampleSummary(
        folder=folder,
        seed=seed,
        transcripts=len({passage.transcript_id for passage in chosen}),
        passages=len(chosen),
        of_passages=sum(map(len, passages.values())),
        without_scores=len(place.results.rows) - place.results.classified,
        group=attribute,
        shares=shares,
        files=files,
        of_test=sum(unit in tested for unit in drawn),
        warnings=(
            *place.notes,
            *_warnings(options, export),
            *([] if export.blind else shown_notes(place, {p.transcript_id for p in chosen})),
            *said,
        ),
    )


def subset(results: Results, passages: Sequence[Passage]) -> Results:
    """Return results with only these passages, and the whole text of their transcripts."""
    ids = {passage.id for passage in passages}
    own = {passage.transcript_id for passage in passages}
    return replace(
        results,
        transcripts=tuple(t for t in results.transcripts if t.id in own),
        passages=tuple(p for p in results.passages if p.id in ids),
        suggestions=tuple(s for s in results.suggestions if s.passage_id in ids),
    )


def file_names(coders: Sequence[str]) -> dict[str, str]:
    """Return the file name of each coder, without its suffix.

    Raises:
        InputError: Two coders have the same name, or one has no letter or number in it.
    """
    tidy = [" ".join(name.split()) for name in coders]
    names = {coder: re.sub(r"[^\w-]+", "-", coder).strip("-") for coder in tidy if coder}
    if not names or len({name.casefold() for name in names.values()}) < len(coders):
        msg = "every coder needs a name of their own, with a letter or a number in it"
        raise InputError(msg)
    if not all(names.values()):
        msg = "a coder's name needs a letter or a number in it, since it names a file"
        raise InputError(msg)
    return names


def _check_share(options: SampleOptions) -> None:
    if not 0 < options.share <= 1:
        msg = f"the share is {options.share:.0%}; it has to be above 0 % and at most 100 %"
        raise InputError(msg)


def _attribute(place: Workplace, asked: str) -> str:
    known = list(dict.fromkeys(name for own in place.attributes.values() for name in own))
    if asked and asked not in known:
        there = f"one of {', '.join(known)}" if known else "in attributes.csv, which has none"
        msg = f'there is no attribute "{asked}"; give {there}'
        raise InputError(msg)
    return asked or next(iter(known), "")


def _units(
    place: Workplace, by: str, attribute: str
) -> tuple[list[Unit], dict[str, list[Passage]]]:
    """Return what can be drawn, and the passages of each."""
    results = place.results
    doubt = doubts(results.passages, results.suggestions)
    passages = [row.passage for row in results.rows if row.is_classified]
    languages = {t.id: t.language for t in results.transcripts}
    members: dict[str, list[Passage]] = {}
    for passage in passages:
        unit = passage.transcript_id if by == "transcript" else passage.id
        members.setdefault(unit, []).append(passage)
    if not members:
        msg = f"{place.run}: no passage of this run has suggestions or scores, so none can be drawn"
        raise InputError(msg)

    def group(of: Sequence[Passage]) -> Group:
        first = of[0]
        spoken = languages[first.transcript_id] if by == "transcript" else first.language
        known = place.attributes[first.transcript_id].get(attribute, "")
        return (spoken, known) if attribute else (spoken,)

    units = [
        Unit(id=unit, group=group(of), doubt=sum(doubt[p.id] for p in of) / len(of))
        for unit, of in members.items()
    ]
    return units, members


def _tested(
    place: Workplace,
    options: SampleOptions,
    export: ExportOptions,
    passages: Mapping[str, Sequence[Passage]],
) -> set[str]:
    """Return the units of test interviews, which a sample for measuring takes first."""
    if not (place.is_study and export.blind and options.strategy == "random"):
        return set()
    test = study_split(place).test
    return {unit for unit, own in passages.items() if own[0].transcript_id in test}


def _record(
    place: Workplace,
    options: SampleOptions,
    export: ExportOptions,
    seed: int,
    attribute: str,
    shares: Sequence[Share],
    chosen: Sequence[Passage],
) -> dict[str, Any]:
    drawn = {
        "run_id": place.manifest.run_id,
        "codebook": place.manifest.codebook.model_dump(),
        "seed": seed,
        "share": options.share,
        "by": options.by,
        "strategy": options.strategy,
        "blind": export.blind,
        "group": attribute,
        "coders": list(options.coders),
        "shares": _shares(shares),
        "passages": sorted([p.transcript_id, p.start, p.end] for p in chosen),
    }
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "id": sha256_json([drawn, options.format])[:12],
        "created_at": export.created_at,
        "fit_for_agreement": options.strategy == "random" and export.blind,
        **drawn,
    }


def write_files(
    place: Workplace,
    coders: Mapping[str, str],
    chosen: Sequence[Passage],
    folder: Path,
    record: Mapping[str, Any],
    *,
    format: str,
    export: ExportOptions,
) -> tuple[tuple[Path, ...], list[str]]:
    """Write a file for each coder aside and move them into place, the record last.

    Args:
        place: The study and the run.
        coders: The file name of each, as from `file_names`.
        chosen: The passages to code.
        folder: Where.
        record: How they were chosen; it is kept with them.
        format: The name of the files' format.
        export: How they are written; the coder is filled in.

    Returns:
        The files, and what their format says of them.
    """
    results = subset(place.results, chosen)
    stretches = {(p.transcript_id, p.start, p.end) for p in chosen}
    own = {p.transcript_id: place.attributes[p.transcript_id] for p in chosen}
    chosen_format = FORMATS[format]
    aside = folder / ".work"
    remove_folder(aside)
    names, said = [], list[str]()
    for coder, name in coders.items():
        mine = replace(export, coder=coder)
        decided, _ = decisions_for(place, mine)
        # In a sample everybody starts from the same: what they code is what it is drawn for.
        decided = [
            c
            for c in decided
            if c.coder == coder and (c.transcript_id, c.start, c.end) in stretches
        ]
        names.append(f"{name}{chosen_format.suffix}")
        aside.mkdir(parents=True, exist_ok=True)
        said += chosen_format.write(
            results, decided, aside / names[-1], options=mine, attributes=own
        )
    write_json(aside / SAMPLE_FILE, {**record, "files": names})
    for name in (*names, SAMPLE_FILE):
        move_file(aside / name, folder / name)
    remove_folder(aside)
    return tuple(folder / name for name in names), list(dict.fromkeys(said))


def _warnings(options: SampleOptions, export: ExportOptions) -> list[str]:
    warnings = []
    if options.strategy != "random":
        warnings.append(
            f"this sample is drawn by the strategy {options.strategy}, so it is for learning: only "
            "a random sample is fit to measure agreement, since the others pick the hard passages"
        )
    if not export.blind:
        warnings.append(
            "the coders see suggestions, so their agreement, with each other and with the model, "
            "comes out too high; draw a blind sample to measure it"
        )
    if len(options.coders) < 2:
        warnings.append("there is one coder; agreement between people needs two")
    return warnings


def _shares(shares: Sequence[Share]) -> list[dict[str, Any]]:
    return [{"group": list(s.group), "drawn": s.drawn, "of": s.of} for s in shares]
