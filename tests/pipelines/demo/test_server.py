"""The sample site on loopback: every fault as a client meets it."""

import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from socket import SO_REUSEADDR, SOL_SOCKET, create_connection, socket
from urllib.parse import urlsplit

import pytest

from pipelines.demo.server import LOOPBACK, SampleSite
from pipelines.demo.tables import publications

Reply = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def site() -> Iterator[SampleSite]:
    with SampleSite(fixed_ports=False) as sample:
        yield sample


def ask(site: SampleSite, host: str, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Reply:
    with closing(HTTPConnection(urlsplit(site.hosts[host]).netloc, timeout=10)) as connection:
        connection.request(method, path, headers=headers or {})
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()


def test_every_publication_has_a_host_of_its_own(site: SampleSite) -> None:
    assert set(site.hosts) == set(publications())
    assert len(set(site.hosts.values())) == len(publications())
    assert all(each.startswith(f"http://{LOOPBACK}:") for each in site.hosts.values())


def test_addresses_inside_pages_lead_back_to_the_site(site: SampleSite) -> None:
    _, _, body = ask(site, "herald", "/feed.xml")
    assert f"<link>{site.hosts['herald']}/world/2026/11/17/bihar-embankment-breach</link>".encode() in body


def test_lists_are_files_and_urls(site: SampleSite) -> None:
    assert site.opml_url == site.hosts["herald"] + "/feeds.opml"
    assert site.opml_path.read_bytes() == ask(site, "herald", "/feeds.opml")[2]
    assert site.url_list.read_bytes() == ask(site, "herald", "/urls.txt")[2]
    assert ask(site, "herald", urlsplit(site.sitemap_url).path)[0] == 200


def test_lists_can_stay_where_the_caller_wants_them(tmp_path: Path) -> None:
    with SampleSite(fixed_ports=False, folder=tmp_path) as sample:
        assert sample.opml_path == tmp_path / "feeds.opml"
    assert {each.name for each in tmp_path.iterdir()} == {"feeds.opml", "urls.txt"}


@pytest.mark.parametrize("validator", ["etag", "last-modified"])
def test_a_feed_that_is_known_is_not_sent_again(site: SampleSite, validator: str) -> None:
    _, headers, _ = ask(site, "wire", "/rss")
    name = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}[validator]
    assert ask(site, "wire", "/rss", {name: headers[validator]})[::2] == (304, b"")
    assert ask(site, "wire", "/rss", {name: '"other"'})[0] == 200


def test_connections_are_kept(site: SampleSite) -> None:
    with closing(HTTPConnection(urlsplit(site.hosts["marsa"]).netloc, timeout=10)) as connection:
        for _ in range(2):
            connection.request("GET", "/feed")
            assert connection.getresponse().read().startswith(b"<?xml")
            kept = connection.sock
        assert kept is not None


def test_a_head_request_gets_no_body(site: SampleSite) -> None:
    status, headers, body = ask(site, "wire", "/rss", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 10_000


def test_a_503_heals() -> None:
    with SampleSite(fixed_ports=False) as sample:
        first = ask(sample, "rundblick", "/bildung/wien-mittagspause-2026-11-13.html")
        second = ask(sample, "rundblick", "/bildung/wien-mittagspause-2026-11-13.html")
    assert (first[0], first[1]["retry-after"]) == (503, "1")
    assert second[0] == 200
    assert "Wiener Schulen" in second[2].decode()


def test_the_bomb_is_announced_as_gzip(site: SampleSite) -> None:
    status, headers, body = ask(site, "hoja", "/multimedia/atlas-interactivo")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert body.startswith(b"\x1f\x8b")
    assert len(body) < 200_000


def test_a_client_may_hang_up_on_the_bomb(site: SampleSite, capfd: pytest.CaptureFixture[str]) -> None:
    address = urlsplit(site.hosts["hoja"])
    with create_connection((LOOPBACK, address.port or 0), timeout=10) as client:
        client.sendall(b"GET /multimedia/atlas-interactivo HTTP/1.1\r\nHost: x\r\n\r\n")
    assert ask(site, "hoja", "/rss091.xml")[0] == 200
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("host", "path", "status", "kind"),
    [
        ("courrier", "/culture/2026/11/20/article-retire", 404, "text/html; charset=utf-8"),
        ("wire", "/en/20261109/withdrawn-report", 410, "text/html; charset=utf-8"),
        ("hoja", "/documentos/informe-agua.pdf", 200, "application/pdf"),
        ("vestnik", "/news/2026/11/almaty-aport.html", 200, "text/html; charset=windows-1251"),
        ("vestnik", "/news/2026/11/yakutsk-merzlota.html", 200, "text/html"),
        ("jiangwan", "/feed.json", 200, "application/feed+json"),
    ],
)
def test_statuses_and_types(site: SampleSite, host: str, path: str, status: int, kind: str) -> None:
    reply = ask(site, host, path)
    assert (reply[0], reply[1]["content-type"]) == (status, kind)


def test_a_redirect_leads_to_another_host(site: SampleSite) -> None:
    status, headers, _ = ask(site, "vestnik", "/go/reef")
    assert (status, headers["location"].startswith(site.hosts["herald"])) == (302, True)


def test_requests_are_logged_with_their_answers(site: SampleSite) -> None:
    ask(site, "wire", "/nowhere?x=1", {"User-Agent": "test"})
    entry = next(each for each in site.log if each.path == "/nowhere?x=1")
    assert (entry.host, entry.status, entry.user_agent) == ("wire", 404, "test")


def hung_client(sample: SampleSite, path: bytes, monkeypatch: pytest.MonkeyPatch) -> socket:
    """A connection whose request has reached the server."""
    arrived, record = threading.Event(), sample.record

    def note(request: object) -> None:
        record(request)  # type: ignore[arg-type]
        arrived.set()

    monkeypatch.setattr(sample, "record", note)
    client = create_connection((LOOPBACK, urlsplit(sample.hosts["marsa"]).port or 0), timeout=10)
    client.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert arrived.wait(10)
    return client


def test_a_hung_page_ends_with_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    with SampleSite(fixed_ports=False) as sample:
        client = hung_client(sample, b"/live/parliament-stream", monkeypatch)
    with client:
        assert client.recv(1) == b""
    assert sample.log[-1].status == 0


def test_idle_connections_end_with_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    with SampleSite(fixed_ports=False) as sample:
        client = hung_client(sample, b"/feed", monkeypatch)
    with client, client.makefile("rb") as stream:
        assert stream.read().endswith(b"</rss>\n")


def test_no_server_is_left() -> None:
    before = set(threading.enumerate())
    with SampleSite(fixed_ports=False) as sample:
        assert len(set(threading.enumerate()) - before) == len(sample.hosts)
    assert set(threading.enumerate()) <= before
    for origin in sample.hosts.values():
        with pytest.raises(ConnectionRefusedError):
            create_connection((LOOPBACK, urlsplit(origin).port or 0), timeout=10)


def test_a_taken_port_is_replaced_and_said_so() -> None:
    port = publications()["herald"].port
    with socket() as taken:
        taken.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)  # connections of an earlier test may be lingering
        with suppress(OSError):  # somebody else has it: just as well
            taken.bind((LOOPBACK, port))
            taken.listen()
        with SampleSite() as sample:
            assert not sample.stable
            assert sample.hosts["herald"] != f"http://{LOOPBACK}:{port}"
            assert ask(sample, "herald", "/feed.xml")[0] == 200
