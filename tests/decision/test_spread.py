"""Accepted pieces move tolerances out, and never in."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from qaudit.decision.decide import decide
from qaudit.decision.spread import ACCEPTED_P, moved_aspects, widened
from qaudit.model.verdict import Evidence

from .factory import PROFILE, agreement, case, completeness, palette


def tolerance(measure: str, *pieces: list[Evidence]) -> float:
    term = widened(PROFILE, pieces).term(measure)
    assert term is not None
    return term.tolerance


def test_without_accepted_pieces_nothing_moves() -> None:
    assert widened(PROFILE, []) is PROFILE


def test_the_worst_accepted_value_is_hardly_a_fault() -> None:
    moved = widened(PROFILE, [[palette(4.8)], [palette(6.0)]])
    term = moved.term("palette")

    assert term is not None
    assert term.probability(6.0) == pytest.approx(ACCEPTED_P)
    assert term.midpoint == pytest.approx(math.log10(6.0) + math.log(9) / 8.0)
    assert moved_aspects(PROFILE, moved) == ("colour",)
    assert moved.id == PROFILE.id


def test_tolerances_never_move_inwards() -> None:
    assert widened(PROFILE, [[agreement(0.1), palette(0.5), completeness(0.1)]]) == PROFILE


def test_a_linear_scale_moves_by_a_difference() -> None:
    assert tolerance("agreement", [agreement(3.0)]) == pytest.approx(3.0 + math.log(9) / 4.0)


def test_a_value_of_another_version_of_a_measure_says_nothing() -> None:
    assert widened(PROFILE, [[palette(60.0, version=2)]]) == PROFILE


def test_every_accepted_piece_would_itself_be_a_match() -> None:
    piece = [agreement(3.5), palette(30.0), completeness(40.0)]
    moved = widened(PROFILE, [piece])

    assert decide(case(*piece), PROFILE).name == "mismatch"
    assert decide(case(*piece), moved).name == "match"
    assert moved.term("palette").probability(30.0) < ACCEPTED_P  # three at a tenth each would be a doubt


def test_what_is_worse_than_every_accepted_piece_is_still_a_finding() -> None:
    moved = widened(PROFILE, [[palette(6.0)], [palette(5.0)]])
    (finding,) = decide(case(agreement(0.5), palette(40.0)), moved).findings

    assert finding.tolerance == pytest.approx(moved.term("palette").tolerance, abs=1e-4)
    assert finding.tolerance > PROFILE.term("palette").tolerance


def test_where_nothing_can_ever_be_a_match_tolerances_move_no_farther_than_usual() -> None:
    strict = replace(PROFILE, accept=0.0)
    term = widened(strict, [[palette(6.0)]]).term("palette")

    assert term is not None
    assert term.probability(6.0) == pytest.approx(ACCEPTED_P)
