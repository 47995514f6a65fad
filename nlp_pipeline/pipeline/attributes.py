"""What a researcher knows of each transcript, such as who speaks in it: ``attributes.csv``."""

from collections.abc import Sequence
from pathlib import Path

from nlp_pipeline.decisions.place import folded, names_of
from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.delimited import Grid, csv_grid
from nlp_pipeline.records import Transcript
from nlp_pipeline.store import disk_error

ATTRIBUTES = "attributes.csv"
"""The file in a study folder: a column ``transcript``, then one for each attribute."""

_FIRST = "transcript"


def read_attributes(path: Path, transcripts: Sequence[Transcript]) -> dict[str, dict[str, str]]:
    """Return the attributes of every transcript by its id; none at all if there is no file.

    A transcript is named by its path or file name, with or without its ending, or by its id. One
    that is not in the file has no attributes.

    Raises:
        InputError: The columns are wrong, or a row names no transcript or one that another named.
        StoreError: The file cannot be read.
    """
    found: dict[str, dict[str, str]] = {transcript.id: {} for transcript in transcripts}
    if not path.is_file():
        return found
    try:
        grid = csv_grid(path.read_bytes(), path.name)
    except OSError as error:
        raise disk_error(path, error, "read") from error
    header = _header(grid, path)
    place = [name.casefold() for name in header].index(_FIRST)
    problems = []
    for number, cells in grid[1:]:
        own = _named(cells[place], transcripts)
        if len(own) != 1:
            several = "several transcripts have this name" if own else "no transcript of the run"
            problems.append(f"{path}, row {number}: {several}; give its path below the folder")
        elif found[own[0]]:
            problems.append(f"{path}, row {number}: this transcript has a row already")
        else:
            pairs = zip(header, cells, strict=False)
            found[own[0]] = {name: cell.strip() for name, cell in pairs if name != header[place]}
    if problems:
        raise InputError("\n".join(problems[:10]))
    return found


def _header(grid: Grid, path: Path) -> list[str]:
    header = [cell.strip() for cell in grid[0][1]] if grid else []
    names = [name.casefold() for name in header]
    if _FIRST not in names:
        msg = f"{path}, row 1: there is no column {_FIRST}; name the column of transcripts so"
        raise InputError(msg)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or "" in names:
        what = f'the column "{twice[0]}" is there twice' if any(twice) else "a column has no name"
        msg = f"{path}, row 1: {what}"
        raise InputError(msg)
    return header


def _named(name: str, transcripts: Sequence[Transcript]) -> list[str]:
    exact = [t.id for t in transcripts if folded(t.source_name) == folded(name)]
    wide = [t.id for t in transcripts if t.id == name.strip() or folded(name) in names_of(t)]
    return exact or wide
