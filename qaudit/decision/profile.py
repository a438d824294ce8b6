"""The profile: what was fitted on labelled pairs, with its data and date. Thresholds live here, never in code."""

from __future__ import annotations

import hashlib
import math
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np

from qaudit.model.errors import SettingsError
from qaudit.model.text import shown
from qaudit.model.verdict import ASPECTS, Aspect

FORMAT = 1
# Values below this are told apart by no measure; it keeps the logarithm finite.
FLOOR = 1e-4
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
    """

    measure: str
    aspect: Aspect
    version: int
    scale: Literal["log", "linear"]
    midpoint: float
    slope: float

    def probability(self, value: float) -> float:
        """Probability of a deviation, 0..1, never falling with `value`."""
        return float(1.0 / (1.0 + np.exp(-np.clip(self.slope * (on_scale(value, self.scale) - self.midpoint), -60, 60))))

    @property
    def tolerance(self) -> float:
        """The value at which a deviation is as likely as not, in the measure's unit."""
        return self.in_unit(self.midpoint)

    def in_unit(self, place: float) -> float:
        """A place on the curve's scale as a value in the measure's unit."""
        return float(10.0 ** min(place, MOST_DECADES)) if self.scale == "log" else place

    def midpoint_for(self, value: float, p: float) -> float:
        """Where the midpoint would have to lie for `value` to have the probability `p`, 0 < p < 1, on the curve's scale."""
        return on_scale(value, self.scale) + math.log((1.0 - p) / p) / self.slope


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
        Share of mismatches for which the probabilities hold.
    leak
        Probability of a mismatch that no measure saw.
    accuse, accept
        Limits on `p_mismatch`: at or above the first `mismatch`, at or below the second `match`, else `review`.
    finding, unsure
        Limits on an aspect's probability for its status.
    terms
        One a measure; measures without one are reported and do not decide.
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

    @property
    def id(self) -> str:
        """What stands in every record: the name, and the digest so that a changed profile is another one."""
        return f"{self.name}-{self.digest}" if self.digest else self.name

    def term(self, measure: str) -> Term | None:
        """The curve of `measure`, or None when it does not decide."""
        return next((term for term in self.terms if term.measure == measure), None)


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
        raise SettingsError("profile_missing", f"profile {shown(path)} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError("profile_broken", f"profile {shown(path)} is not text in UTF-8") from error
    return _parsed(text, shown(path))


def _parsed(text: str, name: str) -> Profile:
    """The profile that `text` holds."""
    try:
        table = tomllib.loads(text)
        if table["format"] != FORMAT:
            raise ValueError(f"its format is {table['format']!r}, this qaudit reads {FORMAT}")
        profile = Profile(
            name=str(table["name"]),
            data=str(table["data"]),
            terms=tuple(_term(entry) for entry in table["term"]),
            digest=hashlib.sha256(text.encode()).hexdigest()[:8],
            **{key: float(table[key]) for key in ("base_rate", "leak", "accuse", "accept", "finding", "unsure")},
        )
        _check(profile)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else error
        way_out = "make one with a script that fits labelled pairs, or leave --profile out"
        raise SettingsError("profile_broken", f"profile {name} cannot be used: {reason}", way_out) from error
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
    )


def _check(profile: Profile) -> None:
    """ValueError where a value makes no sense."""
    for term in profile.terms:
        if term.aspect not in ASPECTS or term.scale not in ("log", "linear") or not term.slope > 0:
            raise ValueError(f"the term of {term.measure} has an unknown aspect or scale, or a slope that is not positive")
    if not 0 <= profile.accept <= profile.accuse <= 1:
        raise ValueError("accept must not be above accuse, both within 0 and 1")
    for name in ("base_rate", "leak", "finding", "unsure"):
        if not 0 <= getattr(profile, name) <= 1:
            raise ValueError(f"{name} must be within 0 and 1")


def to_toml(profile: Profile) -> str:
    """`profile` as a file that `load_profile` reads."""
    lines = [f"format = {FORMAT}", f"name = {_quoted(profile.name)}", f"data = {_quoted(profile.data)}"]
    lines += [f"{key} = {getattr(profile, key):.6g}" for key in ("base_rate", "leak", "accuse", "accept", "finding", "unsure")]
    for term in profile.terms:
        lines += ["", "[[term]]", f"measure = {_quoted(term.measure)}", f"aspect = {_quoted(term.aspect)}"]
        lines += [f"version = {term.version}", f"scale = {_quoted(term.scale)}"]
        lines += [f"midpoint = {term.midpoint:.6g}", f"slope = {term.slope:.6g}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
