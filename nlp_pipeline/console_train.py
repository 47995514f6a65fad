"""What train prints for a study; never a word of a transcript."""

from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from nlp_pipeline.console import print_parts, print_wide, visible
from nlp_pipeline.wording import counted

if TYPE_CHECKING:
    from nlp_pipeline.analysis.records import Estimate
    from nlp_pipeline.pipeline.adapting import AdaptSummary

_ON = {
    "test": "the test interviews, from which nothing was learned",
    "folds": "every interview left out in turn",
}


def print_adapted(summary: "AdaptSummary") -> None:
    """Print what was learned from, F1 of all models side by side, and which one runs take."""
    told = summary.round
    print_parts(
        f"Learned from {_passages(told.passages, told.interviews)} "
        f"({told.coded} with a code), by method {told.method}, starting from {told.base}.",
        f"F1 on {_passages(told.measured_passages, told.measured_interviews)}: "
        f"{_ON[told.measured_on]}. In brackets 95 % intervals, by resampling interviews.",
    )
    print_wide(_table(summary))
    print_parts(*_parts(summary))


def _passages(passages: int, interviews: int) -> str:
    return f"{counted(passages, 'passage')} of {counted(interviews, 'interview')}"


def _table(summary: "AdaptSummary") -> Table:
    table = Table("Code", box=SIMPLE)
    table.add_column("coded", justify="right")
    for row in summary.compared:
        table.add_column(visible(row.name), justify="right")
    table.add_column("kappa of people", justify="right")
    figures = [{code.code: code for code in row.codes} for row in summary.compared]
    for code, own in figures[0].items():
        cells = [_cell(other[code].f1) if code in other else "-" for other in figures]
        people = own.human_kappa
        name = Text(visible(code) + (" *" if code in summary.little else ""), overflow="fold")
        table.add_row(name, str(own.coded), *cells, _cell(people))
    table.add_section()
    table.add_row("mean", "", *(_cell(row.mean_f1) for row in summary.compared), "")
    if any(len(row.knows) < len(figures[0]) for row in summary.compared):
        known = [_cell(row.mean_known) for row in summary.compared]
        table.add_row("mean of codes that it knows", "", *known, "")
    return table


def _parts(summary: "AdaptSummary") -> list[str]:
    told = summary.round
    parts = [f"{row.name}: {row.note}" for row in summary.compared]
    if told.mean_f1_left_out is not None:
        parts.append(
            f"On the {counted(told.interviews, 'interview')} learned from, each left out in turn, "
            f"its mean F1 is {_cell(told.mean_f1_left_out)}."
        )
    if summary.little:
        codes = ", ".join(f"{code} ({number})" for code, number in summary.little.items())
        parts.append(f"* too little data, passages with the code in brackets: {codes}")
    reasons = {row.f1.reason for row in summary.compared[0].codes if row.f1.low is None}
    missing = sorted(reason for reason in reasons if reason)
    if missing:
        parts.append(f"No interval or no figure: {'; '.join(missing)}")
    parts += [f"Note: {note}" for note in summary.notes]
    what = "is now the model of this study" if told.is_default else "is NOT the model of this study"
    parts.append(f"{told.model_id} {what}: {told.reason}. Written to {summary.folder}")
    return parts


def _cell(figure: "Estimate") -> str:
    if figure.value is None:
        return "-"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.2f}"
    return f"{figure.value:.2f} ({figure.low:.2f}-{figure.high:.2f})"
