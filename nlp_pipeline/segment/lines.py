"""Line breaks inside a turn: which of them are breaks in what is said.

A transcriber starts a new line for a new thought; an old text file breaks its lines at 72
characters and means nothing by it. The second kind is told by the question whether the next word
would still have fitted on the line.
"""

import re

_BREAK = re.compile(r"\n\s*")
_STOPS = ".?!…:;\"”’')]"
_WRAP_FROM, _WRAP_TO = 40, 120
"""Hard-wrapped text has lines between these widths, in characters."""


def line_starts(text: str) -> tuple[int, ...]:
    r"""Return the offsets at which a line begins that was broken on purpose.

    >>> line_starts("Dat was lastig.\n\nMaar nu gaat het.")
    (17,)
    >>> line_starts("Dat was heel\nlastig.")
    ()
    """
    width = max(map(len, text.split("\n")), default=0)
    starts, line_start = [], 0
    for match in _BREAK.finditer(text):
        line, rest = text[line_start : match.start()].strip(), match.end()
        line_start = rest
        if line and rest < len(text) and not _is_wrap(line, match[0], text, rest, width):
            starts.append(rest)
    return tuple(starts)


def _is_wrap(line: str, gap: str, text: str, rest: int, width: int) -> bool:
    if gap.count("\n") > 1:
        return False
    if line[-1] not in _STOPS and text[rest].islower():
        return True
    if not (len(line) >= _WRAP_FROM and width <= _WRAP_TO):
        return False
    word = text[rest : rest + _WRAP_TO].split(maxsplit=1)[0]
    return text[rest].isalnum() and len(line) + 1 + len(word) > width
