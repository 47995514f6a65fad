import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.language import detect_language, passage_languages

DUTCH = """
Ja, ik vind eigenlijk dat de huisarts daar veel te weinig tijd voor heeft, zeg maar.
En toen moest ik weer opnieuw mijn hele verhaal vertellen aan de wijkverpleging.
Nou, dat was eh, even denken hoor, in het voorjaar van twintig eenentwintig.
We zitten elke dinsdag met zijn allen om tafel en dan nemen we de lijst door.
Kijk, op papier klopt het allemaal wel, maar in de praktijk bel je toch gewoon even.
Het geld komt uit drie verschillende potjes en niemand weet welk potje van wie is.
Ik heb daar nooit antwoord op gekregen, dus op een gegeven moment houd je ermee op.
Mijn moeder kon de trap niet meer op en toen kwam er iemand van de gemeente kijken.
Wij werken met een ander systeem dan het ziekenhuis, dus ik typ alles nog een keer over.
De praktijkondersteuner doet dat bij ons, die plant ook meteen de volgende afspraak in.
Als die ene collega er niet was geweest dan was het hele project nooit van de grond gekomen.
Dat is gewoon een dashboard met een self-assessment en een blended care module erin.
We doen een multidisciplinary team meeting met de case manager en de social worker erbij.
Nou, ge moet weten dat dat bij ons in Gent helemaal anders geregeld is, hè.
Awel ja, bij ons was dat altijd zo dat ge zelf moest bellen naar den dokter.
Uh huh en toen eh zeiden ze van eh ja mevrouw eh u moet maar wachten hè.
Dat weet ik niet meer precies, het kan ook een jaar eerder geweest zijn hoor.
Positieve Gezondheid, Beter Samen in Noord, Zorg in de wijk en Krachtige Basiszorg.
Casemanager, praktijkondersteuner, wijkteam, sociaal domein, allemaal losse eilandjes bij elkaar.
Ze wilden dat wij om zes uur 's ochtends al de cijfers zouden aanleveren.
Ik snap best dat ze het druk hebben, maar een telefoontje kost toch niks?
Die verwijzing was kwijtgeraakt en daar kwamen we pas na vijf weken achter.
Onze bestuurder zegt altijd dat het over vijf jaar vanzelf is opgelost.
Heel veel mensen hier in de flat spreken de taal niet en durven niks te vragen.
Eigenlijk is het begonnen met een kop koffie bij de apotheek op de hoek.
Daar hebben we toen een convenant over gesloten met de verzekeraar en de gemeente.
Ik mag dat dossier niet inzien van de privacywet, terwijl mevrouw het zelf wil.
Het hangt echt van de wijkverpleegkundige af, de een doet het wel en de ander niet.
Vroeger liep je bij elkaar binnen, nu zit iedereen de hele dag achter Teams.
Een klankbordgroep, ja, daar heb ik een paar keer in gezeten met drie andere patiënten.
"""

ENGLISH = """
Yeah, I think the GP just doesn't have the time for it, to be honest with you.
So I phoned Jan van der Berg and Annemieke de Vries at the Utrecht office about it.
Well you know it was kind of a mess really, nobody told me nothing about the ward.
Um yeah erm like I said the uh district nurses they um come in twice a week.
Primary care networks, integrated care boards, community trusts, social prescribing link workers.
We meet every Tuesday morning and go through the list of people who were admitted.
It came down to one manager who was willing to put her name to the thing.
The systems don't talk to each other so I end up typing the same letter three times.
My mum had four different people through the door and none of them knew her name.
There's money for a pilot, there's always money for a pilot, and then it stops.
I couldn't tell you when that was, maybe two thousand and nineteen, before Covid anyway.
What helped us most was sharing an office with the social workers downstairs.
Nobody ever asked us what we thought of it until the very last meeting.
They said they would ring me back on Friday and I'm still waiting for that call.
If the consultant had picked up the phone it would have been sorted in five minutes.
Our board signed the agreement but on the shop floor people have never heard of it.
He lives with his daughter in Rotterdam, she does his tablets and the shopping.
I had to explain the whole story again to a lady from the council.
You get to know each other, and after a while you just trust what they write down.
The referral got lost, we found out five weeks later because his wife rang up.
Half of my week is spent chasing forms that somebody else has already filled in.
To me that's the biggest thing, having one person who knows what's going on.
We tried a shared record once but the hospital wouldn't let us write in it.
Sorry, could you say that again, the line's breaking up a bit on my side.
People round here don't go to the surgery unless they are really very poorly.
Training was good, two days in a hotel, but then nobody followed it up afterwards.
The commissioners count contacts, so that is what everybody ends up delivering.
Oh it was lovely, they had tea and biscuits and a chat about the exercises.
I'd rather have the pharmacist do it, she has known him for thirty years.
Whether it saves anything I honestly don't know, we have never seen the figures.
"""

