"""Sampling plans against the printed tables of the standard."""

from __future__ import annotations

import pytest

from qaudit.batch.plan import AQLS, LEVELS, plan_for
from qaudit.model.errors import SettingsError

from . import iso_2859_1 as printed

TABLES = {"normal": printed.NORMAL, "tightened": printed.TIGHTENED, "reduced": printed.REDUCED}
# A lot and a level that lead to each letter.
LOTS = {"A": (8, "II"), "B": (15, "II"), "C": (25, "II"), "D": (50, "II"), "E": (90, "II"), "F": (150, "II"), "G": (280, "II")}
LOTS |= {"H": (500, "II"), "J": (1200, "II"), "K": (3200, "II"), "L": (10_000, "II"), "M": (35_000, "II"), "N": (150_000, "II")}
LOTS |= {"P": (500_000, "II"), "Q": (999_999, "II"), "R": (999_999, "III")}


def test_the_aqls_are_those_of_the_standard() -> None:
    assert list(AQLS) == [float(value) for value in printed.AQLS.split()]


@pytest.mark.parametrize("line", printed.LETTERS.strip().splitlines())
def test_letters_are_those_of_table_1(line: str) -> None:
    low, high, *letters = line.split()
    for lot in (int(low), int(high)):
        assert [plan_for(lot, level, 2.5).letter for level in LEVELS] == letters


@pytest.mark.parametrize("switch", ["normal", "tightened", "reduced"])
@pytest.mark.parametrize("letter", LOTS)
def test_plans_are_those_of_tables_2a_2b_and_2c(switch: str, letter: str) -> None:
    sizes = {entry[0]: int(entry[1:]) for entry in (printed.REDUCED_SIZES if switch == "reduced" else printed.SIZES).split()}
    (row,) = (line.split()[1:] for line in TABLES[switch].strip().splitlines() if line[0] == letter)
    lot, level = LOTS[letter]
    for aql, cell in zip(AQLS, row, strict=True):
        plan = plan_for(lot, level, aql, switch)  # type: ignore[arg-type]
        size, accept = min(lot, sizes[cell[0]]), int(cell[1:])
        assert (plan.letter, plan.plan_letter, plan.size, plan.accept, plan.reject) == (
            letter,
            cell[0],
            size,
            accept,
            accept + 1,
        )


def test_a_sample_as_large_as_the_lot_is_the_lot() -> None:
    plan = plan_for(40, "II", 0.25)
    assert (plan.letter, plan.plan_letter, plan.size, plan.accept) == ("D", "H", 40, 0)


@pytest.mark.parametrize(
    ("lot", "level", "aql", "switch"),
    [(1, "II", 2.5, "normal"), (50, "IV", 2.5, "normal"), (50, "II", 3.0, "normal"), (50, "II", 2.5, "loose")],
)
def test_what_the_standard_does_not_know_is_refused(lot: int, level: str, aql: float, switch: str) -> None:
    with pytest.raises(SettingsError) as caught:
        plan_for(lot, level, aql, switch)  # type: ignore[arg-type]
    assert caught.value.slug == "plan_unknown"
