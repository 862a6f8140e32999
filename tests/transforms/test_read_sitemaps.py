from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.failures import Failure, Fate, Reason, Subject
from schemas.links import FeedItem, Link
from schemas.policies import FetchPolicy, SandboxPolicy
from schemas.sources import SourceKind, SourceRead, SourceStatus
from tests.fixtures.hostile_server import HostileServer, page
from tests.fixtures.records import NOW, run_in
from tests.fixtures.verbs import Done, run_verb
from transforms.inputs.sitemaps import Sitemap, SitemapChild, SitemapEntry
from transforms.read_sitemaps import ReadSitemaps, link_of_entry, request_sitemap, settle_sitemap
from transforms.sandbox.pool import Killed
from transforms.web.fetches import Fetched, Kind, Request

MAP = "https://news.example/sitemap.xml"
POLICY = FetchPolicy(allow_private_networks=("127.0.0.0/8",), per_host_delay=0.0, retries=0, deadline=5.0)
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def request(url: str = MAP) -> Request:
    (made,) = request_sitemap(url)
    assert isinstance(made, Request)
    return made


FETCHED = Fetched(
    request=request(), final_url=MAP, status=200, content_type=None, robots_tag=None, etag=None, last_modified=None,
    cache_control=None, expires=None, moved_to=None, fetched_at=NOW, body=b"",
)  # fmt: skip


def settle(answer: Any) -> list[Any]:
    return list(settle_sitemap(FETCHED, answer))


def sitemap(*entries: SitemapEntry, **fields: Any) -> Sitemap:
    return Sitemap(**{"entries": entries, "children": (), "over_cap": 0, "malformed": False} | fields)


def test_a_sitemap_that_the_user_named_is_asked_without_robots() -> None:
    assert (request().kind, request().ask_robots) == (Kind.SITEMAP, False)


def test_a_sitemap_without_an_address_is_a_failed_source() -> None:
    failure, count = request_sitemap("https://")
    assert isinstance(failure, Fate)
    assert isinstance(count, SourceRead)
    assert (failure.record.reason, failure.record.subject) == (Reason.BAD_URL, Subject.SOURCE)  # type: ignore[union-attr]
    assert (count.kind, count.status) == (SourceKind.SITEMAP, SourceStatus.FAILED)


def test_an_entry_becomes_a_link_with_its_time_of_change() -> None:
    link, count = settle(sitemap(SitemapEntry(url="https://news.example/1", lastmod=MAY)))
    assert link == Link(url="https://news.example/1", source=MAP, version=f"lastmod:{MAY.isoformat()}", modified_at=MAY)
    assert count == SourceRead(source=MAP, kind=SourceKind.SITEMAP, status=SourceStatus.READ, links=1)


def test_a_news_sitemap_is_a_witness_like_a_feed() -> None:
    entry = SitemapEntry(url="https://news.example/1", news_title="T", news_published=MAY, news_name="N")
    assert link_of_entry(entry, MAP).item == FeedItem(feed_url=MAP, feed_title="N", title="T", published_at=MAY)


def test_an_index_names_further_sitemaps_and_those_that_cannot_be_asked_fail() -> None:
    children = (SitemapChild(url="https://news.example/a.xml"), SitemapChild(url="ftp://news.example/b.xml"))
    good, failure, failed, count = settle(sitemap(children=children))
    assert isinstance(good, Request)
    assert (good.url, good.link.source) == ("https://news.example/a.xml", MAP)
    assert (failure.record.reason, failure.record.source) == (Reason.BAD_SCHEME, MAP)
    assert (failed.status, count.status) == (SourceStatus.FAILED, SourceStatus.READ)


def test_what_is_over_the_cap_is_counted() -> None:
    (count,) = settle(sitemap(over_cap=7))
    assert (count.skipped, count.detail) == (7, "7 over the cap")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Killed(reason=Reason.EXTRACT_TIMEOUT, detail="killed after 20 s"), Reason.EXTRACT_TIMEOUT),
        (ZeroDivisionError("x"), Reason.INTERNAL_ERROR),
    ],
)
def test_a_sitemap_that_cannot_be_parsed_is_a_failed_source(answer: Any, reason: Reason) -> None:
    failure, count = settle(answer)
    assert (failure.record.reason, failure.record.subject, failure.record.url) == (reason, Subject.SOURCE, MAP)
    assert count.status is SourceStatus.FAILED


def test_an_index_inside_an_index_is_refused() -> None:
    named = replace(request(), link=Link(url=MAP, source="https://news.example/index.xml"))
    child = SitemapChild(url="https://news.example/deeper.xml")
    failure, failed, _ = settle_sitemap(replace(FETCHED, request=named), sitemap(children=(child,)))
    assert isinstance(failure, Fate)
    assert isinstance(failure.record, Failure)
    assert (failure.record.reason, failure.record.url) == (Reason.NOT_A_SITEMAP, child.url)
    assert isinstance(failed, SourceRead)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HostileServer, Done]]:
    with HostileServer() as server:
        index = "".join(f"<sitemap><loc>{server.url(path)}</loc></sitemap>" for path in ("/a.xml", "/deep.xml"))
        deeper = f"<sitemapindex><sitemap><loc>{server.url('/a.xml')}</loc></sitemap></sitemapindex>"
        server.pages["/index.xml"] = page(f"<sitemapindex>{index}</sitemapindex>")
        server.pages["/a.xml"] = page("<urlset><url><loc>https://news.example/1</loc></url></urlset>")
        server.pages["/deep.xml"] = page(deeper)
        sandbox = SandboxPolicy(processes=1)
        named = [server.url("/index.xml"), server.url("/gone.xml")]
        run = run_in(tmp_path_factory.mktemp("out"))
        yield server, run_verb(lambda ledger: ReadSitemaps(POLICY, sandbox, run, ledger), named)


def test_an_index_is_followed_once_and_every_source_is_told_of(done: tuple[HostileServer, Done]) -> None:
    server, result = done
    assert [(each.url, each.source) for each in result.outputs] == [("https://news.example/1", server.url("/a.xml"))]
    assert sorted((each.url, each.reason) for each in result.fates) == [
        (server.url("/a.xml"), Reason.NOT_A_SITEMAP),
        (server.url("/gone.xml"), Reason.NOT_FOUND),
    ]
    sources = [(each.source, each.status) for each in result.entries if isinstance(each, SourceRead)]
    assert sorted(sources) == sorted(
        [
            (server.url("/index.xml"), SourceStatus.READ),
            (server.url("/a.xml"), SourceStatus.READ),
            (server.url("/deep.xml"), SourceStatus.READ),
            (server.url("/a.xml"), SourceStatus.FAILED),
            (server.url("/gone.xml"), SourceStatus.FAILED),
        ]
    )


def test_no_source_of_links_counts_as_a_link(done: tuple[HostileServer, Done]) -> None:
    assert {each.subject for each in done[1].fates if isinstance(each, Failure)} == {Subject.SOURCE}
