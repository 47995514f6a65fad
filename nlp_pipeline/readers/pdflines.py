"""Lines of PDF pages to paragraphs: no running headers, no breaks at the right margin."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import quantiles

from nlp_pipeline.readers.forms import FORMS
from nlp_pipeline.readers.lines import Line
from nlp_pipeline.readers.times import EDGE_STAMP

_PAGE_NUMBER = re.compile(
    r"(?:pagina|page|pag\.?|p\.)?\s?[-–]?\s?\d{1,4}\s?[-–]?(?:\s?(?:/|van|of)\s?\d{1,4})?", re.I
)
_DIGITS = re.compile(r"\d+")
_STAMP_END = re.compile(rf"{EDGE_STAMP}\s*$")
_SENTENCE_END = re.compile(r"[.?!:…][\"'”’)\]]*\s*$")
_BULLET = re.compile(r"\s*(?:[-•–*▪◦]|\d{1,2}[.)])\s")
_SUSPENDED = ("en ", "of ", "and ", "or ", "tot ", "to ")
_FULL = 0.8
_EVERY = 3


def without_running_lines(pages: Sequence[Sequence[str]]) -> tuple[list[list[str]], int]:
    """Return the lines of each page without page numbers and lines that return on most pages.

    Only the first and the last line of a page are looked at, twice over for a header of two lines.

    Returns:
        The pages, and the number of lines left out.
    """
    kept = [[line.strip() for line in page] for page in pages]
    dropped = 0
    for _ in range(2):
        for place in (0, -1):
            kept = [_without_blank_edges(page) for page in kept]
            edges = Counter(_shape(page[place]) for page in kept if page)
            for page in kept:
                if page and _is_running(page[place], edges, len(kept)):
                    del page[place]
                    dropped += 1
    return kept, dropped


def join_lines(pages: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield paragraphs: lines that end at the right margin are joined to the next one.

    A line that may begin with a speaker's name always begins a paragraph.
    """
    lines = [line for page in pages for line in page]
    lengths = [len(line) for line in lines if line]
    if not lengths:
        return
    # The margin is not the longest line but where most full lines end.
    margin = quantiles(lengths, n=10)[-1] if len(lengths) > 1 else lengths[0]
    paragraph = ""
    previous = ""
    for line in lines:
        if not line:
            # pypdf puts blank lines between paragraphs of some files, and nowhere in others.
            if paragraph:
                yield paragraph
            paragraph = ""
        elif paragraph and _goes_on(previous, line, margin):
            paragraph = _join(paragraph, line)
        else:
            if paragraph:
                yield paragraph
            paragraph = line
        previous = line
    if paragraph:
        yield paragraph


def _goes_on(line: str, below: str, margin: float) -> bool:
    if _BULLET.match(below) or _STAMP_END.search(line) or _may_name(below) or _is_only_label(line):
        return False
    if len(line) >= _FULL * margin:
        return True
    # Words vary in width: a line that is rather short but ends in mid-sentence goes on too.
    return len(line) >= 0.6 * margin and not _SENTENCE_END.search(line) and below[0].islower()


def _may_name(line: str) -> bool:
    lines = [Line(start=0, text=line, paragraph=0)]
    return any(form.find(lines, 0) is not None for form in FORMS)


def _is_only_label(line: str) -> bool:
    lines = [Line(start=0, text=line, paragraph=0)]
    marks = (form.find(lines, 0) for form in FORMS)
    return any(mark is not None and mark.words >= len(line) for mark in marks)


def _join(paragraph: str, line: str) -> str:
    hyphenated = paragraph.endswith("-") and paragraph[-2:-1].isalpha() and line[0].islower()
    if hyphenated and not line.startswith(_SUSPENDED):
        return paragraph[:-1] + line
    return f"{paragraph} {line}"


def _without_blank_edges(page: list[str]) -> list[str]:
    filled = [number for number, line in enumerate(page) if line]
    return page[filled[0] : filled[-1] + 1] if filled else []


def _shape(line: str) -> str:
    return _DIGITS.sub("0", line)


def _is_running(line: str, edges: Counter[str], pages: int) -> bool:
    if _PAGE_NUMBER.fullmatch(line):
        return pages > 1
    return edges[_shape(line)] >= max(_EVERY, pages / 2)
