"""How many coded interviews until a new setting is served as well as the old ones.

    python scripts/new_setting.py corpora/rmic-nl-en "mental health" --warm MODEL --base MODEL

The interviews of one setting are taken out of the corpus. Half of them are the test; of the others
1, 2, 4, ... are learned from, heads only, drawn a few times: on the encoder of the base, on that of
the warm model, and on the latter together with the interviews of all other settings. Thresholds are
set on interviews of other settings. MODEL of --warm must not have learned from the setting; with
--warm left out only the base is tried. For comparison: the warm model with its own heads, on the
new setting and on the test interviews of the others. Prints the mean F1 of the codes that occur,
and no passages.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlp_pipeline.agreement import compare
from nlp_pipeline.artifact import Model, load_model
from nlp_pipeline.baselines.learner import Learner
from nlp_pipeline.baselines.linear import frozen_vectors
from nlp_pipeline.classify import Classifier
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import ClassifySettings, TrainSettings, read_codebook
from nlp_pipeline.corpus import SPLITS, TEST, load_rows
from nlp_pipeline.suggest import suggested_by

Rows = dict[str, list[dict[str, Any]]]
TRAIN = "train"


def main() -> None:
    """Measure, and print a table."""
    asked = _arguments()
    codebook = read_codebook(asked.codebook)
    rows, old, new_ids = divided(load_rows(asked.corpus), asked.setting, asked.seed, asked.most)
    heads = [("base, new interviews only", load_model(asked.base), False)]
    if asked.warm:
        warm = load_model(asked.warm)
        heads += [("warm, new interviews only", warm, False), ("warm, with the old", warm, True)]
        print(f"warm, its own heads: old settings {own_heads(warm, old, codebook):.3f}, ", end="")
        print(f"new setting {own_heads(warm, rows[TEST], codebook):.3f}")
    print(f"{len(new_ids)} interviews to learn from, {len(rows[TEST])} passages of the test")
    sizes = sorted({min(size, len(new_ids)) for size in asked.sizes})
    print(f"{'':28}" + "".join(f"{size:>8}" for size in sizes))
    for name, model, with_old in heads:
        found = curve(model, rows, codebook, new_ids, sizes, asked, with_old=with_old)
        print(f"{name:28}" + "".join(f"{value:8.3f}" for value in found))


def divided(
    rows: Rows, setting: str, seed: int, most: int
) -> tuple[Rows, list[dict[str, Any]], list[str]]:
    """Return the splits with the new setting taken apart, the old test, and what is to be learned.

    In the training split come first the old interviews, then the new ones.
    """
    new = [row for split in SPLITS for row in rows[split] if setting in row["setting"]]
    ids = sorted({row["transcript_id"] for row in new})
    if len(ids) < 2:
        msg = f'the corpus has {len(ids)} interview(s) with "{setting}"; two are needed'
        raise SystemExit(msg)
    random.Random(seed).shuffle(ids)
    test, learn = ids[: len(ids) // 2], ids[len(ids) // 2 :]
    kept = {split: [r for r in rows[split] if setting not in r["setting"]][:most] for split in rows}
    old = kept[TEST]
    kept[TEST] = [row for row in new if row["transcript_id"] in test]
    kept[TRAIN] += [row for row in new if row["transcript_id"] in learn]
    return kept, old, learn


def own_heads(model: Model, rows: Sequence[dict[str, Any]], codebook: Codebook) -> float:
    """Return the mean F1 of a model as it is."""
    scores = Classifier(model, ClassifySettings()).scores(
        [row["text"] for row in rows], [row["context"] for row in rows]
    )
    places = [model.config.codes.index(code) for code in codebook.code_ids]
    suggested = suggested_by(model.config, scores)
    coded = np.array([[code in row["codes"] for code in codebook.code_ids] for row in rows])
    return mean_f1(scores[:, places], suggested[:, places], coded, codebook)


def curve(
    model: Model,
    rows: Rows,
    codebook: Codebook,
    new_ids: Sequence[str],
    sizes: Sequence[int],
    asked: argparse.Namespace,
    *,
    with_old: bool,
) -> list[float]:
    """Return the mean F1 on the new setting by number of its interviews, the mean over draws."""
    settings = TrainSettings(method="head")
    vectors = frozen_vectors(
        model, rows, max_tokens=settings.max_tokens, context_tokens=settings.context_tokens
    )
    learner = Learner(model, rows, codebook, settings, "head", vectors, None)
    owners = [row["transcript_id"] for row in rows[TRAIN]]
    found = []
    for size in sizes:
        figures = []
        for draw in range(asked.draws):
            order = sorted(new_ids)
            random.Random(f"{asked.seed} {draw}").shuffle(order)
            chosen = {*order[:size]}
            places = [
                place
                for place, owner in enumerate(owners)
                if owner in chosen or (with_old and owner not in new_ids)
            ]
            scores, suggested = learner.learn({TRAIN: places})
            figures.append(mean_f1(scores, suggested, learner.coded[TEST], codebook))
        found.append(float(np.mean(figures)))
    return found


def mean_f1(scores: Any, suggested: Any, coded: Any, codebook: Codebook) -> float:
    """Return the mean F1 of the codes that occur."""
    figures = [
        compare(code, scores=scores[:, i], suggested=suggested[:, i], coded=coded[:, i])
        for i, code in enumerate(codebook.code_ids)
    ]
    return float(np.mean([row.f1.value or 0.0 for row in figures if row.coded]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="See the head of this file.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("setting", help="interviews whose setting has this in it are new")
    parser.add_argument("--warm", help="a model that has not learned from the setting")
    parser.add_argument("--base", required=True, help="the base encoder")
    parser.add_argument("--codebook", default="rmic")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 2, 3, 4, 6, 8])
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--most", type=int, help="passages of each old split, for a quick trial")
    return parser.parse_args()


if __name__ == "__main__":
    main()
