"""The passages on which a model was most sure and wrong: the one output with people's words."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from nlp_pipeline.analysis.material import Material
from nlp_pipeline.review.clean import csv_text
from nlp_pipeline.review.page import content_policy, make_environment
from nlp_pipeline.store import atomic_write

PRIVATE = "This file holds what participants said. Keep it where you keep the transcripts."
MOST = 20
NOTHING = "none"

_TEMPLATES = Path(__file__).parent / "templates"
_COLUMNS = (
    "rank", "id", "interview", "language", "question", "passage", "coded", "suggested",
    "wrong_code", "score", "wrong", "coder_a", "coder_b", "hard",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class WorstError:
    """A passage with the code on which the model is most wrong.

    Attributes:
        place: The passage's place among those that were compared.
        code: The code.
        score: Its score; far from nought where the passage does not carry it, and the reverse.
        missed: Whether the passage carries the code, which was not suggested.
        coded: The codes of the passage.
        suggested: The codes suggested, with their scores.
    """

    place: int
    code: str
    score: float
    missed: bool
    coded: tuple[str, ...]
    suggested: Mapping[str, float]


def worst_errors(material: Material, *, most: int = MOST) -> tuple[WorstError, ...]:
    """Return the passages with the most confident wrong decisions, the worst first.

    A decision is wrong where a code was suggested and is not carried, or the reverse; the distance
    of its score from what was right is how confident it was.
    """
    wrong = material.suggested != material.coded
    away = np.where(wrong, np.abs(material.scores - material.coded), -1.0)
    if not away.size:
        return ()
    worst = away.max(1)
    order = [int(i) for i in np.argsort(-worst, kind="stable")[:most] if worst[i] >= 0]
    return tuple(_error(material, place, int(away[place].argmax())) for place in order)


def write_worst(
    errors: Sequence[WorstError], rows: Sequence[Mapping[str, Any]], folder: Path, *, title: str
) -> tuple[Path, Path]:
    """Write ``worst-errors.html`` and ``worst-errors.csv`` and return their paths.

    Args:
        errors: As from `worst_errors`.
        rows: The passages that were compared, with their words.
        folder: Where to write.
        title: The heading of the page.

    Raises:
        StoreError: The disk refuses.
    """
    told = [_told(rank, error, rows[error.place]) for rank, error in enumerate(errors, 1)]
    page, table = folder / "worst-errors.html", folder / "worst-errors.csv"
    with atomic_write(page) as temporary:
        temporary.write_bytes(_to_html(told, title).encode("utf-8", errors="replace"))
    with atomic_write(table) as temporary:
        # The mark at the start lets a spreadsheet know that this is UTF-8.
        temporary.write_bytes(_to_csv(told).encode("utf-8-sig", errors="replace"))
    return page, table


def _error(material: Material, place: int, column: int) -> WorstError:
    codes = material.codes
    scores = [float(score) for score in material.scores[place]]
    return WorstError(
        place=place,
        code=codes[column],
        score=scores[column],
        missed=bool(material.coded[place, column]),
        coded=tuple(codes[i] for i in np.flatnonzero(material.coded[place])),
        suggested={codes[i]: scores[i] for i in np.flatnonzero(material.suggested[place])},
    )


def _told(rank: int, error: WorstError, row: Mapping[str, Any]) -> dict[str, Any]:
    values = {
        "rank": rank,
        "id": row.get("id", ""),
        "interview": row.get("transcript_id", ""),
        "language": row.get("language", ""),
        "question": row["context"],
        "passage": row["text"],
        "coded": _coding(error.coded),
        "suggested": _coding([f"{code}={score:.2f}" for code, score in error.suggested.items()]),
        "wrong_code": error.code,
        "score": f"{error.score:.3f}",
        "wrong": "missed" if error.missed else "suggested",
        "coder_a": _coding(row.get("codes_a")),
        "coder_b": _coding(row.get("codes_b")),
        "hard": row.get("hard", ""),
    }
    return {name: value if isinstance(value, int) else str(value) for name, value in values.items()}


def _coding(codes: Sequence[str] | None) -> str:
    """Return the codes of one person; seen and not coded is not the same as not seen."""
    return "" if codes is None else " ".join(codes) or NOTHING


def _to_csv(told: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in told:
        cells = (row[name] for name in _COLUMNS)
        writer.writerow([csv_text(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue()


def _to_html(told: Sequence[Mapping[str, Any]], title: str) -> str:
    style = (_TEMPLATES / "worst-errors.css").read_text(encoding="utf-8")
    page = make_environment(_TEMPLATES).get_template("worst-errors.html.j2")
    return page.render(
        errors=told,
        title=title,
        private=PRIVATE,
        style=Markup(style),
        policy=content_policy(style, ""),
    )
