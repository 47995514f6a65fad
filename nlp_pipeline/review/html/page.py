"""The review page: one file with everything in it, which opens from disk without a network."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from nlp_pipeline.exchange import ExportOptions
from nlp_pipeline.records import Coding
from nlp_pipeline.review.clean import printable
from nlp_pipeline.review.html.interface import interface_words
from nlp_pipeline.review.html.meeting import Meeting
from nlp_pipeline.review.html.meeting_words import meeting_words
from nlp_pipeline.review.html.payload import payload, script_json
from nlp_pipeline.review.html.shades import color_rules
from nlp_pipeline.review.page import TEMPLATES, content_policy, make_environment
from nlp_pipeline.review.results import Results
from nlp_pipeline.store import atomic_write
from nlp_pipeline.wording import UI_LANGUAGES

_SCRIPTS = (
    "base",
    "texts",
    "work",
    "deciding",
    "meeting",
    "view",
    "going",
    "panel",
    "picker",
    "bounds",
    "saving",
    "keys",
)
"""The parts of the script; each uses only what the parts before it define, until all are there."""


def write(
    results: Results,
    decisions: Sequence[Coding],
    path: Path,
    *,
    options: ExportOptions,
    meeting: Meeting | None = None,
) -> list[str]:
    """Write the review page; the same results, decisions and options give the same bytes.

    Args:
        results: What a run found.
        decisions: What people decided earlier. Those of ``options.coder`` are filled in, those of
            others are shown beside the suggestions, unless the page is blind.
        path: The ``.html`` file.
        options: How it is written.
        meeting: What a consensus meeting is about; the page then holds only that, with who said
            what. Such a page is for the coder `CONSENSUS`.

    Returns:
        What the user should know: decisions that the page cannot show.

    Raises:
        PipelineError: The language of the interface is unknown.
        StoreError: The disk refuses.
    """
    page = to_html(results, decisions, options=options, meeting=meeting)
    with atomic_write(path) as temporary:
        temporary.write_bytes(page.encode("utf-8"))
    return _warnings(results, decisions, options=options)


def to_html(
    results: Results,
    decisions: Sequence[Coding] = (),
    *,
    options: ExportOptions,
    meeting: Meeting | None = None,
) -> str:
    """Return the review page. Raises `PipelineError` for an unknown language."""
    if options.blind or meeting is not None:
        results = results.without_fitness()
    languages = {options.language, *UI_LANGUAGES}
    words = {language: _words(results, language, meeting) for language in languages}
    style = _file("review.css") + color_rules(results.codebook)
    script = '"use strict";\n(() => {\n' + "\n".join(map(_script, _SCRIPTS)) + "})();\n"
    data = payload(results, decisions, options=options, meeting=meeting)
    data["words"] = {language: words[language] for language in UI_LANGUAGES}
    data["language"] = options.language
    return (
        make_environment(TEMPLATES)
        .get_template("review.html.j2")
        .render(
            title=printable(results.title),
            language=options.language,
            ui_languages=UI_LANGUAGES,
            word=words[options.language],
            blind=options.blind,
            meeting=meeting is not None,
            score_kind=results.score_kind,
            data=Markup(script_json(data)),
            style=Markup(style),
            script=Markup(script),
            policy=content_policy(style, script),
        )
    )


def _warnings(
    results: Results, decisions: Sequence[Coding], *, options: ExportOptions
) -> list[str]:
    transcripts = {transcript.id for transcript in results.transcripts}
    codes = set(results.codebook.code_ids)
    kinds = {
        "of transcripts that are not in this export": [
            d for d in decisions if d.transcript_id not in transcripts
        ],
        "with codes that are not in the codebook": [
            d for d in decisions if d.code is not None and d.code not in codes
        ],
        "on text outside every passage": [
            d
            for d in decisions
            if d.transcript_id in transcripts and _is_outside(d, results, options)
        ],
    }
    return [
        f"{len(found)} earlier decision(s) {what} cannot be seen in the review page; "
        "they are kept in the study"
        for what, found in kinds.items()
        if found
    ]


def _is_outside(decision: Coding, results: Results, options: ExportOptions) -> bool:
    """Tell whether a decision shares text with no passage and is no stretch of its own either."""
    start, end = decision.start, decision.end
    rows = results.by_transcript[decision.transcript_id]
    if any(row.passage.start < end and start < row.passage.end for row in rows):
        return False
    turns = next(t for t in results.transcripts if t.id == decision.transcript_id).turns
    is_own = options.coder != "" and decision.coder == options.coder
    return not (is_own and any(turn.start <= start and end <= turn.end for turn in turns))


def _words(results: Results, language: str, meeting: Meeting | None) -> Mapping[str, str]:
    note = results.fitness.note(language)
    shared = {**interface_words(language), "certificate_note": note}
    return {**shared, **meeting_words(language)} if meeting is not None else shared


def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _script(name: str) -> str:
    return _file(f"review/{name}.js")
