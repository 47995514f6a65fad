"""What ``nlp-pipeline agree`` finds: the records behind its two JSON files.

``agreement.json`` is an `Agreement` as JSON, each record an object with its attributes as keys, and
``disagreements.json`` a `Disagreements`. The first holds no word of a transcript; the second holds
the passages themselves, if it lies inside the study.

Figures are found by name:

- of a code: ``percent_agreement``, ``fleiss_kappa``, ``krippendorff_alpha``, ``gwet_ac1`` and
  ``pabak``; in a pair also ``cohen_kappa``, ``precision``, ``recall`` and ``f1``, with the second
  coder as the reference. With the first as the reference, precision and recall change places.
- of a facet, with the whole set of codes of a passage as its value: the first five, and
  ``alpha_masi``, which counts sets that overlap as nearer; in a pair also ``cohen_kappa``, and
  ``mean_cohen_kappa`` and ``macro_f1``, the means over the codes that occur.
- of `ALL_CODES`, the codes of all facets together: ``alpha_masi`` only.

Percent agreement, AC1 and PABAK are high for every rare code, so they are not to be shown without
the prevalence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

FORMAT: Final = "nlp-pipeline agreement"
FORMAT_VERSION: Final = 1

_DECIMALS = 6

ALL_CODES: Final = "*"
"""The name of all facets together, where a facet is named."""

Kind = Literal["pair", "people", "everybody"]
"""Two coders; three people or more; two people or more and the model."""

Way = Literal["blind", "imported", "assisted", "all"]
"""How codings came about: unseen by a model, from a file that does not tell, with suggestions in
view; or whichever holds now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A figure with its interval, each with the reason where there is none.

    Attributes:
        value: The figure; None where it is not defined.
        low: Lower bound of the interval got by resampling interviews.
        high: Upper bound.
        reason: Why there is no figure.
        no_interval: Why there is no interval.
        band: What a kappa (Landis and Koch) or an alpha (Krippendorff) of this size is called: a
            key of `Agreement.words`; "" for other figures.
        low_band: The same of the lower bound, which is the one to go by.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    no_interval: str = ""
    band: str = ""
    low_band: str = ""


