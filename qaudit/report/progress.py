"""How far a run has come: a live bar on a terminal, a line for a script now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TextIO

from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, SpinnerColumn, Task, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.text import Text

from qaudit.model.language import speaking, spoken_now
from qaudit.model.record import VERDICTS, Item, Totals

from .figures import rate
from .layout import Terminal
from .terminal import STYLES
from .words import words

# A log should show that work goes on, and not fill up: one line in this time.
LINE_EVERY_S = 15.0


class RunProgress(Protocol):
    """A `qaudit.model.progress.Progress` that is open while the run lasts."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the terminal as it was."""

    def start(self, total: int, done: int) -> None:
        """`total` items, of which `done` were finished by an earlier run."""

    def finished(self, item: Item) -> None:
        """`item` has been finished and is durable."""


def run_progress(file: TextIO | None = None) -> RunProgress:
    """The progress display that suits `file`, standard error when not given."""
    console = Terminal(file or sys.stderr)
    return Bar(console) if console.is_terminal and not console.is_dumb_terminal else Lines(console)


class Lines:
    """Lines for a script, the same in every language: one at the start, one every `LINE_EVERY_S` seconds, one at the end.

    Each is ``qaudit:`` and words of NAME=VALUE: items done and in total, those of earlier runs included; items a second and
    seconds left, ``-`` while they are not known; and how many of this run got which verdict.
    """

    def __init__(self, console: Terminal, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._total = 0
        self._before = 0
        self._totals = Totals()
        self._began = self._last = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def start(self, total: int, done: int) -> None:
        """Say how much there is to do."""
        self._total, self._before = total, done
        self._began = self._last = self._clock()
        self._say(self._began)

    def finished(self, item: Item) -> None:
        """Count `item`, and say so when it is time or when it was the last."""
        self._totals += Totals.of([item.verdict])
        now = self._clock()
        if self._before + len(self._totals) < self._total and now - self._last < LINE_EVERY_S:
            return
        self._last = now
        self._say(now)

    def _say(self, now: float) -> None:
        """One line as it is, however long."""
        here, spent = len(self._totals), now - self._began
        done = self._before + here
        known = here > 0 and spent > 0
        fields = {
            "done": done,
            "total": self._total,
            "rate": f"{here / spent:.3g}" if known else "-",
            "left_s": round((self._total - done) * spent / here) if known else "-",
            **self._totals.to_dict(),
        }
        line = " ".join(["qaudit:", *(f"{name}={value}" for name, value in fields.items())])
        self._console.print(Text(line), soft_wrap=True)


class Bar:
    """A live bar: done of total, rate, time left, and the verdicts so far."""

    def __init__(self, console: Terminal) -> None:
        self._totals = Totals()
        self._bar = RichProgress(
            SpinnerColumn(),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(compact=True),
            _Counts(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, counts=Text(""))

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def start(self, total: int, done: int) -> None:
        """Set the bar's length; what an earlier run did is filled at once."""
        self._bar.reset(self._task, total=total, completed=done)

    def finished(self, item: Item) -> None:
        """Count `item` and move the bar."""
        self._totals += Totals.of([item.verdict])
        self._bar.update(self._task, advance=1, counts=_coloured_counts(self._totals))


class _Counts(ProgressColumn):
    """The verdicts so far."""

    def render(self, task: Task) -> Text:
        """What the bar was last told."""
        counts: Text = task.fields["counts"]
        return counts


class _Rate(ProgressColumn):
    """Items a second over the last while."""

    def __init__(self) -> None:
        super().__init__()
        self._language = spoken_now()  # another thread draws the bar, and nobody told it which

    def render(self, task: Task) -> Text:
        """The rate, or a dash before there is one."""
        speed = task.finished_speed or task.speed
        with speaking(self._language):
            return Text(words("run.rate", rate=rate(speed, 1.0) if speed else rate(0, 0.0)), "dim")


def _coloured_counts(totals: Totals) -> Text:
    """Verdict counts in the colours of the verdicts."""
    parts = [
        Text(words("run.count", count=n, verdict=words(f"count.{name}")), STYLES[name])
        for name in VERDICTS
        if (n := getattr(totals, name))
    ]
    return Text(", ").join(parts)


class MakingLines:
    """Plain lines while the pictures of a report are made: one every `LINE_EVERY_S` seconds, none where it is done sooner."""

    def __init__(self, total: int, file: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = Terminal(file or sys.stderr)
        self._clock = clock
        self._total = total
        self._last = clock()

    def __call__(self, done: int) -> None:
        """`done` items have their pictures, or never will."""
        now = self._clock()
        if now - self._last >= LINE_EVERY_S:
            self._last = now
            self._console.print(Text(words("report.made", done=done, total=self._total)), soft_wrap=True)
