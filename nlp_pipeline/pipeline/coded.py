"""What people and the model said of the passages of a run, for all that measures or learns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nlp_pipeline.decisions import Decision, codings
from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import text_sha256
from nlp_pipeline.frame import Frame, applies, frame, passages_of
from nlp_pipeline.pipeline.workplace import RUNS, Workplace, find_workplace
from nlp_pipeline.records import Coding, Origin, Passage
from nlp_pipeline.resample import Reals
from nlp_pipeline.review.results import Results


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """What is in the log and in no figure.

    Attributes:
        waiting: Codings of codes that the codebook lacks, by code. Their passages count as not
            seen by that coder: what he would say of the present codes is not known.
        other_text: Decisions on another version of a transcript, or on one not in this run.
        outside: Codings that touch no passage.
    """

    waiting: Mapping[str, int] = field(default_factory=dict)
    other_text: int = 0
    outside: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the user; no word of a transcript."""
        notes = []
        if self.waiting:
            codes = ", ".join(f"{code} ({number})" for code, number in self.waiting.items())
            notes.append(
                "codings of codes that the codebook lacks, whose passages are left out for that "
                f"coder: {codes}; bring them along with nlp-pipeline codebook migrate"
            )
        if self.other_text:
            notes.append(
                f"{self.other_text} decision(s) left out: they are on another version of a "
                "transcript, or on one that is not in this run"
            )
        if self.outside:
            notes.append(
                f"{self.outside} coding(s) left out: they touch no passage, so they are on what an "
                "interviewer says, or on no speech at all"
            )
        return tuple(notes)


@dataclass(frozen=True, kw_only=True, eq=False)
class StudyFrame:
    """The frame of a study, with all that is known of its passages.

    Attributes:
        place: The study and the run.
        frame: All that holds now, with the model as the last coder, in the order of the text.
        by_origin: The same of what was coded in one way only, as if there were nothing else: what
            a person coded blind is there even if it was decided again later with suggestions.
        codings: The codings of people behind ``frame``.
        codings_by_origin: Those behind ``by_origin``.
        scores: Of the model, shape (passages, codes); nan where it gave none.
        left_out: What is in the log and not in the frame.
    """

    place: Workplace
    frame: Frame
    by_origin: Mapping[Origin, Frame]
    codings: tuple[Coding, ...]
    codings_by_origin: Mapping[Origin, tuple[Coding, ...]]
    scores: Reals
    left_out: LeftOut

    @property
    def results(self) -> Results:
        """The run: transcripts, passages, suggestions and codebook."""
        return self.place.results

    @property
    def model(self) -> str:
        """The id of the model, which is also its name as a coder."""
        return self.frame.coders[-1]

    @property
    def people(self) -> tuple[str, ...]:
        """The coders that are people."""
        return self.frame.coders[:-1]

    @property
    def unscored(self) -> tuple[str, ...]:
        """Codes for which the model gives no score anywhere; its silence on them says nothing."""
        given = (~np.isnan(self.scores)).sum(axis=0)
        return tuple(
            code for code, number in zip(self.frame.codes, given, strict=True) if not number
        )

    def attribute(self, name: str) -> tuple[str, ...]:
        """Return an attribute of the transcript of each passage; "" where it is not known."""
        attributes = self.place.attributes
        return tuple(attributes[p.transcript_id].get(name, "") for p in self.frame.passages)

    @property
    def attribute_names(self) -> tuple[str, ...]:
        """The columns of ``attributes.csv``, in their order."""
        return tuple(dict.fromkeys(name for own in self.place.attributes.values() for name in own))


def study_frame(study: Path, run: str | None = None) -> StudyFrame:
    """Return what was said of the passages of a run.

    Args:
        study: A study folder, a folder with results or a run.
        run: The name of a run in the study; the newest if left out.

    Raises:
        InputError: There is no such run, or the codebook lacks a code that it suggests.
        StoreError: The log or a table is damaged.
    """
    place = find_workplace(study if run is None else _run_folder(study, run))
    passages = [row.passage for row in place.results.rows]
    log, other_text = _on_these_texts(place)
    everything = codings(log, place.codebook)
    usable, waiting = _known(everything, place.codebook.code_ids)
    own = {origin: codings(log, place.codebook, origin=origin) for origin in Origin}
    return StudyFrame(
        place=place,
        frame=_laid(place, passages, everything),
        by_origin={origin: _laid(place, passages, those) for origin, those in own.items() if those},
        codings=usable,
        codings_by_origin={
            origin: _known(those, place.codebook.code_ids)[0]
            for origin, those in own.items()
            if those
        },
        scores=_scores(place.results, passages),
        left_out=LeftOut(
            waiting=dict(sorted(Counter(c.code or "" for c in waiting).items())),
            other_text=other_text,
            outside=sum(not places for _, places in passages_of(usable, passages)),
        ),
    )


def _run_folder(study: Path, run: str) -> Path:
    folder = study.parent if study.is_file() else study
    found = next((path for path in (folder / RUNS / run, folder / run) if path.is_dir()), None)
    if found is None:
        msg = f'{folder}: there is no run "{run}"; give the name of a folder in {folder / RUNS}'
        raise InputError(msg)
    return found


def _on_these_texts(place: Workplace) -> tuple[tuple[Decision, ...], int]:
    texts = {t.id: text_sha256(t.text) for t in place.results.transcripts}
    log = place.log
    here = tuple(d for d in log if texts.get(d.transcript_id) == d.text_sha256)
    moved = {earlier for d in here if d.moved is not None for earlier in d.before}
    used = moved | {d.id for d in here}
    return here, sum(d.id not in used for d in log)


def _known(
    found: Sequence[Coding], codes: Sequence[str]
) -> tuple[tuple[Coding, ...], tuple[Coding, ...]]:
    """Return the codings that can count, and those that wait for another code."""
    known = {None, *codes}
    waits = [applies(c) and c.code not in known for c in found]
    parted = list(zip(found, waits, strict=True))
    return tuple(c for c, wait in parted if not wait), tuple(c for c, wait in parted if wait)


def _laid(place: Workplace, passages: Sequence[Passage], found: Sequence[Coding]) -> Frame:
    results = place.results
    codes = results.codebook.code_ids
    _, waiting = _known(found, codes)
    people = frame(found, passages, codes).not_seen(waiting)
    return people.with_model(results.model_id, results.suggestions)


def _scores(results: Results, passages: Sequence[Passage]) -> Reals:
    row = {passage.id: number for number, passage in enumerate(passages)}
    column = {code: number for number, code in enumerate(results.codebook.code_ids)}
    scores = np.full((len(row), len(column)), np.nan)
    for s in results.suggestions:
        scores[row[s.passage_id], column[s.code]] = s.score
    return scores