Estimates = Mapping[str, Estimate]


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeAgreement:
    """How the coders of a comparison agree on one code.

    Attributes:
        code: Its id.
        facet: The id of its facet.
        passages: Passages that at least two of the coders have seen.
        interviews: Interviews that these are from.
        seen: How many of these passages each coder has seen, in the order of the comparison.
        given: To how many of them each coder gave the code.
        prevalence: Share of all judgements on these passages that give the code.
        differ: Passages on which the coders differ about this code.
        figures: By name.
    """

    code: str
    facet: str
    passages: int
    interviews: int
    seen: tuple[int, ...]
    given: tuple[int, ...]
    prevalence: float | None
    differ: int
    figures: Estimates

    @property
    def shares(self) -> tuple[float | None, ...]:
        """The prevalence of each coder: the share of what was seen that has the code."""
        return tuple(g / s if s else None for g, s in zip(self.given, self.seen, strict=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetAgreement:
    """How the coders of a comparison agree on the codes of a facet; ``facet`` may be `ALL_CODES`.

    ``coded`` is to how many of the passages each coder gave any of its codes.
    """

    facet: str
    passages: int
    interviews: int
    coded: tuple[int, ...]
    differ: int
    figures: Estimates


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementSlice:
    """The passages with one value of ``language``, ``role`` or an attribute; ``all`` for all."""

    by: str
    value: str
    passages: int
    interviews: int
    codes: tuple[CodeAgreement, ...]
    facets: tuple[FacetAgreement, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """How some coders agree on fixed passages.

    Attributes:
        kind: Of how many.
        coders: Names; in a pair the second is the reference. The model is the first of a pair and
            the last of a group.
        with_model: Whether the model is one of them.
        slices: All passages first.
    """

    kind: Kind
    coders: tuple[str, ...]
    with_model: bool
    slices: tuple[AgreementSlice, ...]

    @property
    def whole(self) -> AgreementSlice:
        """The figures of all passages."""
        return self.slices[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class BoundaryAgreement:
    """Whether two people mark the same stretches, whatever their codes, where both have looked.

    Attributes:
        coders: The two; the second is the reference.
        interviews: Interviews that both have looked at.
        words: Words in which a stretch could start or end.
        cuts: How many boundaries each sets.
        near: Two boundaries at most this many words apart are one that was moved.
        boundary_similarity: 1 is best.
        window_diff: Share of windows that differ, so 0 is best; their width is that of the second
            coder.
        window_diff_other_way: The same with the first as the reference.
    """

    coders: tuple[str, str]
    interviews: int
    words: int
    cuts: tuple[int, int]
    near: int
    boundary_similarity: Estimate
    window_diff: Estimate
    window_diff_other_way: Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class CharacterAgreement:
    """Stretches and codes together: alpha with every character as a unit, uncoded text included.

    Attributes:
        kind: As of a `Comparison`.
        coders: Likewise.
        with_model: Likewise.
        interviews: Interviews that two of them have looked at.
        characters: How many characters at least two of them have seen.
        codes: Alpha of each code.
        facets: Alpha of each facet, with the whole set of codes as the value.
    """

    kind: Kind
    coders: tuple[str, ...]
    with_model: bool
    interviews: int
    characters: int
    codes: Estimates
    facets: Estimates


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """All that was found about codings that came about in one way."""

    way: Way
    comparisons: tuple[Comparison, ...]
    boundaries: tuple[BoundaryAgreement, ...]
    characters: tuple[CharacterAgreement, ...]

    @property
    def people(self) -> Comparison | None:
        """All people together: a group of three or more, or the pair of the two; else None."""
        own = [one for one in self.comparisons if not one.with_model]
        groups = [one for one in own if one.kind == "people"] or own
        return groups[0] if len(groups) == 1 else None

    @property
    def with_model(self) -> tuple[Comparison, ...]:
        """The model with each person: pairs."""
        return tuple(c for c in self.comparisons if c.with_model and c.kind == "pair")


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchoring:
    """The anchoring effect: how much higher agreement is where suggestions were in view.

    Attributes:
        kind: As of a `Comparison`.
        coders: Likewise.
        with_model: Likewise.
        facet: The id of a facet.
        code: The id of a code; "" for the facet as a whole.
        figure: The name of the figure: ``cohen_kappa`` in a pair, ``krippendorff_alpha`` in a
            group, ``alpha_masi`` of a facet.
        blind: The figure where no suggestion was shown.
        assisted: The figure where suggestions were in view.
        difference: Assisted less blind.
        passages: How many there are of either: blind, assisted, and of both.
    """

    kind: Kind
    coders: tuple[str, ...]
    with_model: bool
    facet: str
    code: str
    figure: str
    blind: Estimate
    assisted: Estimate
    difference: Estimate
    passages: tuple[int, int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class CoderRow:
    """What one coder did.

    Attributes:
        name: The name, or the id of the model.
        is_model: Whether it is the model.
        is_consensus: Whether these are the decisions of a consensus meeting.
        seen: Passages that the coder has seen, by each `Way` in which they were coded; 0 too for a
            way that was not measured.
        coded: Passages with any code, likewise.
        interviews: Interviews of which the coder has seen anything.
    """

    name: str
    is_model: bool
    is_consensus: bool
    seen: Mapping[str, int]
    coded: Mapping[str, int]
    interviews: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeName:
    """A code of the codebook."""

    id: str
    label: Mapping[str, str]
    parent: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetName:
    """A facet of the codebook with its codes."""

    id: str
    label: Mapping[str, str]
    exclusive: bool
    codes: tuple[CodeName, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """All that was measured.

    Attributes:
        format: The name of this format.
        format_version: Its version.
        package_version: Of the program.
        study: The name of the study.
        run_id: The run whose passages are the units.
        codebook: Its name.
        codebook_version: Its version.
        facets: Its facets and codes.
        model_id: The model.
        score_kind: What its scores may be called: probability, score or likeness.
        seed: Of the resamples.
        resamples: How many.
        method: How intervals are made: ``bca`` or ``percentile``.
        level: Share of such intervals that hold the true value, in the long run: 0.95.
        passages: Passages of the run; what an interviewer says is in none.
        interviews: Interviews of the run.
        languages: Passages by language.
        reference: The coder that was named as the reference, or "".
        cuts: By what the passages were divided: ``language``, ``role``, attributes.
        coders: People first, the model last.
        parts: The one to go by first: blind, then imported, assisted, and all together.
        anchoring: Assisted less blind; empty where there is only one of them.
        words: What a band is called, by band and language.
        disagreements: How many passages there are on which coders differ.
        disagreements_of_people: On how many of them people differ; on the others only the model.
        learned_from: From how many of the interviews compared the model has learned.
        notes: What was left out and why, and what to know of these figures.
    """

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    package_version: str
    study: str
    run_id: str
    codebook: str
    codebook_version: str
    facets: tuple[FacetName, ...]
    model_id: str
    score_kind: str
    seed: int
    resamples: int
    method: str
    level: float
    passages: int
    interviews: int
    languages: Mapping[str, int]
    reference: str
    cuts: tuple[str, ...]
    coders: tuple[CoderRow, ...]
    parts: tuple[Part, ...]
    anchoring: tuple[Anchoring, ...]
    words: Mapping[str, Mapping[str, str]]
    disagreements: int
    disagreements_of_people: int
    learned_from: int = 0
    notes: tuple[str, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """The coders that are people, without the consensus of their meeting."""
        return tuple(c.name for c in self.coders if not (c.is_model or c.is_consensus))

    def part(self, way: Way) -> Part | None:
        """Return what was found about codings of one way, if there are any."""
        return next((part for part in self.parts if part.way == way), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeDispute:
    """One code of a passage on which coders differ.

    Attributes:
        code: Its id.
        given_by: Who gave it, the model among them.
        not_given_by: Who saw the passage and did not.
        pairs_apart: How many pairs of people differ.
        model_score: Of the model; None if it gave none.
        model_suggested: Whether it suggests the code; None if it has not seen the passage.
        model_against: How sure the model is against most of the people: how far its score is past
            where it changes its mind, as a share of all there is beyond; 0 if it is with them.
        consensus: What a consensus meeting decided; None if it did not yet.
    """

    code: str
    given_by: tuple[str, ...]
    not_given_by: tuple[str, ...]
    pairs_apart: int
    model_score: float | None
    model_suggested: bool | None
    model_against: float
    consensus: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """A passage on which coders differ, for the meeting that decides.

    Attributes:
        rank: From 1; the hardest first: most pairs of people apart, then the model surest against
            them.
        passage_id: The passage.
        number: Of the passage within its transcript, from 1, as in review files.
        transcript_id: The transcript.
        transcript: The name of its file.
        start: Offset of its first character.
        end: Offset of the character after its last.
        language: Its language.
        role: Who speaks.
        ways: How each person coded it.
        pairs_apart: Over its codes.
        model_against: The largest of its codes.
        codes: Those on which coders differ.
        agreed: Codes that all who saw it gave.
        text: The passage; "" where the file does not lie inside the study.
        context: The question that it answers, likewise.
    """

    rank: int
    passage_id: str
    number: int
    transcript_id: str
    transcript: str
    start: int
    end: int
    language: str
    role: str
    ways: Mapping[str, str]
    pairs_apart: int
    model_against: float
    codes: tuple[CodeDispute, ...]
    agreed: tuple[str, ...]
    text: str = ""
    context: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreements:
    """The passages on which coders differ, the hardest first.

    ``way`` says which codings they are from; ``has_text`` whether the passages themselves are in.
    """

    format: str = "nlp-pipeline disagreements"
    format_version: int = FORMAT_VERSION
    study: str
    run_id: str
    model_id: str
    way: Way
    has_text: bool
    passages: tuple[Disagreement, ...]

    @property
    def of_people(self) -> int:
        """Return on how many passages people differ; on the others only the model does."""
        return sum(passage.pairs_apart > 0 for passage in self.passages)

    def between(self, coders: tuple[str, ...], code: str = "") -> Iterator[Disagreement]:
        """Yield those on which these coders differ, about one code or any."""
        for passage in self.passages:
            if any(
                code in ("", one.code)
                and {*one.given_by} & {*coders}
                and {*one.not_given_by} & {*coders}
                for one in passage.codes
            ):
                yield passage


def as_json(value: Any) -> Any:
    """Return a record as JSON-like values: objects, lists, and what they hold.

    Numbers have six decimals. Of an `Estimate`, only what it has is in.
    """
    if hasattr(value, "__dataclass_fields__"):
        pairs = {name: as_json(getattr(value, name)) for name in value.__dataclass_fields__}
        bare = isinstance(value, Estimate)
        return {name: one for name, one in pairs.items() if not (bare and one in ("", None))}
    if isinstance(value, Mapping):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, float):
        return round(value, _DECIMALS)
    return [as_json(one) for one in value] if isinstance(value, tuple | list) else value
