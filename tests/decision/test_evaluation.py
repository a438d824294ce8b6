"""What is told about a profile on labelled pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qaudit.decision.calibration import pairs_digest
from qaudit.decision.evaluation import evaluate, risk_curve
from qaudit.decision.profile import Profile, Term
from qaudit.model.errors import SettingsError

from .factory import labelled_record, labelled_records

PROFILE = Profile("mine", "drawn", 0.5, 0.01, 0.8, 0.3, 0.5, 0.2, (Term("pattern", "pattern", 2, "log", 0.5, 8.0),))


def pairs(*values: tuple[str, float, str]) -> list[dict]:
    """One pair a product: label, value of the pattern measure, group."""
    return [
        labelled_record(str(i), label, pattern=value, listing=str(i), row={"group": group})
        for i, (label, value, group) in enumerate(values)
    ]


def test_verdicts_are_counted_within_their_class() -> None:
    records = pairs(
        *[("match", 0.1, "a-match")] * 6,
        *[("match", 3.0, "a-match")] * 3,
        *[("match", 99.0, "a-match")] * 1,
        *[("mismatch", 99.0, "a-wrong")] * 4,
        *[("mismatch", 3.0, "a-wrong")] * 3,
        *[("mismatch", 0.1, "a-wrong")] * 1,
    )
    found = evaluate(records, PROFILE)

    counts = {name: (share.hits, share.count) for name, share in found.shares.items()}
    assert counts == {
        "accused": (1, 10),
        "match_asked": (3, 10),
        "match_passed": (6, 10),
        "caught": (4, 8),
        "mismatch_asked": (3, 8),
        "missed": (1, 8),
    }
    assert all(s.interval.low <= s.hits / s.count <= s.interval.high for s in found.shares.values())
    assert (found.groups[0].caught, found.groups[0].asked, found.groups[0].missed) == (0.5, 0.375, 0.125)
    assert found.answered.coverage == pytest.approx(12 / 18, abs=0.05)
    assert (found.labels.pairs, found.labels.products, found.base_rate) == (18, 18, 0.5)


def test_a_group_is_held_against_the_matches_of_its_data_set_or_against_all() -> None:
    records = pairs(
        ("match", 0.1, "a-match"),
        ("match", 50.0, "b-match"),
        ("mismatch", 20.0, "a-part"),
        ("mismatch", 20.0, "c-part"),
        ("mismatch", 20.0, ""),
    )
    scores = {group.name: (group.matches, group.auroc.value) for group in evaluate(records, PROFILE).groups}

    assert scores == {"a-part": (1, 1.0), "c-part": (2, 0.75), "": (2, 0.75)}


def test_the_mean_is_over_data_sets_not_over_groups() -> None:
    records = pairs(
        ("match", 1.0, "a-match"), ("match", 1.0, "b-match"), *[("mismatch", 9.0, f"a-{i}") for i in range(3)],
        ("mismatch", 0.1, "b-x"),
    )  # fmt: skip
    assert evaluate(records, PROFILE).mean_auroc == pytest.approx(0.5)


def test_errors_are_left_out_and_counted_with_what_has_no_label() -> None:
    records = [*labelled_records(products=3), {"id": "x", "verdict": "error", "row": {}}]
    found = evaluate(records, PROFILE, unlabelled=4)

    assert (found.labels.pairs, found.labels.errors, found.labels.unlabelled) == (12, 1, 4)


def test_a_profile_is_known_on_the_pairs_that_made_it() -> None:
    records = labelled_records(products=3)
    own = replace(PROFILE, fitted_on=pairs_digest(records))

    assert evaluate(records, own).fitted_on_these
    assert not evaluate(records[1:], own).fitted_on_these
    assert not evaluate(records, PROFILE).fitted_on_these


@pytest.mark.parametrize("label", ["match", "mismatch"])
def test_one_class_alone_is_refused(label: str) -> None:
    with pytest.raises(SettingsError, match="at least one of each") as refused:
        evaluate(pairs((label, 1.0, "a")), PROFILE)
    assert refused.value.slug == "labels_too_few"


def test_calibration_is_told_at_the_base_rate_that_the_probabilities_hold_for() -> None:
    # Values at which the curve is right by construction: of those at p, a share p are mismatches.
    rng = np.random.default_rng(0)
    values = 10 ** rng.uniform(0.0, 1.0, 3000)
    told = [PROFILE.terms[0].probability(v) for v in values]
    p = 1 - 0.99 * (1 - np.array(told))
    records = pairs(
        *((("mismatch" if chance > rng.random() else "match"), float(v), "a") for v, chance in zip(values, p, strict=True))
    )
    here = np.mean([r["row"]["label"] == "mismatch" for r in records])
    fitted = replace(PROFILE, base_rate=float(here))
    for profile in (fitted, fitted.at_base_rate(0.1), fitted.at_base_rate(0.8)):
        found = evaluate(records, profile)
        assert found.calibration_error < 0.03
        assert all(b.found.low - 0.02 <= b.told <= b.found.high + 0.02 for b in found.bins)
    assert evaluate(records, replace(fitted, base_rate=0.9).at_base_rate(0.1)).calibration_error > 0.05


def test_risk_is_that_of_the_surest_first() -> None:
    p = np.array([0.99, 0.01, 0.9, 0.6, 0.4])
    mismatch = np.array([True, False, False, True, True])
    points = risk_curve(p, mismatch, np.ones(5))

    assert [point.coverage for point in points] == pytest.approx([0.4, 0.6, 1.0])
    assert [point.risk for point in points] == pytest.approx([0.0, 1 / 3, 2 / 5])
    doubled = risk_curve(p, mismatch, np.array([1.0, 1.0, 2.0, 1.0, 1.0]))
    assert doubled[1].risk == pytest.approx(0.5)
