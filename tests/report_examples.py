"""Invented evaluations for the tests of the report; random, but the same every time."""

import random
from dataclasses import replace

from nlp_pipeline.analysis.records import (
    Bin,
    CodeRow,
    Confusion,
    Contender,
    CurvePoint,
    Estimate,
    Evaluation,
    FacetRow,
    LearningPoint,
    Reliability,
    RiskCurve,
    Slice,
    Transfer,
)

FACETS = {
    "valence": ("barrier", "facilitator"),
    "level": (
        "clinical",
        "professional",
        "organisational",
        "system",
        "functional",
        "normative",
    ),
}
SHARES = (0.32, 0.27, 0.14, 0.13, 0.15, 0.08, 0.07, 0.12)
NOTHING = Estimate(value=None, reason="no passage carries the code")
PARTS = (
    ("language", "nl", 437, 7),
    ("language", "en", 428, 6),
    ("setting", "frail older people", 130, 2),
    ("setting", "five participants of a lifestyle programme", 64, 1),
    ("setting", "other", 671, 10),
    ("speaker_role", "community midwife", 123, 2),
    ("speaker_role", "alderman (wethouder)", 62, 1),
    ("kind", "interview", 756, 11),
    ("kind", "focus group", 64, 1),
    ("kind", "field notes", 45, 1),
    ("hard", "any", 170, 13),
    ("hard", "none", 695, 13),
    ("hard", "near", 43, 11),
    ("hard", "wish", 17, 8),
)


def around(rng, middle, spread):
    value = min(0.99, abs(rng.gauss(middle, 0.04)))
    low, high = value - spread * rng.uniform(0.7, 1.3), value + spread * rng.uniform(0.5, 1.0)
    return Estimate(value=value, low=low if middle > 0.1 else max(0.0, low), high=min(high, 1.0))


def code_rows(rng, passages, interviews, level=0.7, spread=0.07):
    rows = []
    codes = [(facet, code) for facet, codes in FACETS.items() for code in codes]
    for (facet, code), share in zip(codes, SHARES, strict=True):
        kappa = around(rng, level, spread)
        higher = (around(rng, level + 0.08, spread) for _ in range(4))
        precision, recall, f1, average = higher
        rows.append(
            CodeRow(
                code=code,
                facet=facet,
                passages=passages,
                interviews=interviews,
                coded=round(share * passages),
                suggested=round(share * passages * rng.uniform(0.9, 1.2)),
                precision=precision,
                recall=recall,
                f1=f1,
                average_precision=average,
                kappa=kappa,
                human_kappa=around(rng, level + 0.06, spread),
            )
        )
    return tuple(rows)


def facet_rows(rng, level=0.7, spread=0.05):
    return tuple(
        FacetRow(
            facet=facet,
            macro_f1=around(rng, level + 0.12, spread),
            mean_kappa=around(rng, level, spread),
            pattern_kappa=around(rng, level - 0.03, spread),
            human_mean_kappa=around(rng, level + 0.06, spread),
            human_pattern_kappa=around(rng, level + 0.05, spread),
        )
        for facet in FACETS
    )


def part(rng, by, value, passages, interviews):
    level = 0.45 if by == "hard" and value != "none" else 0.7
    found = Slice(
        by=by,
        value=value,
        passages=passages,
        interviews=interviews,
        codes=code_rows(rng, passages, interviews, level),
        facets=facet_rows(rng, level, 0.5 / passages**0.4),
    )
    if interviews > 1:
        return found
    reason = f"{interviews} interviews; an interval takes 5"
    facets = tuple(
        replace(row, mean_kappa=Estimate(value=row.mean_kappa.value, reason=reason))
        for row in found.facets
    )
    return replace(found, facets=facets)


def reliability(rng, code):
    bins = []
    for place in range(10):
        middle = place / 10 + 0.05
        passages = round(400 * (0.45**place) + 60 * (place / 10) ** 3)
        share = min(1.0, max(0.0, middle + rng.gauss(0, 0.06)))
        known = place != 4
        bins.append(
            Bin(
                low=place / 10,
                high=(place + 1) / 10,
                passages=passages if known else 0,
                mean_score=middle if known else None,
                coded_share=share if known else None,
            )
        )
    return Reliability(code=code, error=around(rng, 0.04, 0.01), bins=tuple(bins))


