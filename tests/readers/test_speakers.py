"""Every form in which transcripts say who speaks."""

import textwrap
from pathlib import Path

import pytest
from reader_files import docx, read_bytes, read_text, roles_of, times_of, turns_of

TWO = [("I", "Hoe verloopt de samenwerking?"), ("R", "Goed, korte lijnen.")]

FORMS = {
    "name": "I: Hoe verloopt de samenwerking?\nR: Goed, korte lijnen.",
    "no space": "I:Hoe verloopt de samenwerking?\nR:Goed, korte lijnen.",
    "blank lines": "\n\nI: Hoe verloopt de samenwerking?\n\n\nR: Goed, korte lijnen.\n\n",
    "label on its own line": "I:\nHoe verloopt de samenwerking?\n\nR:\nGoed, korte lijnen.",
    "tab": "I\tHoe verloopt de samenwerking?\nR\tGoed, korte lijnen.",
    "dash": "I - Hoe verloopt de samenwerking?\nR – Goed, korte lijnen.",
    "bold": "**I:** Hoe verloopt de samenwerking?\n\n**R:** Goed, korte lijnen.",
    "bold, colon outside": "**I**: Hoe verloopt de samenwerking?\n\n**R**: Goed, korte lijnen.",
    "bold throughout": "**I: Hoe verloopt de samenwerking?**\n\nR: Goed, korte lijnen.",
    "time before": "[00:00:01] I: Hoe verloopt de samenwerking?\n00:00:07 R: Goed, korte lijnen.",
    "time after": "I [00:00:01]: Hoe verloopt de samenwerking?\nR (00:07): Goed, korte lijnen.",
    "time and dash": "[00:01] - I: Hoe verloopt de samenwerking?\n[00:07] - R: Goed, korte lijnen.",
    "brackets": "[I] Hoe verloopt de samenwerking?\n[R] Goed, korte lijnen.",
    "f4": "I: Hoe verloopt de samenwerking? #00:00:04-5#\nR: Goed, korte lijnen. #00:00:09-0#",
    "f4, stamp below": "I: Hoe verloopt de samenwerking?\n#00:00:04-5#\nR: Goed, korte lijnen.",
}


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_form_with_two_labels(form: str, tmp_path: Path) -> None:
    transcript = read_text(tmp_path, FORMS[form], name="gesprek.md").transcript
    assert turns_of(transcript) == TWO
    assert roles_of(transcript) == ["interviewer", "respondent"]


