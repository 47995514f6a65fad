"""What the review page is made from: transcripts, passages, suggestions and earlier decisions.

All offsets are Unicode code points; the page converts them. A blind page gets no suggestion, no
score and nobody else's codings, so that they cannot be found in the file either.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from nlp_pipeline import __version__
from nlp_pipeline.codebook import Code
from nlp_pipeline.exchange import ExportOptions, Verdict
from nlp_pipeline.ids import make_id, sha256_bytes, sha256_json
from nlp_pipeline.records import Coding, Transcript
from nlp_pipeline.review.fitness import Fitness
from nlp_pipeline.review.html.blocks import html_lang, lay_out
from nlp_pipeline.review.html.meeting import Meeting, about, at_meeting
from nlp_pipeline.review.html.stretches import open_with
from nlp_pipeline.review.results import PassageResult, Results
from nlp_pipeline.wording import UI_LANGUAGES

_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_MIDDLE = 0.5


def script_json(value: Any) -> str:
    r"""Return JSON that can stand in a script element: nothing in it can end the element.

    >>> script_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def text_hash(text: str) -> str:
    """Return the hash by which a text is recognised."""
    return sha256_bytes(text.encode("utf-8", errors="surrogatepass"))


def payload(
    results: Results,
    decisions: Sequence[Coding],
    *,
    options: ExportOptions,
    meeting: Meeting | None = None,
) -> dict[str, Any]:
    """Return all that the page needs, with an id that is the same for the same content."""
    codes = {code: number for number, code in enumerate(results.codebook.code_ids)}
    given: dict[str, list[Coding]] = {transcript.id: [] for transcript in results.transcripts}
    for decision in decisions:
        if decision.transcript_id in given and (decision.code is None or decision.code in codes):
            given[decision.transcript_id].append(decision)
    borders = {} if options.blind else _borders(results)
    content: dict[str, Any] = {
        "study": results.title,
        "created_at": options.created_at,
        "program": __version__,
        "coder": options.coder,
        "blind": options.blind,
        "model": "" if options.blind else results.model_id,
        "score_kind": results.score_kind,
        "codebook": _codebook(results),
        "transcripts": [
            _transcript(results, transcript, given[transcript.id], borders, codes, options)
            for transcript in results.transcripts
        ],
    }
    if meeting is not None:
        there = at_meeting(content["transcripts"], results, decisions, meeting)
        # Who is there is asked on the page; the decisions are those of the meeting.
        content |= {"coder": "", "meeting": about(meeting), "transcripts": there}
    return {"export": make_id("review page", sha256_json(content)), **content}


def _codebook(results: Results) -> dict[str, Any]:
    codebook = results.codebook
    facets = [
        {
            "id": facet.id,
            "exclusive": facet.exclusive,
            "name": {language: facet.name(language) for language in UI_LANGUAGES},
        }
        for facet in codebook.facets
    ]
    places = [number for number, facet in enumerate(codebook.facets) for _ in facet.codes]
    parents = {code.id: code.parent for code in codebook}
    codes = [
        {
            **_code(code),
            **_verdict(code, results.fitness),
            "facet": place,
            "depth": _depth(code.id, parents),
        }
        for code, place in zip(codebook, places, strict=True)
    ]
    return {
        "name": codebook.name,
        "version": codebook.version,
        "facets": facets,
        "codes": codes,
    }


def _code(code: Code) -> dict[str, Any]:
    return {
        "id": code.id,
        "name": {language: code.name(language) for language in UI_LANGUAGES},
        "meaning": {language: code.meaning(language) for language in UI_LANGUAGES},
        "include": code.include,
        "exclude": code.exclude,
        "examples": code.examples,
    }


def _verdict(code: Code, fitness: Fitness) -> dict[str, Any]:
    if code.id not in fitness.codes:
        return {}
    told = {language: fitness.word(code.id, language) for language in UI_LANGUAGES}
    means = {language: fitness.meaning(code.id, language) for language in UI_LANGUAGES}
    return {"verdict": told, "verdict_meaning": means}


def _depth(code: str, parents: Mapping[str, str | None]) -> int:
    parent = parents[code]
    return 0 if parent is None else 1 + _depth(parent, parents)


def _transcript(
    results: Results,
    transcript: Transcript,
    decisions: Sequence[Coding],
    borders: Mapping[str, float],
    codes: Mapping[str, int],
    options: ExportOptions,
) -> dict[str, Any]:
    rows = results.by_transcript[transcript.id]
    blocks, places = lay_out(transcript, [row.passage for row in rows])
    passages = [
        {
            **_passage(row, place, transcript),
            **({} if options.blind else _suggestions(row, borders, codes)),
        }
        for row, place in zip(rows, places, strict=True)
    ]
    own = [d for d in decisions if options.coder and d.coder == options.coder]
    opening = open_with(transcript.text, passages, blocks, own, codes)
    others = [] if options.blind else [d for d in decisions if d not in own]
    found = {
        "id": transcript.id,
        "name": transcript.source_name,
        "language": html_lang(transcript.language),
        "sha256": text_hash(transcript.text),
        "text": transcript.text,
        "blocks": blocks,
        "passages": passages,
        "own": opening.own,
        "earlier": [_earlier(decision, codes) for decision in (*others, *opening.beside)],
    }
    return found if opening.units is None else {**found, "units": opening.units}


def _passage(row: PassageResult, place: int, transcript: Transcript) -> dict[str, Any]:
    passage = row.passage
    found: dict[str, Any] = {"start": passage.start, "end": passage.end, "block": place}
    if passage.language != transcript.language:
        found["language"] = html_lang(passage.language)
    return found


def _suggestions(
    row: PassageResult, borders: Mapping[str, float], codes: Mapping[str, int]
) -> dict[str, Any]:
    if not row.is_classified:
        return {}
    margin = min(abs(score - borders[code]) for code, score in row.scores.items())
    return {
        "suggested": [codes[code] for code in row.suggested],
        "scores": {codes[code]: score for code, score in row.scores.items()},
        "doubt": round(1 - margin, 4),
    }


def _borders(results: Results) -> dict[str, float]:
    """Return for each code the score between what is suggested and what is not."""
    above: dict[str, float] = {}
    below: dict[str, float] = {}
    for row in results.rows:
        for code, score in row.scores.items():
            if code in row.suggested:
                above[code] = min(score, above.get(code, 1.0))
            else:
                below[code] = max(score, below.get(code, 0.0))
    return {
        code: (above[code] + below[code]) / 2 if code in above and code in below else _MIDDLE
        for code in results.codebook.code_ids
    }


def _earlier(decision: Coding, codes: Mapping[str, int]) -> dict[str, Any]:
    return {
        "start": decision.start,
        "end": decision.end,
        "coder": decision.coder,
        "code": None if decision.code is None else codes[decision.code],
        "rejected": decision.verdict == Verdict.REJECTED,
    }
