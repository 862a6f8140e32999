"""The sample site as a map from host and path to answers, without a socket."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import unquote, urlsplit

from pipelines.demo.faults import PRIVATE_PAGE, SHORT_PAGE, gzip_bomb, pdf
from pipelines.demo.feeds import MIME, RSS, render_opml, render_sitemap_index, render_source
from pipelines.demo.listings import Expected, Listing, encoded, expect, list_links
from pipelines.demo.pages import Origins, address, content_type, render_page
from pipelines.demo.stories import Story, stories
from pipelines.demo.tables import publications, robots, sources

HTML = "text/html; charset=utf-8"
XML = "application/xml"
OPML_PATH = "/feeds.opml"
SITEMAP_PATH = "/sitemap.xml"
FRONT_HOST = "herald"  # OPML, sitemap index and URL list live there
BUILT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # after the newest article: Last-Modified of everything

Routes = dict[tuple[str, str], "Answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a path gives. `fault` is how the server misbehaves first: `hang` or `heals`; `bomb` is made when asked."""

    status: int = 200
    kind: str = HTML
    body: bytes = b""
    location: str | None = None
    fault: str | None = None

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'

    @property
    def headers(self) -> dict[str, str]:
        if self.location:
            return {"Location": self.location}
        if self.fault == "bomb":
            return {"Content-Type": self.kind, "Content-Encoding": "gzip"}
        if self.status != 200:
            return {"Content-Type": self.kind}
        modified = format_datetime(BUILT, usegmt=True)
        return {"Content-Type": self.kind, "ETag": self.etag, "Last-Modified": modified}

    def payload(self) -> bytes:
        return gzip_bomb() if self.fault == "bomb" else self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """All that is served, and what a run should make of it."""

    routes: Routes
    listings: tuple[Listing, ...]
    expected: dict[str, Expected]
    opml: str
    url_list: str


def build_site(origins: Origins) -> Site:
    """The whole site for the given origins by host; the same origins give the same bytes."""
    listings = tuple(list_links(origins))
    files = dict(_source_files(listings, origins))
    routes = {
        **{(host, "/"): _front_page(host, origins) for host in publications()},
        **dict(_robots_files(origins)),
        **{(story.host, story.path): _article(story, origins) for story in stories().values()},
        **dict(_special_answers(listings, origins)),
        **files,
        (FRONT_HOST, OPML_PATH): Answer(kind="text/x-opml; charset=utf-8", body=render_opml(origins).encode()),
        (FRONT_HOST, SITEMAP_PATH): Answer(kind=XML, body=render_sitemap_index(origins).encode()),
    }
    return Site(
        routes=routes,
        listings=listings,
        expected=expect(listings),
        opml=render_opml(origins),
        url_list=files[FRONT_HOST, sources()["urls"].path].body.decode(),
    )


def find_answer(site: Site, host: str, target: str) -> Answer:
    """The answer to a request target; queries, a trailing slash and a trailing /amp make no difference."""
    path = unquote(urlsplit(target).path)
    plain = path.rstrip("/").removesuffix("/amp")
    return site.routes.get((host, path)) or site.routes.get((host, plain)) or _error(404)


def _article(story: Story, origins: Origins) -> Answer:
    return Answer(kind=content_type(story), body=render_page(story, origins), fault=story.fault)


def _source_files(listings: Iterable[Listing], origins: Origins) -> Iterable[tuple[tuple[str, str], Answer]]:
    for source in sources().values():
        named = [each for each in listings if each.source == source.key]
        body = render_source(source, named, origins)
        yield (source.host, source.path), Answer(kind=MIME.get(source.format, RSS), body=body)


def _robots_files(origins: Origins) -> Iterable[tuple[tuple[str, str], Answer]]:
    for host in publications():
        rules = robots(host)
        if rules is not None:
            yield (host, "/robots.txt"), Answer(kind="text/plain", body=rules.format_map(origins).encode())


def _special_answers(listings: Iterable[Listing], origins: Origins) -> Iterable[tuple[tuple[str, str], Answer]]:
    hosts = {origin: host for host, origin in origins.items()}
    for listing in listings:
        if listing.answer:
            url = urlsplit(listing.url)
            yield (hosts[f"{url.scheme}://{url.netloc}"], url.path), _special(listing, origins)


def _special(listing: Listing, origins: Origins) -> Answer:
    if listing.answer in {"301", "302"}:
        assert listing.story is not None
        return Answer(status=int(listing.answer), location=encoded(address(listing.story, origins)))
    match listing.answer:
        case "404" | "410" as status:
            return _error(int(status))
        case "pdf":
            return Answer(kind="application/pdf", body=pdf())
        case "short":
            return Answer(body=SHORT_PAGE.encode())
        case "private":
            return Answer(body=PRIVATE_PAGE.encode())
        case "hang" | "bomb" as fault:
            return Answer(fault=fault)
    raise ValueError(f"an answer is 301, 302, 404, 410, pdf, short, private, hang or bomb, got {listing.answer!r}")


def _error(status: int) -> Answer:
    return Answer(status=status, body=f"<html><body><h1>{status}</h1></body></html>".encode())


def _front_page(host: str, origins: Origins) -> Answer:
    name = escape(publications()[host].name)
    shelf = [each for each in stories().values() if each.host == host]
    links = "\n".join(f'<li><a href="{escape(address(each, origins))}">{escape(each.title)}</a></li>' for each in shelf)
    page = f"<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>{name}</title></head>\n<body><h1>{name}</h1>"
    return Answer(body=f"{page}<ul>\n{links}\n</ul></body></html>\n".encode())
