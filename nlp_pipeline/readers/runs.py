"""Runs of formatted text to a paragraph."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from nlp_pipeline.readers.base import Paragraph


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Text in one format."""

    text: str
    bold: bool = False
    italic: bool = False


def to_paragraph(runs: Iterable[Run]) -> Paragraph:
    """Join runs; white space counts as formatted like what stands before it.

    >>> to_paragraph([Run(text="I:", bold=True), Run(text=" vraag")]).bold_prefix
    3
    """
    runs = [run for run in runs if run.text]
    text = "".join(run.text for run in runs)
    words = [run for run in runs if run.text.strip()]
    leading = takewhile(lambda run: run.bold or not run.text.strip(), runs)
    prefix = len("".join(run.text for run in leading))
    if 0 < prefix < len(text):
        prefix += len(text[prefix:]) - len(text[prefix:].lstrip(" "))
    bold = any(run.bold for run in words)
    return Paragraph(
        text=text,
        bold=bool(words) and all(run.bold for run in words),
        italic=bool(words) and all(run.italic for run in words),
        bold_prefix=prefix if bold and text[:prefix].strip() else 0,
    )
