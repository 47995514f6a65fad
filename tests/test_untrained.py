import csv
import json
import zlib
from dataclasses import replace

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from interviews import KeywordClassifier, write_interviews
from tiny import write_tiny_model

from nlp_pipeline import pipeline, store
from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.config import read_codebook
from nlp_pipeline.errors import ModelError
from nlp_pipeline.records import OTHER_LANGUAGE, UNTRAINED, Passage, Role
from nlp_pipeline.untrained import EXAMPLE_WORDS, FEWEST_EXAMPLES, MOST, Untrained, suggest


class Words:
    """An encoder that only sees which words a text has; like all encoders it has a habit."""

    model_id = "words@0123456789ab"

    def embed(self, texts, *, progress=None):
        rows = np.full((len(texts), 512), 0.2, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().replace(".", " ").replace(",", " ").replace(":", " ").split():
                if len(word) > 3:
                    row[zlib.crc32(word.encode("utf-8")) % 512] += 1
        if progress is not None:
            progress(len(texts))
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def passage(text, *, language="nl", role=Role.RESPONDENT, number=0):
    return Passage(
        id=f"p{number}",
        transcript_id="t",
        start=0,
        end=len(text),
        text=text,
        language=language,
        speaker=None,
        role=role,
    )


def codebook(*codes, exclusive=False):
    return Codebook(
        name="mine", version="2", facets=(Facet(id="f", codes=codes, exclusive=exclusive),)
    )


SPACE = Code(
    id="space",
    label={"nl": "Ruimte", "en": "Space"},
    definition={"nl": "kamers gebouwen verdieping", "en": "rooms buildings corridor"},
)
MONEY = Code(
    id="money",
    label={"nl": "Geld", "en": "Money"},
    definition={"nl": "subsidie tarief begroting", "en": "grants tariff budget"},
)
TRUST = Code(
    id="trust",
    label={"nl": "Vertrouwen", "en": "Trust"},
    definition={"nl": "elkaar vertrouwen geloven", "en": "trusting believing people"},
)
BOOK = codebook(SPACE, MONEY, TRUST)


def suggested(found):
    return [s.code for s in found if s.suggested]


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("Die kamers liggen op een andere verdieping.", "nl", "space"),
        ("The grants stop and there is no budget.", "en", "money"),
        ("Ik moet haar kunnen geloven en vertrouwen.", "nl", "trust"),
    ],
)
def test_a_passage_gets_the_code_that_it_is_most_like(text, language, code):
    found = Untrained(Words(), BOOK).classify([passage(text, language=language)])
    assert [s.code for s in found] == list(BOOK.code_ids)
    assert max(found, key=lambda s: s.score).code == code
    assert suggested(found) == [code]
    assert {s.model_id for s in found} == {UNTRAINED + Words.model_id}
    assert all(0 <= s.score <= 1 for s in found)


def test_a_passage_about_nothing_in_the_codebook_is_like_no_code():
    untrained = Untrained(Words(), BOOK)
    found = untrained.likeness(["Wij wandelen graag.", "De subsidie stopt."], ["nl", "nl"])
    assert found[0].max() < found[1].max() / 2


