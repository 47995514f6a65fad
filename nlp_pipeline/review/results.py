"""What a run found, joined up: the one input of every review file."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any, Literal, Self

from nlp_pipeline.codebook import Codebook, Facet
from nlp_pipeline.errors import PipelineError
from nlp_pipeline.records import UNTRAINED, Passage, Suggestion, Transcript
from nlp_pipeline.review.fitness import NO_FITNESS, Fitness

ScoreKind = Literal["probability", "score", "likeness"]
"""What the numbers beside codes are: calibrated, not calibrated, or of no trained model at all."""

SCORE_DECIMALS = 4
"""How many decimals of a score are written to any file."""


def rounded(score: float) -> float:
    """Return a score as it is written everywhere.

    >>> rounded(0.123456)
    0.1235
    """
    return round(float(score), SCORE_DECIMALS)


@dataclass(frozen=True, kw_only=True, slots=True)
class PassageResult:
    """A passage with what a model made of it.

    ``number`` counts from 1 within the transcript. ``suggested`` and ``scores`` are in the order of
    the codebook; both are empty when the passage was not classified, which is not the same as a
    passage for which nothing is suggested.
    """

    transcript: Transcript
    number: int
    passage: Passage
    suggested: tuple[str, ...]
    scores: Mapping[str, float]

    @property
    def is_classified(self) -> bool:
        """Whether a model gave this passage scores."""
        return bool(self.scores)

    def suggested_in(self, facet: Facet) -> tuple[str, ...]:
        """Return the suggested codes of one facet."""
        codes = {code.id for code in facet.codes}
        return tuple(code for code in self.suggested if code in codes)


@dataclass(frozen=True, kw_only=True)
class Results:
    """Transcripts, their passages and the suggestions of one model under one codebook.

    Passages without any suggestion row (another language, an interviewer) count as not classified.
    ``calibrated`` says whether the scores of a trained model may be called probabilities; use
    `score_kind`. ``title`` names the study. ``kept`` are the ids of transcripts on which models are
    tested, so that people should code them before they see what is suggested. ``fitness`` is what
    the certificate of the study says of these suggestions.

    Raises:
        PipelineError: An id occurs twice, or refers to something that is not there.
    """

    transcripts: tuple[Transcript, ...]
    passages: tuple[Passage, ...]
    suggestions: tuple[Suggestion, ...]
    codebook: Codebook
    model_id: str
    calibrated: bool
    title: str = ""
    kept: frozenset[str] = frozenset()
    fitness: Fitness = NO_FITNESS

    def __post_init__(self) -> None:
        """Check that the parts belong together."""
        transcripts = Counter(transcript.id for transcript in self.transcripts)
        passages = Counter(passage.id for passage in self.passages)
        rows = Counter((s.passage_id, s.code) for s in self.suggestions)
        codes = set(self.codebook.code_ids)
        counts = {
            "transcript id(s) occur twice": _repeats(transcripts),
            "passage id(s) occur twice": _repeats(passages),
            "suggestion(s) occur twice": _repeats(rows),
            "passage(s) of an unknown transcript": sum(
                passage.transcript_id not in transcripts for passage in self.passages
            ),
            "suggestion(s) for an unknown passage": sum(p not in passages for p, _ in rows),
            "suggestion(s) with a code outside the codebook": sum(c not in codes for _, c in rows),
        }
        problems = [f"{count} {what}" for what, count in counts.items() if count]
        if problems:
            msg = "the parts of these results do not belong together: " + "; ".join(problems)
            raise PipelineError(msg)

    @property
    def score_kind(self) -> ScoreKind:
        """What a score may be called."""
        if self.model_id.startswith(UNTRAINED):
            return "likeness"
        return "probability" if self.calibrated else "score"

    @cached_property
    def rows(self) -> tuple[PassageResult, ...]:
        """Every passage with its suggestions, in the order of the transcripts and of the text."""
        return tuple(
            row for transcript in self.transcripts for row in self.by_transcript[transcript.id]
        )

    @cached_property
    def by_transcript(self) -> Mapping[str, tuple[PassageResult, ...]]:
        """The passages of each transcript id in the order of the text."""
        passages: dict[str, list[Passage]] = {transcript.id: [] for transcript in self.transcripts}
        for passage in self.passages:
            passages[passage.transcript_id].append(passage)
        return {
            transcript.id: tuple(
                self._row(transcript, number, passage)
                for number, passage in enumerate(
                    sorted(passages[transcript.id], key=lambda p: (p.start, p.end)), start=1
                )
            )
            for transcript in self.transcripts
        }

    @cached_property
    def classified(self) -> int:
        """How many passages have scores."""
        return sum(row.is_classified for row in self.rows)

    @cached_property
    def with_suggestion(self) -> int:
        """How many passages have at least one suggested code."""
        return sum(bool(row.suggested) for row in self.rows)

    @property
    def kept_here(self) -> int:
        """How many of the transcripts are kept to test models on."""
        return sum(transcript.id in self.kept for transcript in self.transcripts)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many passages each code is suggested for, in the order of the codebook."""
        return self._count(self.rows)

    @cached_property
    def counts_by_transcript(self) -> Mapping[str, Mapping[str, int]]:
        """`counts` within each transcript id."""
        return {name: self._count(rows) for name, rows in self.by_transcript.items()}

    def without_fitness(self) -> Self:
        """Return the same without what the certificate says, for who is to see nothing of it."""
        return replace(self, fitness=NO_FITNESS)

    def with_facet(self, facet: Facet) -> int:
        """Return how many passages have at least one suggested code of a facet."""
        return sum(bool(row.suggested_in(facet)) for row in self.rows)

    def together(self, first: Facet, second: Facet) -> Mapping[tuple[str, str], int]:
        """Return how many passages have a code of one facet and a code of another, per pair."""
        counts = Counter(
            pair
            for row in self.rows
            for pair in product(row.suggested_in(first), row.suggested_in(second))
        )
        return {(a.id, b.id): counts[a.id, b.id] for a in first.codes for b in second.codes}

    @cached_property
    def _suggestions(self) -> Mapping[str, Mapping[str, Suggestion]]:
        found: dict[str, dict[str, Suggestion]] = {}
        for suggestion in self.suggestions:
            found.setdefault(suggestion.passage_id, {})[suggestion.code] = suggestion
        return found

    def _row(self, transcript: Transcript, number: int, passage: Passage) -> PassageResult:
        given = self._suggestions.get(passage.id, {})
        ordered = [given[code] for code in self.codebook.code_ids if code in given]
        return PassageResult(
            transcript=transcript,
            number=number,
            passage=passage,
            suggested=tuple(s.code for s in ordered if s.suggested),
            scores={s.code: rounded(s.score) for s in ordered},
        )

    def _count(self, rows: tuple[PassageResult, ...]) -> Mapping[str, int]:
        counts = Counter(code for row in rows for code in row.suggested)
        return {code: counts[code] for code in self.codebook.code_ids}


def _repeats(counts: Mapping[Any, int]) -> int:
    return sum(count > 1 for count in counts.values())
