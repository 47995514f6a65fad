"""Baselines that learn nothing, or only what is usual: no passage is compared with another."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from nlp_pipeline.baselines.data import Contender, Flags, Row, Scores
from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.config import LANGUAGES, language_table

_WORD = re.compile(r"[^\W\d_]{2,}")


def majority(codebook: Codebook, training: Flags, passages: int) -> Contender:
    """Give every passage, per code, the more frequent answer of the training split."""
    share = training.mean(0)
    return Contender(
        name="majority",
        note="per code the more frequent answer in the training split; where that is no, the code "
        "is never suggested and its F1 is 0; the score is the share of passages with the code",
        codes=codebook.code_ids,
        scores=np.tile(share, (passages, 1)),
        suggested=np.tile(share > 0.5, (passages, 1)),
    )


def commonest(codebook: Codebook, training: Flags, passages: int) -> Contender:
    """Give every passage the most frequent code of each facet in the training split."""
    share = training.mean(0)
    suggested = np.zeros(len(share), dtype=np.bool_)
    for columns in facet_columns(codebook):
        best = columns.start + int(np.argmax(share[columns]))
        suggested[best] = share[best] > 0
    return Contender(
        name="commonest",
        note="the most frequent code of each facet in the training split, on every passage; the "
        "score is the share of passages with the code",
        codes=codebook.code_ids,
        scores=np.tile(share, (passages, 1)),
        suggested=np.tile(suggested, (passages, 1)),
    )


def keyword(codebook: Codebook, test: Sequence[Row]) -> Contender:
    """Suggest the codes of each facet that share the most words with the passage.

    The words of a code are those of its label, definition, inclusions and examples, without
    function words and without those that all codes of the facet share.
    """
    counts = np.zeros((len(test), len(codebook.code_ids)))
    known: dict[str, list[set[str]]] = {}
    for index, row in enumerate(test):
        language = str(row.get("language") or "")
        if language not in known:
            known[language] = _code_words(codebook, language)
        words = set(words_of([row["text"]]))
        counts[index] = [len(words & own) for own in known[language]]
    return Contender(
        name="keyword",
        note="per facet the codes whose label, definition, inclusions and examples share the most "
        "words with the passage, at least one; learns nothing; the score h / (h + 1) of h words is "
        "not a probability",
        codes=codebook.code_ids,
        scores=counts / (counts + 1.0),
        suggested=_most(codebook, counts),
    )


def facet_columns(codebook: Codebook) -> list[slice]:
    """Return the columns of each facet, in an array with a column per code."""
    starts = np.cumsum([0, *(len(facet.codes) for facet in codebook.facets)]).tolist()
    return [slice(first, last) for first, last in pairwise(starts)]


def words_of(texts: Iterable[str]) -> list[str]:
    """Return the words of texts in lower case, of two letters or more.

    >>> words_of(["Het dossier, 2 keer."])
    ['het', 'dossier', 'keer']
    """
    return [word for text in texts for word in _WORD.findall(text.lower())]


def _code_words(codebook: Codebook, language: str) -> list[set[str]]:
    common = {word for known in LANGUAGES for word in language_table(known).function_words}
    return [words for facet in codebook.facets for words in _facet_words(facet, language, common)]


def _facet_words(facet: Facet, language: str, common: set[str]) -> list[set[str]]:
    found = [set(words_of(_texts(code, language))) - common for code in facet.codes]
    shared = set.intersection(*found) if len(found) > 1 else set()
    return [words - shared for words in found]


def _texts(code: Code, language: str) -> list[str]:
    return [code.name(language), code.meaning(language), *code.include, *code.examples]


def _most(codebook: Codebook, counts: Scores) -> Flags:
    suggested = np.zeros(counts.shape, dtype=np.bool_)
    for columns in facet_columns(codebook):
        own = counts[:, columns]
        suggested[:, columns] = (own == own.max(1, keepdims=True)) & (own > 0)
    return suggested
