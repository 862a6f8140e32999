"""The server of the explorer: this machine only, for who has the token, nothing but reading.

request ─ Host is ours? ─ GET or HEAD? ─ cookie? ─ selection ─ snapshot of the newest commit ─ page, export or file
             └ 403          └ 405         └ 403      └ 400
"""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files as resources
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import duckdb

from pipelines.explorer.articles import read_article
from pipelines.explorer.exports import FORMATS
from pipelines.explorer.pages import article_page, list_page, trouble_page
from pipelines.explorer.selection import BadSelection, Chosen, parse_selection
from pipelines.explorer.shelf import Shelf
from pipelines.explorer.snapshot import Snapshot
from pipelines.explorer.views import overview
from transforms.storage.files import Files, StorageError

LOOPBACK = "127.0.0.1"
TOKEN_BYTES = 24
REQUEST_SECONDS = 30  # for a client that sends nothing
STATIC = {"style.css": "text/css; charset=utf-8", "explorer.js": "text/javascript; charset=utf-8"}
HTML = "text/html; charset=utf-8"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is sent back."""

    status: int = HTTPStatus.OK
    body: bytes = b""
    media_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


class Explorer(ThreadingHTTPServer):
    """Serves one dataset until it is closed."""

    daemon_threads = True

    def __init__(self, files: Files, port: int) -> None:
        self.shelf = Shelf(files)
        self.dataset = files.root
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        super().__init__((LOOPBACK, port), Handler)
        self.port = int(self.server_address[1])
        self.hosts = frozenset(f"{name}:{self.port}" for name in (LOOPBACK, "localhost"))
        self.cookie = f"newsbeam-{self.port}"  # cookies know no ports: each explorer has its own

    @property
    def address(self) -> str:
        """What its user opens."""
        return f"http://{LOOPBACK}:{self.port}/?token={self.token}"

    def server_close(self) -> None:
        super().server_close()
        self.shelf.close()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Explorer
    server_version, sys_version = "newsbeam", ""
    protocol_version = "HTTP/1.1"
    timeout = REQUEST_SECONDS

    def do_GET(self) -> None:
        refused = self._refusal()
        if refused is None and self._export():
            return
        self._send(refused or self._answer())

    def do_HEAD(self) -> None:
        self.do_GET()

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Any other method."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._refuse_method

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name that http.server has
        """Say nothing: addresses hold what somebody looks for."""

    def _refuse_method(self) -> None:
        self.close_connection = True  # its body was not read
        self._send(trouble(HTTPStatus.METHOD_NOT_ALLOWED, "The explorer only shows; it takes nothing in."))

    def _refusal(self) -> Reply | None:
        """Why this request gets no answer; a token that is right becomes a cookie."""
        if self.headers.get("Host") not in self.server.hosts:
            return trouble(HTTPStatus.FORBIDDEN, f"This page answers to {LOOPBACK}:{self.server.port} only.")
        address = urlsplit(self.path)
        fields = parse_qsl(address.query) if len(address.query) < 20_000 else []
        tokens = [value for name, value in fields if name == "token"]
        if tokens and secrets.compare_digest(tokens[-1].encode(), self.server.token.encode()):
            rest = urlencode([pair for pair in fields if pair[0] != "token"])
            return self._admitted(f"/{address.path.lstrip('/')}{'?' if rest else ''}{rest}")
        if tokens or not secrets.compare_digest(self._cookie().encode(), self.server.token.encode()):
            return trouble(HTTPStatus.FORBIDDEN, REFUSED, "/")
        return None

    def _admitted(self, address: str) -> Reply:
        """Once more without the token, so that it stands in no history and no shared address."""
        cookie = f"{self.server.cookie}={self.server.token}; HttpOnly; SameSite=Strict; Path=/"
        return Reply(status=HTTPStatus.SEE_OTHER, headers={"Location": address, "Set-Cookie": cookie})

    def _cookie(self) -> str:
        try:
            found = SimpleCookie(self.headers.get("Cookie", "")).get(self.server.cookie)
        except CookieError:
            return ""
        return found.value if found else ""

    def _answer(self) -> Reply:
        address = urlsplit(self.path)
        name = unquote(address.path).lstrip("/")
        if name.startswith("static/"):
            return static(name.removeprefix("static/"))
        try:
            return self.server.shelf.read(lambda snapshot: page(name, address.query, snapshot, self.server.dataset))
        except BadSelection as error:
            return trouble(HTTPStatus.BAD_REQUEST, f"This address cannot be shown: {error}.")
        except (duckdb.Error, StorageError) as error:
            return trouble(HTTPStatus.INTERNAL_SERVER_ERROR, unreadable(self.server.dataset, error))

    def _export(self) -> bool:
        """Send a selection as a file, if that is what was asked for."""
        address = urlsplit(self.path)
        form = FORMATS.get(address.path.removeprefix("/export/")) if address.path.startswith("/export/") else None
        if form is None:
            return False
        with tempfile.TemporaryFile() as file:
            try:
                chosen = parse_selection(address.query)
                self.server.shelf.read(lambda snapshot: write_export(form.write, chosen, snapshot, file))
            except BadSelection as error:
                self._send(trouble(HTTPStatus.BAD_REQUEST, f"This selection cannot be exported: {error}."))
                return True
            except (duckdb.Error, StorageError, OSError) as error:
                said = unreadable(self.server.dataset, error)
                self._send(trouble(HTTPStatus.INTERNAL_SERVER_ERROR, said))
                return True
            size = file.tell()
            file.seek(0)
            name = f'attachment; filename="newsbeam.{form.ending}"'
            self._head(Reply(media_type=form.media_type, headers={"Content-Disposition": name}), size)
            if self.command != "HEAD":
                shutil.copyfileobj(file, self.wfile)
        return True

    def _send(self, reply: Reply) -> None:
        self._head(reply, len(reply.body))
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def _head(self, reply: Reply, size: int) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Type": reply.media_type, "Content-Length": str(size), **HEADERS}.items():
            self.send_header(name, value)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()


REFUSED = (
    "This page needs the token of the address that newsbeam explore printed. Open that address once; after that, links "
    "like this one work in the same browser. If you came here from another site, follow the link below."
)


def page(name: str, query: str, snapshot: Snapshot, dataset: str) -> Reply:
    """The page of a path."""
    if not name:
        chosen = parse_selection(query)
        return _html(list_page(chosen, overview(chosen, snapshot), dataset))
    if name.startswith("article/"):
        shown = read_article(name.removeprefix("article/"), snapshot)
        if shown:
            return _html(article_page(shown, dataset))
        return trouble(HTTPStatus.NOT_FOUND, "There is no such article in this dataset; it may have been deleted.")
    return trouble(HTTPStatus.NOT_FOUND, "There is no such page here.")


def write_export(write: Callable[..., None], chosen: Chosen, snapshot: Snapshot, file: Any) -> None:
    """Write a selection to a file, from its beginning."""
    if chosen.tag or chosen.story:
        snapshot.wait_for_stories()
    if chosen.searches:
        snapshot.wait()  # a page may show what is found so far, a file must be whole
    file.seek(0)
    file.truncate()
    write(chosen, snapshot, file)


def trouble(status: int, sentence: str, back: str = "/") -> Reply:
    """A page that says what is wrong."""
    return Reply(status=status, body=trouble_page(sentence, back).encode())


def unreadable(dataset: str, error: Exception) -> str:
    """What to do about a dataset that does not answer."""
    first = str(error).splitlines()[0][:300]
    return f"The dataset could not be read: {first}. Reload the page; or run: newsbeam doctor {dataset}"


@cache
def static(name: str) -> Reply:
    """A style sheet or script of this package."""
    if name not in STATIC:
        return trouble(HTTPStatus.NOT_FOUND, "There is no such file here.")
    body = resources("pipelines.explorer").joinpath("static", name).read_bytes()
    return Reply(body=body, media_type=STATIC[name])


def _html(text: str) -> Reply:
    return Reply(body=text.encode("utf-8", "replace"))
