"""What can go wrong, as exceptions that carry a stable slug, one line of reason and the way out."""

from __future__ import annotations

from typing import Self

from .language import said


class QauditError(Exception):
    """A failure that a user can act on.

    Parameters
    ----------
    slug
        Stable identifier, documented in ``docs/messages.md``.
    message
        One line: what is wrong, with the file or row named by the caller who knows it.
    way_out
        One line: what to do about it. May be empty.
    """

    def __init__(self, slug: str, message: str, way_out: str = "") -> None:
        super().__init__(slug, message, way_out)
        self.slug = slug
        self.message = message
        self.way_out = way_out

    @property
    def sentence(self) -> str:
        """What is wrong and the way out, to be said in any language."""
        return said("{problem} ({way_out})", problem=self.message, way_out=self.way_out) if self.way_out else self.message

    def __str__(self) -> str:
        return str(self.sentence)

    def named_by(self, place: str) -> Self:
        """The same of a file that was named elsewhere than on the command line; `place`: by which variable, or which key."""
        message = said("{problem}; the path comes from {place}", problem=self.message, place=place)
        return type(self)(self.slug, message, self.way_out)


class PhotoRefused(QauditError):  # noqa: N818 - the name in the public contract
    """The bytes given as a photo are not read: not a photo, broken, or beyond a limit."""

    def among_others(self) -> PhotoRefused:
        """The same of one of several photos, with the way out that there is besides."""
        way_out = (
            said("{way_out}; or take it out, and the other photos are judged", way_out=self.way_out)
            if self.way_out
            else said("take it out, and the other photos are judged")
        )
        return PhotoRefused(self.slug, self.message, way_out)


class ManifestError(QauditError):
    """The manifest as a whole cannot be used."""


class SettingsError(QauditError):
    """An option, a profile or a command line is wrong."""
