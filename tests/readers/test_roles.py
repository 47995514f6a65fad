from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_pipeline.readers.roles import assign_roles
from nlp_pipeline.records import Role

INTERVIEWER, RESPONDENT, UNKNOWN = Role.INTERVIEWER, Role.RESPONDENT, Role.UNKNOWN
LONG = "Nou, dat ging eigenlijk heel geleidelijk, we zijn begonnen met een paar huisartsen."


def labels(*names: str | None, **overrides: Role) -> list[Role]:
    """The roles of speakers who all say the same, so that only their labels count."""
    speeches = [(name, LONG) for name in names] * 3
    roles = assign_roles(speeches, overrides=overrides)
    return [roles[name] for name in names]


@pytest.mark.parametrize(
    "name",
    [
        "I",
        "INT",
        "Int.",
        "interviewer",
        "Interviewer 2",
        "I1",
        "Onderzoeker",
        "Researcher",
        "Anna (interviewer)",
        "Anna - onderzoeker",
        "Interviewer Anna",
        "Moderator",
        "Facilitator",
        "Gespreksleider",
    ],
)
def test_labels_of_who_asks(name):
    assert labels(name, "Jansen") == [INTERVIEWER, RESPONDENT]


@pytest.mark.parametrize(
    "name", ["R", "R1", "resp.", "Respondent 3", "P03", "Deelnemer 4", "Participant", "Piet (R2)"]
)
def test_labels_of_who_answers(name):
    assert labels("I", name) == [INTERVIEWER, RESPONDENT]


def test_letters_that_go_together():
    assert labels("V", "A") == [INTERVIEWER, RESPONDENT]
    assert labels("Q1", "A1", "Q2", "A2") == [INTERVIEWER, RESPONDENT, INTERVIEWER, RESPONDENT]
    assert labels("A", "B") == [UNKNOWN, UNKNOWN]
    assert labels("V", "M") == [UNKNOWN, UNKNOWN]


def test_r_is_the_researcher_beside_a_participant_when_r_asks():
    speeches = [("R", "Hoe ging dat?"), ("P1", LONG)] * 4
    assert assign_roles(speeches, overrides={}) == {"R": INTERVIEWER, "P1": RESPONDENT}


def test_a_focus_group():
    assert labels("Moderator", "Anna", "Piet", "Joke") == [INTERVIEWER, *[RESPONDENT] * 3]
    assert labels("I1", "I2", "R1", "R2") == [INTERVIEWER] * 2 + [RESPONDENT] * 2


def test_overrides_win_whatever_the_capitals():
    roles = assign_roles(
        [("I", "Hoe?"), ("Dr. Bakker", LONG)],
        overrides={"i": RESPONDENT, "dr. bakker": INTERVIEWER},
    )
    assert roles == {"I": RESPONDENT, "Dr. Bakker": INTERVIEWER}


def test_who_asks_is_the_interviewer():
    speeches = [("Spreker 2", "Hoe is dat begonnen?"), ("Spreker 1", LONG)] * 4
    assert assign_roles(speeches, overrides={}) == {
        "Spreker 2": INTERVIEWER,
        "Spreker 1": RESPONDENT,
    }


def test_a_respondent_who_speaks_first_and_asks_back_stays_a_respondent():
    speeches: list[tuple[str | None, str]] = [("Ann", "Is it on?"), ("Bea", "Yes. Can we start?")]
    speeches += [("Ann", "Sure, so I started here in 2010, as a nurse, on the ward.")]
    speeches += [("Bea", "And what changed?"), ("Ann", "A lot, really, mostly the paperwork.")] * 4
    assert assign_roles(speeches, overrides={}) == {"Ann": RESPONDENT, "Bea": INTERVIEWER}


def test_without_question_marks_the_first_words_tell():
    speeches = [
        ("SPEAKER_00", "oké en hoe is dat dan begonnen"),
        ("SPEAKER_01", "nou dat ging eigenlijk heel geleidelijk we zijn gewoon begonnen"),
        ("SPEAKER_00", "ja kunt u daar een voorbeeld van geven"),
        ("SPEAKER_01", "een voorbeeld is dat we elke week bij elkaar zitten met iedereen"),
    ]
    assert assign_roles(speeches, overrides={}) == {
        "SPEAKER_00": INTERVIEWER,
        "SPEAKER_01": RESPONDENT,
    }


def test_who_asks_in_a_group_and_two_who_ask():
    question, answer = "Hoe ging dat?", "Dat ging eigenlijk best goed, vond ik."
    group = [("A", question), ("B", answer), ("C", answer), ("D", answer)] * 4
    expected = {"A": INTERVIEWER, "B": RESPONDENT, "C": RESPONDENT, "D": RESPONDENT}
    assert assign_roles(group, overrides={}) == expected
    pair = [("A", question), ("B", answer), ("C", question), ("D", answer)] * 4
    assert assign_roles(pair, overrides={}) == expected | {"C": INTERVIEWER}


def test_two_who_ask_as_much_are_unknown():
    speeches = [("Anna", "Hoe ging dat?"), ("Piet", "En bij jou?"), ("Anna", LONG), ("Piet", LONG)]
    assert assign_roles(speeches, overrides={}) == {"Anna": UNKNOWN, "Piet": UNKNOWN}


def test_one_speaker_and_none():
    assert labels("Jansen") == [RESPONDENT]
    assert labels("Spreker 1") == [RESPONDENT]
    assert labels(None) == [UNKNOWN]
    assert labels("I", None, "R") == [INTERVIEWER, UNKNOWN, RESPONDENT]
    assert assign_roles([], overrides={}) == {}


NAMES = st.none() | st.sampled_from(["I", "R1", "A", "B", "V", "Spreker 1", "Anna (r)", "?", " "])
SPEECHES = st.lists(st.tuples(NAMES, st.text(max_size=30) | st.just("Hoe dan?")), max_size=12)


@given(SPEECHES, st.dictionaries(st.sampled_from(["i", "ANNA (R)"]), st.sampled_from(list(Role))))
def test_every_speaker_has_a_role_and_overrides_hold(speeches: Any, overrides: Any):
    roles = assign_roles(speeches, overrides=overrides)
    assert set(roles) == {speaker for speaker, _ in speeches}
    assert roles == assign_roles(speeches, overrides=overrides)
    assert roles.get(None, UNKNOWN) is UNKNOWN
    for label, role in overrides.items():
        assert all(roles[name] is role for name in roles if name and name.lower() == label.lower())
