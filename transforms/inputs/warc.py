"""Pages of WARC archives: which there are, and the bytes of each."""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from schemas.failures import Reason
from transforms.inputs.dates import parse_date
from transforms.inputs.gzipped import GZIP_MAGIC
from transforms.inputs.warc_framing import SIGNATURE, ByteStream, DamagedError, Record, record_at, records
from transforms.inputs.warc_http import MAX_HEAD_BYTES, HttpHead, UndecodableError, decode_body, split_message
from transforms.inputs.warc_metadata import MAX_METADATA, Errand, read_errand

MAX_BODY_BYTES = 5 * 1024 * 1024  # a page above it is no article; extraction has the same cap
CODING_OVERHEAD = 1024 * 1024  # what head and chunk sizes may add to a body
HTML_TYPES = ("text/html", "application/xhtml+xml")
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

Opener = Callable[[str], BinaryIO]


def open_local(path: str) -> BinaryIO:
    return Path(path).open("rb")


class NotAnArchive(Exception):
    """The file holds no WARC record at its beginning; the detail says what it looks like instead."""

    reason = Reason.NOT_AN_ARCHIVE

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcEntry:
    """A record that may be a page. `offset` is what read_records finds it by; status is None for a resource record."""

    url: str
    offset: int
    date: datetime | None
    status: int | None
    content_type: str | None
    errand: Errand | None = None  # in archives of our own: for which link it was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcPage:
    """An archived answer, decoded from its content coding but not from its charset."""

    url: str
    status: int | None
    content_type: str | None
    robots_tag: str | None
    date: datetime | None
    body: bytes
    tdm_reservation: str | None = None
    tdm_policy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRecord:
    """A record that was listed and cannot be read."""

    reason: Reason
    detail: str


@dataclass(slots=True, kw_only=True)
class WarcListing:
    """What an archive holds. Every record is either an entry or counted in `skipped`, complete after the iteration.

    Keys of `skipped`: `TYPE_record` for warcinfo, request and the like; and of responses `not_http`, `not_2xx`,
    `not_html`, `no_url`, and `not_a_page` for a feed or robots.txt of our own archives. `damaged` counts places where
    reading had to start anew, not records.
    """

    path: str
    opener: Opener = open_local
    skipped: Counter[str] = field(default_factory=Counter)

    def entries(self) -> Iterator[WarcEntry]:
        """Pages in the order of the file; NotAnArchive before the first where there is no archive."""
        self.skipped.clear()
        with self.opener(self.path) as file:
            check_archive(file)
            errands: dict[str, Errand] = {}  # of the next response; it comes at once
            for record in records(file):
                found = "damaged" if isinstance(record, DamagedError) else _errand_or_entry(record, errands)
                if isinstance(found, WarcEntry):
                    yield found
                else:
                    self.skipped[found] += 1


def check_archive(file: BinaryIO) -> None:
    """Raise NotAnArchive unless a record stands at the beginning."""
    file.seek(0)
    start = file.read(64)
    if not start:
        raise NotAnArchive("the file is empty")
    if start.startswith(ZSTD_MAGIC):
        raise NotAnArchive("compressed with zstd: .warc and .warc.gz are read")
    try:
        decoded = ByteStream(file, 0).peek(64)
    except DamagedError as damage:
        raise NotAnArchive(f"a gzip file that cannot be decoded: {damage}") from damage
    if not decoded.lstrip(b"\r\n").startswith(SIGNATURE):
        kind = "a gzip file that holds" if start.startswith(GZIP_MAGIC) else "not a WARC file: it begins with"
        raise NotAnArchive(f"{kind} {decoded[:20]!r}")


def read_records(
    path: str, offsets: Sequence[int], max_body: int = MAX_BODY_BYTES, opener: Opener = open_local
) -> Iterator[tuple[int, WarcPage | BadRecord]]:
    """Read the records at these offsets, in ascending order, each once; the file is opened once."""
    with opener(path) as file, opener(path) as again, closing(records(again)) as walk:
        check_archive(file)
        for offset in sorted(set(offsets)):
            record = record_at(file, offset) or _walk_to(walk, offset)
            yield offset, _read(record, max_body) if record else _missing(offset)


def _walk_to(walk: Iterator[Record | DamagedError], offset: int) -> Record | None:
    """Read on to a record that cannot be sought, since it lies inside a gzip member."""
    for record in walk:
        if isinstance(record, Record) and record.offset >= offset:
            return record if record.offset == offset else None
    return None


def _missing(offset: int) -> BadRecord:
    return BadRecord(reason=Reason.UNREADABLE_FILE, detail=f"no record can be read at offset {offset}")


