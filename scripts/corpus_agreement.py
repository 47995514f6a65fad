"""How far the two coders of a corpus agree, per code, per language and overall.

Usage: python scripts/corpus_agreement.py CORPUS [--json]

Cohen's kappa on the same passages, with prevalence and a 95 % percentile interval from 2,000
resamples of interviews (passages of one interview are not independent). Four-way valence is one
variable with the values barrier, facilitator, mixed and neither.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlp_pipeline.config import read_codebook
from nlp_pipeline.corpus import build_rows, read_corpus

RESAMPLES, SEED = 2000, 20
Row = dict[str, Any]


def main() -> None:
    """Print the agreement of coders a and b as a table, or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--codebook", default="rmic")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = [
        row
        for of in build_rows(read_corpus(options.corpus)).values()
        for row in of
        if row["codes_b"] is not None
    ]
    figures = agreement(rows, read_codebook(options.codebook))
    print(json.dumps(figures, indent=2) if options.json else to_table(figures))


def agreement(rows: Sequence[Row], codebook: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """Return for all rows and for each language the figures of each code and facet."""
    variables: dict[str, Callable[[Sequence[str]], int]] = {
        code: lambda codes, code=code: int(code in codes) for code in codebook.code_ids
    }
    first = [code.id for code in codebook.facets[0].codes]
    variables[f"{codebook.facets[0].id}, combined"] = lambda codes: sum(
        2**i for i, code in enumerate(first) if code in codes
    )
    variables["any code"] = lambda codes: int(bool(codes))
    parts = {"all": list(rows)}
    for language in sorted({row["language"] for row in rows}):
        parts[language] = [row for row in rows if row["language"] == language]
    return {
        part: {name: figure(own, value) for name, value in variables.items()}
        for part, own in parts.items()
    }


def figure(rows: Sequence[Row], value: Callable[[Sequence[str]], int]) -> dict[str, Any]:
    """Return kappa with its interval, prevalence and counts for one variable."""
    a = np.array([value(row["codes_a"]) for row in rows])
    b = np.array([value(row["codes_b"]) for row in rows])
    interviews = sorted({row["transcript_id"] for row in rows})
    tables = contingency(a, b, [row["transcript_id"] for row in rows], interviews)
    draws = np.random.default_rng(SEED).integers(0, len(interviews), (RESAMPLES, len(interviews)))
    resampled = [kappa(tables[draw].sum(0)) for draw in draws]
    low, high = np.nanpercentile(resampled, [2.5, 97.5])
    return {
        "kappa": round(kappa(tables.sum(0)), 3),
        "low": round(float(low), 3),
        "high": round(float(high), 3),
        "prevalence_a": round(float(np.mean(a > 0)), 3),
        "prevalence_b": round(float(np.mean(b > 0)), 3),
        "passages": len(rows),
        "interviews": len(interviews),
    }


def contingency(
    a: np.ndarray, b: np.ndarray, of: Sequence[str], interviews: Sequence[str]
) -> np.ndarray:
    """Return one table of counts per interview, shape (interviews, values, values)."""
    values = sorted({*a.tolist(), *b.tolist()})
    place = {value: i for i, value in enumerate(values)}
    number = {name: i for i, name in enumerate(interviews)}
    tables = np.zeros((len(interviews), len(values), len(values)))
    for x, y, name in zip(a.tolist(), b.tolist(), of, strict=True):
        tables[number[name], place[x], place[y]] += 1
    return tables


def kappa(table: np.ndarray) -> float:
    """Return Cohen's kappa of a table of counts; nan where both use one value only."""
    total = table.sum()
    expected = float((table.sum(0) * table.sum(1)).sum() / total**2)
    observed = float(np.trace(table) / total)
    return (observed - expected) / (1 - expected) if expected < 1 else float("nan")


def to_table(figures: dict[str, dict[str, dict[str, Any]]]) -> str:
    """Return the figures as a table in Markdown: kappa with its interval, and prevalence."""
    parts = list(figures)
    lines = [
        "| | " + " | ".join(f"{part}: kappa (95 %) | prevalence a / b" for part in parts) + " |"
    ]
    lines.append("|---" * (1 + 2 * len(parts)) + "|")
    for name in figures[parts[0]]:
        cells = []
        for part in parts:
            f = figures[part][name]
            cells.append(f"{f['kappa']:.2f} ({f['low']:.2f} to {f['high']:.2f})")
            cells.append(f"{f['prevalence_a']:.2f} / {f['prevalence_b']:.2f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
