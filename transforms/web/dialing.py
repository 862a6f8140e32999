"""Connecting: a name is resolved, its addresses are checked, and the connection is pinned to one that passed."""

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import certifi

from schemas.failures import Reason
from transforms.web.addresses import AddressGuard
from transforms.web.connections import Connection, Deadline
from transforms.web.faults import Fault

Resolver = Callable[[str, int], Sequence[str]]
Connector = Callable[[str, int, float], socket.socket]

MAX_ADDRESSES = 4  # of one host that are tried


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a name, in the order in which to try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def connect(address: str, port: int, timeout: float) -> socket.socket:
    """Open a connection to an address, never to a name."""
    sock = socket.create_connection((address, port), timeout)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


@cache
def tls_context() -> ssl.SSLContext:
    """Certificates are checked against the system's store, or certifi's where there is none; TLS 1.2 at least."""
    paths = ssl.get_default_verify_paths()
    context = ssl.create_default_context(cafile=None if paths.cafile or paths.capath else certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a connection leads. `host` is a name or an address without brackets, `netloc` what a URL says."""

    scheme: str
    host: str
    port: int
    netloc: str

    @classmethod
    def of(cls, url: str) -> "Origin":
        parts = urlsplit(url)
        standard = 443 if parts.scheme == "https" else 80
        return cls(parts.scheme, parts.hostname or "", standard if parts.port is None else parts.port, parts.netloc)


class Dialer:
    """Makes connections: only to addresses that the guard let pass, and to exactly those."""

    def __init__(
        self,
        guard: AddressGuard,
        *,
        resolver: Resolver,
        connector: Connector,
        tls: ssl.SSLContext | None,
        connect_timeout: float,
        max_header_bytes: int,
    ) -> None:
        self._guard = guard
        self._resolver = resolver
        self._connector = connector
        self._tls = tls
        self._connect_timeout = connect_timeout
        self._max_header_bytes = max_header_bytes
        self._lock = threading.Lock()

    def dial(self, origin: Origin, deadline: Deadline) -> Connection:
        """Connect to a host; raises Fault."""
        try:
            addresses = self._guard.passed(origin.host, origin.port, self._addresses(origin, deadline))
            sock = self._connected(addresses[:MAX_ADDRESSES], origin.port, deadline)
        except TimeoutError:
            raise Fault(Reason.CONNECT_TIMEOUT, "no connection within the deadline") from None
        return Connection(self._secured(sock, origin, deadline), self._max_header_bytes)

    def _addresses(self, origin: Origin, deadline: Deadline) -> Sequence[str]:
        if _is_address(origin.host):
            return [origin.host]
        self._guard.check_name(origin.host)
        try:
            return _resolved(self._resolver, origin, deadline)
        except Fault as fault:
            raise self._guard.told_of_port(fault, origin.port) from None

    def _connected(self, addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
        """The first address that answers; each gets an even share of the time to connect."""
        trouble = Fault(Reason.DNS_ERROR, "the name has no address")
        for address in addresses:
            timeout = min(self._connect_timeout / len(addresses), deadline.remaining())
            try:
                return self._connector(address, port, timeout)
            except ConnectionRefusedError:
                trouble = Fault(Reason.CONNECT_REFUSED, f"nobody listens on port {port}")
            except ConnectionResetError:
                trouble = Fault(Reason.CONNECTION_RESET, "the connection was reset at once")
            except OSError as error:
                trouble = Fault(Reason.CONNECT_TIMEOUT, f"no connection: {error.strerror or 'timed out'}")
        raise trouble

    def _secured(self, sock: socket.socket, origin: Origin, deadline: Deadline) -> socket.socket:
        if origin.scheme != "https":
            return sock
        try:
            sock.settimeout(min(self._connect_timeout, deadline.remaining()))
            return self._context().wrap_socket(sock, server_hostname=origin.host.rstrip("."))
        except OSError as error:
            sock.close()
            raise _tls_fault(error) from None

    def _context(self) -> ssl.SSLContext:
        """Made on first use: reading the store of certificates takes a while, and plain http needs none."""
        with self._lock:
            self._tls = self._tls or tls_context()
            return self._tls


def _resolved(resolver: Resolver, origin: Origin, deadline: Deadline) -> Sequence[str]:
    """Resolve in a thread of its own: the system's resolver takes no deadline."""
    answers: queue.SimpleQueue[Sequence[str] | Fault] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_looked_up(resolver, origin)), daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining())
    except (queue.Empty, TimeoutError):
        raise Fault(Reason.DNS_ERROR, "the name did not resolve within the deadline") from None
    if isinstance(answer, Fault):
        raise answer
    return answer


def _looked_up(resolver: Resolver, origin: Origin) -> Sequence[str] | Fault:
    try:
        return resolver(origin.host, origin.port) or Fault(Reason.DNS_ERROR, "the name has no address")
    except (OSError, UnicodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "a label of it is too long or empty"
        return Fault(Reason.DNS_ERROR, f"the name does not resolve: {told or error}"[:200])


def _tls_fault(error: OSError) -> Fault:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Fault(Reason.TLS_ERROR, f"the certificate is not right: {error.verify_message}"[:200])
    if isinstance(error, TimeoutError):
        return Fault(Reason.CONNECT_TIMEOUT, "the TLS handshake did not end in time")
    return Fault(Reason.TLS_ERROR, f"the TLS handshake failed: {error.strerror or error}"[:200])


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
