"""Evidence to one of four verdicts, through a profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qaudit.model.photo import PhotoQuality
from qaudit.model.verdict import (
    ASPECTS,
    Aspect,
    AspectVerdict,
    Evidence,
    Finding,
    NotApplicable,
    Placed,
    Severity,
    Verdict,
    VerdictName,
    Weighed,
)

from .headroom import headroom_of, weighed
from .profile import Profile, Term
from .wording import finding_text, say

# A certainty of more than 0.995 is not to be had from photos.
MOST_SURE = 0.995
# A deviation is major from four in five.
LIKELY = 0.8
# As many pieces as listed may be pieces of anything.
SAYS_NOTHING_ELSE: frozenset[Aspect] = frozenset({"count"})
# Why an aspect is not judged when no measure speaks of it.
NO_MEASURE: dict[Aspect, str] = {
    "size": "no_reference_card",
    "material": "needs_moving_lamp",
    "variant": "judged_with_identity",
}


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known about one item when it is decided.

    Parameters
    ----------
    evidence
        What the measures said.
    places
        Per measure, its boxes in the listing and the arrival photo as displayed, worst first.
    aligned
        Whether the arrival was laid over the listing.
    quality
        How good the arrival photo is.
    listing_sizes
        Width and height of each listing photo as displayed.
    explained
        What was put down to light, view or camera.
    """

    evidence: Sequence[Evidence | NotApplicable]
    places: Mapping[str, Sequence[Placed]]
    aligned: bool
    quality: PhotoQuality
    listing_sizes: Sequence[tuple[int, int]]
    explained: tuple[str, ...] = ()


def decide(case: Case, profile: Profile) -> Verdict:
    """Is it a match, a mismatch, a case for a person, or a photo to take again?

    Notes
    -----
    Noisy-or: each measure can by itself make a mismatch, and what none of them saw is the profile's leak. That nothing of
    the listing was found in a photo that cannot answer is no evidence. Everything is decided at the base rate that the
    profile was fitted for; only the probabilities that are told are moved to another one, at the end.
    """
    if not case.quality.usable and not case.aligned:
        case = replace(
            case, evidence=tuple(NotApplicable(item.aspect, item.measure, "photo_unusable") for item in case.evidence)
        )
    seen = [(item, term) for item in case.evidence if isinstance(item, Evidence) and (term := _term(item, profile))]
    chances = [(term.probability(item.value), item, term) for item, term in seen]
    p_mismatch = probability(profile.leak, [p for p, _, _ in chances]) if chances else 0.0
    if all(item.aspect in SAYS_NOTHING_ELSE for _, item, _ in chances):
        p_mismatch = max(p_mismatch, _unseen(case, profile))
    aspects = _aspects(case, chances, profile) if case.quality.usable else _unanswered()
    name = _name(case, p_mismatch, aspects, profile)
    findings = () if name == "retake" else _findings(case, chances, name, profile)
    told = min(MOST_SURE, profile.reported(p_mismatch))
    factor = told / p_mismatch if p_mismatch else 1.0
    return Verdict(
        name=name,
        p_mismatch=round(told, 4),
        aspects=_scaled_aspects(aspects, factor),
        findings=_scaled_findings(findings, factor),
        explained=case.explained,
        next_step=_next_step(name, case, findings),
        profile=profile.id,
        weighed=_scaled_weights(weighed(case.evidence, chances, profile.leak), factor),
        leak=profile.leak * factor,
    )


def probability(leak: float, chances: Sequence[float]) -> float:
    """Noisy-or of independent `chances` and `leak`: 1 minus the probability that none of them holds, at most 0.995."""
    none = 1.0 - leak
    for chance in chances:
        none *= 1.0 - chance
    return min(MOST_SURE, 1.0 - none)


def _unseen(case: Case, profile: Profile) -> float:
    """Probability of a mismatch where no measure says what it is: of a photo that cannot answer, that of any item."""
    if profile.unjudged is None or not case.quality.usable:
        return profile.base_rate
    return profile.unjudged


def _term(item: Evidence, profile: Profile) -> Term | None:
    """The curve for `item`; none where the profile was fitted on another version of the measure."""
    term = profile.term(item.measure)
    return term if term is not None and term.version == item.version else None


