"""The agreement of a study as a record: every way of coding, every pair and group of coders."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from nlp_pipeline import __version__
from nlp_pipeline.agreement import band_words
from nlp_pipeline.analysis.agreement_records import (
    Agreement,
    Anchoring,
    CodeName,
    CoderRow,
    Disagreements,
    FacetName,
    Part,
    Way,
)
from nlp_pipeline.analysis.agreements import Ask, Group, compare_group, groups_of
from nlp_pipeline.analysis.anchoring import anchoring
from nlp_pipeline.analysis.disagreements import Disputed, disagreements
from nlp_pipeline.analysis.unitising import boundaries, characters, material_of
from nlp_pipeline.frame import CONSENSUS, Frame
from nlp_pipeline.intervals import Method
from nlp_pipeline.pipeline.asked import (
    AgreeOptions,
    Who,
    codings_of,
    cuts_of,
    ways_of,
    who_is_asked,
)
from nlp_pipeline.pipeline.coded import StudyFrame
from nlp_pipeline.pipeline.heritage import learned_from
from nlp_pipeline.pipeline.reporting import Progress
from nlp_pipeline.records import UNTRAINED

_LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A study, and what of it is measured."""

    found: StudyFrame
    who: Who
    ways: tuple[Way, ...]
    ask: Ask

    def frame(self, way: Way) -> Frame:
        return self.who.frame(self.found, way)

    def groups(self, way: Way) -> tuple[Group, ...]:
        people = [coder for coder in self.frame(way).coders if coder != self.who.model]
        return groups_of(people, self.who.model, reference=self.who.reference)


def measure(
    found: StudyFrame, options: AgreeOptions, *, steps: Progress, with_text: bool
) -> tuple[Agreement, Disagreements]:
    """Return how far the coders of a study agree, and where they do not.

    Args:
        found: The study.
        options: What to measure.
        steps: Where to show how far it is.
        with_text: Whether disagreements hold the passages themselves.

    Raises:
        InputError: There is no coding, or a coder or attribute is not there.
    """
    who = who_is_asked(found, options)
    facets = {facet.id: tuple(c.id for c in facet.codes) for facet in found.place.codebook.facets}
    asked = _Asked(
        found=found,
        who=who,
        ways=ways_of(found, who, options.way),
        ask=Ask(facets=facets, cuts=cuts_of(found, options.by), sampling=options.sampling),
    )
    total = sum(len(asked.groups(way)) for way in asked.ways)
    with steps.stage("Measuring agreement", total) as advance:
        parts = tuple(_part(asked, way, advance) for way in asked.ways)
    with steps.stage("Comparing assisted with blind", None):
        effect = tuple(_anchoring(asked))
    disputes = _disagreements(asked, options.way or "all", with_text=with_text)
    told = replace(
        _agreement(asked, parts),
        anchoring=effect,
        disagreements=len(disputes.passages),
        disagreements_of_people=disputes.of_people,
    )
    return told, disputes


def _part(asked: _Asked, way: Way, advance: Callable[[int], None]) -> Part:
    frame = asked.frame(way)
    texts = {transcript.id: transcript.text for transcript in asked.found.results.transcripts}
    material = material_of(texts, frame, codings_of(asked.found, way))
    compared, cut, by_character = [], [], []
    for group in asked.groups(way):
        codes = _judged_by(asked.found, group)
        compared.append(compare_group(frame.of(codes=codes), group, asked.ask))
        judged = replace(material, frame=material.frame.of(codes=codes))
        by_character.append(characters(judged, group, asked.ask))
        if group.kind == "pair" and not group.with_model:
            cut.append(boundaries(material, group, asked.ask))
        advance(1)
    return Part(
        way=way,
        comparisons=tuple(compared),
        boundaries=tuple(cut),
        characters=tuple(by_character),
    )


def _judged_by(found: StudyFrame, group: Group) -> tuple[str, ...]:
    """Return the codes on which all of a group can say something."""
    unscored = found.unscored if group.with_model else ()
    return tuple(code for code in found.frame.codes if code not in unscored)


def _anchoring(asked: _Asked) -> Iterator[Anchoring]:
    if not {"blind", "assisted"} <= {*asked.ways}:
        return
    blind, assisted = (asked.frame(way) for way in ("blind", "assisted"))
    both = [coder for coder in blind.coders if coder in assisted.coders]
    people = [coder for coder in both if coder != asked.who.model]
    for group in groups_of(people, asked.who.model, reference=asked.who.reference):
        codes = _judged_by(asked.found, group)
        yield from anchoring(blind.of(codes=codes), assisted.of(codes=codes), group, asked.ask)


