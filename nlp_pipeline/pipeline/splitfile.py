"""``split.csv`` on disk, and the seal that keeps what it said when the first codings came."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from nlp_pipeline.corpus import SPLITS
from nlp_pipeline.decisions.place import folded
from nlp_pipeline.errors import InputError, StoreError
from nlp_pipeline.readers.delimited import csv_grid
from nlp_pipeline.store import atomic_write, disk_error, read_json, write_json

FORMAT, FORMAT_VERSION = "nlp-pipeline split", 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A row of ``split.csv``. In one that a person made, all but name and split may be empty."""

    id: str = ""
    name: str = ""
    split: str
    drawn_at: str = ""
    seed: str = ""
    text_sha256: str = ""

    def is_like(self, other: "Kept") -> bool:
        """Tell whether two rows are of one interview."""
        return (
            (self.id != "" and self.id == other.id)
            or (self.text_sha256 != "" and self.text_sha256 == other.text_sha256)
            or (self.name != "" and folded(self.name) == folded(other.name))
        )


COLUMNS = tuple(field.name for field in fields(Kept))


def read_split(path: Path) -> list[Kept]:
    """Read the rows of a file; none if it is not there.

    Raises:
        InputError: A column is missing, a split has another name, or an interview has two rows.
        StoreError: The file cannot be read.
    """
    if not path.is_file():
        return []
    try:
        grid = csv_grid(path.read_bytes(), path.name)
    except OSError as error:
        raise disk_error(path, error, "read") from error
    header = [cell.strip().casefold() for cell in grid[0][1]] if grid else []
    if "split" not in header or not {"id", "name"} & {*header}:
        msg = f"{path}, row 1: there has to be a column name (or id) and a column split"
        raise InputError(msg)
    found = {
        number: {
            name: cell.strip() for name, cell in zip(header, cells, strict=False) if name in COLUMNS
        }
        for number, cells in grid[1:]
    }
    problems = [f"{path}, row {number}: {problem}" for number, problem in _problems(found)]
    if problems:
        raise InputError("\n".join(problems[:10]))
    return [Kept(**{**row, "split": row["split"].casefold()}) for row in found.values()]


def write_split(path: Path, rows: Sequence[Kept]) -> None:
    """Write the rows. Raises `StoreError` when the disk refuses."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    with atomic_write(path) as temporary:
        temporary.write_bytes(text.getvalue().encode("utf-8", errors="surrogateescape"))


def read_seal(path: Path) -> list[Kept]:
    """Read what was sealed; nothing if nothing was. Raises `StoreError` if it is damaged."""
    if not path.is_file():
        return []
    content = read_json(path)
    try:
        if content["format"] != FORMAT or content["format_version"] != FORMAT_VERSION:
            raise KeyError(FORMAT)
        return [Kept(**row) for row in content["rows"]]
    except (TypeError, KeyError) as error:
        msg = f"{path}: damaged, or written by another version of this program"
        raise StoreError(msg) from error


def write_seal(path: Path, rows: Sequence[Kept]) -> None:
    """Write what is sealed. Raises `StoreError` when the disk refuses."""
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "rows": [asdict(row) for row in rows],
    }
    write_json(path, content)


def _problems(found: dict[int, dict[str, str]]) -> Iterator[tuple[int, str]]:
    there = dict[tuple[str, str], int]()
    for number, row in found.items():
        split = row.get("split", "")
        if split.casefold() not in SPLITS:
            yield number, f'"{split}" is no split; give one of {", ".join(SPLITS)}'
        # With ids, a name can be there twice: that of a transcript that is gone was given again.
        column = "id" if row.get("id") else "name"
        names = [(column, folded(row[column]))] if row.get(column) else []
        if not names:
            yield number, "it has neither a name nor an id"
        again = next((there[name] for name in names if name in there), None)
        if again is not None:
            yield number, f"this interview has a row already, row {again}"
        there |= dict.fromkeys(names, number)
