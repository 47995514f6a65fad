"""Transcript to passages: meaning units inside one turn, each with the question it answers."""

from collections.abc import Sequence

from nlp_pipeline.config import LANGUAGES, SegmentSettings
from nlp_pipeline.ids import make_id
from nlp_pipeline.language import passage_languages
from nlp_pipeline.records import Passage, Role, Transcript, Turn
from nlp_pipeline.segment.context import turns_with_context
from nlp_pipeline.segment.cuts import Embed, cut_turn, topic_scores
from nlp_pipeline.segment.units import Unit, turn_units


def segment_transcript(
    transcript: Transcript, settings: SegmentSettings, *, embed: Embed | None = None
) -> tuple[Passage, ...]:
    """Cut every turn that is not the interviewer's into passages, in order.

    The passages of a turn tile it exactly: each begins where the one before ends, white space
    between sentences belongs to the passage before it. How the cuts are chosen is described in
    `nlp_pipeline.segment.cuts`.

    Args:
        transcript: What was said; turns without a word give no passage.
        settings: Lengths, costs and weights.
        embed: Turns texts into unit vectors, shape (texts, d). Without it, or with
            ``topic_similarity`` off, the other cues decide.
    """
    turns = [
        (turn, context)
        for turn, context in turns_with_context(transcript, limit=settings.context_words)
        if turn.role != Role.INTERVIEWER and _words(transcript, turn).strip()
    ]
    units = _units(transcript, [turn for turn, _ in turns], settings)
    topics = _topics(transcript, turns, units, settings, embed)
    pieces = [
        (turn, context, turn.start + own[first].start, turn.start + own[last - 1].end)
        for (turn, context), own, topic in zip(turns, units, topics, strict=True)
        for first, last in cut_turn(own, topic=topic, settings=settings)
    ]
    texts = [transcript.text[start:end] for _, _, start, end in pieces]
    languages = passage_languages(texts, default=transcript.language)
    return tuple(
        Passage(
            id=make_id("passage", transcript.id, start, end),
            transcript_id=transcript.id,
            start=start,
            end=end,
            text=text,
            language=language,
            speaker=turn.speaker,
            role=turn.role,
            context=context,
        )
        for (turn, context, start, end), text, language in zip(
            pieces, texts, languages, strict=True
        )
    )


def _words(transcript: Transcript, turn: Turn) -> str:
    return transcript.text[turn.start : turn.end]


def _units(
    transcript: Transcript, turns: Sequence[Turn], settings: SegmentSettings
) -> list[tuple[Unit, ...]]:
    texts = [_words(transcript, turn) for turn in turns]
    spoken = passage_languages(texts, default=transcript.language)
    fallback = transcript.language if transcript.language in LANGUAGES else LANGUAGES[-1]
    return [
        turn_units(
            text, language=language if language in LANGUAGES else fallback, settings=settings
        )
        for text, language in zip(texts, spoken, strict=True)
    ]


def _topics(
    transcript: Transcript,
    turns: Sequence[tuple[Turn, str]],
    units: Sequence[Sequence[Unit]],
    settings: SegmentSettings,
    embed: Embed | None,
) -> list[list[float]]:
    """Return the topic scores of every turn; zeros where they could not change anything."""
    topics = [[0.0] * (len(own) - 1) for own in units]
    if embed is None or not settings.topic_similarity or not settings.topic_weight:
        return topics
    open_turns = [k for k, own in enumerate(units) if _is_open(own, settings)]
    texts = [
        [transcript.text[turns[k][0].start + u.start : turns[k][0].start + u.end].strip()
         for u in units[k]]
        for k in open_turns
    ]  # fmt: skip
    for k, scores in zip(open_turns, topic_scores(texts, embed), strict=True):
        topics[k] = scores
    return topics


def _is_open(units: Sequence[Unit], settings: SegmentSettings) -> bool:
    """Say whether a turn would be cut at all if the topic turned at every boundary."""
    return len(cut_turn(units, topic=[-1.0] * (len(units) - 1), settings=settings)) > 1
