"""Results made by hand for the tests of review files: two short interviews and odd codebooks."""

from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.config import read_codebook
from nlp_pipeline.ids import make_id
from nlp_pipeline.records import Passage, Role, Suggestion, Transcript, Turn
from nlp_pipeline.review.results import Results

MODEL = "rmic-nl-en@0123456789ab"

DUTCH = (
    ("I", "Kunt u iets vertellen over hoe de samenwerking in de wijk is begonnen?", ()),
    (
        "R1",
        "Ja, nou, dat is eigenlijk heel klein begonnen. Met de huisarts en de wijkverpleging, en "
        "dat ging goed, want we kenden elkaar al. Je belt gewoon even.",
        ("facilitator", "professional"),
    ),
    ("I", "En later?", ()),
    (
        "R1",
        "Later kwamen er meer partijen bij en toen liep het vast op het geld. Iedere organisatie "
        "heeft zijn eigen potje, en dan zegt de een: dat is niet van mij.",
        ("barrier", "organisational", "system"),
    ),
    ("R1", "Ik ga zelf trouwens in maart met pensioen, dus ja.", ()),
    (
        "R1",
        "En je kunt niet in elkaars systeem kijken. Dus mevrouw vertelt haar verhaal vier keer.",
        ("barrier", "functional", "clinical"),
    ),
)

ENGLISH = (
    ("Interviewer", "How do you find working with the other service?", ()),
    (
        "Dawn",
        "To be honest they don't always pick up. You leave a message and then it's Thursday and "
        "nobody has rung back, and I've got a lady sat at home waiting.",
        ("barrier", "professional"),
    ),
    ("Interviewer", "Mm.", ()),
    (
        "Dawn",
        "But since we moved into the same building it's, it's night and day really. You just walk "
        "over. And I think we all want the same thing now.",
        ("facilitator", "organisational", "normative"),
    ),
    ("Dawn", "Sorry, that's my phone.", ()),
)


def rmic() -> Codebook:
    return read_codebook("rmic")


def make_transcript(name, parts, *, language="en", seconds=None):
    """Return a transcript of ``(speaker, text, codes)`` and its passages with their codes."""
    text, turns, places = "", [], []
    for number, (speaker, said, codes) in enumerate(parts):
        start = len(text)
        text += said + "\n\n"
        asks = speaker is not None and speaker.startswith("I")
        time = None if seconds is None else number * seconds
        role = Role.INTERVIEWER if asks else Role.RESPONDENT
        end = start + len(said)
        turns.append(Turn(speaker=speaker, role=role, start=start, end=end, start_time=time))
        places.append((turns[-1], codes))
    transcript = Transcript(
        id=make_id("transcript", name),
        language=language,
        text=text,
        turns=tuple(turns),
        source_name=name,
        source_sha256="0" * 64,
    )
    coded = []
    for index, (turn, codes) in enumerate(places):
        if turn.role is Role.INTERVIEWER:
            continue
        before = places[index - 1][0] if index else None
        asked = before is not None and before.role is Role.INTERVIEWER
        passage = Passage(
            id=make_id("passage", transcript.id, turn.start, turn.end),
            transcript_id=transcript.id,
            start=turn.start,
            end=turn.end,
            text=text[turn.start : turn.end],
            language=language,
            speaker=turn.speaker,
            role=turn.role,
            context=text[before.start : before.end] if asked else "",
        )
        coded.append((passage, codes))
    return transcript, coded


def make_suggestions(passage, codes, codebook):
    return [
        Suggestion(
            passage_id=passage.id,
            code=code,
            score=(0.61 + (7 * n + len(passage.text)) % 37 / 100)
            if code in codes
            else (11 * n + len(passage.text)) % 40 / 100,
            suggested=code in codes,
            model_id=MODEL,
        )
        for n, code in enumerate(codebook.code_ids)
    ]


def make_results(*interviews, codebook=None, calibrated=True, unclassified=("other",), title=""):
    """Return results for ``(transcript, [(passage, codes), ...])`` pairs."""
    codebook = codebook or rmic()
    coded = [pair for _, pairs in interviews for pair in pairs]
    suggestions = [
        suggestion
        for passage, codes in coded
        if passage.language not in unclassified
        for suggestion in make_suggestions(passage, codes, codebook)
    ]
    return Results(
        transcripts=tuple(transcript for transcript, _ in interviews),
        passages=tuple(passage for passage, _ in coded),
        suggestions=tuple(suggestions),
        codebook=codebook,
        model_id=MODEL,
        calibrated=calibrated,
        title=title,
    )


def example(**options):
    """Return the results of one Dutch and one English interview."""
    return make_results(
        make_transcript("wijk/Interview 01.docx", DUTCH, language="nl"),
        make_transcript("dawn.vtt", ENGLISH, seconds=41.5),
        **options,
    )


def one_text(text, *, speaker="R", codes=("barrier", "clinical"), codebook=None, language="en"):
    """Return results of one transcript with one passage."""
    interview = make_transcript("a.txt", [(speaker, text, codes)], language=language)
    return make_results(interview, codebook=codebook)


def many_codes(count=40):
    """Return a codebook of one facet, without valence and in one language."""
    codes = tuple(
        Code(id=f"c{n}", label={"en": f"Theme number {n}"}, definition={"en": f"About {n}."})
        for n in range(count)
    )
    return Codebook(name="themes", version="3", facets=(Facet(id="theme", codes=codes),))


def nested():
    """Return a codebook with three levels of nesting and three facets, one without labels."""
    tree = (
        Code(id="care", label={"nl": "Zorg"}),
        Code(id="access", label={"nl": "Toegang"}, parent="care"),
        Code(id="waiting", label={"nl": "Wachten"}, parent="access"),
    )
    who = tuple(Code(id=f"who{n}", label={}) for n in range(3))
    when = tuple(Code(id=f"when{n}", label={"nl": f"Moment {n}"}) for n in range(2))
    facets = (
        Facet(id="theme", codes=tree, label={"nl": "Thema"}),
        Facet(id="who", codes=who),
        Facet(id="when", codes=when, exclusive=True),
    )
    return Codebook(name="boom", version="1", facets=facets)