def test_no_other_passage_changes_a_likeness():
    texts = ["Die kamers zijn klein.", "De subsidie stopt.", "Dat is gezellig."]
    untrained = Untrained(Words(), BOOK)
    together = untrained.likeness(texts, ["nl"] * 3)
    alone = np.concatenate([untrained.likeness([text], ["nl"]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=2e-6)


def test_interviewers_and_other_languages_get_nothing_and_progress_counts_the_rest():
    done = []
    found = Untrained(Words(), BOOK).classify(
        [
            passage("De subsidie?", role=Role.INTERVIEWER, number=0),
            passage("La subvention.", language=OTHER_LANGUAGE, number=1),
            passage("De subsidie stopt.", number=2),
        ],
        progress=done.append,
    )
    assert {s.passage_id for s in found} == {"p2"}
    assert sum(done) == 1
    assert Untrained(Words(), BOOK).classify([]) == ()


def test_a_codebook_in_one_language_serves_both():
    english = codebook(
        *(
            replace(code, label={}, definition={"en": code.definition["en"]})
            for code in BOOK.facets[0].codes
        )
    )
    found = Untrained(Words(), english).classify([passage("Die grants en dat budget.")])
    assert max(found, key=lambda s: s.score).code == "money"


def test_a_codebook_of_one_code_can_still_be_compared():
    found = Untrained(Words(), codebook(SPACE)).classify(
        [passage("Kamers en gebouwen."), passage("Wij wandelen graag.", number=1)]
    )
    assert found[0].suggested
    assert found[1].score < found[0].score


def test_an_example_makes_a_passage_in_its_words_more_alike():
    text = "Ik sta altijd op de wachtlijst voor de parkeerplaats."
    richer = codebook(replace(SPACE, examples=("De parkeerplaats heeft een wachtlijst.",)), MONEY)
    before = Untrained(Words(), codebook(SPACE, MONEY)).likeness([text], ["nl"])
    after = Untrained(Words(), richer).likeness([text], ["nl"])
    assert after[0, 0] > before[0, 0]


def test_examples_of_the_passages_own_language_are_used_where_there_are_any():
    dutch = "De parkeerplaats heeft een wachtlijst en dat is lastig voor ons."
    english = "The parking place has a waiting list and that is hard for all of us."
    text = "The parking place again, and the waiting list for it."
    both = Untrained(Words(), codebook(replace(SPACE, examples=(dutch, english)), MONEY))
    one = Untrained(Words(), codebook(replace(SPACE, examples=(english,)), MONEY))
    assert np.array_equal(both.likeness([text], ["en"]), one.likeness([text], ["en"]))


# --- how many are suggested, and from which likeness ------------------------------------------

NESTED = Codebook(
    name="nested",
    version="1",
    facets=(
        Facet(
            id="a",
            codes=(
                Code(id="top", label={}),
                *(Code(id=f"a{i}", label={}, parent="top") for i in range(4)),
            ),
        ),
        Facet(id="b", codes=tuple(Code(id=f"b{i}", label={}) for i in range(3)), exclusive=True),
    ),
)


@hypothesis_settings(max_examples=60)
@given(
    st.lists(
        st.lists(st.floats(0, 1), min_size=8, max_size=8),
        min_size=1,
        max_size=6,
    ),
    st.floats(0, 1),
)
def test_what_is_suggested_keeps_its_promises(rows, cut_off):
    likeness = np.array(rows)
    before = likeness.copy()
    flags = suggest(likeness, NESTED, cut_off=cut_off)
    assert np.array_equal(likeness, before)
    assert flags.sum(1).max() <= MOST
    assert not flags[:, 0].any()
    assert flags[:, 5:].sum(1).max() <= 1
    assert (likeness[flags] >= cut_off).all()
    for row, chosen in zip(likeness, flags, strict=True):
        if chosen.sum() < MOST:
            assert (row[1:5][~chosen[1:5]] < cut_off).all()


def test_few_examples_leave_the_default_cut_off():
    few = Untrained(Words(), codebook(replace(SPACE, examples=("De gang is lang.",)), MONEY))
    assert few.comparison.examples == 0
    assert 0 <= few.comparison.cut_off < 1


def test_examples_shorter_than_a_passage_set_no_cut_off():
    short = tuple(f"De gang van kamer {number} is lang." for number in range(FEWEST_EXAMPLES))
    book = codebook(replace(SPACE, examples=short), MONEY)
    assert Untrained(Words(), book).comparison.examples == 0


def test_enough_examples_set_the_cut_off_and_help_on_new_passages():
    rooms = "kamer gang trap balie lift deur raam muur kelder zolder".split()
    coins = "subsidie tarief begroting beurs toeslag factuur loon rente lening premie".split()
    others = "de het was er voor ons toch wel heel erg vaak".split()

    def texts(words, seed):
        draw = np.random.default_rng(seed)
        own = [draw.choice(words, 4, replace=False) for _ in range(FEWEST_EXAMPLES // 2)]
        return tuple(" ".join([*found, *draw.choice(others, EXAMPLE_WORDS - 4)]) for found in own)

    book = codebook(
        replace(SPACE, examples=texts(rooms, 1)), replace(MONEY, examples=texts(coins, 2))
    )
    untrained = Untrained(Words(), book)
    assert untrained.comparison.examples == FEWEST_EXAMPLES
    new = [passage(text, number=i) for i, text in enumerate((*texts(rooms, 3), *texts(coins, 4)))]
    found = untrained.classify(new)
    hit = [s.code == ("space" if int(s.passage_id[1:]) < 10 else "money") for s in found]
    right = [s.suggested == is_code for s, is_code in zip(found, hit, strict=True)]
    assert np.mean(right) > 0.8


# --- the codebook cfir ------------------------------------------------------------------------


def test_cfir_has_every_construct_in_both_languages_and_three_levels():
    cfir = read_codebook("cfir")
    parents = {code.parent for code in cfir} - {None}
    assert len(cfir.code_ids) == 67 + 5  # 48 constructs, 19 of them nested ones, and 5 domains
    for code in cfir:
        assert set(code.label) == {"nl", "en"} == set(code.definition)
        assert (code.id in parents) == (not code.examples)
    assert cfir.code("market_pressure").parent == "external_pressure"
    assert cfir.code("external_pressure").parent == "outer_setting"


# --- a study with a codebook that its model does not know -------------------------------------


def write_study(folder, settings):
    write_interviews(folder / "transcripts")
    (folder / "study.yaml").write_text(settings, encoding="utf-8")
    return folder


def run_study(folder, **options):
    study = pipeline.load_study([folder])
    return pipeline.run(study, pipeline.load_classifier(study), **options)


@pytest.fixture
def study(tmp_path):
    write_tiny_model(tmp_path / "study" / "models" / "tiny")
    return write_study(tmp_path / "study", "codebook: cfir\nmodel: tiny\n")


def test_a_run_with_an_unknown_codebook_says_untrained_wherever_a_score_is(study):
    summary = run_study(study)
    assert summary.state == "finished"
    assert any('not trained on codebook "cfir"' in note for note in summary.notes)
    assert any("not probabilities" in note for note in summary.notes)
    manifest = json.loads((summary.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["model"]["id"].startswith("untrained:tiny@")
    assert manifest["model"]["calibrated"] is False
    assert set(manifest["model"]["untrained"]) == {"cut_off", "examples", "known"}
    rows = store.read_suggestions(summary.folder / "suggestions.parquet")
    assert all(row.model_id.startswith(UNTRAINED) for row in rows)
    review = summary.folder / "review"
    page = (review / "overview.html").read_text(encoding="utf-8")
    assert "No model was trained on this codebook" in page
    assert "estimate, between 0 and 1, of the probability" not in page.partition("<script")[0]
    with (review / "passages.csv").open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    assert "likeness_financing" in header
    assert not [name for name in header if name.startswith("score")]
    line = json.loads((review / "passages.jsonl").read_text(encoding="utf-8").split("\n")[0])
    assert set(line["likeness"]) == set(read_codebook("cfir").code_ids)
    assert len(line["suggested"]) <= MOST
    book = openpyxl.load_workbook(review / "suggestions.xlsx")
    heads = [cell.value for cell in book.worksheets[0][1]]
    assert "Funding (untrained likeness)" in heads
    assert "No model was trained" in "".join(str(c.value) for c in book["About"]["B"])
    book.close()


def test_a_second_run_does_nothing_but_still_says_untrained(study):
    first = run_study(study)
    second = run_study(study)
    assert second.state == "unchanged"
    assert second.run_id == first.run_id
    assert any("not probabilities" in note for note in second.notes)


def test_a_lost_page_of_an_untrained_run_is_written_again_the_same(study):
    page = run_study(study).folder / "review" / "overview.html"
    before = page.read_bytes()
    page.unlink()
    assert run_study(study).state == "restored"
    assert page.read_bytes() == before


def test_a_codebook_that_is_known_in_part_is_untrained_as_a_whole_and_says_so(study):
    book = {
        "name": "mixed",
        "version": "1",
        "facets": [
            {
                "id": "f",
                "codes": [
                    {"id": "barrier", "label": {"nl": "Belemmering"}},
                    {"id": "hindrance", "label": {"nl": "Hinder"}},
                ],
            }
        ],
    }
    (study / "mixed.yaml").write_text(json.dumps(book), encoding="utf-8")
    (study / "study.yaml").write_text("codebook: mixed.yaml\nmodel: tiny\n", encoding="utf-8")
    summary = run_study(study)
    rows = store.read_suggestions(summary.folder / "suggestions.parquet")
    assert {row.model_id.startswith(UNTRAINED) for row in rows} == {True}
    assert any('The model does know "barrier";' in note for note in summary.notes)


def test_a_bare_encoder_is_enough_to_compare(study):
    write_tiny_model(study / "models" / "bare", heads=False, name="bare")
    (study / "study.yaml").write_text("codebook: rmic\nmodel: bare\n", encoding="utf-8")
    summary = run_study(study)
    rows = store.read_suggestions(summary.folder / "suggestions.parquet")
    assert all(row.model_id.startswith("untrained:bare@") for row in rows)


def test_a_codebook_with_fewer_codes_than_the_model_is_known(tmp_path, interviews):
    study = pipeline.load_study([interviews])
    valence = Codebook(name="less", version="1", facets=study.codebook.facets[:1])
    out = tmp_path / "out"
    summary = pipeline.run(replace(study, codebook=valence), KeywordClassifier(), out=out)
    assert summary.notes == ()
    rows = store.read_suggestions(out / "suggestions.parquet")
    assert {row.code for row in rows} == set(valence.code_ids)
    assert not [row for row in rows if row.model_id.startswith(UNTRAINED)]


def test_files_without_a_study_never_fall_back_unasked(interviews, tmp_path):
    bare = write_tiny_model(tmp_path / "bare", heads=False)
    study = pipeline.load_study([interviews], model=str(bare))
    with pytest.raises(ModelError, match="bare encoder"):
        pipeline.load_classifier(study)
