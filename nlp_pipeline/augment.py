"""More passages to learn from, made of those that there are."""

import random
from collections import defaultdict

from datasets import Dataset, concatenate_datasets

LONGEST_PART = 45
"""Words: two of these and a blank are a passage as long as those of interviews."""
_CODED = ("codes", "codes_a", "codes_b")


def with_joined(data: Dataset, share: float, *, seed: int) -> Dataset:
    """Add passages that are two short ones of one language, one after the other.

    What both say holds for the whole, so it carries the codes of both: the network learns to find a
    point beside another one, or beside talk about nothing, and that a barrier does not undo a
    facilitator. A joined passage has no question.

    Args:
        data: Columns ``text``, ``context``, ``codes``, ``codes_a``, ``codes_b`` (lists of codes, or
            None) and ``language``.
        share: How many are added, as a share of the passages of data.
        seed: Which ones.
    """
    short = defaultdict(list)
    for row, (text, language) in enumerate(zip(data["text"], data["language"], strict=True)):
        if len(text.split()) <= LONGEST_PART:
            short[language].append(row)
    drawn = random.Random(seed)
    wanted = round(share * len(data))
    known = [language for language in sorted(short) if len(short[language]) > 1]
    if not wanted or not known:
        return data
    sizes = [len(short[language]) for language in known]
    pairs = [drawn.sample(short[drawn.choices(known, weights=sizes)[0]], 2) for _ in range(wanted)]
    rows = [_joined(data[first], data[second]) for first, second in pairs]
    added = {column: [row[column] for row in rows] for column in data.column_names}
    return concatenate_datasets([data, Dataset.from_dict(added, features=data.features)])


def _joined(first: dict[str, object], second: dict[str, object]) -> dict[str, object]:
    row = {**first, "text": f"{first['text']} {second['text']}", "context": ""}
    for column in _CODED:
        if column in first:
            row[column] = _both(first[column], second[column])
    return row


def _both(first: object, second: object) -> list[str] | None:
    if isinstance(first, list) and isinstance(second, list):
        return [*first, *(code for code in second if code not in first)]
    return None
