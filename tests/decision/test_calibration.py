"""Profiles with a guarantee, from labelled records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qaudit.decision.calibration import calibrate, pairs_digest
from qaudit.decision.guarantee import Aim
from qaudit.decision.profile import Profile, load_profile, to_toml
from qaudit.decision.replay import decided_again
from qaudit.model.errors import SettingsError

from .factory import labelled_record, labelled_records

AIM = Aim(accused=0.05, missed=0.1)


@pytest.fixture(scope="module")
def profile() -> Profile:
    """What 480 pairs of 120 drawn products make; calibrated once, since it takes seconds."""
    return calibrate(labelled_records(), AIM, name="mine", data='drawn, not "photographed"').profile


def test_the_limits_keep_the_rates_on_products_that_were_not_seen(profile: Profile) -> None:
    fresh = labelled_records(products=300, seed=2)
    given = [(record["row"]["label"], decided_again(record, profile).name) for record in fresh]

    assert given.count(("match", "mismatch")) / 600 <= AIM.accused
    assert given.count(("mismatch", "match")) / 600 <= AIM.missed
    assert given.count(("match", "match")) > 400
    assert given.count(("mismatch", "mismatch")) > 400


def test_the_profile_says_what_is_guaranteed_and_reads_back(profile: Profile, tmp_path: Path) -> None:
    assert profile.guarantee is not None
    (tmp_path / "p.toml").write_text(to_toml(profile), "utf-8")
    read = load_profile(tmp_path / "p.toml")

    assert read.guarantee is not None
    assert read.guarantee == replace(
        profile.guarantee,
        accused=replace(profile.guarantee.accused, observed=pytest.approx(profile.guarantee.accused.observed, abs=1e-6)),
        missed=replace(profile.guarantee.missed, observed=pytest.approx(profile.guarantee.missed.observed, abs=1e-6)),
    )
    assert (read.accuse, read.accept, read.fitted_on) == (profile.accuse, profile.accept, profile.fitted_on)
    assert read.base_rate == pytest.approx(0.5)
    assert read.data == 'drawn, not "photographed"'
    assert (read.guarantee.confidence, read.guarantee.accused.rate, read.guarantee.missed.rate) == (0.95, 0.05, 0.1)
    assert (read.guarantee.accused.products, read.guarantee.missed.pairs) == (120, 240)
    assert "learn then test" in read.guarantee.method
    assert "by betting" in read.guarantee.method


def test_one_pair_a_product_is_bound_by_the_exact_binomial() -> None:
    profile = calibrate(labelled_records(each=1), AIM, name="mine", data="drawn").profile

    assert "exact binomial" in profile.guarantee.method


def test_a_rate_that_the_labels_cannot_carry_is_refused_with_the_one_they_can() -> None:
    with pytest.raises(SettingsError) as refused:
        calibrate(labelled_records(), Aim(accused=0.01, missed=0.1), name="mine", data="drawn")

    assert refused.value.slug == "rate_not_supported"
    message = str(refused.value)
    assert "false accusations cannot be bound by 1.0 %" in message
    assert "240 pairs of 120 products" in message
    assert "\n" not in message
    carried = float(message.split("--alpha ")[1].split(",")[0])
    assert 1 - 0.05 ** (1 / 120) <= carried < 0.06
    assert calibrate(labelled_records(each=1), Aim(carried, 0.1), name="m", data="d").profile.guarantee.accused.rate == carried


def test_both_rates_are_told_when_neither_can_be_carried() -> None:
    with pytest.raises(SettingsError, match=r"--alpha 0\.0\d+ --beta 0\.0\d+"):
        calibrate(labelled_records(each=1), Aim(accused=0.001, missed=0.001), name="mine", data="drawn")


def test_matches_that_look_like_mismatches_raise_the_rate_that_is_told() -> None:
    records = labelled_records(each=1)
    for number, record in enumerate(records):
        found = record["evidence"][0]
        if number < 20 and number % 4 == 0:
            found["value"] = 1e3
        # A place alone is never sure enough for the safest limit; the colours of the whole are.
        record["evidence"].append({**found, "aspect": "colour", "measure": "histogram", "version": 1})
    with pytest.raises(SettingsError, match="harmed at the safest limit") as refused:
        calibrate(records, Aim(accused=0.05, missed=0.2), name="mine", data="drawn")
    assert "none harmed" not in str(refused.value)


@pytest.mark.parametrize("products", [1, 8])
def test_too_few_of_a_class_are_refused_with_the_best_that_they_bound(products: int) -> None:
    with pytest.raises(SettingsError) as refused:
        calibrate(labelled_records(products=products), AIM, name="mine", data="drawn")

    best = {1: "95 %", 8: "32 %"}[products]
    assert refused.value.slug == "labels_too_few"
    assert f"bound false accusations by {best}" in str(refused.value)
    assert f"(matches: {2 * products}, mismatches: {2 * products}, products: {products})" in str(refused.value)


def test_a_class_that_is_not_there_bounds_nothing() -> None:
    matches = [record for record in labelled_records() if record["row"]["label"] == "match"]
    with pytest.raises(SettingsError, match=r"those with mismatches \(0\) misses by 100 %"):
        calibrate(matches, AIM, name="mine", data="drawn")
    with pytest.raises(SettingsError, match="labelled pairs: 0"):
        calibrate([], AIM, name="mine", data="drawn")


def test_photos_to_take_again_are_neither_accused_nor_passed() -> None:
    records = labelled_records(each=1)
    blurred = [
        labelled_record(f"b{i}", "match", pattern=1e3, usable=False, listing=f"b{i}", row={"product": f"b{i}"})
        for i in range(10)
    ]
    made = calibrate([*records, *blurred], AIM, name="mine", data="drawn")
    profile = made.profile

    assert profile.guarantee.accused.observed < 0.05
    assert 0.8 < made.passed <= 120 / 130
    assert made.caught > 0.9
    assert {decided_again(record, profile).name for record in blurred} == {"retake"}


def test_errors_are_left_out(profile: Profile) -> None:
    with_error = [*labelled_records(), {"id": "x", "verdict": "error", "row": {}}]
    assert calibrate(with_error, AIM, name=profile.name, data=profile.data).profile == profile


def test_the_digest_knows_the_pairs_in_any_order_and_tells_others() -> None:
    records = labelled_records(products=5)
    shuffled = records[::-1]
    relabelled = [{**records[0], "row": {"label": "mismatch"}}, *records[1:]]

    assert pairs_digest(records) == pairs_digest(shuffled)
    assert len({pairs_digest(records), pairs_digest(records[1:]), pairs_digest(relabelled)}) == 3
