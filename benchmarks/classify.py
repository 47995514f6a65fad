"""How fast passages are classified, as ratios measured side by side in one run.

Usage: python benchmarks/classify.py [CORPUS]

Compares three ways of putting the same passages through the shipped model: one by one, in batches
in the order of the interviews, and in batches of like length, which is what `classify` does.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

from nlp_pipeline.artifact import load_model
from nlp_pipeline.corpus import load_rows
from nlp_pipeline.encode import pad, token_ids
from nlp_pipeline.forward import predict_logits

ROUNDS = 3
BATCH = 16


def main(corpus: Path) -> None:
    """Print passages per second of each way, and how much faster it is than one by one."""
    model = load_model("rmic-nl-en")
    passages = [row for rows in load_rows(corpus).values() for row in rows][:400]
    texts, contexts = [p["text"] for p in passages], [p["context"] for p in passages]
    rows = token_ids(model.tokenizer, texts, contexts, model.config.input_format)
    pad_id = model.config.encoder.pad_token_id

    def batches_of(size: int) -> Callable[[], None]:
        def run() -> None:
            with torch.inference_mode():
                for start in range(0, len(rows), size):
                    model.network(*pad(rows[start : start + size], pad_id=pad_id))

        return run

    def by_length() -> None:
        predict_logits(model.network, rows, pad_id=pad_id, max_tokens=2048)

    ways = {
        "one by one": batches_of(1),
        f"batches of {BATCH}": batches_of(BATCH),
        "by length": by_length,
    }
    best = {name: min(timed(way) for _ in range(ROUNDS)) for name, way in ways.items()}
    report(best, len(rows))


def timed(way: Callable[[], None]) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def report(best: dict[str, float], passages: int) -> None:
    """Print the best time of each way as passages per second and as a ratio."""
    slowest = max(best.values())
    print(f"{passages} passages, {torch.get_num_threads()} threads, best of {ROUNDS}")
    for name, seconds in best.items():
        print(f"{name:>16}: {passages / seconds:7.1f} passages/s, {slowest / seconds:4.1f} x")


if __name__ == "__main__":
    main(Path((sys.argv[1:] or ["corpora/rmic-nl-en"])[0]))
