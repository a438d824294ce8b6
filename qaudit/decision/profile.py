"""The profile: what was fitted on labelled pairs, with its data and date. Thresholds live here, never in code."""

from __future__ import annotations

import hashlib
import math
import tomllib
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np

from qaudit.model.errors import SettingsError
from qaudit.model.guarantee import Bound, Guarantee
from qaudit.model.language import Figure, reason_of, said
from qaudit.model.text import one_line, shown
from qaudit.model.tolerances import Tolerances
from qaudit.model.verdict import ASPECTS, Aspect

FORMAT = 1
# Values below this are told apart by no measure; it keeps the logarithm finite.
FLOOR = 1e-4
# A curve comes as near to its ceiling as this, and never reaches it.
NEARLY_ALL = 1.0 - 1e-12
# Beyond this a power of ten is no finite number; a curve that hardly rises can put a tolerance there.
MOST_DECADES = 300.0


@dataclass(frozen=True, slots=True)
class Term:
    """How one measure's value becomes the probability that it saw a deviation: a logistic curve.

    Parameters
    ----------
    measure, aspect, version
        Which measure, what it speaks about, and the version of it that was fitted.
    scale
        ``log``: the curve is over log10 of the value; ``linear``: over the value itself.
    midpoint
        Where the curve passes 0.5, on that scale. In the measure's unit it is the tolerance.
    slope
        Steepness on that scale, positive.
    ceiling
        The most that the measure alone can make sure of, however large its value, 0..1.
    """

    measure: str
    aspect: Aspect
    version: int
    scale: Literal["log", "linear"]
    midpoint: float
    slope: float
    ceiling: float = 1.0

    def probability(self, value: float) -> float:
        """Probability of a deviation, 0..`ceiling`, never falling with `value`."""
        offset = np.clip(self.slope * (on_scale(value, self.scale) - self.midpoint), -60, 60)
        return float(self.ceiling / (1.0 + np.exp(-offset)))

    @property
    def tolerance(self) -> float:
        """The value at which a deviation is half as likely as it can be, in the measure's unit."""
        return self.in_unit(self.midpoint)

    def in_unit(self, place: float) -> float:
        """A place on the curve's scale as a value in the measure's unit."""
        return float(10.0 ** min(place, MOST_DECADES)) if self.scale == "log" else place

    def midpoint_for(self, value: float, p: float) -> float:
        """Where the midpoint would have to lie for `value` to have the probability `p`, 0 < p < 1, on the curve's scale."""
        share = min(p / self.ceiling, NEARLY_ALL)
        return on_scale(value, self.scale) + math.log((1.0 - share) / share) / self.slope


@dataclass(frozen=True, slots=True)
class Profile:
    """All that decides, fitted.

    Parameters
    ----------
    name
        Name and date.
    digest
        Of the file it was read from; empty when it was not read from one.
    data
        What it was fitted on, in words.
    base_rate
        Share of mismatches among the pairs that it was fitted on, as they were weighted.
    leak
        Probability of a mismatch that no measure saw.
    accuse, accept
        Limits on `p_mismatch`: at or above the first `mismatch`, at or below the second `match`, else `review`.
    finding, unsure
        Limits on an aspect's probability for its status.
    terms
        One a measure; measures without one are reported and do not decide.
    prior
        Share of mismatches that the reported probabilities are moved to; None where they hold for `base_rate`.
    guarantee
        What the limits are guaranteed to hold; None where they are guaranteed nothing.
    unjudged
        Probability of a mismatch where the photo can answer and no measure says anything, such as a ring from another side;
        None where nothing is known of such pairs, and `base_rate` stands for it.
    fitted_on
        Digest of the labelled pairs, so that a report can tell when a profile is judged on the pairs that made it.
    categories
        Tolerances that a user set for categories of products; `qaudit.decision.categories` gives the profile of each.
    """

    name: str
    data: str
    base_rate: float
    leak: float
    accuse: float
    accept: float
    finding: float
    unsure: float
    terms: tuple[Term, ...]
    digest: str = ""
    prior: float | None = None
    guarantee: Guarantee | None = None
    fitted_on: str = ""
    unjudged: float | None = None
    categories: Tolerances = field(default_factory=Tolerances)

    @property
    def holds_for(self) -> float:
        """Share of mismatches for which the reported probabilities hold, 0..1."""
        return self.base_rate if self.prior is None else self.prior

    def at_base_rate(self, rate: float) -> Profile:
        """The same curves and limits, with probabilities reported for another share of mismatches.

        Parameters
        ----------
        rate
            Share of mismatches among the items to come, more than 0 and less than 1.

        Raises
        ------
        SettingsError
            `base_rate_out_of_range`: `rate` is 0, 1 or outside.

        Notes
        -----
        The limits stay, and so does every verdict: a limit bounds a rate within one class (true items accused, wrong items
        passed), and such a rate does not depend on how many there are of the other class.
        """
        return replace(self, prior=checked_base_rate(rate))

    def reported(self, p_mismatch: float) -> float:
        """`p_mismatch`, which holds for `base_rate`, moved to the share that the probabilities are reported for."""
        return p_mismatch if self.prior is None else moved(p_mismatch, self.base_rate, self.prior)

    @property
    def id(self) -> str:
        """What stands in every record: the name, and the digest so that a changed profile is another one."""
        return f"{self.name}-{self.digest}" if self.digest else self.name

    def term(self, measure: str) -> Term | None:
        """The curve of `measure`, or None when it does not decide."""
        return next((term for term in self.terms if term.measure == measure), None)


