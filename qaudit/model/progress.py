"""How long work tells that it goes on, without knowing who listens."""

from __future__ import annotations

from typing import Protocol

from .record import Item


class Progress(Protocol):
    """Listener to a run over many items."""

    def start(self, total: int, done: int) -> None:
        """`total` items, of which `done` were finished by an earlier run."""

    def finished(self, item: Item) -> None:
        """`item` has been finished and is durable."""


class Silent:
    """Listens to nothing."""

    def start(self, total: int, done: int) -> None:
        """Nothing to show."""

    def finished(self, item: Item) -> None:
        """Nothing to show."""
