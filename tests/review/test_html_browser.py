"""The review page in a real Chromium; skipped where there is no browser or no Playwright."""

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import example as example_of
from hypothesis import strategies as st
from review_examples import (
    MODEL,
    example,
    make_results,
    make_transcript,
    many_codes,
    nested,
    one_text,
)

from nlp_pipeline.exchange import ExportOptions, Known, Shown, Verdict
from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.review import html

pytestmark = [pytest.mark.slow, pytest.mark.browser]
WIDE = {"width": 1400, "height": 900}


@pytest.fixture
def window(chromium):
    context = new_window(chromium)
    yield context
    context.close()


def new_window(chromium, **more):
    context = chromium.new_context(viewport=WIDE, accept_downloads=True, **more)
    context.set_default_timeout(60_000)
    return context


def written(folder, results, decisions=(), **more):
    path = folder / "review.html"
    options = ExportOptions(**{"created_at": "2026-03-01T09:00:00Z", "coder": "Anna", **more})
    html.write(results, decisions, path, options=options)
    return path


def opened(window, path):
    page = window.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
    page.goto(path.as_uri())
    page.wait_for_selector("#in-view:not(:empty)", state="attached")
    return page


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def saved(page, folder, results):
    """Save with the keyboard and return what `read` makes of the file."""
    with page.expect_download() as download:
        page.keyboard.press("Control+s")
    path = Path(folder) / download.value.suggested_filename
    download.value.save_as(path)
    assert page.problems == []
    known = Known(
        transcripts=results.transcripts, passages=results.passages, codebook=results.codebook
    )
    return html.read(path, known)


def verdicts(file, passage):
    return {
        f.code: f.verdict for f in file.found if (f.start, f.end) == (passage.start, passage.end)
    }


def current(page):
    return page.locator(".passage.current .text").text_content()


def chips(page):
    return page.locator(".passage.current .chip").all_inner_texts()


def test_the_whole_path_by_keyboard(window, tmp_path):
    results = example(title="Wijk & Zorg")
    rows = results.by_transcript[results.transcripts[0].id]
    page = opened(window, written(tmp_path, results))
    assert current(page) == rows[0].passage.text
    press(page, "a")  # accept, and on to the next
    assert current(page) == rows[1].passage.text
    press(page, "1", "c")  # one suggestion only, and a code that was not suggested
    page.keyboard.type("funct")
    press(page, "Enter")
    assert current(page) == rows[1].passage.text
    press(page, "n")
    page.keyboard.type("over geld: a, r, 1")
    press(page, "Escape", "j", "r", "k")
    assert current(page) == rows[2].passage.text
    assert chips(page) == ["–\nNo code"]
    press(page, "z")  # undoes the rejection
    assert page.locator("#panel-state").inner_text() == "Undecided"
    press(page, "Z")
    assert page.locator("#done").inner_text() == "3 of 7 decided"
    file = saved(page, tmp_path, results)
    assert verdicts(file, rows[0].passage) == dict.fromkeys(rows[0].suggested, Verdict.ACCEPTED)
    assert verdicts(file, rows[1].passage) == {
        "barrier": Verdict.ACCEPTED,
        "functional": Verdict.ADDED,
        "organisational": Verdict.REJECTED,
        "system": Verdict.REJECTED,
    }
    assert verdicts(file, rows[2].passage) == {None: Verdict.SEEN}
    assert verdicts(file, rows[3].passage) == {}
    assert {f.note for f in file.found if f.start == rows[1].passage.start} == {
        "over geld: a, r, 1"
    }
    assert {(f.coder, f.origin) for f in file.found} == {("Anna", Origin.ASSISTED)}
    shown = {f.code: f.shown for f in file.found if f.start == rows[1].passage.start}
    for code, one in shown.items():
        score = rows[1].scores[code]
        assert one == Shown(model_id=MODEL, score=score, suggested=code in rows[1].suggested)


def test_filters_and_lists_by_keyboard(window, tmp_path):
    results = example()
    page = opened(window, written(tmp_path, results))
    press(page, "a", "f")
    page.keyboard.type("Und")
    press(page, "Escape")
    assert page.locator("#in-view").inner_text() == "3 in view"
    page.select_option("#f-show", "all")
    page.select_option("#f-code", label="System")
    assert page.locator(".passage:visible").count() == 1
    page.click("#clear")
    page.locator(".passage.current").wait_for()
    page.select_option("#f-order", "doubt")
    assert page.locator(".passage:visible").count() == 4
    page.select_option("#f-order", "text")
    press(page, "Escape", "]")
    assert page.locator("#which-name").inner_text() == "dawn.vtt"
    press(page, "t")
    page.keyboard.press("Shift+Tab")
    page.locator('#transcripts [data-scope="all"]').focus()
    press(page, "Enter")
    assert page.locator(".passage:visible").count() == 7
    page.select_option("#f-speaker", label="Dawn")
    assert page.locator(".passage:visible").count() == 3
    press(page, "Escape", "?")
    assert page.locator("#help").is_visible()
    assert "Split the passage" in page.locator("#keys").inner_text()
    press(page, "Escape")
    assert page.problems == []


