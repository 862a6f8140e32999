"""The sample site on loopback, one port a publication, with faults on purpose."""

import sys
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR, socket
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, ClassVar, Self

from pipelines.demo.listings import Expected
from pipelines.demo.site import FRONT_HOST, OPML_PATH, SITEMAP_PATH, Answer, Site, build_site, find_answer
from pipelines.demo.tables import publications

LOOPBACK = "127.0.0.1"
POLL = 0.02  # seconds between a server's looks at its stop flag; all of them stop within two
IDLE = 30.0  # seconds that a kept-alive connection may rest
HEALING_AFTER = "1"  # seconds of Retry-After while a page is away


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as the server saw it; `at` is monotonic and only good for differences."""

    at: float
    host: str
    path: str
    status: int  # 0 where the server never answered
    user_agent: str | None


class SampleSite:
    """Serve the sample site while the `with` block lasts.

    Ports are the fixed ones of publications.tsv, so that addresses are the same in each run; where one is taken,
    `stable` is False and a free port stands in for it. Nothing but loopback is bound.
    """

    def __init__(self, *, fixed_ports: bool = True, folder: Path | None = None) -> None:
        """`folder` receives feeds.opml and urls.txt; by default a folder that goes away with the site."""
        self._fixed_ports = fixed_ports
        self._folder = folder
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self._asked: dict[tuple[str, str], int] = {}
        self._cleanup = ExitStack()
        self.stopping = threading.Event()
        self.stable = True

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.callback(self._cleanup.close)
            servers = [self._bind(key, each.port) for key, each in publications().items()]
            self.hosts = {server.key: f"http://{LOOPBACK}:{server.server_port}" for server in servers}
            self.site: Site = build_site(self.hosts)
            self._write_lists()
            for server in servers:
                self._serve(server)
            self._cleanup.callback(self.stopping.set)
            undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()

    @property
    def opml_url(self) -> str:
        return self.hosts[FRONT_HOST] + OPML_PATH

    @property
    def sitemap_url(self) -> str:
        """The sitemap index, which names a news sitemap and a gzipped one."""
        return self.hosts[FRONT_HOST] + SITEMAP_PATH

    @property
    def log(self) -> list[Request]:
        """Requests so far, in the order in which they were answered."""
        with self._lock:
            return list(self._requests)

    def expected(self) -> dict[str, Expected]:
        """What a run over the OPML list, sitemap index and URL list should make of each link, by cleaned URL."""
        return dict(self.site.expected)

    def count(self, host: str, path: str) -> int:
        """How often a path was asked for, this time included."""
        with self._lock:
            self._asked[host, path] = self._asked.get((host, path), 0) + 1
            return self._asked[host, path]

    def record(self, request: Request) -> None:
        with self._lock:
            self._requests.append(request)

    def _bind(self, key: str, port: int) -> "_Server":
        if self._fixed_ports:
            with suppress(OSError):
                return self._closing(_Server(self, key, port))
        self.stable = False
        return self._closing(_Server(self, key, 0))

    def _closing(self, server: "_Server") -> "_Server":
        self._cleanup.callback(server.server_close)
        return server

    def _serve(self, server: "_Server") -> None:
        thread = threading.Thread(target=server.serve_forever, args=(POLL,), name=f"demo-{server.key}", daemon=True)
        thread.start()
        self._cleanup.callback(thread.join)
        self._cleanup.callback(server.shutdown)
        self._cleanup.callback(server.hang_up)

    def _write_lists(self) -> None:
        folder = self._folder or Path(self._cleanup.enter_context(TemporaryDirectory(prefix="newsbeam-demo-")))
        self.opml_path, self.url_list = folder / "feeds.opml", folder / "urls.txt"
        self.opml_path.write_text(self.site.opml, encoding="utf-8")
        self.url_list.write_text(self.site.url_list, encoding="utf-8")


class _Server(ThreadingHTTPServer):
    """One publication. Knows its open connections, so that none outlives it."""

    daemon_threads = True

    def __init__(self, sample: SampleSite, key: str, port: int) -> None:
        self.sample, self.key = sample, key
        self._open: set[socket] = set()
        self._open_lock = threading.Lock()
        super().__init__((LOOPBACK, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End connections that clients keep open; their threads then end by themselves."""
        with self._open_lock:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up: a bomb is there to be hung up on."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "newsbeam-demo"
    sys_version = ""
    timeout: ClassVar[float] = IDLE
    disable_nagle_algorithm = True  # header and body are two writes; a kept connection would wait 40 ms between them

    def do_GET(self) -> None:
        sample = self.server.sample
        path = self.path.partition("?")[0]
        answer = find_answer(sample.site, self.server.key, self.path)
        asked = sample.count(self.server.key, path)
        if answer.fault == "hang":
            self._record(0)
            sample.stopping.wait()
            self.close_connection = True
        elif answer.fault == "heals" and asked == 1:
            self._send(503, {"Retry-After": HEALING_AFTER, "Content-Type": "text/plain"}, b"back in a second\n")
        elif self._is_known(answer):
            self._send(304, {"ETag": answer.etag}, b"")
        else:
            self._send(answer.status, answer.headers, answer.payload())

    do_HEAD = do_GET  # noqa: N815  # the name is the base class's

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is the base class's
        """Stay silent: SampleSite.log has it all."""

    def _is_known(self, answer: Answer) -> bool:
        """Whether the client's validators, the stronger one first, say that it has this answer."""
        if "ETag" not in answer.headers:
            return False
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return answer.etag in tags
        return self.headers.get("If-Modified-Since") == answer.headers["Last-Modified"]

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self._record(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _record(self, status: int) -> None:
        agent = self.headers.get("User-Agent")
        self.server.sample.record(
            Request(at=time.monotonic(), host=self.server.key, path=self.path, status=status, user_agent=agent)
        )
