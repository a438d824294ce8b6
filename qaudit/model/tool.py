"""What made a result: versions, and digests of what was set. It stands in every record and in every key of a store."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .options import Options
from .tolerances import Tolerances

# Libraries whose version can change what is measured.
_LIBRARIES = ("numpy", "opencv-python-headless", "pillow", "pillow-heif", "simplejpeg", "scikit-image", "scipy", "imagehash")


def tool_facts(options: Options, profile_id: str, base_rate: float, tolerances: Tolerances | None = None) -> dict[str, Any]:
    """What a results record says under ``tool``.

    Parameters
    ----------
    options
        Settings of the comparison.
    profile_id
        Id of the profile that decides.
    base_rate
        Share of mismatches for which the probabilities hold.
    tolerances
        What was set for categories.

    Returns
    -------
        Version of qaudit, digest of the options, id of the profile, base rate, digest of the tolerances if any are set,
        versions of the libraries.
    """
    return {
        "version": _version("qaudit"),
        "options": options.digest(),
        "profile": profile_id,
        "base_rate": round(base_rate, 6),
        **({"tolerances": tolerances.digest()} if tolerances else {}),
        "libraries": dict(_libraries()),
    }


def versions() -> dict[str, str | None]:
    """Of qaudit and of the libraries whose version can change what is measured."""
    return {"qaudit": _version("qaudit"), **dict(_libraries())}


@cache
def _libraries() -> tuple[tuple[str, str], ...]:
    """Installed libraries and their versions."""
    return tuple((name, found) for name in _LIBRARIES if (found := _version(name)))


def _version(name: str) -> str | None:
    """Version of an installed distribution, None when it is not there under this name."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
