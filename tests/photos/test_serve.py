"""What the reader process does from its start to its end, done here step by step."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import signal
import socket
import struct
from collections.abc import Callable

import numpy as np
import pytest

from qaudit.model.errors import PhotoRefused
from qaudit.model.language import said, spoken
from qaudit.model.photo import Photo
from qaudit.photos import serve
from qaudit.photos.wire import READY, Refusal, Request, receive_answer, receive_request, send_answer, send_request

from .factory import encoded, quadrants


class Exited(BaseException):
    """Instead of the end of this process."""


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(code: int) -> None:
        raise Exited(code)

    monkeypatch.setattr(os, "_exit", leave)


@pytest.fixture
def asked_of_the_system(monkeypatch: pytest.MonkeyPatch) -> dict[object, object]:
    """What a process would ask the system for, kept instead."""
    asked: dict[object, object] = {}
    monkeypatch.setattr(signal, "signal", lambda number, action: asked.update({number: action}))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: asked.update({kind: limits}))
    return asked


def served(monkeypatch: pytest.MonkeyPatch, talk: Callable[[socket.socket], None]) -> socket.socket:
    """The owner's end of a reader that was told something, and then hung up on."""
    for step in ("_end_with", "_limit"):
        monkeypatch.setattr(serve, step, lambda *_: None)
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.close(writing)
    monkeypatch.setattr(serve, "catch_complaints", lambda: reading)
    owner, theirs = socket.socketpair()
    talk(owner)
    with pytest.raises(Exited):
        serve.main(theirs.detach(), -1)
    os.close(reading)
    return owner


@pytest.mark.usefixtures("exits")
def test_each_request_gets_its_answer_and_a_hang_up_is_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def talk(owner: socket.socket) -> None:
        send_request(owner, Request(encoded(quadrants(), "PNG"), is_path=False, max_side=48))
        send_request(owner, Request(b"/no/such/photo", is_path=True, max_side=None))
        owner.shutdown(socket.SHUT_WR)

    with served(monkeypatch, talk) as owner:
        assert owner.recv(1) == READY
        photo, refusal = receive_answer(owner), receive_answer(owner)
    assert not isinstance(photo, Refusal)
    assert photo.pixels.shape == (32, 48, 3)
    assert refusal == Refusal("photo_missing", "there is no such file", "check the path")


@pytest.mark.usefixtures("exits")
def test_an_owner_who_is_gone_before_the_answer_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    served(monkeypatch, socket.socket.close)


def test_what_stops_in_the_middle_of_a_message_is_the_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b"\0\0\0\2" + bytes(8) + b"{")
        ours.shutdown(socket.SHUT_WR)
        with pytest.raises(EOFError):
            receive_request(theirs)


def test_pixels_that_are_no_solid_block_travel_as_they_look() -> None:
    photo = serve.answered(Request(encoded(quadrants(), "PNG"), is_path=False, max_side=None), _silence())
    assert not isinstance(photo, Refusal)
    turned = type(photo)(photo.pixels[:, ::-1], photo.sha256, photo.format, photo.width, photo.height)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_answer(ours, turned)
        back = receive_answer(theirs)
    assert not isinstance(back, Refusal)
    assert np.array_equal(back.pixels, quadrants()[:, ::-1])


