"""Where the files that come with the package lie: configurations and the default model.

In an installed wheel they are inside the package; in a checkout they are beside it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(relative: str) -> Path:
    """Return the path of a shipped file or folder, which need not exist.

    Args:
        relative: Path with forward slashes, such as ``"configs/default.yaml"``.
    """
    inside = _PACKAGE / "_resources" / relative
    return inside if inside.exists() else _PACKAGE.parent / relative
