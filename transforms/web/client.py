"""The HTTP client: one exchange at a time, or a whole walk along redirects. Trouble is a returned value."""

import ssl
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from schemas.failures import Reason
from schemas.policies import FetchPolicy
from transforms.web.addresses import AddressGuard
from transforms.web.connections import Answer, Ask, Connection, Deadline
from transforms.web.decoding import ACCEPT_ENCODING, decode
from transforms.web.dialing import Connector, Dialer, Origin, Resolver, connect, resolve
from transforms.web.faults import Fault
from transforms.web.masking import MASK
from transforms.web.statuses import REDIRECTS
from transforms.web.urls import clean_url, host_of, origin_of

ACCEPT_PAGES = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
ACCEPT_FEEDS = (
    "application/atom+xml,application/rss+xml,application/feed+json,application/rdf+xml;q=0.9,"
    "application/xml;q=0.8,text/xml;q=0.8,*/*;q=0.1"
)
NO_HEADERS: Mapping[str, str] = {}
MAX_IDLE = 128  # connections that are kept open; a file descriptor each


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request as it was sent, without secrets, and the answer as it came, before its codings were undone."""

    target: str
    sent: tuple[tuple[str, str], ...]
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer; `url` is what was asked. The body is decoded, and empty unless the status carries a page."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    via: tuple[str, ...] = ()  # addresses that led here
    raw: Exchange | None = None  # where the session keeps it

    def header(self, name: str) -> str | None:
        """The value of a header, of a repeated one joined by commas; `name` in small letters."""
        values = [value for known, value in self.headers if known == name]
        return ", ".join(values) if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchError:
    """Why there is no answer that can be used."""

    url: str
    reason: Reason
    detail: str
    status: int | None = None
    via: tuple[str, ...] = ()
    stale: bool = False  # a kept connection was closed before any answer; the same again goes over a new one
    raw: Exchange | None = None


class Stale(Fault):
    """A kept connection broke before the first byte of an answer, as those do that were idle for too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Where an answer sends us; it was not followed."""

    url: str
    to_url: str
    status: int
    via: tuple[str, ...] = ()


class Follow(StrEnum):
    """Which redirects `Client.get` follows."""

    ANY_HOST = "any_host"
    SAME_HOST_ONLY = "same_host_only"


@dataclass(slots=True, kw_only=True)
class Session:
    """What the clients of a process share: open connections, and headers that single origins are sent.

    `secrets` are by origin, as `https://news.example`; no other origin gets them, and no exchange that is kept
    shows their values.
    """

    idle: "IdleConnections" = field(default_factory=lambda: IdleConnections(MAX_IDLE))
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keep_raw: bool = False


class Client:
    """Asks hosts; safe to share between threads. No cookies, no Referer, no proxy of the environment.

    `resolver` and `connector` are the only ways out, so that a test can hold both.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        resolver: Resolver = resolve,
        connector: Connector = connect,
        tls: ssl.SSLContext | None = None,
        session: Session | None = None,
    ) -> None:
        self.policy = policy
        self._shares = session is not None
        self._session = session or Session()
        self._lent: set[Connection] = set()
        self._lock = threading.Lock()
        self._dialer = Dialer(
            AddressGuard.opening(policy.allow_private_networks, public=policy.contact is not None),
            resolver=resolver,
            connector=connector,
            tls=tls,
            connect_timeout=policy.connect_timeout,
            max_header_bytes=policy.max_header_bytes,
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] = NO_HEADERS,
        accept: str = ACCEPT_PAGES,
        follow: Follow = Follow.ANY_HOST,
    ) -> Response | FetchError | Redirect:
        """Ask for a URL and follow its redirects within one deadline. `headers` go to the first origin only.

        This waits for nobody's delay: whoever asks a host more than once goes through a Fetcher.
        """
        deadline = Deadline(self.policy.deadline)
        via: tuple[str, ...] = ()
        origin = None
        while True:
            answer = self.exchange(url, headers=headers, accept=accept, deadline=deadline)
            if isinstance(answer, FetchError) and answer.stale:
                continue
            step = next_step(answer, via, self.policy.max_redirects)
            if not isinstance(step, Redirect) or not _follows(follow, step):
                return step
            origin = origin or Origin.of(step.url)
            via, url = (*via, step.url), step.to_url
            headers = headers if Origin.of(url) == origin else NO_HEADERS

    def exchange(
        self,
        url: str,
        *,
        headers: Mapping[str, str] = NO_HEADERS,
        accept: str = ACCEPT_PAGES,
        limit: int | None = None,
        cut: bool = False,
        deadline: Deadline | None = None,
    ) -> Response | FetchError:
        """Ask for a URL once. A longer body than `limit` is refused, or with `cut` cut."""
        limit = self.policy.max_body if limit is None else limit
        deadline = deadline or Deadline(self.policy.deadline)
        ask = answer = None
        try:
            url = clean_url(url)
            ask = self._ask(url, {"accept": accept, **headers}, limit, cut)
            answer = self._answer(Origin.of(url), ask, deadline)
            body = decode(answer.body, _header(answer, "content-encoding"), limit, cut=cut)
        except Fault as fault:
            raw = self._kept(url, ask, answer)
            stale = isinstance(fault, Stale)
            return FetchError(url=url, reason=fault.reason, detail=fault.detail, stale=stale, raw=raw)
        raw = self._kept(url, ask, answer)
        return Response(url=url, status=answer.status, headers=answer.headers, body=body, raw=raw)

    def abort(self) -> None:
        """End every exchange that is under way; its caller sees a broken connection."""
        with self._lock:
            lent = list(self._lent)
        for each in lent:
            each.abort()

    def close(self) -> None:
        """Close connections, unless they are shared."""
        if not self._shares:
            self._session.idle.close()

    def _ask(self, url: str, headers: Mapping[str, str], limit: int, cut: bool) -> Ask:
        parts = urlsplit(url)
        own = {"host": parts.netloc, "user-agent": self.policy.user_agent, "accept-encoding": ACCEPT_ENCODING}
        own |= headers
        own |= self._secrets(url)
        return Ask(
            target=f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/",
            headers=tuple((name.encode(), _sendable(value)) for name, value in own.items()),
            limit=limit,
            cut=cut,
            max_header_bytes=self.policy.max_header_bytes,
        )

    def _secrets(self, url: str) -> Mapping[str, str]:
        return self._session.secrets.get(origin_of(url), NO_HEADERS) if self._session.secrets else NO_HEADERS

    def _kept(self, url: str, ask: Ask | None, answer: Answer | None) -> Exchange | None:
        """The exchange for the record, if there is one; secrets are starred out."""
        if not self._session.keep_raw or ask is None:
            return None
        secret = self._secrets(url)
        sent = ((name.decode(), value.decode("latin-1")) for name, value in ask.headers)
        shown = tuple((name, MASK if name in secret else value) for name, value in sent)
        return Exchange(target=ask.target, sent=shown, answer=answer)

    def _answer(self, origin: Origin, ask: Ask, deadline: Deadline) -> Answer:
        """Ask over a kept connection, else over a new one; raises Stale for a kept one that the server closed."""
        kept = self._session.idle.take(origin)
        if kept is None:
            return self._asked(self._dialer.dial(origin, deadline), origin, ask, deadline)
        try:
            return self._asked(kept, origin, ask, deadline)
        except Fault as fault:
            if fault.reason is not Reason.CONNECTION_RESET or kept.answered:
                raise
            raise Stale(fault.reason, fault.detail) from None

    def _asked(self, connection: Connection, origin: Origin, ask: Ask, deadline: Deadline) -> Answer:
        with self._lock:
            self._lent.add(connection)
        try:
            answer = connection.ask(ask, deadline)
        except Fault:
            connection.close()
            raise
        finally:
            with self._lock:
                self._lent.discard(connection)
        self._session.idle.keep(origin, connection)
        return answer


