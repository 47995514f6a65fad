"""What an evaluation found, in sentences."""

from nlp_pipeline.analysis.evaluation import not_beaten
from nlp_pipeline.analysis.forests import whole_slice
from nlp_pipeline.analysis.records import CodeRow, Evaluation, FacetRow
from nlp_pipeline.analysis.speech import Speech


def measured(evaluation: Evaluation, speech: Speech) -> str:
    """Return what was compared with what, on how much."""
    return speech.word(
        "measured",
        passages=speech.passages(evaluation.passages),
        interviews=speech.interviews(evaluation.interviews),
        split=evaluation.split,
    )


def facet_findings(evaluation: Evaluation, speech: Speech) -> tuple[tuple[str, str], ...]:
    """Return each facet with what was found about it: the model, people, the codes."""
    whole = whole_slice(evaluation)
    return tuple(
        (
            speech.facet(row.facet),
            " ".join(
                [
                    *_own(row, speech),
                    *_people(row, speech),
                    *_span([code for code in whole.codes if code.facet == row.facet], speech),
                ]
            ),
        )
        for row in whole.facets
    )


def other_findings(evaluation: Evaluation, speech: Speech) -> tuple[str, ...]:
    """Return what was found about baselines, scores and what can be left to the model."""
    return (
        *_baselines(evaluation, speech),
        *_calibration(evaluation, speech),
        *_left(evaluation, speech),
    )


def _own(row: FacetRow, speech: Speech) -> list[str]:
    kappa = row.mean_kappa
    if kappa.value is None:
        return [_capital(speech.word("facet_none", reason=speech.reason(kappa.reason)))]
    words = speech.agreement(kappa.value)
    found = [_capital(speech.word("facet_kappa", kappa=speech.both(kappa), words=words))]
    if row.macro_f1.value is not None:
        found.append(speech.word("facet_f1", f1=speech.both(row.macro_f1)))
    if row.pattern_kappa.value is not None:
        found.append(speech.word("facet_pattern", kappa=speech.both(row.pattern_kappa)))
    return found


def _people(row: FacetRow, speech: Speech) -> list[str]:
    kappa = row.human_mean_kappa
    if kappa.value is None:
        return []
    words = speech.agreement(kappa.value)
    return [speech.word("facet_people", kappa=speech.both(kappa), words=words)]


def _span(codes: list[CodeRow], speech: Speech) -> list[str]:
    known = sorted((row.kappa.value, row.code) for row in codes if row.kappa.value is not None)
    if len(known) < 2:
        return []
    (low, weakest), (high, strongest) = known[0], known[-1]
    return [
        speech.word(
            "weakest",
            low=speech.decimal(low),
            weakest=speech.code(weakest),
            high=speech.decimal(high),
            strongest=speech.code(strongest),
        )
    ]


def _baselines(evaluation: Evaluation, speech: Speech) -> list[str]:
    own = whole_slice(evaluation).facets
    facets = {row.facet for row in own}
    others = [
        other
        for other in evaluation.contenders
        if other.name != evaluation.model_id and facets <= {row.facet for row in other.facets}
    ]
    if not others:
        return []
    return [
        speech.word("not_beaten", facet=speech.facet(facet), names=_names(better, speech))
        if (better := found["mean_kappa"])
        else speech.word("beaten", facet=speech.facet(facet))
        for facet, found in not_beaten(own, others).items()
    ]


def _calibration(evaluation: Evaluation, speech: Speech) -> list[str]:
    errors = [(row.error.value, row.code) for row in evaluation.reliability]
    known = sorted((error, code) for error, code in errors if error is not None)
    if not known:
        return []
    mean = sum(error for error, _ in known) / len(known)
    worst, code = known[-1]
    return [
        speech.word(
            "calibration",
            error=speech.decimal(mean),
            code=speech.code(code),
            worst=speech.decimal(worst),
        )
    ]


def _left(evaluation: Evaluation, speech: Speech) -> list[str]:
    curves = evaluation.risk
    if not curves:
        return []
    some = sum(curve.accept_from is not None for curve in curves)
    return [
        speech.word(
            "left" if some else "left_none",
            some=str(some),
            all=speech.number_of_codes(len(curves)),
            error=speech.percent(curves[0].error),
            confidence=speech.percent(curves[0].confidence),
        )
    ]


def _names(names: tuple[str, ...], speech: Speech) -> str:
    return ", ".join(f"“{speech.name(name)}”" for name in names)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
