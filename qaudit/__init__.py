"""Is the thing that arrived the thing that was promised? Compares listing photos with arrival photos.

>>> import qaudit
>>> result = qaudit.compare("listing.jpg", "arrival.jpg")  # doctest: +SKIP
>>> result.verdict, result.p_mismatch  # doctest: +SKIP
('match', 0.03)

Importing this package loads nothing heavy and changes nothing; a name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qaudit.batch.audit import iter_audit as audit
    from qaudit.comparison import compare
    from qaudit.model.errors import PhotoRefused, QauditError
    from qaudit.model.photo import Photo
    from qaudit.model.record import Comparison
    from qaudit.model.sentences import in_language
    from qaudit.photos import read_photo

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "Photo",
    "PhotoRefused",
    "QauditError",
    "__version__",
    "audit",
    "compare",
    "in_language",
    "read_photo",
]

_HOME = {
    "Comparison": ("qaudit.model.record", "Comparison"),
    "Photo": ("qaudit.model.photo", "Photo"),
    "PhotoRefused": ("qaudit.model.errors", "PhotoRefused"),
    "QauditError": ("qaudit.model.errors", "QauditError"),
    "audit": ("qaudit.batch.audit", "iter_audit"),
    "compare": ("qaudit.comparison", "compare"),
    "in_language": ("qaudit.model.sentences", "in_language"),
    "read_photo": ("qaudit.photos", "read_photo"),
}


def __getattr__(name: str) -> Any:
    """Load a public name from its room when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'qaudit' has no attribute {name!r}")
    module, attribute = _HOME[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """All public names, loaded or not."""
    return sorted(__all__)
