"""A gate before a fake store: it counts what the store is asked, and can kill who asks at a chosen request."""

import contextlib
import os
import signal
import threading
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

LOOPBACK = "127.0.0.1"
HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "expect"})  # headers that end at the gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request to the store."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """At which request, counted from when the trap was set, whose process ends; and whether the request still works."""

    pid: int
    at: int
    carried_out: bool


class Gate:
    """Forwards to the store on `port` of this machine while the `with` block lasts; its own port is free."""

    def __init__(self, port: int = 0) -> None:
        self.store_port = port
        self.asked: list[Asked] = []
        self.lose_answers_to = ""  # of requests with this in METHOD PATH, once each
        self._trap: Trap | None = None
        self._refused_from: int | None = None
        self._sprung = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(self)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def set_trap(self, trap: Trap) -> None:
        with self._lock:
            self.asked.clear()
            self._trap = trap
            self._sprung.clear()

    def refuse_from(self, number: int) -> None:
        """Let nobody in from this request on, counted from now."""
        with self._lock:
            self.asked.clear()
            self._refused_from = number

    def open_trap(self) -> None:
        """Let all pass again."""
        with self._lock:
            self._trap = self._refused_from = None

    def refuses(self) -> bool:
        with self._lock:
            return self._refused_from is not None and len(self.asked) >= self._refused_from

    def pass_through(self, asked: Asked) -> bool | None:
        """Note a request; whether it still reaches the store, or None where the store is to be asked as usual."""
        with self._lock:
            self.asked.append(asked)
            if self._trap is None or len(self.asked) < self._trap.at:
                return None
            return self._trap.carried_out and len(self.asked) == self._trap.at

    def spring(self) -> None:
        """Kill whom the trap was set for."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self._trap and not self._sprung.is_set():
                self._sprung.set()
                os.kill(self._trap.pid, signal.SIGKILL)

    def loses(self, asked: Asked) -> bool:
        """Whether the answer to this request gets lost on its way."""
        with self._lock:
            if not self.lose_answers_to or self.lose_answers_to not in str(asked):
                return False
            self.lose_answers_to = ""
            return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        super().__init__((LOOPBACK, 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who was killed hangs up: no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        gate, asked = self.server.gate, Asked(method=self.command, path=self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        verdict = gate.pass_through(asked)
        if gate.refuses():
            self._refuse()
            return
        if verdict is False:
            gate.spring()
            self.close_connection = True
            return
        answer, content = self._forwarded(body)
        if verdict:
            gate.spring()
        if verdict or gate.loses(asked):
            self.close_connection = True
            return
        self._answer(answer, content)

    do_PUT = do_POST = do_HEAD = do_DELETE = do_GET  # noqa: N815  # the names are the base class's

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is the base class's
        """Stay silent: Gate.asked has it all."""

    def _refuse(self) -> None:
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _forwarded(self, body: bytes) -> tuple[HTTPResponse, bytes]:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        store = HTTPConnection(LOOPBACK, self.server.gate.store_port, timeout=60)
        with contextlib.closing(store):
            store.request(self.command, self.path, body, headers)
            answer = store.getresponse()
            return answer, answer.read()

    def _answer(self, answer: HTTPResponse, content: bytes) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP | {"content-length"}:
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
