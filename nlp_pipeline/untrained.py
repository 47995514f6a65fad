"""Suggestions under a codebook that no model was trained on: which code is a passage most like?

An encoder turns passages and what the codebook says of each code into vectors. All vectors of one
kind of text point much the same way, so the direction that a kind has in common is taken off
first: that of ordinary interview passages from passages and examples, that of the codebook from
definitions and rules. A code is then one vector, of its definition and rules and, the more the
more there are, of its examples; the cosine of a passage with it is their likeness.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from nlp_pipeline.classify import classifiable
from nlp_pipeline.codebook import Code, Codebook
from nlp_pipeline.config import LANGUAGES, read_yaml
from nlp_pipeline.language import passage_languages
from nlp_pipeline.records import OTHER_LANGUAGE, UNTRAINED, Passage, Suggestion
from nlp_pipeline.resources import resource

Vectors = npt.NDArray[np.float32]
Likeness = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MOST = 3
"""The most codes that are suggested for one passage."""

ORDINARY_SHARE = 0.75
"""The default cut-off is the likeness from which this share of ordinary passages gets a code."""

FEWEST_EXAMPLES = 20
"""With fewer examples in the codebook it does not set the cut-off."""

EXAMPLE_WORDS = 15
"""A shorter example is compared with, but sets no cut-off: short texts are more alike than long."""

_HALFWAY = 5
"""With so many examples they weigh half as much as the definition; with very many, as much."""
_DIGITS = 6
_CUT_OFFS = np.round(np.arange(0.0, 0.91, 0.01), 2)


class Embeds(Protocol):
    """An encoder: it gives every text a vector of length 1."""

    @property
    def model_id(self) -> str:
        """Its name and the start of its hash."""

    def embed(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return one row per text; ``progress`` counts the texts done since its last call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """How passages are compared with a codebook.

    ``examples`` is how many examples of the codebook the cut-off was set from, 0 for the default.
    ``known`` are the codes of the codebook that the model did learn, under whatever meaning.
    """

    cut_off: float
    examples: int
    known: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Text:
    text: str
    language: str
    is_example: bool


class Untrained:
    """Suggests the codes that a passage is most like; it has learned none of them.

    Args:
        encoder: What turns texts into vectors; the better its base, the better this is.
        codebook: The codebook. Its definitions and examples are all that is known of the codes.
        known: The codes that the encoder's own model was trained on, to be reported.
    """

    calibrated = False

    def __init__(self, encoder: Embeds, codebook: Codebook, *, known: Iterable[str] = ()) -> None:
        """Embed the codebook and set the cut-off."""
        self.codebook = codebook
        self._encoder = encoder
        self._sayings = {name: _sayings(codebook, name) for name in LANGUAGES}
        self._ordinary = {name: self._encoder.embed(_passages()[name]) for name in LANGUAGES}
        self._vectors = {name: self._embed_codes(name) for name in LANGUAGES}
        self._profiles = {name: self._profile(name) for name in LANGUAGES}
        cut_off, examples = self._cut_off()
        in_both = set(known) & set(codebook.code_ids)
        self.comparison = Comparison(
            cut_off=cut_off,
            examples=examples,
            known=tuple(code for code in codebook.code_ids if code in in_both),
        )

    @property
    def model_id(self) -> str:
        """The encoder's name and hash, marked as untrained."""
        return UNTRAINED + self._encoder.model_id

    def embed(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return unit vectors of the encoder, shape (texts, hidden size)."""
        return self._encoder.embed(texts, progress=progress)

    def classify(
        self, passages: Sequence[Passage], *, progress: Callable[[int], None] | None = None
    ) -> tuple[Suggestion, ...]:
        """Compare passages: one suggestion per passage and code, in the order of both.

        Passages in another language, and what an interviewer says, get none.

        Args:
            passages: The passages to compare.
            progress: Called with the number of passages just done.
        """
        chosen = [passage for passage in passages if classifiable(passage)]
        likeness = self.likeness(
            [passage.text for passage in chosen],
            [passage.language for passage in chosen],
            progress=progress,
        )
        suggested = suggest(likeness, self.codebook, cut_off=self.comparison.cut_off)
        return tuple(
            Suggestion(
                passage_id=passage.id,
                code=code,
                score=float(likeness[i, j]),
                suggested=bool(suggested[i, j]),
                model_id=self.model_id,
            )
            for i, passage in enumerate(chosen)
            for j, code in enumerate(self.codebook.code_ids)
        )

    def likeness(
        self,
        texts: Sequence[str],
        languages: Sequence[str],
        *,
        progress: Callable[[int], None] | None = None,
    ) -> Likeness:
        """Return how like each code each text is, between 0 and 1, shape (texts, codes).

        Args:
            texts: Passages.
            languages: The language of each, one of `config.LANGUAGES`.
            progress: Called with the number of texts just done.
        """
        result = np.zeros((len(texts), len(self.codebook.code_ids)))
        vectors = self._encoder.embed(texts, progress=progress)
        for name in LANGUAGES:
            rows = [row for row, language in enumerate(languages) if language == name]
            if rows:
                own = _without(vectors[rows], self._ordinary[name].mean(0))
                result[rows] = _cosines(own, self._profiles[name])
        return result

    def _embed_codes(self, language: str) -> list[Vectors]:
        """Return the vectors of what is said of each code, in the order of the codebook."""
        sayings = self._sayings[language]
        vectors = self._encoder.embed([saying.text for said in sayings for saying in said])
        is_example = np.array([saying.is_example for said in sayings for saying in said])
        ordinary = self._ordinary[language].mean(0)
        # With a single code there is nothing that the codes have in common.
        common = vectors[~is_example].mean(0) if len(sayings) > 1 else ordinary
        own = np.where(is_example[:, None], _without(vectors, ordinary), _without(vectors, common))
        ends = np.cumsum([len(said) for said in sayings])
        return list(np.split(own, ends[:-1]))

    def _profile(self, language: str, leave_out: str | None = None) -> Vectors:
        """Return one vector per code; an example can be left out to try the others on it."""
        profiles = []
        for said, vectors in zip(self._sayings[language], self._vectors[language], strict=True):
            rules = [vector for s, vector in zip(said, vectors, strict=True) if not s.is_example]
            examples = [
                vector
                for s, vector in zip(said, vectors, strict=True)
                if s.is_example and s.text != leave_out
            ]
            profile = _unit(np.mean(rules, axis=0))
            if examples:
                weight = len(examples) / (len(examples) + _HALFWAY)
                profile = _unit(profile + weight * _unit(np.mean(examples, axis=0)))
            profiles.append(profile)
        return np.stack(profiles)

    def _cut_off(self) -> tuple[float, int]:
        """Return the cut-off, and how many examples it was set from.

        It is that of the highest F1 on the examples, each compared with all the others. Without
        enough examples it is that from which `ORDINARY_SHARE` of ordinary passages gets a code.
        """
        likeness, coded = [], dict[str, list[bool]]()
        for language in LANGUAGES:
            sayings = self._sayings[language]
            for text, vector in self._examples(language).items():
                if text not in coded and len(text.split()) >= EXAMPLE_WORDS:
                    coded[text] = [any(said.text == text for said in own) for own in sayings]
                    others = self._profile(language, leave_out=text)
                    likeness.append(_cosines(vector[None, :], others)[0])
        if len(coded) < FEWEST_EXAMPLES:
            return self._default_cut_off(), 0
        found, truth = np.stack(likeness), np.array(list(coded.values()))
        f1 = [
            _f1(suggest(found, self.codebook, cut_off=float(cut_off)), truth)
            for cut_off in _CUT_OFFS
        ]
        return float(_CUT_OFFS[int(np.argmax(f1))]), len(coded)

    def _default_cut_off(self) -> float:
        best = [
            _cosines(_without(vectors, vectors.mean(0)), self._profiles[name]).max(
                axis=1, where=_narrowest(self.codebook), initial=0.0
            )
            for name, vectors in self._ordinary.items()
        ]
        return round(float(np.quantile(np.concatenate(best), 1 - ORDINARY_SHARE)), 2)

    def _examples(self, language: str) -> Mapping[str, Vectors]:
        """Return the examples that are in this language, with their vectors."""
        return {
            saying.text: vector
            for said, vectors in zip(self._sayings[language], self._vectors[language], strict=True)
            for saying, vector in zip(said, vectors, strict=True)
            if saying.is_example and saying.language in (language, OTHER_LANGUAGE)
        }


def suggest(likeness: Likeness, codebook: Codebook, *, cut_off: float) -> Flags:
    """Return which codes are suggested, shape (passages, codes).

    Codes that others are nested under are left out: the narrower ones say more. Of a facet that is
    exclusive at most one code is suggested.

    Args:
        likeness: Shape (passages, codes), in the order of the codebook.
        codebook: The codebook.
        cut_off: From which likeness a code is suggested.
    """
    open_to: Likeness = np.where(_narrowest(codebook), likeness, -1.0)
    first = 0
    for facet in codebook.facets:
        columns = slice(first, first + len(facet.codes))
        if facet.exclusive:
            open_to[:, columns] = np.where(_top(open_to[:, columns], 1), open_to[:, columns], -1.0)
        first += len(facet.codes)
    flags: Flags = _top(open_to, MOST) & (open_to >= cut_off)
    return flags


def _top(values: Likeness, most: int) -> Flags:
    """Flag the highest values of each row; of equals the first."""
    flags = np.zeros(values.shape, dtype=np.bool_)
    best = np.argsort(-values, axis=1, kind="stable")[:, :most]
    np.put_along_axis(flags, best, True, axis=1)
    return flags


def _narrowest(codebook: Codebook) -> Flags:
    """Flag the codes that no other is nested under."""
    parents = {code.parent for code in codebook}
    return np.array([code.id not in parents for code in codebook])


def _cosines(vectors: Vectors, profiles: Vectors) -> Likeness:
    """Return the cosines of rows of length 1, at least 0, rounded, shape (vectors, profiles)."""
    cosines = np.clip((vectors @ profiles.T).astype(np.float64), 0.0, 1.0)
    return np.round(cosines, _DIGITS).astype(np.float64)


def _without(vectors: Vectors, common: Vectors) -> Vectors:
    return _unit(vectors - common)


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)
    return unit


def _f1(suggested: Flags, coded: Flags) -> float:
    return 2 * int((suggested & coded).sum()) / max(int(suggested.sum() + coded.sum()), 1)


def _sayings(codebook: Codebook, language: str) -> list[list[_Text]]:
    """Return for each code what is said of it in a language, or else in the other."""
    return [_of_code(code, language) for code in codebook]


def _of_code(code: Code, language: str) -> list[_Text]:
    name, meaning = code.name(language), code.meaning(language)
    head = f"{name}: {meaning}" if meaning else name
    found = [_Text(text=head, language=language, is_example=False)]
    for texts, is_example in ((code.include, False), (code.examples, True)):
        spoken = passage_languages(texts, default=OTHER_LANGUAGE)
        # Too short to tell is as good as the language asked for.
        own = [lang in (language, OTHER_LANGUAGE) for lang in spoken]
        found += [
            _Text(text=text, language=lang, is_example=is_example)
            for text, lang, fits in zip(texts, spoken, own, strict=True)
            if fits or not any(own)
        ]
    return found


@cache
def _passages() -> Mapping[str, list[str]]:
    passages: Mapping[str, list[str]] = read_yaml(resource("configs/ordinary_passages.yaml"))
    return passages
