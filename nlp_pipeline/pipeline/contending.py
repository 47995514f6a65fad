"""What a model is compared with in an evaluation: baselines, other trainings, fewer interviews."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from nlp_pipeline import baselines
from nlp_pipeline.analysis.evaluation import contender
from nlp_pipeline.analysis.figures import Draws, Sampling, facet_rows
from nlp_pipeline.analysis.material import Material
from nlp_pipeline.analysis.records import Contender, LearningPoint, Transfer
from nlp_pipeline.artifact import Model, find_model, load_model
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.corpus import SPLITS, TEST, load_rows
from nlp_pipeline.errors import CorpusError, ModelError
from nlp_pipeline.pipeline.gathering import restricted
from nlp_pipeline.pipeline.reporting import Progress
from nlp_pipeline.pipeline.training import BASE

DRAWS = 5
"""How often interviews are drawn for each point of a learning curve."""

Crossings = Literal["none", "head", "full"]
Vectors = Mapping[str, Any]
Tell = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Extras:
    """What a model is compared with.

    Attributes:
        baselines: Whether baselines are measured.
        transfer: How models of one language are trained, for measuring on the other.
        learning_curve: Whether heads are trained on fewer interviews.
        base: The encoder that all of these start from; None: the base encoder, if it is there.
    """

    baselines: bool = True
    transfer: Crossings = "none"
    learning_curve: bool = False
    base: str | None = None

    @property
    def wanted(self) -> tuple[str, ...]:
        """What was asked for, in words."""
        asked = {
            "baselines": self.baselines,
            "transfer": self.transfer != "none",
            "learning curve": self.learning_curve,
        }
        return tuple(name for name, yes in asked.items() if yes)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What was found; ``notes`` say what was left out and why."""

    contenders: tuple[Contender, ...] = ()
    transfer: tuple[Transfer, ...] = ()
    learning: tuple[LearningPoint, ...] = ()
    notes: tuple[str, ...] = ()


def compare_with(
    model: Model,
    corpus: Path,
    material: Material,
    *,
    split: str,
    extras: Extras,
    sampling: Sampling,
    steps: Progress,
) -> Comparison:
    """Measure what was asked for on the passages of the test split.

    What cannot be measured on this corpus is left out with a note.

    Args:
        model: The model that is evaluated.
        corpus: The corpus folder.
        material: What the model made of the split.
        split: Which one; only the test split serves, because baselines learn from the others.
        extras: What was asked for.
        sampling: How intervals are made.
        steps: Where to show how far it is.

    Raises:
        CorpusError: A line of a split is malformed.
        ModelError: The base that was named is missing, or a base is damaged.
    """
    if not extras.wanted:
        return Comparison()
    why_not = _why_not(corpus, split)
    if why_not:
        return Comparison(notes=(f"{', '.join(extras.wanted)} left out: {why_not}",))
    return _Comparing(model, corpus, material, extras, sampling, steps).all()


