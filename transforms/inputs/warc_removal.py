"""Exchanges taken out of newsbeam's own archives, so that what was deleted does not come back from them."""

import os
import re
import zlib
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import BinaryIO

from transforms.inputs.dates import parse_date
from transforms.inputs.gzipped import GZIP_WINDOW
from transforms.inputs.warc_framing import DamagedError, Record, records
from transforms.inputs.warc_http import UndecodableError, decode_body, split_message
from transforms.inputs.warc_metadata import MAX_METADATA, Errand, read_errand

IsMeant = Callable[[str, datetime | None], bool]  # an address, and when it was asked

ADDRESS = re.compile(r"""https?://[^\s"'<>\\\])]{1,4000}""", re.IGNORECASE)
MAX_LISTING = 64 * 1024 * 1024  # of a feed or sitemap, decoded; newsbeam itself reads none that is larger
CHUNK = 1 << 16
CLEAN = ".clean"  # ending of a file that is being written


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What became of an archive: exchanges that were taken out, and records that nobody can read, which go too."""

    exchanges: int
    damaged: int


def remove_exchanges(path: Path, is_meant: IsMeant) -> Removal:
    """Take out every exchange that asked for what is meant, and every feed or sitemap that names it.

    Others stay byte for byte. An archive of which nothing is left is deleted. Until all is written, the old file is
    the one that is there.
    """
    with path.open("rb") as file:
        meant, damaged = _meant(file, is_meant)
    if meant or damaged:
        clean = path.with_name(path.name + CLEAN)
        if _copy(path, clean, meant):
            clean.replace(path)
        else:
            clean.unlink()
            path.unlink()
    return Removal(exchanges=len(meant), damaged=damaged)


def _copy(path: Path, clean: Path, meant: Container[str]) -> bool:
    """Write the records that stay; whether there is one beside the note on who wrote the archive."""
    kept = False
    with path.open("rb") as walk, path.open("rb") as file, clean.open("wb") as out:
        for offset, exchange in _exchanges(walk):
            content = b"" if exchange in meant else _member(file, offset)
            out.write(content)
            kept |= bool(content and exchange)
        out.flush()
        os.fsync(out.fileno())
    return kept


def _meant(file: BinaryIO, is_meant: IsMeant) -> tuple[frozenset[str], int]:
    """Exchanges that go, each by the identifier of its response, and how many places are damaged."""
    meant: set[str] = set()
    errands: dict[str, Errand] = {}
    damaged = 0
    for record in records(file):
        if isinstance(record, DamagedError):
            damaged += 1
            continue
        try:
            if any(is_meant(url, _date(record)) for url in _addresses(record, errands)):
                meant.add(_exchange(record))
        except DamagedError:
            damaged += 1
    return frozenset(meant), damaged


def _addresses(record: Record, errands: dict[str, Errand]) -> Iterator[str]:
    """All that a record is about; of what names links also each of them."""
    exchange = _exchange(record)
    if target := record.header("warc-target-uri"):
        yield target
    if (record.header("warc-type") or "").lower() == "metadata" and record.length <= MAX_METADATA:
        errand = read_errand(record.header("content-type"), record.read(MAX_METADATA))
        errands.clear()
        if errand is not None:
            errands[exchange] = errand
            yield from filter(None, (errand.url, errand.item.feed_url if errand.item else None))
    elif (record.header("warc-type") or "").lower() == "response":
        errand = errands.get(exchange)  # one whose errand is lost may be a feed
        yield from () if errand and errand.kind in {"page", "robots"} else _named(record)


def _named(record: Record) -> Iterator[str]:
    message = split_message(record.read(MAX_LISTING))
    if message is None:
        return
    body = message[1]
    with suppress(UndecodableError):  # what cannot be decoded is searched as it is
        body = decode_body(*message, MAX_LISTING)
    text = body.decode("utf-8", "replace").replace("\\/", "/")  # as JSON may write it
    yield from dict.fromkeys(unescape(each) for each in ADDRESS.findall(text))


def _exchanges(file: BinaryIO) -> Iterator[tuple[int, str]]:
    """Offset and exchange of each record that can be found; empty for what belongs to none."""
    for record in records(file):
        if isinstance(record, Record):
            is_info = (record.header("warc-type") or "").lower() == "warcinfo"
            yield record.offset, "" if is_info else _exchange(record)


def _exchange(record: Record) -> str:
    return record.header("warc-concurrent-to") or record.header("warc-record-id") or ""


def _date(record: Record) -> datetime | None:
    return parse_date(record.header("warc-date"))


def _member(file: BinaryIO, offset: int) -> bytes:
    """The gzip member of one record as it lies there; nothing where it is cut or broken."""
    file.seek(offset)
    decoder, taken = zlib.decompressobj(GZIP_WINDOW), b""
    while not decoder.eof and (piece := file.read(CHUNK)):
        taken += piece
        try:
            decoder.decompress(piece)
        except zlib.error:
            return b""
    return taken[: len(taken) - len(decoder.unused_data)] if decoder.eof else b""
