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