def test_next_uncertain_goes_by_doubt_and_on_to_the_next_transcript(window, tmp_path):
    results = example()
    path = written(tmp_path, results)
    page = opened(window, path)
    source = json.loads(page.locator("#data").text_content())
    passages = source["transcripts"][0]["passages"]
    text = source["transcripts"][0]["text"]
    ranked = sorted(passages, key=lambda p: -p["doubt"])
    page.select_option("#f-order", "doubt")
    page.select_option("#f-order", "text")
    press(page, "Escape", "u")
    seen = {current(page)}
    for _ in ranked:
        press(page, "r", "u")
        seen.add(current(page))
    assert {text[p["start"] : p["end"]] for p in ranked} <= seen
    assert page.locator("#which-name").inner_text() == "dawn.vtt"
    assert page.problems == []


def test_split_extend_and_join(window, tmp_path):
    said = "Een twee. Drie 👍 vier. Vijf zes."
    results = make_results(make_transcript("a.txt", [("R", said, ("barrier",))], language="nl"))
    page = opened(window, written(tmp_path, results))
    press(page, "s", "ArrowDown", "ArrowUp", "ArrowUp", "Enter")
    texts = [t.strip() for t in page.locator(".passage .text").all_text_contents()]
    assert texts == ["Een twee.", "Drie 👍 vier. Vijf zes."]
    assert page.locator("#in-view").inner_text().startswith("2 ")
    press(page, "a", "r", "k")  # a decides on the first, r on the second
    press(page, "k", "e", "ArrowRight", "ArrowRight", "Enter")
    texts = [t.strip() for t in page.locator(".passage .text").all_text_contents()]
    assert texts == ["Een twee. Drie 👍", "vier. Vijf zes."]
    found = [(f.quote, f.code, f.verdict) for f in saved(page, tmp_path, results).found]
    assert found == [
        ("Een twee. Drie 👍", "barrier", Verdict.ACCEPTED),
        ("vier. Vijf zes.", "barrier", Verdict.REJECTED),
        ("vier. Vijf zes.", None, Verdict.SEEN),
    ]
    text = results.transcripts[0].text
    file = saved(page, tmp_path, results)
    assert all(text[f.start : f.end] == f.quote for f in file.found)
    press(page, "m")
    assert page.locator(".passage").count() == 1
    assert current(page) == said
    press(page, "z", "z", "z", "z", "z")
    assert page.locator(".passage").count() == 1
    assert page.locator("#panel-state").inner_text() == "Undecided"
    press(page, "e", "ArrowLeft", "Escape")
    assert current(page) == said


def test_a_later_page_opens_with_the_stretches_that_were_cut_earlier(window, tmp_path):
    said = "Een twee. Drie 👍 vier. Vijf zes."
    results = make_results(make_transcript("a.txt", [("R", said, ("barrier",))], language="nl"))
    page = opened(window, written(tmp_path, results))
    press(page, "s", "Enter", "a", "r")
    file = saved(page, tmp_path, results)
    found = [
        Coding(
            transcript_id=f.transcript,
            start=f.start,
            end=f.end,
            code=f.code,
            coder="Anna",
            origin=f.origin,
            verdict=f.verdict.value,
        )
        for f in file.found
    ]
    page = opened(window, written(tmp_path, results, found))
    texts = [t.strip() for t in page.locator(".passage .text").all_text_contents()]
    assert texts == ["Een twee.", "Drie 👍 vier. Vijf zes."]
    assert page.locator("#done").inner_text() == "2 of 2 decided"
    assert saved(page, tmp_path, results).found == ()
    page.locator(".passage").first.click()
    press(page, "2")
    assert {(f.quote, f.code, f.verdict) for f in saved(page, tmp_path, results).found} == {
        (texts[0], "barrier", Verdict.ACCEPTED),
        (texts[0], "facilitator", Verdict.ADDED),
    }


