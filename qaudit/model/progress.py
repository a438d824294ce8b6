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


class Counting:
    """Knows how many items are done, and passes on what it is told."""

    def __init__(self, listener: Progress) -> None:
        self._listener = listener
        self.total: int | None = None
        self.done = 0

    def start(self, total: int, done: int) -> None:
        """`total` items, of which `done` were finished by an earlier run."""
        self.total, self.done = total, done
        self._listener.start(total, done)

    def finished(self, item: Item) -> None:
        """One more item."""
        self.done += 1
        self._listener.finished(item)
