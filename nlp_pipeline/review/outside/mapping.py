"""Which column of a table holds what."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from nlp_pipeline.review.codewords import folded

FIELDS = ("document", "quote", "start", "end", "code", "coder", "note", "date")
"""What a column can hold."""

_EVERY = "*"


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _as_headers(value: object) -> object:
    if isinstance(value, list):
        return {name: name for name in value}
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
"""One name or several, of which the first that is there counts."""


class TableMapping(BaseModel):
    """How the codings of a table are laid out.

    Attributes:
        name: What the table is called in messages.
        columns: One of `FIELDS` to the header that it has, or the headers that it can have.
        marks: Headers that only this tool's table has: one of each group has to be there.
        code_columns: Instead of a column of codes, one column for each code with yes or no in it:
            header to code, a list of headers that are codes, or a pattern such as ``Code: *``.
        separators: What stands between several codes in one cell.
        count: What start and end count.
        first: The number of the first character.
        end: Whether the end is the place after the last character, or the last one.
        codes: Names that the codebook does not have: to a code, or to nothing to leave them out.
        dates: Ways of writing a date beside ISO 8601, as for Python's ``strptime``.
        complete: Whether the coder read all of every transcript in the table, so that passages
            without a code were seen and not coded.

    A file of the user can be ``like`` one that comes along, and then says only what is different.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    columns: Mapping[str, Names]
    marks: tuple[Names, ...] = ()
    code_columns: Annotated[str | Mapping[str, str], BeforeValidator(_as_headers)] = Field(
        default_factory=dict
    )
    separators: Names = (";", "\n")
    count: Literal["characters", "utf16", "bytes"] = "characters"
    first: Literal[0, 1] = 0
    end: Literal["after", "last"] = "after"
    codes: Mapping[str, str | None] = Field(default_factory=dict)
    dates: Names = ()
    complete: bool = False

    @model_validator(mode="after")
    def _is_enough(self) -> Self:
        wrong = [name for name in self.columns if name not in FIELDS]
        if wrong:
            msg = f"columns: {', '.join(wrong)}: choose from {', '.join(FIELDS)}"
            raise ValueError(msg)
        if not ("quote" in self.columns or {"start", "end"} <= set(self.columns)):
            msg = "columns: give quote, or start and end"
            raise ValueError(msg)
        if isinstance(self.code_columns, str) and self.code_columns.count("*") != 1:
            msg = "code_columns: a pattern has one * where the name of the code stands"
            raise ValueError(msg)
        if "code" not in self.columns and not self.code_columns:
            msg = "columns: give code, or code_columns"
            raise ValueError(msg)
        return self


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Where in a row each field stands; ``codes`` are the columns of one code each, by its name."""

    fields: Mapping[str, int]
    codes: Mapping[int, str]


def fit(
    mapping: TableMapping,
    header: Sequence[str],
    *,
    needed: frozenset[str],
    is_code: Callable[[str], bool],
) -> Layout | None:
    """Return where a header has what a mapping looks for, or None if it lacks something.

    Args:
        mapping: The mapping.
        header: The cells of a row that can be the header.
        needed: Fields that have to be there, beside those without which there are no codings.
        is_code: Whether a name is a code; a pattern that fits every header goes by it.
    """
    cells = [folded(cell) for cell in header]
    fields = {name: at for name in mapping.columns if (at := _at(mapping, name, cells)) is not None}
    marked = all(any(folded(name) in cells for name in group) for group in mapping.marks)
    placed = "quote" in fields or {"start", "end"} <= set(fields)
    codes = _code_columns(mapping, header, fields, is_code)
    has_document = "document" in fields or "document" not in mapping.columns
    coded = "code" in fields or codes
    if marked and placed and has_document and coded and needed <= set(fields):
        return Layout(fields=fields, codes=codes)
    return None


def _at(mapping: TableMapping, name: str, cells: Sequence[str]) -> int | None:
    wanted = [folded(header) for header in mapping.columns[name]]
    return next((cells.index(header) for header in wanted if header in cells), None)


def _code_columns(
    mapping: TableMapping,
    header: Sequence[str],
    fields: Mapping[str, int],
    is_code: Callable[[str], bool],
) -> dict[int, str]:
    """Return the columns of yes and no with their codes."""
    named = {at: _code(mapping, cell) for at, cell in enumerate(header)}
    codes = {at: name for at, name in named.items() if name and at not in fields.values()}
    if mapping.code_columns != _EVERY:
        return codes
    return {} if "code" in fields else {at: name for at, name in codes.items() if is_code(name)}


def _code(mapping: TableMapping, cell: str) -> str:
    """Return the name of the code that a column of yes and no is for, or nothing."""
    wanted = mapping.code_columns
    if not isinstance(wanted, str):
        names = {folded(header): code for header, code in wanted.items()}
        return names.get(folded(cell), "")
    parts = (re.escape(" ".join(part.split())) for part in wanted.split("*"))
    pattern = r"\s*(.+?)\s*".join(parts)
    match = re.fullmatch(pattern, " ".join(cell.split()), re.IGNORECASE)
    return match[1] if match else ""