def _errand_or_entry(record: Record, errands: dict[str, Errand]) -> WarcEntry | str:
    """An entry with the errand that stood before it, or why a record is no page."""
    if (record.header("warc-type") or "").lower() == "metadata":
        _remember(record, errands)
        return "metadata_record"
    errand = errands.pop(record.header("warc-record-id") or "", None)
    if errand is not None and errand.kind != "page":
        return "not_a_page"
    found = _entry(record)
    return replace(found, errand=errand) if isinstance(found, WarcEntry) else found


def _remember(record: Record, errands: dict[str, Errand]) -> None:
    purpose = record.header("content-type")
    errand = read_errand(purpose, record.read(MAX_METADATA + 1)) if record.length <= MAX_METADATA else None
    errands.clear()
    if errand is not None:
        errands[record.header("warc-concurrent-to") or ""] = errand


def _entry(record: Record) -> WarcEntry | str:
    kind = (record.header("warc-type") or "unknown").lower()
    if kind not in {"response", "resource"}:
        return f"{kind[:20]}_record"
    url = _url(record)
    if url is None:
        return "no_url"
    head = _head(record, kind)
    if head is None or not url.startswith(("http://", "https://")):
        return "not_http"
    if kind == "response" and not 200 <= head.status <= 299:
        return "not_2xx"
    content_type = head.value("content-type")
    if not may_be_html(content_type):
        return "not_html"
    status = head.status if kind == "response" else None
    return WarcEntry(url=url, offset=record.offset, date=_date(record), status=status, content_type=content_type)


def may_be_html(content_type: str | None) -> bool:
    """Says so, or says nothing."""
    stated = (content_type or "").split(";")[0].strip().lower()
    return not stated or stated.startswith(HTML_TYPES)


def _head(record: Record, kind: str) -> HttpHead | None:
    """The HTTP head of a response; of a resource, the record's own content type stands for it."""
    if kind == "resource":
        stated = record.header("content-type")
        return HttpHead(status=200, headers={"content-type": [stated]} if stated else {})
    message = split_message(record.read(MAX_HEAD_BYTES))
    return message[0] if message else None


def _read(record: Record, max_body: int) -> WarcPage | BadRecord:
    try:
        return _read_page(record, max_body)
    except UndecodableError as error:
        return BadRecord(reason=error.reason, detail=error.detail)
    except DamagedError as damage:
        return BadRecord(reason=Reason.DECODE_ERROR, detail=f"the archive is damaged here: {damage}")


def _read_page(record: Record, max_body: int) -> WarcPage | BadRecord:
    if record.length > max_body + CODING_OVERHEAD:
        detail = f"a record of {record.length:,} bytes, over {max_body:,}"
        return BadRecord(reason=Reason.TOO_LARGE, detail=detail)
    block = record.read(record.length)
    if len(block) < record.length:
        detail = f"the archive ends after {len(block):,} of the record's {record.length:,} bytes"
        return BadRecord(reason=Reason.INCOMPLETE_BODY, detail=detail)
    if not _digest_agrees(record.header("warc-block-digest"), block):
        return BadRecord(reason=Reason.DECODE_ERROR, detail="the record differs from its WARC-Block-Digest")
    return _page(record, block, max_body)


def _page(record: Record, block: bytes, max_body: int) -> WarcPage | BadRecord:
    resource = (record.header("warc-type") or "").lower() == "resource"
    message = (_head(record, "resource"), block) if resource else split_message(block)
    if message is None or message[0] is None:
        return BadRecord(reason=Reason.PROTOCOL_ERROR, detail="the record holds no HTTP answer")
    head, body = message[0], message[1]
    return WarcPage(
        url=_url(record) or "",
        status=None if resource else head.status,
        content_type=head.value("content-type"),
        robots_tag=head.value("x-robots-tag"),
        tdm_reservation=head.value("tdm-reservation"),
        tdm_policy=head.value("tdm-policy"),
        date=_date(record),
        body=decode_body(head, body, max_body),
    )


def _url(record: Record) -> str | None:
    """Some writers put the address in angle brackets, as the first draft of the standard had it."""
    stated = (record.header("warc-target-uri") or "").strip()
    return stated.removeprefix("<").removesuffix(">").strip() or None


def _date(record: Record) -> datetime | None:
    return parse_date(record.header("warc-date"))


def _digest_agrees(stated: str | None, block: bytes) -> bool:
    """Compare a digest in base 32, 16 or 64. One that is absent or of an unknown kind proves nothing."""
    name, _, value = (stated or "").partition(":")
    name = name.strip().lower().replace("sha-", "sha")
    if name not in {"sha1", "sha256", "sha512", "md5"}:
        return True
    digest = hashlib.new(name, block, usedforsecurity=False).digest()
    encodings = (base64.b32encode(digest).decode(), digest.hex(), base64.b64encode(digest).decode())
    value = value.strip()
    return value == encodings[2] or value.rstrip("=").lower() in {form.rstrip("=").lower() for form in encodings[:2]}
