import base64
import hashlib
import html as entities
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from review_examples import (
    DUTCH,
    MODEL,
    example,
    make_results,
    make_transcript,
    many_codes,
    nested,
    one_text,
)

from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.errors import PipelineError
from nlp_pipeline.exchange import ExportOptions
from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.review.colors import code_colors
from nlp_pipeline.review.html import to_html, write
from nlp_pipeline.review.html.interface import interface_words
from nlp_pipeline.review.html.meeting_words import meeting_words
from nlp_pipeline.review.html.shades import DARK_GROUND, LIGHT_GROUND, contrast, legible

HOSTILE = (
    "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> {{ 7*7 }} ]]> \x00 &amp;"
)
WHEN = "2026-03-01T09:00:00+01:00"


def options(**more):
    return ExportOptions(created_at=WHEN, **more)


def data_of(source):
    return json.loads(lxml_html.document_fromstring(source).get_element_by_id("data").text)


def coded(passage, code, *, coder="Anna", verdict="accepted", start=None, note=""):
    return Coding(
        transcript_id=passage.transcript_id,
        start=passage.start if start is None else start,
        end=passage.end,
        code=code,
        coder=coder,
        origin=Origin.ASSISTED,
        verdict=verdict,
        note=note,
    )


SHAPES = {
    "rmic": example(),
    "nested": make_results(
        make_transcript("a.txt", [("R", "Zo gaat het.", ("waiting", "who1", "when0"))]),
        codebook=nested(),
    ),
    "forty codes": make_results(
        make_transcript("a.txt", [("R", "It goes like this.", ("c3", "c39"))]),
        codebook=many_codes(),
    ),
    "no passages": make_results(make_transcript("a.txt", [("I", "Hello?", ())])),
    "nothing": make_results(),
    "hostile": make_results(
        make_transcript(HOSTILE, [("I", HOSTILE, ()), (HOSTILE, HOSTILE, ("barrier",))]),
        title=HOSTILE,
    ),
}


@pytest.fixture(params=SHAPES, name="results")
def _results(request):
    return SHAPES[request.param]


