"""oTranscribe's .otr: JSON around HTML with time stamps; who speaks is typed in the text."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.base import Paragraph, Reading
from nlp_pipeline.readers.canonical import one_line
from nlp_pipeline.readers.jsontext import load_json
from nlp_pipeline.readers.text import decode
from nlp_pipeline.readers.times import parse_stamp

_BLOCKS = frozenset({"p", "div", "br", "li", "h1", "h2", "h3", "h4", "blockquote", "tr", "hr"})
_SILENT = frozenset({"script", "style"})
_STYLES = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic"}
_SHOWN = re.compile(r"\s*(?:[0-9]{1,2}:)?[0-9]{1,3}:[0-9]{2}\s*")
_SECONDS = re.compile(r"\s*([0-9]{1,7})(?:\.[0-9]*)?\s*")


def read(data: bytes, name: str) -> Reading:
    """Read the paragraphs; a time stamp stays in the text as `[00:01:02] `.

    Raises:
        InputError: It is not JSON, it has no "text", or there are no words in it.
    """
    document = load_json(decode(data, name), name)
    if not isinstance(document, Mapping) or not isinstance(document.get("text"), str):
        msg = f'{name}: this JSON has another shape; expected an oTranscribe file with "text"'
        raise InputError(msg)
    parser = _Paragraphs()
    # Some versions of the standard parser stop at a marked section; it is ordinary text here.
    parser.feed(document["text"].replace("<![", "&lt;!["))
    parser.close()
    parser.end_paragraph()
    if not parser.paragraphs:
        msg = f"{name}: no words in it; check that the export is complete"
        raise InputError(msg)
    return Reading(paragraphs=tuple(parser.paragraphs))


class _Paragraphs(HTMLParser):
    """Collects paragraphs from the HTML of an editor, which need not be well formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[Paragraph] = []
        self._runs: list[tuple[str, frozenset[str]]] = []
        self._open: list[str] = []
        self._waiting = ""  # a time stamp for the words to come
        self._stamp: str | None = None  # the seconds of the time stamp that is open
        self._shown = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a paragraph, a style or a time stamp."""
        if tag in _BLOCKS:
            self.end_paragraph()
        elif tag in _STYLES or tag in _SILENT:
            self._open.append(tag)
        elif tag == "span" and "timestamp" in (dict(attrs).get("class") or "").split():
            self._end_stamp()
            self._stamp = dict(attrs).get("data-timestamp") or ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<br/>` for the end of a line; other empty elements say nothing."""
        if tag in _BLOCKS:
            self.end_paragraph()

    def handle_endtag(self, tag: str) -> None:
        """End a paragraph, a style or a time stamp."""
        if tag in _BLOCKS:
            self.end_paragraph()
        elif tag == "span":
            self._end_stamp()
        elif tag in self._open:
            place = len(self._open) - 1 - self._open[::-1].index(tag)
            del self._open[place]

    def handle_data(self, data: str) -> None:
        """Take words, or the clock time that a time stamp shows."""
        if self._stamp is not None:
            self._shown += data
        elif not _SILENT.intersection(self._open):
            self._add(data)

    def end_paragraph(self) -> None:
        """Finish the paragraph; a time stamp without words waits for the next one."""
        self._end_stamp()
        runs, self._runs = self._runs, []
        text = one_line("".join(run for run, _ in runs))
        if not text:
            return
        spoken = [styles for run, styles in runs if run.strip()]
        self.paragraphs.append(
            Paragraph(
                text=text,
                bold=all("bold" in styles for styles in spoken),
                italic=all("italic" in styles for styles in spoken),
                bold_prefix=_bold_prefix(runs, text),
            )
        )

    def _add(self, words: str) -> None:
        stamp = f" {self._waiting} " if self._waiting and words.strip() else ""
        if stamp:
            self._waiting = ""
        self._runs.append((stamp + words, frozenset(_STYLES[tag] for tag in self._open)))

    def _end_stamp(self) -> None:
        if self._stamp is None:
            return
        data, shown, self._stamp, self._shown = self._stamp, self._shown, None, ""
        self._waiting = _stamp(data, shown) or self._waiting
        if not _SHOWN.fullmatch(shown):
            self._add(shown)  # words that were typed inside the time stamp


def _stamp(data: str, shown: str) -> str:
    exact = _SECONDS.fullmatch(data)
    time = int(exact[1]) if exact else None
    if time is None and _SHOWN.fullmatch(shown):
        time = int(parse_stamp(shown.strip())[0] or 0)
    if time is None:
        return ""
    return f"[{time // 3600:02}:{time // 60 % 60:02}:{time % 60:02}]"


def _bold_prefix(runs: list[tuple[str, frozenset[str]]], text: str) -> int:
    bold = ""
    for run, styles in runs:
        if run.strip() and "bold" not in styles:
            break
        bold += run
    return min(len(one_line(bold)), len(text))