def _disagreements(asked: _Asked, way: Way, *, with_text: bool) -> Disagreements:
    found, results = asked.found, asked.found.results
    disputed = Disputed(
        frame=asked.frame(way),
        model=found.model,
        scores=found.scores,
        names={t.id: t.source_name for t in results.transcripts},
        numbers={row.passage.id: row.number for row in results.rows},
        with_text=with_text,
    )
    return Disagreements(
        study=results.title,
        run_id=found.place.manifest.run_id,
        model_id=found.model,
        way=way,
        has_text=with_text,
        passages=disagreements(disputed),
    )


def _agreement(asked: _Asked, parts: tuple[Part, ...]) -> Agreement:
    found, manifest = asked.found, asked.found.place.manifest
    codebook, sampling = found.place.codebook, asked.ask.sampling
    return Agreement(
        package_version=__version__,
        study=found.results.title,
        run_id=manifest.run_id,
        codebook=codebook.name,
        codebook_version=codebook.version,
        facets=_facets(found),
        model_id=found.model,
        score_kind=found.results.score_kind,
        seed=sampling.seed,
        resamples=sampling.resamples,
        method=Method.BCA.value,
        level=_LEVEL,
        passages=len(found.frame.passages),
        interviews=len(found.results.transcripts),
        languages=dict(sorted(Counter(p.language for p in found.frame.passages).items())),
        reference=asked.who.reference,
        cuts=tuple(cut.by for cut in asked.ask.cuts),
        coders=_coders(asked),
        parts=parts,
        anchoring=(),
        words=band_words(),
        disagreements=0,
        disagreements_of_people=0,
        learned_from=_learned(asked)[0],
        notes=tuple(_notes(asked)),
    )


def _facets(found: StudyFrame) -> tuple[FacetName, ...]:
    return tuple(
        FacetName(
            id=facet.id,
            label=facet.label,
            exclusive=facet.exclusive,
            codes=tuple(CodeName(id=c.id, label=c.label, parent=c.parent) for c in facet.codes),
        )
        for facet in found.place.codebook.facets
    )


def _coders(asked: _Asked) -> tuple[CoderRow, ...]:
    ways: tuple[Way, ...] = ("all", *(way for way in asked.ways if way != "all"))
    frames = {way: asked.frame(way) for way in ways}
    whole, nothing = frames["all"], dict.fromkeys(get_args(Way), 0)
    rows = []
    for row, coder in enumerate(whole.coders):
        own = {way: f.of(coders=[coder]) for way, f in frames.items() if coder in f.coders}
        looked = np.flatnonzero(whole.seen[row])
        rows.append(
            CoderRow(
                name=coder,
                is_model=coder == asked.who.model,
                is_consensus=coder == CONSENSUS,
                seen=nothing | {way: int(f.seen.sum()) for way, f in own.items()},
                coded=nothing | {way: int(f.coded.any(axis=2).sum()) for way, f in own.items()},
                interviews=len({whole.passages[place].transcript_id for place in looked}),
            )
        )
    return tuple(rows)


def _learned(asked: _Asked) -> tuple[int, int]:
    """Return from how many interviews compared the model has learned, and how many there are."""
    if not asked.who.model:
        return 0, 0
    frame = asked.found.frame.of(coders=asked.who.people)
    read = {frame.interviews[place] for place in np.flatnonzero(frame.seen.any(axis=0))}
    return len(read & learned_from(asked.found.place)), len(read)


def _notes(asked: _Asked) -> Iterator[str]:
    """Yield what was left out and why, and what to know; no word of a transcript."""
    found = asked.found
    yield from found.place.notes
    yield from found.left_out.notes
    if len({*asked.who.people} - {CONSENSUS}) < 2:
        yield "one person has coded, so nothing is known of agreement between people"
    if asked.who.model and found.unscored:
        yield (
            f"the model gives no scores for {', '.join(found.unscored)}, so these are not compared "
            "with it"
        )
    if asked.who.model and found.model.startswith(UNTRAINED):
        yield "the model did not learn these codes; its suggestions go by their definitions"
    learned, compared = _learned(asked)
    if learned:
        where = (
            'go by the part "learned from: no", or certify'
            if learned < compared
            else "nothing is known here of other interviews"
        )
        yield (
            f"the model has learned from {learned} of the {compared} interviews on which it is "
            f"compared here, where it does better than elsewhere; {where}"
        )
    if "imported" in asked.ways:
        yield "of imported codings it is not known whether suggestions were in view"
    if {"blind", "assisted"} <= {*asked.ways}:
        yield "blind and assisted codings may be on other passages, which can differ in hardness"
