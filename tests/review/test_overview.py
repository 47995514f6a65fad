import base64
import hashlib
import html
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from review_examples import (
    example,
    make_results,
    make_transcript,
    many_codes,
    nested,
    one_text,
)

from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.errors import PipelineError
from nlp_pipeline.review.clean import printable
from nlp_pipeline.review.overview import to_html, write_overview

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} ]]> \x00 & \"'"

SHAPES = {
    "rmic": example(),
    "dutch only": make_results(
        make_transcript("a.txt", [("R", "Zo gaat het.", ("waiting", "who1", "when0"))]),
        codebook=nested(),
    ),
    "forty codes": make_results(
        make_transcript("a.txt", [("R", "It goes like this.", ("c3", "c39"))]),
        codebook=many_codes(),
        calibrated=False,
    ),
    "nothing suggested": make_results(make_transcript("a.txt", [("R", "Well.", ())])),
    "no passages": make_results(make_transcript("a.txt", [("I", "Hello?", ())])),
    "no transcripts": make_results(),
    "hostile": make_results(
        make_transcript(HOSTILE, [("I", HOSTILE, ()), (HOSTILE, HOSTILE, ("barrier",))]),
        title=HOSTILE,
    ),
}


def page(results, **options):
    return lxml_html.document_fromstring(to_html(results, **options))


def texts(tree, css_class):
    return [e.text_content() for e in tree.find_class(css_class)]


@pytest.fixture(params=SHAPES, name="results")
def _results(request):
    return SHAPES[request.param]


def test_the_policy_allows_this_very_style_and_script_and_nothing_else(results):
    source = to_html(results)
    policy = html.unescape(
        re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', source).group(1)
    )
    for kind, tag in (("style", "style"), ("script", "script")):
        (inline,) = re.findall(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_nothing_is_loaded_and_nothing_is_inline_that_the_policy_blocks(results):
    tree = page(results)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        names = set(element.attrib)
        assert not names & {"src", "srcset", "style", "action", "data", "background"}
        assert not any(name.startswith("on") for name in names)
        assert element.get("href", "#").startswith("#")
    assert not tree.xpath("//link|//img|//iframe|//object|//embed|//base")
    assert [s.get("type") for s in tree.xpath("//script")] == ["application/json", None]
    assert not re.search(r"url\(|@import|https?://", to_html(results).replace(HOSTILE, ""))


def test_ids_are_unique_and_every_link_leads_somewhere(results):
    tree = page(results)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {link[1:] for link in tree.xpath("//@href")}
    targets |= {name for names in tree.xpath("//@aria-labelledby") for name in names.split()}
    assert targets <= set(ids)
    assert set(re.findall(r'\bone\("([\w-]+)"\)', to_html(results))) <= set(ids)


def test_every_turn_and_passage_is_there_in_order(results):
    tree = page(results)
    wanted = [printable(row.passage.text).strip() for row in results.rows]
    assert texts(tree, "text") == wanted
    assert len(tree.find_class("turn")) == sum(len(t.turns) for t in results.transcripts)


def test_the_script_gets_every_word_and_code_in_both_languages(results):
    tree = page(results)
    data = json.loads(tree.get_element_by_id("data").text)
    keys = set(tree.xpath("//@data-t|//@data-t-label|//@data-t-title"))
    codes = len(results.codebook.code_ids)
    for language in ("en", "nl"):
        assert keys <= set(data["words"][language])
        assert len(data["codes"][language]) == codes
    assert {int(n) for n in tree.xpath("//@data-code")} == set(range(codes))


def test_hostile_text_stays_text():
    tree = page(SHAPES["hostile"])
    assert texts(tree, "text") == [printable(HOSTILE)]
    assert not tree.xpath("//img")
    assert tree.xpath("//title")[0].text == printable(HOSTILE)
    assert printable(HOSTILE) in tree.xpath("//h3/text()")


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=()), min_size=1))
def test_any_text_is_shown_as_it_is(text):
    source = to_html(one_text(text))
    source.encode("utf-8")
    (shown,) = re.findall(r'<p class="text">(.*?)</p>', source, re.DOTALL)
    assert html.unescape(shown) == printable(text).strip()


def test_suggestions_stand_beside_their_passage_with_score_and_definition():
    tree = page(example())
    first = tree.find_class("passage")[0]
    chips = first.xpath(".//ul/li")
    assert [c.text_content().split() for c in chips] == [
        ["Facilitator", f"{example().rows[0].scores['facilitator']:.2f}"],
        ["Professional", f"{example().rows[0].scores['professional']:.2f}"],
    ]
    assert "easier" in chips[0].xpath(".//span/@title")[0]
    assert "on" in first.get("class").split()
    assert tree.find_class("passage")[2].xpath(".//ul") == []


def test_it_opens_in_dutch_when_asked():
    tree = page(example(), language="nl")
    assert tree.get("lang") == "nl"
    assert tree.xpath("//h1")[0].text_content() == "Voorgestelde codes"
    assert "Belemmerend" in texts(tree, "chips")[1]


def test_participants_words_keep_their_own_language():
    tree = page(example(), language="en")
    first, second = tree.find_class("transcript")
    assert set(first.xpath(".//div[@class='said']/@lang")) == {"nl"}
    assert set(second.xpath(".//div[@class='said']/@lang")) == {"en"}
    assert set(tree.xpath("//ul[@class='chips']/@lang")) == {"en"}


def test_an_unknown_language_is_refused(tmp_path):
    with pytest.raises(PipelineError, match="en, nl"):
        write_overview(example(), tmp_path / "page.html", language="de")
    assert list(tmp_path.iterdir()) == []


