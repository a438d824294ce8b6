"""How far beyond the tolerance, what would pass, and what each measure weighs."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from qaudit.decision.decide import decide
from qaudit.decision.profile import Profile
from qaudit.decision.spread import widened
from qaudit.model.verdict import NotApplicable, Verdict

from .factory import BLURRED, PROFILE, agreement, case, completeness, palette


def with_tolerance(measure: str, tolerance: float) -> Profile:
    """The profile with another tolerance for one measure."""
    terms = []
    for term in PROFILE.terms:
        if term.measure == measure:
            term = replace(term, midpoint=term.midpoint_for(tolerance, 0.5))
        terms.append(term)
    return replace(PROFILE, terms=tuple(terms))


def test_a_logarithmic_scale_gives_a_factor() -> None:
    (finding,) = decide(case(agreement(0.5), palette(30.0)), PROFILE).findings

    assert finding.headroom.kind == "factor"
    assert finding.headroom.beyond == pytest.approx(30.0 / 10**0.7, rel=1e-4)
    assert finding.to_dict()["headroom"] == {"factor": finding.headroom.beyond}


def test_a_linear_scale_gives_a_difference() -> None:
    (finding,) = decide(case(agreement(4.0, aligned=False), aligned=False), PROFILE).findings

    assert finding.headroom.kind == "difference"
    assert finding.headroom.beyond == pytest.approx(1.5)
    assert finding.to_dict()["headroom"] == {"difference": 1.5}


@pytest.mark.parametrize(("measure", "evidence"), [("palette", palette(30.0)), ("agreement", agreement(3.9))])
def test_with_the_tolerance_that_passes_the_aspect_is_fine_and_with_less_it_is_not(measure: str, evidence) -> None:
    (finding,) = decide(case(evidence), PROFILE).findings
    passes_at = finding.to_dict()["passes_at"]

    assert decide(case(evidence), with_tolerance(measure, passes_at * 1.001)).aspects[evidence.aspect].status == "ok"
    assert decide(case(evidence), with_tolerance(measure, passes_at * 0.999)).aspects[evidence.aspect].status == "unsure"


@pytest.mark.parametrize("unsure", [0.0, 1.0])
def test_limits_at_their_ends_are_no_crash(unsure: float) -> None:
    assert decide(case(palette(60.0)), replace(PROFILE, unsure=unsure)).findings[0].headroom.passes_at > 0


def weighed(*evidence, **changes) -> Verdict:
    return decide(case(*evidence, **changes), PROFILE)


def test_weights_and_the_leak_are_all_of_the_probability() -> None:
    verdict = weighed(agreement(2.6), palette(8.0), completeness(0.1))
    by_measure = {entry.measure: entry for entry in verdict.weighed}

    assert list(by_measure) == ["agreement", "palette", "completeness"]
    assert by_measure["palette"].weight > by_measure["agreement"].weight > by_measure["completeness"].weight > 0
    assert 0 < 1 - sum(entry.weight for entry in verdict.weighed) < 0.02
    assert by_measure["palette"].tolerance == pytest.approx(10**0.7)
    assert verdict.leak == PROFILE.leak


def test_what_could_not_be_taken_or_is_not_judged_by_says_why() -> None:
    entries = weighed(NotApplicable("shape", "outline", "no_outline"), palette(8.0, version=2)).weighed

    assert [(entry.value, entry.weight, entry.reason) for entry in entries] == [
        (None, None, "no_outline"),
        (8.0, None, "no_curve"),
    ]


def test_a_photo_that_cannot_answer_weighs_nothing() -> None:
    (entry,) = weighed(agreement(4.0, aligned=False), aligned=False, quality=BLURRED).weighed

    assert entry.reason == "photo_unusable"


def test_certainty_is_no_crash() -> None:
    (entry,) = weighed(palette(1e9)).weighed

    assert entry.weight == pytest.approx(1.0, abs=0.01)


def test_a_curve_that_hardly_rises_is_no_crash() -> None:
    flat = replace(PROFILE, terms=tuple(replace(term, slope=1e-4) for term in PROFILE.terms))

    assert math.isfinite(decide(case(palette(60.0)), flat).findings[0].headroom.passes_at)
    assert math.isfinite(widened(flat, [[palette(60.0)]]).terms[1].tolerance)
