"""What people decided: an append-only log, what it says now, and how review files come into it.

The log is a set of decisions, each with its moment; the present state is what they say when they
are replayed in the order of those moments. That is why files can be imported twice and in any
order. Nothing is ever taken out of the log.
"""

from nlp_pipeline.decisions.log import LOG_NAME, Decision, Moved, read_log, write_log
from nlp_pipeline.decisions.merge import merge
from nlp_pipeline.decisions.merged import (
    Conflict,
    Incoming,
    Left,
    Merged,
    MergeOptions,
    Tally,
    left_by_reason,
)
from nlp_pipeline.decisions.moving import Moves, plan_moves
from nlp_pipeline.decisions.place import Places
from nlp_pipeline.decisions.replay import (
    codings,
    exclusive_codes,
    not_moved_on,
    replay,
    with_present_ids,
)

__all__ = [
    "LOG_NAME",
    "Conflict",
    "Decision",
    "Incoming",
    "Left",
    "MergeOptions",
    "Merged",
    "Moved",
    "Moves",
    "Places",
    "Tally",
    "codings",
    "exclusive_codes",
    "left_by_reason",
    "merge",
    "not_moved_on",
    "plan_moves",
    "read_log",
    "replay",
    "with_present_ids",
    "write_log",
]