class IdleConnections:
    """Connections that wait for the next exchange, one a host, the longest idle closed first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._idle: OrderedDict[str, tuple[Origin, Connection]] = OrderedDict()
        self._closed = False

    def take(self, origin: Origin) -> Connection | None:
        """The connection to a host, if it leads to this origin and still looks alive."""
        with self._lock:
            known, connection = self._idle.pop(origin.netloc, (origin, None))
        if connection is None or (known == origin and connection.is_reusable()):
            return connection
        connection.close()
        return None

    def keep(self, origin: Origin, connection: Connection) -> None:
        """Keep a connection that can be used again; close any other, and all that end after everybody has left."""
        surplus: tuple[Origin, Connection] | None = (origin, connection)
        reusable = connection.is_reusable()  # asks the system, for which nobody should have to wait
        with self._lock:
            if reusable and not self._closed:
                surplus = self._idle.pop(origin.netloc, None)
                self._idle[origin.netloc] = (origin, connection)
            if len(self._idle) > self._most:
                surplus = self._idle.popitem(last=False)[1]
        if surplus is not None:
            surplus[1].close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle = [connection for _, connection in self._idle.values()]
            self._idle.clear()
        for each in idle:
            each.close()


def next_step(
    answer: Response | FetchError, via: tuple[str, ...], max_redirects: int
) -> Response | FetchError | Redirect:
    """Tell a redirect from an answer. `via` are the addresses asked before this one."""
    location = answer.header("location") if isinstance(answer, Response) and answer.status in REDIRECTS else None
    if isinstance(answer, FetchError) or location is None:
        return replace(answer, via=via) if via else answer
    try:
        to_url = clean_url(location, base=answer.url)
    except Fault as fault:
        detail = f"redirected to a bad address: {fault.detail}"
        return FetchError(url=answer.url, reason=fault.reason, detail=detail, status=answer.status, via=via)
    trouble = _endless(answer.url, to_url, via, max_redirects)
    if trouble is not None:
        reason = Reason.TOO_MANY_REDIRECTS
        return FetchError(url=answer.url, reason=reason, detail=trouble, status=answer.status, via=via)
    return Redirect(url=answer.url, to_url=to_url, status=answer.status, via=via)


def _endless(url: str, to_url: str, via: tuple[str, ...], max_redirects: int) -> str | None:
    if to_url == url or to_url in via:
        return "the redirects go in a circle"
    if len(via) >= max_redirects:
        return f"more than {max_redirects} redirects"
    return None


def _follows(follow: Follow, step: Redirect) -> bool:
    if follow is Follow.SAME_HOST_ONLY:
        return host_of(step.url) == host_of(step.to_url)
    return follow is Follow.ANY_HOST


@lru_cache(maxsize=256)  # the same few values go out with every request
def _sendable(value: str) -> bytes:
    """A header's value as bytes; validators come back as they came, and nothing can end the line."""
    return "".join(each for each in value if each.isprintable()).encode("latin-1", "replace")


def _header(answer: Answer, name: str) -> str | None:
    return next((value for known, value in answer.headers if known == name), None)
