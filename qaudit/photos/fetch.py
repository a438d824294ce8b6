"""The bytes behind an http(s) address that a stranger wrote into a manifest: from public addresses only, and not too many."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from urllib.parse import SplitResult, urljoin, urlsplit

from ..model.errors import PhotoRefused
from ..model.language import Said, reason_of, said
from .limits import LARGEST_MEBIBYTES, check_count

MOST_S = 30.0
MOST_REDIRECTS = 5
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = (301, 302, 303, 307, 308)
_OK = 200
# Networks whose addresses hold an IPv4 address that the packet may end up at: NAT64, 6to4, Teredo.
_TUNNELS = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]
_LONGEST_SHOWN = 175

Resolve = Callable[[str, int], Sequence[str]]
IsAllowed = Callable[[str], bool]


def resolved(host: str, port: int) -> list[str]:
    """Addresses of a host, in the system's order."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet can reach, and not of this machine or its own networks."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in net for net in _TUNNELS):
            return False
    return ip.is_global and not ip.is_multicast


def fetch(url: str, *, resolve: Resolve = resolved, is_allowed: IsAllowed = is_public, most_s: float = MOST_S) -> bytes:
    """What lies at an address.

    Parameters
    ----------
    url
        An http or https address.
    resolve
        Host and port to IP addresses.
    is_allowed
        Whether an IP address may be connected to. It is asked for the very address that is connected to, so that a name
        which changes its mind between two look-ups gains nothing; and again for each redirect.
    most_s
        Seconds that all of it may take, redirects included.

    Returns
    -------
        The bytes, at most as many as a photo may have. Whether they are a photo is not looked at.

    Raises
    ------
    PhotoRefused
        `url_not_allowed`: another scheme, a name or password in it, or a host that is not public. `url_failed`: no connection,
        no answer in time, or another answer than the photo. `photo_too_many_bytes`: more than a photo may have.

    Notes
    -----
    Nothing is sent but the request: no cookies, no credentials, no referrer; proxies of the environment are not asked.
    """
    end = time.monotonic() + most_s
    for _ in range(MOST_REDIRECTS + 1):
        place = _checked(url)
        try:
            answer = _answer(place, resolve, is_allowed, end)
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = said("it took too long") if time.monotonic() >= end else _reason(error)
            raise PhotoRefused(
                "url_failed", said("it could not be fetched: {reason}", reason=reason), said("try again later")
            ) from error
        if isinstance(answer, bytes):
            return answer
        url = urljoin(url, answer)
    raise PhotoRefused(
        "url_failed", said("it leads on more than {most} times", most=MOST_REDIRECTS), said("name the photo's own address")
    )


def _reason(error: Exception) -> str:
    """What went wrong, on one line."""
    reason = reason_of(error)
    return reason if isinstance(reason, Said) else reason[:_LONGEST_SHOWN] or type(error).__name__


def _checked(url: str) -> SplitResult:
    """The parts of an address that may be asked."""
    try:
        place = urlsplit(url)
        port = place.port
    except ValueError as error:
        raise PhotoRefused("url_not_allowed", said("it is no address"), said("check it")) from error
    if place.scheme not in _PORTS:
        raise PhotoRefused(
            "url_not_allowed", said("only http and https are fetched"), said("download the photo and name its path")
        )
    if not place.hostname or port == 0 or not url.isascii() or any(c <= " " or c == "\x7f" for c in url):
        raise PhotoRefused("url_not_allowed", said("it is no address"), said("check it, and encode what is not ASCII with %"))
    if place.username is not None or place.password is not None:
        raise PhotoRefused("url_not_allowed", said("it holds a user name or password"), said("leave them out"))
    return place


def _answer(place: SplitResult, resolve: Resolve, is_allowed: IsAllowed, end: float) -> bytes | str:
    """The bytes at an address, or where it sends on to."""
    host, port = place.hostname or "", place.port or _PORTS[place.scheme]
    stream = _connected(host, port, resolve, is_allowed, end)
    if place.scheme == "https":
        context = ssl.create_default_context()
        stream = context.wrap_socket(stream, server_hostname=host, do_handshake_on_connect=False)
    with closing(stream), _ended_at(end, stream), closing(http.client.HTTPConnection(host, port)) as connection:
        if isinstance(stream, ssl.SSLSocket):
            stream.do_handshake()
        connection.sock = stream  # so that it connects to nothing itself
        connection.putrequest("GET", (place.path or "/") + (f"?{place.query}" if place.query else ""))
        connection.putheader("Connection", "close")
        connection.endheaders()
        with closing(connection.getresponse()) as response:
            body = _body(response)
    if time.monotonic() >= end:  # what was shut down looks like an answer that ended
        raise TimeoutError
    return body


def _body(response: http.client.HTTPResponse) -> bytes | str:
    """The bytes of an answer, or where it sends on to."""
    if response.status in _REDIRECTS and (target := response.getheader("Location")):
        return target
    if response.status != _OK:
        raise OSError(said("the server answered {status}", status=response.status))
    data = response.read((LARGEST_MEBIBYTES << 20) + 1)
    check_count(len(data))
    if response.length:  # what was announced and did not come
        raise OSError(said("the connection was closed early"))
    return data


def _connected(host: str, port: int, resolve: Resolve, is_allowed: IsAllowed, end: float) -> socket.socket:
    """A connection to the first allowed address that answers."""
    addresses = list(dict.fromkeys(resolve(host, port)))
    allowed = [address for address in addresses if is_allowed(address)]
    if not allowed:
        raise PhotoRefused(
            "url_not_allowed", said("its host is not a public one"), said("download the photo and name its path")
        )
    failure: OSError = OSError(said("its host has no address"))
    for address in allowed:
        try:
            return socket.create_connection((address, port), timeout=max(0.01, end - time.monotonic()))
        except OSError as error:
            failure = error
    raise failure


@contextmanager
def _ended_at(end: float, connection: socket.socket) -> Iterator[None]:
    """Shut a connection at a time, whatever it is waiting for: a server may send a byte now and then for ever."""
    timer = threading.Timer(max(0.0, end - time.monotonic()), _shut, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(connection: socket.socket) -> None:
    """End a connection in both directions; whoever waits for it wakes up."""
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)  # a TLS connection's own would pull it from under its reader
