"""A colour for every code: its own, or one that tells it apart from its neighbours."""

import colorsys
import re
from collections.abc import Mapping

from nlp_pipeline.codebook import Code, Codebook

_HEXADECIMAL = re.compile(r"#[0-9A-Fa-f]{6}")
_UNSET = Code(id="-", label={}).color
_GOLDEN = 0.381966


def code_colors(codebook: Codebook) -> Mapping[str, str]:
    """Return the colour of each code as ``#rrggbb``.

    A code without a colour of its own gets one from its place in the codebook, so that the colours
    of a codebook do not change between files.
    """
    return {code.id: _color(code.color, index) for index, code in enumerate(codebook)}


def _color(color: str, index: int) -> str:
    if _HEXADECIMAL.fullmatch(color) and color.lower() != _UNSET:
        return color.lower()
    hue = (0.58 + index * _GOLDEN) % 1
    # Neighbours in hue alternate in lightness, which keeps forty codes apart.
    parts = colorsys.hls_to_rgb(hue, (0.38, 0.48, 0.55)[index % 3], 0.42)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


def tint(color: str, *, share: float = 0.45) -> str:
    """Return a colour mixed with white, on which a number can be read.

    >>> tint("#000000", share=0.2)
    '#cccccc'
    """
    parts = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - share * (255 - part)):02x}" for part in parts)
