"""How a stage says how far it is; the command line draws it, a script can leave it out."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Progress(Protocol):
    """Shows stages of work with counts; never the words of a participant."""

    def stage(self, name: str, total: int | None) -> AbstractContextManager[Callable[[int], None]]:
        """Open a stage of so many steps (None: not known); yield what counts steps done."""


class Silent:
    """Shows nothing."""

    @contextmanager
    def stage(self, name: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Open a stage that nobody sees."""
        yield lambda done: None