class _Comparing:
    """The data and the base that all comparisons share; vectors are made once."""

    def __init__(
        self,
        model: Model,
        corpus: Path,
        material: Material,
        extras: Extras,
        sampling: Sampling,
        steps: Progress,
    ) -> None:
        self.model, self.material, self.extras = model, material, extras
        self.sampling, self.steps = sampling, steps
        self.rows = load_rows(corpus)
        self.codebook = restricted(model.codebook, material.facets)
        self.notes: list[str] = []
        self.base = self._base()
        self.vectors: Vectors | None = None

    def all(self) -> Comparison:
        with _telling(self.steps) as tell:
            if self.base is not None and (self.extras.baselines or self._on_vectors):
                self.vectors = self._frozen_vectors(self.base, tell)
            return Comparison(
                contenders=self._contenders(tell) if self.extras.baselines else (),
                transfer=self._or_note("transfer", self._transfer, tell),
                learning=self._or_note("learning curve", self._learning, tell),
                notes=tuple(self.notes),
            )

    @property
    def _on_vectors(self) -> bool:
        return self.extras.learning_curve or self.extras.transfer == "head"

    def _frozen_vectors(self, base: Model, tell: Tell) -> Vectors:
        config = self.model.config
        return baselines.frozen_vectors(
            base,
            self.rows,
            max_tokens=config.max_tokens,
            context_tokens=config.context_tokens,
            told=tell,
        )

    def _base(self) -> Model | None:
        try:
            find_model(self.extras.base or BASE)
        except ModelError:
            if self.extras.base:
                raise
            left_out = [name for name in self.extras.wanted if name != "baselines"]
            if self.extras.baselines:
                left_out.insert(0, "the baselines that need an encoder")
            self.notes.append(
                f"{', '.join(left_out)} left out: there is no base encoder; name one with --base, "
                f"or build it with `nlp-pipeline base models/{BASE}`"
            )
            return None
        return load_model(self.extras.base or BASE)

    def _contenders(self, tell: Tell) -> tuple[Contender, ...]:
        found = baselines.contenders(
            self.model,
            self.base,
            self.rows,
            self.codebook,
            seed=self.sampling.seed,
            vectors=self.vectors,
            progress=tell,
        )
        return tuple(
            contender(
                self.material,
                other.scores[:, self._columns(other.codes)],
                other.suggested[:, self._columns(other.codes)],
                name=other.name,
                note=other.note,
                sampling=self.sampling,
            )
            for other in found
        )

    def _transfer(self, base: Model, tell: Tell) -> Iterator[Transfer]:
        if self.extras.transfer == "none":
            return
        for found in baselines.transfer(
            base,
            self.rows,
            self.codebook,
            self._settings(),
            method=self.extras.transfer,
            vectors=self.vectors,
            progress=tell,
        ):
            columns = self._columns(found.codes)
            part = self.material.take(found.positions)
            part = part.judged(found.scores[:, columns], found.suggested[:, columns])
            yield Transfer(
                learned_from=found.learned_from,
                measured_on=found.measured_on,
                method=found.method,
                facets=facet_rows(part, Draws(part.interviews, self.sampling)),
            )

    def _learning(self, base: Model, tell: Tell) -> Iterator[LearningPoint]:
        if not self.extras.learning_curve:
            return
        interviews = {row.get("transcript_id") for row in self.rows[SPLITS[0]]}
        for point in baselines.learning_curve(
            base,
            self.rows,
            self.codebook,
            self._settings(),
            sizes=sizes_up_to(len(interviews)),
            draws=DRAWS,
            seed=self.sampling.seed,
            vectors=self.vectors,
            progress=tell,
        ):
            yield LearningPoint(**asdict(point))

    def _or_note(
        self, name: str, measure: Callable[[Model, Tell], Iterator[T]], tell: Tell
    ) -> tuple[T, ...]:
        if self.base is None:
            return ()
        try:
            return tuple(measure(self.base, tell))
        except CorpusError as error:
            self.notes.append(f"{name} left out: {error}")
            return ()

    def _settings(self) -> TrainSettings:
        return TrainSettings(seed=self.sampling.seed)

    def _columns(self, codes: Sequence[str]) -> list[int]:
        return [codes.index(code) for code in self.material.codes]


def sizes_up_to(interviews: int) -> tuple[int, ...]:
    """Return the numbers of interviews of a learning curve: twice as many at each step, then all.

    >>> sizes_up_to(20)
    (2, 4, 8, 16, 20)
    """
    doubled = (2**power for power in range(1, 20))
    return (*(size for size in doubled if size < interviews), max(1, interviews))


def _why_not(corpus: Path, split: str) -> str:
    if split != TEST:
        return f"these are measured on the {TEST} split only"
    missing = [name for name in SPLITS if not (corpus / "data" / f"{name}.jsonl").is_file()]
    return f"the corpus has no split {', '.join(missing)} to learn from" if missing else ""


@contextmanager
def _telling(steps: Progress) -> Iterator[Tell]:
    """Yield what shows one stage after the other, each ending where the next begins."""
    with ExitStack() as shown:

        def tell(what: str) -> None:
            shown.close()
            shown.enter_context(steps.stage(f"Comparing: {what}", None))

        yield tell
