"""The page of a consensus meeting in a real Chromium, and its file on the way back."""

from shutil import copytree

import pytest
from coded_study import answers_of, decide
from meeting_study import data_of, run_agree, write_disputed

from nlp_pipeline import cli
from nlp_pipeline.exchange import Verdict
from nlp_pipeline.frame import CONSENSUS
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.records import Origin

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    study = write_disputed(tmp_path_factory.mktemp("meeting") / "study")
    run_agree(study)
    return study


@pytest.fixture
def study(template, tmp_path):
    return copytree(template, tmp_path / "study")


@pytest.fixture
def window(chromium):
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, accept_downloads=True)
    context.set_default_timeout(60_000)
    yield context
    context.close()


def opened(window, path, at=""):
    page = window.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
    page.goto(path.as_uri() + at)
    page.wait_for_load_state()
    return page


def at_meeting(window, study, at=""):
    page = opened(window, study / "agreement" / "consensus.html", at)
    page.fill("#name", "Anna, Bram")
    press(page, "Enter")
    page.locator("#ask").wait_for(state="hidden")
    return page


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def current(page):
    return page.locator(".passage.current .text").text_content()


def saved(page, folder):
    with page.expect_download() as download:
        press(page, "Control+s")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert page.problems == []
    return path


def imported(path, study):
    before = len(find_workplace(study).log)
    with pytest.raises(SystemExit) as left:
        cli.main(["import", str(path), "--study", str(study)])
    assert left.value.code == 0
    return find_workplace(study).log[before:]


def test_a_meeting_by_keyboard_and_its_way_into_the_log(window, study, tmp_path):
    one, two, *_ = answers_of(study)
    page = at_meeting(window, study)
    assert current(page) == one.text
    voters = page.locator("#codes .voters").first.locator("li").all_inner_texts()
    assert voters == ["✓Anna", "–Bram"]
    assert page.locator("#codes .model-said").count() == 0
    press(page, "1")  # barrier applies
    assert page.locator("#panel-state").inner_text() == "Open"
    press(page, "2", "2")  # facilitator does, then does not
    assert page.locator("#panel-state").inner_text() == "Settled"
    press(page, "n")
    page.keyboard.type("over geld")
    press(page, "Escape", "j")
    while current(page) != two.text:
        before = current(page)
        press(page, "j")
        assert current(page) != before
    press(page, "v", "r")
    path = saved(page, tmp_path)
    assert "consensus" in path.name
    new = imported(path, study)
    assert {(d.code, d.verdict) for d in new if d.start == one.start} == {
        ("barrier", Verdict.ADDED),
        ("facilitator", Verdict.REJECTED),
        ("professional", Verdict.ADDED),
    }
    assert {d.note for d in new if d.start == one.start} == {"over geld"}
    assert {(d.coder, d.decided_by) for d in new} == {(CONSENSUS, "Anna, Bram")}
    by_start = {d.start: d.origin for d in new}
    # The model was asked for on the second passage only.
    assert by_start == {one.start: Origin.BLIND, two.start: Origin.ASSISTED}
    assert imported(path, study) == ()


def test_each_code_is_settled_by_a_button_and_can_be_opened_again(window, study):
    page = at_meeting(window, study)
    rows = page.locator("#codes .vote")
    rows.nth(0).get_by_role("button", name="Does not").click()
    rows.nth(1).get_by_role("button", name="Applies").click()
    assert page.locator("#panel-state").inner_text() == "Settled"
    assert page.locator("#done").inner_text().startswith("1 of")
    rows.nth(1).get_by_role("button", name="Applies").click()
    assert page.locator("#panel-state").inner_text() == "Open"
    press(page, "z")
    assert page.locator("#panel-state").inner_text() == "Settled"
    press(page, "Escape", "x")
    assert (
        page.locator("#codes [aria-pressed=true].yes, #codes [aria-pressed=true].no").count() == 0
    )
    assert page.problems == []


def test_work_is_kept_also_what_is_half_settled(window, study):
    page = at_meeting(window, study)
    press(page, "1", "v")
    page.close()
    again = opened(window, study / "agreement" / "consensus.html")
    assert again.locator("#codes .vote.kept").count() == 1
    assert again.locator("#panel-state").inner_text() == "Open"
    assert again.locator("#codes .model-said").count() == 1
    # What the model said was seen, and undoing does not make it unseen.
    press(again, "z", "z", "z")
    assert again.locator("#codes .model-said").count() == 1
    assert again.problems == []


def test_figures_of_the_report_lead_to_their_passages(window, study):
    report = opened(window, study / "agreement" / "agreement.html")
    link = report.locator('.version:visible a[href*="code=facilitator&with=Anna"]').first
    link.click()
    report.wait_for_selector("#in-view:not(:empty)", state="attached")
    assert report.locator("#f-code option:checked").inner_text().strip() == "Facilitator"
    assert report.locator("#f-pair option:checked").inner_text() == "Anna and Bram"
    texts = report.locator(".passage:visible .text").all_text_contents()
    assert answers_of(study)[0].text in texts
    assert answers_of(study)[1].text not in texts
    assert report.problems == []


def test_a_link_to_one_passage_opens_it(window, study):
    wanted = answers_of(study)[1]
    page = at_meeting(window, study, f"#passage={wanted.id}")
    assert current(page) == wanted.text


