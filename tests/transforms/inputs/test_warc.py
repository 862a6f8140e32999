import base64
import gzip
import hashlib
import zlib
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
import zstandard

from schemas.failures import Reason
from transforms.inputs.warc import BadRecord, NotAnArchive, WarcListing, WarcPage, read_records


def record(kind: str, url: str | None, block: bytes, content_type: str = "application/http", **headers: str) -> bytes:
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>",
        "WARC-Date: 2024-03-01T10:00:00Z",
        f"Content-Type: {content_type}",
        *([f"WARC-Target-URI: {url}"] if url else []),
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        *([] if "Content_Length" in headers else [f"Content-Length: {len(block)}"]),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def answer(body: bytes, *headers: str, status: str = "200 OK", content_type: str | None = "text/html") -> bytes:
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {content_type}"] if content_type else []), *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(body: bytes, size: int = 7) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


INFO = record("warcinfo", None, b"software: x\r\n", "application/warc-fields")
ONE = record("response", "https://a.example/1", answer(b"<p>one"))
TWO = record("response", "<https://a.example/2>", answer(b"<p>two", "X-Robots-Tag: noai", "X-Robots-Tag: noindex"))
RESOURCE = record("resource", "https://a.example/3", b"<p>three", "text/html; charset=utf-8")
ALL = [INFO, ONE, TWO, RESOURCE]
MEMBERS = [gzip.compress(piece) for piece in ALL]


class Archive:
    """A file, what it lists, and what is read at the listed places."""

    def __init__(self, folder: Path, content: bytes, max_body: int = 100_000) -> None:
        path = folder / "a.warc"
        path.write_bytes(content)
        listing = WarcListing(path=str(path))
        self.entries = list(listing.entries())
        self.skipped = dict(listing.skipped)
        self.read = dict(read_records(str(path), [entry.offset for entry in self.entries], max_body))
        self.results = [self.read[entry.offset] for entry in self.entries]
        self.bodies = [result.body for result in self.results if isinstance(result, WarcPage)]


def one(folder: Path, block: bytes, **headers: str) -> WarcPage | BadRecord:
    return Archive(folder, INFO + record("response", "https://a.example/", block, **headers) + ONE).results[0]


@pytest.mark.parametrize(
    "content",
    [
        b"".join(ALL),
        b"".join(MEMBERS),
        gzip.compress(b"".join(ALL)),
        gzip.compress(INFO + ONE) + gzip.compress(TWO + RESOURCE),
        b"".join(gzip.compress(b"".join(ALL)[start : start + 100]) for start in range(0, sum(map(len, ALL)), 100)),
        b"\r\n" + b"\r\n".join(ALL),
        b"".join(MEMBERS) + b"\0" * 512,
    ],
    ids=["plain", "member a record", "one member", "two a member", "blocks", "padded", "zeros at the end"],
)
def test_pages_are_listed_and_read_however_the_file_is_packed(tmp_path: Path, content: bytes) -> None:
    archive = Archive(tmp_path, content)
    assert [entry.url for entry in archive.entries] == [
        "https://a.example/1",
        "https://a.example/2",
        "https://a.example/3",
    ]
    assert archive.bodies == [b"<p>one", b"<p>two", b"<p>three"]
    assert archive.skipped == {"warcinfo_record": 1}
    assert len(archive.read) == 3


def test_fields_of_a_page(tmp_path: Path) -> None:
    archive = Archive(tmp_path, TWO + RESOURCE)
    date = datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert archive.results == [
        WarcPage(
            url="https://a.example/2",
            status=200,
            content_type="text/html",
            robots_tag="noai, noindex",
            date=date,
            body=b"<p>two",
        ),
        WarcPage(
            url="https://a.example/3",
            status=None,
            content_type="text/html; charset=utf-8",
            robots_tag=None,
            date=date,
            body=b"<p>three",
        ),
    ]
    assert [(entry.status, entry.date) for entry in archive.entries] == [(200, date), (None, date)]


