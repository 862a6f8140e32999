"""Lists of feeds: OPML, CSV with a header, JSONL, or one address a line."""

from collections.abc import Iterator

from transforms.inputs.charsets import decode_text
from transforms.inputs.gzipped import gunzip
from transforms.inputs.languages import language_tag
from transforms.inputs.list_entries import (
    FeedList,
    FeedSource,
    NotAList,
    country_code,
    feed_address,
    make_feed_list,
    refuse_html,
    stated,
)
from transforms.inputs.opml import looks_like_opml, parse_opml
from transforms.inputs.table_rows import Row, csv_header, csv_rows, json_row
from transforms.inputs.url_lists import without_comment

__all__ = ["FeedList", "FeedSource", "NotAList", "parse_feed_list"]


def parse_feed_list(body: bytes, name: str) -> FeedList:
    """Read a list of any kind, told by its content; `name` is for the message of NotAList."""
    decoded, _ = gunzip(body)
    text, _ = decode_text(decoded)
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return _markup(decoded, text, name)
    if "\0" in text[:100_000]:
        raise NotAList(f"{name} is binary, not a list of feeds")
    sources: list[FeedSource] = []
    refused: list[tuple[str, str]] = []
    for raw, row in _rows(text.lstrip("\ufeff")):
        if row is None:
            refused.append((stated(raw, 200) or "", "a row without an address that can be read"))
        else:
            sources.append(_source(row))
    return make_feed_list(sources, refused)


def _markup(body: bytes, text: str, name: str) -> FeedList:
    refuse_html(text)
    if not looks_like_opml(text):
        raise NotAList(f"{name} is markup, but not OPML: is it a feed or a sitemap?")
    return parse_opml(body, name)


def _rows(text: str) -> Iterator[tuple[str, Row | None]]:
    lines = [line for line in text.splitlines(keepends=True) if without_comment(line)]
    header = csv_header(lines[0]) if lines else None
    if lines and lines[0].lstrip().startswith("{"):
        yield from ((line, json_row(line)) for line in lines)
    elif header:
        yield from csv_rows(lines[1:], *header)
    else:
        yield from ((line, {"url": without_comment(line)}) for line in lines)


def _source(row: Row) -> FeedSource:
    return FeedSource(
        url=feed_address(row["url"]),
        title=stated(row.get("title")),
        country=country_code(stated(row.get("country"))),
        category=stated(row.get("category")),
        language=language_tag(row.get("language")),
    )
