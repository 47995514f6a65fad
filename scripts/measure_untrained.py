"""Measure suggestions for a codebook that no model was trained on: take `rmic` as unknown.

    python scripts/measure_untrained.py MODEL... [--split test] [--examples 0 5]

For each model's encoder: per facet, among passages with a code of that facet, how often the code
that is most like the passage is one of its codes, and how often one of the three most like it is;
beside chance and the codes that are most frequent in the training split. Then the macro-F1 of what
is suggested, over all passages. `--examples 5` gives the codebook five passages of the training
split per code and language as examples, which also sets the cut-off. `--sweep` shows the macro-F1
for other cut-offs; only look at it on the validation split. Prints figures only, no passages.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import comb
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlp_pipeline.artifact import load_model
from nlp_pipeline.classify import Embedder
from nlp_pipeline.codebook import Codebook, Facet
from nlp_pipeline.config import ClassifySettings, read_codebook
from nlp_pipeline.corpus import load_rows
from nlp_pipeline.untrained import Embeds, Untrained, Vectors, suggest

Flags = npt.NDArray[np.bool_]
SWEEP = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


class Remembering:
    """An encoder that embeds every text only once."""

    def __init__(self, encoder: Embeds) -> None:
        """Start with nothing."""
        self._encoder = encoder
        self._found: dict[str, npt.NDArray[np.float32]] = {}

    @property
    def model_id(self) -> str:
        """The encoder's own id."""
        return self._encoder.model_id

    def embed(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return one row per text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._found]
        if new:
            self._found.update(zip(new, self._encoder.embed(new), strict=True))
        return np.stack([self._found[text] for text in texts])


def coded(rows: Sequence[dict], codebook: Codebook) -> Flags:
    """Return which codes people gave, shape (passages, codes)."""
    return np.array([[code in row["codes"] for code in codebook.code_ids] for row in rows])


def with_examples(codebook: Codebook, rows: Sequence[dict], number: int) -> Codebook:
    """Return the codebook with passages as examples, drawn at random, per code and language."""
    draw = np.random.default_rng(20)

    def chosen(code: str, language: str) -> list[str]:
        pool = [r["text"] for r in rows if code in r["codes"] and r["language"] == language]
        return [pool[i] for i in draw.permutation(len(pool))[:number]]

    facets = [
        replace(
            facet,
            codes=tuple(
                replace(code, examples=(*chosen(code.id, "nl"), *chosen(code.id, "en")))
                for code in facet.codes
            ),
        )
        for facet in codebook.facets
    ]
    return replace(codebook, facets=tuple(facets))


def hits(order: npt.NDArray[np.int64], truth: Flags, number: int) -> float:
    """Return the share of passages of which one of the first codes in the order is right."""
    return float(np.take_along_axis(truth, order[:, :number], axis=1).any(1).mean())


def chance(truth: Flags, number: int) -> float:
    """Return the hit rate of codes drawn at random without looking."""
    codes = truth.shape[1]
    number = min(number, codes)
    missed = [comb(codes - int(own), number) / comb(codes, number) for own in truth.sum(1)]
    return 1 - float(np.mean(missed))


def macro_f1(suggested: Flags, truth: Flags) -> float:
    """Return the mean F1 over the codes."""
    both = (suggested & truth).sum(0)
    return float(np.mean(2 * both / np.maximum(suggested.sum(0) + truth.sum(0), 1)))


def columns(codebook: Codebook, facet: Facet) -> list[int]:
    """Return the places of a facet's codes."""
    return [codebook.code_ids.index(code.id) for code in facet.codes]


def main() -> None:
    """Print the figures."""
    options = parse()
    corpus, codebook = Path(options.corpus), read_codebook("rmic")
    training, rows = load_rows(corpus)["train"], load_rows(corpus)[options.split]
    truth, usual = coded(rows, codebook), coded(training, codebook).sum(0)
    print(f"{len(rows)} passages of the split {options.split}")
    print(f"{'facet':8} {'by':34} {'passages':>8} {'top 1':>6} {'top 3':>6} {'macro-F1':>8}")
    for facet in codebook.facets:
        own = truth[:, columns(codebook, facet)]
        own = own[own.any(1)]
        order = np.tile(np.argsort(-usual[columns(codebook, facet)]), (len(own), 1))
        for name, one, three in (
            ("chance", chance(own, 1), chance(own, 3)),
            ("most frequent in training", hits(order, own, 1), hits(order, own, 3)),
        ):
            print(f"{facet.id:8} {name:34} {len(own):8} {one:6.2f} {three:6.2f} {'':>8}")
    for model in options.models:
        encoder = Remembering(Embedder(load_model(model), ClassifySettings()))
        for number in options.examples:
            enriched = with_examples(codebook, training, number) if number else codebook
            measure(Untrained(encoder, enriched), rows, truth, number, options.sweep)


def measure(
    untrained: Untrained, rows: Sequence[dict], truth: Flags, number: int, sweep: bool
) -> None:
    """Print the figures of one encoder and one number of examples."""
    codebook, cut_off = untrained.codebook, untrained.comparison.cut_off
    likeness = untrained.likeness([r["text"] for r in rows], [r["language"] for r in rows])
    name = f"{untrained.model_id.partition(':')[2].partition('@')[0]}, {number} examples"
    for facet in codebook.facets:
        own = columns(codebook, facet)
        some = truth[:, own].any(1)
        order = np.argsort(-likeness[:, own][some], axis=1, kind="stable")
        one, three = (hits(order, truth[:, own][some], n) for n in (1, 3))
        f1 = macro_f1(suggest(likeness, codebook, cut_off=cut_off)[:, own], truth[:, own])
        print(f"{facet.id:8} {name:34} {some.sum():8} {one:6.2f} {three:6.2f} {f1:8.2f}")
        for other in SWEEP if sweep else ():
            suggested = suggest(likeness, codebook, cut_off=other)
            f1 = macro_f1(suggested[:, own], truth[:, own])
            share = suggested.any(1).mean()
            print(f"  from {other:.2f}: macro-F1 {f1:.3f}, {share:.0%} of passages")
    print(f"  cut-off {cut_off:.2f} from {untrained.comparison.examples} examples (0: the default)")


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", help="names or folders of models")
    parser.add_argument("--corpus", default="corpora/rmic-nl-en")
    parser.add_argument("--split", default="test")
    parser.add_argument("--examples", type=int, nargs="+", default=[0])
    parser.add_argument("--sweep", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
