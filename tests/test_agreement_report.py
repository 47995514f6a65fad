"""The report, the workbook and the methods paragraph of records made by hand."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from agreement_examples import (
    MODEL,
    SAID,
    agreement,
    code,
    compare,
    disagreements,
    kappa,
    three_people,
    two_people,
    undefined,
)
from openpyxl import load_workbook

from nlp_pipeline.analysis.agreement_report import (
    methods_texts,
    to_html,
    write_page,
    write_workbook,
)
from nlp_pipeline.analysis.agreement_report.findings import compared_with_people
from nlp_pipeline.analysis.agreement_report.methods_phrases import TEXT
from nlp_pipeline.analysis.agreement_report.phrases import PHRASES
from nlp_pipeline.analysis.agreement_report.speaking import Telling
from nlp_pipeline.errors import PipelineError
from nlp_pipeline.frame import CONSENSUS
from nlp_pipeline.pipeline.coded import LeftOut


class Reading(HTMLParser):
    """Collects the text of a page by language, and its links and elements."""

    def __init__(self, page):
        super().__init__()
        self.text, self.links, self.tags, self.at = {}, [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        own = dict(attrs)
        self.tags.append((tag, own))
        self.at = own.get("data-version", "" if tag == "script" else self.at)
        if tag == "a":
            self.links.append(own["href"])

    def handle_data(self, data):
        if self.at:
            self.text[self.at] = self.text.get(self.at, "") + " ".join(data.split()) + " "


def read(*parts, told=None, **more):
    made = told or agreement(*parts)
    return Reading(to_html(made, disagreements(), **more))


def test_it_says_what_was_found_before_any_figure():
    text = read().text["en"]
    assert "These figures go by what was coded blind" in text
    assert "Anna and Bram, on 80 passages that both coded: alpha of the code sets is 0.71" in text
    assert "almost perfect agreement on Money; moderate agreement on Trust" in text
    assert "about as well as they agree with each other on Money" in text
    assert "It agrees with them less than they with each other on Trust." in text
    assert "alpha of Anna and Bram was 0.10 higher" in text
    assert "The interval holds 0, so it may be chance." in text
    assert text.index("In short") < text.index("0.82")


def test_it_says_the_same_in_dutch_with_a_comma_for_a_point():
    page = read(language="nl")
    text = page.text["nl"]
    assert "0,71 (0,55 tot 0,84)" in text
    assert "bijna perfecte overeenstemming over Geld" in text
    assert "minder met hen eens dan zij onderling bij Vertrouwen" in text
    assert "Er heeft één persoon gecodeerd, dus" in text
    versions = {own["data-version"]: own for tag, own in page.tags if "data-version" in own}
    assert "hidden" in versions["en"]
    assert "hidden" not in versions["nl"]


def test_a_verdict_goes_down_to_the_lower_bound():
    assert "tentative conclusions only; at the lower bound too low to rely on" in read().text["en"]
    assert "0.85 (0.81 to 0.90), reliable." in read(three_people()).text["en"]


def test_three_people_are_one_group_with_alpha():
    text = read(three_people()).text["en"]
    assert "Anna, Bram and Carla, on 80 passages that at least two of them coded" in text
    assert "Per code, alpha is reliable for Money and Trust." in text


def test_every_figure_links_to_the_passages_on_which_these_coders_differ():
    links = read().links
    assert "consensus.html#code=money&with=Anna&with=Bram" in links
    assert f"consensus.html#code=trust&with={MODEL.replace('@', '%40')}&with=Anna" in links
    assert "consensus.html#passage=p-1" in links
    assert "consensus.html#code=trust&people=1" in read(three_people()).links
    unlinked = read(linked=False)
    assert not [link for link in unlinked.links if "consensus" in link]
    assert "only inside the study folder" in unlinked.text["en"]


def test_of_many_coders_only_the_pairs_with_most_in_common_show_what_they_mix_up():
    part = two_people()
    names = [f"Coder {number}" for number in range(9)]
    pairs = [
        compare("pair", ("Anna", name), [code("money", kappa(0.5))], kappa(0.5)) for name in names
    ]
    text = read(replace(part, comparisons=(*part.comparisons, *pairs))).text["en"]
    assert text.count("↓") == 6
    assert "pairs that are left out: 6." in text
    assert "left out" not in read().text["en"]


def test_one_passage_is_one_in_the_methods_paragraph():
    told = agreement()
    seen = replace(told.coders[0], seen=dict.fromkeys(told.coders[0].seen, 1))
    text = methods_texts(replace(told, coders=(seen, *told.coders[1:])))["nl"]
    assert f"{seen.name} codeerde 1 passage (" in text


def test_what_is_not_defined_says_why_and_is_never_a_number():
    part = two_people()
    trust = code("trust", undefined())
    broken = compare("pair", ("Anna", "Bram"), [trust], undefined())
    page = read(replace(part, comparisons=(broken,)))
    assert "both coders use one value only" in page.text["en"]
    assert "beide gebruiken maar één waarde" in page.text["nl"]
    assert "both coded ready-made passages" in read().text["en"]
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", " ".join(page.text.values()))


def test_codes_that_nobody_gave_are_left_out_of_the_pictures():
    page = to_html(agreement(), disagreements())
    pictures = re.findall(r'<table class="blocks">.*?</table>', page, flags=re.DOTALL)
    assert any("Money" in picture for picture in pictures)
    assert not any("Rare" in picture for picture in pictures)


def test_markup_stays_text_and_nothing_of_a_passage_is_in_the_page():
    raw = to_html(agreement(), disagreements())
    page = Reading(raw)
    assert "Wijk <script>alert(1)</script> & zorg" in page.text["en"]
    assert "01 <b>.txt, 4" in page.text["en"]
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert not [tag for tag, _ in page.tags if tag in ("b", "i", "img", "link", "iframe")]
    assert "emmer" not in raw
    assert "Hoe ging dat" not in raw
    policy = next(own["content"] for _, own in page.tags if "http-equiv" in own)
    assert policy.startswith("default-src 'none'")


def test_it_is_the_same_every_time_and_speaks_known_languages_only(tmp_path):
    paths = [tmp_path / "a.html", tmp_path / "b.html"]
    for path in paths:
        write_page(agreement(), disagreements(), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with pytest.raises(PipelineError, match="fr"):
        to_html(agreement(), disagreements(), language="fr")


def test_percent_agreement_and_ac1_stand_beside_prevalence():
    page = to_html(agreement(), disagreements())
    tables = re.findall(r"<table.*?</table>", page, flags=re.DOTALL)
    with_ac1 = [table for table in tables if ">AC1<" in table]
    assert with_ac1
    assert all("Prevalen" in table and "kappa" in table.lower() for table in with_ac1)


def test_what_both_gave_and_what_only_one_gave_are_counted():
    page = to_html(agreement(), disagreements())
    grid = re.search(r'<table class="heat">.*?</table>', page, flags=re.DOTALL)[0]
    rows = [re.findall(r">(\d+)<", row) for row in grid.split("<tr>")[2:]]
    # Both gave 9 of (12 + 10); on one passage Anna says money where Bram says trust.
    assert rows[0] == ["9", "1", "0"]
    assert rows[1] == ["0", "9", "0"]


def test_a_consensus_is_compared_with_but_is_no_person():
    part = two_people()
    settled = compare(
        "pair",
        (MODEL, CONSENSUS),
        [code("money", kappa(0.9, 0.8, 1.0))],
        kappa(0.9),
        with_model=True,
    )
    with_people = compare("pair", ("Anna", CONSENSUS), [code("money", kappa(0.7))], kappa(0.7))
    told = agreement(replace(part, comparisons=(*part.comparisons, with_people, settled)))
    text = read(told=told).text["en"]
    assert "model – consensus" in text
    assert "Anna and Bram, on 80 passages that both coded" in text


def test_the_model_is_weighed_against_the_interval_of_people():
    part = two_people()
    assert compared_with_people(part, ["money", "trust", "rare"]) == {
        "as": ["money"],
        "less": ["trust"],
        "mixed": [],
        "unknown": [],
    }
    no_interval = compare("pair", ("Anna", "Bram"), [code("money", kappa(0.8))], kappa(0.8))
    changed = replace(part, comparisons=(no_interval, *part.comparisons[2:]))
    assert compared_with_people(changed, ["money"])["unknown"] == ["money"]


def test_the_methods_paragraph_has_the_figures_and_their_sources():
    texts = methods_texts(agreement())
    assert "160 passages from 12 interviews (English 60, Dutch 100)" in texts["en"]
    assert "Anna coded 120 passages (75%), 80 of them without suggestions in view" in texts["en"]
    assert "kappa ranged from 0.45 (0.30 to 0.60) for Trust to 0.82 (0.70 to 0.90)" in texts["en"]
    assert "prevalence of the codes 14% to 14%" in texts["en"]
    assert "not defined for Rare" in texts["en"]
    assert "resampling interviews 2\u202f000 times" in texts["en"]
    for work in ("Cohen J.", "Landis JR", "Krippendorff K.", "Efron B.", "Passonneau R."):
        assert work in texts["en"]
        assert work in texts["nl"]
    assert "Fournier" not in texts["en"]
    assert "liep kappa van 0,45 (0,30 tot 0,60) voor Vertrouwen" in texts["nl"]
    assert "in consensus" not in texts["nl"]


def test_the_methods_paragraph_does_not_say_what_nobody_knows():
    told = agreement()
    anna, *others = told.coders
    partly = replace(anna, seen={"all": 120, "assisted": 40, "imported": 80})
    texts = methods_texts(replace(told, coders=(partly, *others)))
    assert "Anna coded 120 passages (75%); Bram coded" in texts["en"]


def test_the_methods_paragraph_names_the_statistic_that_was_used():
    text = methods_texts(agreement(three_people(way="imported")))["en"]
    assert "Cohen" not in text
    assert "alpha for nominal data (Krippendorff 2004)" in text
    assert "whether suggestions were in view is not recorded" in text
    assert "blind" not in text.split("The figures below")[1]


def test_the_methods_paragraph_holds_no_word_of_a_participant():
    for text in methods_texts(agreement()).values():
        assert "emmer" not in text


def test_the_workbook_holds_every_figure_and_no_formula(tmp_path):
    path = tmp_path / "agreement.xlsx"
    write_workbook(agreement(), disagreements(), path, language="nl")
    book = load_workbook(path)
    assert book.sheetnames == ["Samenvatting", "Per code", "Paren", "Kenmerken", "Verschillen"]
    heads, *rows = book["Per code"].iter_rows(values_only=True)
    first = dict(zip(heads, rows[0], strict=True))
    assert (first["Code"], first["Wie"]) == ("Geld", "Anna – Bram")
    assert (first["Waarde"], first["Ondergrens"], first["Bovengrens"]) == (0.82, 0.7, 0.9)
    assert first["Prevalentie"] == pytest.approx(22 / 160)
    undefined_rows = [row for row in rows if row[heads.index("Waarde")] is None]
    assert undefined_rows
    assert all(row[heads.index("Waarom er geen is")] for row in undefined_rows)
    heads, *rows = book["Verschillen"].iter_rows(values_only=True)
    assert [row[heads.index("Passage-id")] for row in rows] == ["p-1", "p-1", "p-2"]
    cell = book["Verschillen"].cell(2, heads.index("Tekst van de passage") + 1)
    assert (cell.value, cell.data_type) == (f"=1+1 {SAID}", "s")
    assert cell.alignment.wrap_text
    assert rows[2][heads.index("Consensus")] == "wel"


def test_a_workbook_without_words_has_no_column_for_them(tmp_path):
    path = tmp_path / "agreement.xlsx"
    write_workbook(agreement(), disagreements(has_text=False), path)
    heads = [cell.value for cell in next(load_workbook(path)["Disagreements"].iter_rows())]
    assert "Passage text" not in heads
    assert "Passage id" in heads


PLURAL_OF_ONE = re.compile(r"(?<![\d.,\u202f])1 (passages|interviews|codes|coders|codeurs)\b")


def ones():
    """Records in which there is one of everything that is counted."""

    def one_of(place):
        codes = tuple(replace(c, passages=1, interviews=1, differ=1) for c in place.codes)
        facets = tuple(replace(f, passages=1, interviews=1, differ=1) for f in place.facets)
        return replace(place, passages=1, interviews=1, codes=codes, facets=facets)

    few = kappa(0.5)
    few = replace(few, no_interval="1 interviews; an interval takes 5")
    part = two_people()
    found = [replace(c, slices=tuple(map(one_of, c.slices))) for c in part.comparisons]
    money = replace(found[1].whole.codes[0], figures=dict.fromkeys(code("money", few).figures, few))
    pair = replace(found[1], slices=(replace(found[1].whole, codes=(money,)),))
    told = agreement(replace(part, comparisons=(found[0], pair, *found[2:])))
    (theme,) = told.facets
    coders = [replace(c, seen={"all": 1, "blind": 1}, coded={"all": 1}) for c in told.coders]
    assisted = replace(coders[1], seen={"all": 1, "blind": 0, "assisted": 1})
    settled = replace(coders[0], name=CONSENSUS, is_consensus=True)
    return replace(
        told,
        passages=1,
        interviews=1,
        languages={"en": 1},
        facets=(replace(theme, codes=theme.codes[:1]),),
        coders=(coders[0], assisted, coders[2], settled),
    )


def test_one_is_never_said_in_the_plural():
    told = ones()
    texts = {**read(told=told).text, **methods_texts(told)}
    for text in texts.values():
        assert not PLURAL_OF_ONE.search(text), PLURAL_OF_ONE.search(text)
    page = to_html(told, disagreements())
    assert not PLURAL_OF_ONE.search(page)
    assert "1 passage of 1 interview, coded by Anna and Bram" in page
    assert "1 passage on which they differ, hardest first" in page
    assert "1 interview; voor een interval zijn er 5 nodig" in page
    methods = methods_texts(told)
    assert "The material consisted of 1 passage from 1 interview" in methods["en"]
    assert "Anna coded 1 passage (100%), without suggestions in view" in methods["en"]
    assert "Bram codeerde 1 passage (100\u00a0%), met suggesties in beeld" in methods["nl"]
    assert "kwamen over 1 passage tot consensus" in methods["nl"]
    assert "(versie 2, 1 code)" in methods["nl"]


def test_one_is_never_said_in_the_plural_in_the_workbook(tmp_path):
    path = tmp_path / "agreement.xlsx"
    write_workbook(ones(), disagreements(), path)
    cells = [str(c.value) for sheet in load_workbook(path) for row in sheet for c in row]
    assert "On 1 passage only the model differs." in cells
    assert not [cell for cell in cells if PLURAL_OF_ONE.search(cell)]


def test_what_only_the_model_differs_on_is_counted_apart():
    page = read()
    assert "Coders differ on 1 passage." in page.text["en"]
    assert "On 1 passage only the model differs." in page.text["en"]
    assert "Codeurs verschillen over 1 passage." in page.text["nl"]
    assert "Op 1 passage wijkt alleen het model af." in page.text["nl"]


def test_of_one_coder_only_the_model_can_differ():
    told = agreement()
    alone = replace(told, coders=(told.coders[0], told.coders[2]))
    only_model = replace(disagreements(), passages=disagreements().passages[1:])
    text = Reading(to_html(alone, only_model)).text["en"]
    assert "On 1 passage only the model differs." in text
    assert "on which coders differ" not in text.replace("Where coders differ", "")


def test_a_grid_names_its_facet_and_leaves_out_what_neither_coded():
    page = to_html(agreement(), disagreements())
    grid = re.search(r'<table class="heat">.*?</table>', page, flags=re.DOTALL)[0]
    assert "<caption>Anna – Bram: Theme</caption>" in grid
    assert grid.rstrip().endswith("<td></td></tr>\n      </tbody>\n    </table>")


def test_a_column_for_the_consensus_is_there_only_if_there_is_one():
    settled = disagreements()
    first, second = settled.passages
    codes = tuple(replace(one, consensus=None) for one in second.codes)
    open_yet = replace(settled, passages=(first, replace(second, codes=codes)))

    def heads(found):
        page = to_html(agreement(), found)
        table = re.search(r'<table class="hardest">.*?</thead>', page, flags=re.DOTALL)[0]
        return re.findall(r'<th scope="col">(.*?)</th>', table)

    assert heads(settled) == ["Passage", "Code", "Gave it", "Did not", "Consensus"]
    assert heads(open_yet) == ["Passage", "Code", "Gave it", "Did not"]


def test_it_says_what_is_of_other_codings_than_the_figures():
    said = "These figures go by all codings as they are now."
    assert read(two_people("blind"), two_people("all")).text["en"].count(said) == 2
    assert said not in read(two_people("blind")).text["en"]


def test_of_many_coders_the_effect_of_suggestions_is_shown_for_all_people_at_once():
    told = agreement()
    (effect,) = told.anchoring
    names = [f"Coder {number}" for number in range(6)]
    pairs = [replace(effect, coders=(a, b)) for a in names for b in names if a < b]
    models = [replace(effect, coders=(MODEL, name), with_model=True) for name in names]
    groups = [
        replace(effect, kind="people", coders=tuple(names)),
        replace(effect, kind="everybody", coders=(*names, MODEL), with_model=True),
    ]
    page = to_html(replace(told, anchoring=(*pairs, *models, *groups)), disagreements())
    section = re.search(r'<section id="en-anchor".*?</section>', page, flags=re.DOTALL)[0]
    who = re.findall(r'<th scope="row" class="who-col">(.*?)</th>', section)
    assert who == ["people", "people and the model"]


def test_how_often_many_coders_gave_a_code_is_a_span():
    page = to_html(agreement(three_people()), disagreements())
    cells = re.findall(r'<td class="small-fig">(.*?)</td>', page)
    assert "7 to 9" in cells
    assert "7 tot 9" in cells
    assert "12 · 10" in re.findall(
        r'<td class="small-fig">(.*?)</td>', to_html(agreement(), disagreements())
    )


def test_what_a_study_has_to_know_is_said_in_dutch_too():
    left_out = LeftOut(waiting={"old_code": 3}, other_text=2, outside=1)
    scores = "the model gives no scores for money, trust, so these are not compared with it"
    stale = (
        "the codebook has changed since this run; run the study again for suggestions that go by it"
    )
    notes = (*left_out.notes, scores, stale)
    assert len(notes) == 5
    told = agreement(notes=notes)
    dutch = Telling(language="nl", told=told)
    assert all(dutch.says(note) for note in notes)
    text = read(told=told).text["nl"]
    assert "voor die codeur zijn weggelaten: old_code (3); neem ze mee" in text
    assert "Weggelaten beslissingen: 2; ze gaan over" in text
    assert "Het model geeft geen scores voor money, trust, dus" in text
    assert not dutch.says("1 interviews of some new kind")


def test_a_label_in_one_language_serves_both():
    made = agreement()
    (theme,) = made.facets
    dutch = replace(theme.codes[0], label={"nl": "Geld"})
    told = replace(made, facets=(replace(theme, codes=(dutch, *theme.codes[1:])),))
    assert Telling(language="en", told=told).code("money") == "Geld"
    assert Telling(language="en", told=told).code("gone") == "gone"


@pytest.mark.parametrize("phrases", [PHRASES, TEXT])
def test_every_phrase_has_the_same_blanks_in_both_languages(phrases):
    for key, variants in phrases.items():
        blanks = [set(re.findall(r"\{\w*\}", variant)) for variant in variants]
        assert blanks[0] == blanks[1], key
        assert all(variant.strip() for variant in variants), key
