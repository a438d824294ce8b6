"""Tolerances of a category move the profile, out or in, and nothing is promised then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaudit.decision.categories import for_category, moved_measures, with_tolerances
from qaudit.decision.decide import decide
from qaudit.decision.evaluation import evaluate
from qaudit.decision.profile import Profile, load_profile
from qaudit.decision.replay import decided_again
from qaudit.decision.spread import widened
from qaudit.model.errors import SettingsError
from qaudit.model.tolerances import Tolerances
from tests.report.factory import GUARANTEE

from .factory import PROFILE, agreement, case, labelled_record, labelled_records, palette

PROMISING = replace(PROFILE, guarantee=GUARANTEE)
SHIPPED = load_profile()


def judging(category: object, **measures: float) -> Profile:
    """The profile of an item of `category`, where cloth has tolerances of its own."""
    return for_category(with_tolerances(PROMISING, Tolerances.of({"cloth": measures}, "qaudit.toml: ")), category)


@pytest.mark.parametrize("category", ["cloth", "Cloth", " CLOTH "])
def test_the_tolerance_is_the_one_that_was_set_whatever_the_case(category: str) -> None:
    assert judging(category, palette=7.0).term("palette").tolerance == pytest.approx(7.0)  # type: ignore[union-attr]
    assert judging(category, agreement=4.0).term("agreement").tolerance == pytest.approx(4.0)  # type: ignore[union-attr]


@pytest.mark.parametrize("category", ["silver", "", None, 7, ["cloth"]])
def test_other_categories_keep_the_usual_tolerances_and_the_promise(category: object) -> None:
    own = judging(category, palette=7.0)
    assert own.terms == PROMISING.terms
    assert own.guarantee == GUARANTEE


def test_nothing_is_promised_where_a_tolerance_was_moved() -> None:
    assert judging("cloth", palette=7.0).guarantee is None
    assert judging("cloth", palette=PROFILE.term("palette").tolerance).guarantee == GUARANTEE  # type: ignore[union-attr]


def test_a_wider_tolerance_forgives_and_a_narrower_one_accuses() -> None:
    item = case(agreement(0.5), palette(8.0))
    assert decide(item, judging("cloth", palette=30.0)).name == "match"
    assert decide(item, PROFILE).name == "mismatch"
    seen = case(agreement(0.5), palette(2.5))
    assert decide(seen, PROFILE).name == "match"
    (finding,) = decide(seen, judging("cloth", palette=1.0)).findings
    assert (finding.measure, finding.tolerance) == ("palette", 1.0)


def test_what_was_moved_is_told() -> None:
    ((measure, was, now),) = moved_measures(PROMISING, judging("cloth", palette=7.0))
    assert (measure, was, now) == ("palette", pytest.approx(10**0.7), pytest.approx(7.0))


def test_accepted_pieces_move_on_from_the_tolerance_of_the_category() -> None:
    own = judging("cloth", palette=9.0)
    assert widened(own, [[palette(1.0)]]).term("palette") == own.term("palette")


@pytest.mark.parametrize(
    ("measure", "value", "slug", "words"),
    [
        ("palete", 7.0, "tolerance_unknown", "did you mean palette?"),
        ("nothing like it", 7.0, "tolerance_unknown", "say one of agreement, palette, completeness"),
        ("palette", 0.0, "setting_wrong", "must be a number above 0"),
        ("palette", -1.0, "setting_wrong", "must be a number above 0"),
        ("palette", float("nan"), "setting_wrong", "must be a number above 0"),
        ("agreement", float("inf"), "setting_wrong", "must be a number above 0"),
    ],
)
def test_a_tolerance_that_cannot_be_meant_is_refused_with_its_place(measure: str, value: float, slug: str, words: str) -> None:
    with pytest.raises(SettingsError, match=f"qaudit.toml: category.cloth.tolerance.{measure}") as refused:
        with_tolerances(PROFILE, Tolerances.of({"Cloth": {measure: value}}, "qaudit.toml: "))
    assert refused.value.slug == slug
    assert words in str(refused.value)


def test_the_digest_depends_on_what_is_set_alone() -> None:
    one = Tolerances.of({"cloth": {"palette": 7, "hue": 1.0}, "silver": {"hue": 2.0}}, "here")
    assert one.digest() == Tolerances.of({"Silver": {"hue": 2.0}, "cloth": {"hue": 1, "palette": 7.0}}, "there").digest()
    assert one.digest() != Tolerances.of({"cloth": {"palette": 7, "hue": 1.5}, "silver": {"hue": 2.0}}).digest()
    assert Tolerances.of({"cloth": {}}).digest() == ""


def test_a_record_is_decided_again_by_the_tolerances_of_its_category() -> None:
    profile = with_tolerances(SHIPPED, Tolerances.of({"cloth": {"pattern": 90.0}}))
    record = labelled_record("1", "mismatch", pattern=30.0)
    strict = decided_again(record, profile)
    mild = decided_again({**record, "row": {"label": "mismatch", "category": "Cloth"}}, profile)
    assert mild.p_mismatch < strict.p_mismatch


def test_an_evaluation_judges_by_categories_and_names_those_without_a_promise() -> None:
    profile = with_tolerances(SHIPPED, Tolerances.of({"cloth": {"pattern": 90.0}, "silver": {"pattern": 90.0}}))
    records = labelled_records(products=20)
    cloth = [{**record, "row": {**record["row"], "category": "Cloth"}} for record in records]
    assert evaluate(records, profile).moved == ()
    assert evaluate(cloth, profile).moved == ("cloth",)
    assert evaluate(cloth, profile).shares["caught"].hits < evaluate(records, profile).shares["caught"].hits
