"""Feeds, sitemaps and lists of the sample site, read by a library that is not ours."""

import gzip
import json
from xml.etree import ElementTree as ET

import feedparser
import pytest

from pipelines.demo.listings import encoded
from pipelines.demo.site import OPML_PATH, SITEMAP_PATH, build_site
from pipelines.demo.tables import Source, publications, sources

ORIGINS = {key: f"http://127.0.0.1:{each.port}" for key, each in publications().items()}
SITE = build_site(ORIGINS)
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
VERSIONS = {
    "herald": "rss20",
    "wire": "rss20",
    "world": "rss20",
    "rundblick": "rss10",
    "courrier": "atom10",
    "hoja": "rss091u",
    "vestnik": "atom03",
    "marsa": "rss20",
}


def body(key: str) -> bytes:
    source = sources()[key]
    return SITE.routes[source.host, source.path].body


def parsed(key: str) -> feedparser.FeedParserDict:
    source = sources()[key]
    answer = SITE.routes[source.host, source.path]
    headers = {"content-type": answer.kind, "content-location": ORIGINS[source.host] + source.path}
    return feedparser.parse(answer.body, response_headers=headers)


def named(key: str) -> list[str]:
    return [each.url for each in SITE.listings if each.source == key]


def test_there_are_at_least_eight_feeds_in_as_many_forms() -> None:
    readable = [each for each in sources().values() if each.kind == "feed" and each.failure is None]
    assert len(readable) >= 8
    assert len({each.format for each in readable}) >= 8


@pytest.mark.parametrize("key", VERSIONS)
def test_a_feed_is_well_formed_and_names_its_links(key: str) -> None:
    feed = parsed(key)
    assert (feed.version, feed.bozo) == (VERSIONS[key], False)
    assert [each.link for each in feed.entries] == named(key)
    assert feed.feed.title == sources()[key].title


@pytest.mark.parametrize("key", [each for each in VERSIONS if each != "hoja"])  # RSS 0.91 has no dates for items
def test_dates_agree_with_the_articles(key: str) -> None:
    listed = [each.published for each in SITE.listings if each.source == key]
    for entry, published in zip(parsed(key).entries, listed, strict=True):
        assert (entry.get("published_parsed") or entry.updated_parsed)[:6] == published.timetuple()[:6]


def test_the_malformed_feed_keeps_the_items_before_the_cut() -> None:
    feed = parsed("sport")
    assert feed.bozo
    assert [each.link for each in feed.entries if "link" in each] == named("sport")
    assert len(named("sport")) == 2


def test_full_text_stands_in_the_feed_that_promises_it() -> None:
    entry = next(each for each in parsed("wire").entries if each.id == "wire-kenya-rate")
    assert entry.content[0].value.startswith("<p>The Central Bank of Kenya lowered")
    assert entry.content[0].value.count("<p>") == 4


def test_the_atom_feed_has_relative_links() -> None:
    assert b'href="/politique/2026/11/16/assemblee-loi-eau"' in body("courrier")


def test_the_old_atom_feed_is_in_an_old_charset() -> None:
    assert "Оренбургской".encode("windows-1251") in body("vestnik")


def test_the_json_feed_names_its_links() -> None:
    feed = json.loads(body("jiangwan"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [each["url"] for each in feed["items"]] == named("jiangwan")


def test_one_feed_is_a_page() -> None:
    assert body("lost").startswith(b"<!DOCTYPE html>")
    assert (sources()["lost"].failure, named("lost")) == ("not_a_feed", [])


def test_the_sitemaps_name_their_links() -> None:
    news = [each.text for each in ET.fromstring(body("news")).iter(f"{SITEMAP}loc")]
    archive = [each.text for each in ET.fromstring(gzip.decompress(body("archive"))).iter(f"{SITEMAP}loc")]
    assert news == [encoded(each) for each in named("news")]
    assert archive == [encoded(each) for each in named("archive")]


def test_the_sitemap_index_names_the_sitemaps() -> None:
    index = ET.fromstring(SITE.routes["herald", SITEMAP_PATH].body)
    wanted = [each for each in sources().values() if each.kind == "sitemap"]
    assert [each.text for each in index.iter(f"{SITEMAP}loc")] == [ORIGINS[each.host] + each.path for each in wanted]


def outline_of(source: Source) -> tuple[str, str | None]:
    return ORIGINS[source.host] + source.path, publications()[source.host].country


def test_the_opml_list_names_every_feed_with_its_country() -> None:
    outlines = ET.fromstring(SITE.routes["herald", OPML_PATH].body).iter("outline")
    wanted = [outline_of(each) for each in sources().values() if each.kind == "feed"]
    assert [(each.get("xmlUrl"), each.get("country")) for each in outlines] == wanted


def test_the_url_list_has_one_link_a_line() -> None:
    lines = [line for line in SITE.url_list.splitlines() if not line.startswith("#")]
    assert lines == named("urls")