def test_a_trial_that_is_begun_from_the_codes_takes_its_keys_and_lets_decisions_be_saved(
    window, tmp_path
):
    said = "One two. Three four."
    results = make_results(make_transcript("a.txt", [("R", said, ("barrier",))]))
    page = opened(window, written(tmp_path, results))
    press(page, "1", "Enter")  # to the codes
    assert page.evaluate("document.activeElement.closest('#codes') !== null")
    press(page, "e")
    (found, *_) = saved(page, tmp_path, results).found
    assert (found.quote, found.code) == (said, "barrier")
    press(page, "ArrowLeft", "Enter")
    assert page.locator("#mode").is_hidden()
    assert page.locator(".passage .text").first.text_content() == "One two. Three"
    press(page, "Escape", "Enter", "s", "Enter")
    assert page.locator("#mode").is_hidden()
    assert page.locator(".passage .text").first.text_content().strip() == "One two."


def test_an_extended_passage_takes_from_its_neighbour(window, tmp_path):
    transcript, [(whole, _)] = make_transcript("a.txt", [("R", "One two. Three four. Five.", ())])
    parts = [replace(whole, id="a", end=8, text="One two.")]
    parts += [replace(whole, id="b", start=9, end=20, text="Three four.")]
    parts += [replace(whole, id="c", start=21, end=26, text="Five.")]
    results = make_results((transcript, [(part, ("barrier",)) for part in parts]))
    page = opened(window, written(tmp_path, results))
    press(page, "j", "e", "Tab", "ArrowLeft", "e", "ArrowRight", "Enter")
    texts = page.locator(".passage .text").all_text_contents()
    assert texts == ["One", "two. Three four. Five."]
    press(page, "z")
    assert page.locator(".passage .text").all_text_contents() == [
        "One two.",
        "Three four.",
        "Five.",
    ]
    page.select_option("#f-order", "doubt")
    page.locator(".passage", has_text="Three four.").click()
    press(page, "s", "Enter", "a", "a")
    assert page.locator(".passage").count() == 4
    assert {f.verdict for f in saved(page, tmp_path, results).found} == {Verdict.ACCEPTED}


def test_work_survives_a_reload_and_a_window_that_is_suddenly_gone(window, tmp_path):
    results = example()
    path = written(tmp_path, results, coder="")
    page = opened(window, path)
    page.keyboard.type("Bo")
    press(page, "Enter", "a", "1", "n")
    page.keyboard.type("ja")
    page.reload()
    page.wait_for_selector(".passage.current")
    assert page.locator("#who").inner_text() == "Bo"
    assert page.locator("#done").inner_text() == "2 of 7 decided"
    press(page, "j", "r")
    page.close(run_before_unload=False)
    again = opened(window, path)
    assert again.locator("#done").inner_text() == "3 of 7 decided"
    assert again.locator("#saved").inner_text() == "Not yet saved to a file"
    file = saved(again, tmp_path, results)
    assert {f.coder for f in file.found} == {"Bo"}
    assert {f.note for f in file.found} == {"", "ja"}