def checked_base_rate(rate: float) -> float:
    """`rate`, if it is a share of mismatches that probabilities can be moved to; SettingsError as in `Profile.at_base_rate`."""
    if not 0.0 < rate < 1.0:
        way_out = said("give a share such as 0.03 for three in a hundred")
        raise SettingsError(
            "base_rate_out_of_range",
            said("the base rate must be between 0 and 1, not {rate}", rate=Figure(f"{rate:g}")),
            way_out,
        )
    return rate


def moved(p: float, fitted: float, wanted: float) -> float:
    """What a probability becomes where the share of mismatches is another one and nothing else is.

    Parameters
    ----------
    p
        Probability of a mismatch, 0..1, where a share `fitted` are mismatches.
    fitted, wanted
        Shares of mismatches, within 0 and 1.

    Returns
    -------
        Probability where a share `wanted` are mismatches; `p` itself where both shares are the same.

    Notes
    -----
    Assumes that mismatches look alike in both worlds and so do matches, and that each kind of mismatch keeps its share.

    References
    ----------
    Saerens, Latinne, Decaestecker (2002), Adjusting the outputs of a classifier to new a priori probabilities, eq. 2.4.
    """
    wrong, right = p * wanted / fitted, (1.0 - p) * (1.0 - wanted) / (1.0 - fitted)
    return wrong / (wrong + right)


def on_scale(value: float, scale: str) -> float:
    """`value` on the scale of a curve."""
    return float(np.log10(max(value, FLOOR))) if scale == "log" else value


