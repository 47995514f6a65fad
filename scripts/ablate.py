"""Train with one change and compare with the plain recipe on the validation split.

    python scripts/ablate.py                       # every row that is not in the table yet
    python scripts/ablate.py "cue per code"        # one row, again

The rows are in configs/ablations.yaml. What was measured goes to models/ablations.json, and the
table in models/ABLATIONS.md is written from it. The test splits are not looked at.
"""

import argparse
import csv
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import yaml
from adapting import folds_of, masked_words, translated_pairs
from datasets import Dataset

from nlp_pipeline.agreement import average_precision
from nlp_pipeline.artifact import Model, load_model
from nlp_pipeline.config import TrainSettings, read_codebook
from nlp_pipeline.corpus import SPLITS, TEST, load_rows
from nlp_pipeline.encode import token_ids
from nlp_pipeline.forward import PREDICT_TOKENS, predict_logits
from nlp_pipeline.ids import sha256_bytes, sha256_json
from nlp_pipeline.train import Trained, train

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "models" / "ablations.json"
TABLE = ROOT / "models" / "ABLATIONS.md"
BASE = ROOT / "models" / "base-e5-small-nl-en"
PROGRAM = [
    *sorted(
        Path(str(module.__file__))
        for name, module in sys.modules.items()
        if name.partition(".")[0] == "nlp_pipeline"
    ),
    Path(__file__),
    Path(__file__).with_name("adapting.py"),
]
"""The files whose code makes a row: what is imported here, and not how results are shown."""
TRANSLATIONS = ROOT / "corpora" / "translations" / "translations.csv"
PLAIN = "plain"
FIRST = ("masked_epochs", "pairs_epochs")
"""What is done to the encoder before it learns codes, each with its number of epochs."""
RESAMPLES = 1000
HEAD = """\
# What was tried in training

One change at a time against the plain recipe (`configs/train.yaml` with `{settings}`), on
{share:.0%} of the training sources of {corpora}, measured on their validation splits
({passages} passages of {sources} sources). Mean average precision over codes needs no thresholds.
The difference from the plain row (for *X, another seed* from *another seed*) has a 95 %
interval from resampling sources {resamples:,} times; it does not contain the luck of the seed.
Test splits were not looked at.

One row again: `python scripts/ablate.py "NAME"`; the rows are in `configs/ablations.yaml`.

| row | change | valence | level | all | difference (95 %) | passages | minutes |
|---|---|---|---|---|---|---|---|
"""

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def main() -> None:
    """Do the rows that were asked for and write the table."""
    plan = yaml.safe_load((ROOT / "configs" / "ablations.yaml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", help="names of rows; by default all that are missing")
    parser.add_argument("--threads", type=int, default=0, help="threads; 0 leaves it to torch")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    measured = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    wanted = arguments.rows or [name for name in plan["rows"] if name not in measured]
    for name in wanted:
        measured[name] = one_row(plan["protocol"], plan["rows"][name])
        MEASURED.write_text(json.dumps(measured) + "\n", encoding="utf-8")
        TABLE.write_text(table(plan, measured), encoding="utf-8", newline="\n")
        print(f"{name}: mean average precision {_mean(measured[name]):.3f}")


def one_row(protocol: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Train with a change; return the scores of the validation passages and how long it took."""
    change = dict(change)
    also = change.pop("also", protocol["also"])
    first = {step: change.pop(step, 0) for step in FIRST}
    folds, with_translations = change.pop("folds", 0), change.pop("translations_added", False)
    rows = _rows(protocol, also)
    if with_translations:
        rows["train"] = [*rows["train"], *_translated(rows["train"])]
    settings = TrainSettings(**{**protocol["settings"], **change})
    base = load_model(BASE)
    data = {split: _dataset(of) for split, of in rows.items()}
    codebook = read_codebook("rmic")
    start = time.perf_counter()
    _prepare(base, rows["train"], settings, first)
    teachers = _teachers(rows, settings, folds) if folds else ()
    trained = train(base, data, codebook, settings, name="ablation", teachers=teachers)
    seconds = time.perf_counter() - start
    validation = _rows(protocol, protocol["also"])["validation"]
    scores = _scores(trained, base.tokenizer, validation)
    return {
        "passages": len(rows["train"]),
        "seconds": round(seconds),
        "epochs": [[epoch.loss, epoch.validation] for epoch in trained.epochs],
        "made_by": _made_by(rows),
        "codes": list(codebook.code_ids),
        "sources": [row["transcript_id"] for row in validation],
        "coded": [[code in row["codes"] for code in codebook.code_ids] for row in validation],
        "scores": np.round(scores.astype(float), 2).tolist(),
    }


def _made_by(rows: Rows) -> dict[str, str]:
    """Return hashes of the program and of the passages, to see why a row comes out otherwise."""
    return {
        "program": sha256_bytes(b"".join(path.read_bytes() for path in PROGRAM))[:12],
        "passages": sha256_json(rows)[:12],
        "torch": torch.__version__,
    }


def _prepare(
    base: Model, rows: Sequence[Row], settings: TrainSettings, first: Mapping[str, int]
) -> None:
    texts = [row["text"] for row in rows]
    same = {"frozen": settings.frozen_layers, "seed": settings.seed}
    if first["masked_epochs"]:
        masked_words(base, texts, epochs=first["masked_epochs"], **same)
    if first["pairs_epochs"]:
        of = {row["id"]: row["text"] for row in rows}
        pairs = [(of[row["id"]], row["text"]) for row in _translated(rows)]
        translated_pairs(base, pairs, epochs=first["pairs_epochs"], **same)


def _translated(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of which there is a translation, translated and without their question."""
    with TRANSLATIONS.open(encoding="utf-8", newline="") as lines:
        told = {line["id"]: line for line in csv.DictReader(lines)}
    return [
        {**row, "text": line["text"], "language": line["language"], "context": ""}
        for row in rows
        if (line := told.get(row["id"]))
    ]


def _teachers(rows: Rows, settings: TrainSettings, folds: int) -> list[Model]:
    """Return a model for each fold, trained on the sources of all others."""
    teachers = []
    for part in folds_of(rows["train"], folds, seed=settings.seed):
        others = [row for row in rows["train"] if row["transcript_id"] not in part]
        data = {split: _dataset(of) for split, of in {**rows, "train": others}.items()}
        base = load_model(BASE)
        trained = train(base, data, read_codebook("rmic"), settings, name="teacher")
        teacher = replace(base, id="teacher", config=trained.config, network=trained.network)
        teachers.append(replace(teacher, codebook=read_codebook("rmic")))
    return teachers


def table(plan: dict[str, Any], measured: dict[str, Any]) -> str:
    """Return the table of all rows in Markdown."""
    protocol, plain = plan["protocol"], measured[PLAIN]
    head = HEAD.format(
        settings=json.dumps(protocol["settings"]),
        share=protocol["share"],
        corpora=" and ".join(f"`{name}`" for name in (protocol["corpus"], *protocol["also"])),
        passages=len(plain["sources"]),
        sources=len(set(plain["sources"])),
        resamples=RESAMPLES,
    )
    lines = []
    for name in [name for name in plan["rows"] if name in measured]:
        row = measured[name]
        against = plan["against"].get(name, PLAIN)
        change = ", ".join(
            f"`{key}: {json.dumps(value)}`" for key, value in plan["rows"][name].items()
        )
        # A row can be there before the one that it is compared with.
        cells = "–" if name == against else _difference(measured.get(against), row)
        lines.append(
            f"| {name} | {change or '–'} | {_mean(row, 0, 2):.3f} | {_mean(row, 2, 99):.3f} | "
            f"{_mean(row):.3f} | {cells} | {row['passages']} | {row['seconds'] / 60:.1f} |"
        )
    missing = [name for name in plan["rows"] if name not in measured]
    told = plan["conclusions"].rstrip() + "\n"
    if missing:
        told += f"\nNot run yet: {', '.join(missing)}.\n"
    return head + "\n".join(lines) + "\n\n" + told


def _rows(protocol: dict[str, Any], also: dict[str, int]) -> Rows:
    rows: Rows = {split: [] for split in SPLITS}
    for folder, first in {protocol["corpus"]: None, **also}.items():
        for split, of in _first(load_rows(ROOT / folder), ROOT / folder, first).items():
            rows[split] += of if split != "train" else _part(of, protocol["share"])
    rows[TEST] = rows["validation"]
    return rows


def _first(rows: Rows, folder: Path, first: int | None) -> Rows:
    with (folder / "interviews.csv").open(encoding="utf-8", newline="") as lines:
        kept = {line["id"] for line in list(csv.DictReader(lines))[:first]}
    return {
        split: [row for row in of if row["transcript_id"] in kept] for split, of in rows.items()
    }


def _part(rows: list[dict[str, Any]], share: float) -> list[dict[str, Any]]:
    sources = sorted({row["transcript_id"] for row in rows})
    drawn = set(random.Random(20).sample(sources, round(share * len(sources))))
    return [row for row in rows if row["transcript_id"] in drawn]


def _dataset(rows: list[dict[str, Any]]) -> Dataset:
    columns = ("text", "context", "codes", "codes_a", "codes_b", "language")
    return Dataset.from_dict({column: [row[column] for row in rows] for column in columns})


def _scores(trained: Trained, tokenizer: Any, rows: list[dict[str, Any]]) -> npt.NDArray[Any]:
    config = trained.config
    ids = token_ids(
        tokenizer, [r["text"] for r in rows], [r["context"] for r in rows], config.input_format
    )
    return predict_logits(
        trained.network,
        ids,
        pad_id=config.encoder.pad_token_id,
        max_tokens=PREDICT_TOKENS,
    )


def _mean(row: dict[str, Any], first: int = 0, last: int = 99, chosen: Any = None) -> float:
    scores, coded = np.array(row["scores"]), np.array(row["coded"])
    if chosen is not None:
        scores, coded = scores[chosen], coded[chosen]
    values = [
        average_precision(scores[:, i], coded[:, i]).value
        for i in range(len(row["codes"]))[first:last]
    ]
    return float(np.mean([value for value in values if value is not None]))


def _difference(plain: dict[str, Any] | None, row: dict[str, Any]) -> str:
    if plain is None:
        return "not yet"
    low, high = _interval(plain, row)
    return f"{_mean(row) - _mean(plain):+.3f} ({low:+.3f} to {high:+.3f})"


def _interval(plain: dict[str, Any], row: dict[str, Any]) -> tuple[float, float]:
    sources = np.array(plain["sources"])
    of = {name: np.flatnonzero(sources == name) for name in sorted(set(sources))}
    generator = np.random.default_rng(20)
    differences = []
    for _ in range(RESAMPLES):
        drawn = generator.choice(list(of), size=len(of))
        chosen = np.concatenate([of[name] for name in drawn])
        differences.append(_mean(row, chosen=chosen) - _mean(plain, chosen=chosen))
    low, high = np.percentile(differences, [2.5, 97.5])
    return float(low), float(high)


if __name__ == "__main__":
    main()
