"""Mappings of columns: those of the user, and those that come along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from nlp_pipeline.config import read_yaml
from nlp_pipeline.errors import ConfigError
from nlp_pipeline.resources import resource
from nlp_pipeline.review.outside.mapping import FIELDS, TableMapping

_SHIPPED = "configs/outside"


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What the user said of the columns.

    Attributes:
        mapping: The mapping, or None to go by the headers.
        more: Fields to headers, on top of the mapping.
        listed: The fields of the mapping that the user wrote down, so that they have to be there.
    """

    mapping: TableMapping | None = None
    more: Mapping[str, str] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()

    @property
    def is_given(self) -> bool:
        """Whether the user said anything."""
        return self.mapping is not None or bool(self.more)

    @property
    def needed(self) -> frozenset[str]:
        """The fields that have to be in the table."""
        return self.listed | frozenset(self.more)

    def candidates(self) -> list[TableMapping]:
        """Return the mappings that can apply, with what the user said on top."""
        mappings = [self.mapping] if self.mapping is not None else list(shipped().values())
        more = {name: (header,) for name, header in self.more.items()}
        return [m.model_copy(update={"columns": {**m.columns, **more}}) for m in mappings]


def read_columns(mapping: str, more: Sequence[str]) -> Columns:
    """Return what the user said on the command line.

    Args:
        mapping: A YAML file, the name of a mapping that comes along, or "".
        more: Items such as ``code=Code``.

    Raises:
        ConfigError: There is no such mapping, or an item or the file is not understood.
    """
    pairs = dict(_pair(item) for item in more)
    if not mapping:
        return Columns(more=pairs)
    if mapping in shipped():
        return Columns(mapping=_unmarked(shipped()[mapping]), more=pairs)
    path = Path(mapping)
    if not path.is_file():
        names = ", ".join(shipped())
        msg = f"{mapping}: there is no such file; give a YAML file or one of: {names}"
        raise ConfigError(msg)
    values = read_yaml(path)
    listed = values.get("columns") if isinstance(values, dict) else None
    own = _validated(path, _completed(path, values))
    return Columns(mapping=_unmarked(own), more=pairs, listed=frozenset(listed or ()))


@cache
def shipped() -> Mapping[str, TableMapping]:
    """Return the mappings that come along, by name; the most particular first."""
    paths = sorted(resource(_SHIPPED).glob("*.yaml"))
    read = {path.stem: _validated(path, read_yaml(path)) for path in paths}
    return dict(sorted(read.items(), key=lambda item: -len(item[1].marks)))


def _pair(item: str) -> tuple[str, str]:
    name, equals, header = item.partition("=")
    name = name.strip().casefold()
    if name not in FIELDS or not equals or not header.strip():
        msg = f"--column {name}: write FIELD=HEADER, with one of: {', '.join(FIELDS)}"
        raise ConfigError(msg)
    return name, header.strip()


def _unmarked(mapping: TableMapping) -> TableMapping:
    """Return a mapping that the user chose, which need not be told from others."""
    return mapping.model_copy(update={"marks": ()})


def _completed(path: Path, values: object) -> object:
    """Return the values of a file with those of the mapping that it says it is ``like``."""
    if not isinstance(values, dict) or "like" not in values:
        return values
    like = values["like"]
    if like not in shipped():
        msg = f"{path}: like: there is no such mapping; choose from {', '.join(shipped())}"
        raise ConfigError(msg)
    base = shipped()[like].model_dump()
    rest = {key: value for key, value in values.items() if key != "like"}
    if isinstance(rest.get("columns"), dict):
        rest["columns"] = {**base["columns"], **rest["columns"]}
    return {**base, **rest}


def _validated(path: Path, values: object) -> TableMapping:
    try:
        mapping = TableMapping.model_validate(values)
    except ValidationError as error:
        lines = [f"{path}: {error.error_count()} setting(s) not understood"]
        for problem in error.errors():
            where = ".".join(str(part) for part in problem["loc"]) or "(whole file)"
            lines.append(f"  {where}: {problem['msg']}")
        raise ConfigError("\n".join(lines)) from error
    return mapping if mapping.name else mapping.model_copy(update={"name": path.stem})
