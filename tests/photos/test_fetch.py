"""What is fetched from an address in a manifest, and from where nothing is."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from qaudit.model.errors import PhotoRefused
from qaudit.photos import fetch as room
from qaudit.photos.fetch import fetch, is_public


class Server(ThreadingHTTPServer):
    """Answers on this machine, and keeps what it was asked."""

    daemon_threads = True
    asked: list[tuple[str, dict[str, str]]]
    hold: threading.Event


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        here = f"http://photos.example:{self.server.server_port}"
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/").replace("HERE", here))
            self.end_headers()
        elif self.path == "/missing":
            self.send_error(404)
        elif self.path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"only this")
        elif self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            while not self.server.hold.wait(0.01):
                self.wfile.write(b"x")
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"a photo")

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as made:
        made.asked, made.hold = [], threading.Event()
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield made
        made.hold.set()
        made.shutdown()
        thread.join()


def here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def get(server: Server, path: str, **settings: object) -> bytes:
    url = f"http://photos.example:{server.server_port}{path}"
    return fetch(url, **{"resolve": here, "is_allowed": lambda _: True, **settings})  # type: ignore[arg-type]


def refusal(server: Server, path: str, **settings: object) -> PhotoRefused:
    with pytest.raises(PhotoRefused) as refused:
        get(server, path, **settings)
    assert str(refused.value).isprintable()
    return refused.value


def test_the_bytes_come_and_nothing_is_sent_but_the_request(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert get(server, "/a.jpg?size=1") == b"a photo"
    host = f"photos.example:{server.server_port}"
    assert server.asked == [("/a.jpg?size=1", {"Host": host, "Accept-Encoding": "identity", "Connection": "close"})]


def test_a_redirect_is_followed_and_judged_again(server: Server) -> None:
    assert get(server, "/to/HERE/b.jpg") == b"a photo"
    assert get(server, "/to//relative.jpg") == b"a photo"
    assert refusal(server, "/to/file:///etc/passwd").slug == "url_not_allowed"
    assert refusal(server, "/to/ftp://photos.example/x").slug == "url_not_allowed"


def test_a_redirect_to_a_host_of_ones_own_network_is_not_followed(server: Server) -> None:
    def inside(host: str, port: int) -> list[str]:
        return ["10.0.0.1"] if host == "inside.example" else ["127.0.0.1"]

    error = refusal(server, "/to/http://inside.example/x", resolve=inside, is_allowed=lambda ip: ip == "127.0.0.1")
    assert error.slug == "url_not_allowed"
    assert len(server.asked) == 1


def test_going_in_circles_has_an_end(server: Server) -> None:
    error = refusal(server, "/to//to//to//to//to//to//to//to//x")
    assert error.slug == "url_failed"
    assert len(server.asked) == room.MOST_REDIRECTS + 1


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind(server: Server) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def is_allowed(address: str) -> bool:
        asked.append(address)
        return True

    assert get(server, "/a.jpg", resolve=lambda host, port: next(answers), is_allowed=is_allowed) == b"a photo"
    assert asked == ["127.0.0.1"]


def test_only_the_allowed_addresses_of_a_host_are_connected_to(server: Server) -> None:
    assert (
        get(server, "/a", resolve=lambda h, p: ["10.0.0.1", "127.0.0.1"], is_allowed=lambda ip: ip[:3] == "127") == b"a photo"
    )
    assert refusal(server, "/a", is_allowed=is_public).slug == "url_not_allowed"
    assert refusal(server, "/a", resolve=lambda h, p: []).slug == "url_not_allowed"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
        "255.255.255.255", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_of_ones_own_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://a.example/x", "http://", "http:///x", "http://user@a.example/", "http://u:p@a.example/",
        "http://a.example:0/", "http://a.example:99999/", "http://a.example/\r\nX: y", "http://a b/", "http://[::1/",
        "http://\u0430.example/",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_not_asked(url: str) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError("looked up")

    with pytest.raises(PhotoRefused) as refused:
        fetch(url, resolve=never)
    assert refused.value.slug == "url_not_allowed"


@pytest.mark.parametrize(("path", "words"), [("/missing", "404"), ("/short", "closed early")])
def test_another_answer_than_the_photo_is_a_failure(server: Server, path: str, words: str) -> None:
    error = refusal(server, path)
    assert error.slug == "url_failed"
    assert words in error.message


def test_a_server_that_never_ends_is_left(server: Server) -> None:
    error = refusal(server, "/endless", most_s=0.3)
    assert (error.slug, "too long" in error.message) == ("url_failed", True)


def test_more_bytes_than_a_photo_may_have_are_not_taken(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qaudit.photos.fetch.LARGEST_MEBIBYTES", 0)
    monkeypatch.setattr("qaudit.photos.limits.LARGEST_MEBIBYTES", 0)
    assert refusal(server, "/a.jpg").slug == "photo_too_many_bytes"


def test_a_port_where_nobody_listens_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    with pytest.raises(PhotoRefused) as refused:
        fetch(f"http://photos.example:{port}/", resolve=here, is_allowed=lambda _: True)
    assert refused.value.slug == "url_failed"


def test_a_server_whose_certificate_nobody_vouches_for_is_a_failure(server: Server) -> None:
    with pytest.raises(PhotoRefused) as refused:
        fetch(f"https://photos.example:{server.server_port}/", resolve=here, is_allowed=lambda _: True, most_s=5)
    assert refused.value.slug == "url_failed"


def test_a_host_that_is_not_known_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(PhotoRefused, match="not known") as refused:
        fetch("http://photos.example/")
    assert refused.value.slug == "url_failed"
