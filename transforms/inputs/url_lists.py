"""Lists of addresses of pages: one a line, CSV with a header, or JSONL; read line by line, in flat memory."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from transforms.inputs.dates import parse_date
from transforms.inputs.list_entries import MAX_TITLE_CHARS, MAX_URL_CHARS, NotAList, refuse_html
from transforms.inputs.plain_text import clean_plain
from transforms.inputs.table_rows import Row, csv_header, csv_rows, json_row

COMMENT = re.compile(r"(?:^|\s)#.*")  # a sign inside an address begins its fragment
UTF8_MARK = b"\xef\xbb\xbf"
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlEntry:
    """One line of a list. A line that cannot be read stands whole in `url`, where its failure names it."""

    url: str
    title: str | None = None
    published_at: datetime | None = None
    lastmod: datetime | None = None


def parse_url_list(lines: Iterable[bytes], name: str) -> Iterator[UrlEntry]:
    """Read a list, told by its first line; NotAList, which `name` is for, comes with the first entry asked for."""
    decoded = (_decode(line, name, first=index == 0) for index, line in enumerate(lines))
    useful = (line for line in decoded if without_comment(line))
    first = next(useful, None)
    if first is None:
        return
    refuse_html(first)
    if first.lstrip().startswith("<"):
        raise NotAList(f"{name} is markup, not a list of addresses: is it a sitemap, a feed or OPML?")
    header = csv_header(first)
    if first.lstrip().startswith("{"):
        yield from (_entry(line, json_row(line)) for line in chain([first], useful))
    elif header:
        yield from (_entry(raw, row) for raw, row in csv_rows(useful, *header))
    else:
        yield from (UrlEntry(url=without_comment(line)[:MAX_URL_CHARS]) for line in chain([first], useful))


def without_comment(line: str) -> str:
    return COMMENT.sub("", line).strip()


def _decode(line: bytes, name: str, *, first: bool) -> str:
    if first and (b"\0" in line or line.startswith(WIDE_MARKS)):
        raise NotAList(f"{name} is binary or UTF-16, not a list of addresses in UTF-8")
    try:
        return line.removeprefix(UTF8_MARK).decode("utf-8") if first else line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _entry(raw: str, row: Row | None) -> UrlEntry:
    if row is None:
        return UrlEntry(url=raw.strip()[:MAX_URL_CHARS])
    return UrlEntry(
        url=row["url"][:MAX_URL_CHARS],
        title=clean_plain(row.get("title", ""), MAX_TITLE_CHARS),
        published_at=parse_date(row.get("published_at")),
        lastmod=parse_date(row.get("lastmod")),
    )
