"""What a new model of a study is called, and the codebook that it takes along."""

import re
import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.errors import InputError
from nlp_pipeline.pipeline.rounds import read_rounds

MODELS = "models"
"""The folder of a study in which its models are."""

_NAME = re.compile(r"[A-Za-z0-9][\w-]*", re.ASCII)


def free_name(folder: Path, asked: str | None, title: str) -> str:
    """Return the name that was asked for, or one made of a title and the number of the round.

    Raises:
        InputError: It cannot name a folder, or there is one of this name.
    """
    if asked is not None:
        if not _NAME.fullmatch(asked):
            msg = f'"{asked}" cannot name a model; use letters, digits, - and _ only'
            raise InputError(msg)
        if (folder / MODELS / asked).exists():
            msg = f"{folder / MODELS / asked}: is there already; give another --name"
            raise InputError(msg)
        return asked
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:40].strip("-") or "study"
    number = len(read_rounds(folder)) + 1
    while (folder / MODELS / f"{slug}-{number}").exists():
        number += 1
    return f"{slug}-{number}"


def codebook_yaml(codebook: Codebook) -> str:
    """Return a codebook as YAML without its examples, which may be what participants said."""
    content = asdict(codebook)
    for facet in content["facets"]:
        facet["codes"] = [
            {name: value for name, value in code.items() if name != "examples"}
            for code in facet["codes"]
        ]
    return yaml.safe_dump(_plain(content), allow_unicode=True, sort_keys=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
