import base64
import hashlib
import html
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from report_examples import NOTHING, bare_evaluation, full_evaluation

from nlp_pipeline.analysis.forests import contender_forest, slice_forests, transfer_forest
from nlp_pipeline.analysis.phrases import NAMES, PHRASES
from nlp_pipeline.analysis.records import Confusion, Estimate, Evaluation, Reliability
from nlp_pipeline.analysis.report import to_html, write_report
from nlp_pipeline.analysis.sections import confusion_grids, learning, left_to_model
from nlp_pipeline.analysis.speech import Speech
from nlp_pipeline.analysis.summary import facet_findings, other_findings
from nlp_pipeline.config import read_codebook
from nlp_pipeline.errors import PipelineError

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} \x00 & \"'"
CODEBOOK = read_codebook("rmic")
ENGLISH = Speech(language="en", codebook=CODEBOOK)
DUTCH = Speech(language="nl", codebook=CODEBOOK)
SECTIONS = [
    "found", "agreement", "per_code", "groups", "baselines", "reliability", "risk", "confusion",
    "hard", "transfer", "learning",
]  # fmt: skip


def hostile_evaluation():
    full = full_evaluation()
    first, *rest = full.slices
    strange = tuple(replace(row, code=f"{HOSTILE}{n}") for n, row in enumerate(first.codes))
    return replace(
        full,
        model_id=HOSTILE,
        corpus=HOSTILE,
        split=HOSTILE,
        corpus_sha256="<" * 64,
        notes=(HOSTILE,),
        slices=(replace(first, codes=strange), *(replace(s, value=HOSTILE) for s in rest)),
        contenders=tuple(replace(c, name=HOSTILE, note=HOSTILE) for c in full.contenders),
        risk=tuple(replace(c, code=HOSTILE, accept_from=None, reason=HOSTILE) for c in full.risk),
    )


def empty_evaluation():
    return Evaluation(
        model_id="m", corpus="c", corpus_sha256="", split="test", seed=1, resamples=10, passages=0,
        interviews=0, slices=(), reliability=(), risk=(), confusion=(),
    )  # fmt: skip


SHAPES = {
    "full": (full_evaluation(), CODEBOOK),
    "without a codebook": (full_evaluation(), None),
    "bare": (bare_evaluation(), None),
    "empty": (empty_evaluation(), CODEBOOK),
    "hostile": (hostile_evaluation(), CODEBOOK),
}


@pytest.fixture(params=SHAPES, name="source", scope="module")
def _source(request):
    evaluation, codebook = SHAPES[request.param]
    return to_html(evaluation, codebook=codebook)


@pytest.fixture(name="full", scope="module")
def _full():
    return lxml_html.document_fromstring(to_html(full_evaluation(), codebook=CODEBOOK))


def part(tree, language):
    (found,) = tree.xpath(f'//*[@data-version="{language}"]')
    return found


def section(tree, name, language="en"):
    (found,) = tree.xpath(f'//section[@id="{language}-{name}"]')
    return found


def test_the_policy_allows_this_very_style_and_script_and_nothing_else(source):
    policy = html.unescape(
        re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', source).group(1)
    )
    for kind, name in (("style", "style"), ("script", "script")):
        (inline,) = re.findall(f"<{name}>(.*?)</{name}>", source, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_nothing_is_loaded_and_nothing_is_inline_that_the_policy_blocks(source):
    tree = lxml_html.document_fromstring(source)
    for element in (e for e in tree.iter() if isinstance(e.tag, str)):
        assert not {"src", "srcset", "style"} & set(element.attrib)
        assert not any(name.startswith("on") for name in element.attrib)
        assert element.tag not in {"img", "link", "iframe", "object"}
        assert element.get("href", "#").startswith("#")


def test_ids_are_unique_and_every_link_and_label_has_its_target(source):
    tree = lxml_html.document_fromstring(source)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in tree.xpath("//a/@href")} <= set(ids)
    assert set(tree.xpath("//@aria-labelledby")) <= set(ids)


def test_every_picture_has_a_text_or_is_left_out_because_its_numbers_stand_beside_it(source):
    for picture in lxml_html.document_fromstring(source).xpath("//svg[not(ancestor::svg)]"):
        if picture.get("aria-hidden") == "true":
            assert picture.xpath("ancestor::table | ancestor::li")
        else:
            assert picture.get("role") == "img"
            assert picture.get("aria-label").strip()


