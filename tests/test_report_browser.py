"""The report of an evaluation in a real Chromium; skipped where there is no browser."""

import json

import pytest
from report_examples import full_evaluation

from nlp_pipeline.analysis.report import to_html
from nlp_pipeline.codebook import Code, Codebook, Facet

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LONG = "Arbeidsongeschiktheidsverzekeringsvoorwaarden"


def codebook():
    """The codes of the evaluation, one of them with a long name."""
    table = {grid.facet: grid.codes for grid in full_evaluation().confusion}
    names = {"barrier": LONG, "system": "Trust"}
    facets = tuple(
        Facet(id=facet, codes=tuple(Code(id=c, label={"nl": names.get(c, c)}) for c in codes))
        for facet, codes in table.items()
    )
    return Codebook(name="long", version="1", facets=facets)


@pytest.fixture
def opened(chromium, tmp_path):
    """Return a function that opens the report at a width, on a screen or on paper."""
    contexts = []

    def opened(wide, media="screen"):
        path = tmp_path / "report.html"
        text = to_html(full_evaluation(), codebook=codebook(), language="nl")
        path.write_text(text, encoding="utf-8", newline="\n")
        contexts.append(chromium.new_context(viewport={"width": wide, "height": 800}))
        contexts[-1].set_default_timeout(60_000)
        page = contexts[-1].new_page()
        page.goto(path.as_uri())
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        page.emulate_media(media=media)
        return page

    yield opened
    for context in contexts:
        context.close()


def too_long(page, selector):
    """Return the texts that run out of their boxes."""
    return page.evaluate(
        f"[...document.querySelectorAll({json.dumps(selector)})]"
        ".filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)"
        ".map((e) => e.textContent)"
    )


@pytest.mark.parametrize(("wide", "media"), [(1280, "screen"), (800, "screen"), (680, "print")])
def test_no_name_or_figure_runs_into_the_next(opened, wide, media):
    page = opened(wide, media)
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    assert too_long(page, ".heat th, .forest th, .forest .range, .left-table th") == []


def test_at_half_a_screen_the_numbers_of_passages_are_still_there(opened):
    page = opened(800)
    assert page.locator("[data-version=nl] .forest .cell").first.is_visible()


def test_a_table_on_paper_keeps_its_title(opened):
    page = opened(680, "print")
    assert page.get_by_text("De getallen in deze figuur").first.is_visible()
