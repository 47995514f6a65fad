"""The question before each turn."""

from collections.abc import Iterator

from nlp_pipeline.records import Role, Transcript, Turn
from nlp_pipeline.segment.talk import is_backchannel


def turns_with_context(transcript: Transcript, *, limit: int) -> Iterator[tuple[Turn, str]]:
    """Yield each turn, in order, with the end of the last question before it, or "".

    An interviewer who only says "hm-hm" has not asked anything new. Questions that follow each
    other without an answer between them are one question.

    Args:
        transcript: Any transcript; without an interviewer there are no questions.
        limit: How many words of the question are kept, from its end.
    """
    question: list[str] = []
    asking = False
    for turn in transcript.turns:
        words = transcript.text[turn.start : turn.end]
        yield turn, " ".join(question[-limit:]) if limit else ""
        if turn.role != Role.INTERVIEWER:
            asking = False
        elif words.strip() and not is_backchannel(words):
            question = [*question, *words.split()] if asking else words.split()
            asking = True