LONGER = {
    "names": (
        "Anja: Wie doet de intake?\nKarel: De wijkverpleging.\nAnja: Altijd?\nKarel: Meestal.",
        ["Anja", "Karel", "Anja", "Karel"],
    ),
    "names of several words": (
        "Mevrouw Van der Berg: Ja.\nJan de Wit: Nee.\nMevrouw Van der Berg: Toch wel.",
        ["Mevrouw Van der Berg", "Jan de Wit", "Mevrouw Van der Berg"],
    ),
    "name with a function": (
        "Anja (onderzoeker): Wie?\nKarel (huisarts): Ik.\nAnja: Altijd?\nKarel: Ja zeker.",
        ["Anja", "Karel", "Anja", "Karel"],
    ),
    "one name, two functions": (
        "I: Wie?\nZorgverlener (huisarts): Ik.\nZorgverlener (fysio): En ik.\n"
        "Zorgverlener (huisarts): Samen dus.",
        ["I", "Zorgverlener (huisarts)", "Zorgverlener (fysio)", "Zorgverlener (huisarts)"],
    ),
    "ids in square brackets": (
        "[id1] What helped?\n[id2] The link worker. [laughs]\n"
        "[id1] Anything else?\n[id2] No, it didn't.",
        ["id1", "id2", "id1", "id2"],
    ),
    "names in angle brackets": (
        "<anja> Wie doet dat?\n<karel> De praktijkondersteuner.\n<anja> Juist.",
        ["anja", "karel", "anja"],
    ),
    "Amberscript": (
        "Spreker 1 [00:00:02]\nWie doet dat?\n\nSpreker 2 [00:00:05]\nDat doe ik.\n\n"
        "Spreker 1 [00:01:02]\nEn daarna?\n",
        ["Spreker 1", "Spreker 2", "Spreker 1"],
    ),
    "Happy Scribe": (
        "Speaker 1 00:00:02\nWho does that?\n\nSpeaker 2 00:00:05\nI do.\n",
        ["Speaker 1", "Speaker 2"],
    ),
    "time, then speaker": (
        "[00:00:02] Speaker 1\nWho does that?\n\n[00:00:05] Speaker 2\nI do.\n",
        ["Speaker 1", "Speaker 2"],
    ),
    "Otter": (
        "Anna Jones  0:02  \nWho does that?\n\nUnknown Speaker  0:05  \nI do.\n\n"
        "Anna Jones  1:00:07  \nThanks.\n\nTranscribed by https://otter.ai\n",
        ["Anna Jones", "Unknown Speaker", "Anna Jones"],
    ),
    "capitals on a line": (
        "INTERVIEWER\nWie doet dat?\n\nJANSEN\nDat doe ik.\n\n"
        "INTERVIEWER\nEn daarna?\n\nJANSEN\nNiets.",
        ["INTERVIEWER", "JANSEN", "INTERVIEWER", "JANSEN"],
    ),
    "capitals and colon": (
        "INTERVIEWER: Wie doet dat?\nJANSEN: Dat doe ik.\nINTERVIEWER: En?\nJANSEN: Niets.",
        ["INTERVIEWER", "JANSEN", "INTERVIEWER", "JANSEN"],
    ),
    "bold names on a line": (
        "**Anja**\n\nWie doet dat?\n\n**Karel**\n\nDat doe ik.\n\n**Anja**\n\nEn daarna?\n\n"
        "**Karel**\n\nNiets.",
        ["Anja", "Karel", "Anja", "Karel"],
    ),
    "numbered questions": (
        "V1: Wie doet dat?\nA1: Dat doe ik.\nV2: En daarna?\nA2: Niets.",
        ["V", "A", "V", "A"],
    ),
    "numbered questions, full stop": (
        "Q1. Who does that?\nA1. I do.\nQ2. And then?\nA2. Nothing.",
        ["Q", "A", "Q", "A"],
    ),
    "numbered people": (
        "I: Wie?\nR1: Ik.\nR2: Ik ook.\nR1: Samen.\nR3: Nee hoor.",
        ["I", "R1", "R2", "R1", "R3"],
    ),
    "other capitals": (
        "Interviewer: Wie?\nR: Ik.\nINTERVIEWER: Altijd?",
        ["Interviewer", "R", "Interviewer"],
    ),
}


@pytest.mark.parametrize("form", LONGER, ids=str)
def test_form_with_names(form: str, tmp_path: Path) -> None:
    text, speakers = LONGER[form]
    transcript = read_text(tmp_path, text, name="gesprek.md").transcript
    assert [speaker for speaker, _ in turns_of(transcript)] == speakers
    for _, words in turns_of(transcript):
        assert not words.startswith(("[", "*", "#"))
        assert "otter" not in words


def test_times_are_in_seconds(tmp_path: Path) -> None:
    text = "Spreker 1 [00:01:02]\nWie?\nSpreker 2 [01:00:05]\nIk.\nSpreker 1 [01:00:06]\nO."
    transcript = read_text(tmp_path, text).transcript
    assert times_of(transcript) == [(62.0, None), (3605.0, None), (3606.0, None)]


def test_f4_stamps_end_a_turn_and_begin_the_next(tmp_path: Path) -> None:
    text = "I: Wie? #00:00:04-5#\nR: Ik, #00:00:06-0# en zij. #00:00:09-2#"
    transcript = read_text(tmp_path, text).transcript
    assert times_of(transcript) == [(None, 4.5), (4.5, 9.2)]
    assert turns_of(transcript)[1] == ("R", "Ik, #00:00:06-0# en zij.")


