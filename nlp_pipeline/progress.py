"""Progress bars on the terminal, for work that takes more than a moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_SHOW_AFTER_SECONDS = 2.0


class Bars:
    """One bar per stage with counts and time left; nothing at all where nobody can see it.

    Bars appear when the work has taken two seconds, and only on a terminal.
    """

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        """Prepare bars on a console, normally that of standard error."""
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            refresh_per_second=4,
            transient=True,
            # Results go to standard output unchanged, also while a bar is shown.
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._visible = console.is_terminal and not quiet
        self._timer = Timer(_SHOW_AFTER_SECONDS, self._progress.start)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Start to wait for the moment from which bars are shown."""
        if self._visible:
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bars away."""
        if self._visible:
            self._timer.cancel()
            self._timer.join()
            self._progress.stop()

    @contextmanager
    def stage(self, name: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Open a bar of so many steps (None: not known); yield what counts steps done."""
        task = self._progress.add_task(name, total=total)
        yield lambda done: self._progress.advance(task, done)
        self._progress.update(task, completed=total or 0, visible=total is not None)
