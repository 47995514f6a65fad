"""What every page of the program shares: how templates are read, and what a browser may run."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nlp_pipeline.review.clean import printable

TEMPLATES = Path(__file__).parent / "templates"
"""The folder with the templates of the review files and the style that all pages share."""


@cache
def make_environment(folder: Path) -> Environment:
    """Return an environment for the templates in a folder; all that they show is escaped."""
    environment = Environment(
        loader=FileSystemLoader(folder, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["clean"] = lambda text: printable(str(text))
    environment.filters["grouped"] = lambda number: f"{number:,}".replace(",", "\u202f")
    return environment


def content_policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy: nothing but this very style and script."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
