"""How text is laid out: on a terminal in its columns, elsewhere in lines as long as they are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.style import StyleType
from rich.text import Text

# Where no terminal is, nothing has to fit: a path that is broken cannot be copied, a sentence that is broken not found.
ENDLESS = 100_000
# Below this width a column of sentences beside others gets too narrow to read: it moves below them.
WIDE_COLUMNS = 76


class Terminal(Console):
    """A console that takes every string literally, and stays quiet when its reader has gone away.

    Parameters
    ----------
    file
        Text stream.
    width
        Columns to fill. When not given, those of ``COLUMNS``, else those of the terminal, else as many as it takes.
    """

    def __init__(self, file: TextIO, *, width: int | None = None) -> None:
        width = width or _columns(file)
        # Both, since Rich asks the terminal for both or for none.
        height = None if width is None else 25
        super().__init__(file=file, width=width, height=height, markup=False, highlight=False, emoji=False, soft_wrap=False)

    @property
    def is_endless(self) -> bool:
        """Whether a line may be as long as it likes."""
        return self.width >= ENDLESS

    def show(self, view: RenderableType) -> None:
        """Print `view` with no spaces at the ends of its lines."""
        self.print(_Ragged(view))

    def on_broken_pipe(self) -> None:
        """Send what is left to nowhere; the exit code still tells the verdict."""
        self.quiet = True
        hush(self.file)


def hush(stream: object) -> None:
    """Point the file descriptor of `stream` at nothing, so that the interpreter can flush it when it ends."""
    fileno = getattr(stream, "fileno", None)
    if fileno is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, fileno())
        os.close(nowhere)


def indented(text: str, style: StyleType = "", *, by: int = 2) -> Padding:
    """A paragraph whose every line begins `by` columns in."""
    return Padding(Text(text, style), (0, 0, 0, by), expand=False)


def stacked(rows: Iterable[Sequence[Text]]) -> Padding:
    """A list for a narrow terminal: of each row all but the last cell on a line, and the last, its sentences, below."""
    parts: list[RenderableType] = []
    for *facts, sentences in rows:
        line = Text("  ").join(fact for fact in facts if fact)
        line.overflow = "fold"
        parts += [line, Padding(sentences, (0, 0, 0, 2), expand=False)]
    return Padding(Group(*parts), (0, 0, 0, 2), expand=False)


def fits(view: RenderableType, console: Console) -> bool:
    """Whether `view` has room on `console` with no cell broken."""
    as_wide_as_it_likes = console.options.update(max_width=ENDLESS)
    return console.measure(view, options=as_wide_as_it_likes).maximum <= console.width


def _columns(file: TextIO) -> int | None:
    """Columns to fill where a terminal is not to be asked."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked) > 0:
        return min(int(asked), ENDLESS)
    return None if file.isatty() else ENDLESS


class _Ragged:
    """A view without the spaces that fill its lines up."""

    def __init__(self, view: RenderableType) -> None:
        self._view = view

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines of the view."""
        for line in console.render_lines(self._view, options, pad=False):
            yield from _stripped(line)
            yield Segment.line()


def _stripped(line: Sequence[Segment]) -> list[Segment]:
    """`line` without the spaces at its end."""
    kept = list(line)
    while kept and not kept[-1].text.rstrip(" "):
        kept.pop()
    if kept:
        text, style, control = kept[-1]
        kept[-1] = Segment(text.rstrip(" "), style, control)
    return kept
