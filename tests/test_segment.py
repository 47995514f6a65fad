import random
import re
import zlib
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.config import SegmentSettings
from nlp_pipeline.ids import make_id
from nlp_pipeline.records import OTHER_LANGUAGE, Role, Transcript, Turn
from nlp_pipeline.segment import segment_transcript
from nlp_pipeline.segment.cuts import cut_cost, cut_turn, length_cost, topic_scores
from nlp_pipeline.segment.sentences import sentence_starts
from nlp_pipeline.segment.talk import is_backchannel
from nlp_pipeline.segment.units import Unit, turn_units

R, I, U = Role.RESPONDENT, Role.INTERVIEWER, Role.UNKNOWN  # noqa: E741
SHORT = SegmentSettings(min_words=4, target_words=20, max_words=40)


def transcript(*turns, language="nl", between="\n\n"):
    """Return a transcript of (role, words) or (role, words, speaker)."""
    text, records = "", []
    for role, words, *speaker in turns:
        text += f"{role.name}: "
        name = speaker[0] if speaker else role.name
        records.append(Turn(speaker=name, role=role, start=len(text), end=len(text) + len(words)))
        text += words + between
    return Transcript(
        id="t1",
        language=language,
        text=text,
        turns=tuple(records),
        source_name="t1.txt",
        source_sha256="0" * 64,
    )


def cut(words, *, language="nl", settings=SHORT, embed=None):
    """Return the texts of the passages of one respondent turn, without the space after them."""
    told = transcript((R, words), language=language)
    return [p.text.rstrip() for p in segment_transcript(told, settings, embed=embed)]


def sentences(text, language="nl"):
    starts = sentence_starts(text, language=language)
    return [text[a:b].strip() for a, b in zip(starts, (*starts[1:], len(text)), strict=True)]


def bag_of_words(texts):
    """Return unit vectors that count words of four letters and more."""
    vectors = np.zeros((len(texts), 256))
    for row, text in zip(vectors, texts, strict=True):
        for word in re.findall(r"\w{4,}", text.lower()):
            row[zlib.crc32(word.encode()) % 256] += 1
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


# Sentences. A bar marks where one ends; the text is what is left without the bars.


@pytest.mark.parametrize(
    "marked",
    [
        "Ik belde dr. Jansen. |Die zei dat het kon.",
        "Het gaat o.a. om geld, d.w.z. om tijd, bijv. van de wijk. |Dat is zo.",
        "Om 10.30 uur kwam ze pas. |Toen was het klaar.",
        "Dat zei J. de Vries. |En A.B. van Dam ook.",
        "Ik sprak mevr. De Wit en prof. Van Dijk. |Die wisten het.",
        "Wij bellen, mailen, appen enz. |De huisarts doet dat niet.",
        "Dat was... hoe heet het... lastig. |En toen... |Nou, niks.",
        "Het is zo… maar goed. |Dat weten we… |Daarna kwam zij.",
        "Wat moet je dan?! |Ik weet het niet!! |Jij?",
        'Hij zei: "Dat kan niet." |En toen ging hij weg.',
        'Toen kwam het. |"Waarom?" vroeg ik. |"Omdat het zo is." zei hij.',
        "“Nee,” zei ze. |“Dat gaat niet.” |Klaar.",
        "(Dat was vorig jaar.) |Daarna ging het goed.",
        "Dan (echt waar!) nog een keer. |Goed.",
        "Dat was grappig. [lacht] |Maar het was ook zo.",
        "Eerst dit. |[00:01:02] Daarna dat.",
        "Kijk op zorg.nl of www.zorg.nl. |Versie 2.0 is het.",
        "1. Eerst bellen. |2. Dan mailen.",
        "Dat was pas. |Dat weet ik. |Ik zei dat. |Toen kwam zij.",
        "ik heb dat gedaan. |toen ging het goed. |en nu niet meer.",
        "Het waren ong. tien man. |Meer niet.",
        "Daar was hij.|Toen ging hij weer.",
        "Ja. |Nou, wij doen dat 😀. |Toch?",
        "Eerste regel zonder punt\n|Tweede regel\n\n|derde regel",
    ],
)
def test_dutch_sentences(marked):
    assert sentences(marked.replace("|", "")) == [part.strip() for part in marked.split("|")]


