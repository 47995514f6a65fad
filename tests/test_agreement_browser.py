"""The report of agreement in a real Chromium; skipped where there is no browser."""

from dataclasses import replace

import pytest
from agreement_examples import agreement, code, compare, disagreements, kappa, two_people, undefined

from nlp_pipeline.analysis.agreement_report import write_page

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.mark.parametrize("wide", [1280, 640, 360])
def test_the_page_never_scrolls_sideways(chromium, tmp_path, wide):
    reason = "no passage was coded by two people who could have given this code here"
    coders = [f"Coder {number}" for number in range(12)]
    rows = [code("money", undefined(reason)), code("trust", kappa(0.6, 0.4, 0.8))]
    pairs = [compare("pair", ("Anna", name), rows, undefined(reason)) for name in coders]
    part = two_people()
    told = agreement(replace(part, comparisons=(*part.comparisons, *pairs)))
    people = [replace(told.coders[0], name=name) for name in coders]
    path = tmp_path / "agreement.html"
    write_page(replace(told, coders=tuple(people)), disagreements(), path)
    context = chromium.new_context(viewport={"width": wide, "height": 800})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    context.close()


LONG = {
    "money": {"en": "Multidisciplinaryconsultationinfrastructure", "nl": "Geld"},
    "trust": {"en": "Trust", "nl": "Arbeidsongeschiktheidsverzekeringsvoorwaarden"},
}


def with_long_names():
    told = agreement()
    (theme,) = told.facets
    codes = tuple(replace(c, label=LONG.get(c.id, c.label)) for c in theme.codes)
    return replace(told, facets=(replace(theme, codes=codes),))


@pytest.fixture
def opened(chromium, tmp_path):
    """Return a function that opens a report at a width, in English or Dutch."""
    contexts = []

    def opened(told, *, wide, language="en"):
        path = tmp_path / "agreement.html"
        write_page(told, disagreements(), path, language=language)
        contexts.append(chromium.new_context(viewport={"width": wide, "height": 800}))
        contexts[-1].set_default_timeout(60_000)
        page = contexts[-1].new_page()
        page.goto(path.as_uri())
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("wide", [1280, 800])
def test_no_name_of_a_code_runs_into_the_next(opened, wide, language):
    page = opened(with_long_names(), wide=wide, language=language)
    too_long = page.evaluate(
        "[...document.querySelectorAll('.version:not([hidden]) .heat th, .version:not([hidden]) "
        ".hardest td, .version:not([hidden]) .blocks th')]"
        ".filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"
    )
    assert too_long == []


def test_a_short_name_of_a_code_is_not_broken(opened):
    page = opened(with_long_names(), wide=1280)
    lines = page.evaluate(
        "[...document.querySelectorAll('.version:not([hidden]) .heat thead th')]"
        ".filter((e) => e.textContent === 'Trust').map((e) => {"
        " const range = document.createRange(); range.selectNodeContents(e);"
        " return range.getClientRects().length; })"
    )
    assert lines
    assert set(lines) == {1}


def test_at_half_a_screen_prevalence_and_counts_are_still_there(opened):
    page = opened(agreement(), wide=800)
    assert page.locator(".version:not([hidden]) .share-col").first.is_visible()
    assert page.get_by_role("columnheader", name="Interviews").first.is_visible()


@pytest.mark.parametrize("told", [agreement(), with_long_names()], ids=["short", "long"])
def test_on_paper_every_figure_is_within_the_page(opened, told):
    page = opened(told, wide=680)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.locator(".version:not([hidden]) .share-col").first.is_visible()
    assert page.locator(".version:not([hidden]) summary").first.is_visible()
    broken = page.evaluate(
        "[...document.querySelectorAll('.version:not([hidden]) .blocks thead th')]"
        ".filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"
    )
    assert broken == []
