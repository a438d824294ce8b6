"""Numbers as a person reads them."""

from __future__ import annotations


def percent(share: float) -> str:
    """A share 0..1 in whole percent; what is not quite nothing or all says so."""
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{share * 100:.0f} %"


def tenths(share: float) -> str:
    """A share 0..1 in tenths of a percent."""
    return f"{share * 100:.1f} %"


def promised(share: float) -> str:
    """A share 0..1 in percent, not rounded to look better or worse than it was asked for."""
    return f"{share * 100:.4g} %"


def measured(value: float, unit: str) -> str:
    """A value with its unit in three significant digits; a share in percent."""
    if unit == "share":
        return f"{value * 100:.3g} %"
    digits = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{digits} {unit}".strip()


def factor(times: float) -> str:
    """How many times, with a decimal where it is worth one."""
    return f"{times:.0f}" if times >= 10 else f"{times:.1f}"


def duration(seconds: float) -> str:
    """Seconds as ``45 s``, ``3 min 20 s`` or ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def rate(items: int | float, seconds: float) -> str:
    """Items a second in two digits or so; a dash before any time has passed."""
    if seconds <= 0:
        return "-"
    per_s = items / seconds
    return f"{per_s:.0f}" if per_s >= 10 else f"{per_s:.2g}"