def _silence() -> int:
    """A descriptor on which nobody complains."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    return reading


def test_a_complaint_is_told_once_on_one_line_and_not_at_any_length() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    assert serve.drained(reading) == ""
    os.write(writing, b"bad\x1b[2J\nbad\x1b[2J\n" + b"x" * 999)
    said = serve.drained(reading)
    assert said.startswith("bad\\x1b[2J; xxx")
    assert len(said) == 200
    os.close(reading)
    os.close(writing)


def test_memory_that_runs_out_anywhere_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("qaudit.photos.decode.finish", full)
    answer = serve.answered(Request(encoded(quadrants(), "PNG"), is_path=False, max_side=None), _silence())
    assert isinstance(answer, Refusal)
    assert answer.slug == "photo_too_much_memory"


def test_the_end_of_the_owner_is_the_end_of_the_process(asked_of_the_system: dict[object, object]) -> None:
    reading, writing = os.pipe()
    serve._end_with(reading)
    assert fcntl.fcntl(reading, fcntl.F_GETFL) & os.O_ASYNC
    assert fcntl.fcntl(reading, fcntl.F_GETOWN) == os.getpid()
    assert asked_of_the_system == {signal.SIGINT: signal.SIG_IGN, signal.SIGIO: signal.SIG_DFL}
    fcntl.fcntl(reading, fcntl.F_SETFL, 0)  # before the other end is closed
    os.close(reading)
    os.close(writing)


@pytest.mark.usefixtures("exits", "asked_of_the_system")
def test_an_owner_who_is_gone_already_is_noticed() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    with pytest.raises(Exited):
        serve._end_with(reading)
    os.close(reading)


def test_the_memory_is_bounded_where_the_system_tells_what_is_held(
    asked_of_the_system: dict[object, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"VmData": 100, "VmRSS": 50}
    monkeypatch.setattr(serve, "_held_mebibytes", lambda figure: held[figure])
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    serve._limit()
    limit = (100 + 600 - 24 - 50) << 20
    assert asked_of_the_system[resource.RLIMIT_DATA] == (limit, limit)
    assert asked_of_the_system[resource.RLIMIT_CORE] == asked_of_the_system[resource.RLIMIT_FSIZE] == (0, 0)


def test_a_lower_limit_of_the_system_stays(asked_of_the_system: dict[object, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "_held_mebibytes", lambda figure: 0)
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (0, 0))
    serve._limit()
    assert [kind for kind in asked_of_the_system if kind != signal.SIGXFSZ] == []


def test_what_is_held_is_known_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert serve._held_mebibytes("NoSuchFigure") == 0
    monkeypatch.setattr("builtins.open", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError()))
    assert serve._held_mebibytes("VmData") == 0


def test_a_refusal_is_raised_for_a_photo_in_a_folder_that_was_removed(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qaudit.photos import read_photo

    folder = tmp_path_factory.mktemp("gone")
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(PhotoRefused, match=r"a\.jpg: there is no such file"):
        read_photo("a.jpg")


def test_sentences_arrive_as_sentences() -> None:
    damaged = said("{first}; {next}", first=said("the file ends early"), next="from a decoder")
    notes = (said("its colour profile is broken and was left out"), "plain")
    refused = Refusal("photo_broken", said("its data is broken: {reason}", reason="{x}"), said("send the photo again"))
    photo = Photo(quadrants(), "0" * 64, "PNG", 96, 64, damaged=damaged, notes=notes)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_answer(ours, photo)
        send_answer(ours, refused)
        back, refusal = receive_answer(theirs), receive_answer(theirs)
    assert isinstance(back, Photo)
    assert isinstance(refusal, Refusal)
    assert (back.damaged, back.notes) == (damaged, notes)
    assert spoken(back.damaged or "", "id") == "filenya terpotong; from a decoder"
    assert spoken(back.notes[0], "id") == "profil warnanya rusak, jadi tidak dipakai"
    assert (spoken(refusal.message, "id"), spoken(refusal.way_out, "id")) == ("datanya rusak: {x}", "kirim ulang fotonya")


def test_a_sentence_that_no_reader_says_makes_no_sense() -> None:
    ours, theirs = socket.socketpair()
    facts = json.dumps({"slug": "x", "message": {"message": "{a.b}", "values": {"a": "x"}}, "way_out": ""}).encode()
    with ours, theirs:
        ours.sendall(struct.pack(">IQ", len(facts), 0) + facts)
        with pytest.raises(ValueError, match="a name and nothing more"):
            receive_answer(theirs)
