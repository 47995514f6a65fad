"""What the command line prints: tables on standard output, complaints on standard error.

Names of files come from outside, so they are never read as markup, and characters that steer a
terminal are shown as escapes. On a console that is not UTF-8 the lines are plain ASCII.
"""

import io
import json
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from nlp_pipeline.wording import counted

if TYPE_CHECKING:
    from nlp_pipeline.analysis.records import Estimate
    from nlp_pipeline.audit import Check
    from nlp_pipeline.pipeline import ClassifySummary, ReadSummary, Refused, RunSummary, Warned
    from nlp_pipeline.pipeline.evaluating import EvaluateSummary
    from nlp_pipeline.pipeline.training import TrainSummary

_NAMES_SHOWN = 3
_PLACES_SHOWN = 10
_WIDEST = 1000


def make_output_safe() -> None:
    """Let a character that the console does not have be printed as an escape, not as an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def visible(text: str) -> str:
    r"""Return a text in one line, with characters that do not print shown as escapes.

    >>> visible("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def say(sentence: str) -> None:
    """Print a sentence to the user on standard error; its line ends are kept."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(Text("\n".join(visible(line) for line in sentence.split("\n"))))


def print_json(value: Any) -> None:
    """Print one JSON object on standard output, in ASCII, which every console can show."""
    Console().file.write(json.dumps(value, indent=2) + "\n")


def report(refused: Iterable["Refused"], warnings: Iterable["Warned"]) -> None:
    """Print warnings, each once with the files it is about, and then the files refused."""
    names: dict[str, list[str]] = {}
    for warned in warnings:
        names.setdefault(warned.text, []).append(warned.name)
    for text, of in names.items():
        more = f" and {len(of) - _NAMES_SHOWN} more" if len(of) > _NAMES_SHOWN else ""
        say(f"Warning: {', '.join(of[:_NAMES_SHOWN])}{more}: {visible(text)}")
    for item in refused:
        say(f"Refused: {item.name}: {item.reason}")


def print_read(summary: "ReadSummary") -> None:
    """Print which transcripts were read and where they are."""
    table = Table("Transcript", "Language", "Turns", "Speakers", title="Transcripts read")
    for item in summary.read:
        turns, speakers = str(item.turns), str(item.speakers or "-")
        table.add_row(Text(visible(item.name), overflow="fold"), item.language, turns, speakers)
    if summary.read:
        print_parts(table, f"Written to {summary.folder}")
    else:
        print_parts("No file could be read, so nothing was written.")


def print_run(summary: "RunSummary") -> None:
    """Print what a run found and where its results are."""
    counts = summary.counts
    if counts.transcripts:
        facts = {
            "Transcripts": str(counts.transcripts),
            "Turns": str(counts.turns),
            "Passages": _passages(counts.passages),
            "Not classified": str(counts.not_classified),
            "Files refused": str(len(summary.refused)),
            "Warnings": str(len(summary.warnings)),
        }
        print_parts(_pairs(f"Run {summary.run_id}", facts), _codes(counts.suggestions))
    heads = {
        "finished": f"Finished. Results are in {summary.folder}",
        "certificate": "The certificate has changed, so the overview and the workbook were written "
        f"again. Results are in {summary.folder}",
        "unchanged": f"Nothing to do: nothing has changed. Results are in {summary.folder}",
        "restored": f"Missing or damaged files were written again in {summary.folder}",
        "nothing read": "Nothing was written, because no file could be read.",
    }
    notes = (note for note in summary.notes if note not in summary.cautions)
    print_parts(*notes, heads[summary.state])


def print_classified(summary: "ClassifySummary") -> None:
    """Print how many passages were classified, which codes they got and where they are."""
    facts = {"Passages": str(summary.rows), "Not classified": str(summary.not_classified)}
    print_parts(
        _pairs("Passages classified", facts),
        _codes(summary.suggestions),
        f"Written to {summary.file}",
    )


def print_counts(title: str, counts: Mapping[str, int]) -> None:
    """Print a small table of numbers."""
    print_parts(_pairs(title, {name: str(number) for name, number in counts.items()}))


def print_checks(checks: Iterable["Check"]) -> None:
    """Print what was checked, the figure found and its limit, and the places that fail."""
    table = Table("Check", "Found", "Limit", "Holds", title="Checks")
    failed = []
    for item in checks:
        table.add_row(item.name, item.value, item.limit, "yes" if item.holds else "NO")
        if not item.holds:
            shown = "; ".join(item.places[:_PLACES_SHOWN]) or "see the figure"
            more = len(item.places) - _PLACES_SHOWN
            failed.append(f"{item.name}: {shown}" + (f"; and {more} more" if more > 0 else ""))
    print_parts(table, *failed)


def print_trained(summary: "TrainSummary") -> None:
    """Print the figures of the test split and where the model is."""
    table = Table("Code", title="On interviews held out for the test")
    for name in ("coded", "suggested", "precision", "recall", "F1", "kappa"):
        table.add_column(name, justify="right")
    for row in summary.trained.figures["test"]:
        values = (row.precision.value, row.recall.value, row.f1.value, row.kappa.value)
        cells = ("-" if value is None else f"{value:.2f}" for value in values)
        table.add_row(Text(visible(row.code)), str(row.coded), str(row.suggested), *cells)
    print_parts(table, f"Written to {summary.folder} as {summary.model_id}")


def print_evaluated(summary: "EvaluateSummary") -> None:
    """Print the figures per facet and per code, which baselines were beaten, and the files."""
    told = summary.evaluation
    print_parts(
        f"{told.model_id} on {told.corpus}, {told.split}: "
        f"{counted(told.passages, 'passage')} of {counted(told.interviews, 'interview')}",
        _facets(summary),
        _code_figures(summary),
        *_calibration(summary),
        *_beaten(summary),
        *(f"Note: {note}." for note in told.notes),
        f"Written to {summary.folder}: {', '.join(summary.files)}",
        *([] if summary.card is None else [f"The model's card is written again: {summary.card}"]),
        f"Keep {' and '.join(summary.with_words)} where you keep the transcripts: they hold what "
        "participants said. The other files do not.",
    )


def _facets(summary: "EvaluateSummary") -> Table:
    table = Table("Facet", "Figure", title="Facets, with 95 % intervals")
    for name in ("model", "people"):
        table.add_column(name, justify="right")
    for row in summary.whole.facets:
        for name, model, people in (
            ("macro F1", row.macro_f1, None),
            ("mean kappa", row.mean_kappa, row.human_mean_kappa),
            ("kappa of sets of codes", row.pattern_kappa, row.human_pattern_kappa),
        ):
            cells = (_estimate(model), "" if people is None else _estimate(people))
            table.add_row(Text(visible(row.facet)), name, *cells)
    return table


def _code_figures(summary: "EvaluateSummary") -> Table:
    table = Table(
        "Code",
        title="Codes; kappa with 95 % interval, and of people",
        box=SIMPLE,
        collapse_padding=True,
    )
    for name in ("coded", "prec.", "recall", "F1", "kappa", "interval", "people"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in summary.whole.codes:
        plain = (row.precision, row.recall, row.f1, row.kappa)
        table.add_row(
            Text(visible(row.code), overflow="fold"),
            str(row.coded),
            *(_number(figure.value) for figure in plain),
            _interval(row.kappa),
            _number(row.human_kappa.value),
        )
    return table


def _calibration(summary: "EvaluateSummary") -> list[str]:
    errors = [row.error.value for row in summary.evaluation.reliability]
    known = [error for error in errors if error is not None]
    if not known:
        return []
    mean = sum(known) / len(known)
    return [
        f"Expected calibration error: {mean:.3f} on average over codes, {max(known):.3f} at most"
    ]


def _beaten(summary: "EvaluateSummary") -> list[str]:
    if not summary.baselines:
        return []
    lines = ["Compared with " + ", ".join(row.name for row in summary.baselines) + ":"]
    names = {"macro_f1": "macro F1", "mean_kappa": "mean kappa"}
    for facet, measures in summary.not_beaten.items():
        parts = (
            f"{names[measure]}: " + (f"NOT better than {', '.join(left)}" if left else "best")
            for measure, left in measures.items()
        )
        lines.append(f"  {facet}: " + "; ".join(parts))
    return lines


def _estimate(figure: "Estimate") -> str:
    bounds = _interval(figure)
    return _number(figure.value) + (f" ({bounds})" if bounds != "-" else "")


def _interval(figure: "Estimate") -> str:
    return "-" if figure.low is None else f"{figure.low:.2f} to {_number(figure.high)}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _passages(languages: Mapping[str, int]) -> str:
    parts = ", ".join(f"{number} {language}" for language, number in languages.items())
    return f"{sum(languages.values())} ({parts})" if parts else "0"


def _pairs(title: str, facts: Mapping[str, str]) -> Table:
    table = Table(title=title, show_header=False)
    for name, value in facts.items():
        table.add_row(name, value)
    return table


def _codes(suggestions: Mapping[str, int]) -> Table:
    table = Table("Code", title="Suggested codes")
    table.add_column("Passages", justify="right")
    for code, number in suggestions.items():
        table.add_row(Text(visible(code), overflow="fold"), str(number))
    return table


def print_parts(*parts: RenderableType) -> None:
    """Print sentences, each in one line however long, and tables."""
    console = Console(highlight=False)
    for part in parts:
        if isinstance(part, str):
            console.print(Text(visible(part)), soft_wrap=True)
        else:
            console.print(part)


def print_wide(table: Table) -> None:
    """Print a table without breaking its lines, however narrow the console is."""
    Console(highlight=False, width=_WIDEST).print(table)