def _aspects(case: Case, chances: list[tuple[float, Evidence, Term]], profile: Profile) -> dict[Aspect, AspectVerdict]:
    """Status of every aspect: noisy-or over its measures, or why none could be taken."""
    verdicts: dict[Aspect, AspectVerdict] = {}
    for aspect in ASPECTS:
        own = [p for p, item, _ in chances if item.aspect == aspect]
        if not own:
            refusals = (item.reason for item in case.evidence if isinstance(item, NotApplicable) and item.aspect == aspect)
            reason = next(refusals, None) or NO_MEASURE.get(aspect, "not_aligned")
            verdicts[aspect] = AspectVerdict("not_applicable", reason=reason)
            continue
        p = round(probability(0.0, own), 4)
        status = "finding" if p >= profile.finding else "unsure" if p >= profile.unsure else "ok"
        verdicts[aspect] = AspectVerdict(status, p)  # type: ignore[arg-type]
    return verdicts


def _unanswered() -> dict[Aspect, AspectVerdict]:
    """No aspect is judged from a photo that cannot answer."""
    return {aspect: AspectVerdict("not_applicable", reason="photo_unusable") for aspect in ASPECTS}


def _name(case: Case, p_mismatch: float, aspects: Mapping[Aspect, AspectVerdict], profile: Profile) -> VerdictName:
    """The verdict: what cannot answer accuses nobody and clears nobody, nor does an aspect in doubt, nor another side."""
    if not case.quality.usable:
        return "retake"
    judged = {aspect.status for aspect in aspects.values()} - {"not_applicable"}
    if judged and p_mismatch >= profile.accuse:
        return "mismatch"
    return "match" if judged == {"ok"} and _shows_the_side(case) and p_mismatch <= profile.accept else "review"


def _shows_the_side(case: Case) -> bool:
    """Whether the arrival was laid over the listing, and shows the side that the listing shows."""
    another = any(isinstance(item, NotApplicable) and item.reason == "turned_away" for item in case.evidence)
    return case.aligned and not another


def _findings(
    case: Case, chances: list[tuple[float, Evidence, Term]], name: VerdictName, profile: Profile
) -> tuple[Finding, ...]:
    """Deviations surest first: what is likely; for a person who is to look also what is unsure, and one place at least."""
    ranked = sorted(chances, key=lambda chance: -chance[0])
    least = profile.unsure if name == "review" else profile.finding
    kept = [chance for chance in ranked if chance[0] >= least] or (ranked[:1] if name != "match" else [])
    return tuple(_finding(case, *chance, profile.unsure) for chance in kept)


def _finding(case: Case, p: float, item: Evidence, term: Term, unsure: float) -> Finding:
    """One deviation with its place and its sentence."""
    listing_box, arrival_box = next(iter(case.places.get(item.measure, ())), (None, None))
    return Finding(
        aspect=item.aspect,
        measure=item.measure,
        p=round(min(MOST_SURE, p), 4),
        severity=_severity(item.aspect, p),
        value=round(item.value, 4),
        unit=item.unit,
        tolerance=round(term.tolerance, 4),
        headroom=headroom_of(item.value, term, unsure),
        text=finding_text(item, term.tolerance, listing_box, case.listing_sizes[item.photos[0]]),
        listing_photo=item.photos[0],
        arrival_photo=item.photos[1],
        listing_box=listing_box,
        arrival_box=arrival_box,
    )


def _scaled_aspects(aspects: Mapping[Aspect, AspectVerdict], factor: float) -> dict[Aspect, AspectVerdict]:
    """`aspects` with their probabilities at the reported base rate: what is part of a mismatch moves in step with it."""
    return {
        aspect: verdict if verdict.p is None else replace(verdict, p=round(min(MOST_SURE, verdict.p * factor), 4))
        for aspect, verdict in aspects.items()
    }


def _scaled_findings(findings: tuple[Finding, ...], factor: float) -> tuple[Finding, ...]:
    """`findings` with their probabilities at the reported base rate, in step with the mismatch's."""
    return tuple(replace(finding, p=round(min(MOST_SURE, finding.p * factor), 4)) for finding in findings)


def _scaled_weights(entries: tuple[Weighed, ...], factor: float) -> tuple[Weighed, ...]:
    """`entries` with their probabilities at the reported base rate; their weights are shares and stay."""
    return tuple(entry if entry.p is None else replace(entry, p=min(MOST_SURE, entry.p * factor)) for entry in entries)


def _severity(aspect: Aspect, p: float) -> Severity:
    """Another item is critical; what is likely is major; what is only more likely than not is minor."""
    if aspect == "identity":
        return "critical"
    return "major" if p >= LIKELY else "minor"


def _next_step(name: VerdictName, case: Case, findings: tuple[Finding, ...]) -> str:
    """What to do now."""
    if name == "retake":
        return say(f"next.retake.{case.quality.advice[0]}")
    if name == "mismatch" and findings and findings[0].aspect == "identity":
        return say("next.mismatch.identity")
    if name == "review" and not _shows_the_side(case):
        return say("next.review.unaligned")
    return say(f"next.{name}")