@pytest.mark.parametrize(
    "marked",
    [
        "I saw Dr. Smith and Mrs. Jones. |They were fine.",
        "It was 10.30 a.m. and we had, e.g. no rooms, i.e. nothing. |So we left.",
        "Mr. J. Smith of the U.K. Government said so. |Really.",
        "No. |We were not told.",
        "It was room no. 4. |Then it was no. 5.",
        "She's a Ph.D. student. |Plan B. |Then it worked.",
        "I was like... what do we do? |And then...|",
        '"We can\'t do that." |And she left. |"Why?" she said.',
        "That was hard. (Laughs) |But we did it!",
    ],
)
def test_english_sentences(marked):
    expected = [part.strip() for part in marked.split("|") if part]
    assert sentences(marked.replace("|", ""), "en") == expected


def test_lines_of_an_old_text_file_are_no_sentences():
    wrapped = (
        "De wijkverpleging komt hier al jaren niet meer aan tafel zitten, en\n"
        "Annemarie van de gemeente heeft daar wel eens over gebeld met de\n"
        "GGZ, maar daar is verder niets van gekomen voor zover ik het weet."
    )
    assert len(sentences(wrapped)) == 1
    assert len(sentences(wrapped.replace("\n", "\n\n"))) == 3


# Passages


def test_a_turn_is_cut_where_a_new_paragraph_starts():
    first = "Met de huisarts gaat het goed. Die belt terug en die komt ook langs als het nodig is."
    second = (
        "Het geld is een ander verhaal. De gemeente betaalt een deel en wie de rest weet niemand."
    )
    assert cut(f"{first}\n{second}") == [first, second]


def test_a_turn_is_cut_where_the_topic_turns():
    doctor = (
        "The doctor always phones the nurse. The nurse then phones the doctor back. "
        "The doctor and the nurse know each other well."
    )
    money = (
        "Money is short because the council pays late. The council wants receipts for the money. "
        "Every year the council asks for money back."
    )
    text = f"{doctor} {money}"
    longer = SegmentSettings(min_words=4, target_words=25, max_words=60, topic_weight=1.0)
    assert cut(text, language="en", settings=longer, embed=bag_of_words) == [doctor, money]
    off = longer.model_copy(update={"topic_similarity": False})
    assert cut(text, language="en", settings=off, embed=bag_of_words) == cut(
        text, language="en", settings=longer
    )


def test_a_word_that_opens_a_topic_decides_where_lengths_do_not():
    parts = [
        "Wij gaan elke week langs bij de mensen in de wijk.",
        "Dat doen we al een jaar of drie met elkaar.",
        "Daarnaast zitten wij in het overleg van de gemeente hier.",
        "Dat is elke maand op een dinsdag om half negen.",
    ]
    strong = SHORT.model_copy(update={"opener_bonus": 1.0})
    assert cut(" ".join(parts), settings=strong) == [" ".join(parts[:2]), " ".join(parts[2:])]
    swapped = [parts[0], parts[2], parts[1], parts[3]]
    assert cut(" ".join(swapped), settings=strong)[0] == parts[0]


def test_a_short_turn_stays_whole():
    text = "Ja, dat klopt. Dat is bij ons ook zo. Maar ja."
    assert cut(text, settings=SegmentSettings()) == [text]


def test_a_backchannel_sentence_stays_with_what_follows():
    question = "Wij zien elkaar elke maandag in het buurthuis en dan praten we over alles. "
    answer = "Nou, wij hebben daar twee jaar geleden met de gemeente een afspraak over gemaakt."
    for small in ("Ja.", "Ja, precies.", "Hm hm.", "Nee. Ja ja. [lacht]", "Okay. Yeah."):
        found = cut(f"{question}\n{small} {answer}")
        assert found == [question.strip(), f"{small} {answer}"]
    assert cut(f"{question}\n{answer} Ja. Precies.") == [question.strip(), f"{answer} Ja. Precies."]


