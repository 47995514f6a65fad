"""What the commands for a study and its codebook print; never a word of a transcript."""

from collections import Counter
from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from nlp_pipeline.console import print_parts, visible
from nlp_pipeline.wording import counted

if TYPE_CHECKING:
    from nlp_pipeline.codebooks import Changes
    from nlp_pipeline.pipeline.revising import CheckSummary, MigrateSummary
    from nlp_pipeline.pipeline.starting import Started

_SHOWN = 20


def print_started(started: "Started") -> None:
    """Print what was made and the next step."""
    print_parts(
        f"{started.folder}: made {', '.join(started.files)}, with codebook {started.codebook} "
        f"({counted(started.codes, 'code')})",
        f"Put your transcripts in {started.folder / 'transcripts'}, then follow README.md.",
    )


def print_checked(summary: "CheckSummary") -> None:
    """Print what has to be mended, what is advice, and what was looked at."""
    table = Table("", "Finding", box=SIMPLE)
    for finding in summary.findings:
        table.add_row("mend" if finding.fault else "advice", _cell(finding.text))
    faults = sum(finding.fault for finding in summary.findings)
    compared = f"definitions compared by {summary.model}" if summary.model else "no model was used"
    print_parts(
        *([table] if summary.findings else []),
        f"Codebook {summary.codebook} version {summary.version}: {faults} to mend, "
        f"{len(summary.findings) - faults} advice; {compared}",
    )


def print_diff(changes: "Changes") -> None:
    """Print what changed, one line per code."""
    rows = [("added", code, "") for code in changes.added]
    rows += [("removed", code, "") for code in changes.removed]
    rows += [("renamed", old, f"now {new}") for old, new in changes.renamed]
    rows += [("merged", ", ".join(olds), f"into {new}") for olds, new in changes.merged]
    rows += [("split", old, f"into {', '.join(news)}") for old, news in changes.split]
    rows += [("moved", code, f"from {was} to {now}") for code, was, now in changes.moved]
    rows += [("changed", code, ", ".join(parts)) for code, parts in changes.changed]
    rows += [("facet", "", line) for line in changes.facets]
    if not rows:
        print_parts("The codebooks say the same.")
        return
    table = Table("Change", "Code", "", box=SIMPLE)
    for row in rows:
        table.add_row(*map(_cell, row))
    advice = (
        "Decisions on codes that are gone come along with: nlp-pipeline codebook migrate STUDY MAP"
    )
    print_parts(table, *([advice] if changes.needs_migration else []))


def print_migrated(summary: "MigrateSummary") -> None:
    """Print how many decisions moved on per code, and which stretches people have to see again."""
    migrated = summary.migrated
    if migrated.counts:
        table = Table("Old code", box=SIMPLE)
        table.add_column("decisions", justify="right")
        for code, number in migrated.counts.items():
            table.add_row(_cell(code), str(number))
        print_parts(table)
    if summary.again:
        print_parts(*_again(summary))
    if not migrated.new:
        print_parts("Nothing new: every decision is on a code of the codebook, or waits.")
    elif summary.written:
        print_parts(f"{len(migrated.new)} decision(s) added to {summary.log}; none was taken out")
    else:
        print_parts(f"{len(migrated.new)} decision(s) would be added to {summary.log}")


def _again(summary: "MigrateSummary") -> list[str]:
    per = Counter((item.transcript, item.decision.code, item.codes) for item in summary.again)
    lines = [
        f"  {name}: {number} with {code}, now {' or '.join(codes)}"
        for (name, code, codes), number in list(per.items())[:_SHOWN]
    ]
    rest = [f"  and {len(per) - _SHOWN} more groups; --json lists all"] if len(per) > _SHOWN else []
    listed = f"; they are listed in {summary.listed}" if summary.listed else ""
    head = (
        f"{len(summary.again)} decision(s) are on codes that were split, and need people{listed}. "
        "Code them anew, import that, and migrate once more:"
    )
    return [head, *lines, *rest]


def _cell(text: str) -> Text:
    return Text(visible(text), overflow="fold")
