"""Review files into the log: what is new, what was there, what contradicts, what is left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.decisions.log import Decision, decision_id, to_utc
from nlp_pipeline.decisions.merged import (
    Conflict,
    Incoming,
    Left,
    Merged,
    MergeOptions,
    Outcome,
    Tally,
)
from nlp_pipeline.decisions.place import Placed, Places
from nlp_pipeline.decisions.replay import (
    contradicts,
    displaced,
    exclusive_codes,
    is_echo,
    live,
)
from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import Found, Verdict


def merge(
    log: Iterable[Decision],
    files: Sequence[Incoming],
    places: Places,
    codebook: Codebook,
    *,
    options: MergeOptions,
) -> Merged:
    """Return what the decisions of some files add to a log.

    Args:
        log: The decisions that there are.
        files: The files in the order in which they were given.
        places: The transcripts of the study.
        codebook: Its codes.
        options: How.

    Raises:
        InputError: A file does not tell who decided and no coder is given.
    """
    merging = _Merging(log, places, codebook, options)
    merging.check_coders(files)
    for file in files:
        merging.add_file(file)
    return merging.result()


@dataclass
class _Counts:
    new: int = 0
    same: int = 0
    conflicting: int = 0
    not_taken: int = 0


@dataclass
class _Merging:
    log: Iterable[Decision]
    places: Places
    codebook: Codebook
    options: MergeOptions
    new: list[Decision] = field(default_factory=list)
    counts: dict[tuple[str, str], _Counts] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    moved: int = 0

    def __post_init__(self) -> None:
        self._exclusive = exclusive_codes(self.codebook)
        self._stretches: dict[tuple[str, str, int, int, str], list[Decision]] = {}
        for decision in self.log:
            self._stretches.setdefault(decision.stretch, []).append(decision)

    def check_coders(self, files: Sequence[Incoming]) -> None:
        """Raise `InputError` that names every file which does not tell who decided."""
        nameless: dict[str, str] = {}
        for file in files:
            for one in file.review.found:
                if not self._named(one.coder):
                    nameless.setdefault(file.name, one.place or "the whole file")
        if nameless:
            lines = [f"{name}, {at}: does not tell who decided" for name, at in nameless.items()]
            each = " If that is somebody else for each file, import them one by one."
            advice = f"Say it with --coder NAME.{each if len(lines) > 1 else ''}"
            raise InputError("\n".join((*lines, f"{advice} Nothing was imported.")))

    def add_file(self, file: Incoming) -> None:
        self.left += [
            Left(file=file.name, place=n.place, reason=n.reason) for n in file.review.not_taken
        ]
        for lost in file.review.not_taken:
            if lost.coder is not None:
                self._tally(file, self._named(lost.coder) or "?").not_taken += 1
        pairs = [(one, self._named(one.coder)) for one in file.review.found]
        decided = [d for d in (self._decision(file, *pair) for pair in pairs) if d is not None]
        fresh = [one for one in decided if not self._is_known(file, one[1])]
        fitting = self._without_quarrels(file, fresh)
        # That nothing applies comes after what it is that does not.
        for found, decision, transcript in sorted(fitting, key=lambda one: one[0].code is None):
            self._add(file, found, decision, transcript)

    def result(self) -> Merged:
        tallies = tuple(
            Tally(file=file, coder=coder, **vars(counts))
            for (file, coder), counts in self.counts.items()
        )
        merged = Merged(
            new=tuple(self.new),
            tallies=tallies,
            conflicts=tuple(self.conflicts),
            left=tuple(self.left),
            moved=self.moved,
        )
        return replace(merged, new=()) if merged.undecided else merged

    def _named(self, coder: str) -> str:
        """Return who decided, by what a file and the options say, or nothing."""
        own, given = " ".join(coder.split()), " ".join(self.options.coder.split())
        return (given or own) if self.options.coder_for_all else (own or given)

    def _decision(
        self, file: Incoming, found: Found, coder: str
    ) -> tuple[Found, Decision, str] | None:
        placed = self._checked(found)
        transcript = placed.transcript
        if transcript is None or placed.reason:
            self._leave(file, placed, coder)
            return None
        found = placed.found
        text = self.places.hashes[transcript.id]
        decided_at = to_utc(found.decided_at)
        moment = decided_at or file.time
        self.moved += placed.moved is not None
        decision = Decision(
            id=decision_id(found, transcript=transcript.id, text=text, coder=coder, moment=moment),
            transcript_id=transcript.id,
            text_sha256=text,
            start=found.start,
            end=found.end,
            code=found.code,
            verdict=found.verdict,
            coder=coder,
            origin=found.origin,
            decided_at=decided_at,
            imported_at=self.options.imported_at,
            shown=found.shown,
            note=found.note,
            file=file.name,
            file_sha256=file.sha256,
            file_time=file.time,
            moved=placed.moved,
            decided_by=found.decided_by,
        )
        return found, decision, transcript.source_name

    def _checked(self, found: Found) -> Placed:
        if (found.code is None) != (found.verdict is Verdict.SEEN):
            return Placed(found=found, reason="a decision needs a code, and only then has one")
        if found.code is not None and found.code not in self.codebook.code_ids:
            return Placed(found=found, reason=self._unknown(found.code))
        return self.places.place(found, reanchor=self.options.reanchor)

    def _unknown(self, code: str) -> str:
        names = {name.casefold(): c.id for c in self.codebook for name in (c.id, *c.label.values())}
        near = get_close_matches(code.casefold(), names, n=1)
        hint = f'; the nearest is "{names[near[0]]}"' if near else ""
        book = f'codebook "{self.codebook.name}" version {self.codebook.version}'
        return f'code "{code}" is not in {book}{hint}'

    def _leave(self, file: Incoming, placed: Placed, coder: str) -> None:
        difference = ""
        if placed.transcript is not None and placed.version is not None:
            difference = (
                f"{placed.transcript.source_name}: "
                f"{self.places.difference(placed.transcript, placed.version)}"
            )
        self._tally(file, coder).not_taken += 1
        self.left.append(
            Left(
                file=file.name,
                place=placed.found.place,
                reason=placed.reason,
                difference=difference,
            )
        )

    def _is_known(self, file: Incoming, decision: Decision) -> bool:
        together = self._stretches.get(decision.stretch, ())
        known = any(decision.id == other.id or is_echo(decision, other) for other in together)
        self._tally(file, decision.coder).same += known
        return known

    def _without_quarrels(
        self, file: Incoming, decided: Sequence[tuple[Found, Decision, str]]
    ) -> list[tuple[Found, Decision, str]]:
        """Leave out decisions that one file contradicts at the same moment: nothing can choose."""
        moments: dict[object, list[Decision]] = {}
        for _, decision, _ in decided:
            moments.setdefault((decision.stretch, decision.moment), []).append(decision)
        fitting = []
        for found, decision, transcript in decided:
            together = moments[decision.stretch, decision.moment]
            if any(contradicts(decision, other, self._exclusive) for other in together):
                reason = "the file says two things here that cannot both hold"
                self._leave(file, Placed(found=found, reason=reason), decision.coder)
            else:
                fitting.append((found, decision, transcript))
        return fitting

    def _add(self, file: Incoming, found: Found, decision: Decision, transcript: str) -> None:
        # Once more, since a file can hold the same decision twice.
        if self._is_known(file, decision):
            return
        together = self._stretches.setdefault(decision.stretch, [])
        tally = self._tally(file, decision.coder)
        held = live(together, self._exclusive)
        after = live([*together, decision], self._exclusive)
        against = [d for d in held.values() if contradicts(decision, d, self._exclusive)]
        outcome = self._outcome(holds=after.get(decision.code) == decision)
        self.conflicts += [
            Conflict(
                file=file.name,
                place=found.place,
                transcript=transcript,
                had=had,
                found=decision,
                outcome=outcome,
            )
            for had in against
        ]
        if against:
            tally.conflicting += 1
            if outcome in ("undecided", "kept out"):
                return
        else:
            tally.new += 1
        gone = displaced(held, decision, self._exclusive)
        before = tuple(held[code].id for code in gone if held[code] not in after.values())
        decision = replace(decision, before=before)
        together.append(decision)
        self.new.append(decision)

    def _outcome(self, *, holds: bool) -> Outcome:
        if self.options.policy == "newest":
            return "taken" if holds else "older"
        return "kept out" if self.options.policy == "keep" else "undecided"

    def _tally(self, file: Incoming, coder: str) -> _Counts:
        return self.counts.setdefault((file.name, coder), _Counts())
