"""Is a coded corpus fit to learn from? Checks of its size, spread and honesty.

A corpus that was written for the purpose can give its codes away: by formulas that recur, by the
length of passages, by a sentence that stands in two splits. Each check returns a figure with the
limit that it is held to.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from nlp_pipeline.agreement import cohen_kappa
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import read_yaml
from nlp_pipeline.corpus import Source, build_rows, check_sources

Row = Mapping[str, Any]
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_INSIDE_WORD = re.compile(r"(?<=\w)[-'’](?=\w)|(?<!\w)['’](?=(?:[kmnrst]|em|cause|til)\b)")
"""Hyphens and apostrophes that belong to a word ('t, 's, don't) are spelling, not punctuation."""
_MARKS = ".,;:!?-–—…()[]\"'’“”"
LIMITS_FILE = "checks.yaml"


class Limits(BaseModel):
    """What a corpus is held to (``checks.yaml`` in its folder); shares are between 0 and 1.

    ``common_phrases`` are runs of seven words that everybody says and that may recur.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    interviews_per_language: int = 1
    passages: int = 1
    words: int = 1
    uncoded_share: tuple[float, float] = (0.0, 1.0)
    support_per_language: int = 0
    pairs_of_facets: bool = False
    hard_cases: int = 0
    shared_5grams: float = 0.6
    interviews_per_7gram: int = 3
    ten_openings: float = 0.05
    form_kappa: float = 0.05
    common_phrases: tuple[str, ...] = Field(default=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check: what was measured, the limit, and whether it holds; ``places`` says where not."""

    name: str
    value: str
    limit: str
    holds: bool
    places: tuple[str, ...] = ()


def read_limits(folder: Path) -> Limits:
    """Read ``checks.yaml`` of a corpus; without it only the general limits hold.

    Raises:
        ConfigError: The file is not YAML.
    """
    path = folder / LIMITS_FILE
    return Limits.model_validate(read_yaml(path)) if path.is_file() else Limits()


def audit(sources: tuple[Source, ...], codebook: Codebook, limits: Limits) -> list[Check]:
    """Carry out all checks on a corpus, in the order in which they are best read."""
    problems = check_sources(sources, codebook)
    checks = [
        _check("offsets, codes and marks", len(problems), "none wrong", not problems, problems)
    ]
    if problems:
        return checks
    rows = [row for of in build_rows(sources).values() for row in of]
    checks += _size(sources, rows, limits)
    checks += _support(rows, codebook, limits)
    checks += [
        _duplicates(rows, limits),
        _formulas(rows, limits),
        _openings(rows, limits),
        *_variety(rows),
        _form(rows, codebook, limits),
    ]
    return checks


def _size(sources: tuple[Source, ...], rows: Sequence[Row], limits: Limits) -> list[Check]:
    interviews = [s.interview for s in sources if s.interview.kind == "interview"]
    languages = Counter(interview.language for interview in interviews)
    words = sum(len(words_of(row["text"])) for row in rows)
    share = sum(not row["codes"] for row in rows) / len(rows)
    low, high = limits.uncoded_share
    hard = sum(bool(row["hard"]) for row in rows)
    fewest = min(languages.values(), default=0)
    return [
        _check(
            "interviews per language",
            ", ".join(f"{n} {language}" for language, n in sorted(languages.items())),
            f"at least {limits.interviews_per_language}",
            fewest >= limits.interviews_per_language,
        ),
        _check("passages", len(rows), f"at least {limits.passages}", len(rows) >= limits.passages),
        _check("words", words, f"at least {limits.words}", words >= limits.words),
        _check("share without a code", f"{share:.3f}", f"{low} to {high}", low <= share <= high),
        _check("hard cases", hard, f"at least {limits.hard_cases}", hard >= limits.hard_cases),
    ]


def _support(rows: Sequence[Row], codebook: Codebook, limits: Limits) -> list[Check]:
    met = Counter((row["language"], code) for row in rows for code in row["codes"])
    pairs = {(row["language"], *sorted(p)) for row in rows for p in combinations(row["codes"], 2)}
    languages = sorted({row["language"] for row in rows})
    rare = [
        f"{code} in {language}: {met[language, code]}"
        for language in languages
        for code in codebook.code_ids
        if met[language, code] < limits.support_per_language
    ]
    lowest = min(met[language, code] for language in languages for code in codebook.code_ids)
    checks = [
        _check(
            "passages per code and language",
            f"{lowest} or more",
            f"at least {limits.support_per_language}",
            not rare,
            rare,
        )
    ]
    if limits.pairs_of_facets:
        missing = [
            f"{first.id} with {second.id} in {language}"
            for one, other in combinations(codebook.facets, 2)
            for first in one.codes
            for second in other.codes
            for language in languages
            if (language, *sorted((first.id, second.id))) not in pairs
        ]
        checks.append(_check("pairs of facets", len(missing), "none missing", not missing, missing))
    return checks


def _duplicates(rows: Sequence[Row], limits: Limits) -> Check:
    grams = [set(ngrams(words_of(row["text"]), 5)) for row in rows]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, own in enumerate(grams):
        for gram in own:
            holders[gram].append(index)
    shared = Counter(pair for of in holders.values() for pair in combinations(of, 2))
    worst, places = 0.0, []
    for (one, other), number in shared.items():
        share = number / min(len(grams[one]), len(grams[other]))
        worst = max(worst, share)
        if share > limits.shared_5grams:
            places.append(f"{_place(rows[one])} and {_place(rows[other])}")
    return _check(
        "5-grams that two passages share",
        f"{worst:.2f} at most",
        f"at most {limits.shared_5grams}",
        not places,
        places,
    )


def _formulas(rows: Sequence[Row], limits: Limits) -> Check:
    common = {tuple(words_of(phrase)) for phrase in limits.common_phrases}
    met: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in rows:
        for gram in ngrams(words_of(row["text"]), 7):
            met[gram].add(row["transcript_id"])
    recurring = {gram: of for gram, of in met.items() if len(of) > limits.interviews_per_7gram}
    places = [
        f"{', '.join(sorted(of))}" for gram, of in sorted(recurring.items()) if gram not in common
    ]
    most = max((len(of) for of in met.values()), default=0)
    return _check(
        "interviews that share a run of seven words",
        most,
        f"at most {limits.interviews_per_7gram}",
        not places,
        places,
    )


def _openings(rows: Sequence[Row], limits: Limits) -> Check:
    openings = Counter(
        tuple(words[:4]) for words in (words_of(row["text"]) for row in rows) if len(words) >= 4
    )
    share = sum(number for _, number in openings.most_common(10)) / len(rows)
    return _check(
        "share of the ten commonest openings of four words",
        f"{share:.3f}",
        f"under {limits.ten_openings}",
        share < limits.ten_openings,
    )


def _variety(rows: Sequence[Row]) -> list[Check]:
    checks = []
    for language in sorted({row["language"] for row in rows}):
        words = [w for row in rows if row["language"] == language for w in words_of(row["text"])]
        checks.append(
            _check(
                f"type-token ratio per 1,000 words, {language}",
                f"{moving_ratio(words, 1000):.3f}",
                "for comparison",
                True,
            )
        )
    return checks


def _form(rows: Sequence[Row], codebook: Codebook, limits: Limits) -> Check:
    kappas = form_kappas(rows, codebook)
    over = [f"{code}: {kappa:.3f}" for code, kappa in kappas.items() if kappa > limits.form_kappa]
    return _check(
        "kappa of codes guessed from length and marks alone",
        f"{max(kappas.values()):.3f} at most",
        f"at most {limits.form_kappa}",
        not over,
        over,
    )


def form_kappas(rows: Sequence[Row], codebook: Codebook) -> dict[str, float]:
    """Return how well length and punctuation alone give each code away, as kappa.

    A logistic regression on the number of words and marks is trained on four fifths of the
    interviews and tested on the rest, five times. Passages with a code at all are guessed too,
    under the name ``any``. Classes are weighted to balance, as a rare code would never be guessed
    otherwise, and the kappa of what is left of chance is what the corpus must not have.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features = np.array([_form_features(row["text"]) for row in rows])
    groups = [row["transcript_id"] for row in rows]
    tests: dict[str, Callable[[Row], bool]] = {"any": lambda row: bool(row["codes"])}
    for code in codebook.code_ids:
        tests[code] = lambda row, code=code: code in row["codes"]  # type: ignore[misc]
    kappas = {}
    folds = GroupKFold(n_splits=min(5, len(set(groups))))
    for name, test in tests.items():
        coded = np.array([test(row) for row in rows])
        guessed = np.zeros(len(rows), dtype=bool)
        for learn, guess in folds.split(features, coded, groups):
            if coded[learn].all() or not coded[learn].any():
                continue
            model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
            guessed[guess] = model.fit(features[learn], coded[learn]).predict(features[guess])
        kappas[name] = cohen_kappa(guessed, coded).value or 0.0
    return kappas


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters."""
    return _WORD.findall(text.lower())


def ngrams(words: Sequence[str], n: int) -> Iterable[tuple[str, ...]]:
    """Return all runs of n words, in order."""
    return zip(*(words[i:] for i in range(n)), strict=False)


def moving_ratio(words: Sequence[str], window: int) -> float:
    """Return the mean ratio of different words to words, over windows that follow each other."""
    starts = range(0, max(1, len(words) - window + 1), window)
    ratios = [len(set(part)) / len(part) for s in starts if (part := words[s : s + window])]
    return sum(ratios) / len(ratios) if ratios else 0.0


def _form_features(text: str) -> list[float]:
    words = len(words_of(text))
    text = _INSIDE_WORD.sub("", text)
    sentences = len(re.findall(r"[.!?…]+(?:\s|$)", text))
    marks = [text.count(mark) / max(1, words) for mark in _MARKS]
    longest = max((b - a for a, b in pairwise([0, *_ends(text), len(text)])), default=0)
    return [np.log1p(words), words, sentences, longest, *marks]


def _ends(text: str) -> list[int]:
    return [match.end() for match in re.finditer(r"[.!?…]", text)]


def _check(name: str, value: object, limit: str, holds: bool, places: Sequence[str] = ()) -> Check:
    return Check(name=name, value=str(value), limit=limit, holds=holds, places=tuple(places))


def _place(row: Row) -> str:
    return f"{row['transcript_id']} passage {row['passage']}"
