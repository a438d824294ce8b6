"""What the limits of a profile are guaranteed to hold, on which labelled pairs, and how surely."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """A rate that a limit keeps.

    Parameters
    ----------
    rate
        The rate is at most this, 0..1: of a product's pairs of one class, the share that is harmed, averaged over products.
    observed
        What it was among the labelled pairs, each judged by curves fitted on other products.
    products, pairs
        How many products have pairs of this class, and how many pairs those are. The products are what counts.
    """

    rate: float
    observed: float
    products: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Guarantee:
    """Bounds on both kinds of error, each with the same confidence.

    Parameters
    ----------
    method
        How the limits were found, in words.
    confidence
        Probability with which each bound holds, over draws of the labelled products.
    accused, missed
        Matches called a mismatch, and mismatches called a match.
    """

    method: str
    confidence: float
    accused: Bound
    missed: Bound