@pytest.mark.parametrize("blind", [False, True])
def test_the_policy_allows_this_very_style_and_script_and_nothing_else(results, blind):
    source = to_html(results, options=options(blind=blind))
    policy = entities.unescape(
        re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', source).group(1)
    )
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for kind, tag in (("style", "style"), ("script", "script")):
        (inline,) = re.findall(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_nothing_is_loaded_from_elsewhere(results):
    source = to_html(results, options=options())
    tree = lxml_html.document_fromstring(source)
    for element in tree.iter():
        if isinstance(element.tag, str):
            names = set(element.attrib)
            assert not names & {"src", "srcset", "style", "action", "background"}
            assert not any(name.startswith("on") for name in names)
            assert element.get("href", "#").startswith("#")
    assert not tree.xpath("//link|//img|//iframe|//object|//embed|//base")
    assert [s.get("type") for s in tree.xpath("//script")] == ["application/json", None]
    assert not re.search(r"url\(|@import|https?://|innerHTML|insertAdjacentHTML|eval\(", source)


def test_every_text_arrives_exactly(results):
    found = data_of(to_html(results, options=options()))
    assert [t["text"] for t in found["transcripts"]] == [t.text for t in results.transcripts]
    assert [t["name"] for t in found["transcripts"]] == [t.source_name for t in results.transcripts]


@settings(max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_arrives_exactly_and_ends_no_element(text):
    source = to_html(one_text(text), options=options())
    assert source.count("</script") == 2
    assert data_of(source)["transcripts"][0]["text"] == one_text(text).transcripts[0].text
    source.encode("utf-8")


def test_markup_in_a_transcript_is_nowhere_markup():
    source = to_html(SHAPES["hostile"], options=options())
    tree = lxml_html.document_fromstring(source)
    assert not tree.xpath("//img")
    assert len(tree.xpath("//script")) == 2
    assert "<img" not in source


def test_ids_are_unique_and_the_script_finds_every_one():
    source = to_html(example(), options=options())
    tree = lxml_html.document_fromstring(source)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    wanted = set(re.findall(r'\bone\("([\w-]+)"\)', source))
    wanted |= {part for names in tree.xpath("//@aria-describedby") for part in names.split()}
    wanted |= set(tree.xpath("//@for|//@aria-controls|//@aria-labelledby"))
    # The script looks for these on the page of a meeting only.
    assert wanted <= {*ids, "f-pair", "beside"}


def test_every_word_that_the_page_uses_exists_in_both_languages():
    source = to_html(example(), options=options())
    used = set(re.findall(r'\bsay\("(\w+)"', source))
    used |= set(re.findall(r'\bdata-t(?:-label|-hint)?="(\w+)"', source))
    used |= set(re.findall(r'"(key_\w+|keys_\w+)"', source))
    assert len(used) > 80
    for language in ("en", "nl"):
        assert used <= {*interface_words(language), *meeting_words(language)}
    blanks = re.compile(r"\{\w+\}")
    dutch = {**interface_words("nl"), **meeting_words("nl")}
    for key, text in {**interface_words("en"), **meeting_words("en")}.items():
        assert sorted(blanks.findall(text)) == sorted(blanks.findall(dutch[key])), key


def test_suggestions_and_scores_are_by_the_number_of_the_code():
    found = data_of(to_html(example(), options=options()))
    row = example().rows[0]
    first = found["transcripts"][0]["passages"][0]
    ids = [code["id"] for code in found["codebook"]["codes"]]
    assert tuple(ids[n] for n in first["suggested"]) == row.suggested
    assert {ids[int(n)]: score for n, score in first["scores"].items()} == row.scores
    assert found["model"] == MODEL


def test_doubt_is_greatest_nearest_to_the_border_of_a_code():
    book = Codebook(name="n", version="1", facets=(Facet(id="f", codes=(Code(id="x", label={}),)),))
    interview = make_transcript("a.txt", [("R", f"Answer {n}.", ()) for n in range(4)])
    results = make_results(interview, codebook=book)
    scores = [(0.9, True), (0.5, True), (0.3, False), (0.1, False)]
    given = tuple(
        replace(s, score=score, suggested=suggested)
        for s, (score, suggested) in zip(results.suggestions, scores, strict=True)
    )
    found = data_of(to_html(replace(results, suggestions=given), options=options()))
    doubts = [p["doubt"] for p in found["transcripts"][0]["passages"]]
    assert doubts == [0.5, 0.9, 0.9, 0.7]


def test_a_blind_page_holds_no_suggestion_no_score_and_no_coding_of_others():
    row = example().rows[0]
    decisions = [coded(row.passage, "system", coder="Marieke", note="zoek")]
    source = to_html(example(), decisions, options=options(blind=True, coder="Anna"))
    found = data_of(source)
    assert found["blind"] is True
    assert found["model"] == ""
    assert MODEL not in source
    for transcript in found["transcripts"]:
        assert transcript["earlier"] == []
        for passage in transcript["passages"]:
            assert set(passage) <= {"start", "end", "block", "language"}
    assert "Marieke" not in source


def test_own_earlier_decisions_are_filled_in_and_those_of_others_shown():
    passage = example().rows[0].passage
    decisions = [
        coded(passage, "system", note="waarom"),
        coded(passage, "professional", verdict="rejected"),
        coded(passage, "barrier", coder="Marieke"),
    ]
    (transcript, _) = data_of(to_html(example(), decisions, options=options(coder="Anna")))[
        "transcripts"
    ]
    ids = example().codebook.code_ids
    own = {"codes": [ids.index("system")], "note": "waarom"}
    assert transcript["own"] == [{"start": passage.start, "end": passage.end, **own}]
    assert "units" not in transcript
    (other,) = transcript["earlier"]
    assert (other["coder"], other["code"]) == ("Marieke", ids.index("barrier"))


def test_seen_without_a_code_is_not_the_same_as_not_seen():
    first = example().rows[0].passage
    decisions = [coded(first, None, verdict="seen")]
    found = data_of(to_html(example(), decisions, options=options(coder="Anna")))
    (own,) = found["transcripts"][0]["own"]
    assert own == {"start": first.start, "end": first.end, "codes": [], "note": ""}


def test_decisions_that_cannot_be_shown_are_counted(tmp_path):
    passage = example().rows[0].passage
    decisions = [
        replace(coded(passage, "barrier"), transcript_id="gone"),
        coded(passage, "not-a-code"),
        coded(passage, "barrier", start=passage.start + 3),
        coded(passage, "system"),
        replace(coded(passage, "system"), start=0, end=5),
        replace(coded(passage, "system", coder="Marieke"), start=0, end=5),
    ]
    warnings = write(example(), decisions, tmp_path / "r.html", options=options(coder="Anna"))
    assert [w.split()[0] for w in warnings] == ["1", "1", "1"]
    assert write(example(), [], tmp_path / "r.html", options=options()) == []


def test_passages_outside_turns_have_a_place():
    transcript, pairs = make_transcript("a.txt", DUTCH, language="nl")
    for turns in ((), transcript.turns[1:3]):
        results = make_results((replace(transcript, turns=turns), pairs))
        (found,) = data_of(to_html(results, options=options()))["transcripts"]
        for passage in found["passages"]:
            block = found["blocks"][passage["block"]]
            assert block["start"] <= passage["start"] < passage["end"] <= block["end"]


def test_the_id_changes_with_what_is_in_it_and_only_then():
    def export(results, **more):
        return data_of(to_html(results, options=options(**more)))["export"]

    assert export(example()) == export(example())
    ids = [export(example()), export(example(), blind=True), export(example(), coder="B")]
    assert len({*ids, export(SHAPES["forty codes"])}) == 4


def test_same_bytes_twice_and_an_unknown_language_is_refused(tmp_path, results):
    one, two = tmp_path / "1.html", tmp_path / "2.html"
    write(results, [], one, options=options())
    write(results, [], two, options=options())
    assert one.read_bytes() == two.read_bytes()
    assert b"\r" not in one.read_bytes()
    with pytest.raises(PipelineError, match="en, nl"):
        write(results, [], tmp_path / "3.html", options=options(language="de"))
    assert not (tmp_path / "3.html").exists()


@given(st.integers(0, 0xFFFFFF), st.sampled_from([LIGHT_GROUND, DARK_GROUND, "#ffffff", "#000000"]))
def test_every_colour_becomes_legible(number, ground):
    assert contrast(legible(f"#{number:06x}", ground=ground), ground) >= 4.5


def test_a_legible_colour_stays_as_it_is():
    assert legible("#1d4f7c", ground=LIGHT_GROUND) == "#1d4f7c"
    assert len(set(code_colors(many_codes()).values())) == 40
