"""An invented study of nine themes in Dutch, and coders whose errors are known.

`write_story` makes a study folder with transcripts from templates; every answer is one passage, and
which themes it bears is known (`truth_of`). A `Coder` misses themes and sees some that are not
there, at rates that are given, independently of everything else. `simulate` codes passages into the
log, `run_story` runs it with a model without a network.
"""

import csv
import hashlib
import random
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from coded_study import decide

from nlp_pipeline import pipeline
from nlp_pipeline.config import read_codebook
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.records import OTHER_LANGUAGE, Origin, Role, Suggestion

THEMES = {
    "tijd": (
        "Tijd en werkdruk",
        "Er is te weinig of juist genoeg tijd voor het werk en voor overleg.",
        9,
    ),
    "geld": ("Geld", "Wie wat betaalt, subsidies, contracten en tarieven.", 8),
    "rollen": ("Wie doet wat", "Verdeling van taken en verantwoordelijkheden.", 7),
    "vertrouwen": ("Vertrouwen", "Elkaar kennen en op elkaar durven bouwen.", 6),
    "gegevens": ("Gegevens delen", "Dossiers, systemen en inzage in elkaars gegevens.", 6),
    "bereik": ("Elkaar bereiken", "Telefoon, mail, spreekuren en korte lijnen.", 5),
    "buurt": ("De buurt", "Vrijwilligers, verenigingen en buren die helpen.", 5),
    "vervoer": ("Vervoer", "Reizen naar zorg en voorzieningen, bus en parkeren.", 3),
    "taal": ("Taal", "Brieven en gesprekken die mensen wel of niet begrijpen.", 1),
}
"""By code: its label, its definition, and how often it comes up beside the others."""

