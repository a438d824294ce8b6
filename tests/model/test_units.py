"""The units that are told beforehand are those that the measures give."""

import ast
from pathlib import Path

import qaudit.measures
from qaudit.decision.profile import load_profile
from qaudit.model.units import UNITS, unit_of

ROOM = Path(qaudit.measures.__file__).parent
MEASURE, UNIT = 1, 4


def given() -> dict[str, str]:
    """Measure and unit of every evidence that the code of the measures makes."""
    calls = [node for path in ROOM.glob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    made = [node.args for node in calls if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Evidence"]
    return {ast.literal_eval(args[MEASURE]): ast.literal_eval(args[UNIT]) for args in made}


def test_each_measure_has_the_unit_that_it_gives():
    assert given() == UNITS


def test_every_measure_that_decides_has_a_unit():
    assert all(unit_of(term.measure) for term in load_profile().terms)
    assert unit_of("of another profile") == ""
