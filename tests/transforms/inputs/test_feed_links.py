from transforms.inputs.feed_entries import NotAFeed
from transforms.inputs.feed_links import linked_feeds, named_sitemaps
from transforms.inputs.list_entries import FeedSource
from transforms.inputs.opml import parse_opml
from transforms.inputs.opml_writer import write_opml

PAGE = "https://news.example/world/"


def test_links_of_the_head_come_before_links_of_the_text() -> None:
    page = """<html><head><base href="/"><link rel="stylesheet" href="x.css">
    <link rel="alternate" type="application/rss+xml; charset=utf-8" href="rss?a=1&amp;b=2">
    <link type='application/feed+json' rel='alternate' href='/feed.json'>
    <link rel="alternate" hreflang="fr" href="/fr"></head>
    <body><a href="/feeds/world.xml">feed</a><a href=/about>about</a><a href="javascript:feed/">x</a>
    <a href="https://news.example/feed.json">again</a></body>"""
    assert linked_feeds(page.encode(), PAGE) == [
        "https://news.example/rss?a=1&b=2",
        "https://news.example/feed.json",
        "https://news.example/feeds/world.xml",
    ]


def test_sitemaps_of_robots_txt_with_those_of_news_first() -> None:
    robots = b"User-agent: *\nSitemap: https://news.example/all.xml\nsitemap:/News-sitemap.xml\nDisallow: /"
    found = named_sitemaps(robots, "https://news.example/robots.txt")
    assert found == ["https://news.example/News-sitemap.xml", "https://news.example/all.xml"]


def test_a_page_without_end_is_bounded() -> None:
    assert linked_feeds(b"<a href='/feed/1'>" * 200_000, PAGE) == ["https://news.example/feed/1"]
    assert NotAFeed("x").detail == "x"


def test_a_list_that_was_written_is_read_as_it_was() -> None:
    feeds = [
        FeedSource(
            url='https://a.example/f?a=1&b="2"', title='A & "B" <C>', country="NZ", category="World/Asia", language="mi"
        ),
        FeedSource(url="https://b.example/f"),
    ]  # fmt: skip
    listed = parse_opml(write_opml(feeds, "Mine & yours").encode(), "x.opml").feeds
    assert listed == (feeds[0], FeedSource(url="https://b.example/f", title="https://b.example/f"))