_SAID = {
    "tijd": (
        "Ik kom gewoon uren tekort in een week, {who} ook",
        "Het rooster zit zo vol dat overleg met {who} er steeds bij inschiet",
        "Door de drukte schuiven we {what} voor ons uit",
        "We hebben nu eindelijk een vast uur vrijgemaakt voor overleg met {who}",
        "Na vijf uur 's avonds zit ik nog administratie te doen omdat het overdag niet past",
    ),
    "geld": (
        "De subsidie loopt in december af en dan weet {who} niet hoe het verder moet",
        "Voor {what} bestaat geen tarief, dus niemand betaalt het",
        "De verzekeraar en de gemeente wijzen naar elkaar voor de rekening",
        "Met dat potje van de wethouder konden we {what} bekostigen",
        "Het budget is op voordat het jaar om is",
    ),
    "rollen": (
        "Het is niet duidelijk wie de regie heeft, {who} of ik",
        "We doen dubbel werk omdat taken van {who} en van ons in elkaar overlopen",
        "Sinds we hebben afgesproken wie waarover gaat, loopt {what} veel beter",
        "Iedereen denkt dat een ander verantwoordelijk is voor {what}",
        "Dat hoort eigenlijk bij de functie van {who}, maar het blijft bij mij liggen",
    ),
    "vertrouwen": (
        "Ik weet dat ik op {who} kan bouwen, we kennen elkaar al jaren",
        "Er zit oud zeer tussen de organisaties en dat merk je bij {what}",
        "Mensen durven hier eerlijk te zeggen als iets misgaat",
        "Je gunt elkaar iets, en dat komt doordat {who} zijn woord houdt",
        "Ik houd liever iets achter zolang ik niet weet wat {who} ermee doet",
    ),
    "gegevens": (
        "Ik kan niet in het dossier van {who} kijken",
        "We typen alles twee keer over omdat de systemen niet gekoppeld zijn",
        "Vanwege de privacyregels mag {who} mij de uitslag niet sturen",
        "Het gedeelde zorgplan staat online, daar zien we allebei {what} in terug",
        "De verwijzing komt nog altijd per fax binnen en raakt dan kwijt",
    ),
    "bereik": (
        "Als ik bel krijg ik {who} nooit te pakken",
        "Ik heb het mobiele nummer van {who}, dus een appje is genoeg",
        "Op mail krijg je pas na een week antwoord over {what}",
        "We lopen even bij elkaar binnen, de lijnen zijn kort",
        "De wachtrij aan de telefoon is zo lang dat mensen ophangen",
    ),
    "buurt": (
        "De buurvrouw doet boodschappen en houdt een oogje in het zeil",
        "Vrijwilligers van het buurthuis nemen {what} op zich",
        "De voetbalclub en de kerk weten eerder dan {who} wie er alleen zit",
        "In het wijkcentrum schuiven bewoners aan bij de soep op dinsdag",
        "Zonder de mantelzorgers in de straat zou {what} niet lukken",
    ),
    "vervoer": (
        "De bus rijdt hier na zes uur niet meer, dus men komt niet",
        "Met een rollator is het te ver lopen naar het gezondheidscentrum",
        "De regiotaxi laat mensen een uur wachten na {what}",
    ),
    "taal": (
        "De brief van {who} staat vol moeilijke woorden en wordt weggegooid",
        "Met een tolk erbij begrijpt men ineens wel wat de bedoeling is",
    ),
}
_WHO = (
    "de huisarts",
    "de wijkverpleegkundige",
    "de praktijkondersteuner",
    "de gemeente",
    "het wijkteam",
    "de fysiotherapeut",
    "het ziekenhuis",
    "de ouderenadviseur",
)
_WHAT = (
    "het keukentafelgesprek",
    "de beweeggroep",
    "het bezoek aan huis",
    "de maandelijkse bijeenkomst",
    "het valpreventieproject",
    "de nazorg",
)
_OPENERS = (
    "Nou ja",
    "Kijk",
    "Wat mij betreft",
    "Eerlijk gezegd",
    "Om een voorbeeld te geven",
    "Tja",
    "In de praktijk",
    "Als u het mij vraagt",
)
_NEUTRAL = (
    "ik werk hier nu een jaar of {n} en daarvoor zat ik in een andere provincie",
    "we zijn in het voorjaar begonnen met {what} en dat loopt nog",
    "op maandag en donderdag ben ik aanwezig in het gebouw aan de kade",
    "dat vertelde ik net ook al toen het over {what} ging",
    "er deden een stuk of {n} mensen mee, de meesten boven de zeventig",
    "het is een gewone wijk met oude en nieuwe huizen door elkaar",
    "daar heb ik verder geen duidelijke mening over, dat moet u een ander vragen",
)
_QUESTIONS = (
    "Kunt u daar iets over vertellen?",
    "Hoe gaat dat in uw wijk?",
    "Wat merkt u daarvan in uw werk?",
    "En hoe is dat met de anderen?",
    "Wat zou er anders kunnen?",
)
_NO_THEME, _TWO_THEMES = 0.35, 0.15


def write_story(folder, *, interviews=16, answers=12, seed=20, clustering=0.0, model=None):
    """Write a study of nine themes and return its folder; nothing is run yet.

    Args:
        folder: Where; it may not be there.
        interviews: How many.
        answers: Of each, of one passage.
        seed: Of what is said; the first interviews of a longer story are those of a shorter one.
        clustering: How much the interviews differ in what they are about; 0: not at all.
        model: Name or folder of the study's model; the shipped one if left out.
    """
    (folder / "transcripts").mkdir(parents=True)
    groups = ["transcript,groep"]
    for number in range(interviews):
        name = f"{number + 1:02d}.txt"
        chance = random.Random(f"{seed}:{number}")
        text = "\n\n".join(_lines(chance, answers, clustering))
        (folder / "transcripts" / name).write_bytes(text.encode("utf-8"))
        groups.append(f"{name},{('huisarts', 'wijk', 'gemeente')[number % 3]}")
    _write(folder / "attributes.csv", "\n".join(groups) + "\n")
    _write(folder / "codebook.yaml", codebook_yaml())
    settings = (
        "name: Samen in de wijk\ncodebook: codebook.yaml\nsegment: {topic_similarity: false}\n"
    )
    _write(folder / "study.yaml", settings + (f"model: {model}\n" if model else ""))
    return folder


