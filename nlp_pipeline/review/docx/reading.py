"""Reading a Word file that came back, or one that somebody commented on elsewhere."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import Found, Known, NotTaken, ReviewFile, Verdict
from nlp_pipeline.records import Origin
from nlp_pipeline.review.codewords import code_names, folded
from nlp_pipeline.review.docx.answers import Answer, Answers
from nlp_pipeline.review.docx.judging import Act, Judgement
from nlp_pipeline.review.docx.parts import Comment, WordFile, read_word
from nlp_pipeline.review.docx.places import Places, Span
from nlp_pipeline.review.docx.writing import PROGRAM, earlier_lines, utc
from nlp_pipeline.review.shown import Earlier, Finder, Record, bare_record, still_stands
from nlp_pipeline.store import disk_error
from nlp_pipeline.wording import UI_LANGUAGES


def read(path: Path, known: Known) -> ReviewFile:
    """Return the decisions in the comments of a Word file.

    Args:
        path: The ``.docx`` file.
        known: What the study knows.

    Raises:
        InputError: It is no Word file, is damaged, or has the text of no transcript.
        StoreError: It cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise disk_error(path, error, "read") from error
    file = read_word(data, path.name, titles=[t.source_name for t in known.transcripts])
    reading = _Reading(file, known)
    if not reading.places.bases and not file.is_ours:
        msg = (
            f"{path.name}: the text of this file is not that of a transcript of this study; "
            "import a file that was made with nlp-pipeline export --format docx"
        )
        raise InputError(msg)
    reading.collect()
    return ReviewFile(
        format="docx",
        found=tuple(reading.found()),
        not_taken=tuple(reading.not_taken),
        notes=tuple(reading.notes()),
    )


