"""Are the promises of a calibrated profile kept? Draws labelled pairs, calibrates, and judges other products, many times.

usage: python -m benchmarks.promise [--draws N] [--products N]

Pairs are drawn as the tests draw them: two matches and two mismatches a product, which resemble each other, and overlap. Each
profile is made from end to end: curves, held-out probabilities, limits. A promise of 95 % may be broken in one draw of twenty.
"""

from __future__ import annotations

import argparse

import numpy as np

from qaudit.decision.calibration import calibrate
from qaudit.decision.evaluation import answers
from qaudit.decision.guarantee import Aim
from qaudit.model.errors import SettingsError
from tests.decision.factory import labelled_records

RATE = 0.1
OTHERS, OVERLAP = 700, 0.35


def main() -> None:
    """Draw, calibrate, judge, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--products", type=int, default=70)
    arguments = parser.parse_args()
    others = labelled_records(products=OTHERS, shift=OVERLAP, seed=10**6, each=3)
    rates, refused = [], 0
    for seed in range(arguments.draws):
        records = labelled_records(products=arguments.products, shift=OVERLAP, seed=seed, each=2)
        try:
            made = calibrate(records, Aim(RATE, RATE), name="drawn", data="drawn")
        except SettingsError:
            refused += 1
            continue
        seen = answers(others, made.profile)
        accused, missed = seen.verdict[~seen.mismatch] == "mismatch", seen.verdict[seen.mismatch] == "match"
        rates.append((accused.mean(), missed.mean()))
    broken = (np.array(rates) > RATE).sum(axis=0)
    print(f"{len(rates)} profiles, {refused} refused; at most {RATE:.0%} promised at 95 %")
    for name, count, mean in zip(("accused", "missed"), broken, np.mean(rates, axis=0), strict=True):
        print(f"{name}: {mean:.1%} on average, broken in {count} of {len(rates)}")


if __name__ == "__main__":
    main()
