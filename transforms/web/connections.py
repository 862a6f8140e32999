"""One HTTP/1.1 connection, read under one deadline.

The socket is ours and h11 only parses: so each read waits for what is left of the deadline and no longer, a server
that drips bytes gains nothing by it, and no second thread has to watch.
"""

import select
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import h11

from schemas.failures import Reason
from transforms.web.faults import Fault
from transforms.web.statuses import PAGE_STATUSES

Monotonic = Callable[[], float]

RECEIVED = 65_536  # bytes asked of the socket at once
MAX_HEADERS = 200  # lines; common servers and clients stop at 100
MAX_INFORMATIONAL = 10  # 1xx answers before the real one
DRAINED = 65_536  # bytes of an error page that are read so that the connection can be kept
MIN_MEAN_CHUNK = 16  # bytes; shorter chunks by the thousand only burn the reader's time
CHUNKS_FREE = 4_096  # chunks that may have any size
STATUS_START = b"HTTP/"


class Deadline:
    """A point in time by which an exchange is over."""

    def __init__(self, seconds: float, clock: Monotonic = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        """Seconds left; raises TimeoutError when there are none."""
        left = self._end - self._clock()
        if left <= 0:
            raise TimeoutError
        return left


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said. The body is as sent, codings and all; only pages have one."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request and how much of the answer to bear."""

    target: str
    headers: tuple[tuple[bytes, bytes], ...]
    limit: int
    cut: bool = False  # take the first `limit` bytes of a longer body instead of refusing it
    max_header_bytes: int


class Connection:
    """One HTTP/1.1 connection, one exchange at a time. Any trouble is a Fault and ends the connection."""

    def __init__(self, sock: socket.socket, max_header_bytes: int) -> None:
        self._sock = sock
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=max_header_bytes)
        self._start = b""  # the first bytes of the answer that is being read
        self._in_body = False
        self._ended = False  # the server hung up
        self.used = False  # at least one exchange went well

    @property
    def answered(self) -> bool:
        """Whether any byte of the current answer came."""
        return bool(self._start)

    def ask(self, ask: Ask, deadline: Deadline) -> Answer:
        """Send a request and read the answer; raises Fault."""
        self._start, self._in_body = b"", False
        try:
            return self._exchange(ask, deadline)
        except TimeoutError:
            raise self._timed_out() from None
        except h11.RemoteProtocolError as error:
            raise self._not_http(str(error)) from None
        except OSError as error:
            raise Fault(Reason.CONNECTION_RESET, f"the connection broke: {error.strerror or error}"[:200]) from None

    def is_reusable(self) -> bool:
        """Whether another exchange may follow; false once the server closed or sent what nobody asked for."""
        if self._parser.our_state is not h11.IDLE:
            return False
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return not poll.poll(0)

    def abort(self) -> None:
        """Wake whoever reads this connection; safe from another thread."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was closed already

    def close(self) -> None:
        self._sock.close()

    def _exchange(self, ask: Ask, deadline: Deadline) -> Answer:
        request = h11.Request(method="GET", target=ask.target, headers=list(ask.headers))
        head = self._parser.send(request) or b""
        self._parser.send(h11.EndOfMessage())
        self._sock.settimeout(deadline.remaining())
        self._sock.sendall(head)
        status, headers = self._read_head(ask, deadline)
        body = self._read_body(ask, deadline) if status in PAGE_STATUSES else self._drain(deadline)
        self._finish()
        return Answer(status=status, headers=headers, body=body)

    def _read_head(self, ask: Ask, deadline: Deadline) -> tuple[int, tuple[tuple[str, str], ...]]:
        for _ in range(MAX_INFORMATIONAL):
            event = self._next_event(deadline)
            if isinstance(event, h11.Response):
                self._in_body = True
                return event.status_code, _text_headers(event.headers.raw_items(), ask.max_header_bytes)
            if not isinstance(event, h11.InformationalResponse):
                raise Fault(Reason.CONNECTION_RESET, "the server hung up without an answer")
        raise Fault(Reason.PROTOCOL_ERROR, f"more than {MAX_INFORMATIONAL} interim answers")

    def _read_body(self, ask: Ask, deadline: Deadline) -> bytes:
        parts: list[bytes] = []
        size = 0
        while isinstance(event := self._next_event(deadline), h11.Data):
            parts.append(bytes(event.data))
            size += len(parts[-1])
            if size > ask.limit and ask.cut:
                return b"".join(parts)
            if size > ask.limit:
                raise Fault(Reason.TOO_LARGE, f"the body has more than {ask.limit} bytes")
            if len(parts) > CHUNKS_FREE and size < len(parts) * MIN_MEAN_CHUNK:
                raise Fault(Reason.PROTOCOL_ERROR, f"{len(parts)} chunks hold {size} bytes")
        return b"".join(parts)

    def _drain(self, deadline: Deadline) -> bytes:
        """Read past a short body that nobody wants; a long or broken one ends the connection instead."""
        size = 0
        while size <= DRAINED:
            try:
                event = self._next_event(deadline)
            except (OSError, h11.RemoteProtocolError):
                return b""
            if not isinstance(event, h11.Data):
                return b""
            size += len(event.data)
        return b""

    def _next_event(self, deadline: Deadline) -> h11.Event | type[h11.PAUSED]:
        while (event := self._parser.next_event()) is h11.NEED_DATA:
            self._sock.settimeout(deadline.remaining())
            data = self._sock.recv(RECEIVED)
            self._look_at_start(data)
            self._ended = not data
            self._parser.receive_data(data)
        return event  # type: ignore[return-value]  # h11 types NEED_DATA and PAUSED as one union

    def _look_at_start(self, data: bytes) -> None:
        """Refuse at once what is not HTTP: a parser waits for a blank line that an SSH server never sends."""
        if len(self._start) >= len(STATUS_START):
            return
        self._start += data[: len(STATUS_START) - len(self._start)]
        if not STATUS_START.startswith(self._start):
            raise Fault(Reason.PROTOCOL_ERROR, f"the answer starts with {self._start!r} and not with HTTP/")

    def _finish(self) -> None:
        self.used = True
        both_done = self._parser.our_state is h11.DONE and self._parser.their_state is h11.DONE
        if both_done and not self._parser.trailing_data[0]:
            self._parser.start_next_cycle()

    def _timed_out(self) -> Fault:
        if self.answered:
            return Fault(Reason.DEADLINE_EXCEEDED, "the answer did not end within the deadline")
        return Fault(Reason.TIMEOUT_FIRST_BYTE, "no byte of an answer came within the deadline")

    def _not_http(self, detail: str) -> Fault:
        if not self._ended:
            return Fault(Reason.PROTOCOL_ERROR, f"the answer is not HTTP: {detail.partition(': bytearray')[0][:120]}")
        if not self._in_body:
            return Fault(Reason.CONNECTION_RESET, "the server hung up before its answer")
        return Fault(Reason.INCOMPLETE_BODY, f"the server hung up early: {detail[:120]}")


def _text_headers(items: Iterable[tuple[bytes, bytes]], max_bytes: int) -> tuple[tuple[str, str], ...]:
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in items)
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > MAX_HEADERS or size > max_bytes:
        raise Fault(Reason.PROTOCOL_ERROR, f"{len(headers)} header lines with {size} bytes")
    return headers