class _Reading:
    """Comments on their way to decisions."""

    def __init__(self, file: WordFile, known: Known) -> None:
        self._file, self._known = file, known
        self._record: Record = file.record or bare_record(known)
        self._finder = Finder(self._record, known)
        self.places = Places(file.sections, self._record, self._finder, known)
        self._answers = Answers(known.codebook)
        self._spans = {c.number: self.places.span(c) for c in file.comments}
        self._comments = {c.number: c for c in file.comments}
        self._judged: dict[tuple[Span, str], Judgement] = {}
        self._about: dict[int, tuple[str, ...]] = {}
        self._carried: list[Earlier] = []
        self._loose: list[tuple[Comment, Span, Answer]] = []
        self._standing = self._find_standing()
        self._alias = ""
        self.not_taken: list[NotTaken] = []

    def collect(self) -> None:
        """Sort every comment: a suggestion, an earlier decision, a decision or a note."""
        shown = [d for d in self._record.earlier if d.verdict is not Verdict.REJECTED]
        self._carried = [d for d in self._record.earlier if d.verdict is Verdict.REJECTED]
        rest = []
        for comment in self._file.comments:
            same = next((d for d in shown if self._is_same(comment, d)), None)
            if self._is_model(comment):
                continue
            if same is not None:
                shown.remove(same)
                self._carried.append(same)
                self._about[comment.number] = (same.code,) if same.code else ()
            else:
                rest.append(comment)
        if shown:
            reason = (
                f"{len(shown)} comment(s) with an earlier decision were deleted or changed; those "
                "decisions still hold. To take one back, answer it with no"
            )
            self.not_taken.append(NotTaken(place="the comments", reason=reason))
        self._alias = self._find_alias(rest)
        for comment in sorted(rest, key=lambda c: (c.moment, c.number)):
            self._take(comment)
        self._settle_notes()

    def found(self) -> Iterator[Found]:
        """Yield what was decided before and still holds, then what was decided in the file."""
        new = {
            key: list(
                judged.verdicts(self._known.codebook, is_coded_within=self._is_coded_within(*key))
            )
            for key, judged in self._judged.items()
        }
        for decision in self._carried:
            key = (_span_of(decision), decision.coder)
            if still_stands(decision, new.get(key, [])):
                yield self._finder.earlier(decision, place="earlier decisions in the file")
        for (span, coder), decided in new.items():
            for code, verdict in decided:
                yield self._found(span, coder, code, verdict)

    def notes(self) -> Iterator[str]:
        """Yield how the file was read."""
        if self._file.record is None and self._file.is_ours:
            yield "what the file says of the suggestions in it is damaged; they are not known"
        changed = sum(
            section.text != base.text
            for section in self._file.sections
            if (base := self.places.bases.get(id(section))) is not None
        )
        if changed:
            yield (
                f"the text of {changed} transcript(s) was changed in this file; comments were "
                "placed by comparing it with the transcript"
            )
        if self._standing is None and any(p.scores for p in self._record.passages):
            yield (
                "no comment of the model is left in this file; suggestions that nobody answered "
                "stay undecided"
            )

    def _find_standing(self) -> Mapping[Span, frozenset[str]] | None:
        """Return the codes of the model's comments that are left, or None if there are none."""
        found: dict[Span, set[str]] = {}
        for comment in self._file.comments:
            span = self._spans[comment.number]
            if self._is_model(comment) and span is not None:
                code = self._suggested_by(comment, span)
                if code:
                    found.setdefault(span, set()).add(code)
                    self._about[comment.number] = (code,)
        return {span: frozenset(codes) for span, codes in found.items()} or None

    def _suggested_by(self, comment: Comment, span: Span) -> str:
        """Return the code that a comment of the model is about."""
        passage = self.places.passage(span)
        names = {
            code: max(
                len(name[code]) if folded(comment.text).startswith(folded(name[code])) else 0
                for name in (code_names(self._known.codebook, tag) for tag in UI_LANGUAGES)
            )
            for code in self._known.codebook.code_ids
            if passage is None or not passage.scores or code in passage.scores
        }
        best = max(names, key=names.__getitem__, default="")
        return best if names.get(best) else ""

    def _is_model(self, comment: Comment) -> bool:
        return comment.author.startswith(f"{PROGRAM}:")

    def _is_same(self, comment: Comment, decision: Earlier) -> bool:
        """Say whether a comment shows an earlier decision, unchanged."""
        span = self.places.trimmed(_span_of(decision))
        if self.places.exact(comment) != span or comment.author != " ".join(decision.coder.split()):
            return False
        if decision.code is not None and decision.code not in self._known.codebook.code_ids:
            return False
        names = code_names(self._known.codebook, self._record.language)
        said = "\n".join(earlier_lines(decision, names, self._record.language))
        return folded(comment.text) == folded(said)

    def _find_alias(self, comments: list[Comment]) -> str:
        """Return the author who must be the coder for whom the file was made, or nothing."""
        before = {decision.coder for decision in self._record.earlier}
        strangers = {c.author for c in comments} - before - {self._record.coder}
        only = next(iter(strangers)) if len(strangers) == 1 else ""
        return only if self._record.coder else ""

    def _coder(self, comment: Comment) -> str:
        return self._record.coder if comment.author == self._alias else comment.author

    def _take(self, comment: Comment) -> None:
        root = self._root(comment)
        span = self._spans[comment.number] or self._spans[root.number]
        if root is not comment:
            span = self._spans[root.number] or span
        answer = self._answers.read(comment.text)
        place = _place(comment)
        self.not_taken += [NotTaken(place=place, reason=problem) for problem in answer.problems]
        if span is None:
            reason = "it is not on the text of a transcript, or that text is gone"
            self.not_taken.append(NotTaken(place=place, reason=reason))
        elif not answer.is_decision or self._is_chat(root, comment, answer):
            self._about.setdefault(comment.number, ())
            if not answer.problems:
                self._loose.append((comment, span, answer))
        else:
            self._decide(comment, span, answer, self._answered(root, comment, span))

    def _answered(self, root: Comment, comment: Comment, span: Span) -> tuple[str, ...]:
        """Return the codes that a comment answers: those of another, or the only suggestion."""
        if root is not comment:
            return self._about.get(root.number, ())
        passage = self.places.passage(span)
        return tuple(passage.scores) if passage and len(passage.scores) == 1 else ()

    def _is_chat(self, root: Comment, comment: Comment, answer: Answer) -> bool:
        """Say whether it is a yes or no to a comment that has no code."""
        to_code = root is comment or bool(self._about.get(root.number))
        return not to_code and not answer.codes and answer.word in ("yes", "no")

    def _root(self, comment: Comment) -> Comment:
        seen = {comment.number}
        while comment.parent is not None and comment.parent not in seen:
            comment = self._comments[comment.parent]
            seen.add(comment.number)
        return comment

    def _decide(self, comment: Comment, span: Span, answer: Answer, about: tuple[str, ...]) -> None:
        """Take a decision; ``about`` are the codes to which it says yes or no."""
        steps: list[tuple[str | None, bool]] = []
        if answer.word == "none":
            steps.append((None, False))
        elif answer.word or answer.codes:
            if about and (answer.word or comment.parent is not None):
                steps += [(code, answer.word == "yes") for code in about]
            elif answer.word:
                reason = (
                    "it says yes or no, but not to one code; answer the comment with the code, "
                    "or write the codes that apply"
                )
                self.not_taken.append(NotTaken(place=_place(comment), reason=reason))
                return
        steps += [(code, True) for code in answer.codes]
        self._about[comment.number] = answer.codes
        judged = self._judgement(span, self._coder(comment))
        judged.acts += [
            Act(
                moment=comment.moment,
                number=comment.number,
                code=code,
                applies=applies,
                note=answer.note,
            )
            for code, applies in steps
        ]

    def _judgement(self, span: Span, coder: str) -> Judgement:
        key = (span, coder)
        if key not in self._judged:
            standing = self._standing
            left = frozenset() if standing is None else standing.get(span, frozenset())
            own = [d for d in self._record.earlier if d.coder == coder and _span_of(d) == span]
            unknown = standing is None and any(p.scores for p in self._record.passages)
            self._judged[key] = Judgement(
                passage=self.places.passage(span), standing=None if unknown else left, earlier=own
            )
        return self._judged[key]

    def _settle_notes(self) -> None:
        """Put other comments beside what the same person decided there, or list them."""
        for comment, span, answer in self._loose:
            coder = self._coder(comment)
            near = (
                judged
                for (place, who), judged in self._judged.items()
                if who == coder and _is_within(span, place)
            )
            judged = next(near, None)
            if judged is not None:
                judged.notes.append(answer.note)
            else:
                reason = "a comment without a code or an answer, where its author decided nothing"
                self.not_taken.append(NotTaken(place=_place(comment), reason=reason))

    def _is_coded_within(self, span: Span, coder: str) -> bool:
        """Say whether a coder gave codes to a part of a stretch, or to one that overlaps it."""
        given = [
            place
            for (place, who), judged in self._judged.items()
            if who == coder and any(act.applies and act.code for act in judged.acts)
        ]
        given += [_span_of(d) for d in self._carried if d.coder == coder and d.applies]
        return any(place != span and _overlaps(place, span) for place in given)

    def _found(self, span: Span, coder: str, code: str | None, verdict: Verdict) -> Found:
        judged, base = self._judged[span, coder], self.places.base_of(span)
        shown, last = self._record.transcripts[span.transcript], self._judged[span, coder].last
        blind = self._record.blind or self._file.record is None
        return Found(
            transcript=shown.id,
            name=shown.name,
            text_sha256=base.text_sha256,
            start=span.start,
            end=span.end,
            quote=base.text[span.start : span.end],
            code=code,
            verdict=verdict,
            coder=coder,
            origin=self._record.origin if self._file.record else Origin.IMPORTED,
            decided_at=last.moment if utc(last.moment) else "",
            shown=None if blind else self._finder.shown(judged.passage, code),
            note=judged.note,
            place=_place(self._comments[last.number]),
        )


def _span_of(decision: Earlier) -> Span:
    return Span(transcript=decision.transcript, start=decision.start, end=decision.end)


def _place(comment: Comment) -> str:
    """Return whose comment it is, the how manieth in the file, and in which transcript."""
    place = f"comment {comment.number} of {comment.author}".removesuffix(" of ")
    inside = comment.section.name if comment.section is not None else ""
    return f"{inside}, {place}" if inside else place


def _overlaps(one: Span, other: Span) -> bool:
    return one.transcript == other.transcript and one.start < other.end and other.start < one.end


def _is_within(inner: Span, outer: Span) -> bool:
    return (
        inner.transcript == outer.transcript
        and outer.start <= inner.start
        and inner.end <= outer.end
    )