def test_what_is_no_page_is_counted_by_kind(tmp_path: Path) -> None:
    content = [
        record("request", "https://a.example/", b"GET / HTTP/1.1\r\n\r\n"),
        record("revisit", "https://a.example/", answer(b"")),
        record("response", "https://a.example/404", answer(b"no", status="404 Not Found")),
        record("response", "https://a.example/a.png", answer(b"\x89PNG", content_type="image/png")),
        record("response", "dns:a.example", b"127.0.0.1", "text/dns"),
        record("response", "https://a.example/x", b"SSH-2.0"),
        record("response", None, answer(b"<p>")),
        record("response", "https://a.example/untold", answer(b"<p>", content_type=None)),
    ]
    archive = Archive(tmp_path, b"".join(content))
    assert [entry.url for entry in archive.entries] == ["https://a.example/untold"]
    assert archive.skipped == {
        "request_record": 1,
        "revisit_record": 1,
        "not_2xx": 1,
        "not_html": 1,
        "not_http": 2,
        "no_url": 1,
    }


PAGE = b"<p>" + b"a long text " * 50


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE), ["Content-Encoding: gzip"]),
        (zlib.compress(PAGE), ["Content-Encoding: deflate"]),
        (zlib.compress(PAGE, wbits=-15), ["Content-Encoding: deflate"]),
        (brotli.compress(PAGE), ["Content-Encoding: br"]),
        (zstandard.compress(PAGE), ["Content-Encoding: zstd"]),
        (gzip.compress(zlib.compress(PAGE)), ["Content-Encoding: deflate, gzip"]),
        (chunked(PAGE), ["Transfer-Encoding: chunked"]),
        (chunked(gzip.compress(PAGE)), ["Transfer-Encoding: chunked", "Content-Encoding: gzip"]),
        (PAGE, ["Transfer-Encoding: chunked", "Content-Encoding: gzip"]),
        (PAGE, ["Content-Encoding: br"]),
        (PAGE, ["Content-Encoding: utf-8"]),
    ],
)
def test_codings_are_taken_off_where_they_are_there(tmp_path: Path, body: bytes, headers: list[str]) -> None:
    page = one(tmp_path, answer(body, *headers))
    assert isinstance(page, WarcPage)
    assert page.body == PAGE


BOMB = b"\0" * 5_000_000


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (gzip.compress(BOMB), "gzip", Reason.TOO_LARGE),
        (zlib.compress(BOMB), "deflate", Reason.TOO_LARGE),
        (brotli.compress(BOMB, quality=1), "br", Reason.TOO_LARGE),
        (zstandard.compress(BOMB), "zstd", Reason.TOO_LARGE),
        (b"x" * 100_001, "identity", Reason.TOO_LARGE),
        (gzip.compress(PAGE)[:-12], "gzip", Reason.INCOMPLETE_BODY),
        (brotli.compress(PAGE)[:-5], "br", Reason.INCOMPLETE_BODY),
        (gzip.compress(PAGE)[:10] + b"\xff" * 20, "gzip", Reason.DECODE_ERROR),
        (b"\xff" * 50, "zstd", Reason.DECODE_ERROR),
        (gzip.compress(PAGE), "gzip, gzip, gzip, gzip", Reason.DECODE_ERROR),
    ],
)
def test_what_cannot_be_decoded_says_why(tmp_path: Path, body: bytes, coding: str, reason: Reason) -> None:
    result = one(tmp_path, answer(body, f"Content-Encoding: {coding}"))
    assert isinstance(result, BadRecord)
    assert result.reason is reason


def test_a_missing_last_chunk_is_an_incomplete_body(tmp_path: Path) -> None:
    result = one(tmp_path, answer(chunked(PAGE)[:-30], "Transfer-Encoding: chunked"))
    assert isinstance(result, BadRecord)
    assert result.reason is Reason.INCOMPLETE_BODY


