import gzip
import pickle
from datetime import UTC, datetime

import pytest

from schemas.failures import Reason
from transforms.inputs.feeds import NotAFeed, ParsedFeed, parse_feed

FEED_URL = "https://news.example/feeds/world.xml"
ITEM = "<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{link}</guid>{more}</item>"


def rss(*items: str, channel: str = "<title>World</title>", root: str = '<rss version="2.0">') -> bytes:
    return f"<?xml version='1.0' encoding='utf-8'?>{root}<channel>{channel}{''.join(items)}</channel></rss>".encode()


def item(title: str = "One", link: str = "https://news.example/1", more: str = "") -> str:
    return ITEM.format(title=title, link=link, more=more)


def read(body: bytes, **options: object) -> ParsedFeed:
    return parse_feed(body, FEED_URL, **options)  # type: ignore[arg-type]


def links(feed: ParsedFeed) -> list[str]:
    return [entry.url for entry in feed.entries]


def test_rss_gives_every_field() -> None:
    more = (
        "<pubDate>Mon, 06 May 2024 10:00:00 +0200</pubDate><description>&lt;p&gt;A &amp;amp; B&lt;/p&gt;</description>"
        "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Ann Lee</dc:creator><category>Politics</category>"
    )
    channel = "<title>World &amp; more</title><language>en_GB</language><ttl>30</ttl>"
    feed = read(rss(item(more=more), channel=channel), country="GB")
    entry = feed.entries[0]
    assert (feed.title, feed.format, feed.language, feed.asked_minutes) == ("World & more", "rss20", "en-gb", 30)
    assert not feed.malformed
    assert entry.url == "https://news.example/1"
    assert entry.item.feed_url == FEED_URL
    assert entry.item.feed_title == "World & more"
    assert entry.item.guid == "https://news.example/1"
    assert entry.item.summary == "A & B"
    assert entry.item.published_at == datetime(2024, 5, 6, 8, tzinfo=UTC)
    assert entry.item.updated_at is None
    assert entry.item.authors == ("Ann Lee",)
    assert entry.item.categories == ("Politics",)
    assert (entry.item.language, entry.item.country) == ("en-gb", "GB")


ATOM_ENTRY = """<entry><title type="text">Tags such as &lt;b></title><link href="/a"/><id>tag:x,1</id>
<updated>2024-05-06T10:00:00Z</updated>{more}</entry>"""


def atom(more: str = "", namespace: str = "http://www.w3.org/2005/Atom") -> bytes:
    return f'<feed xmlns="{namespace}"><title>World</title>{ATOM_ENTRY.format(more=more)}</feed>'.encode()


def test_atom_text_may_hold_what_looks_like_a_tag() -> None:
    entry = read(atom()).entries[0]
    assert entry.url == "https://news.example/a"
    assert entry.item.title == "Tags such as <b>"
    assert entry.item.guid == "tag:x,1"


def test_atom_keeps_updated_beside_published() -> None:
    entry = read(atom("<published>2024-05-05T10:00:00Z</published>")).entries[0]
    assert entry.item.published_at == datetime(2024, 5, 5, 10, tzinfo=UTC)
    assert entry.item.updated_at == datetime(2024, 5, 6, 10, tzinfo=UTC)


def rdf(namespace: str) -> bytes:
    return (
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{namespace}"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>W</title></channel><item><title>One</title>'
        "<link>https://news.example/1</link><dc:date>2024-05-06T10:00:00Z</dc:date></item></rdf:RDF>"
    ).encode()


CDF = b'<CHANNEL HREF="http://a.example/"><TITLE>W</TITLE><ITEM HREF="https://news.example/1"><TITLE>One</TITLE></ITEM></CHANNEL>'


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (rdf("http://my.netscape.com/rdf/simple/0.9/"), "rss090"),
        (rss(item(), root='<rss version="0.91">'), "rss091u"),
        (rss(item(), root='<rss version="0.92">'), "rss092"),
        (rss(item(), root='<rss version="0.93">'), "rss093"),
        (rss(item(), root='<rss version="0.94">'), "rss094"),
        (rdf("http://purl.org/rss/1.0/"), "rss10"),
        (rss(item()), "rss20"),
        (rss(item(), root="<rss>"), "rss"),
        (atom(), "atom10"),
        (atom(namespace="http://purl.org/atom/ns#").replace(b"<feed ", b'<feed version="0.3" '), "atom03"),
        (CDF, "cdf"),
    ],
)
def test_every_xml_format_is_read(body: bytes, form: str) -> None:
    feed = read(body)
    assert feed.format == form
    assert len(feed.entries) == 1
    assert feed.entries[0].url.startswith("https://news.example/")


def test_a_date_of_dublin_core_is_the_publication() -> None:
    entry = read(rdf("http://purl.org/rss/1.0/")).entries[0]
    assert entry.item.published_at == datetime(2024, 5, 6, 10, tzinfo=UTC)
    assert entry.item.updated_at is None


