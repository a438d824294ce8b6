"""Single sampling plans of ISO 2859-1:1999: from lot, level and AQL to sample size, accept and reject."""

from __future__ import annotations

from bisect import bisect_left

from ..model.errors import SettingsError
from ..model.language import Figure, said
from ..model.sampling import SWITCHES, Plan, Switch

AQLS = (
    *(0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0),
    *(15.0, 25.0, 40.0, 65.0, 100.0, 150.0, 250.0, 400.0, 650.0, 1000.0),
)
LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
_LETTERS = "ABCDEFGHJKLMNPQRS"
# Table 1: the largest lot of each line (the last has none), and its letter under each level.
_LOTS = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
_CODES = {
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
_SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)
_REDUCED_SIZES = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800)
_FEWEST = 2


def plan_for(lot: int, level: str, aql: float, switch: Switch = "normal") -> Plan:
    """How many units of a lot are to be inspected, and how many of them may be defective?

    Parameters
    ----------
    lot
        Units in the lot, at least 2.
    level
        One of `LEVELS`; II is usual.
    aql
        One of `AQLS`: per cent defective units up to 10, beyond that defects per 100 units.
    switch
        Severity of inspection.

    Returns
    -------
        The plan. Where its sample would be as large as the lot, all units are inspected.

    Raises
    ------
    SettingsError
        `plan_unknown`: there is no such level, AQL, severity or lot in the standard.

    References
    ----------
    ISO 2859-1:1999, Sampling procedures for inspection by attributes, tables 1, 2-A, 2-B and 2-C.
    """
    if lot < _FEWEST:
        raise SettingsError(
            "plan_unknown",
            said("a lot has at least {fewest} units, not {lot}", fewest=_FEWEST, lot=lot),
            said("inspect it as it is"),
        )
    if level not in LEVELS:
        raise SettingsError(
            "plan_unknown",
            said("there is no inspection level {level}", level=level),
            said("say one of {names}", names=", ".join(LEVELS)),
        )
    if aql not in AQLS:
        listed = ", ".join(f"{value:g}" for value in AQLS)
        raise SettingsError(
            "plan_unknown",
            said("the standard has no AQL {aql}", aql=Figure(f"{aql:g}")),
            said("say one of {names}", names=listed),
        )
    if switch not in SWITCHES:
        raise SettingsError(
            "plan_unknown",
            said("there is no {switch} inspection", switch=switch),
            said("say one of {names}", names=", ".join(SWITCHES)),
        )
    letter = _CODES[level][bisect_left(_LOTS, lot)]
    row, accept = _resolved(switch, _LETTERS.index(letter), AQLS.index(aql))
    size = (_REDUCED_SIZES if switch == "reduced" else _SIZES)[row]
    return Plan(lot, level, aql, switch, letter, _LETTERS[row], min(size, lot), accept, accept + 1)


def _resolved(switch: Switch, row: int, column: int) -> tuple[int, int]:
    """Row and acceptance number of the plan to which the arrows of a cell lead."""
    here = _cell(switch, row, column)
    if isinstance(here, int):
        return row, here
    below, above = range(row + 1, _rows(switch)), range(row - 1, -1, -1)
    for other in (*below, *above) if here == "down" else (*above, *below):
        found = _cell(switch, other, column)
        if isinstance(found, int):
            return other, found
    raise AssertionError("every column of the tables has a plan")


def _rows(switch: Switch) -> int:
    """Letters of a table; S is that of tightened inspection alone."""
    return len(_SIZES) if switch == "tightened" else len(_REDUCED_SIZES)


def _cell(switch: Switch, row: int, column: int) -> int | str:
    """Acceptance number of a cell of tables 2-A, 2-B or 2-C, or the direction of its arrow.

    The tables are diagonal: a step to the next letter is a step to the AQL before. On each row stand a 0, arrows, and then
    growing numbers; rows from F on end earlier, and the last and first ones have exceptions.
    """
    numbers: tuple[int, ...]
    if switch == "normal":
        zero, first, numbers, most = 14 - row, 3, (1, 2, 3, 5, 7, 10, 14, 21, 30, 44), 21
    elif switch == "tightened":
        zero, first, numbers, most = 15 - row, 3, (1, 2, 3, 5, 8, 12, 18, 27, 41), 18
    else:
        zero, first, numbers, most = 14 - row, 4, (1, 2, 3, 5, 6, 8, 10, 14, 21), 10
    if switch == "tightened" and _LETTERS[row] == "S":
        return 1 if AQLS[column] == 0.025 else "up"
    step = column - zero
    if switch == "reduced" and _LETTERS[row] in "AB":
        numbers = (1, 2, 3, 5, 7, 10, 14, 21, 30)
        first = AQLS.index(25.0) - zero
    if step < 0:
        return "down"
    if step == 0:
        return 0
    if step < first:
        return "up" if step == 1 and switch != "tightened" else "down"
    number = numbers[step - first] if step - first < len(numbers) else None
    return "up" if number is None or (_LETTERS[row] >= "F" and number > most) else number