def test_what_others_wrote_is_escaped():
    source = to_html(hostile_evaluation(), codebook=CODEBOOK)
    assert "<script>alert" not in source
    assert "<img" not in source
    assert "\x00" not in source
    assert source.count("<script>") == 1


def test_sections_come_in_the_order_of_the_questions(full):
    for language in ("en", "nl"):
        ids = part(full, language).xpath(".//section/@id")
        assert ids == [f"{language}-{name}" for name in SECTIONS]
        links = part(full, language).xpath(".//nav/a/@href")
        assert links == [f"#{name}" for name in ids]


def test_sections_without_data_are_left_out():
    tree = lxml_html.document_fromstring(to_html(bare_evaluation(), codebook=None))
    assert part(tree, "en").xpath(".//section/@id") == ["en-found", "en-agreement", "en-per_code"]
    empty = lxml_html.document_fromstring(to_html(empty_evaluation(), codebook=None))
    assert part(empty, "nl").xpath(".//section/@id") == ["nl-found"]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_page_opens_in_the_language_that_was_asked_for(language):
    tree = lxml_html.document_fromstring(
        to_html(full_evaluation(), codebook=CODEBOOK, language=language)
    )
    assert tree.get("lang") == language
    shown = tree.xpath("//*[@data-version][not(@hidden)]/@data-version")
    assert shown == [language]
    assert tree.findtext(".//title") == part(tree, language).get("data-title")
    assert len(tree.xpath("//*[@data-version]//button[@data-language]")) == 4


def test_an_unknown_language_is_refused():
    with pytest.raises(PipelineError, match="choose one of"):
        to_html(bare_evaluation(), codebook=None, language="de")


def test_dutch_has_commas_and_english_points_everywhere(full):
    dutch, english = (part(full, language).text_content() for language in ("nl", "en"))
    plain = re.compile(r"(?<![\w.])\d\.\d+(?![\w.])")
    codebook_version, program_version = "versie 1.0", r"nlp-pipeline [\d.]+"
    dutch = re.sub(program_version, "", dutch.replace(codebook_version, ""))
    assert plain.findall(dutch) == []
    assert len(re.findall(r"\d,\d\d", dutch)) > 100
    assert re.findall(r"\d,\d\d", english) == []


def test_names_come_from_the_codebook_in_each_language_else_ids(full):
    heads = [e.text_content() for e in section(full, "per_code", "nl").xpath('.//th[@scope="row"]')]
    assert heads[:3] == ["Belemmerend", "Bevorderend", "Klinisch"]
    tree = lxml_html.document_fromstring(to_html(full_evaluation(), codebook=None))
    heads = [e.text_content() for e in section(tree, "per_code").xpath('.//th[@scope="row"]')]
    assert heads[:3] == ["barrier", "facilitator", "clinical"]


def test_a_table_gives_every_figure_of_a_code_with_its_interval(full):
    row = full_evaluation().slices[0].codes[0]
    first = section(full, "per_code").xpath('.//tr[th[@scope="row"]]')[0]
    cells = [" ".join(cell.text_content().split()) for cell in first.findall("td")]
    assert cells[:2] == [str(row.coded), str(row.suggested)]
    figures = (row.precision, row.recall, row.f1, row.average_precision, row.kappa, row.human_kappa)
    for cell, figure in zip(cells[2:], figures, strict=True):
        assert cell == f"{figure.value:.2f}{figure.low:.2f} to {figure.high:.2f}"


def test_a_figure_that_is_not_there_says_why_in_both_languages(full):
    for language, why in (
        ("en", "no passage carries the code"),
        ("nl", "geen passage heeft de code"),
    ):
        assert why in section(full, "agreement", language).text_content()
        assert why in section(full, "per_code", language).text_content()
    assert "nan" not in full.text_content().lower().split()


def test_the_model_and_people_stand_side_by_side_in_pictures(full):
    row = section(full, "agreement").xpath('.//tr[th[@scope="row"]]')[0]
    assert len(row.xpath(".//*[@class='mark-dot']")) == 1
    assert len(row.xpath(".//*[@class='mark-diamond']")) == 1


