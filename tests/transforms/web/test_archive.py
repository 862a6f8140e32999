from datetime import UTC, datetime
from pathlib import Path

from schemas.failures import Reason
from schemas.links import FeedItem, Link
from transforms.inputs.warc import WarcListing, WarcPage, read_records
from transforms.inputs.warc_metadata import read_errand
from transforms.web.archive import METADATA_TYPE, Archive
from transforms.web.client import Exchange, FetchError, Response
from transforms.web.connections import Answer
from transforms.web.fetches import Kind, Request
from transforms.web.memory import Witnessed

AT = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
URL = "https://news.example/1"
ITEM = FeedItem(feed_url="https://news.example/feed", title="Größe", published_at=AT, authors=("A", "B"))
LINK = Link(url=f"{URL}?utm_source=x", source=ITEM.feed_url, item=ITEM, seen_in=("list.txt",))
HEADERS = (("content-type", "text/html"), ("transfer-encoding", "chunked"))


def seen(kind: Kind | None = Kind.PAGE, body: bytes = b"<p>hi", status: int = 200) -> Witnessed:
    answer = Answer(status=status, headers=HEADERS, body=body)
    raw = Exchange(target="/1", sent=(("host", "news.example"), ("authorization", "***")), answer=answer)
    request = Request(link=LINK, url=URL, kind=kind, via=("https://news.example/0",)) if kind else None
    response = Response(url=URL, status=status, headers=HEADERS, body=body, raw=raw)
    return Witnessed(request=request, answer=response, robots="lets this address pass", at=AT)


def written(folder: Path, *exchanges: Witnessed) -> Path:
    archive = Archive(str(folder / "warc"), "newsbeam-run-1", "newsbeam/1")
    archive.enter()
    for each in exchanges:
        archive.write(each)
    archive.leave()
    [path] = (folder / "warc").iterdir()
    return path


def test_a_page_comes_back_with_its_link(tmp_path: Path) -> None:
    path = written(tmp_path, seen())
    assert path.name == "newsbeam-run-1-001.warc.gz"
    [entry] = WarcListing(path=str(path)).entries()
    assert (entry.url, entry.date) == (URL, AT)
    assert entry.errand is not None
    assert (entry.errand.url, entry.errand.item, entry.errand.seen_in) == (LINK.url, ITEM, LINK.seen_in)
    [(_, page)] = read_records(str(path), [entry.offset])
    assert isinstance(page, WarcPage)
    assert (page.body, page.status, page.content_type) == (b"<p>hi", 200, "text/html")


def test_only_pages_are_listed(tmp_path: Path) -> None:
    path = written(tmp_path, seen(None), seen(Kind.FEED), seen(status=404), seen())
    listing = WarcListing(path=str(path))
    assert len(list(listing.entries())) == 1
    assert listing.skipped["not_a_page"] == 2
    assert listing.skipped["not_2xx"] == 1


def test_what_failed_says_why(tmp_path: Path) -> None:
    error = FetchError(url=URL, reason=Reason.TIMEOUT_FIRST_BYTE, detail="no byte", raw=Exchange(target="/1", sent=()))
    path = written(tmp_path, Witnessed(request=None, answer=error, robots="is never asked", at=AT))
    listing = WarcListing(path=str(path))
    assert list(listing.entries()) == []
    assert dict(listing.skipped) == {"warcinfo_record": 1, "request_record": 1, "metadata_record": 1}


def test_a_file_has_its_name_only_when_nobody_writes_it(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path), "a", "newsbeam/1")
    archive.enter()
    archive.enter()
    archive.write(seen())
    archive.leave()
    assert [path.name for path in tmp_path.iterdir()] == ["a-001.warc.gz.open"]
    archive.leave()
    assert [path.name for path in tmp_path.iterdir()] == ["a-001.warc.gz"]


def test_metadata_of_strangers_means_nothing() -> None:
    for block in (b"", b"[]", b"{", b'{"kind": 1}', b"[" * 100_000, b'"' * 10):
        assert read_errand(METADATA_TYPE, block) is None
    assert read_errand("application/json", b'{"kind": "page"}') is None
    odd = read_errand(
        METADATA_TYPE, b'{"kind": "page", "link": {"url": 1, "item": {"feed_url": "f", "authors": [1, "A"]}}}'
    )
    assert odd is not None
    assert (odd.url, odd.item) == (None, FeedItem(feed_url="f", authors=("A",)))