def load_profile(path: str | Path | None = None) -> Profile:
    """The profile in a TOML file; the one that ships with qaudit when `path` is None.

    Raises
    ------
    SettingsError
        `profile_missing`: there is no such file; `profile_broken`: it is not a profile.
    """
    if path is None:
        return _parsed(files("qaudit.decision").joinpath("default.toml").read_text("utf-8"), "default.toml")
    try:
        text = Path(path).read_text("utf-8")
    except OSError as error:
        raise SettingsError(
            "profile_missing",
            said("profile {path} cannot be read: {reason}", path=shown(path), reason=error.strerror),
            said("check the path"),
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError("profile_broken", said("profile {path} is not text in UTF-8", path=shown(path))) from error
    return _parsed(text, shown(path))


def _parsed(text: str, name: str) -> Profile:
    """The profile that `text` holds."""
    try:
        table = tomllib.loads(text)
        if table["format"] != FORMAT:
            found = repr(table["format"])
            raise ValueError(said("its format is {found}, this qaudit reads {known}", found=found, known=FORMAT))
        profile = Profile(
            name=str(table["name"]),
            data=str(table["data"]),
            terms=tuple(_term(entry) for entry in table["term"]),
            digest=hashlib.sha256(text.encode()).hexdigest()[:8],
            prior=float(table["prior"]) if "prior" in table else None,
            guarantee=_guarantee(table["guarantee"]) if "guarantee" in table else None,
            fitted_on=str(table.get("fitted_on", "")),
            unjudged=float(table["unjudged"]) if "unjudged" in table else None,
            base_rate=float(table["base_rate"]),
            leak=float(table["leak"]),
            accuse=float(table["accuse"]),
            accept=float(table["accept"]),
            finding=float(table["finding"]),
            unsure=float(table["unsure"]),
        )
        _check(profile)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        reason = said("{name} is missing", name=str(error)) if isinstance(error, KeyError) else reason_of(error)
        way_out = said("make one with qaudit calibrate, or leave --profile out")
        raise SettingsError(
            "profile_broken", said("profile {name} cannot be used: {reason}", name=name, reason=reason), way_out
        ) from error
    return profile


def _term(entry: dict[str, Any]) -> Term:
    """One curve of the file."""
    return Term(
        str(entry["measure"]),
        entry["aspect"],
        int(entry["version"]),
        entry["scale"],
        float(entry["midpoint"]),
        float(entry["slope"]),
        float(entry.get("ceiling", 1.0)),
    )


def _guarantee(entry: dict[str, Any]) -> Guarantee:
    """The guarantee of the file."""
    accused, missed = (
        Bound(float(bound["rate"]), float(bound["observed"]), int(bound["products"]), int(bound["pairs"]))
        for bound in (entry["accused"], entry["missed"])
    )
    return Guarantee(str(entry["method"]), float(entry["confidence"]), accused, missed)


def _check(profile: Profile) -> None:
    """ValueError where a value makes no sense."""
    for term in profile.terms:
        if term.aspect not in ASPECTS or term.scale not in ("log", "linear") or not term.slope > 0:
            raise ValueError(
                said(
                    "the term of {measure} has an unknown aspect or scale, or a slope that is not positive",
                    measure=term.measure,
                )
            )
        if not 0 < term.ceiling <= 1:
            raise ValueError(said("the ceiling of {measure} must be above 0 and not above 1", measure=term.measure))
    if not 0 <= profile.accept <= profile.accuse <= 1:
        raise ValueError(said("accept must not be above accuse, both within 0 and 1"))
    for name in ("leak", "finding", "unsure", "unjudged"):
        if not 0 <= (getattr(profile, name) or 0.0) <= 1:
            raise ValueError(said("{name} must be within 0 and 1", name=name))
    for name in ("base_rate", "holds_for"):
        if not 0 < getattr(profile, name) < 1:
            shown_name = "prior" if name == "holds_for" else name
            raise ValueError(said("{name} must be between 0 and 1", name=shown_name))
    if (kept := profile.guarantee) is not None:
        for value in (kept.confidence, kept.accused.rate, kept.missed.rate):
            if not 0 < value < 1:
                raise ValueError(said("the rates and the confidence of the guarantee must be between 0 and 1"))


def to_toml(profile: Profile) -> str:
    """`profile` as a file that `load_profile` reads."""
    lines = [f"format = {FORMAT}", f"name = {_quoted(profile.name)}", f"data = {_quoted(profile.data)}"]
    lines += [f"{key} = {getattr(profile, key):.6g}" for key in ("base_rate", "leak", "accuse", "accept", "finding", "unsure")]
    if profile.unjudged is not None:
        lines.append(f"unjudged = {profile.unjudged:.6g}")
    if profile.prior is not None:
        lines.append(f"prior = {profile.prior:.6g}")
    if profile.fitted_on:
        lines.append(f"fitted_on = {_quoted(profile.fitted_on)}")
    if profile.guarantee is not None:
        lines += ["", "[guarantee]", f"method = {_quoted(profile.guarantee.method)}"]
        lines += [f"confidence = {profile.guarantee.confidence:.6g}"]
        lines += [f"accused = {_bound_line(profile.guarantee.accused)}", f"missed = {_bound_line(profile.guarantee.missed)}"]
    for term in profile.terms:
        lines += ["", "[[term]]", f"measure = {_quoted(term.measure)}", f"aspect = {_quoted(term.aspect)}"]
        lines += [f"version = {term.version}", f"scale = {_quoted(term.scale)}"]
        lines += [f"midpoint = {term.midpoint:.6g}", f"slope = {term.slope:.6g}"]
        if term.ceiling < 1.0:
            lines.append(f"ceiling = {term.ceiling:.6g}")
    return "\n".join(lines) + "\n"


def _bound_line(bound: Bound) -> str:
    """One bound as a TOML table on a line."""
    rates = f"rate = {bound.rate:.6g}, observed = {bound.observed:.6g}"
    return f"{{ {rates}, products = {bound.products}, pairs = {bound.pairs} }}"


def _quoted(text: str) -> str:
    """A TOML basic string."""
    return '"' + one_line(text.replace("\n", " ")).replace("\\", "\\\\").replace('"', '\\"') + '"'
