import io
from threading import Thread

from rich.progress import Task, TaskID

from qaudit.model.language import speaking
from qaudit.model.record import ItemError
from qaudit.report.layout import Terminal
from qaudit.report.progress import Bar, Lines, _Rate, run_progress

from .factory import comparison


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self):
        return self.now


def lines(total, before, steps):
    """What `Lines` prints for `steps` of (seconds passed, item)."""
    file, clock = io.StringIO(), Clock()
    with Lines(Terminal(file), clock) as progress:
        progress.start(total, before)
        for seconds, item in steps:
            clock.now += seconds
            progress.finished(item)
    return file.getvalue().splitlines()


NONE = "match=0 mismatch=0 review=0 retake=0 error=0"


def test_a_log_has_a_line_at_the_start_and_at_the_end():
    steps = [(1, comparison("match")), (1, comparison("mismatch")), (2, ItemError("x", "photo_missing", "gone"))]
    assert lines(3, 0, steps) == [
        f"qaudit: done=0 total=3 rate=- left_s=- {NONE}",
        "qaudit: done=3 total=3 rate=0.75 left_s=0 match=1 mismatch=1 review=0 retake=0 error=1",
    ]


def test_a_long_run_tells_now_and_then_what_is_left():
    said = lines(100, 40, [(4, comparison("match"))] * 10)
    assert said[0] == f"qaudit: done=40 total=100 rate=- left_s=- {NONE}"
    assert said[1] == "qaudit: done=44 total=100 rate=0.25 left_s=224 match=4 mismatch=0 review=0 retake=0 error=0"
    assert len(said) == 3


def test_lines_are_for_scripts_and_the_same_in_every_language():
    with speaking("id"):
        said = lines(2, 0, [(3, comparison("retake"))] * 2)
    fields = dict(word.split("=") for word in said[-1].split()[1:])
    assert (fields["done"], fields["rate"], fields["retake"]) == ("2", "0.333", "2")


def test_a_run_that_was_complete_says_so():
    assert lines(5, 5, []) == [f"qaudit: done=5 total=5 rate=- left_s=- {NONE}"]


def test_items_finished_within_one_tick_of_the_clock_are_counted():
    said = lines(1, 0, [(0, comparison("retake"))])[-1]
    assert said == "qaudit: done=1 total=1 rate=- left_s=- match=0 mismatch=0 review=0 retake=1 error=0"


def test_a_stream_that_is_no_terminal_gets_lines(monkeypatch):
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    assert isinstance(run_progress(io.StringIO()), Lines)


def test_a_terminal_gets_a_bar_with_rate_and_verdicts(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()
    with Bar(Terminal(file, width=100)) as bar:
        bar.start(4, 1)
        bar.finished(comparison("match"))
        bar.finished(comparison("mismatch"))
    shown = file.getvalue()
    assert "3/4" in shown
    assert "1 match" in shown
    assert "1 mismatch" in shown


def test_a_terminal_that_moves_no_cursor_gets_lines(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(run_progress(io.StringIO()), Lines)


def test_the_bar_speaks_the_language_of_the_run_also_from_another_thread():
    with speaking("id"):
        column = _Rate()
    told = []
    task = Task(TaskID(0), "", 1, 0, _get_time=lambda: 0.0)
    thread = Thread(target=lambda: told.append(column.render(task).plain))
    thread.start()
    thread.join()
    assert told == ["- barang/dtk"]
