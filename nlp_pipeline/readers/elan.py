"""ELAN's .eaf: tiers of annotations on a recording, one tier for each speaker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.base import Reading, Utterance
from nlp_pipeline.readers.canonical import one_line

_Times = tuple[float | None, float | None]


@dataclass(kw_only=True, slots=True, eq=False)
class _Tier:
    """A tier; ``participant`` and ``parent`` are empty where the file names none."""

    id: str
    participant: str
    parent: str
    lines: list["_Line"] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """One annotation, with its own times or the annotation that it refers to."""

    id: str
    text: str
    refers_to: str | None
    times: _Times


def read(data: bytes, name: str) -> Reading:
    """Read all tiers, ordered by time; the participant, else the name of the tier, is the speaker.

    Overlapping speech is kept. A tier that depends on a tier with words of the same speaker holds
    a translation, glosses or remarks; it is left out and reported.

    Raises:
        InputError: It is not an ELAN file, it is damaged, or it holds no words.
    """
    root = _parse(data, name)
    slots = _slots(root)
    tiers = [_tier(element, slots) for element in root.iter("TIER")]
    warnings: list[str] = []
    lines = {line.id: line for tier in tiers for line in tier.lines}
    utterances = _in_time(
        [_utterances(tier, speaker, lines) for tier, speaker in _spoken(tiers, warnings)]
    )
    if not utterances:
        msg = f"{name}: no annotation with words in it; check that the file is complete"
        raise InputError(msg)
    return Reading(
        utterances=tuple(utterances),
        warnings=tuple(f"{name}, {warning}" for warning in warnings),
    )


def _parse(data: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        msg = f"{name}, line {line}: not well-formed XML; the file is damaged or cut off"
        raise InputError(msg) from error
    if root.tag != "ANNOTATION_DOCUMENT":
        msg = f"{name}: this XML is not an ELAN file (expected ANNOTATION_DOCUMENT at the top)"
        raise InputError(msg)
    return root


def _slots(root: etree._Element) -> dict[str, float]:
    """Return the seconds of each time slot that has a time."""
    slots: dict[str, float] = {}
    for slot in root.iter("TIME_SLOT"):
        value = slot.get("TIME_VALUE", "")
        if value.isascii() and value.isdigit() and len(value) <= 12:
            slots[slot.get("TIME_SLOT_ID", "")] = int(value) / 1000
    return slots


def _tier(element: etree._Element, slots: Mapping[str, float]) -> _Tier:
    tier_id = one_line(element.get("TIER_ID", ""))
    tier = _Tier(
        id=tier_id,
        participant=one_line(element.get("PARTICIPANT", "")),
        parent=one_line(element.get("PARENT_REF", "")),
    )
    for found in element.iter("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
        value = found.find("ANNOTATION_VALUE")
        text = "" if value is None else one_line(str(value.xpath("string()")))
        times = tuple(slots.get(found.get(f"TIME_SLOT_REF{side}", "")) for side in (1, 2))
        tier.lines.append(
            _Line(
                id=found.get("ANNOTATION_ID", ""),
                text=text,
                refers_to=found.get("ANNOTATION_REF"),
                times=(times[0], times[1]),
            )
        )
    return tier


def _spoken(tiers: Sequence[_Tier], warnings: list[str]) -> list[tuple[_Tier, str]]:
    """Return the tiers that hold speech with their speakers, without those that describe one."""
    by_id = {tier.id: tier for tier in tiers}
    spoken: list[tuple[_Tier, str]] = []
    numbering = {
        above.id for tier in tiers if _has_words(tier) for above in _above(tier, by_id)
    } - {tier.id for tier in tiers if _has_words(tier)}
    for tier in tiers:
        if tier.id in numbering or not any(line.text for line in tier.lines):
            continue
        above = _above(tier, by_id)
        speaker = _speaker(tier, above)
        described = [
            other.id
            for place, other in enumerate(above)
            if _has_words(other) and _speaker(other, above[place + 1 :]) == speaker
        ]
        if described:
            warnings.append(f'tier "{tier.id}": it describes tier "{described[0]}"; left out')
        else:
            spoken.append((tier, speaker))
    return spoken


def _above(tier: _Tier, by_id: Mapping[str, _Tier]) -> list[_Tier]:
    """Return the tiers that a tier depends on, the nearest first."""
    found: list[_Tier] = []
    current = by_id.get(tier.parent)
    while current is not None and current is not tier and current not in found:
        found.append(current)
        current = by_id.get(current.parent)
    return found


def _speaker(tier: _Tier, above: Sequence[_Tier]) -> str:
    """Return the nearest participant, else the name of the tier on which all depends."""
    names = [one.participant for one in (tier, *above) if one.participant]
    return names[0] if names else (tier, *above)[-1].id


def _has_words(tier: _Tier) -> bool:
    # A tier that only numbers stretches for other tiers holds no letters.
    return any(any(map(str.isalpha, line.text)) for line in tier.lines)


def _utterances(tier: _Tier, speaker: str, lines: Mapping[str, _Line]) -> list[Utterance]:
    return [
        Utterance(text=line.text, speaker=speaker or None, start_time=start, end_time=end)
        for line in tier.lines
        if line.text
        for start, end in [_times(line, lines)]
    ]


def _times(line: _Line, lines: Mapping[str, _Line]) -> _Times:
    """Return the times of an annotation, or of the one that it refers to, however far up."""
    seen: set[str] = set()
    current: _Line | None = line
    while current is not None and current.refers_to is not None and current.id not in seen:
        seen.add(current.id)
        current = lines.get(current.refers_to)
    return (None, None) if current is None else current.times


def _in_time(tiers: Sequence[Sequence[Utterance]]) -> list[Utterance]:
    """Merge tiers by start time; an utterance without one stays after the one before it."""
    keyed: list[tuple[float, Utterance]] = []
    for utterances in tiers:
        last = 0.0
        for utterance in utterances:
            start = utterance.start_time if utterance.start_time is not None else last
            last = start
            keyed.append((start, utterance))
    return [utterance for _, utterance in sorted(keyed, key=lambda pair: pair[0])]
