"""Profiles as files and as curves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaudit.decision.fitting import SHAPES
from qaudit.decision.profile import Term, load_profile, moved, to_toml
from qaudit.model.errors import SettingsError
from qaudit.model.guarantee import Bound, Guarantee

from .factory import PROFILE


def test_the_shipped_profile_knows_every_fitted_measure_and_names_its_data() -> None:
    profile = load_profile()

    assert {(t.measure, t.version, t.aspect) for t in profile.terms} == {(s.measure, s.version, s.aspect) for s in SHAPES}
    assert "pairs" in profile.data
    assert 0 < profile.accept < profile.accuse < 1


def test_a_written_profile_reads_back(tmp_path: Path) -> None:
    odd = replace(PROFILE, data='two "lines"\nand a \\')
    (tmp_path / "p.toml").write_text(to_toml(odd), "utf-8")

    read = load_profile(tmp_path / "p.toml")
    assert replace(read, digest="") == replace(odd, data='two "lines" and a \\')
    assert read.id == f"test-{read.digest}"


def test_a_changed_profile_is_another_one(tmp_path: Path) -> None:
    for accuse in (0.8, 0.9):
        (tmp_path / f"{accuse}.toml").write_text(to_toml(replace(PROFILE, accuse=accuse)), "utf-8")
    assert load_profile(tmp_path / "0.8.toml").id != load_profile(tmp_path / "0.9.toml").id


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("format = 1", "format = 9"), "format"),
        (('name = "test"', ""), "'name' is missing"),
        (("slope = 4", "slope = -4"), "slope"),
        (("slope = 4", "slope = 4\nceiling = 1.2"), "ceiling"),
        (('aspect = "colour"', 'aspect = "taste"'), "aspect"),
        (("accuse = 0.8", "accuse = 0.1"), "accept must not be above accuse"),
        (("leak = 0.02", "leak = 2"), "leak"),
        (("base_rate = 0.4", "base_rate = 0"), "base_rate must be between"),
        (("base_rate = 0.4", "base_rate = 0.4\nprior = 1"), "prior must be between"),
        (("leak = 0.02", 'leak = "x"'), "could not convert"),
        (("format = 1", "format = "), "Invalid value"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused_with_the_reason(tmp_path: Path, change: tuple[str, str], reason: str) -> None:
    path = tmp_path / "p.toml"
    text = to_toml(PROFILE)
    assert change[0] in text
    path.write_text(text.replace(*change), "utf-8")

    with pytest.raises(SettingsError) as refused:
        load_profile(path)
    assert refused.value.slug == "profile_broken"
    assert reason in str(refused.value)


def test_a_ceiling_is_kept_and_bounds_the_curve(tmp_path: Path) -> None:
    capped = replace(PROFILE.terms[0], ceiling=0.9)
    (tmp_path / "p.toml").write_text(to_toml(replace(PROFILE, terms=(capped, *PROFILE.terms[1:]))), "utf-8")

    read = load_profile(tmp_path / "p.toml").terms[0]
    assert read == capped
    assert read.probability(1e6) == pytest.approx(0.9)
    assert replace(read, midpoint=read.midpoint_for(3.0, 0.2)).probability(3.0) == pytest.approx(0.2)
    assert replace(read, midpoint=read.midpoint_for(3.0, 0.95)).probability(3.0) == pytest.approx(0.9)


def test_a_missing_or_binary_profile_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    for name, slug in (("none.toml", "profile_missing"), ("b.toml", "profile_broken")):
        with pytest.raises(SettingsError) as refused:
            load_profile(tmp_path / name)
        assert refused.value.slug == slug


KEPT = replace(PROFILE, guarantee=Guarantee("by hand", 0.95, Bound(0.05, 0.01, 60, 90), Bound(0.1, 0.0, 50, 70)))


def test_a_file_that_promises_nothing_is_read_as_such(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(to_toml(PROFILE), "utf-8")

    read = load_profile(tmp_path / "p.toml")
    assert (read.guarantee, read.fitted_on, read.prior, read.holds_for) == (None, "", None, 0.4)


def test_a_promise_reads_back(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(to_toml(replace(KEPT, fitted_on="0123")), "utf-8")

    read = load_profile(tmp_path / "p.toml")
    assert (read.guarantee, read.fitted_on) == (KEPT.guarantee, "0123")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("confidence = 0.95", "confidence = 95"), "confidence of the guarantee"),
        (("rate = 0.05", "rate = 0"), "rates and the confidence"),
        (("products = 60, ", ""), "'products' is missing"),
        (("missed = {", "mist = {"), "'missed' is missing"),
        (("accused = {", "accused = 1 # {"), "not subscriptable"),
    ],
)
def test_a_promise_that_makes_no_sense_is_refused(tmp_path: Path, change: tuple[str, str], reason: str) -> None:
    text = to_toml(KEPT)
    assert change[0] in text
    (tmp_path / "p.toml").write_text(text.replace(*change), "utf-8")

    with pytest.raises(SettingsError, match=reason) as refused:
        load_profile(tmp_path / "p.toml")
    assert refused.value.slug == "profile_broken"


def test_what_a_profile_says_of_its_data_breaks_no_file(tmp_path: Path) -> None:
    odd = replace(PROFILE, data='\x1b[31m\u202e\ud800 """ \\u0000 # = [term]')
    (tmp_path / "p.toml").write_text(to_toml(odd), "utf-8")

    assert load_profile(tmp_path / "p.toml").data == '\\x1b[31m\\u202e\\ud800 """ \\u0000 # = [term]'


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.sampled_from(["log", "linear"]))
def test_a_larger_value_never_speaks_less_against_a_match(first: float, second: float, scale: str) -> None:
    term = Term("m", "colour", 1, scale, 0.5, 3.0)  # type: ignore[arg-type]
    low, high = sorted((first, second))

    assert 0 <= term.probability(low) <= term.probability(high) <= 1


@pytest.mark.parametrize("term", PROFILE.terms, ids=lambda term: term.measure)
def test_the_tolerance_is_where_a_deviation_is_as_likely_as_not(term: Term) -> None:
    assert term.probability(term.tolerance) == pytest.approx(0.5)


def test_a_profile_that_was_moved_to_another_base_rate_reads_back(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(to_toml(PROFILE.at_base_rate(0.03)), "utf-8")

    read = load_profile(tmp_path / "p.toml")
    assert (read.base_rate, read.prior, read.holds_for) == (0.4, 0.03, 0.03)
    assert PROFILE.holds_for == 0.4


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.1, 3.0, float("nan")])
def test_a_base_rate_that_is_no_share_is_refused(rate: float) -> None:
    with pytest.raises(SettingsError) as refused:
        PROFILE.at_base_rate(rate)
    assert refused.value.slug == "base_rate_out_of_range"


def test_moving_the_base_rate_is_bayes_on_the_odds() -> None:
    # 990 of 1,000 positive among the wrong, 50 of 1,000 among the right: 95.2 % at one in two, 16.7 % at one in a hundred.
    assert moved(0.99 / 1.04, 0.5, 0.01) == pytest.approx(0.0099 / (0.0099 + 0.0495))
    assert moved(0.7, 0.4, 0.4) == pytest.approx(0.7)
    assert moved(0.4, 0.4, 0.03) == pytest.approx(0.03)
    assert (moved(0.0, 0.4, 0.03), moved(1.0, 0.4, 0.03)) == (0.0, 1.0)


@given(st.floats(0, 1), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_moving_there_and_back_changes_nothing(p: float, one: float, other: float) -> None:
    assert moved(moved(p, one, other), other, one) == pytest.approx(p, abs=1e-9)
