import pytest

from transforms.inputs.feeds import parse_feed
from transforms.inputs.full_texts import full_text, markup_of, without_last_line

URL = "https://news.example/one?a=1&b=2"
LONG = "<p>" + "The ferry came into the harbour before the storm did. " * 20 + "</p>"


def test_a_long_text_is_the_article() -> None:
    assert full_text([LONG, "<p>The ferry came.</p>"], URL) == LONG


@pytest.mark.parametrize(
    "markup",
    [
        None,
        "<p>The ferry came.</p>",
        f"<p>Short</p><script>{'x' * 2_000}</script>",
        LONG.removesuffix(" </p>") + " and then […]</p>",
        LONG.removesuffix(" </p>") + " and then [&#8230;]</p>",
        LONG.removesuffix(" </p>") + " and then...</p><p><a href='/one'>Continue reading →</a></p>",
        "<p>" + "x " * 200_000,
    ],
)
def test_what_is_short_endless_or_cut_off_is_none(markup: str | None) -> None:
    assert full_text([markup], URL) is None


def test_dots_inside_a_sentence_cut_nothing_off() -> None:
    whole = LONG.removesuffix("</p>") + "“Wait… wait...”, he said, and left.</p>"
    assert full_text([whole], URL) == whole


def test_scripts_with_fewer_letters_need_fewer() -> None:
    assert full_text([f"<p>{'渡船在风暴之前驶入港口。' * 30}</p>"], URL)


def test_the_line_that_links_to_the_item_itself_goes() -> None:
    line = (
        '<p>The post <a href="https://news.example/one?a=1&#038;b=2">One</a> came first on <a href="/">News</a>.</p>\n'
    )
    assert without_last_line(LONG + line, URL) == LONG
    assert without_last_line(LONG + line, "https://news.example/two") == LONG + line


def test_a_last_paragraph_with_a_link_elsewhere_stays() -> None:
    paragraph = '<p>More is in <a href="https://other.example/report">the report</a>.</p>'
    assert without_last_line(LONG + paragraph, URL) == LONG + paragraph


def test_plain_text_becomes_paragraphs() -> None:
    assert markup_of("One < two.\n\nThree.\r\n\r\nFour.") == "<p>One &lt; two.</p><p>Three.</p><p>Four.</p>"


def _rss(more: str) -> bytes:
    item = f"<item><link>https://n.example/1</link><title>T</title>{more}</item>"
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<rss version="2.0" {space}><channel><title>F</title>{item}</channel></rss>'.encode()


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><link href="https://n.example/1"/>'
    f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{LONG}</div></content></entry></feed>'
)
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "F",'
    ' "items": [{"id": "1", "url": "https://n.example/1", %s}]}'
)


@pytest.mark.parametrize(
    "feed",
    [
        _rss(f"<description>Short.</description><content:encoded><![CDATA[{LONG}]]></content:encoded>"),
        _rss(f"<description><![CDATA[{LONG}]]></description>"),
        ATOM.encode(),
        (JSON % f'"content_html": "{LONG}"').encode(),
        (JSON % f'"content_text": "{LONG[3:-4]}"').encode(),
    ],
)
def test_every_format_may_carry_the_article(feed: bytes) -> None:
    (entry,) = parse_feed(feed, "https://n.example/feed").entries
    assert entry.markup is not None
    assert "The ferry came into the harbour before the storm did." in entry.markup
    assert len(entry.item.summary or "") <= 2_000


def test_a_feed_of_teasers_carries_none() -> None:
    (entry,) = parse_feed(
        _rss("<description>The ferry came into the harbour.</description>"), "https://n.example/"
    ).entries
    assert entry.markup is None
