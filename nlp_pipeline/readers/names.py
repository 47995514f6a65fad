"""From the labels of marks to the names of speakers."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from nlp_pipeline.readers.labels import base, number
from nlp_pipeline.readers.marks import Mark

_QUESTIONS = frozenset({"q", "v", "vr", "vraag", "question"})
_ANSWERS = frozenset({"a", "antw", "antwoord", "answer"})


def speaker_names(marks: Sequence[Mark]) -> tuple[str, ...]:
    """Return the name of the speaker of each mark.

    Spelling with other capitals is the same speaker. A function between brackets is part of the
    name only where it tells two speakers apart. The numbers of questions ("V1", "A1") are not
    part of the name; the numbers of people ("R1") are.
    """
    labels = [mark.label for mark in marks]
    if _are_numbered_questions(labels):
        labels = [_without_number(label) for label in labels]
    details: defaultdict[str, set[str]] = defaultdict(set)
    for mark, label in zip(marks, labels, strict=True):
        details[label.casefold()].update({mark.detail.casefold()} - {""})
    first: dict[str, str] = {}
    names = []
    for mark, label in zip(marks, labels, strict=True):
        several = len(details[label.casefold()]) > 1 and mark.detail
        name = f"{label} ({mark.detail})" if several else label
        names.append(first.setdefault(name.casefold(), name))
    return tuple(names)


def _are_numbered_questions(labels: Sequence[str]) -> bool:
    """Say whether the numbers count questions: they rise, and none comes back."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for label in labels:
        count = number(label)
        if base(label) in _QUESTIONS | _ANSWERS and count is not None:
            numbers[base(label)].append(count)
    rising = all(a < b for counted in numbers.values() for a, b in pairwise(counted))
    both = bool(numbers.keys() & _QUESTIONS and numbers.keys() & _ANSWERS)
    several = any(len(counted) > 1 for base_, counted in numbers.items() if base_ in _QUESTIONS)
    return rising and (both or several)


def _without_number(label: str) -> str:
    return label[: len(base(label))] if base(label) in _QUESTIONS | _ANSWERS else label
