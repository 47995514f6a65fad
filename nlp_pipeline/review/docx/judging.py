"""What one person decided on one stretch, from the comments and answers that she wrote there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.exchange import Verdict
from nlp_pipeline.review.shown import Earlier, ShownPassage, verdicts


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One step of a person on a stretch.

    ``code`` applies or not; None says that no code applies.
    """

    moment: str
    number: int
    code: str | None
    applies: bool
    note: str = ""


@dataclass(kw_only=True)
class Judgement:
    """All that one person did on one stretch, in the order of time.

    Attributes:
        passage: The passage that the stretch is, or None.
        standing: The suggested codes whose comment is still there; None if nothing is known of it.
        earlier: What the same person had decided on the stretch before.
    """

    passage: ShownPassage | None
    standing: frozenset[str] | None
    earlier: Sequence[Earlier]
    acts: list[Act] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def last(self) -> Act:
        """The last step."""
        return max(self.acts, key=lambda act: (act.moment, act.number))

    @property
    def note(self) -> str:
        """All notes, each once."""
        said = [act.note for act in sorted(self.acts, key=lambda a: a.number)] + self.notes
        return "\n".join(dict.fromkeys(note for note in said if note))

    def verdicts(
        self, codebook: Codebook, *, is_coded_within: bool
    ) -> Iterator[tuple[str | None, Verdict]]:
        """Yield what is decided on each code; earlier decisions that still hold are left out.

        Args:
            codebook: For facets of which at most one code can apply.
            is_coded_within: Whether the person gave codes to a part of the stretch.
        """
        said, none = self._said()
        had = {e.code: e.applies for e in self.earlier if e.code is not None}
        suggested = list(self.passage.scores) if self.passage else []
        if self.standing is None:
            suggested = [c for c in suggested if c in said or c in had or none]
        pushed = _pushed_out(said, codebook)
        standing = self.standing or frozenset()
        kept = []
        for own in dict.fromkeys([*suggested, *said, *had]):
            before = had.get(own, own in suggested and own in standing)
            if said.get(own, before and not none and own not in pushed):
                kept.append(own)
        refused = [c for c, applies in said.items() if not applies]
        before_now = [*(c for c, applies in had.items() if applies), *refused]
        for code, verdict in verdicts(suggested, list(dict.fromkeys(before_now)), kept):
            if code is None:
                if not is_coded_within and (none or self._is_complete()):
                    yield code, verdict
            elif code in said or had.get(code) is not (code in kept):
                yield code, verdict

    def _is_complete(self) -> bool:
        return self.passage is not None and self.standing is not None

    def _said(self) -> tuple[dict[str, bool], bool]:
        """Return what was said of codes in the end, and whether it was that none applies."""
        said: dict[str, bool] = {}
        none = False
        for act in sorted(self.acts, key=lambda a: (a.moment, a.number)):
            if act.code is not None:
                said[act.code] = act.applies
            else:
                none = True
                said = dict.fromkeys(said, False)
        return said, none


def _pushed_out(said: Mapping[str, bool], codebook: Codebook) -> set[str]:
    """Return the codes that cannot apply beside those that were given."""
    given = {code for code, applies in said.items() if applies}
    return {
        code.id
        for facet in codebook.facets
        if facet.exclusive and any(code.id in given for code in facet.codes)
        for code in facet.codes
        if code.id not in given
    }
