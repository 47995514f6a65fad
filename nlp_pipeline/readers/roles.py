"""Who asks and who answers: from what speakers are called, else from how they talk."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from nlp_pipeline.config import LANGUAGES, language_table
from nlp_pipeline.readers.labels import base
from nlp_pipeline.readers.questions import Manner, manners
from nlp_pipeline.records import Role

_PARTS = re.compile(r"[()\[\]/,;]|\s[-–—]\s")
_ASKS = frozenset({"v", "q"})
_ANSWERS = frozenset({"a"})
_EITHER = frozenset({"r"})
"""R is a respondent, but beside a P or a participant it is the researcher."""


def assign_roles(
    speeches: Sequence[tuple[str | None, str]], *, overrides: Mapping[str, Role]
) -> dict[str | None, Role]:
    """Return the role of every speaker; unknown where neither label nor talk makes it clear.

    Args:
        speeches: Speaker and spoken words of the turns, in order; None for no speaker.
        overrides: Roles by exact label, whatever the capitals; they win.

    >>> assign_roles([("I", "Hoe gaat het?"), ("R1", "Goed, hoor.")], overrides={})
    {'I': <Role.INTERVIEWER: 'interviewer'>, 'R1': <Role.RESPONDENT: 'respondent'>}
    """
    speakers = list(dict.fromkeys(speaker for speaker, _ in speeches))
    names = [speaker for speaker in speakers if speaker is not None]
    given = {_fold(label): role for label, role in overrides.items()}
    known = _by_label(names) | {name: given[_fold(name)] for name in names if _fold(name) in given}
    roles = known | _by_talk([name for name in names if name not in known], known, speeches)
    return {speaker: roles.get(speaker or "", Role.UNKNOWN) for speaker in speakers}


def _by_label(names: Sequence[str]) -> dict[str, Role]:
    words = {name: _words(name) for name in names}
    everyone = set().union(*words.values()) if words else set()
    found: dict[str, Role] = {}
    for name in names:
        if words[name] & _interviewer_words() and _is_meant(words[name], everyone):
            found[name] = Role.INTERVIEWER
        elif words[name] & _respondent_words() and _is_meant(words[name], everyone):
            found[name] = Role.RESPONDENT
    return found


def _is_meant(words: set[str], everyone: set[str]) -> bool:
    """Say whether a single letter is the role, and not the initial of a name."""
    if words & _ASKS:
        return bool(everyone & (_ANSWERS | _EITHER | {"p"}))
    if words & _ANSWERS:
        return bool(everyone & (_ASKS | {"i"}))
    if words & _EITHER:
        others = everyone - words
        return bool(others & _interviewer_words()) or not others & _respondent_words()
    return True


def _words(name: str) -> set[str]:
    """Return what a label may say of a role: the whole of it, its parts and their first words."""
    parts = [part for part in (name, *_PARTS.split(name)) if part.strip()]
    words = {base(part) for part in parts}
    # "Interviewer Anna"; one letter and a name ("V. Jansen") are initials.
    words.update(first for part in parts if len(first := _fold(part).split()[0].rstrip(".:")) > 2)
    return words


def _by_talk(
    names: Sequence[str], known: Mapping[str, Role], speeches: Sequence[tuple[str | None, str]]
) -> dict[str, Role]:
    """Return the roles of speakers whose label says nothing."""
    if not names:
        return {}
    if len(names) == 1 and not known:
        return {names[0]: Role.RESPONDENT}
    talk = manners(speeches)
    asking = Role.INTERVIEWER in known.values()
    if asking:
        askers = {name for name in names if talk[name].asks_clearly}
    else:
        askers = _askers(names, {name: talk[name] for name in (*names, *known)})
    if not asking and not askers:
        return dict.fromkeys(names, Role.UNKNOWN)
    return {name: Role.INTERVIEWER if name in askers else Role.RESPONDENT for name in names}


def _askers(names: Sequence[str], talk: Mapping[str, Manner]) -> set[str]:
    """Return who leads the conversation: one of the names, or more if several clearly ask."""
    ranked = sorted(talk, key=lambda name: (-talk[name].asking, talk[name].first))
    leader = ranked[0]
    if leader not in names or not talk[leader].leads(talk[ranked[1]]):
        pair = [name for name in names if talk[name].asks_clearly]
        others = [talk[name] for name in talk if name not in pair]
        return set(pair) if others and len(pair) == 2 and _all_answer(pair, talk) else set()
    second = [name for name in names if name != leader and talk[name].asks_clearly]
    return {leader, *second} if len(second) + 1 < len(talk) else {leader}


def _all_answer(pair: Sequence[str], talk: Mapping[str, Manner]) -> bool:
    return all(talk[one].leads(talk[other]) for one in pair for other in talk if other not in pair)


def _fold(label: str) -> str:
    return " ".join(label.casefold().split())


@cache
def _interviewer_words() -> frozenset[str]:
    tables = map(language_table, LANGUAGES)
    return frozenset(word.casefold() for table in tables for word in table.interviewer_labels)


@cache
def _respondent_words() -> frozenset[str]:
    tables = map(language_table, LANGUAGES)
    return frozenset(word.casefold() for table in tables for word in table.respondent_labels)