def test_a_code_shows_its_definition_and_the_page_speaks_dutch(window, study):
    page = at_meeting(window, study)
    page.locator("#codes .vote").first.hover()
    assert page.locator("#tip").is_visible()
    page.locator("[data-language=nl]").click()
    assert page.locator("#codes h3").first.inner_text() == "Codeurs verschillen over"
    assert page.locator("#f-show option").nth(1).inner_text() == "Mensen oneens"
    press(page, "?")
    keys = page.locator("#keys").inner_text()
    assert "Tonen wat het model zei" in keys
    assert "splitsen" not in keys
    assert page.problems == []


def test_nothing_of_a_review_is_left_that_a_meeting_cannot_use(window, study):
    page = at_meeting(window, study)
    before = page.locator("#done").inner_text()
    press(page, "a", "s", "e", "m", "u")
    assert page.locator("#done").inner_text() == before
    assert page.locator("#mode").is_hidden()
    acts = page.locator("[data-act]").evaluate_all("all => all.map((e) => e.dataset.act)")
    assert not {"accept", "split", "extend", "merge", "doubt"} & {*acts}


def test_the_report_switches_language_and_copies_the_paragraph(window, study):
    window.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened(window, study / "agreement" / "agreement.html")
    page.locator(".version:visible [data-language=nl]").click()
    assert page.locator("h1:visible").inner_text() == "Hoe ver zijn codeurs het eens?"
    assert page.title() == "Hoe ver zijn codeurs het eens?"
    page.locator("[data-copy]:visible").click()
    page.locator(".copy-row:visible [role=status]", has_text="Gekopieerd").wait_for()
    assert (
        page.evaluate("navigator.clipboard.readText()")
        == page.locator(".paper:visible").inner_text()
    )
    assert page.problems == []


@pytest.mark.parametrize(
    "clipboard", ["undefined", "{writeText: () => Promise.reject(new Error('not allowed'))}"]
)
def test_without_a_clipboard_the_paragraph_is_selected_and_the_page_says_so(
    window, study, clipboard
):
    window.add_init_script(f"Object.defineProperty(navigator, 'clipboard', {{value: {clipboard}}})")
    page = opened(window, study / "agreement" / "agreement.html")
    page.locator("[data-copy]:visible").click()
    page.locator(".copy-row:visible [role=status]", has_text="Ctrl+C").wait_for()
    chosen = page.evaluate("getSelection().toString()")
    assert chosen.startswith("The material")
    assert chosen == page.locator(".paper:visible").inner_text()
    assert page.problems == []


def cases_of(study):
    """Return of how many passages people differ, and of how many only the model."""
    data = data_of(study / "agreement" / "consensus.html")
    said = [p["people"] for t in data["transcripts"] for p in t["passages"]]
    return sum(said), len(said) - sum(said)


def test_progress_counts_what_the_meeting_has_to_settle(window, study):
    alone = answers_of(study)[5]
    for coder in ("Anna", "Bram"):
        decide(study, coder, {alone: ["normative"]})
    run_agree(study)
    people, model = cases_of(study)
    assert people
    assert model
    page = at_meeting(window, study)
    assert page.locator("#done").inner_text() == f"0 of {people} settled"
    assert page.locator("#beside").inner_text() == f"{model} where only the model differs"
    assert page.locator("#panel-title").inner_text() == f"Passage 1 of {people}"
    for _ in range(people):
        press(page, "r", "o")
    assert page.locator("#done").inner_text() == f"{people} of {people} settled"
    assert page.locator("#bar").evaluate("e => e.style.width") == "100%"
    page.wait_for_function("document.getElementById('live').textContent.includes('elsewhere')")
    assert f"Still open elsewhere: {model}." in page.locator("#live").inner_text()
    page.select_option("#f-show", "model")
    assert page.locator("#panel-title").inner_text() == f"Passage 1 of {model}"
    assert page.locator("#done").inner_text() == f"{people} of {people} settled"
    press(page, "t")
    rows = page.locator("#transcripts button .n").all_inner_texts()
    assert any("where only the model differs" in row for row in rows)
    assert page.problems == []


@pytest.mark.parametrize("wide", [1280, 800, 360])
def test_long_names_stay_within_their_chips_and_leave_room_for_the_text(chromium, study, wide):
    path = study / "agreement" / "consensus.html"
    text = path.read_text(encoding="utf-8")
    for name, longer in (
        ('"Facilitator"', '"Arbeidsongeschiktheidsverzekeringsvoorwaardenproblematiek"'),
        ('"Anna"', '"Wolfeschlegelsteinhausenbergerdorff van Oosterhout-Timmermans"'),
    ):
        assert name in text
        text = text.replace(name, longer)
    path.write_text(text, encoding="utf-8", newline="\n")
    context = chromium.new_context(viewport={"width": wide, "height": 900})
    context.set_default_timeout(60_000)
    page = at_meeting(context, study)
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    out = page.evaluate(
        "[...document.querySelectorAll('.chip')].filter((e) => e.scrollWidth > e.clientWidth ||"
        " e.getBoundingClientRect().right > e.closest('.passage').getBoundingClientRect().right)"
        ".map((e) => e.textContent)"
    )
    assert out == []
    texts = page.locator(".passage:visible .text").evaluate_all(
        "all => all.map(e => e.offsetWidth)"
    )
    assert min(texts) > wide / 4
    # A name that fits a line is on one.
    lines = page.locator(".chip .words").evaluate_all(
        "all => all.filter((e) => e.firstChild.data === 'Barrier').map((e) => {"
        " const range = document.createRange(); range.selectNode(e.firstChild);"
        " return range.getClientRects().length; })"
    )
    assert lines
    assert set(lines) == {1}
    context.close()


def test_on_paper_the_meeting_has_its_title_and_no_buttons(window, study):
    page = at_meeting(window, study)
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert not page.locator("button:visible, select:visible").count()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
