"""Choose the pieces of the base encoder's vocabulary that Dutch and English need.

Usage: python scripts/make_vocabulary.py configs/base/vocabulary.txt

Needs the package `wordfreq` (Apache-2.0; its word lists are CC BY-SA 4.0), which nothing else here
needs: the list that this script wrote is part of the repository. Every word of the large Dutch and
English lists, 632,458 in all, with names and jargon among them, is cut into pieces in the forms in
which transcripts have it, and the pieces are ranked by how often they would be met. Single Latin
characters, digits and punctuation are always kept.
"""

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import wordfreq
from tokenizers import Tokenizer

from nlp_pipeline.base import TOKENIZER, package_file

SIZE = 40_000
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
DIGITS_OR_MARKS = re.compile(r"[0-9]{1,4}|[!-/:-@\[-`{-~’‘“”…–—]{1,4}")
# How often a word is met in each form, relative to its small-letter form: at the start of a
# sentence or as a name, in capitals, before a mark, behind a quote or a bracket.
FORMS: tuple[tuple[Callable[[str], str], float], ...] = (
    (lambda w: w, 1.0),
    (lambda w: w[:1].upper() + w[1:], 0.15),
    (lambda w: w.upper(), 0.01),
    (lambda w: w.upper() if len(w) < 5 else w, 0.03),
    (lambda w: w + ".", 0.06),
    (lambda w: w + ",", 0.06),
    (lambda w: w + "?", 0.01),
    (lambda w: "“" + w[:1].upper() + w[1:], 0.03),
    (lambda w: '"' + w[:1].upper() + w[1:], 0.02),
    (lambda w: "(" + w, 0.01),
    (lambda w: "[" + w, 0.01),
    (lambda w: "'" + w[:1].upper() + w[1:], 0.02),
    (lambda w: "-" + w, 0.02),
    (lambda w: "/" + w, 0.005),
)
NUMBERS = [
    form.format(n)
    for n in (*range(1, 100), *range(1951, 2050))
    for form in ("{}", "{}.", "{},", "{}%", "{}:", "({})", "{}e")
]


def main(out: Path) -> None:
    """Write the chosen pieces, one a line, in the order of their ids."""
    tokenizer = Tokenizer.from_file(str(package_file(*TOKENIZER)))
    pieces = [tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())]
    kept = {i for i, piece in enumerate(pieces) if piece in SPECIAL or always_kept(piece)}
    ranked = [i for i, _ in rank(tokenizer).most_common() if i not in kept]
    kept |= set(ranked[: SIZE - len(kept)])
    out.write_text("".join(pieces[i] + "\n" for i in sorted(kept)), encoding="utf-8", newline="\n")


def rank(tokenizer: Tokenizer) -> Counter[int]:
    """Return the expected frequency of each piece in Dutch and English text."""
    met: Counter[int] = Counter()
    for language in ("nl", "en"):
        words = wordfreq.get_frequency_dict(language, wordlist="large")
        for form, share in FORMS:
            encodings = tokenizer.encode_batch([form(w) for w in words], add_special_tokens=False)
            for frequency, encoding in zip(words.values(), encodings, strict=True):
                for piece in encoding.ids:
                    met[piece] += frequency * share
    for encoding in tokenizer.encode_batch(NUMBERS, add_special_tokens=False):
        for piece in encoding.ids:
            met[piece] += 1e-6
    return met


def always_kept(piece: str) -> bool:
    """Tell whether a piece is one character that may turn up anywhere, or digits or marks."""
    bare = piece.lstrip("▁")
    if len(bare) == 1:
        symbol = unicodedata.category(bare)[0] in "PSNM" and ord(bare) < 0x3000
        return unicodedata.name(bare, "").startswith("LATIN") or symbol or ord(bare) >= 0x1F300
    return piece == "▁" or bool(DIGITS_OR_MARKS.fullmatch(bare))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
