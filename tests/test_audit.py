import random
from pathlib import Path

import pytest
from test_corpus import RMIC, write_corpus

from nlp_pipeline.audit import (
    Limits,
    audit,
    form_kappas,
    moving_ratio,
    ngrams,
    read_limits,
    words_of,
)
from nlp_pipeline.cli import main
from nlp_pipeline.corpus import read_corpus


def _row(interview: int, number: int, text: str, codes: list[str]) -> dict[str, object]:
    return {"transcript_id": f"i{interview}", "passage": number, "text": text, "codes": codes}


def _checks(folder: Path, **limits: object) -> dict[str, bool]:
    return {item.name: item.holds for item in audit(read_corpus(folder), RMIC, Limits(**limits))}


def test_an_interview_that_stands_in_four_splits_is_found_as_duplicates(tmp_path: Path) -> None:
    checks = audit(read_corpus(write_corpus(tmp_path)), RMIC, Limits())
    (found,) = [item for item in checks if item.name == "5-grams that two passages share"]
    assert not found.holds
    assert "nl-validation passage 2 and nl-train passage 2" in " ".join(
        f"{place} {' and '.join(reversed(place.split(' and ')))}" for place in found.places
    )


def test_limits_are_held_to(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path)
    loose = _checks(folder, uncoded_share=(0.3, 0.4), passages=12, hard_cases=4)
    assert loose["passages"]
    assert loose["share without a code"]
    assert loose["hard cases"]
    tight = _checks(
        folder,
        uncoded_share=(0.4, 0.6), passages=13, hard_cases=5, words=10_000,
        support_per_language=5, pairs_of_facets=True, interviews_per_language=5,
    )  # fmt: skip
    for name in (
        "passages",
        "share without a code",
        "hard cases",
        "words",
        "passages per code and language",
        "pairs of facets",
        "interviews per language",
    ):
        assert not tight[name], name


def test_wrong_codings_are_reported_before_anything_is_counted(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path)
    path = folder / "codings" / "a" / "nl-test.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("near", "odd"), encoding="utf-8")
    (only,) = audit(read_corpus(folder), RMIC, Limits())
    assert not only.holds
    assert "odd" in only.places[0]


def test_codes_that_length_gives_away_are_found() -> None:
    chance = random.Random(5)
    rows = []
    for interview in range(10):
        for number in range(40):
            coded = chance.random() < 0.5
            words = chance.randint(30, 60) if coded else chance.randint(5, 25)
            rows.append(_row(interview, number, "woord " * words, ["barrier"] if coded else []))
    assert form_kappas(rows, RMIC)["barrier"] > 0.9
    for row in rows:
        row["codes"] = ["barrier"] if chance.random() < 0.5 else []
    assert abs(form_kappas(rows, RMIC)["barrier"]) < 0.15


def test_codes_that_question_marks_give_away_are_found() -> None:
    chance = random.Random(6)
    rows = []
    for interview in range(10):
        for number in range(40):
            coded = chance.random() < 0.4
            text = "woord " * chance.randint(5, 40) + ("." if coded else "?")
            rows.append(_row(interview, number, text, ["system"] if coded else []))
    assert form_kappas(rows, RMIC)["system"] > 0.9


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("That's it, isn't it?", ["that's", "it", "isn't", "it"]),
        ("’s avonds – één POH-GGZ", ["s", "avonds", "één", "poh", "ggz"]),
        ("[lacht] ...", ["lacht"]),
    ],
)
def test_words_are_found_in_speech_as_transcribed(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_ngrams_and_ratio() -> None:
    assert list(ngrams("a b c".split(), 2)) == [("a", "b"), ("b", "c")]
    assert list(ngrams("a".split(), 2)) == []
    assert moving_ratio("a b a b c d e e".split(), 4) == pytest.approx((0.5 + 0.75) / 2)
    assert moving_ratio([], 4) == 0.0


def test_the_command_says_no_and_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_corpus(tmp_path)
    (folder / "checks.yaml").write_text("passages: 100\n", encoding="utf-8")
    assert read_limits(folder).passages == 100
    with pytest.raises(SystemExit) as stopped:
        main(["check", str(folder)])
    assert stopped.value.code == 1
    assert "NO" in capsys.readouterr().out
