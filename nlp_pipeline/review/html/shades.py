"""Colours of codes that can be told from the page they are on, in light and in dark."""

from collections.abc import Mapping

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.review.colors import code_colors

LIGHT_GROUND = "#f1f2f4"
"""The darkest ground of the light page that a code's colour is shown on."""

DARK_GROUND = "#262b31"
"""The lightest ground of the dark page that a code's colour is shown on."""

LEAST_CONTRAST = 4.5
"""What the accessibility guidelines (WCAG 2.2, 1.4.3) ask for text of ordinary size."""


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it, from 1 to 21.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def legible(color: str, *, ground: str) -> str:
    """Return a colour, mixed with black or white only as far as it needs to stand out."""
    end = 0 if _luminance(ground) > 0.18 else 255
    parts = _parts(color)
    for step in range(101):
        mixed = [round(part + (end - part) * step / 100) for part in parts]
        found = "#" + "".join(f"{part:02x}" for part in mixed)
        if contrast(found, ground) >= LEAST_CONTRAST:
            break
    return found


def color_rules(codebook: Codebook) -> str:
    """Return a CSS class for each code, ``k0``, ``k1`` and so on, with its colour as ``--c``."""
    pairs = color_pairs(codebook).values()
    light, dark = (
        "\n".join(f".k{number}{{--c:{pair[place]}}}" for number, pair in enumerate(pairs))
        for place in (0, 1)
    )
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def color_pairs(codebook: Codebook) -> Mapping[str, tuple[str, str]]:
    """Return the colour of each code on the light and on the dark page."""
    return {
        code: (legible(color, ground=LIGHT_GROUND), legible(color, ground=DARK_GROUND))
        for code, color in code_colors(codebook).items()
    }


def _luminance(color: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _parts(color))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