def test_paragraphs_without_a_label_go_on(tmp_path: Path) -> None:
    text = "I: Wie?\nR: Ik.\n\nEn ook de anderen.\n  (stilte)  \nI: Juist."
    transcript = read_text(tmp_path, text).transcript
    assert turns_of(transcript)[1] == ("R", "Ik.\n\nEn ook de anderen.\n  (stilte)")


def test_stage_directions_stay_in_the_turn(tmp_path: Path) -> None:
    text = "I: Wie?\nR: [lacht] Ik.\n[stilte]\nI: Juist.\nR: (zucht) Ja."
    assert turns_of(read_text(tmp_path, text).transcript)[1] == ("R", "[lacht] Ik.\n[stilte]")


def test_header_belongs_to_no_turn(tmp_path: Path) -> None:
    text = (
        "Interview 3\nDatum: 12 maart 2024\nInterviewer: Anna de Boer\nRespondent: R3\n"
        "Aanwezig: beide\n\nI: Wie doet dat?\nR: Ik.\nI: Altijd?\nR: Ja hoor, altijd."
    )
    assert [s for s, _ in turns_of(read_text(tmp_path, text).transcript)] == ["I", "R", "I", "R"]


def test_header_with_the_labels_of_the_body(tmp_path: Path) -> None:
    text = (
        "Datum: 12 maart 2024\nInterviewer: Anna de Boer\nDuur: 40 minuten\n\n"
        "Interviewer: Wie doet dat?\nRespondent: Ik.\nInterviewer: Altijd?\nRespondent: Ja."
    )
    assert len(turns_of(read_text(tmp_path, text).transcript)) == 4


NOT_SPEAKERS = {
    "clock time in a sentence": "om 10:30 belde ik de huisarts",
    "clock time at the start": "10:30 uur: we begonnen",
    "clock time and words": "10:30 belde ik",
    "URL": "https://voorbeeld.nl is de site",
    "let op": "Let op: dit is belangrijk",
    "for example": "Bijvoorbeeld: de fysiotherapeut",
    "NB": "NB: dat was later",
    "the question is": "Vraag is: wie betaalt dat",
    "running text": "En toen zei hij tegen mij: dat gaat niet",
    "one word once": "Kortweg: het werkt niet",
    "note in English": "Note: this was later",
}


@pytest.mark.parametrize("line", NOT_SPEAKERS.values(), ids=NOT_SPEAKERS.keys())
def test_not_a_speaker_inside_a_conversation(line: str, tmp_path: Path) -> None:
    text = f"I: Hoe ging dat?\nR: Nou, zo.\n{line}\nI: En toen?\nR: Niets."
    transcript = read_text(tmp_path, text).transcript
    assert {speaker for speaker, _ in turns_of(transcript)} == {"I", "R"}
    assert turns_of(transcript)[1][1].endswith(line)


@pytest.mark.parametrize("line", NOT_SPEAKERS.values(), ids=NOT_SPEAKERS.keys())
def test_not_a_speaker_in_field_notes(line: str, tmp_path: Path) -> None:
    text = f"Overleg van het wijkteam, dinsdag.\n{line}\nDaarna liep het uit."
    result = read_text(tmp_path, text)
    assert [speaker for speaker, _ in turns_of(result.transcript)] == [None] * 3
    assert any("no speakers found" in warning for warning in result.warnings)


def test_field_notes_are_turns_by_paragraph(tmp_path: Path) -> None:
    text = "Overleg van het team.\n\nDe huisarts kwam te laat.\nNiemand zei iets.\n"
    result = read_text(tmp_path, text)
    assert turns_of(result.transcript) == [
        (None, "Overleg van het team."),
        (None, "De huisarts kwam te laat."),
        (None, "Niemand zei iets."),
    ]
    assert set(roles_of(result.transcript)) == {"unknown"}


