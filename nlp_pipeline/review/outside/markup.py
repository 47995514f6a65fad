"""The text of a piece of HTML, as Taguette counts in it."""

from html.parser import HTMLParser


def markup_text(html: str) -> str:
    r"""Return all characters between the tags, white space too.

    >>> markup_text("<p>Eén &amp; <b>twee</b></p>\n<p>drie</p>")
    'Eén & twee\ndrie'
    """
    parser = _Text()
    parser.feed(html.replace("\r\n", "\n").replace("\r", "\n").lstrip())
    parser.close()
    return "".join(parser.parts)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._is_new_pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_new_pre = tag == "pre"

    def handle_data(self, data: str) -> None:
        # HTML takes the line end right behind <pre> for part of the tag.
        self.parts.append(data.removeprefix("\n") if self._is_new_pre else data)
        self._is_new_pre = False
