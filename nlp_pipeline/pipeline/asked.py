"""What of a study an agreement is asked of: which coders, which way of coding, which parts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, Literal

from nlp_pipeline.analysis.agreement_records import Way
from nlp_pipeline.analysis.agreements import ALL, Cut
from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.errors import InputError
from nlp_pipeline.frame import CONSENSUS, Frame
from nlp_pipeline.pipeline.coded import StudyFrame
from nlp_pipeline.pipeline.heritage import learned_from
from nlp_pipeline.records import Coding, Origin

MODEL: Final = "model"
"""What the model may be called by a user."""

LANGUAGE, ROLE = "language", "role"
LEARNED: Final = "learned from"
"""By whether the model has learned from the interview; there only if it has from some."""
FEWEST_VALUES, MOST_VALUES = 2, 12
_WAYS: Mapping[Way, Origin] = {
    "blind": Origin.BLIND,
    "imported": Origin.IMPORTED,
    "assisted": Origin.ASSISTED,
}
"""In the order in which they are to be believed."""


@dataclass(frozen=True, kw_only=True)
class AgreeOptions:
    """What is measured.

    Attributes:
        run: The name of a run; the newest if "".
        coders: Only these, ``model`` for the model; everybody if empty.
        reference: The coder that is the second of every pair that it is in.
        by: By what passages are divided: ``language``, ``role``, ``learned from`` or attributes;
            if empty by all of these, of attributes those with 2 to 12 values.
        way: Only codings that came about in this way, or ``all`` for whichever holds now; each way
            apart and all together if "".
        sampling: How intervals are made.
        language: Of what is written for people.
    """

    run: str = ""
    coders: tuple[str, ...] = ()
    reference: str = ""
    by: tuple[str, ...] = ()
    way: Way | Literal[""] = ""
    sampling: Sampling = field(default_factory=Sampling)
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Who:
    """The coders that are compared; ``model`` is "" if it is left out."""

    people: tuple[str, ...]
    model: str
    reference: str

    def frame(self, found: StudyFrame, way: Way) -> Frame:
        """Return what they said, of those who have codings of this way.

        A consensus is one whichever way the codings came about that it was reached on.
        """
        frame, wanted = found.frame, (*self.people, self.model)
        if way != ALL:
            others = [coder for coder in found.by_origin[_WAYS[way]].coders if coder != CONSENSUS]
            frame = found.by_origin[_WAYS[way]].of(coders=others)
            if CONSENSUS in found.people:
                frame = frame.joined(found.frame.of(coders=[CONSENSUS]))
        return frame.of(coders=[coder for coder in wanted if coder in frame.coders])


def who_is_asked(found: StudyFrame, options: AgreeOptions) -> Who:
    """Return the coders that are compared.

    Raises:
        InputError: There are no codings, a name is not known, or there is only one coder.
    """
    folder = found.place.folder
    if not found.people:
        msg = (
            f"{folder}: nobody has coded anything of this run yet; draw a sample with nlp-pipeline "
            "sample, and import what comes back"
        )
        raise InputError(msg)
    names = [_named(found, name) for name in options.coders] or [*found.people, found.model]
    reference = _named(found, options.reference) if options.reference else ""
    if reference:
        names.append(reference)
    chosen = tuple(name for name in found.people if name in names)
    if len(set(names)) < 2:
        msg = f"{folder}: agreement needs two coders, and only {names[0]} is asked for"
        raise InputError(msg)
    model = found.model if found.model in names else ""
    return Who(people=chosen, model=model, reference=reference)


def ways_of(found: StudyFrame, who: Who, asked: Way | Literal[""]) -> tuple[Way, ...]:
    """Return the ways of coding that are measured: each apart and then all, or the one asked for.

    Raises:
        InputError: There are no codings of the way that is asked for.
    """
    there = tuple(way for way in _WAYS if _has_any(found, who, way))
    if asked and asked != ALL and asked not in there:
        known = f"; there are {' and '.join(there)} ones" if there else ""
        msg = f"{found.place.folder}: there are no {asked} codings of these coders{known}"
        raise InputError(msg)
    if asked:
        return (asked,)
    return there if len(there) == 1 else (*there, "all")


def codings_of(found: StudyFrame, way: Way) -> Sequence[Coding]:
    """Return the codings behind the frame of a way."""
    return found.codings if way == ALL else found.codings_by_origin[_WAYS[way]]


def cuts_of(found: StudyFrame, by: Sequence[str]) -> tuple[Cut, ...]:
    """Return by what passages are divided.

    Raises:
        InputError: There is no attribute of that name.
    """
    own = learned_from(found.place)
    told = (LANGUAGE, ROLE, *((LEARNED,) if own else ()))
    known = {name: _values(found, name, own) for name in (*told, *found.attribute_names)}
    lacking = [name for name in by if name not in known]
    if lacking:
        msg = f'there is no attribute "{lacking[0]}"; give one of {", ".join(known)}'
        raise InputError(msg)
    chosen = by or [name for name, values in known.items() if _is_short(name, values)]
    return tuple(Cut(by=name, values=known[name]) for name in dict.fromkeys(chosen))


def _named(found: StudyFrame, name: str) -> str:
    if name == MODEL and MODEL not in found.people:
        return found.model
    if name in (*found.people, found.model):
        return name
    near = get_close_matches(name, found.people, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    msg = (
        f'{found.place.folder}: there is no coder "{name}"; there are '
        f"{', '.join(found.people)}, and {MODEL} for {found.model}.{hint}"
    )
    raise InputError(msg)


def _has_any(found: StudyFrame, who: Who, way: Way) -> bool:
    whole = found.by_origin.get(_WAYS[way])
    return whole is not None and any(
        whole.seen[row].any()
        for row, coder in enumerate(whole.coders)
        if coder in who.people and coder != CONSENSUS
    )


def _values(found: StudyFrame, name: str, learned: Collection[str]) -> tuple[str, ...]:
    if name == LEARNED and name not in found.attribute_names:
        return tuple("yes" if one in learned else "no" for one in found.frame.interviews)
    if name == LANGUAGE:
        return tuple(passage.language for passage in found.frame.passages)
    if name == ROLE:
        return tuple(passage.role.value for passage in found.frame.passages)
    return found.attribute(name)


def _is_short(name: str, values: Sequence[str]) -> bool:
    number = len(set(values) - {""})
    return name in (LANGUAGE, ROLE) or FEWEST_VALUES <= number <= MOST_VALUES
