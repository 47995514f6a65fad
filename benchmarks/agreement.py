"""How fast agreement is measured with intervals, and how much faster than with a plain loop.

Usage: python benchmarks/agreement.py

10,000 passages of 50 interviews, 3 coders, 14 codes, 2,000 resamples: five figures of the three
coders and nine of each pair for every code, and alpha of the label sets, all with BCa intervals.
The loop repeats the passages of a few resamples and takes one figure at a time.
"""

import time

import numpy as np

from nlp_pipeline.agreement import (
    Flags,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_alpha,
    pabak,
    percent_agreement,
)
from nlp_pipeline.intervals import Resamples, measure_codes, measure_pair, measure_sets

PASSAGES, CODERS, CODES, INTERVIEWS, RESAMPLES = 10_000, 3, 14, 50, 2_000
LOOPED = 5
PAIRS = [(one, two) for two in range(CODERS) for one in range(two)]
FIGURES = (percent_agreement, fleiss_kappa, krippendorff_alpha, gwet_ac1, pabak)


def main() -> None:
    """Print the seconds of all intervals, and of the loop for as many resamples."""
    chance = np.random.default_rng(0)
    truth = chance.random((PASSAGES, 1, CODES)) < np.linspace(0.02, 0.35, CODES)
    sets = truth ^ (chance.random((PASSAGES, CODERS, CODES)) < 0.05)
    interviews = [f"i{n:03}" for n in chance.integers(0, INTERVIEWS, PASSAGES)]

    start = time.perf_counter()
    resamples = Resamples(interviews, resamples=RESAMPLES)
    measure_all(sets, resamples)
    seconds = time.perf_counter() - start

    start = time.perf_counter()
    for weights in resamples.weights[-LOOPED:]:
        loop(sets[np.repeat(np.arange(PASSAGES), weights[resamples.groups])])
    looped = (time.perf_counter() - start) / LOOPED * RESAMPLES

    distinct = len(np.unique(np.packbits(sets, axis=-1).reshape(-1, 2), axis=0))
    print(f"{PASSAGES} passages, {CODERS} coders, {CODES} codes ({distinct} label sets)")
    print(f"{RESAMPLES} resamples, all figures: {seconds:.1f} s")
    print(
        f"a loop over resamples (from {LOOPED} of them): {looped:.0f} s, {looped / seconds:.0f} x"
    )


def measure_all(sets: Flags, resamples: Resamples) -> None:
    """Measure all coders, each pair, and label sets."""
    names = [f"c{n:02}" for n in range(CODES)]
    seen = np.ones(sets.shape[:2], dtype=np.bool_)
    measure_codes(sets, seen, resamples, codes=names)
    for one, two in PAIRS:
        measure_pair(sets[:, one], sets[:, two], seen[:, one], resamples, codes=names)
    measure_sets(sets, seen, resamples)


def loop(sets: Flags) -> None:
    """Take each figure of one resample on its own."""
    for column in range(CODES):
        values = sets[:, :, column].astype(np.int64)
        for figure in FIGURES:
            figure(values)
        for one, two in PAIRS:
            cohen_kappa(values[:, one], values[:, two])
    masi_alpha(sets)


if __name__ == "__main__":
    main()