def codebook_yaml():
    """Return the codebook: nine themes of one facet, with Dutch labels only."""
    lines = ["name: wijk", 'version: "1"', "facets:", "- id: thema", "  codes:"]
    for code, (label, definition, _) in THEMES.items():
        lines += [
            f"  - id: {code}",
            f'    label: {{nl: "{label}"}}',
            f'    definition: {{nl: "{definition}"}}',
        ]
    return "\n".join(lines) + "\n"


def truth_of(passage):
    """Return the themes that a passage of the story bears, by the templates that are in it."""
    return frozenset(
        code
        for code, sentences in _PARTS.items()
        if any(all(part in passage.text for part in parts) for parts in sentences)
    )


@dataclass(frozen=True, kw_only=True)
class Coder:
    """Somebody who codes with known errors; a rate that is not given is the ``usual`` one.

    Attributes:
        name: The name in the log.
        usual: The rates of missing a theme that is there, and of seeing one that is not.
        miss: By code.
        alarm: By code.
    """

    name: str
    usual: tuple[float, float] = (0.05, 0.005)
    miss: dict[str, float] = field(default_factory=dict)
    alarm: dict[str, float] = field(default_factory=dict)

    def rates(self, code):
        """Return the rates of missing a code and of seeing it where it is not."""
        return self.miss.get(code, self.usual[0]), self.alarm.get(code, self.usual[1])

    def codes_of(self, passage):
        """Return what this coder says of a passage; the same whenever it is asked."""
        truth = truth_of(passage)
        return frozenset(code for code in THEMES if self._says(code, code in truth, passage))

    def _says(self, code, there, passage):
        miss, alarm = self.rates(code)
        place = f"{self.name}:{code}:{passage.transcript_id}:{passage.start}"
        lot = int.from_bytes(hashlib.sha256(place.encode("utf-8")).digest()[:7], "big") / 2**56
        return lot >= miss if there else lot < alarm


ANNA = Coder(name="Anna", miss={"vertrouwen": 0.3}, alarm={"vertrouwen": 0.06})
BRAM = Coder(name="Bram", usual=(0.08, 0.01), miss={"vertrouwen": 0.35}, alarm={"rollen": 0.04})
CODERS = (ANNA, BRAM)


def expected_kappa(one, other, code, *, with_code, without):
    """Return Cohen's kappa that two coders must have in the long run.

    Args:
        one: A coder.
        other: Another one.
        code: The code.
        with_code: On how many passages it really is.
        without: On how many it is not.
    """
    (miss, alarm), (other_miss, other_alarm) = one.rates(code), other.rates(code)
    all_of = with_code + without
    both = with_code * (1 - miss) * (1 - other_miss) + without * alarm * other_alarm
    first = (with_code * (1 - miss) + without * alarm) / all_of
    second = (with_code * (1 - other_miss) + without * other_alarm) / all_of
    observed = (both + all_of * (1 - first - second) + both) / all_of
    by_chance = first * second + (1 - first) * (1 - second)
    return (observed - by_chance) / (1 - by_chance)


def passages_of(folder, *, interviews=None):
    """Return the answers of a run story, in order; of some interviews by their ids only."""
    rows = find_workplace(folder).results.rows
    return [
        row.passage
        for row in rows
        if row.passage.role is not Role.INTERVIEWER
        and (interviews is None or row.passage.transcript_id in interviews)
    ]


def simulate(folder, coder, passages, *, origin=Origin.BLIND):
    """Let a coder code these passages into the log of the study."""
    decide(folder, coder.name, {p: sorted(coder.codes_of(p)) for p in passages}, origin=origin)


