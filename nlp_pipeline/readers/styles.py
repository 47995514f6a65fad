"""Questions that are set in italics or in bold, in transcripts that name nobody."""

from collections.abc import Sequence
from itertools import dropwhile

from nlp_pipeline.config import LANGUAGES, language_table
from nlp_pipeline.readers.lines import Line

_TITLE_WORDS = 4


def question_lines(lines: Sequence[Line]) -> frozenset[int]:
    """Return the numbers of the lines that are questions by their type, or nothing.

    At least half of the lines in italics (else in bold) must read as questions, and there must be
    answers in ordinary type after the first.
    """
    for style in ("italic", "bold"):
        filled = [at for at, line in enumerate(lines) if line.text.strip()]
        styled = [at for at in filled if getattr(lines[at], style)]
        styled = list(dropwhile(lambda at: _is_title(lines[at].text), styled))
        if not styled:
            continue
        answers = [at for at in filled if at > styled[0] and not getattr(lines[at], style)]
        asking = sum(1 for at in styled if _is_question(lines[at].text))
        if answers and asking >= len(styled) / 2 and len(styled) <= 2 * len(answers):
            return frozenset(styled)
    return frozenset()


def _is_question(text: str) -> bool:
    words = text.strip(" *_\\").casefold()
    return words.endswith(("?", "?”", '?"', "? …")) or words.startswith(_openers())


def _openers() -> tuple[str, ...]:
    tables = map(language_table, LANGUAGES)
    return tuple(f"{opener} " for table in tables for opener in table.question_openers)


def _is_title(text: str) -> bool:
    words = text.strip(" *_#").split()
    return len(words) <= _TITLE_WORDS and not text.strip(" *_\\").endswith(("?", "."))
