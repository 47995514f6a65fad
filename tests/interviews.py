"""Three invented interviews in plain text, and a classifier that goes by keywords.

The classifier is no imitation of the model: it is another, very simple one that keeps the same
promises, so that the pipeline can be tested without loading a network.
"""

import time
import zlib

import numpy as np

from nlp_pipeline.config import read_codebook
from nlp_pipeline.records import OTHER_LANGUAGE, Role, Suggestion

KEYWORDS = {
    "barrier": ("tijd", "lastig", "difficult", "waiting"),
    "facilitator": ("korte lijnen", "helpt", "helps"),
    "clinical": ("patiënt", "patient"),
    "professional": ("huisarts", "nurse", "wijkverpleegkundige"),
    "organisational": ("organisatie", "manager"),
    "system": ("zorgverzekeraar", "funding"),
    "functional": ("systeem", "record"),
    "normative": ("vertrouwen", "trust"),
}

INTERVIEWS = {
    "01 huisarts.txt": """\
Interviewer: Hoe verloopt de samenwerking met de wijk?

Respondent: Nou, de wijkverpleegkundige ken ik goed, we hebben korte lijnen en dat helpt echt. \
Maar de huisarts heeft vaak te weinig tijd om te bellen, dat vind ik lastig.

Interviewer: En de verzekeraar?

Respondent: De zorgverzekeraar betaalt het overleg niet. Daar lopen we steeds tegenaan, elk jaar \
weer. Het systeem waarin we registreren werkt ook niet mee, alles moet dubbel.
""",
    "02 wijk.txt": """\
Interviewer: Wat gaat er goed?

Respondent: Er is vertrouwen tussen de mensen. Als ik iets beloof over een patiënt, dan gebeurt \
dat ook, en zo werkt mijn organisatie al jaren.

Interviewer: Wat zou er beter kunnen?

Respondent: Ik zou het fijn vinden als wij elkaar vaker zagen. We zitten in hetzelfde gebouw, \
maar ik weet niet eens wie er op de tweede verdieping werkt.
""",
    "03 nurse.txt": """\
Interviewer: How do you work with the other teams?

Respondent: We have a huddle every morning and that helps, the nurse and the manager both come. \
It is still difficult to find out who has seen a patient last week.

Interviewer: And the money?

Respondent: The funding stops in April. People ask me what happens then and I have to say that \
I do not know, because nobody has told us anything about it so far.
""",
}


def write_interviews(folder):
    folder.mkdir(parents=True)
    for name, text in INTERVIEWS.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    return folder


class KeywordClassifier:
    """Suggests a code when one of its words occurs; optionally slowly."""

    def __init__(self, *, codebook=None, model_id="keywords@0123456789ab", seconds=0.0):
        self.codebook = codebook or read_codebook("rmic")
        self.model_id = model_id
        self.calibrated = False
        self.comparison = None
        self.seconds = seconds
        self.classified = 0

    def embed(self, texts):
        rows = np.full((len(texts), 64), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[zlib.crc32(word.encode("utf-8")) % 64] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def classify(self, passages, *, progress=None):
        found = []
        for passage in passages:
            time.sleep(self.seconds)
            if passage.language != OTHER_LANGUAGE and passage.role != Role.INTERVIEWER:
                found += self._suggestions(passage)
            self.classified += 1
            if progress is not None:
                progress(1)
        return tuple(found)

    def _suggestions(self, passage):
        for code in self.codebook.code_ids:
            hits = sum(word in passage.text.lower() for word in KEYWORDS.get(code, ()))
            yield Suggestion(
                passage_id=passage.id,
                code=code,
                score=1 - 0.9 / (hits + 1),
                suggested=hits > 0,
                model_id=self.model_id,
            )