def test_a_huge_record_is_refused_before_it_is_read(tmp_path: Path) -> None:
    archive = Archive(tmp_path, record("response", "https://a.example/", answer(b"x" * 2_000_000)) + ONE)
    result = archive.results[0]
    assert isinstance(result, BadRecord)
    assert result.reason is Reason.TOO_LARGE
    assert archive.bodies == [b"<p>one"]


def sha1(block: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(block).digest()).decode()


def test_a_block_digest_is_checked(tmp_path: Path) -> None:
    block = answer(b"<p>one")
    assert isinstance(one(tmp_path, block, WARC_Block_Digest=sha1(block)), WarcPage)
    assert isinstance(one(tmp_path, block, WARC_Block_Digest=f"sha256:{hashlib.sha256(block).hexdigest()}"), WarcPage)
    assert isinstance(one(tmp_path, block, WARC_Block_Digest="crc9:abc"), WarcPage)
    result = one(tmp_path, block, WARC_Block_Digest=sha1(b"other"))
    assert isinstance(result, BadRecord)
    assert "Digest" in result.detail


# Damage


def test_a_cut_plain_archive_keeps_what_is_whole(tmp_path: Path) -> None:
    archive = Archive(tmp_path, (ONE + TWO)[:-6])
    assert archive.bodies == [b"<p>one"]
    assert isinstance(archive.results[1], BadRecord)
    assert archive.results[1].reason is Reason.INCOMPLETE_BODY


@pytest.mark.parametrize(
    ("content", "urls"),
    [
        (ONE + b"junk\r\n\r\n" + TWO, ["https://a.example/1", "https://a.example/2"]),
        (ONE + TWO[:60], ["https://a.example/1"]),
        (MEMBERS[1] + b"junk" + MEMBERS[2], ["https://a.example/1", "https://a.example/2"]),
        (MEMBERS[0] + MEMBERS[1][:40] + b"zzzz" + MEMBERS[1][44:] + MEMBERS[2], ["https://a.example/2"]),
        (ONE + record("response", "https://a.example/x", b"", Content_Length="-5") + TWO, ["https://a.example/1", "https://a.example/2"]),
        (ONE + record("response", "https://a.example/x", b"", X="y" * 100_000) + TWO, ["https://a.example/1", "https://a.example/2"]),
    ],
    ids=["junk", "cut head", "junk between members", "broken member", "negative length", "endless head"],
)  # fmt: skip
def test_reading_goes_on_after_damage(tmp_path: Path, content: bytes, urls: list[str]) -> None:
    archive = Archive(tmp_path, content)
    assert [entry.url for entry in archive.entries] == urls
    assert archive.skipped["damaged"] == 1
    assert len(archive.bodies) == len(urls)


def test_a_page_cannot_smuggle_records_in(tmp_path: Path) -> None:
    archive = Archive(
        tmp_path, record("response", "https://a.example/", answer(b"<p>\r\n\r\n" + TWO)) + b"junk\r\n" + ONE
    )
    assert [entry.url for entry in archive.entries] == ["https://a.example/", "https://a.example/1"]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "empty"),
        (b"hello\nworld\n", "begins with"),
        (b"<html></html>", "begins with b'<html></html>'"),
        (bytes(range(256)), "begins with"),
        (gzip.compress(b"hello"), "a gzip file that holds"),
        (b"\x1f\x8b\x08" + b"zzzzzzzzzzzzzzzz", "gzip"),
        (zstandard.compress(ONE), "zstd"),
    ],
)
def test_what_is_no_archive(tmp_path: Path, content: bytes, detail: str) -> None:
    with pytest.raises(NotAnArchive) as caught:
        Archive(tmp_path, content)
    assert caught.value.reason is Reason.NOT_AN_ARCHIVE
    assert detail in caught.value.detail


def test_an_offset_without_a_record_is_a_bad_record(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(ALL))
    ((offset, result),) = read_records(str(path), [5])
    assert offset == 5
    assert isinstance(result, BadRecord)
    assert result.reason is Reason.UNREADABLE_FILE