def test_the_result_crosses_a_process() -> None:
    feed = read(rss(item()))
    assert pickle.loads(pickle.dumps(feed)) == feed


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/1", "https://news.example/1"),
        ("2.html", "https://news.example/feeds/2.html"),
        ("//other.example/1", "https://other.example/1"),
        ("\n  https://news.example/1\n ", "https://news.example/1"),
        ("https://news.example/a b", "https://news.example/a%20b"),
        ("https://news.example/?a=1&amp;b=2", "https://news.example/?a=1&b=2"),
        ("https://news.example/long/\n   address", "https://news.example/long/address"),
        ("mailto:desk@news.example", "mailto:desk@news.example"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_links_become_absolute(link: str, expected: str) -> None:
    assert links(read(rss(item(link=link)))) == [expected]


def test_xml_base_is_minded_even_a_relative_one() -> None:
    body = atom().replace(b"<feed ", b'<feed xml:base="sub/" ').replace(b'href="/a"', b'href="a"')
    assert links(read(body)) == ["https://news.example/feeds/sub/a"]


def test_the_publishers_own_address_goes_before_the_counting_one() -> None:
    more = "<fb:origLink xmlns:fb='http://rssnamespace.org/feedburner/ext/1.0'>https://news.example/real</fb:origLink>"
    assert links(read(rss(item(link="https://count.example/~r/1", more=more)))) == ["https://news.example/real"]


def test_a_guid_is_a_link_only_when_it_says_so() -> None:
    permalink = "<item><title>a</title><guid>https://news.example/1</guid></item>"
    other = "<item><title>b</title><guid isPermaLink='false'>https://news.example/2</guid></item>"
    feed = read(rss(permalink, other))
    assert links(feed) == ["https://news.example/1"]
    assert feed.without_link == 1


def test_entries_come_newest_first_and_the_rest_is_counted() -> None:
    items = [
        item(link=f"https://news.example/{day}", more=f"<pubDate>0{day} May 2024 10:00 GMT</pubDate>")
        for day in (1, 3, 2)
    ]
    feed = read(rss(item(link="https://news.example/undated"), *items), max_items=3)
    assert links(feed) == ["https://news.example/3", "https://news.example/2", "https://news.example/1"]
    assert feed.over_cap == 1


def test_of_very_many_items_the_newest_are_read() -> None:
    items = [
        item(link=f"https://news.example/{number}", more=f"<pubDate>2024-05-06T10:{number:02}:00Z</pubDate>")
        for number in range(60)
    ]
    feed = read(rss(*items), max_items=5)
    assert links(feed) == [f"https://news.example/{number}" for number in (59, 58, 57, 56, 55)]
    assert (feed.over_cap, feed.without_link) == (55, 0)


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z", "soon", "99999-01-01"])
def test_an_absurd_date_is_no_date(date: str) -> None:
    assert read(rss(item(more=f"<pubDate>{date}</pubDate>"))).entries[0].item.published_at is None


def test_the_version_changes_with_title_text_and_time_of_change_and_with_nothing_else() -> None:
    def version(title: str = "One", more: str = "") -> str:
        return read(rss(item(title=title, more=more))).entries[0].version

    text = "<description>Text &lt;img src='{}'&gt;</description>"
    assert version().startswith("item:")
    assert len(version()) == len("item:") + 16
    changed = "<atom:updated xmlns:atom='http://www.w3.org/2005/Atom'>2024-05-06T10:00:00Z</atom:updated>"
    dated = "<pubDate>Mon, 06 May 2024 09:00:00 GMT</pubDate>"
    assert len({version(), version("Two"), version(more=dated + changed), version(more=text)}) == 4
    assert version(more=dated) == version()  # many feeds date their items anew each day
    assert version(more=text.format("a.png?1")) == version(more=text.format("a.png?2"))


# Malformed, hostile, and not a feed


def test_of_a_cut_feed_the_whole_items_are_kept() -> None:
    body = rss(item(), item(link="https://news.example/2"), item(link="https://news.example/333"))
    feed = read(body[: body.index(b"333") + 1])
    assert links(feed) == ["https://news.example/1", "https://news.example/2"]
    assert feed.malformed


@pytest.mark.parametrize(
    "broken",
    [
        "a & b",
        "a <b>b</i>",
        "a &nbsp; &eacute; &unknown; b",
        "a \x00\x08 b",
        "a &#0; &#55296; &#99999999999; b",
        "</item><textInput><name>x</name></textInput><item>",
        "<width/>",
    ],
)
def test_a_broken_item_costs_neither_itself_nor_its_neighbours(broken: str) -> None:
    feed = read(rss(item(more=f"<description>{broken}</description>"), item(link="https://news.example/2")))
    assert {"https://news.example/1", "https://news.example/2"} <= set(links(feed))
    assert feed.malformed


def test_an_item_that_the_parser_dies_of_leaves_the_others() -> None:
    deadly = "<item><title>x</title></category><link>https://news.example/x</link></item>"
    feed = read(rss(item(), deadly, item(link="https://news.example/2")))
    assert {"https://news.example/1", "https://news.example/2"} <= set(links(feed))
    assert feed.title == "World"
    assert feed.malformed


def test_titles_are_stored_clean_and_capped() -> None:
    title = "A\x00 \u202etitle\x07 &lt;b&gt;bold&lt;/b&gt;&lt;script&gt;alert(1)&lt;/script&gt; " + "x" * 100_000
    stored = read(rss(item(title=title))).entries[0].item.title
    assert stored is not None
    assert stored.startswith("A title bold xxx")
    assert len(stored) == 1_000


RUSSIAN = "Правительство утвердило новый закон о бюджете, сообщает агентство"
FRENCH = "Le président a déclaré que l’été « tout » allait bien à Genève"
CHINESE = "中国政府星期三宣布新的经济政策，总理在北京发表讲话"


@pytest.mark.parametrize(
    ("title", "charset"), [(RUSSIAN, "cp1251"), (FRENCH, "cp1252"), (CHINESE, "gb18030"), (RUSSIAN, "koi8-r")]
)
def test_a_legacy_charset_declared_as_utf8_is_read_and_flagged(title: str, charset: str) -> None:
    body = rss(item(title=title)).decode().encode(charset)
    feed = read(body)
    assert feed.entries[0].item.title == title
    assert feed.malformed


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig"])
def test_wide_charsets_are_read_with_and_without_a_mark(charset: str) -> None:
    assert read(rss(item(title=RUSSIAN)).decode().encode(charset)).entries[0].item.title == RUSSIAN


def test_of_two_declarations_the_one_that_fits_is_used() -> None:
    body = rss(item(title=RUSSIAN)).replace(b"'utf-8'", b"'windows-1251'").decode().encode("cp1251")
    feed = read(body, content_type="application/rss+xml; charset=utf-8")
    assert feed.entries[0].item.title == RUSSIAN
    assert not feed.malformed


def test_a_gzip_file_is_unpacked_under_a_cap() -> None:
    assert links(read(gzip.compress(rss(item())))) == ["https://news.example/1"]
    bomb = read(gzip.compress(rss(item()) + b" " * 30_000_000))
    assert links(bomb) == ["https://news.example/1"]
    assert bomb.malformed


def test_a_cut_gzip_file_gives_what_was_there() -> None:
    body = gzip.compress(rss(item(), *(item(link=f"https://news.example/{i * 7919 % 10007}") for i in range(5000))))
    feed = read(body[: len(body) // 2])
    assert feed.malformed
    assert feed.entries


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!DOCTYPE html><html><head><title>Home</title></head><p>Hi</html>", "an HTML page, not a feed: Home"),
        (b"<html><form><input type='password'></form></html>", "login"),
        (b'{"error": {"code": 403}}', "JSON, but not a JSON Feed: it has the fields error"),
        (b'["a"]', "it is a list"),
        (b'{"items": [', "JSON that cannot be read"),
        (b'{"items":' + b"[" * 100_000, "JSON that cannot be read"),
        (b"<urlset><url><loc>https://news.example/</loc></url></urlset>", "<urlset>"),
        (b"Service unavailable", "begins with 'Service unavailable'"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither XML nor JSON"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, detail: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        read(body)
    assert caught.value.reason is Reason.NOT_A_FEED
    assert detail in caught.value.detail


def test_a_warning_before_the_feed_is_stepped_over() -> None:
    feed = read(b"<br />\n<b>Warning</b>: date() in line 3<br />" + rss(item()))
    assert links(feed) == ["https://news.example/1"]
    assert feed.malformed


LAUGHS = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
        f'<!DOCTYPE x [<!ENTITY l9 "{"ha" * 50_000}">]>',
        '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
    ],
)
def test_entities_are_never_expanded_nor_fetched(doctype: str) -> None:
    body = doctype + rss(item(title="One &l9;" * 20)).decode().split("?>", 1)[1]
    title = read(body.encode()).entries[0].item.title
    assert title is not None
    assert "haha" not in title
    assert "One" in title


def test_an_element_with_thousands_of_attributes_is_dropped() -> None:
    attributes = " ".join(f'a{number}="1"' for number in range(20_000))
    feed = read(rss(item(more=f"<x {attributes}/>")))
    assert links(feed) == ["https://news.example/1"]
    assert feed.malformed


def test_a_body_that_is_the_name_of_a_file_is_not_opened() -> None:
    with pytest.raises(NotAFeed):
        read(__file__.encode())