def risk_curve(rng, code, share):
    points, accept = [], None
    quality = rng.uniform(0.2, 1.6)
    for place in range(1, 101):
        coverage = place / 100
        risk = min(1 - share, quality * 0.5 * (coverage / share) ** 2 * share + 0.01)
        risk = max(risk, 1 - share / coverage)
        bound = min(1.0, risk + 0.02 / coverage**0.6)
        score = 1 - coverage**0.5
        points.append(
            CurvePoint(
                score=score,
                coverage=coverage,
                risk=risk,
                found=min(1.0, coverage * (1 - risk) / share),
                risk_bound=bound,
            )
        )
        accept = score if bound <= 0.1 else accept
    return RiskCurve(
        code=code,
        error=0.1,
        confidence=0.95,
        points=tuple(points),
        accept_from=accept,
        accepted_share=0.0 if accept is None else 0.41,
        dismiss_below=0.06,
        dismissed_share=0.55,
        reason="" if accept else "accept: even the surest suggestions may be wrong too often",
    )


def confusion(rng, facet, codes):
    size = len(codes) + 1
    counts = [
        [rng.randrange(60, 140) if i == j else rng.randrange(0, 18) for j in range(size)]
        for i in range(size)
    ]
    counts[-1][-1] = 412
    return Confusion(facet=facet, codes=codes, counts=tuple(tuple(row) for row in counts))


def full_evaluation(seed=4):
    """An evaluation with everything that there can be."""
    rng = random.Random(seed)
    whole = part(rng, "all", "all", 865, 13)
    never = replace(
        whole.codes[6], coded=0, kappa=NOTHING, human_kappa=NOTHING, average_precision=NOTHING
    )
    whole = replace(whole, codes=(*whole.codes[:6], never, *whole.codes[7:]))
    codes = [row.code for row in whole.codes]
    levels = {"majority": 0.0, "keyword": 0.18, "definitions": 0.3, "tfidf": 0.52, "frozen": 0.58}
    return Evaluation(
        model_id="rmic-nl-en",
        corpus="rmic-nl-en",
        corpus_sha256="0f" * 32,
        split="test",
        seed=20,
        resamples=2000,
        passages=865,
        interviews=13,
        slices=(whole, *(part(rng, *row) for row in PARTS)),
        reliability=tuple(reliability(rng, code) for code in codes),
        risk=tuple(risk_curve(rng, c, share) for c, share in zip(codes, SHARES, strict=True)),
        confusion=tuple(confusion(rng, facet, codes) for facet, codes in FACETS.items()),
        contenders=tuple(
            Contender(
                name=name,
                note=f"an invented note on {name} that goes on for a while",
                facets=facet_rows(rng, level),
                codes=code_rows(rng, 865, 13, level),
            )
            for name, level in levels.items()
        ),
        transfer=tuple(
            Transfer(learned_from=a, measured_on=b, method="head", facets=facet_rows(rng, level))
            for a, b, level in (
                ("nl", "nl", 0.64),
                ("nl", "en", 0.55),
                ("en", "en", 0.63),
                ("en", "nl", 0.56),
                ("nl+en", "nl", 0.68),
            )
        ),
        learning=tuple(
            LearningPoint(
                interviews=size,
                passages=68 * size,
                draws=5,
                method=method,
                macro_f1=dict.fromkeys(FACETS, 0.85 - 0.5 * size**-0.5),
                mean_kappa={f: top - 0.1 * len(f) * size**-0.5 for f in FACETS},
            )
            for method, top in (("head", 0.7), ("full", 0.76))
            for size in (4, 8, 16, 32, 54)
        ),
    )


def bare_evaluation():
    """An evaluation of a codebook with one code, on a few passages, with nothing around it."""
    rng = random.Random(1)
    row = code_rows(rng, 12, 1)[0]
    short = Estimate(value=0.4, reason="1 interviews; an interval takes 5")
    row = replace(row, code="waiting", facet="theme", kappa=short, human_kappa=NOTHING)
    facet = replace(facet_rows(rng)[0], facet="theme", mean_kappa=short, human_mean_kappa=NOTHING)
    whole = Slice(by="all", value="all", passages=12, interviews=1, codes=(row,), facets=(facet,))
    return Evaluation(
        model_id="mine", corpus="small", corpus_sha256="ab" * 32, split="test", seed=1,
        resamples=2000, passages=12, interviews=1, slices=(whole,), reliability=(), risk=(),
        confusion=(), notes=("code “later” is not in the corpus",),
    )  # fmt: skip