def test_a_backchannel_turn_is_a_passage_with_its_question():
    told = transcript(
        (I, "Werkt dat goed?"), (R, "Ja."), (I, "En vroeger?"), (R, "Hm, ja ja."), (R, "Nee.")
    )
    found = segment_transcript(told, SegmentSettings())
    assert [(p.text, p.context) for p in found] == [
        ("Ja.", "Werkt dat goed?"),
        ("Hm, ja ja.", "En vroeger?"),
        ("Nee.", "En vroeger?"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ja.", True),
        ("hm-hm", True),
        ("Hmmm... jaaa, precies!", True),
        ("Yeah, of course. I see.", True),
        ("Ja hoor [lacht]", True),
        ("Ja, maar niet altijd", False),
        ("De huisarts", False),
        ("[lacht]", False),
        ("...", False),
        ("", False),
    ],
)
def test_what_is_only_a_backchannel(text, expected):
    assert is_backchannel(text) is expected


def test_remarks_and_time_stamps_never_stand_alone():
    text = (
        "[00:01:00]\nDat was een hele klus met al die mensen erbij en zonder geld.\n[lacht]\n"
        "[00:02:00]\nMaar het is ons gelukt en daar ben ik nog altijd erg blij mee."
    )
    first, second = cut(text)
    assert first.startswith("[00:01:00]")
    assert first.endswith("[lacht]")
    assert second.startswith("[00:02:00]\nMaar")
    assert cut("[onverstaanbaar]") == ["[onverstaanbaar]"]