def test_lines_broken_at_a_width_are_one_paragraph(tmp_path: Path) -> None:
    notes = [
        "The team met on Tuesday in the small room, because the large one was in use by the "
        "practice, and two of the people who had been invited came late.",
        "Nobody had read the plan. The chair went through it page by page, which took an hour, "
        "and then there was no time left for the two new referrals on the list.",
    ]
    text = "\n\n".join(textwrap.fill(note, width=60) for note in notes)
    turns = turns_of(read_text(tmp_path, text).transcript)
    assert [words.replace("\n", " ") for _, words in turns] == notes


def test_focus_group_with_ten_speakers(tmp_path: Path) -> None:
    names = [f"Deelnemer {number}" for number in range(1, 11)]
    text = "Gespreksleider: Wat vinden jullie ervan?\n" + "\n".join(
        f"{n}: Prima zo." for n in names
    )
    transcript = read_text(tmp_path, text).transcript
    assert [speaker for speaker, _ in turns_of(transcript)] == ["Gespreksleider", *names]
    assert roles_of(transcript) == ["interviewer"] + ["respondent"] * 10


def test_somebody_who_speaks_once(tmp_path: Path) -> None:
    text = "Anja: Wie?\nKarel: Ik.\nAnja: En?\nFatima: Ik ook.\nKarel: Samen."
    speakers = [speaker for speaker, _ in turns_of(read_text(tmp_path, text).transcript)]
    assert speakers == ["Anja", "Karel", "Anja", "Fatima", "Karel"]


def test_one_answer(tmp_path: Path) -> None:
    transcript = read_text(tmp_path, "Respondent: Het liep goed, zeker in het begin.").transcript
    assert turns_of(transcript) == [("Respondent", "Het liep goed, zeker in het begin.")]


def test_two_names_once_each(tmp_path: Path) -> None:
    transcript = read_text(tmp_path, "Anja: Wie doet dat?\nKarel: Ik doe dat.").transcript
    assert turns_of(transcript) == [("Anja", "Wie doet dat?"), ("Karel", "Ik doe dat.")]


def test_only_questions_are_labelled(tmp_path: Path) -> None:
    text = "V1. Wie doet dat?\nDat doe ik.\n\nEn de fysio.\n\nV2. En daarna?\nNiets meer."
    transcript = read_text(tmp_path, text).transcript
    assert turns_of(transcript) == [
        ("V", "Wie doet dat?"),
        (None, "Dat doe ik.\n\nEn de fysio."),
        ("V", "En daarna?"),
        (None, "Niets meer."),
    ]
    assert roles_of(transcript) == ["interviewer", "respondent"] * 2


def test_roles_in_the_settings_win(tmp_path: Path) -> None:
    text = "Anja: Dat is zo.\nKarel: Ja.\nAnja: Juist.\nKarel: Klopt wel."
    roles = {"Karel": "interviewer", "Anja": "respondent"}
    transcript = read_text(tmp_path, text, roles=roles).transcript
    assert roles_of(transcript) == ["respondent", "interviewer"] * 2


def test_label_without_words_is_no_turn(tmp_path: Path) -> None:
    transcript = read_text(tmp_path, "I: Wie?\nR:\nI: Hallo?\nR: Ik.\nR: …").transcript
    assert [speaker for speaker, _ in turns_of(transcript)] == ["I", "I", "R"]


def test_header_without_a_date(tmp_path: Path) -> None:
    text = (
        "Interview met huisarts\nInterviewer: Anna\nGeïnterviewde: R4\n"
        "Interviewer: Wat doet u?\nR4: Ik ben huisarts.\nInterviewer: Sinds?\nR4: Tien jaar."
    )
    assert len(read_text(tmp_path, text).transcript.turns) == 4


def test_times_on_lines_of_their_own_are_no_speech(tmp_path: Path) -> None:
    text = (
        "00:00:00\n\nAnna Jones: How?\nBob Hill: Fine.\n\n00:05:00\n\n"
        "Anna Jones: And?\nBob Hill: At 10:30\nI rang."
    )
    words = [words for _, words in turns_of(read_text(tmp_path, text).transcript)]
    assert words == ["How?", "Fine.", "And?", "At 10:30\nI rang."]


