import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.links import FeedItem, Link
from transforms.inputs.warc import WarcListing
from transforms.inputs.warc_removal import Removal, remove_exchanges
from transforms.web.archive import Archive
from transforms.web.client import Exchange, Response
from transforms.web.connections import Answer
from transforms.web.fetches import Kind, Request
from transforms.web.memory import Witnessed

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ONE, TWO, FEED = "https://news.example/1", "https://news.example/2", "https://news.example/feed"


def seen(url: str, kind: Kind = Kind.PAGE, body: bytes = b"<p>hi", of: str | None = None, **more: str) -> Witnessed:
    headers = tuple((name.replace("_", "-"), value) for name, value in more.items())
    raw = Exchange(target="/", sent=(), answer=Answer(status=200, headers=headers, body=body))
    item = FeedItem(feed_url=FEED, title="Told by the feed") if kind is Kind.PAGE else None
    request = Request(link=Link(url=of or url, source=FEED, item=item), url=url, kind=kind)
    return Witnessed(
        request=request, answer=Response(url=url, status=200, headers=headers, body=body, raw=raw), robots="", at=AT
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "newsbeam-a-001.warc.gz"


def write(path: Path, *exchanges: Witnessed) -> None:
    archive = Archive(str(path.parent), "newsbeam-a", "newsbeam/1")
    archive.enter()
    for each in exchanges:
        archive.write(each)
    archive.leave()


def remove(path: Path, url: str) -> Removal:
    return remove_exchanges(path, lambda asked, _: asked == url)


def content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def pages(path: Path) -> list[str]:
    return [each.url for each in WarcListing(path=str(path)).entries()]


def test_an_exchange_goes_with_all_its_records_and_the_others_stay_as_they_are(path: Path) -> None:
    write(path, seen(ONE, body=b"secret text"), seen(TWO))
    before = path.read_bytes()
    assert remove(path, ONE) == Removal(exchanges=1, damaged=0)
    assert pages(path) == [TWO]
    assert ONE.encode() not in content(path)
    assert b"secret text" not in content(path)
    assert before.endswith(path.read_bytes()[-500:])
    assert list(path.parent.iterdir()) == [path]


def test_nothing_is_written_where_nothing_is_meant(path: Path) -> None:
    write(path, seen(ONE))
    before = path.stat()
    assert remove(path, TWO) == Removal(exchanges=0, damaged=0)
    assert path.stat() == before


def test_a_page_behind_a_redirect_goes_with_the_link_that_led_there(path: Path) -> None:
    write(path, seen(TWO, of=ONE), seen("https://news.example/3"))
    assert remove(path, ONE).exchanges == 1
    assert pages(path) == ["https://news.example/3"]


@pytest.mark.parametrize("kind", [Kind.FEED, Kind.SITEMAP])
def test_a_feed_that_names_the_page_goes_too(path: Path, kind: Kind) -> None:
    body = gzip.compress(b"<item><title>Secret</title><link>https://news.example/1</link></item>")
    write(path, seen(FEED, kind, body, content_encoding="gzip"), seen(TWO))
    assert remove(path, ONE).exchanges == 1
    listing = WarcListing(path=str(path))
    assert [each.url for each in listing.entries()] == [TWO]
    assert "not_a_page" not in listing.skipped


def test_an_address_is_found_as_markup_and_json_write_it(path: Path) -> None:
    for body in (b"<link>https://news.example/?a=1&amp;b=2</link>", rb'{"url": "https:\/\/news.example\/?a=1&b=2"}'):
        write(path, seen(FEED, Kind.FEED, body), seen(TWO))
        assert remove(path, "https://news.example/?a=1&b=2").exchanges == 1


def test_a_page_that_only_links_to_it_stays(path: Path) -> None:
    write(path, seen(TWO, body=b'<a href="https://news.example/1">see</a>'))
    assert remove(path, ONE).exchanges == 0


def test_an_archive_of_which_nothing_is_left_is_deleted(path: Path) -> None:
    write(path, seen(ONE))
    assert remove(path, ONE).exchanges == 1
    assert list(path.parent.iterdir()) == []


def test_an_exchange_that_a_killed_run_cut_off_goes_too(path: Path) -> None:
    write(path, seen(TWO), seen(ONE, body=b"x" * 5_000))
    path.write_bytes(path.read_bytes()[:-30])
    assert remove(path, ONE) == Removal(exchanges=1, damaged=0)
    assert pages(path) == [TWO]


def test_records_that_nobody_can_read_go_too(path: Path) -> None:
    write(path, seen(ONE), seen(TWO))
    content_ = bytearray(path.read_bytes())
    content_[700:720] = bytes(20)
    path.write_bytes(content_)
    assert remove(path, "https://nothing.example/").damaged > 0
    assert remove(path, "https://nothing.example/") == Removal(exchanges=0, damaged=0)
    assert TWO in pages(path)


def test_the_moment_of_asking_is_told(path: Path) -> None:
    write(path, seen(ONE))
    assert remove_exchanges(path, lambda _, at: at is not None and at > AT).exchanges == 0
    assert remove_exchanges(path, lambda _, at: at == AT).exchanges == 1