def code_file(path, coder):
    """Let a coder fill in a CSV file of the program, as a person would do in a spreadsheet."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), reader.fieldnames
    for row in rows:
        told = coder.codes_of(_Row(row["text"], row["transcript_id"], int(row["start"])))
        row["decision"] = "ja" if row["code"] in told or not (row["code"] or told) else ""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


class _Row(NamedTuple):
    text: str
    transcript_id: str
    start: int


class StoryModel:
    """Stands for a model: it scores passages by their themes, with noise, at once.

    ``spread`` is how far its scores lie around those of a model that knows everything; its scores
    are probabilities, roughly.
    """

    def __init__(self, codebook, *, model_id="story@0123456789ab", spread=1.0):
        self.codebook = codebook
        self.model_id = model_id
        self.calibrated = True
        self.comparison = None
        self.spread = spread

    def embed(self, texts):
        rows = [_hashed(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), 64)

    def classify(self, passages, *, progress=None):
        found = []
        for passage in passages:
            if passage.language != OTHER_LANGUAGE and passage.role != Role.INTERVIEWER:
                truth = truth_of(passage)
                found += [
                    self._suggestion(passage, code, code in truth)
                    for code in self.codebook.code_ids
                ]
            if progress is not None:
                progress(1)
        return tuple(found)

    def _suggestion(self, passage, code, there):
        place = f"{self.model_id}:{code}:{passage.id}"
        noise = random.Random(place).gauss(0.0, self.spread)
        score = round(1 / (1 + np.exp(-((3.0 if there else -3.0) + noise))), 6)
        return Suggestion(
            passage_id=passage.id,
            code=code,
            score=float(score),
            suggested=bool(score >= 0.5),
            model_id=self.model_id,
        )


def run_story(folder, **options):
    """Run the study with a `StoryModel`."""
    codebook = read_codebook("codebook.yaml", folder=folder)
    return pipeline.run(pipeline.load_study([folder]), StoryModel(codebook, **options))


def _write(path, text):
    path.write_bytes(text.encode("utf-8"))


def _lines(chance, answers, clustering):
    liking = {code: chance.gammavariate(2.0, 0.5) for code in THEMES}
    for _ in range(answers):
        yield f"Interviewer: {chance.choice(_QUESTIONS)}"
        yield f"Respondent: {_answer(chance, liking, clustering)}"


def _answer(chance, liking, clustering):
    lot = chance.random()
    number = 0 if lot < _NO_THEME else 2 if lot > 1 - _TWO_THEMES else 1
    weights = [
        often * (1 + clustering * (liking[code] - 1)) for code, (_, _, often) in THEMES.items()
    ]
    themes = dict.fromkeys(chance.choices(list(THEMES), weights, k=number))
    said = [_filled(chance, chance.choice(_SAID[code])) for code in themes]
    said.insert(chance.randrange(len(said) + 1), _filled(chance, chance.choice(_NEUTRAL)))
    first, *rest = said
    lower = first[0].lower() + first[1:]
    return " ".join([f"{chance.choice(_OPENERS)}, {lower}.", *(f"{_up(one)}." for one in rest)])


def _filled(chance, sentence):
    return sentence.format(
        who=chance.choice(_WHO), what=chance.choice(_WHAT), n=chance.randint(3, 19)
    )


def _up(sentence):
    return sentence[0].upper() + sentence[1:]


def _fixed(sentence):
    """Return the parts of a template between its slots, without its first letter."""
    parts = sentence.replace("{who}", "{what}").split("{what}")
    return [parts[0][1:], *parts[1:]]


_PARTS = {code: [_fixed(said) for said in sentences] for code, sentences in _SAID.items()}


def _hashed(text):
    words = [int.from_bytes(hashlib.sha256(w.encode()).digest()[:2], "big") for w in text.split()]
    row = np.bincount([word % 64 for word in words], minlength=64) + 1e-3
    return row / np.linalg.norm(row)
