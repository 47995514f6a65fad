"""Suggested codes for Dutch and English interviews on integrated care.

Importing the package is cheap: nothing here loads torch or spaCy.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("nlp-pipeline")
except PackageNotFoundError:  # run from a folder that was never installed
    __version__ = "0+unknown"

__all__ = ["__version__"]
