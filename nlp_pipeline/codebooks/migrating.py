"""Codings that follow a changed codebook: decisions are added to the log, none is taken out.

Every decision on a code of the map gets a successor that says the same at the same moment about the
new code, so that all that holds later, blind or not, follows from the log as before. A code that
was split needs people where somebody applied it: those stretches keep their decision, marked as
waiting, until the same coder has decided on the new codes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.decisions import Decision, exclusive_codes, not_moved_on, replay
from nlp_pipeline.errors import CodebookError
from nlp_pipeline.exchange import Verdict
from nlp_pipeline.ids import make_id
from nlp_pipeline.records import Origin

CodeMap = Mapping[str, tuple[str, ...]]
"""What became of old codes: one new code, several (a split), or none (the code is gone)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """The map with the name and hash of its file, and when it is applied (ISO 8601)."""

    codes: CodeMap
    file: str
    file_sha256: str
    at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Migrated:
    """What a migration comes to.

    Attributes:
        new: Decisions to add to the log, in this order.
        again: Decisions on split codes that still hold: people have to look at these again.
        counts: How many decisions on each old code moved on.
    """

    new: tuple[Decision, ...]
    again: tuple[Decision, ...]
    counts: Mapping[str, int]


def migrate(log: Iterable[Decision], codebook: Codebook, migration: Migration) -> Migrated:
    """Return what a map of codes adds to a log; nothing the second time.

    Args:
        log: All decisions, in the order of the log.
        codebook: The new codebook.
        migration: The map.

    Raises:
        CodebookError: The map names a code wrongly, or a code that is in use is neither in the new
            codebook nor in the map.
    """
    log = tuple(log)
    codes = _checked(migration.codes, codebook)
    present = not_moved_on(log)
    _check_used(present, codes, codebook)
    stretches: dict[object, list[Decision]] = {}
    for decision in present:
        stretches.setdefault(decision.stretch, []).append(decision)
    steps = _Steps(replace(migration, codes=codes))
    for together in stretches.values():
        steps.take(together)
    whole = (*log, *steps.new)
    waiting = {d.id for d in not_moved_on(whole) if _waits(d, codes) and d.applies}
    return Migrated(
        new=tuple(steps.new),
        again=tuple(d for d in _held(whole, codebook) if d.id in waiting),
        counts={code: n for code, n in steps.counts.items() if n},
    )


@dataclass
class _Steps:
    """The decisions that are added, stretch by stretch."""

    migration: Migration
    new: list[Decision] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def take(self, together: Sequence[Decision]) -> None:
        """Move the decisions of one coder on one stretch."""
        merged: set[str] = set()
        codes = self.migration.codes
        for code in dict.fromkeys(d.code for d in together if d.code in codes):
            if code is None:
                continue
            old = [d for d in together if d.code == code]
            if len(codes[code]) > 1 and any(d.applies for d in old):
                self._split(old, together)
                continue
            for decision in old:
                for target in codes[code] or (None,):
                    self._add(decision, target)
            merged.update(codes[code])
        # What was decided on a code before another was merged into it stays apart from that.
        for decision in together:
            if decision.code in merged:
                self._add(decision, decision.code, counted=False)

    def _split(self, old: Sequence[Decision], together: Sequence[Decision]) -> None:
        codes = self.migration.codes
        fresh = [d for d in old if not _waits(d, codes)]
        for decision in fresh:
            self._add(decision, decision.code, counted=False)
        waiting = [d for d in old if _waits(d, codes)]
        if fresh or not waiting:
            return
        targets = codes[waiting[0].code or ""]
        # The log only grows, so what stands after the mark was decided on the new codes.
        later = together[max(together.index(d) for d in waiting) + 1 :]
        recoded = [d for d in later if d.code in targets and not d.was]
        if any(d.applies for d in recoded) or {d.code for d in recoded} == set(targets):
            last = next((d for d in recoded if d.applies), recoded[0])
            before = tuple(d.id for d in (last, *waiting))
            steps = (last.code or "", *waiting[0].was)
            self.new.append(self._successor(last, last.code, before=before, was=steps))
            self._count(waiting[0].code, len(waiting))

    def _add(self, old: Decision, code: str | None, *, counted: bool = True) -> None:
        was = (old.code or "", *old.was)
        self.new.append(self._successor(old, code, before=(old.id,), was=was))
        if counted:
            self._count(old.code, 1)

    def _successor(
        self, old: Decision, code: str | None, *, before: tuple[str, ...], was: tuple[str, ...]
    ) -> Decision:
        return replace(
            old,
            id=make_id("migrated decision", old.id, code or "", *was),
            code=code,
            verdict=Verdict.SEEN if code is None else old.verdict,
            imported_at=self.migration.at,
            file=self.migration.file,
            file_sha256=self.migration.file_sha256,
            before=before,
            was=was,
        )

    def _count(self, code: str | None, number: int) -> None:
        self.counts[code or ""] = self.counts.get(code or "", 0) + number


def _waits(decision: Decision, codes: CodeMap) -> bool:
    """Tell whether a decision on a split code was marked as waiting for people."""
    return decision.code in codes and decision.was[:1] == (decision.code,)


def _held(log: Sequence[Decision], codebook: Codebook) -> list[Decision]:
    """Return what holds, in all and of what was coded in each way, each once."""
    exclusive = exclusive_codes(codebook)
    views = [log, *([d for d in log if d.origin is origin] for origin in Origin)]
    held = {d.id: d for view in views for d in replay(view, exclusive)}
    return sorted(held.values(), key=lambda d: (*d.stretch, d.code or ""))


def _checked(codes: CodeMap, codebook: Codebook) -> CodeMap:
    """Return the map without codes that stay what they are."""
    moving = {old: new for old, new in codes.items() if new != (old,)}
    known = set(codebook.code_ids)
    problems = [
        f'"{old}" is a code of the new codebook; a code with another meaning needs an id of its own'
        for old in moving
        if old in known
    ]
    for old, new in moving.items():
        for code in new:
            if code not in known:
                problems.append(f'"{old}" becomes "{code}", which the new codebook lacks')
    if problems:
        msg = "the map does not fit the codebook: " + "; ".join(problems)
        raise CodebookError(msg)
    return moving


def _check_used(present: Iterable[Decision], codes: CodeMap, codebook: Codebook) -> None:
    used: dict[str, int] = {}
    for decision in present:
        if decision.code is not None:
            used[decision.code] = used.get(decision.code, 0) + 1
    lost = sorted(used.keys() - codes.keys() - set(codebook.code_ids))
    if lost:
        named = ", ".join(f'"{code}" ({used[code]} decisions)' for code in lost)
        msg = (
            f"code(s) in use that are neither in the new codebook nor in the map: {named}; say in "
            "the map what they became, or [] for a code that is gone"
        )
        raise CodebookError(msg)
