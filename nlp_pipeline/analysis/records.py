"""What an evaluation holds. Every record becomes JSON as it is; none holds a passage."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A figure with its interval, or the reason why there is none.

    ``low`` and ``high`` bound the interval got by resampling interviews; None where there are too
    few of them.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeRow:
    """How suggestions of one code compare with the adjudicated coding.

    ``human_kappa`` is Cohen's kappa of two people on the same passages.
    """

    code: str
    facet: str
    passages: int
    interviews: int
    coded: int
    suggested: int
    precision: Estimate
    recall: Estimate
    f1: Estimate
    average_precision: Estimate
    kappa: Estimate
    human_kappa: Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetRow:
    """A facet as a whole.

    Attributes:
        facet: Its id.
        macro_f1: Mean of F1 over the codes that occur.
        mean_kappa: Mean of Cohen's kappa over the codes that occur.
        pattern_kappa: Cohen's kappa of the whole set of codes as one value, such as barrier,
            facilitator, both or neither.
        human_mean_kappa: The same mean for the two people.
        human_pattern_kappa: The same pattern for the two people.
    """

    facet: str
    macro_f1: Estimate
    mean_kappa: Estimate
    pattern_kappa: Estimate
    human_mean_kappa: Estimate
    human_pattern_kappa: Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """The passages with one value of an attribute; ``by`` is "all" for all of them."""

    by: str
    value: str
    passages: int
    interviews: int
    codes: tuple[CodeRow, ...]
    facets: tuple[FacetRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """Passages with scores from ``low`` to ``high``: their mean score, and the share coded."""

    low: float
    high: float
    passages: int
    mean_score: float | None
    coded_share: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reliability:
    """Whether scores of a code are probabilities; ``error`` is the expected calibration error."""

    code: str
    error: Estimate
    bins: tuple[Bin, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CurvePoint:
    """A point of a risk-coverage curve: passages down to this score, and what goes wrong there.

    Attributes:
        score: The lowest score that counts.
        coverage: Share of all passages with at least this score.
        risk: Share of these that do not carry the code.
        found: Share of the passages with the code that are among them.
        risk_bound: Upper bound of the risk at the confidence of the curve, over interviews.
    """

    score: float
    coverage: float
    risk: float
    found: float
    risk_bound: float


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskCurve:
    """What of one code can be left to the model, at an error and a confidence.

    Attributes:
        code: The code.
        error: The share of errors that is allowed.
        confidence: How sure that is to be.
        points: The curve, by falling score.
        accept_from: The score from which suggestions may stand without being looked at; None if
            there is none.
        accepted_share: The share of all suggestions that this is.
        dismiss_below: The score below which passages need not be looked at for this code, so that
            no more than ``error`` of the passages with the code are missed; None if there is none.
        dismissed_share: The share of all passages that this is.
        reason: Why there is none.
    """

    code: str
    error: float
    confidence: float
    points: tuple[CurvePoint, ...]
    accept_from: float | None
    accepted_share: float
    dismiss_below: float | None
    dismissed_share: float
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contender:
    """A model or baseline in the table of comparison: its figures on the test passages."""

    name: str
    note: str
    facets: tuple[FacetRow, ...]
    codes: tuple[CodeRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Transfer:
    """Learned from one language, measured on another."""

    learned_from: str
    measured_on: str
    method: str
    facets: tuple[FacetRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningPoint:
    """Learned from so many interviews; figures are means over ``draws`` draws of them."""

    interviews: int
    passages: int
    draws: int
    method: str
    macro_f1: dict[str, float]
    mean_kappa: dict[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Confusion:
    """Codes of one facet that stand in each other's place; ``counts[i][j]`` counts passages.

    On the diagonal code i was carried and suggested. Elsewhere code i was carried and missed, and
    code j was suggested in its place, wrongly; codes that a passage rightly has together are not
    confused. The last row and column stand for no code: missed with nothing wrong in its place,
    suggested with nothing missed, and in the corner no code carried and none suggested.
    """

    facet: str
    codes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """All that was measured of a model on one split of a corpus.

    ``corpus_sha256`` is the hash of the file of that split; ``notes`` say what was left out, and
    why.
    """

    model_id: str
    corpus: str
    corpus_sha256: str
    split: str
    seed: int
    resamples: int
    passages: int
    interviews: int
    slices: tuple[Slice, ...]
    reliability: tuple[Reliability, ...]
    risk: tuple[RiskCurve, ...]
    confusion: tuple[Confusion, ...]
    contenders: tuple[Contender, ...] = ()
    transfer: tuple[Transfer, ...] = ()
    learning: tuple[LearningPoint, ...] = ()
    notes: tuple[str, ...] = ()
