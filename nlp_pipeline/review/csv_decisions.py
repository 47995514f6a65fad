"""One row per passage and code, for people who review in a table of their own making.

In the column ``decision`` yes says that the code applies and no that it does not; the row without a
code says that none applies. Whoever decides on one row of a passage decides on the whole passage:
a suggestion without yes does not apply then.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import (
    ExportOptions,
    Found,
    Known,
    NotTaken,
    ReviewFile,
    Shown,
    Verdict,
    text_sha256,
)
from nlp_pipeline.readers.delimited import csv_grid
from nlp_pipeline.records import Coding, Origin, Transcript
from nlp_pipeline.review.clean import csv_text, printable
from nlp_pipeline.review.results import PassageResult, Results
from nlp_pipeline.store import atomic_write, disk_error

COLUMNS = (
    "transcript",
    "passage",
    "speaker",
    "context",
    "text",
    "code",
    "label",
    "suggested",
    "score",
    "decision",
    "note",
    "coder",
    "decided_at",
    "before",
    "origin",
    "start",
    "end",
    "transcript_id",
    "text_sha256",
    "model",
)
"""The columns; all after ``coder`` are for the way back."""

_NEEDED = ("transcript", "code", "decision", "start", "end")
_YES = frozenset("yes y ja j 1 x true waar accepted added seen".split())
_NO = frozenset("no n nee 0 - false onwaar rejected".split())
_FORMULAS = "=+-@\t\n＝＋－＠"

Row = Mapping[str, str]
Stretch = tuple[str, int, int]


def write(
    results: Results, decisions: Sequence[Coding], path: Path, *, options: ExportOptions
) -> list[str]:
    """Write the passages with every code of the codebook, and what was decided before.

    Raises:
        StoreError: The disk refuses.
    """
    made: dict[Stretch, list[Coding]] = {}
    for decision in decisions:
        place = (decision.transcript_id, decision.start, decision.end)
        made.setdefault(place, []).append(decision)
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for transcript in results.transcripts:
        for row in _rows_of(transcript, results, made, options):
            writer.writerow({name: _guarded(value) for name, value in row.items()})
    with atomic_write(path) as temporary:
        temporary.write_bytes(buffer.getvalue().encode("utf-8-sig"))
    return []


def _rows_of(
    transcript: Transcript,
    results: Results,
    made: Mapping[Stretch, Sequence[Coding]],
    options: ExportOptions,
) -> Iterator[dict[str, str]]:
    passages = {(r.passage.start, r.passage.end): r for r in results.by_transcript[transcript.id]}
    decided = {(start, end) for own, start, end in made if own == transcript.id}
    for start, end in sorted({*passages, *decided}):
        block = _Block(
            transcript=transcript,
            start=start,
            end=end,
            row=passages.get((start, end)),
            results=results,
            options=options,
        )
        yield from block.rows(made.get((transcript.id, start, end), ()))


@dataclass(frozen=True, kw_only=True)
class _Block:
    """The rows of one stretch: those of the reviewer, then what others decided."""

    transcript: Transcript
    start: int
    end: int
    row: PassageResult | None
    results: Results
    options: ExportOptions

    def rows(self, decided: Sequence[Coding]) -> Iterator[dict[str, str]]:
        own = {c.code: c for c in decided if c.coder == self.options.coder}
        if self.row is not None or own:
            for code in (*self.results.codebook.code_ids, None):
                yield self._row(code, self.options.coder, own.get(code))
        for coding in sorted(decided, key=lambda c: (c.coder, c.code or "")):
            if coding.coder != self.options.coder:
                yield self._row(coding.code, coding.coder, coding)

    def _row(self, code: str | None, coder: str, earlier: Coding | None) -> dict[str, str]:
        row, language = self.row, self.options.language
        none = "geen enkele code" if language == "nl" else "no code applies"
        label = none if code is None else self.results.codebook.code(code).name(language)
        return {
            "transcript": self.transcript.source_name,
            "passage": "" if row is None else str(row.number),
            "speaker": "" if row is None else row.passage.speaker or "",
            "context": "" if row is None else row.passage.context,
            "text": self.transcript.text[self.start : self.end],
            "code": code or "",
            "label": label,
            **self._shown(code),
            **self._earlier(earlier),
            "coder": coder,
            "start": str(self.start),
            "end": str(self.end),
            "transcript_id": self.transcript.id,
            "text_sha256": text_sha256(self.transcript.text),
        }

    def _shown(self, code: str | None) -> dict[str, str]:
        row = self.row
        origin = Origin.BLIND if self.options.blind else Origin.ASSISTED
        if row is None or self.options.blind or code is None or code not in row.scores:
            return {"suggested": "", "score": "", "model": "", "origin": origin.value}
        return {
            "suggested": "yes" if code in row.suggested else "no",
            "score": f"{row.scores[code]:.4f}",
            "model": self.results.model_id,
            "origin": origin.value,
        }

    @staticmethod
    def _earlier(earlier: Coding | None) -> dict[str, str]:
        if earlier is None:
            return {}
        verdict = earlier.verdict or (Verdict.SEEN if earlier.code is None else Verdict.ADDED)
        return {
            "decision": "no" if verdict == Verdict.REJECTED else "yes",
            "note": earlier.note,
            "before": f"{verdict} {earlier.origin.value}",
        }


def read(path: Path, known: Known) -> ReviewFile:
    """Read the decisions of a table.

    Args:
        path: The file, in whichever dialect a spreadsheet saved it.
        known: What the study knows.

    Raises:
        InputError: It is no such table, or a cell is not understood.
        StoreError: It cannot be read.
    """
    rows = list(_read_rows(path))
    texts = {t.id: t.text for t in known.transcripts}
    found: list[Found] = []
    left: list[NotTaken] = []
    by_block = sorted(rows, key=_block_of)
    for _, block in groupby(by_block, key=_block_of):
        reading = _Reading(tuple(block), texts)
        found += reading.found()
        left += reading.not_taken
    found.sort(key=lambda one: int(one.place.removeprefix("row ")))
    return ReviewFile(format="csv", found=tuple(found), not_taken=tuple(left))


class _Reading:
    """The rows of one stretch and one coder."""

    def __init__(self, rows: Sequence[Row], texts: Mapping[str, str]) -> None:
        self._rows, self._texts = rows, texts
        self.not_taken: list[NotTaken] = []

    def found(self) -> Iterable[Found]:
        said = [(row, _decided(row)) for row in self._rows]
        if all(value is None or _is_as_before(row, value) for row, value in said):
            return [self._as_before(row) for row, value in said if value is not None]
        kept = [row for row, value in said if value and row["code"]]
        none = [row for row, value in said if value and not row["code"]]
        if kept and none and not all(row["before"] for row in none):
            reason = "a code is chosen, and also that no code applies"
            self.not_taken.append(NotTaken(place=none[0]["place"], reason=reason))
            return []
        return self._of_whole(said, kept)

    def _of_whole(
        self, said: Sequence[tuple[Row, bool | None]], kept: Sequence[Row]
    ) -> list[Found]:
        """Return what a decision on some rows says of the whole stretch."""
        found = []
        for row, value in said:
            suggested = row["suggested"] == "yes"
            if not row["code"]:
                if not kept:
                    found.append(self._one(row, Verdict.SEEN))
            elif value is not None and _is_as_before(row, value):
                found.append(self._as_before(row))
            elif value:
                found.append(self._one(row, Verdict.ACCEPTED if suggested else Verdict.ADDED))
            elif value is False or suggested:
                found.append(self._one(row, Verdict.REJECTED))
        if not kept and all(row["code"] for row in self._rows):
            found.append(self._one({**self._rows[0], "code": "", "note": ""}, Verdict.SEEN))
        return found

    def _as_before(self, row: Row) -> Found:
        verdict, _, origin = row["before"].partition(" ")
        # What the row shows is what this file showed, not what was in view at the time.
        return replace(self._one(row, Verdict(verdict), origin=Origin(origin)), shown=None)

    def _one(self, row: Row, verdict: Verdict, *, origin: Origin | None = None) -> Found:
        start, end = int(row["start"]), int(row["end"])
        if origin is None:
            origin = Origin(row["origin"]) if row["origin"] else Origin.IMPORTED
        return Found(
            transcript=row["transcript_id"],
            name=row["transcript"],
            text_sha256=row["text_sha256"],
            start=start,
            end=end,
            quote=self._quote(row, start, end),
            code=row["code"] or None,
            verdict=verdict,
            coder=row["coder"],
            origin=origin,
            decided_at=row["decided_at"],
            shown=_shown_in(row),
            note=row["note"],
            place=row["place"],
        )

    def _quote(self, row: Row, start: int, end: int) -> str:
        """Return the text as the transcript has it, where a table could not hold all of it."""
        stands = self._texts.get(row["transcript_id"], "")[start:end]
        return stands if printable(stands) == row["text"] else row["text"]


def _block_of(row: Row) -> tuple[str, str, int, int, str]:
    place = int(row["start"]), int(row["end"])
    return (row["transcript_id"], row["transcript"], *place, row["coder"])


def _decided(row: Row) -> bool | None:
    word = row["decision"].strip().casefold()
    return None if not word else word in _YES


def _is_as_before(row: Row, value: bool) -> bool:
    verdict = row["before"].partition(" ")[0]
    return bool(verdict) and value == (verdict != Verdict.REJECTED)


def _shown_in(row: Row) -> Shown | None:
    if row["suggested"] not in ("yes", "no"):
        return None
    score = float(row["score"].replace(",", ".")) if row["score"] else None
    return Shown(model_id=row["model"], score=score, suggested=row["suggested"] == "yes")


def _read_rows(path: Path) -> Iterator[Row]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise disk_error(path, error, "read") from error
    grid = csv_grid(data, path.name)
    header = [cell.strip().casefold() for cell in grid[0][1]] if grid else []
    lacking = [name for name in _NEEDED if name not in header]
    if lacking:
        msg = (
            f"{path.name}, row 1: there is no column {', '.join(lacking)}; keep the columns' names"
        )
        raise InputError(msg)
    problems: list[str] = []
    empty = dict.fromkeys(COLUMNS, "")
    for number, cells in grid[1:]:
        named = dict(zip(header, map(_unguarded, cells), strict=False))
        row = {**empty, **named, "place": f"row {number}"}
        wrong = _wrong(row)
        if wrong:
            problems.append(f"{path.name}, row {number}: {wrong}")
        yield row
    if problems:
        more = [f"and {len(problems) - 10} more such rows"] if len(problems) > 10 else []
        raise InputError("\n".join(problems[:10] + more))


def _wrong(row: Row) -> str:
    """Return what is wrong with a row, without its text, or nothing."""
    if not (row["start"].isascii() and row["start"].isdigit()) or not row["end"].isdigit():
        return "start and end have to be whole numbers; restore them from the export"
    word = row["decision"].strip().casefold()
    if word and word not in _YES | _NO:
        return "the decision is not understood; write yes (ja) or no (nee), or leave it empty"
    verdict, _, origin = row["before"].partition(" ")
    if verdict and (verdict not in set(Verdict) or origin not in set(Origin)):
        return "the column before was changed; restore it from the export"
    if row["origin"] and row["origin"] not in set(Origin):
        return f"the origin is none of {', '.join(Origin)}"
    return "" if _is_number(row["score"]) else "the score is no number"


def _is_number(cell: str) -> bool:
    try:
        return not cell or 0 <= float(cell.replace(",", ".")) <= 1
    except ValueError:
        return False


def _guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, and that `_unguarded` gives back."""
    text = printable(text)
    return f"'{text}" if csv_text(text.lstrip("'")) != text.lstrip("'") else text


def _unguarded(cell: str) -> str:
    bare = cell.lstrip("'")
    return cell[1:] if cell.startswith("'") and bare.startswith(tuple(_FORMULAS)) else cell
