"""What goes between the reader process and its owner: JSON and raw bytes, never anything that could run as code."""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..model.language import packed, unpacked
from .limits import LARGEST_MEGAPIXELS

if TYPE_CHECKING:
    from ..model.photo import U8, Photo

# What the reader says first.
READY = b"."
_LONGEST_TEXT = 1 << 20
_PHOTO_FACTS = {"shape", "sha256", "format", "width", "height", "applied", "damaged", "notes"}
# Length of the JSON, length of the bytes that follow it.
_HEAD = struct.Struct(">IQ")


@dataclass(frozen=True, slots=True)
class Request:
    """One photo to read: the bytes of its path, or of the photo itself."""

    payload: bytes
    is_path: bool
    max_side: int | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a photo is not read; fields as in `PhotoRefused`."""

    slug: str
    message: str
    way_out: str


def send_request(connection: socket.socket, request: Request) -> None:
    """Send one request; OSError when the other side is gone."""
    _send(connection, {"is_path": request.is_path, "max_side": request.max_side}, request.payload)


def receive_request(connection: socket.socket) -> Request | None:
    """The next request, None when the owner has hung up."""
    head = _received(connection, _HEAD.size)
    if head is None:
        return None
    facts, payload = _rest(connection, head)
    return Request(bytes(payload), facts["is_path"], facts["max_side"])


def send_answer(connection: socket.socket, answer: Photo | Refusal) -> None:
    """Send what came of a photo; OSError when the owner is gone."""
    if isinstance(answer, Refusal):
        _send(connection, {"slug": answer.slug, "message": packed(answer.message), "way_out": packed(answer.way_out)}, b"")
        return
    import numpy as np

    facts = {
        "shape": answer.pixels.shape,
        "sha256": answer.sha256,
        "format": answer.format,
        "width": answer.width,
        "height": answer.height,
        "applied": answer.applied,
        "damaged": packed(answer.damaged),
        "notes": [packed(note) for note in answer.notes],
    }
    _send(connection, facts, np.ascontiguousarray(answer.pixels).data.cast("B"))


def receive_answer(connection: socket.socket) -> Photo | Refusal:
    """What came of a photo; EOFError when the reader died over it, ValueError when what it says makes no sense."""
    head = _received(connection, _HEAD.size)
    if head is None:
        raise EOFError
    text_length, payload_length = _HEAD.unpack(head)
    if text_length > _LONGEST_TEXT or payload_length > 3_000_000 * LARGEST_MEGAPIXELS:
        raise ValueError("an answer cannot be so long")
    facts, payload = _rest(connection, head)
    if facts.keys() >= {"slug", "message", "way_out"}:
        return Refusal(facts["slug"], unpacked(facts["message"]), unpacked(facts["way_out"]))
    if facts.keys() != _PHOTO_FACTS:
        raise ValueError("an answer has other facts")
    import numpy as np

    from ..model.photo import Photo

    pixels: U8 = np.frombuffer(payload, np.uint8).reshape(facts.pop("shape"))
    applied, notes = tuple(facts.pop("applied")), tuple(unpacked(note) for note in facts.pop("notes"))
    return Photo(pixels, applied=applied, damaged=unpacked(facts.pop("damaged")), notes=notes, **facts)


def _send(connection: socket.socket, facts: dict[str, Any], payload: bytes | memoryview) -> None:
    """Send one message."""
    text = json.dumps(facts).encode()
    connection.sendall(_HEAD.pack(len(text), len(payload)) + text)
    connection.sendall(payload)


def _rest(connection: socket.socket, head: bytearray) -> tuple[dict[str, Any], bytearray]:
    """JSON and bytes of the message that began with `head`."""
    text_length, payload_length = _HEAD.unpack(head)
    text, payload = _received(connection, text_length), _received(connection, payload_length)
    if text is None or payload is None:
        raise EOFError
    facts: dict[str, Any] = json.loads(text)
    return facts, payload


def _received(connection: socket.socket, count: int) -> bytearray | None:
    """The next `count` bytes, None when the other side hangs up before they are all there."""
    found = bytearray(count)
    rest = memoryview(found)
    while rest:
        got = connection.recv_into(rest)
        if not got:
            return None
        rest = rest[got:]
    return found