OTHER = """
Ja, also ich denke, dass die Zusammenarbeit mit dem Krankenhaus nicht so gut läuft.
Das war in der Gemeinde so, dass man da immer selber anrufen musste und dann warten.
Ik tink dat it foar de minsken yn it doarp hiel wichtich is dat it goed giet.
Ek dink dat die kliniek nie genoeg mense het om vir ons te help nie.
Alors moi je pense que le médecin n'a pas assez de temps pour nous écouter.
Entonces yo creo que el médico no tiene bastante tiempo para hablar con nosotros.
Bence doktorun bizimle konuşmak için yeterince zamanı yok, bunu söyleyebilirim.
Myślę, że lekarz nie ma dla nas wystarczająco dużo czasu i to jest problem.
Jeg synes ikke at lægen har tid nok til at tale med os om det her.
أعتقد أن الطبيب ليس لديه وقت كاف للتحدث معنا حول هذا الموضوع.
"""


def sentences(block: str) -> list[str]:
    return block.strip().split("\n")


SENTENCES = [
    *((sentence, "nl") for sentence in sentences(DUTCH)),
    *((sentence, "en") for sentence in sentences(ENGLISH)),
    *((sentence, "other") for sentence in sentences(OTHER)),
]


@pytest.mark.parametrize("default", ["nl", "en", "other"])
def test_at_least_95_in_100_passages_are_right_whatever_the_transcript(default):
    found = passage_languages([sentence for sentence, _ in SENTENCES], default=default)
    wrong = [
        (sentence, language)
        for (sentence, expected), language in zip(SENTENCES, found, strict=True)
        if language != expected
    ]
    assert (len(sentences(DUTCH)), len(sentences(ENGLISH)), len(sentences(OTHER))) == (30, 30, 10)
    assert len(wrong) <= 0.05 * len(SENTENCES), wrong


@pytest.mark.parametrize(("block", "expected"), [(DUTCH, "nl"), (ENGLISH, "en"), (OTHER, "other")])
def test_a_transcript_has_the_language_of_most_of_its_words(block, expected):
    assert detect_language(sentences(block)) == expected
    assert detect_language([*sentences(block), *sentences(DUTCH)[:5]]) == expected


@pytest.mark.parametrize("default", ["nl", "en", "other"])
@pytest.mark.parametrize("text", ["Ja.", "Okay, super.", "Dr. Jansen", "1950", "", "hm hm"])
def test_a_short_passage_has_the_language_of_its_transcript(text, default):
    assert passage_languages([text], default=default) == [default]


def test_a_short_passage_that_is_plainly_in_the_other_language_has_that_language():
    assert passage_languages(["I don't know what you mean"], default="nl") == ["en"]
    assert passage_languages(["Dat weet ik niet hoor"], default="en") == ["nl"]


def test_switching_within_a_passage_follows_most_words():
    texts = [
        "We were like, nou ja, dat is gewoon niet goed geregeld en niemand doet er iets aan.",
        "So I told them that we have to do it ourselves, ja dat is gewoon zo, because they won't.",
    ]
    assert passage_languages(texts, default="nl") == ["nl", "en"]
    assert passage_languages(texts, default="en") == ["nl", "en"]


def test_a_dutch_interview_with_english_and_german_passages():
    texts = [*sentences(DUTCH)[:6], sentences(ENGLISH)[0], "Ja.", sentences(OTHER)[0]]
    assert detect_language(texts) == "nl"
    assert passage_languages(texts, default="nl")[6:] == ["en", "nl", "other"]


def test_a_few_words_decide_for_a_very_short_transcript_and_no_words_are_other():
    assert detect_language(["Dat is goed.", "Ja hoor, tot dan."]) == "nl"
    assert detect_language(["That is fine.", "See you then."]) == "en"
    assert detect_language([]) == detect_language(["12:30", "..."]) == "other"


@given(st.lists(st.text(max_size=60), max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_text_has_one_of_the_three_languages(texts):
    known = {"nl", "en", "other"}
    assert detect_language(texts) in known
    assert len(passage_languages(texts, default="nl")) == len(texts)
    assert set(passage_languages(texts, default="nl")) <= known


def test_importing_the_module_does_not_load_the_model():
    code = "import sys, nlp_pipeline.language; sys.exit('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
