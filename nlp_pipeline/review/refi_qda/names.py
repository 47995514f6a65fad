"""How things are called in a REFI-QDA file: namespaces, GUIDs, and names that no tool confuses."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.ids import make_id
from nlp_pipeline.records import Transcript
from nlp_pipeline.review.clean import printable

PROJECT = "urn:QDA-XML:project:1.0"
"""The namespace of a project (.qde)."""

CODEBOOK = "urn:QDA-XML:codebook:1.0"
"""The namespace of a codebook (.qdc)."""

PROGRAM = "nlp-pipeline"
"""The name of the program, in ``origin`` and at the start of the model's name among the users."""

_UNSAFE = re.compile(r'[\\/:*?"<>|\t\n]+')
_SPACES = re.compile(r"\s+")


def guid(kind: str, *parts: str | int) -> str:
    """Return the GUID of a thing: the same for the same thing, in upper case.

    >>> guid("user", "Anna") == guid("user", "Anna") != guid("user", "Bob")
    True
    """
    return make_id(f"refi-qda {kind}", *parts).upper()


def same(guid_in_file: str | None) -> str:
    """Return a GUID as it is compared: tools write it in either case, with or without braces."""
    return (guid_in_file or "").strip().strip("{}").upper()


def folded(name: str) -> str:
    """Return a name as names are compared: without regard for case and for white space.

    >>> folded(" Short  Lines")
    'short lines'
    """
    return _SPACES.sub(" ", printable(name)).strip().casefold()


def model_user(model_id: str) -> str:
    """Return the name of the model among the users; without an id, that of the program."""
    return f"{PROGRAM} ({model_id})" if model_id else PROGRAM


def is_model_user(name: str) -> bool:
    """Say whether a user of a file is the model (of this export or of an earlier one)."""
    return name == PROGRAM or name.startswith(f"{PROGRAM} (")


def code_names(codebook: Codebook, language: str) -> Mapping[str, str]:
    """Return the name of each code id and of each ``"facet:" + id``, unique over all of them.

    Several tools keep one list of names without regard for nesting or case, and put two codes of
    one name together. A label that occurs twice gets the id behind it.
    """
    labels = {f"facet:{facet.id}": facet.name(language) for facet in codebook.facets}
    labels |= {code.id: code.name(language) for code in codebook}
    names = _unique(labels, {key: key.replace("facet:", "facet ", 1) for key in labels})
    return {key: printable(name) for key, name in names.items()}


def source_names(transcripts: Iterable[Transcript]) -> Mapping[str, str]:
    """Return the name of each transcript id: that of its file without suffix, made unique.

    Signs that cannot stand in the name of a file are left out, for some tools make files of them.
    A suffix is left out because some tools take the name for a promise of what is inside.
    """
    transcripts = tuple(transcripts)
    stems = {t.id: source_name(t.source_name) for t in transcripts}
    suffixes = {t.id: PurePosixPath(t.source_name).suffix.lstrip(".") or t.id for t in transcripts}
    names = _unique(stems, suffixes)
    return _unique(names, {t.id: t.id for t in transcripts})


def source_name(path: str) -> str:
    """Return the name of a transcript from the path of its file.

    >>> source_name("wijk/Interview 01.docx")
    'wijk - Interview 01'
    """
    bare = PurePosixPath(path).with_suffix("").as_posix() if path else ""
    return _UNSAFE.sub(" ", printable(bare).replace("/", " - ")).strip() or "transcript"


def _unique(names: Mapping[str, str], additions: Mapping[str, str]) -> dict[str, str]:
    counts = Counter(folded(name) for name in names.values())
    return {
        key: f"{name} ({additions[key]})" if counts[folded(name)] > 1 else name
        for key, name in names.items()
    }