def test_the_words_are_those_of_the_figures():
    findings = dict(facet_findings(full_evaluation(), ENGLISH))
    assert list(findings) == ["Valence", "Level of integration"]
    row = full_evaluation().slices[0].facets[0]
    assert f"{row.mean_kappa.value:.2f}" in findings["Valence"]
    assert f"{row.human_mean_kappa.value:.2f}" in findings["Valence"]
    dutch = dict(facet_findings(full_evaluation(), DUTCH))
    assert f"{row.mean_kappa.value:.2f}".replace(".", ",") in dutch["Richting"]


def test_a_facet_without_a_figure_says_why():
    bare = bare_evaluation()
    (whole,) = bare.slices
    facet = replace(whole.facets[0], mean_kappa=NOTHING)
    told = facet_findings(replace(bare, slices=(replace(whole, facets=(facet,)),)), DUTCH)
    assert told == (("theme", "Kappa is niet bepaald: geen passage heeft de code."),)


@pytest.mark.parametrize(
    ("kappa", "word"),
    [
        (-0.2, "poor"), (-0.001, "slight"), (0.2, "slight"), (0.204, "slight"), (0.21, "fair"),
        (0.4, "fair"), (0.41, "moderate"), (0.6, "moderate"), (0.605001, "substantial"),
        (0.8, "substantial"), (0.81, "almost perfect"), (1.0, "almost perfect"),
    ],
)  # fmt: skip
def test_landis_and_koch(kappa, word):
    assert ENGLISH.agreement(kappa) == f"{word} agreement"


def test_baselines_that_are_as_good_are_named():
    full = full_evaluation()
    assert sum("better than every baseline" in text for text in other_findings(full, ENGLISH)) == 2
    whole = full.slices[0]
    strong = replace(full.contenders[-1], facets=whole.facets)
    told = other_findings(replace(full, contenders=(strong,)), ENGLISH)
    assert sum("not do better than “Frozen encoder”" in text for text in told) == 2


def test_a_model_among_its_own_contenders_is_shown_once():
    full = full_evaluation()
    itself = replace(full.contenders[0], name=full.model_id)
    doubled = replace(full, contenders=(itself, *full.contenders))
    assert contender_forest(doubled, ENGLISH) == contender_forest(full, ENGLISH)
    assert other_findings(doubled, ENGLISH) == other_findings(full, ENGLISH)


def test_hard_cases_stand_apart_from_other_parts():
    groups = slice_forests(full_evaluation(), ENGLISH, hard=False)
    hard = slice_forests(full_evaluation(), ENGLISH, hard=True)
    names = [name for name, _ in groups[0].groups]
    assert names == ["Language", "Setting", "Role of the speaker", "Kind of source"]
    assert [row.line.name for _, rows in hard[0].groups for row in rows][:2] == [
        "all hard cases",
        "not marked as hard",
    ]
    assert [forest.title for forest in hard] == ["Valence", "Level of integration"]


def test_another_language_has_another_mark():
    (_, rows), _ = transfer_forest(full_evaluation(), DUTCH).groups
    shapes = {row.line.name: row.line.shape for row in rows}
    assert shapes["Nederlands → Nederlands"] == "dot"
    assert shapes["Nederlands → Engels"] == "square"
    assert shapes["Nederlands + Engels → Nederlands"] == "dot"


def test_what_can_be_left_to_the_model_is_a_table_with_reasons():
    first, *_ = full_evaluation().risk
    some = replace(first, accept_from=0.62, accepted_share=0.413, dismiss_below=0.004,
                   dismissed_share=0.3, reason="")  # fmt: skip
    reason = "accept: too few suggestions (12); dismiss: no score is low enough"
    none = replace(first, accept_from=None, dismiss_below=None, reason=reason)
    given_, without = left_to_model(replace(full_evaluation(), risk=(some, none)), DUTCH)
    assert (given_.accept, given_.accepted) == ("0,62", "41\u00a0%")
    assert (given_.dismiss, given_.dismissed) == ("0,004", "30\u00a0%")
    assert (given_.not_accept, given_.not_dismiss) == ("", "")
    assert (without.accept, without.accepted) == ("geen", "")
    assert without.not_accept == "te weinig suggesties (12)"
    assert without.not_dismiss == "geen score is laag genoeg"


def test_a_heat_map_is_shaded_by_row_and_frames_what_is_right():
    table = Confusion(facet="valence", codes=("barrier",), counts=((8, 2), (0, 0)))
    (grid,) = confusion_grids(replace(empty_evaluation(), confusion=(table,)), ENGLISH)
    assert grid.heads == ("Barrier", "none")
    (_, barrier), (_, none) = grid.rows
    assert [(cell.count, cell.shade, cell.is_right) for cell in barrier] == [
        (8, 7, True),
        (2, 2, False),
    ]
    assert [cell.shade for cell in none] == [0, 0]


