"""Earlier decisions after a transcript has changed: how many wait, and moving them along."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp_pipeline.decisions import (
    Decision,
    Moves,
    Places,
    plan_moves,
    read_log,
    with_present_ids,
    write_log,
)
from nlp_pipeline.errors import StoreError
from nlp_pipeline.pipeline.folder import TABLES
from nlp_pipeline.pipeline.splitting import uncoded_notes
from nlp_pipeline.pipeline.workplace import Versions, Workplace, find_workplace
from nlp_pipeline.store import lock_folder, read_transcripts


@dataclass(frozen=True, kw_only=True)
class MoveSummary:
    """What was moved, and what people have to decide anew; ``written`` if the log has changed."""

    log: Path
    moves: Moves
    written: bool

    @property
    def exit_code(self) -> int:
        """1 if decisions stay behind, else 0."""
        return 1 if self.moves.stuck else 0

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {
            "log": str(self.log),
            "written": self.written,
            "moved": len(self.moves.new),
            "elsewhere": self.moves.elsewhere,
            "stuck": [
                {"transcript": s.transcript, "reason": s.reason, "decision": s.decision.to_json()}
                for s in self.moves.stuck
            ],
        }


def move_decisions(study: Path, *, at: str, dry_run: bool = False) -> MoveSummary:
    """Move the decisions on earlier versions of transcripts to the present ones, in the log.

    Args:
        study: A study folder, a folder with results or a run.
        at: The present time, in ISO 8601.
        dry_run: Whether to write nothing.

    Raises:
        InputError: There is no run.
        StoreError: The log is damaged or in use, or the disk refuses.
    """
    place = find_workplace(study)
    with lock_folder(place.folder):
        moves = find_moves(place, read_log(place.log_path), at=at)
        written = bool(moves.new) and not dry_run
        if written:
            write_log(place.log_path, moves.new)
    return MoveSummary(log=place.log_path, moves=moves, written=written)


def find_moves(place: Workplace, log: Iterable[Decision], *, at: str = "") -> Moves:
    """Return what there is to move in the log of a workplace. Raises `StoreError`."""
    transcripts = read_transcripts(place.run / TABLES[0])
    versions = Versions(place)
    present = with_present_ids(log, transcripts)
    if not present:
        return Moves()
    return plan_moves(present, Places(transcripts), versions.transcripts, at=at)


def waiting_notes(moves: Moves, study: Path) -> list[str]:
    """Return what to say of decisions that wait, and what to do about them."""
    if not moves.waiting:
        return []
    stuck = f"; {len(moves.stuck)} of them have to be made anew" if moves.stuck else ""
    if not moves.new:
        return [
            f"{moves.waiting} earlier decision(s) are on words that a changed transcript no longer "
            f"has, or has more than once; nlp-pipeline reanchor {study} lists them"
        ]
    return [
        f"{moves.waiting} earlier decision(s) wait: they are on an earlier version of a transcript "
        f"and count for nothing yet. nlp-pipeline reanchor {study} moves those whose words are "
        f"still there once{stuck}"
    ]


def notes_after_run(run: Path) -> list[str]:
    """Return what a run has to say of earlier decisions; never a reason for it to fail."""
    place = find_workplace(run)
    try:
        log = read_log(place.log_path)
        moves = find_moves(place, log) if log else Moves()
        transcripts = read_transcripts(place.run / TABLES[0])
    except StoreError as error:
        return [f"Earlier decisions could not be looked at: {error}"]
    return [*waiting_notes(moves, place.folder), *uncoded_notes(place, transcripts, log)]
