import io

import pytest
from rich.console import Console

from nlp_pipeline.pipeline.reporting import of_training
from nlp_pipeline.progress import Bars


def lines_of(*, terminal=False, total=4, steps=(1, 3), **how):
    told = io.StringIO()
    console = Console(file=told, force_terminal=terminal, width=80)
    with Bars(console, **how) as bars, bars.stage("Reading [b]passages", total) as advance:
        for step in steps:
            advance(step)
    return told.getvalue().splitlines()


def test_a_log_gets_a_line_with_what_is_done_and_the_time_left():
    first, last = lines_of(line_every=0)
    assert first.startswith("Reading [b]passages: 1 of 4")
    assert last == "Reading [b]passages: 4 of 4, less than a minute left"


def test_work_whose_length_is_not_known_says_what_is_done():
    assert lines_of(line_every=0, total=None, steps=[1200]) == ["Reading [b]passages: 1,200"]


def test_the_loss_stands_beside_what_is_done_until_there_is_a_new_one():
    told = io.StringIO()
    console = Console(file=told, width=80)
    with Bars(console, line_every=0) as bars, bars.stage("Training", 40) as advance:
        step = of_training(advance)
        for done, note in ((10, "loss 0.513"), (30, "loss 0.250"), (40, "")):
            step(done, 40, note)
    first, second, last = told.getvalue().splitlines()
    assert first.startswith("Training (loss 0.513): 10 of 40")
    assert second.startswith("Training (loss 0.250): 30 of 40")
    assert last.startswith("Training (loss 0.250): 40 of 40")


@pytest.mark.parametrize("how", [{}, {"quiet": True, "line_every": 0}, {"terminal": True}])
def test_short_work_quiet_work_and_work_on_a_terminal_leave_no_line(how):
    assert lines_of(**how) == []
