"""Evidence to verdicts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaudit.decision.decide import MOST_SURE, decide, probability
from qaudit.decision.profile import Term, moved
from qaudit.model.verdict import ASPECTS, Evidence, NotApplicable

from .factory import BLURRED, PROFILE, agreement, case, completeness, palette


def test_low_values_make_a_match() -> None:
    verdict = decide(case(agreement(0.5), palette(1.0), completeness(0.1)), PROFILE)

    assert verdict.name == "match"
    assert verdict.p_mismatch == pytest.approx(PROFILE.leak, abs=0.01)
    assert verdict.findings == ()


def test_one_strong_deviation_makes_a_mismatch_that_it_explains() -> None:
    verdict = decide(case(agreement(0.5), palette(30.0), completeness(0.1)), PROFILE)

    assert verdict.name == "mismatch"
    assert [finding.measure for finding in verdict.findings] == ["palette"]
    assert verdict.aspects["colour"].status == "finding"
    assert verdict.aspects["missing"].status == "ok"


def test_doubt_goes_to_a_person_with_the_place_to_look_at() -> None:
    doubtful = decide(case(agreement(0.5), palette(5.0)), PROFILE)
    assert doubtful.name == "review"
    assert [finding.measure for finding in doubtful.findings] == ["palette"]

    faint = decide(case(agreement(2.1), palette(4.0), completeness(1.0)), PROFILE)
    assert faint.name == "review"
    assert all(aspect.status != "finding" for aspect in faint.aspects.values())
    assert faint.findings


def test_weak_signs_add_up_and_a_mismatch_always_has_a_finding() -> None:
    signs = (agreement(2.48), palette(4.9), completeness(1.9))
    verdict = decide(case(*signs), PROFILE)

    assert all(term.probability(sign.value) < PROFILE.finding for term, sign in zip(PROFILE.terms, signs, strict=True))
    assert verdict.name == "mismatch"
    assert len(verdict.findings) == 1


def test_a_photo_that_cannot_answer_accuses_nobody_and_clears_nobody() -> None:
    for evidence in (palette(60.0), palette(0.1)):
        verdict = decide(case(agreement(0.5), evidence, quality=BLURRED), PROFILE)
        assert verdict.name == "retake"
        assert "focus" in verdict.next_step


def test_what_was_not_laid_over_its_listing_is_never_a_match() -> None:
    verdict = decide(case(agreement(0.0, aligned=False), aligned=False), PROFILE)

    assert verdict.p_mismatch < PROFILE.accept
    assert verdict.name == "review"


def test_without_any_evidence_the_base_rate_is_said_and_a_person_asked() -> None:
    verdict = decide(case(NotApplicable("identity", "agreement", "no_texture"), aligned=False), PROFILE)

    assert (verdict.name, verdict.p_mismatch) == ("review", PROFILE.base_rate)
    assert verdict.aspects["identity"].reason == "no_texture"


def test_a_measure_of_another_version_does_not_decide() -> None:
    assert decide(case(agreement(0.5), palette(60.0, version=2)), PROFILE).name == "match"


def test_every_aspect_is_spoken_of() -> None:
    verdict = decide(case(agreement(0.5)), PROFILE)

    assert tuple(verdict.aspects) == ASPECTS
    assert all(aspect.reason for aspect in verdict.aspects.values() if aspect.status == "not_applicable")


def test_a_finding_points_into_both_photos_and_names_its_tolerance() -> None:
    (finding,) = decide(case(agreement(0.5), completeness(20.0)), PROFILE).findings

    assert finding.listing_box == (300, 30, 60, 40)
    assert finding.arrival_box == (120, 400, 50, 60)
    assert finding.tolerance == pytest.approx(10**0.3, abs=1e-4)
    assert "at the upper right" in finding.text


def test_another_item_is_critical() -> None:
    (finding,) = decide(case(agreement(4.0, aligned=False), aligned=False), PROFILE).findings

    assert finding.severity == "critical"
    assert finding.listing_box is None


@pytest.mark.parametrize(("leak", "chances", "expected"), [(0.0, [], 0.0), (0.1, [0.5], 0.55), (0.0, [1.0, 1.0], MOST_SURE)])
def test_chances_join_as_independent_causes(leak: float, chances: list[float], expected: float) -> None:
    assert probability(leak, chances) == pytest.approx(expected)


def test_an_aspect_in_doubt_is_not_passed_though_the_whole_is_likely() -> None:
    lenient = replace(PROFILE, accept=0.6)
    verdict = decide(case(agreement(0.5), palette(4.5)), lenient)

    assert verdict.aspects["colour"].status == "unsure"
    assert verdict.p_mismatch < lenient.accept
    assert verdict.name == "review"


def test_without_evidence_nobody_is_accused_whatever_the_base_rate() -> None:
    gloomy = replace(PROFILE, base_rate=0.99)

    assert decide(case(aligned=False), gloomy).name == "review"


def test_a_retake_judges_no_aspect() -> None:
    verdict = decide(case(agreement(0.5), palette(60.0), quality=BLURRED), PROFILE)

    assert {aspect.reason for aspect in verdict.aspects.values()} == {"photo_unusable"}
    assert verdict.findings == ()


def test_another_base_rate_moves_probabilities_and_no_verdict() -> None:
    cases = [
        case(agreement(0.5), palette(value), completeness(other))
        for value in (0.5, 4.0, 5.0, 30.0)
        for other in (0.1, 1.9, 9.0)
    ]
    rare = PROFILE.at_base_rate(0.03)
    for one in cases:
        before, after = decide(one, PROFILE), decide(one, rare)
        assert after.name == before.name
        assert after.p_mismatch == pytest.approx(moved(before.p_mismatch, 0.4, 0.03), abs=2e-3)
        assert [a.status for a in after.aspects.values()] == [a.status for a in before.aspects.values()]
        assert [f.severity for f in after.findings] == [f.severity for f in before.findings]
        told = [f.p for f in after.findings] + [a.p for a in after.aspects.values() if a.p is not None]
        assert all(p <= after.p_mismatch + 1e-4 for p in told)
        assert [f.p for f in after.findings] == sorted((f.p for f in after.findings), reverse=True)


def test_the_base_rate_that_a_profile_was_fitted_for_changes_nothing() -> None:
    one = case(agreement(0.5), palette(5.0))
    assert decide(one, PROFILE.at_base_rate(PROFILE.base_rate)) == decide(one, PROFILE)


def test_nobody_is_surer_than_photos_allow_at_any_base_rate() -> None:
    assert decide(case(palette(500.0)), PROFILE.at_base_rate(0.99)).p_mismatch == MOST_SURE


def test_without_any_evidence_another_base_rate_is_said_as_it_is() -> None:
    assert decide(case(NotApplicable("identity", "agreement", "no_texture")), PROFILE.at_base_rate(0.03)).p_mismatch == 0.03


def test_where_no_measure_speaks_of_a_usable_photo_the_profile_says_how_likely_a_mismatch_is() -> None:
    silent = case(NotApplicable("identity", "agreement", "not_flat"), aligned=False)
    assert decide(silent, PROFILE).p_mismatch == pytest.approx(PROFILE.base_rate)
    told = decide(silent, replace(PROFILE, unjudged=0.8, accuse=0.7))
    assert (told.name, told.p_mismatch) == ("review", 0.8)
    assert told.aspects["identity"].reason == "not_flat"
    unusable = replace(silent, quality=replace(silent.quality, advice=("blurred",)))
    assert decide(unusable, replace(PROFILE, unjudged=0.8)).p_mismatch == pytest.approx(PROFILE.base_rate)


def test_what_each_measure_says_is_told_at_the_reported_base_rate() -> None:
    item = case(palette(40.0))
    usual, rare = decide(item, PROFILE), decide(item, PROFILE.at_base_rate(0.03))
    factor = rare.p_mismatch / usual.p_mismatch
    assert factor < 1
    for one, other in zip(usual.weighed, rare.weighed, strict=True):
        assert other.p == pytest.approx(one.p * factor, rel=0.01)
        assert other.weight == one.weight


def test_another_side_is_no_match_however_little_differs() -> None:
    evidence = (agreement(0.5), palette(1.0), completeness(0.1))
    assert decide(case(*evidence), PROFILE).name == "match"
    assert decide(case(*evidence, NotApplicable("identity", "confirmation", "turned_away")), PROFILE).name == "review"


def test_as_many_pieces_say_nothing_of_what_they_are() -> None:
    counted = replace(PROFILE, terms=(*PROFILE.terms, Term("pieces", "count", 1, "linear", 0.75, 10.0)), unjudged=0.7)
    as_many, one_less = (Evidence("count", "pieces", 1, value, "pieces") for value in (0.0, 1.0))
    assert decide(case(as_many, aligned=False), counted).p_mismatch == pytest.approx(0.7)
    assert decide(case(one_less, aligned=False), counted).p_mismatch > 0.9
    assert decide(case(as_many, agreement(0.5)), counted).p_mismatch < 0.1
