"""What was decided: the codings of a file compared with what its export had shown.

See the package's documentation for the rules.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nlp_pipeline.exchange import Found, NotTaken, Verdict
from nlp_pipeline.records import Origin
from nlp_pipeline.review.clean import printable
from nlp_pipeline.review.refi_qda.place import Placed, PlacedSource
from nlp_pipeline.review.refi_qda.record import Earlier, Record, Stretch


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """Who worked in a file.

    Attributes:
        users_kept: Whether the tool kept who coded; if not, the suggestions look like anyone's.
        alias: A user's name in the file to the coder for whom the file was made.
        sole: The one who decided wherever nothing else tells; None if there could be several.
    """

    users_kept: bool
    alias: dict[str, str]
    sole: str | None

    def coder(self, user: str) -> str:
        """Return the coder that a user is."""
        return self.alias.get(user, user)


def find_people(sources: Sequence[PlacedSource]) -> People:
    """Return who worked in a file."""
    records = [source.record for source in sources if source.record is not None]
    suggested = any(p.scores for record in records for p in record.passages)
    kept = not suggested or any(c.by_model for s in sources for c in s.codings)
    asked = {record.coder for record in records}
    coder = asked.pop() if len(asked) == 1 else ""
    before = {decision.coder for record in records for decision in record.decisions}
    comparisons = [Comparison(s, People(users_kept=kept, alias={}, sole=None)) for s in sources]
    active = {c.user for each in comparisons for c in each.new if not c.by_model}
    working = active or before
    strangers = active - before - {coder}
    alias = dict.fromkeys(strangers, coder) if coder and len(strangers) == 1 else {}
    sole = coder or (next(iter(working)) if len(working) == 1 else None)
    return People(users_kept=kept, alias=alias, sole=sole)


class Comparison:
    """The codings of one source beside what was shown of it.

    ``carried`` are earlier decisions whose coding is still there, ``missing`` those whose coding is
    gone, and ``new`` the codings that the export did not have.
    """

    def __init__(self, source: PlacedSource, people: People) -> None:
        """Sort the codings; nothing is decided yet."""
        self._source, self._people = source, people
        record = source.record
        self._passages = record.passages if record else ()
        edges = {(p.start, p.end): p for p in self._passages}
        suggested = {(p.start, p.end, code) for p in self._passages for code in p.scores}
        waiting = [d for d in (record.decisions if record else ()) if d.is_visible]
        self.kept: set[tuple[int, int, str | None]] = set()
        self.carried: list[tuple[Earlier, Placed]] = []
        self.new: list[Placed] = []
        for coding in source.codings:
            key = (coding.start, coding.end, coding.code)
            before = next((d for d in waiting if self._is_same(d, coding)), None)
            if before is not None:
                waiting.remove(before)
                self.carried.append((before, coding))
            elif key in suggested and (coding.by_model or not people.users_kept):
                self.kept.add(key)
            elif record is not None or not coding.by_model:
                self.new.append(_snapped(coding, source.text.canonical, edges))
        self.missing = waiting

    def _is_same(self, decision: Earlier, coding: Placed) -> bool:
        same_place = (decision.start, decision.end) == (coding.start, coding.end)
        same_coder = decision.coder == coding.user or not self._people.users_kept
        return same_place and same_coder and decision.code == coding.code and not coding.by_model

    def decisions(self) -> Iterator[Found]:
        """Yield every decision that the file holds."""
        yield from self._earlier()
        done: set[tuple[int, int, str | None, str]] = set()
        for found in [*self._of_passages(), *self._of_new()]:
            key = (found.start, found.end, found.code, found.coder)
            if key not in done:
                done.add(key)
                yield found

    def not_taken(self) -> Iterator[NotTaken]:
        """Yield what is gone without anyone who could have decided it."""
        gone = sum(len(self._gone(p)) for p in self._passages if not self._deciders(p))
        if gone and self._people.sole is None:
            reason = (
                f"{gone} suggestion(s) are gone, but the file does not tell who decided that; "
                "export for a named coder, so that deleting a suggestion rejects it"
            )
            yield NotTaken(place=self._source.name, reason=reason)
        elif self._source.record is None and any(c.by_model for c in self._source.codings):
            reason = (
                "the description of this source no longer says what was shown; suggestions that "
                "were left or deleted are not taken as decisions, people's own codings are"
            )
            yield NotTaken(place=self._source.name, reason=reason)

    def _earlier(self) -> Iterator[Found]:
        """Yield decisions of before: as they were, or taken back."""
        record = self._source.record
        own = {(c.start, c.end, self._coder(c)) for c in self.new}
        named = {(c.start, c.end, c.code, self._coder(c)) for c in self.new}
        for decision, coding in self.carried:
            if decision.code is None and (decision.start, decision.end, decision.coder) in own:
                continue
            note = decision.note if printable(decision.note) == coding.note else coding.note
            yield self._before(replace_note(decision, note))
        for decision in self.missing:
            if decision.code is not None:
                yield replace(
                    self._before(decision), verdict=Verdict.REJECTED, origin=self._origin()
                )
        for decision in record.decisions if record else ():
            place = (decision.start, decision.end)
            changed = (*place, decision.code, decision.coder) in named or (
                decision.code is None and (*place, decision.coder) in own
            )
            if not decision.is_visible and not changed:
                yield self._before(decision)

    def _of_passages(self) -> Iterator[Found]:
        """Yield decisions on passages for which codes were suggested, each as a whole."""
        for passage in self._passages:
            deciders = self._deciders(passage)
            sole = self._people.sole
            if not deciders and self._gone(passage) and sole is not None:
                deciders = [sole]
            for coder in deciders:
                if passage.scores:
                    yield from self._whole_passage(passage, coder)

    def _whole_passage(self, passage: Stretch, coder: str) -> Iterator[Found]:
        span = (passage.start, passage.end)
        own = [c for c in self.new if (c.start, c.end) == span and self._coder(c) == coder]
        codes = {c.code: c for c in own if c.code is not None}
        refused = bool(own) and not codes
        settled = self._settled(passage, coder)
        kept = set() if refused else {code for code in passage.scores if (*span, code) in self.kept}
        for code in passage.scores:
            if code in settled and code not in codes:
                continue
            verdict = Verdict.ACCEPTED if code in kept or code in codes else Verdict.REJECTED
            yield self._found(span, code, coder, verdict, codes.get(code))
        near = any(
            c.code is not None and c.start < passage.end and passage.start < c.end
            for c in [*self.new, *(coding for _, coding in self.carried)]
            if self._coder(c) == coder
        )
        if not kept - settled and not near and None not in settled:
            yield self._found(span, None, coder, Verdict.SEEN, own[0] if own else None)

    def _of_new(self) -> Iterator[Found]:
        """Yield codings that people made themselves."""
        for coding in self.new:
            span, coder = (coding.start, coding.end), self._coder(coding)
            verdict = Verdict.SEEN if coding.code is None else Verdict.ADDED
            others = any(
                c.code is not None and (c.start, c.end) == span and self._coder(c) == coder
                for c in [*self.new, *(each for _, each in self.carried)]
            )
            if coding.code is not None or not others:
                yield self._found(span, coding.code, coder, verdict, coding)

    def _deciders(self, passage: Stretch) -> list[str]:
        span = (passage.start, passage.end)
        return list(dict.fromkeys(self._coder(c) for c in self.new if (c.start, c.end) == span))

    def _gone(self, passage: Stretch) -> set[str]:
        span = (passage.start, passage.end)
        return {code for code in passage.scores if (*span, code) not in self.kept}

    def _settled(self, passage: Stretch, coder: str) -> set[str | None]:
        """Return the codes that a coder had decided on before, for a passage."""
        record = self._source.record
        span = (passage.start, passage.end)
        decisions = record.decisions if record else ()
        return {d.code for d in decisions if (d.start, d.end) == span and d.coder == coder}

    def _coder(self, coding: Placed) -> str:
        if coding.by_model:
            return self._people.sole or ""
        return self._people.coder(coding.user)

    def _origin(self) -> Origin:
        record = self._source.record
        if record is None:
            return Origin.IMPORTED
        return Origin.BLIND if record.blind else Origin.ASSISTED

    def _before(self, decision: Earlier) -> Found:
        kind = Verdict.SEEN if decision.code is None else Verdict.ADDED
        verdict = Verdict(decision.verdict or kind)
        found = self._found(
            (decision.start, decision.end), decision.code, decision.coder, verdict, None
        )
        return replace(found, origin=decision.origin, note=decision.note)

    def _found(
        self,
        span: tuple[int, int],
        code: str | None,
        coder: str,
        verdict: Verdict,
        coding: Placed | None,
    ) -> Found:
        record: Record | None = self._source.record
        text, recognised = self._source.text, self._source.recognised
        return Found(
            transcript=recognised.transcript or (record.transcript if record else ""),
            name=self._source.name,
            text_sha256=recognised.text_sha256,
            start=span[0],
            end=span[1],
            quote=text.canonical[slice(*span)],
            code=code,
            verdict=verdict,
            coder=coder,
            origin=self._origin(),
            decided_at=coding.created if coding else "",
            shown=record.shown(*span, code) if record and not record.blind else None,
            note=coding.note if coding else "",
            place=coding.place
            if coding
            else f"{self._source.name}, characters {span[0]}-{span[1]}",
        )


def replace_note(decision: Earlier, note: str) -> Earlier:
    """Return a decision with the note that the file has now."""
    return decision.model_copy(update={"note": note})


def _snapped(coding: Placed, text: str, edges: Iterable[tuple[int, int]]) -> Placed:
    """Return a coding at a passage if white space is all that they differ in."""
    quote = text[coding.start : coding.end]
    start = coding.start + len(quote) - len(quote.lstrip())
    end = coding.end - (len(quote) - len(quote.rstrip()))
    return replace(coding, start=start, end=end) if (start, end) in set(edges) else coding
