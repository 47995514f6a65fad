"""JSON from files that somebody else wrote."""

import json
from typing import Any

from nlp_pipeline.errors import InputError


def load_json(text: str, name: str, *, line: int | None = None) -> Any:
    """Return parsed JSON.

    Args:
        text: The file, or one line of it.
        name: The file, for messages.
        line: The number of the line, if it is one.

    Raises:
        InputError: It is not JSON; the message has the line and column.
    """
    try:
        return json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        msg = (
            f"{name}, line {line or error.lineno}, column {error.colno}: not valid JSON "
            f"({error.msg}); check that the file is complete"
        )
        raise InputError(msg) from error
    except (ValueError, RecursionError) as error:
        place = name if line is None else f"{name}, line {line}"
        msg = f"{place}: a number or a nesting in it is too large to read"
        raise InputError(msg) from error