def test_a_sentence_that_is_too_long_is_cut_at_a_clause():
    text = (
        "Wij hebben toen met de hele groep en met de gemeente om de tafel gezeten over het geld, "
        "maar daar kwam eigenlijk niks uit omdat iedereen naar een ander wees en niemand wilde "
        "beginnen, dus toen zijn wij zelf maar iets gaan doen met de mensen uit de buurt."
    )
    found = cut(text)
    assert " ".join(found) == text
    assert [re.split(r"\W", part)[0] for part in found] == ["Wij", "maar"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_speech_without_punctuation_is_cut_at_discourse_markers(language):
    clause = {
        "nl": "maar met de wijkverpleging is dat weer anders want die zie je daar bijna nooit",
        "en": "but with the district nurses that is different you never really see them there",
    }[language]
    words = " ".join([clause] * 30)
    found = cut(words, language=language, settings=SegmentSettings())
    assert len(found) >= 30 * 14 / 120
    assert all(30 <= len(part.split()) <= 120 for part in found)
    assert all(part.split()[0] in {"maar", "but"} for part in found)


def test_speech_without_punctuation_and_markers_is_cut_evenly():
    text = " ".join(f"woord{n}" for n in range(500))
    lengths = [len(part.split()) for part in cut(text, settings=SegmentSettings())]
    assert sum(lengths) == 500
    assert max(lengths) - min(lengths) <= 60
    assert max(lengths) <= 120


def test_one_endless_word_is_left_whole():
    assert cut("a" * 3000) == ["a" * 3000]
    assert cut("Kort. " + "(" * 500)[-1].endswith("(" * 500)


def test_a_turn_of_fifty_thousand_characters():
    sentence = "Ik belde dr. Jansen om 10.30 uur, want die had tijd. Maar dat was lastig... "
    text = (sentence * 700)[:50_000].strip()
    found = segment_transcript(transcript((R, text)), SegmentSettings(), embed=bag_of_words)
    assert "".join(p.text for p in found) == text
    assert all(40 <= len(p.text.split()) <= 90 for p in found[:-1])


@pytest.mark.parametrize(
    "text", ["(" * 50_000, '"' * 50_000, ". " * 25_000, "ja, " * 12_500, "a\n" * 25_000]
)
def test_text_that_makes_a_tokenizer_slow_is_still_covered(text):
    found = segment_transcript(transcript((R, text)), SegmentSettings())
    assert "".join(p.text for p in found) == text


def test_offsets_count_code_points():
    # A family of seven code points, a combining mark that NFC cannot join, and a flag.
    text = "Dat was zo 👨‍👩‍👧‍👦. En x̌ ook hoor, dat weet je. Naar 🇳🇱 terug.\nDaar ging het 😀 over."
    told = transcript((I, "Hoe 😀 was dat?"), (R, text))
    found = segment_transcript(told, SegmentSettings(min_words=1, target_words=4, max_words=6))
    assert len(found) > 2
    assert all(p.text == told.text[p.start : p.end] for p in found)
    assert "".join(p.text for p in found) == text
    assert found[0].start == told.turns[1].start


def test_half_a_surrogate_pair_does_not_stop_the_program():
    assert cut("Dat was \ud83d zo. Toen niet meer.") == ["Dat was \ud83d zo. Toen niet meer."]


# Turns, roles and context


def test_interviewers_are_not_cut_and_unknown_speakers_are():
    told = transcript((I, "Hoe gaat het?"), (R, "Goed hoor."), (U, "Veldnotitie van die dag."))
    found = segment_transcript(told, SegmentSettings())
    assert [(p.role, p.speaker) for p in found] == [(R, "RESPONDENT"), (U, "UNKNOWN")]


def test_field_notes_without_an_interviewer_have_no_context():
    told = transcript((U, "Eerste notitie over het overleg."), (U, "Tweede notitie."))
    assert [p.context for p in segment_transcript(told, SegmentSettings())] == ["", ""]


def test_an_interviewer_who_hums_has_not_asked_anything_new():
    told = transcript(
        (I, "Hoe loopt de samenwerking?"), (R, "Dat gaat wel."), (I, "Hm-hm."), (R, "Soms niet.")
    )
    contexts = {p.context for p in segment_transcript(told, SegmentSettings())}
    assert contexts == {"Hoe loopt de samenwerking?"}


def test_questions_in_a_row_are_one_question():
    told = transcript(
        (I, "Eerst iets anders."), (R, "Goed."), (I, "U werkt hier lang."), (I, "Oké."),
        (I, "Hoe\n lang?", "Tweede interviewer"), (R, "Tien jaar."),
    )  # fmt: skip
    assert segment_transcript(told, SegmentSettings())[-1].context == "U werkt hier lang. Hoe lang?"


def test_in_a_focus_group_all_answer_the_moderators_question():
    told = transcript(
        (I, "Wat helpt jullie?"), (R, "Korte lijnen.", "Anna"), (R, "Ja.", "Bas"),
        (R, "Bij ons niet hoor.", "Carla"),
    )  # fmt: skip
    found = segment_transcript(told, SegmentSettings())
    assert [p.speaker for p in found] == ["Anna", "Bas", "Carla"]
    assert {p.context for p in found} == {"Wat helpt jullie?"}


@pytest.mark.parametrize(
    ("limit", "context"), [(0, ""), (2, "vijf zes"), (60, "een twee drie vier vijf zes")]
)
def test_the_end_of_a_long_question_is_kept(limit, context):
    told = transcript((I, "een twee drie\nvier vijf zes"), (R, "Ja, dat is zo."))
    found = segment_transcript(told, SegmentSettings(context_words=limit))
    assert found[0].context == context


def test_turns_without_a_word_give_no_passage():
    told = transcript((R, ""), (R, "  \n "), (R, "Toch wel."))
    assert [p.text for p in segment_transcript(told, SegmentSettings())] == ["Toch wel."]
    empty = Transcript(
        id="t", language="nl", text="", turns=(), source_name="t", source_sha256="0" * 64
    )
    assert segment_transcript(empty, SegmentSettings(), embed=bag_of_words) == ()


def test_every_passage_has_its_own_language():
    told = transcript(
        (R, "Wij doen dat hier altijd samen met de huisarts en de wijkverpleging."),
        (R, "Well, in my experience the team has never really worked with the hospital."),
        (R, "Ja."),
        (R, "Мы всегда работаем вместе с врачом и с больницей в нашем районе."),
    )
    languages = [p.language for p in segment_transcript(told, SegmentSettings())]
    assert languages == ["nl", "en", "nl", OTHER_LANGUAGE]


def test_a_transcript_in_another_language_is_still_covered():
    told = transcript((R, "Мы работаем вместе. Это хорошо."), language=OTHER_LANGUAGE)
    found = segment_transcript(told, SegmentSettings())
    assert "".join(p.text for p in found) == "Мы работаем вместе. Это хорошо."
    assert {p.language for p in found} == {OTHER_LANGUAGE}


def test_ids_come_from_the_place_in_the_transcript():
    told = transcript((R, "Dat is zo."), (R, "Dat is zo."))
    first, second = segment_transcript(told, SegmentSettings())
    assert first.id == make_id("passage", "t1", first.start, first.end)
    assert first.id != second.id


# The sum that the cuts make least


def unit(words, **cues):
    return Unit(start=0, end=1, words=words, **cues)


def divisions(count):
    """Return every way to divide a number of units into runs."""
    for mask in range(2 ** (count - 1)):
        edges = [0, *(k for k in range(1, count) if mask >> (k - 1) & 1), count]
        yield list(pairwise(edges))


def total(division, units, topic, chosen):
    lengths = [sum(u.words for u in units[a:b]) for a, b in division]
    if any(
        length > chosen.max_words and b - a > 1
        for length, (a, b) in zip(lengths, division, strict=True)
    ):
        return float("inf")
    starts = [a for a, _ in division[1:]]
    return sum(length_cost(length, chosen) for length in lengths) + sum(
        cut_cost(units[a], topic[a - 1], chosen) for a in starts
    )


@settings(max_examples=60)
@given(st.data())
def test_no_other_division_costs_less(data):
    units = data.draw(
        st.lists(
            st.builds(
                unit,
                words=st.integers(1, 45),
                paragraph=st.booleans(),
                opener=st.booleans(),
                inside=st.sampled_from([0.0, 1.0]),
            ),
            min_size=1,
            max_size=8,
        )
    )
    size = len(units) - 1
    topic = data.draw(st.lists(st.floats(-1, 1), min_size=size, max_size=size))
    found = list(cut_turn(units, topic=topic, settings=SHORT))
    least = min(total(division, units, topic, SHORT) for division in divisions(len(units)))
    assert total(found, units, topic, SHORT) == pytest.approx(least, abs=1e-6)


def test_the_terms_of_the_sum_are_what_the_settings_say():
    chosen = SegmentSettings()
    assert length_cost(60, chosen) == 0
    assert length_cost(30, chosen) == pytest.approx(0.25)
    assert length_cost(120, chosen) == pytest.approx(1.0)
    assert length_cost(7, chosen) > 50
    assert cut_cost(unit(9), 0.0, chosen) == pytest.approx(chosen.cut_cost)
    everything = unit(9, paragraph=True, opener=True, inside=2.0)
    assert cut_cost(everything, -1.0, chosen) == pytest.approx(0.35 - 0.8 - 0.1 + 1.0 - 0.6)
    tight = SegmentSettings(min_words=5, target_words=5, max_words=5)
    assert length_cost(5, tight) == 0


def test_topics_are_compared_within_the_transcript():
    turns = [["huisarts belt", "huisarts belt", "geld gemeente", "geld gemeente"], ["los"]]
    scores, alone = topic_scores(turns, bag_of_words)
    assert alone == []
    assert scores[1] == min(scores) < 0 < scores[0]
    halved = topic_scores(turns, lambda texts: bag_of_words(texts) * 0.5)
    assert halved == [scores, []]


def test_texts_are_embedded_once_and_only_where_it_matters():
    calls = []

    def embed(texts):
        calls.append(list(texts))
        return bag_of_words(texts)

    long = "Wij gaan elke week langs bij de mensen thuis. " * 12
    told = transcript((R, "Ja. Dat klopt wel."), (R, long.strip()), (R, "Nee."))
    segment_transcript(told, SegmentSettings(), embed=embed)
    assert [len(call) for call in calls] == [12]
    assert all(text == text.strip() != "" for text in calls[0])


def test_an_embedder_that_returns_too_little_is_an_error():
    long = "Wij gaan elke week langs bij de mensen thuis. " * 12
    with pytest.raises(ValueError, match=r"shape \(1, 256\) for 12 texts"):
        segment_transcript(
            transcript((R, long)), SegmentSettings(), embed=lambda texts: bag_of_words(texts[:1])
        )


# What holds for any transcript

PIECES = st.one_of(
    st.sampled_from(
        ["Ja.", "hm", "dr.", "Jansen", "maar", "dus", "[lacht]", "[00:01:02]", "...", "…", "?!",
         '"', "(", ")", "\n", "\n\n", "  ", "\t", "10.30", "o.a.", "De", "huisarts", "belt,",
         "terug.", "So", "the", "nurse", "left.", "👩‍👧", "x̌", "É.", "-", "\u00a0", "\u2028"]
    ),
    st.text(max_size=6),
)  # fmt: skip
WORDS = st.lists(PIECES, max_size=60).map(" ".join)
TURNS = st.lists(st.tuples(st.sampled_from([R, R, U, I]), WORDS), max_size=5)
LENGTHS = st.lists(st.integers(1, 30), min_size=3, max_size=3).map(sorted)


@settings(max_examples=80)
@given(TURNS, LENGTHS, st.sampled_from(["nl", "en"]), st.booleans(), st.sampled_from(["", "\n"]))
def test_passages_tile_every_turn(turns, lengths, language, with_embed, between):
    told = transcript(*turns, language=language, between=between)
    low, target, high = lengths
    chosen = SegmentSettings(min_words=low, target_words=target, max_words=high)
    embed = bag_of_words if with_embed else None
    found = segment_transcript(told, chosen, embed=embed)
    assert found == segment_transcript(told, chosen, embed=embed)
    assert len({p.id for p in found}) == len(found)
    rest = list(found)
    for turn in told.turns:
        if turn.role == I or not told.text[turn.start : turn.end].strip():
            continue
        place = turn.start
        while place < turn.end:
            passage = rest.pop(0)
            assert (passage.start, passage.speaker) == (place, turn.speaker)
            assert place < passage.end <= turn.end
            assert passage.text == told.text[passage.start : passage.end]
            assert passage.text.strip()
            assert len(passage.text.split()) <= chosen.max_words
            place = passage.end
    assert rest == []


@settings(max_examples=60)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=30), st.integers(0, 10**6))
def test_no_passage_is_short_or_only_a_backchannel_if_that_can_be_helped(sizes, seed):
    rng = random.Random(seed)
    text = ""
    for size in sizes:
        words = " ".join(rng.choice(["wijk", "geld", "team", "zorg"]) for _ in range(size))
        text += rng.choice(["", "Ja. ", "Hm hm. "]) + words.capitalize() + rng.choice([". ", "? "])
    text = (text + rng.choice(["", "Ja ja."])).strip()
    found = cut(text, settings=SegmentSettings(min_words=4, target_words=30, max_words=80))
    assert not any(is_backchannel(part) for part in found)
    if len(text.split()) >= 4:
        assert min(len(part.split()) for part in found) >= 4


@settings(max_examples=60)
@given(WORDS, st.sampled_from(["nl", "en"]))
def test_units_tile_the_turn_and_count_their_words(text, language):
    units = turn_units(text, language=language, settings=SHORT)
    assert bool(units) is bool(text.strip())
    if units:
        assert units[0].start == 0
        assert units[-1].end == len(text)
    for before, after in pairwise(units):
        assert before.end == after.start
    for piece in units:
        words = text[piece.start : piece.end].split()
        assert words
        assert len(words) <= piece.words