def kill_renderers(browser):
    """End the processes that show pages, from outside, as a crash or a lack of memory would."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    for process in processes:
        if process["type"] == "renderer":
            os.kill(process["id"], getattr(signal, "SIGKILL", signal.SIGTERM))


def test_work_survives_a_crash(chromium, window, tmp_path):
    results = example()
    path = written(tmp_path, results, coder="Bo")
    page = opened(window, path)
    press(page, "a", "1", "n")
    page.keyboard.type("half a no")
    with page.expect_event("crash"):
        kill_renderers(chromium)
    again = opened(window, path)
    assert again.locator("#done").inner_text() == "2 of 7 decided"
    assert again.locator("#saved").inner_text() == "Not yet saved to a file"
    file = saved(again, tmp_path, results)
    assert {f.start for f in file.found} == {row.passage.start for row in results.rows[:2]}
    assert {f.note for f in file.found} == {"", "half a no"}


def test_two_windows_do_not_undo_each_other(window, tmp_path):
    results = example()
    path = written(tmp_path, results)
    first, second = opened(window, path), opened(window, path)
    press(first, "a")
    second.wait_for_selector("text=2 of 7", state="detached")
    second.locator("#done", has_text="1 of 7").wait_for()
    press(second, "j", "r")
    first.locator("#done", has_text="2 of 7").wait_for()
    assert {f.start for f in saved(first, tmp_path, results).found} == {
        row.passage.start for row in results.rows[:2]
    }


def test_the_page_warns_when_something_is_not_saved(window, tmp_path):
    results = example()
    page = opened(window, written(tmp_path, results))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    press(page, "a")
    page.close(run_before_unload=True)
    page.wait_for_timeout(200)
    for _ in range(50):
        if asked:
            break
        page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    saved(page, tmp_path, results)
    assert page.locator("#saved").inner_text() == "All saved to a file"
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]


def test_a_browser_that_keeps_nothing_is_said_so(window, tmp_path):
    window.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('x', 'QuotaExceededError'); }"
    )
    results = example()
    page = opened(window, written(tmp_path, results))
    assert "does not let the page keep your work" in page.locator("#alerts").inner_text()
    press(page, "a")
    assert len(saved(page, tmp_path, results).found) == 2


def test_a_blind_page_shows_and_saves_no_suggestion(window, tmp_path):
    results = example()
    page = opened(window, written(tmp_path, results, blind=True))
    assert page.locator(".chip, .meter, .maybe, [data-act=accept], #f-order").count() == 0
    press(page, "a")
    assert page.locator("#done").inner_text() == "0 of 7 decided"
    press(page, "2", "j", "r")
    file = saved(page, tmp_path, results)
    assert [(f.code, f.verdict, f.origin, f.shown) for f in file.found] == [
        ("facilitator", Verdict.ADDED, Origin.BLIND, None),
        (None, Verdict.SEEN, Origin.BLIND, None),
    ]


def test_an_untouched_page_gives_no_decisions_even_with_earlier_ones(window, tmp_path):
    results = example()
    passage = results.rows[0].passage
    own = Coding(
        transcript_id=passage.transcript_id,
        start=passage.start,
        end=passage.end,
        code="system",
        coder="Anna",
        origin=Origin.ASSISTED,
        verdict="added",
    )
    page = opened(window, written(tmp_path, results, [own, replace(own, coder="Bo")]))
    assert page.locator("#done").inner_text() == "1 of 7 decided"
    press(page, "k", "j", "k", "k")
    assert saved(page, tmp_path, results).found == ()
    page.locator(".passage").first.click()
    assert page.locator("#earlier").inner_text().split() == ["Decided", "earlier", "Bo", "System"]
    press(page, "r")
    codes = {f.code: f.verdict for f in saved(page, tmp_path, results).found}
    assert codes == {
        "system": Verdict.REJECTED,
        **dict.fromkeys(results.rows[0].suggested, Verdict.REJECTED),
        None: Verdict.SEEN,
    }


def test_markup_in_a_transcript_stays_text_and_runs_nothing(window, tmp_path):
    bad = "</script><script>window.ran=1</script><img src=x onerror='window.ran=2'> &amp; <b>x</b>"
    results = make_results(make_transcript(bad, [("I", bad, ()), (bad, bad, ())]), title=bad)
    page = opened(window, written(tmp_path, results, coder=bad))
    assert current(page) == bad
    assert page.locator("h1").inner_text() == bad
    press(page, "r", "t")
    assert page.locator("#transcripts .name").inner_text() == bad
    assert page.evaluate("typeof window.ran") == "undefined"
    assert page.locator("img").count() == 0
    press(page, "Escape")
    (found,) = saved(page, tmp_path, results).found
    assert (found.quote, found.coder) == (bad, bad)


def test_the_policy_stops_a_script_that_got_in(window, tmp_path):
    page = opened(window, written(tmp_path, example()))
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        "document.body.append(s); fetch('https://example.org').catch(() => { window.kept = 1 })"
    )
    page.wait_for_function("window.kept === 1")
    assert page.evaluate("typeof window.ran") == "undefined"


def test_two_thousand_passages_can_be_worked_through(window, tmp_path):
    parts = [("R", f"Passage {n} about the team. It is fine.", ("barrier",)) for n in range(1000)]
    results = make_results(make_transcript("a.txt", parts), make_transcript("b.txt", parts))
    page = opened(window, written(tmp_path, results))
    press(page, "t")
    page.locator('#transcripts [data-scope="all"]').click()
    assert page.locator(".passage").count() == 2000
    page.select_option("#f-order", "doubt")
    page.select_option("#f-order", "text")
    page.locator(".passage").nth(1990).click()
    press(page, "a", "r", "1", "s", "Enter", "z", "j")
    assert page.locator(".passage.current").evaluate(
        "e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight }"
    )
    file = saved(page, tmp_path, results)
    assert len({f.start for f in file.found}) == 3
    assert {f.transcript for f in file.found} == {results.transcripts[1].id}


@pytest.mark.parametrize("codebook", [many_codes(), nested()], ids=["forty codes", "nested"])
def test_any_codebook(window, tmp_path, codebook):
    first, *_, last = codebook.code_ids
    parts = [("R", "It goes like this.", (first, last)), ("R", "And like that.", ())]
    results = make_results(make_transcript("a.txt", parts), codebook=codebook)
    page = opened(window, written(tmp_path, results, language="nl"))
    press(page, "1", "j", "c")
    page.keyboard.type(codebook.code(codebook.code_ids[-2]).name("nl"))
    press(page, "ArrowUp", "ArrowDown", "Enter")
    file = saved(page, tmp_path, results)
    one, two = (row.passage for row in results.rows)
    assert verdicts(file, one) == {first: Verdict.ACCEPTED, last: Verdict.REJECTED}
    assert verdicts(file, two) == {codebook.code_ids[-2]: Verdict.ADDED}


def test_an_exclusive_facet_keeps_one_code(window, tmp_path):
    results = one_text("Zo.", codes=("when0",), codebook=nested())
    page = opened(window, written(tmp_path, results))
    keys = [str(nested().code_ids.index(code) + 1) for code in ("when0", "when1")]
    press(page, *keys)
    (row,) = results.rows
    assert verdicts(saved(page, tmp_path, results), row.passage) == {
        "when0": Verdict.REJECTED,
        "when1": Verdict.ADDED,
    }


def test_a_definition_is_shown_on_hover_and_on_focus_and_goes_with_escape(window, tmp_path):
    page = opened(window, written(tmp_path, example()))
    page.locator(".chip").first.hover()
    assert "easier" in page.locator("#tip").inner_text()
    press(page, "Escape")
    assert page.locator("#tip").is_hidden()
    press(page, "Enter")
    assert "harder" in page.locator("#tip").inner_text()
    assert page.locator("#codes button").first.get_attribute("aria-describedby") == "tip"


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_that_axe_finds(chromium, tmp_path, language, scheme):
    axe = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
    window = new_window(chromium, color_scheme=scheme)
    page = opened(window, written(tmp_path, example(title="Wijk"), language=language))
    page.evaluate(axe)

    def check(state):
        problems = page.evaluate("async () => (await axe.run()).violations")
        found = [(p["id"], [n["html"] for n in p["nodes"]]) for p in problems]
        assert found == [], state

    check("start")
    press(page, "a", "1", "n")
    page.keyboard.type("x")
    press(page, "Escape", "j", "r", "k")
    page.locator("#codes button").first.hover()
    check("decided")
    press(page, "c")
    page.keyboard.type("o")
    check("picker")
    press(page, "Escape", "j", "s")
    check("split")
    press(page, "Escape", "?")
    check("help")
    press(page, "Escape", "t")
    check("list")
    press(page, "Escape")
    page.set_viewport_size({"width": 700, "height": 450})
    check("zoomed")
    window.close()


@pytest.mark.parametrize("width", [1400, 800, 700, 320])
def test_nothing_is_cut_off_at_any_width(window, tmp_path, width):
    page = opened(window, written(tmp_path, example(title="Wijk"), language="nl"))
    page.set_viewport_size({"width": width, "height": 450})
    press(page, "a", "1")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


PIECES = ["a", "b", " ", ".", "\n", "👩‍⚕️", "e\u0301", "<", "&", '"', "ж", "\u2028"]
TEXTS = st.lists(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=12)
    .map("".join)
    .filter(lambda text: text.strip() == text),
    min_size=1,
    max_size=4,
)


# Without shrinking: an example that fails waits for what never comes, and would do so many times.
@settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example_of(texts=["One."], keys=list("2sem"))
@given(texts=TEXTS, keys=st.lists(st.sampled_from("ar12jksmez"), max_size=12))
def test_whatever_is_pressed_comes_back_at_its_place(chromium, tmp_path, texts, keys):
    parts = [("R", text, ("barrier",)) for text in texts]
    results = make_results(make_transcript("a.txt", parts))
    window = new_window(chromium)
    window.set_default_timeout(20_000)
    page = opened(window, written(tmp_path, results))
    for key in keys:
        press(page, key)
        if key in "se":
            press(page, "Enter")
    file = saved(page, tmp_path, results)
    window.close()
    text = results.transcripts[0].text
    assert all(text[f.start : f.end] == f.quote for f in file.found)
    spans = {(f.start, f.end) for f in file.found}
    assert all(a[1] <= b[0] for a, b in zip(sorted(spans), sorted(spans)[1:], strict=False))