def test_headings_of_markdown_are_no_speech(tmp_path: Path) -> None:
    text = "# Interview\n\n**I:** Hoe?\n\n**R:** Zo.\n\n## Thema 2\n\n**I:** En?\n\n**R:** Klaar."
    transcript = read_text(tmp_path, text, name="gesprek.md").transcript
    assert [words for _, words in turns_of(transcript)] == ["Hoe?", "Zo.", "En?", "Klaar."]


def test_questions_in_italics_between_answers_with_names(tmp_path: Path) -> None:
    text = "*Hoe gaat het?*\n\nR1: Goed.\n\nR2: Matig.\n\n*En waarom?*\n\nR1: Weet niet."
    transcript = read_text(tmp_path, text, name="gesprek.md").transcript
    assert turns_of(transcript)[2:4] == [("R2", "Matig."), (None, "En waarom?")]
    assert roles_of(transcript)[2:4] == ["respondent", "interviewer"]


def test_zoom_text(tmp_path: Path) -> None:
    text = (
        "[Anna Jones] 10:01:02\nHow?\n\n[Bob Hill] 10:01:09\nFine.\n\n"
        "[Anna Jones] 10:02:00\nThanks."
    )
    speakers = [speaker for speaker, _ in turns_of(read_text(tmp_path, text).transcript)]
    assert speakers == ["Anna Jones", "Bob Hill", "Anna Jones"]


@pytest.mark.parametrize("style", ["i", "b"])
def test_questions_by_type_in_word(style: str, tmp_path: Path) -> None:
    data = docx(
        [("Interview 4", "b")],
        [("Wat doet u in de wijk?", style)],
        "Ik ben wijkverpleegkundige.",
        "Al tien jaar.",
        [("En met wie werkt u samen?", style)],
        "Met de huisarts.",
    )
    transcript = read_bytes(tmp_path, "gesprek.docx", data).transcript
    assert turns_of(transcript) == [
        (None, "Wat doet u in de wijk?"),
        (None, "Ik ben wijkverpleegkundige.\nAl tien jaar."),
        (None, "En met wie werkt u samen?"),
        (None, "Met de huisarts."),
    ]
    assert roles_of(transcript) == ["interviewer", "respondent"] * 2


def test_questions_by_type_in_markdown(tmp_path: Path) -> None:
    text = "*What do you do here?*\n\nI run the clinic.\n\n*And who helps?*\n\nNobody.\n"
    transcript = read_text(tmp_path, text, name="talk.md").transcript
    assert transcript.text == text
    assert turns_of(transcript)[0] == (None, "What do you do here?")
    assert roles_of(transcript) == ["interviewer", "respondent"] * 2


def test_emphasis_on_a_word_is_no_question(tmp_path: Path) -> None:
    text = "I found it *hard*.\n\n*Note to self*\n\nThe team was late. *Why?* Nobody knew.\n"
    assert set(roles_of(read_text(tmp_path, text, name="talk.md").transcript)) == {"unknown"}


SHARED = Path(__file__).resolve().parents[3] / "shared" / "transcripts"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the sample files are not on this machine")
def test_otter_sample(tmp_path: Path) -> None:
    sample = (SHARED / "otter_podcast_29.md").read_bytes()
    transcript = read_bytes(tmp_path, "podcast.md", sample).transcript
    assert {turn.speaker for turn in transcript.turns} == {
        "Emma",
        "Kelly",
        "Ali",
        "Unknown Speaker",
    }
    assert transcript.language == "en"
    starts = [turn.start_time for turn in transcript.turns]
    assert starts == sorted(starts)
    assert (starts[0], starts[-1]) == (0.0, 39 * 60 + 57)
    words = [text for _, text in turns_of(transcript)]
    assert words[-1].endswith("day of the week that you")
    assert not any("otter.ai" in text or "**" in text for text in words)
