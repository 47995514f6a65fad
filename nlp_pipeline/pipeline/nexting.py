"""What people code next: first a test set by chance, then what a model can learn most from."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nlp_pipeline.analysis.progress_curve import Gain, curve_lines, curve_svg
from nlp_pipeline.choose import (
    ENOUGH_INTERVIEWS,
    ENOUGH_PASSAGES,
    has_test_set,
    most_diverse,
    most_doubted,
)
from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import ExportOptions
from nlp_pipeline.ids import sha256_json
from nlp_pipeline.pipeline.certifying import held_out
from nlp_pipeline.pipeline.classifier import load_classifier
from nlp_pipeline.pipeline.coded import StudyFrame, study_frame
from nlp_pipeline.pipeline.reviewing import check_free
from nlp_pipeline.pipeline.rounds import read_rounds
from nlp_pipeline.pipeline.sampling import SAMPLE_FILE, SAMPLES, file_names, write_files
from nlp_pipeline.pipeline.splitting import study_split
from nlp_pipeline.pipeline.study import load_study
from nlp_pipeline.records import Passage
from nlp_pipeline.resample import Reals
from nlp_pipeline.sample import Unit, doubts, draw
from nlp_pipeline.store import atomic_write
from nlp_pipeline.wording import Phrases, counted

FORMAT, FORMAT_VERSION = "nlp-pipeline sample", 1
CURVE_FILE = "progress.svg"
_MOST_SEEDS = 2**31
_MOST_EMBEDDED = 2000

TEST, LEARN = "by chance, from test interviews", "by chance, from the others"
DOUBT, SPREAD = "the model is least sure", "unlike what was coded"

_TO_LEARN = Phrases(
    {
        "reason": (
            "There is a test set; these passages are to learn from, not to measure with",
            "Er is een testset; deze passages zijn om van te leren, niet om mee te meten",
        )
    }
)


@dataclass(frozen=True, kw_only=True)
class NextOptions:
    """How many passages, for whom, and where the files go; see `sampling.SampleOptions`."""

    number: int
    coders: tuple[str, ...]
    format: str = "xlsx"
    seed: int | None = None
    out: Path | None = None


@dataclass(frozen=True, kw_only=True)
class NextSummary:
    """What is to be coded next.

    Attributes:
        folder: Where the files are.
        files: One a coder.
        seed: Of chance.
        drawn: How many passages were chosen in which way.
        reason: Why in this way, in the language of the files.
        curve: What earlier rounds brought, as lines of text.
        picture: The same as a picture, if there was a round.
        warnings: What the user should know.
    """

    folder: Path
    files: tuple[Path, ...]
    seed: int
    drawn: dict[str, int]
    reason: str
    curve: tuple[str, ...]
    picture: Path | None
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {
            **vars(self),
            "folder": str(self.folder),
            "files": [str(path) for path in self.files],
            "curve": list(self.curve),
            "picture": None if self.picture is None else str(self.picture),
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, kw_only=True)
class _Chosen:
    passages: dict[str, list[Passage]]
    reason: Phrases
    is_for_test: bool

    @property
    def all(self) -> list[Passage]:
        return [passage for part in self.passages.values() for passage in part]


def choose_next(
    study: Path, *, options: NextOptions, export: ExportOptions, force: bool = False
) -> NextSummary:
    """Choose the passages to code next and write a file of them for every coder.

    Until the test interviews have enough blind codings (`choose.has_test_set`), half is drawn by
    chance from them and half from the others. Then half are those of which the model is least
    sure, half are unlike what was coded, and none is of a test interview.

    Args:
        study: The study folder.
        options: How many and for whom.
        export: How files are written; what is drawn for the test is always blind.
        force: Whether files that are there may be replaced.

    Raises:
        InputError: It is no study, everything has been seen, or the files are there.
        ModelError: The model cannot be loaded.
        StoreError: The disk refuses.
    """
    names = file_names(options.coders)
    found = study_frame(study)
    seed = secrets.randbelow(_MOST_SEEDS) if options.seed is None else options.seed
    chosen = _choose(found, options.number, seed)
    written = replace(export, blind=True) if chosen.is_for_test else export
    record = _record(found, chosen, options, written, seed)
    folder = options.out or found.place.folder / SAMPLES / record["id"]
    check_free([folder / SAMPLE_FILE], force=force)
    files, said = write_files(
        found.place, names, chosen.all, folder, record, format=options.format, export=written
    )
    gains = _gains(found.place.folder)
    return NextSummary(
        folder=folder,
        files=files,
        seed=seed,
        drawn={how: len(part) for how, part in chosen.passages.items() if part},
        reason=chosen.reason.of(export.language)["reason"],
        curve=tuple(curve_lines(gains, language=export.language)),
        picture=_picture(found.place.folder, gains, export.language),
        warnings=(*found.place.notes, *_warnings(options, chosen, export), *said),
    )


def _choose(found: StudyFrame, number: int, seed: int) -> _Chosen:
    test = study_split(found.place).test
    frame = found.frame
    unseen = ~frame.seen[:-1].any(axis=0) & frame.seen[-1]
    free = [passage for passage, one in zip(frame.passages, unseen, strict=True) if one]
    if not free:
        msg = f"{found.place.folder}: every passage that the model classified has been seen already"
        raise InputError(msg)
    for_test = [passage for passage in free if passage.transcript_id in test]
    others = [passage for passage in free if passage.transcript_id not in test]
    blind = Counter(held_out(found).frame.interviews)
    whole = Counter(
        p.transcript_id
        for p, one in zip(frame.passages, frame.seen[-1], strict=True)
        if one and p.transcript_id in test
    )
    if others and (not for_test or has_test_set(blind, whole)):
        return _to_learn(found, others, number, seed)
    wanted = max((number + 1) // 2, number - len(others))
    return _Chosen(
        passages={
            TEST: _drawn(found, for_test, wanted, seed),
            LEARN: _drawn(found, others, number - min(wanted, len(for_test)), seed),
        },
        reason=_for_test(sum(blind.values()), len(blind)),
        is_for_test=True,
    )


def _for_test(passages: int, interviews: int) -> Phrases:
    english = (counted(passages, "passage"), counted(interviews, "test interview"))
    dutch = (counted(passages, "passage"), counted(interviews, "testinterview"))
    are, zijn = ("is", "is") if passages == 1 else ("are", "zijn")
    return Phrases(
        {
            "reason": (
                f"By chance and blind: {english[0]} of {english[1]} {are} coded blind so far; "
                f"from {ENOUGH_PASSAGES} of {ENOUGH_INTERVIEWS} on, or all of them, passages are "
                "chosen to learn from",
                f"Bij toeval en blind: {dutch[0]} van {dutch[1]} {zijn} tot nu toe blind "
                f"gecodeerd; vanaf {ENOUGH_PASSAGES} van {ENOUGH_INTERVIEWS}, of alle, worden "
                "passages gekozen om van te leren",
            )
        }
    )


def _drawn(found: StudyFrame, passages: Sequence[Passage], number: int, seed: int) -> list[Passage]:
    """Draw passages by chance, in proportion from every language and group."""
    attributes = found.place.attributes
    units = [
        Unit(id=p.id, group=(p.language, *_first(attributes[p.transcript_id])), doubt=0.0)
        for p in passages
    ]
    number = min(number, len(units))
    if not number:
        return []
    ids, _ = draw(units, share=number / len(units), strategy="random", seed=seed)
    by_id = {p.id: p for p in passages}
    return [by_id[one] for one in ids]


def _first(attributes: dict[str, str]) -> list[str]:
    return list(attributes.values())[:1]


def _to_learn(found: StudyFrame, free: Sequence[Passage], number: int, seed: int) -> _Chosen:
    """Choose half by doubt, and half far from all that was coded."""
    doubt = doubts(free, found.results.suggestions)
    mixed = _drawn(found, free, len(free), seed)  # so that chance settles what is equal
    unsure = [mixed[place] for place in most_doubted([doubt[p.id] for p in mixed], number // 2)]
    taken = {passage.id for passage in unsure}
    rest = [passage for passage in mixed if passage.id not in taken][:_MOST_EMBEDDED]
    seen = np.any(found.frame.seen[:-1], axis=0).tolist()
    coded = [p for p, one in zip(found.frame.passages, seen, strict=True) if one]
    known = [*coded[-(_MOST_EMBEDDED - len(unsure)) :], *unsure]
    vectors = _vectors(found, [*rest, *known])
    places = most_diverse(vectors[: len(rest)], vectors[len(rest) :], number - len(unsure))
    return _Chosen(
        passages={DOUBT: unsure, SPREAD: [rest[place] for place in places]},
        reason=_TO_LEARN,
        is_for_test=False,
    )


def _vectors(found: StudyFrame, passages: Sequence[Passage]) -> Reals:
    classifier = load_classifier(load_study([found.place.folder]))
    vectors: Reals = classifier.embed([passage.text for passage in passages]).astype(np.float64)
    return vectors


def _record(
    found: StudyFrame, chosen: _Chosen, options: NextOptions, export: ExportOptions, seed: int
) -> dict[str, Any]:
    drawn = {
        "run_id": found.place.manifest.run_id,
        "codebook": found.place.manifest.codebook.model_dump(),
        "model_id": found.model,
        "seed": seed,
        "strategy": "next",
        "blind": export.blind,
        "coders": list(options.coders),
        "drawn": {
            how: sorted([p.transcript_id, p.start, p.end] for p in part)
            for how, part in chosen.passages.items()
        },
    }
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "id": sha256_json([drawn, options.format])[:12],
        "created_at": export.created_at,
        "fit_for_agreement": chosen.is_for_test,
        **drawn,
    }


def _gains(study: Path) -> list[Gain]:
    return [
        Gain(
            passages=one.passages,
            value=one.mean_f1.value,
            low=one.mean_f1.low,
            high=one.mean_f1.high,
            on=one.measured_on,
        )
        for one in read_rounds(study)
        if one.mean_f1.value is not None
    ]


def _picture(study: Path, gains: Sequence[Gain], language: str) -> Path | None:
    if not gains:
        return None
    path = study / CURVE_FILE
    with atomic_write(path) as temporary:
        temporary.write_bytes(curve_svg(gains, language=language).encode("utf-8"))
    return path


def _warnings(options: NextOptions, chosen: _Chosen, export: ExportOptions) -> list[str]:
    warnings = []
    if chosen.is_for_test and not export.blind:
        warnings.append("these passages are for the test, so no suggestions are shown")
    if len(chosen.all) < options.number:
        left = counted(len(chosen.all), "passage")
        are = "is" if len(chosen.all) == 1 else "are"
        warnings.append(f"only {left} {are} left that nobody has seen")
    if chosen.is_for_test and len(options.coders) < 2:
        warnings.append(
            "there is one coder; how far people agree, against which a model is held, needs two"
        )
    return warnings
