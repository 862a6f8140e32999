import pytest

from schemas.failures import Reason
from transforms.inputs.feed_lists import FeedSource, NotAList
from transforms.inputs.opml import parse_opml


def opml(body: str) -> bytes:
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def outline(url: str, title: str = "T", more: str = "") -> str:
    return f'<outline type="rss" text="{title}" xmlUrl="{url}" {more}/>'


def urls(body: bytes) -> list[str]:
    return [feed.url for feed in parse_opml(body, "list.opml").feeds]


def test_fields_and_the_path_of_folders() -> None:
    inner = outline("https://a.example/f", "A &amp; B", 'country="fr" language="FR_fr"')
    parsed = parse_opml(opml(f'<outline text="News"><outline text="Asia">{inner}</outline></outline>'), "x")
    expected = FeedSource(
        url="https://a.example/f", title="A & B", country="FR", category="News/Asia", language="fr-fr"
    )
    assert parsed.feeds == (expected,)


def test_folders_end_where_they_end() -> None:
    parsed = parse_opml(
        opml(f'<outline text="A">{outline("https://a.example/")}</outline>{outline("https://b.example/")}'), "x"
    )
    assert [feed.category for feed in parsed.feeds] == ["A", None]


@pytest.mark.parametrize(
    "title", ["a & b", "a > b", "a < b", 'say "hi" now', "x = &quot;5&quot;", "&undefined;", "it's", 'open " quote']
)
def test_malformed_attributes_lose_no_feed(title: str) -> None:
    body = opml(outline("https://a.example/?x=1&y=2", title) + outline("https://b.example/"))
    assert urls(body) == ["https://a.example/?x=1&y=2", "https://b.example/"]


def test_a_cut_list_keeps_what_came() -> None:
    body = opml(outline("https://a.example/") + outline("https://b.example/"))
    assert urls(body[: body.index(b"b.example") - 20]) == ["https://a.example/"]


def test_single_quotes_any_case_and_line_ends() -> None:
    body = opml("<OUTLINE TEXT='a'\r\n XMLURL='https://a.example/'\r\n></OUTLINE>")
    assert urls(body) == ["https://a.example/"]


def test_repeated_feeds_are_folded_and_the_first_wins() -> None:
    parsed = parse_opml(opml(outline("https://a.example/", "one") + outline("https://a.example/", "two")), "x")
    assert [feed.title for feed in parsed.feeds] == ["one"]


def test_what_is_no_web_address_is_refused_by_name() -> None:
    body = opml(
        outline("file:///etc/passwd")
        + outline("/feed.xml")
        + outline("http:///x")
        + '<outline type="rss" text="lost"/><outline type="include" url="https://a.example/more.opml"/>'
    )
    parsed = parse_opml(body, "x")
    assert parsed.feeds == ()
    assert dict(parsed.refused) == {
        "file:///etc/passwd": "only http and https are read, not file",
        "/feed.xml": "a relative address: give it with http:// or https://",
        "http:///x": "an address without a host",
        "lost": "an outline of a feed without xmlUrl",
        "https://a.example/more.opml": "another list that this one includes: give it by itself",
    }


def test_feed_scheme_is_http() -> None:
    assert urls(opml(outline("feed://a.example/f") + outline("feed:https://b.example/f"))) == [
        "http://a.example/f",
        "https://b.example/f",
    ]


def test_comments_are_no_feeds() -> None:
    assert urls(opml(f"<!-- {outline('https://a.example/')} -->{outline('https://b.example/')}")) == [
        "https://b.example/"
    ]


def test_entities_of_the_document_mean_nothing() -> None:
    laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    body = f"<!DOCTYPE opml [{laughs}]>".encode() + opml(outline("https://a.example/", "&l9;"))
    assert parse_opml(body, "x").feeds[0].title == "&l9;"


def test_ten_thousand_feeds() -> None:
    assert len(urls(opml("".join(outline(f"https://a.example/{number}") for number in range(10_000))))) == 10_000


def test_deep_nesting_does_not_recurse() -> None:
    body = opml('<outline text="a">' * 20_000 + outline("https://a.example/"))
    assert urls(body) == ["https://a.example/"]


def test_an_empty_list_is_a_list() -> None:
    assert urls(b"<opml version='1.0'><body/></opml>") == []


def test_something_else_is_not_a_list() -> None:
    with pytest.raises(NotAList, match=r"x\.xml is not OPML") as caught:
        parse_opml(b"<rss><channel/></rss>", "x.xml")
    assert caught.value.reason is Reason.NOT_A_LIST
