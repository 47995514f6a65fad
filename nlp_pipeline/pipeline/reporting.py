"""How a stage says how far it is; the command line draws it, a script can leave it out."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Advance(Protocol):
    """Counts steps that were just done; a note says how it stands, such as ``"loss 0.31"``."""

    def __call__(self, done: int, note: str = "", /) -> None:
        """Count these steps and show the note until the next one."""


class Progress(Protocol):
    """Shows stages of work with counts; never the words of a participant."""

    def stage(self, name: str, total: int | None) -> AbstractContextManager[Advance]:
        """Open a stage of so many steps (None: not known); yield what counts steps done."""


class Silent:
    """Shows nothing."""

    @contextmanager
    def stage(self, name: str, total: int | None) -> Iterator[Advance]:
        """Open a stage that nobody sees."""
        yield lambda done, note="": None


def of_training(advance: Advance) -> Callable[[int, int, str], None]:
    """Return what a training is to call with passages done, those in all, and how it stands."""
    before = 0

    def step(done: int, _: int, note: str) -> None:
        nonlocal before
        advance(done - before, note)
        before = done

    return step
