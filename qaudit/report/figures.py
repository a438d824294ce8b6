"""Numbers as a person reads them, in the language that is spoken now."""

from __future__ import annotations

from qaudit.model.language import Figure, spoken

from .words import has_words, words


def figure(digits: str) -> str:
    """A number in digits, its decimal mark as the language has it."""
    return spoken(Figure(digits))


def percent(share: float) -> str:
    """A share 0..1 in whole percent; what is not quite nothing or all says so."""
    return words("figure.percent", number=whole_percent(share))


def whole_percent(share: float) -> str:
    """The digits of `percent` alone, for the lower end of a range."""
    if 0 < share < 0.01:
        return "<1"
    if 0.99 < share < 1:
        return ">99"
    return f"{share * 100:.0f}"


def tenths(share: float) -> str:
    """A share 0..1 in tenths of a percent."""
    return words("figure.percent", number=Figure(f"{share * 100:.1f}"))


def promised(share: float) -> str:
    """A share 0..1 in percent, not rounded to look better or worse than it was asked for."""
    return words("figure.percent", number=Figure(f"{share * 100:.4g}"))


def measured(value: float, unit: str) -> str:
    """A value with its unit in three significant digits; a share in percent."""
    shown = value * 100 if unit == "share" else value
    digits = Figure(f"{shown:.0f}" if abs(shown) >= 100 else f"{shown:.3g}")
    if unit in ("share", "%"):
        return words("figure.percent", number=digits)
    one = digits == "1" and has_words(f"unit.{unit}_one")
    return words("figure.unit", number=digits, unit=unit_name(f"{unit}_one" if one else unit)).strip()


def unit_name(unit: str) -> str:
    """A unit in words; what has none as it is."""
    return words(f"unit.{unit}") if has_words(f"unit.{unit}") else unit


def factor(times: float) -> str:
    """How many times, with a decimal where it is worth one."""
    return figure(f"{times:.0f}" if times >= 10 else f"{times:.1f}")


def rate(items: int | float, seconds: float) -> str:
    """Items a second in two digits or so; a dash before any time has passed."""
    if seconds <= 0:
        return "-"
    per_s = items / seconds
    return figure(f"{per_s:.0f}" if per_s >= 10 else f"{per_s:.2g}")
