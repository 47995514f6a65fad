"""An invented study with many short interviews, and people who code it as they are told."""

from itertools import count

from interviews import KeywordClassifier

from nlp_pipeline import pipeline
from nlp_pipeline.decisions import Decision, write_log
from nlp_pipeline.exchange import Shown, Verdict, text_sha256
from nlp_pipeline.ids import make_id
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.records import Origin, Role

SPOKEN = ("druppel", "lantaarn", "kettle", "saucer")
"""Words that no output on a console may hold."""

_ANSWERS = {
    "nl": (
        "Het was een druppel op een hete plaat, want er was {} tijd voor elkaar.",
        "De lantaarn was uit toen wij {} overleg kregen met de mensen van de gemeente.",
        "Met {} korte lijnen ging het beter, dat zeg ik u heel eerlijk en zonder omhaal.",
    ),
    "en": (
        "The kettle was always on, and {} people from the other team came by to sit down.",
        "It was difficult to put {} saucer under every cup, if you see what I mean by that.",
        "What helps is {} trust between the people who meet each other every week here.",
    ),
}
_QUESTIONS = {"nl": "Hoe verliep de samenwerking?", "en": "How did the work go?"}
_moments = count()


def write_study(folder, *, interviews=6, answers=4, codebook="rmic"):
    """Write a study of interviews, the odd ones in English, and run it; one answer a passage."""
    (folder / "transcripts").mkdir(parents=True)
    for number in range(interviews):
        language = "en" if number % 2 else "nl"
        lines = []
        for answer in range(answers):
            told = _ANSWERS[language][answer % 3].format(f"{number}{answer}")
            lines += [f"Interviewer: {_QUESTIONS[language]}", f"Respondent: {told}"]
        path = folder / "transcripts" / f"{number:02d}.txt"
        path.write_bytes("\n\n".join(lines).encode("utf-8"))
    (folder / "study.yaml").write_text(f"name: Proef\ncodebook: {codebook}\n", encoding="utf-8")
    rerun(folder)
    return folder


def rerun(folder, **options):
    """Run a study with the keyword classifier."""
    return pipeline.run(pipeline.load_study([folder]), KeywordClassifier(**options))


def answers_of(folder):
    """Return the passages that respondents spoke, in order."""
    rows = find_workplace(folder).results.rows
    return [row.passage for row in rows if row.passage.role is not Role.INTERVIEWER]


def decide(folder, coder, told, *, origin=Origin.BLIND, verdict=Verdict.ADDED):
    """Add decisions to the log of a study.

    Args:
        folder: The study.
        coder: Who.
        told: Codes by passage, or by transcript, start and end; no codes for one that was seen.
        origin: How.
        verdict: Of the codes.
    """
    place = find_workplace(folder)
    hashes = {t.id: text_sha256(t.text) for t in place.results.transcripts}
    log = []
    for where, codes in told.items():
        at = where if isinstance(where, tuple) else (where.transcript_id, where.start, where.end)
        for code in codes or [None]:
            said = Verdict.SEEN if code is None else verdict
            log.append(_decision(hashes[at[0]], *at, code, said, coder, origin))
    write_log(place.log_path, log)


def _decision(text, transcript, start, end, code, verdict, coder, origin):
    minutes, seconds = divmod(next(_moments), 60)
    moment = f"2024-03-05T{minutes // 60 % 24:02d}:{minutes % 60:02d}:{seconds:02d}+00:00"
    shown = Shown(model_id="m", score=0.5, suggested=True) if origin is Origin.ASSISTED else None
    return Decision(
        id=make_id("test", transcript, start, end, code or "", coder, verdict, origin, moment),
        transcript_id=transcript,
        text_sha256=text,
        start=start,
        end=end,
        code=code,
        verdict=verdict,
        coder=coder,
        origin=origin,
        decided_at=moment,
        imported_at=moment,
        shown=shown,
        note="",
        file="made.csv",
        file_sha256="0" * 64,
        file_time=moment,
    )
