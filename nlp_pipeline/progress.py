"""How far long work is: bars on a terminal, and now and then a line in a log."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from nlp_pipeline.pipeline.reporting import Advance
from nlp_pipeline.wording import counted

_SHOW_AFTER_SECONDS = 2.0
_LINE_EVERY_SECONDS = 60.0


class Bars:
    """One bar per stage with counts and time left; where there is no terminal, lines with the same.

    Bars appear when the work has taken two seconds. Lines come once a minute at most, so that the
    log of a night's work says how far it is and short work says nothing.
    """

    def __init__(
        self, console: Console, *, quiet: bool = False, line_every: float = _LINE_EVERY_SECONDS
    ) -> None:
        """Prepare bars on a console, normally that of standard error.

        Args:
            console: Where they are shown.
            quiet: Show nothing at all.
            line_every: Without a terminal, so many seconds pass before each line.
        """
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
        self._in_lines = not console.is_terminal and not quiet
        self._line_every, self._line_at = line_every, monotonic() + line_every
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
    def stage(self, name: str, total: int | None) -> Iterator[Advance]:
        """Open a bar of so many steps (None: not known); yield what counts steps done."""
        task = self._progress.add_task(name, total=total)

        def advance(done: int, note: str = "", /) -> None:
            if note:
                self._progress.update(task, description=f"{name} ({note})")
            self._progress.advance(task, done)
            if self._in_lines and monotonic() >= self._line_at:
                self._line_at = monotonic() + self._line_every
                self._print_line(task)

        yield advance
        self._progress.update(task, completed=total or 0, visible=total is not None)

    def _print_line(self, number: TaskID) -> None:
        task = self._progress.tasks[number]
        of = "" if task.total is None else f" of {task.total:,.0f}"
        left = "" if task.time_remaining is None else f", {_about(task.time_remaining)} left"
        line = Text(f"{task.description}: {task.completed:,.0f}{of}{left}")
        self._progress.console.print(line, soft_wrap=True)


def _about(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"about {counted(minutes, 'minute')}" if minutes else "less than a minute"