def test_scores_are_called_probabilities_only_when_they_are():
    assert (
        "probability that the code applies" in page(example()).find_class("lead")[0].text_content()
    )
    lead = page(example(calibrated=False)).find_class("lead")[0].text_content()
    assert "not a probability" in lead


def test_numbers_at_the_top():
    shown = [dd.text_content() for dd in page(example()).xpath("//dl[@class='numbers']//dd")]
    assert shown == ["2", "7", "5", "2", "0"]


def test_counts_and_shares_per_code():
    rows = page(example()).xpath("//table[@class='codes-table']/tbody/tr[not(@class)]")
    assert len(rows) == 8
    assert [c.text_content().strip() for c in rows[0].xpath("th|td")][:4] == [
        "Barrier",
        "",
        "3",
        "43 %",
    ]
    assert [r.xpath(".//svg[@class='track']/rect/@width")[0] for r in rows[:2]] == [
        "100.0%",
        "66.67%",
    ]


def test_a_facet_of_two_codes_diverges_and_others_make_a_heat_map():
    assert len(page(example()).find_class("diverging")) == 1
    crossed = page(SHAPES["dutch only"]).get_element_by_id("crossed")
    assert len(crossed.find_class("diverging")) == 2
    (heat,) = crossed.find_class("heat")
    assert heat.xpath("count(.//tbody/tr)") == 3
    assert not page(SHAPES["forty codes"]).xpath("//*[@id='crossed']")


def test_diverging_bars_meet_in_the_middle():
    row = page(example()).xpath("//table[@class='diverging']/tbody/tr")[1]
    left, right = row.xpath(".//rect")
    places = [float(bar.get("x")[:-1]) + float(bar.get("width")[:-1]) for bar in (left, right)]
    assert places == [50.0, 100.0]
    assert float(right.get("x")[:-1]) == 50.0


def test_stacked_bars_can_be_read_aloud():
    labels = page(example()).xpath("//svg[@role='img']/@aria-label")
    assert labels[0] == "Barrier 2, Facilitator 1"


def test_times_are_shown_when_they_are_known():
    first, second = page(example()).find_class("transcript")
    assert first.xpath(".//time") == []
    assert [t.text for t in second.xpath(".//time")][:3] == ["0:00", "0:41", "1:23"]


def test_interviewer_turns_are_marked():
    assert len(page(example()).find_class("interviewer")) == 4


def test_other_languages_are_marked_and_not_counted_as_uncoded():
    tree = page(one_text("Das wird nicht gelesen.", language="other"))
    assert [p.text_content() for p in tree.xpath("//p[@class='chips']")] == ["Not classified"]
    shown = [dd.text_content() for dd in tree.xpath("//dl[@class='numbers']//dd")]
    assert shown == ["1", "1", "0", "0", "1"]


def test_empty_results_say_so():
    assert "There are no passages." in texts(page(SHAPES["no passages"]), "empty")
    nothing = texts(page(SHAPES["nothing suggested"]), "empty")
    assert "No code is suggested for any passage." in nothing


def test_nested_codes_are_indented():
    tree = page(SHAPES["dutch only"])
    depths = tree.xpath("//table[@class='codes-table']//th[@scope='row']/@class")
    assert depths[:3] == ["d0", "d1", "d2"]


def test_a_colour_that_is_no_colour_does_not_reach_the_style():
    bad = Code(id="x", label={"en": "X"}, color="red}</style><script>")
    book = Codebook(name="n", version="1", facets=(Facet(id="f", codes=(bad,)),))
    assert "red}" not in to_html(one_text("Yes.", codes=("x",), codebook=book))


def test_text_between_passages_is_shown_as_well():
    transcript, coded = make_transcript("a.txt", [("R", "One two. Three four. Five six.", ())])
    whole = coded[0][0]
    middle = replace(whole, start=9, end=20, text="Three four.")
    tree = page(make_results((transcript, [(middle, ("barrier",))])))
    said = tree.find_class("said")[0]
    assert [p.text_content() for p in said.xpath(".//p")] == [
        "One two.",
        "Three four.",
        "Five six.",
    ]


def test_a_passage_outside_every_turn_is_not_lost():
    transcript, coded = make_transcript("a.txt", [("R", "First.", ()), ("R", "Second.", ())])
    results = make_results((replace(transcript, turns=transcript.turns[1:]), coded))
    assert texts(page(results), "text") == ["First.", "Second."]
    results = make_results((replace(transcript, turns=transcript.turns[:1]), coded))
    assert texts(page(results), "text") == ["First.", "Second."]
    results = make_results((replace(transcript, turns=()), coded))
    assert texts(page(results), "text") == ["First.", "Second."]


def test_a_transcript_without_turns_or_passages_is_shown_whole():
    transcript, _ = make_transcript("notes.md", [("R", "Eight people came.", ())])
    tree = page(make_results((replace(transcript, turns=()), [])))
    assert texts(tree, "rest") == ["Eight people came."]


def test_same_bytes_twice(tmp_path, results):
    one, two = tmp_path / "1.html", tmp_path / "2.html"
    write_overview(results, one)
    write_overview(results, two)
    assert one.read_bytes() == two.read_bytes()
    assert b"\r" not in one.read_bytes()


def test_transcripts_that_are_kept_for_the_test_are_marked_and_no_others():
    results = example()
    assert not texts(page(results), "kept")
    first, *others = results.transcripts
    assert others
    tree = page(replace(results, kept=frozenset({first.id})), language="nl")
    marked = [e.getparent().text_content() for e in tree.find_class("kept")]
    assert len(marked) == 2
    assert all(first.source_name in text for text in marked)
    assert any("zonder suggesties" in text for text in texts(tree, "untrained"))
    warned = [e for e in tree.find_class("transcript") if e.find_class("untrained")]
    assert [e.find(".//h3").text_content() for e in warned] == [first.source_name]
