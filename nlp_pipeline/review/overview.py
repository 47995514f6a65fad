"""The overview: one HTML file with everything in it, which opens from disk without a network."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from nlp_pipeline import __version__
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.review.clean import printable
from nlp_pipeline.review.colors import code_colors
from nlp_pipeline.review.page import TEMPLATES, content_policy, make_environment
from nlp_pipeline.review.pictures import HEAT_STEPS, code_bars, crosses, stacks
from nlp_pipeline.review.reading import readings
from nlp_pipeline.review.results import Results
from nlp_pipeline.review.words import words
from nlp_pipeline.store import atomic_write
from nlp_pipeline.wording import UI_LANGUAGES


def write_overview(results: Results, path: Path, *, language: str = "en") -> None:
    """Write the overview; the same results give the same bytes.

    Args:
        results: What a run found.
        path: The ``.html`` file.
        language: The language in which it opens, one of `UI_LANGUAGES`; a reader can switch.

    Raises:
        PipelineError: The language is unknown.
        StoreError: The disk refuses.
    """
    page = to_html(results, language=language)
    with atomic_write(path) as temporary:
        temporary.write_bytes(page.encode("utf-8", errors="replace"))


def to_html(results: Results, *, language: str = "en") -> str:
    """Return the overview as HTML. Raises `PipelineError` for an unknown language."""
    word = _words(results, language)
    style = _file("overview.css") + _color_rules(results.codebook)
    script = _file("overview.js")
    page = make_environment(TEMPLATES).get_template("overview.html.j2")
    return page.render(
        results=results,
        codebook=results.codebook,
        fitness=results.fitness,
        title=printable(results.title),
        language=language,
        word=word,
        score_kind=results.score_kind,
        ui_languages=UI_LANGUAGES,
        index={code: number for number, code in enumerate(results.codebook.code_ids)},
        facet_index={facet.id: number for number, facet in enumerate(results.codebook.facets)},
        colors=code_colors(results.codebook),
        bars=code_bars(results),
        crosses=crosses(results),
        stacks=stacks(results),
        readings=readings(results),
        data=_data(results),
        style=Markup(style),
        script=Markup(script),
        policy=content_policy(style, script),
        version=__version__,
    )


def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _color_rules(codebook: Codebook) -> str:
    """Return a CSS class for each code and each shade; the colours are checked hexadecimals."""
    colors = enumerate(code_colors(codebook).values())
    rules = [f".k{number}{{--c:{color}}}" for number, color in colors]
    rules += [
        f".h{step}{{--share:{round(64 * step / HEAT_STEPS)}%}}" for step in range(1, HEAT_STEPS + 1)
    ]
    return "\n".join(rules) + "\n"


def _words(results: Results, language: str) -> dict[str, str]:
    return {**words(language), "certificate_note": results.fitness.note(language)}


def _data(results: Results) -> Mapping[str, Any]:
    """Return what the script needs to show the page in another language."""
    codebook, fitness = results.codebook, results.fitness
    return {
        "words": {language: _words(results, language) for language in UI_LANGUAGES},
        "verdicts": {
            language: [
                [f(code.id, language) for f in (fitness.word, fitness.meaning)] for code in codebook
            ]
            for language in UI_LANGUAGES
        },
        "codes": {
            language: [[code.name(language), code.meaning(language)] for code in codebook]
            for language in UI_LANGUAGES
        },
        "facets": {
            language: [facet.name(language) for facet in codebook.facets]
            for language in UI_LANGUAGES
        },
        "facet_of": [number for number, facet in enumerate(codebook.facets) for _ in facet.codes],
    }
