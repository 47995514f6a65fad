"""What the commands of the review round trip print; never a word of a transcript."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from nlp_pipeline.console import print_parts, print_wide, say, visible
from nlp_pipeline.wording import counted

if TYPE_CHECKING:
    from nlp_pipeline.decisions import Conflict, Decision
    from nlp_pipeline.pipeline.moving import MoveSummary
    from nlp_pipeline.pipeline.reviewing import ExportSummary, ImportSummary
    from nlp_pipeline.pipeline.sampling import SampleSummary

_PLACES_SHOWN = 5
_CONFLICTS_SHOWN = 50


def print_exported(summary: "ExportSummary") -> None:
    """Print what was written for review."""
    if summary.codebook_only:
        print_parts(f"Written to {summary.path} ({summary.format}): the codebook alone")
        return
    print_parts(
        f"Written to {summary.path} ({summary.format}): {counted(summary.passages, 'passage')} of "
        f"{counted(summary.transcripts, 'transcript')}, with "
        f"{counted(summary.decisions, 'earlier decision')}"
    )


def report_left(summary: "ImportSummary") -> None:
    """Print what was not taken over, each reason once with its places."""
    from nlp_pipeline.decisions import left_by_reason
    from nlp_pipeline.decisions.place import OTHER_VERSION

    for (file, reason, difference), places in left_by_reason(summary.merged.left).items():
        named = list(dict.fromkeys(place for place in places if place))
        more = len(named) - _PLACES_SHOWN
        shown = ", ".join(named[:_PLACES_SHOWN]) + (f" and {more} more" if more > 0 else "")
        say(f"Not taken over: {file}{', ' if shown else ''}{shown}: {reason}")
        if difference:
            say(f"  {difference}")
    if any(OTHER_VERSION in left.reason for left in summary.merged.left):
        say("  With --reanchor, stretches are looked for by their quoted text.")


def print_imported(summary: "ImportSummary", *, dry_run: bool) -> None:
    """Print per file and coder what was found, the contradictions, and what was done."""
    merged = summary.merged
    table = Table("File", "Coder", box=SIMPLE)
    for name in ("new", "same", "conflicting", "not taken"):
        table.add_column(name, justify="right")
    for row in merged.tallies:
        numbers = (row.new, row.same, row.conflicting, row.not_taken)
        table.add_row(_cell(row.file), _cell(row.coder), *map(str, numbers))
    print_parts(*summary.notes)
    if merged.tallies:
        print_parts(table)
    if merged.conflicts:
        print_parts(*_conflicts(merged.conflicts))
    if merged.moved:
        print_parts(f"{merged.moved} decision(s) were found again in a changed text")
    print_parts(_outcome(summary, dry_run=dry_run))


def _conflicts(conflicts: "Sequence[Conflict]") -> list[str]:
    """Return a line for each decision that a file contradicts, once per file."""
    holds = {
        "undecided": "undecided",
        "taken": "the file holds",
        "older": "the earlier import holds, since it was decided later",
        "kept out": "the earlier import holds",
    }
    once: dict[tuple[str, str], Conflict] = {}
    for item in conflicts:
        once.setdefault((item.file, item.had.id), item)
    lines = [
        f"  {item.file}, {item.place}: {item.found.coder}, {item.transcript}, characters "
        f"{item.found.start} to {item.found.end}: was {_said(item.had)} "
        f"({_minute(item.had.moment)}), the file says {_said(item.found)} "
        f"({_minute(item.found.moment)}): {holds[item.outcome]}"
        for item in once.values()
    ]
    more = len(lines) - _CONFLICTS_SHOWN
    head = f"{len(lines)} decision(s) of a coder are contradicted by the same coder:"
    rest = [f"  and {more} more; --json lists all"] if more > 0 else []
    return [head, *lines[:_CONFLICTS_SHOWN], *rest]


def _outcome(summary: "ImportSummary", *, dry_run: bool) -> str:
    number = len(summary.merged.new)
    if summary.merged.undecided:
        return (
            "Nothing was written. Give --newest to let the later decision hold, or --keep to "
            "leave what was imported before as it is."
        )
    if not number:
        return "Nothing new: every decision in these files is in the log, or there is none."
    if dry_run:
        return f"{number} decision(s) would be added to {summary.log}; nothing was written"
    return f"{number} decision(s) added to {summary.log}"


def print_moved(summary: "MoveSummary") -> None:
    """Print how many decisions moved along with their words, and which did not and why."""
    moves = summary.moves
    lines = [
        f"  {s.transcript}: {s.decision.coder}, {_said(s.decision)}, characters "
        f"{s.decision.start} to {s.decision.end} of the earlier text: {s.reason}"
        for s in moves.stuck[:_CONFLICTS_SHOWN]
    ]
    if moves.stuck:
        more = len(moves.stuck) - _CONFLICTS_SHOWN
        rest = [f"  and {more} more; --json lists all"] if more > 0 else []
        print_parts(f"{len(moves.stuck)} decision(s) have to be made anew:", *lines, *rest)
    if moves.elsewhere:
        print_parts(f"{moves.elsewhere} decision(s) are on transcripts that are not in this run")
    if not moves.new:
        print_parts("Nothing to move.")
    elif summary.written:
        print_parts(f"{len(moves.new)} decision(s) moved to the present text, in {summary.log}")
    else:
        print_parts(f"{len(moves.new)} decision(s) would be moved; nothing was written")


def print_log(rows: "Sequence[tuple[Decision, str]]") -> None:
    """Print decisions, the first imported first, in lines that are as wide as they have to be."""
    table = Table(box=SIMPLE)
    names = ("Id", "Decided", "Coder", "Transcript", "Characters", "Decision", "Shown", "Before")
    for heading in (*names, "File"):
        table.add_column(heading, no_wrap=True)
    for row, name in rows:
        cells = (
            row.id[:8],
            _minute(row.moment),
            f"{row.coder} ({row.decided_by})" if row.decided_by else row.coder,
            name or row.transcript_id[:8],
            f"{row.start}-{row.end}",
            _said(row),
            _shown(row),
            " ".join(before[:8] for before in row.before) or "-",
            row.file,
        )
        table.add_row(*map(_cell, cells))
    models = sorted({row.shown.model_id for row, _ in rows if row.shown is not None})
    print_wide(table)
    print_parts(f"{len(rows)} decision(s)", *(f"Suggestions are of {model}" for model in models))


def print_sampled(summary: "SampleSummary") -> None:
    """Print what was drawn from which group, and the files."""
    table = Table("Language", title="Drawn", box=SIMPLE)
    if summary.group:
        table.add_column(visible(summary.group))
    for name in ("drawn", "of"):
        table.add_column(name, justify="right")
    for row in summary.shares:
        groups = (_cell(part or "(unknown)") for part in row.group)
        table.add_row(*groups, str(row.drawn), str(row.of))
    left = summary.without_scores
    print_parts(
        table,
        f"{summary.passages} of {counted(summary.of_passages, 'passage')}, from "
        f"{counted(summary.transcripts, 'transcript')}, drawn with seed {summary.seed}",
        *(
            [
                f"{summary.of_test} of what was drawn is kept to test models on; that comes first, "
                "and groups are in proportion within it and within the rest"
            ]
            if summary.of_test
            else []
        ),
        *([f"{counted(left, 'passage')} without scores could not be drawn"] if left else []),
        *(f"Written to {path}" for path in summary.files),
    )


def _said(decision: "Decision") -> str:
    return f"{decision.verdict.value} {decision.code or '(no code)'}"


def _shown(decision: "Decision") -> str:
    shown = decision.shown
    if shown is None:
        return f"nothing ({decision.origin.value})"
    score = "" if shown.score is None else f" {shown.score:.2f}"
    return f"{'suggested' if shown.suggested else 'not suggested'}{score}"


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ") or "?"


def _cell(text: str) -> Text:
    return Text(visible(text), overflow="fold")