def test_learning_curves_have_their_numbers_in_a_table():
    found = learning(full_evaluation(), ENGLISH)
    assert [picture.title for picture in found.pictures] == ["Valence", "Level of integration"]
    assert [name for _, name in found.methods] == ["last layer only", "whole model"]
    sizes = [row[1] for row in found.pictures[0].rows]
    assert sizes == ["4", "8", "16", "32", "54"] * 2


def test_bins_without_passages_and_errors_without_a_figure_are_shown_as_dashes():
    (row, *_) = full_evaluation().reliability
    unknown = Reliability(code=row.code, error=Estimate(value=None, reason="x"), bins=row.bins)
    tree = lxml_html.document_fromstring(
        to_html(replace(full_evaluation(), reliability=(unknown,)), codebook=None)
    )
    cells = section(tree, "reliability").xpath(".//td/text()")
    assert cells.count("–") == 2


@given(st.floats(min_value=-1, max_value=1), st.sampled_from(["en", "nl"]))
@settings(max_examples=100, deadline=None)
def test_a_number_reads_back_as_itself(value, language):
    text = Speech(language=language).decimal(value)
    back = float(text.replace("\u2212", "-").replace(",", "."))
    assert back == pytest.approx(value, abs=0.005001)
    assert text not in {"\u22120.00", "\u22120,00"}


def test_shares_and_counts_are_written_as_in_the_language():
    assert (ENGLISH.percent(0.1), DUTCH.percent(0.1)) == ("10%", "10\u00a0%")
    assert (ENGLISH.percent(0.001), ENGLISH.percent(0.0)) == ("<1%", "0%")
    assert DUTCH.count(12345) == "12\u202f345"
    assert (DUTCH.tick(0.5), DUTCH.tick(20.0), DUTCH.tick(0.25)) == ("0,5", "20", "0,25")


def test_reasons_keep_their_numbers_and_unknown_ones_stay_as_they_are():
    reason = "3 interviews; an interval takes 5"
    assert DUTCH.reason(reason) == "3 interviews; voor een interval zijn er 5 nodig"
    assert ENGLISH.reason(reason) == reason
    assert DUTCH.reason("of a new kind {0}") == "of a new kind {0}"


def test_every_phrase_has_the_same_blanks_in_both_languages():
    for key, variants in {**PHRASES, **NAMES}.items():
        blanks = [sorted(re.findall(r"\{\w*\}", variant)) for variant in variants]
        assert blanks[0] == blanks[1], key
        assert all(variant.strip() for variant in variants), key


def test_the_file_is_utf_8_and_the_same_every_time(tmp_path):
    path = tmp_path / "new" / "evaluation.html"
    write_report(full_evaluation(), path, codebook=CODEBOOK)
    once = path.read_bytes()
    write_report(full_evaluation(), path, codebook=CODEBOOK)
    assert path.read_bytes() == once
    assert b"\r" not in once
    assert "–" in once.decode("utf-8")
    assert list(path.parent.iterdir()) == [path]


def test_one_is_never_said_in_the_plural():
    bare = bare_evaluation()
    (whole,) = bare.slices
    one = replace(bare, passages=1, slices=(replace(whole, passages=1),))
    page = to_html(one, codebook=None)
    assert not re.search(r"\b1 (passages|interviews|codes)\b", page)
    assert "op 1 passage uit 1 interview (deel “test” van het corpus)" in page
    assert "1 interview; voor een interval zijn er 5 nodig. Geen passage heeft de code." in page
    tree = lxml_html.document_fromstring(page)
    assert [e.text for e in part(tree, "en").xpath('.//dl[@class="numbers"]//dt')][:2] == [
        "Passage",
        "Interview",
    ]


def test_where_no_two_people_coded_there_is_no_column_of_people():
    tree = lxml_html.document_fromstring(to_html(bare_evaluation(), codebook=None))
    there = section(tree, "agreement")
    assert [e.text for e in there.xpath('.//th[@scope="col"]')] == ["Code", "Kappa", "Coded"]
    assert len(there.xpath('.//ul[@class="keys"]/li')) == 1
