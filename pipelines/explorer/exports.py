"""A selection to take away: Parquet with all columns, CSV, JSON Feed, ninjs. Rows are streamed, never held at once."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.explorer.selection import Chosen, given, where
from pipelines.explorer.snapshot import Snapshot
from pipelines.explorer.views import ORDER
from pipelines.explorer.words import parse_search
from schemas.articles import Article
from schemas.columns import arrow_schema
from schemas.tags import Role
from transforms.web.urls import BadUrl, clean_url

BATCH = 256  # rows in memory at once
MOST_IN_FEED = 1_000  # of a JSON Feed, the newest: readers hold all of it
CELLS = (
    "article_id", "published_at", "host", "title", "url", "language", "primary_topic", "primary_region",
    "primary_subdivision", "topics", "regions", "authors", "wire_agency", "description", "text", "word_count",
    "cluster_id", "cluster_size", "paywalled", "fetched_at", "run_id",
)  # fmt: skip  # of a CSV row
FORMULA = tuple("=+-@|%\t\r\n\uff1d\uff0b\uff0d\uff20")  # begins what a spreadsheet may carry out; wide = + - @ too
NINJS = {"name": "ninjs", "version": "2.1", "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_2.1.json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A form of export: its writer, and what the file is called."""

    label: str
    media_type: str
    ending: str
    write: Callable[[Chosen, Snapshot, IO[bytes]], None]


def write_parquet(chosen: Chosen, snapshot: Snapshot, sink: IO[bytes]) -> None:
    """All columns, as in the dataset."""
    schema = arrow_schema(Article)
    with (
        snapshot.cursor(_found(chosen, snapshot)) as cursor,
        pq.ParquetWriter(sink, schema, compression="zstd") as file,
    ):
        for batch in cursor.sql(_sql(chosen), params=given(chosen)).to_arrow_reader(BATCH):
            file.write_table(pa.Table.from_batches([batch]).select(schema.names).cast(schema))


def write_csv(chosen: Chosen, snapshot: Snapshot, sink: IO[bytes]) -> None:
    """One line for each article; lists are parted by a bar."""
    text = TextIOWrapper(sink, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text, lineterminator="\n")
    table.writerow(CELLS)
    table.writerows([_cell(row[name]) for name in CELLS] for row in _rows(chosen, snapshot))
    text.detach()


def write_feed(chosen: Chosen, snapshot: Snapshot, sink: IO[bytes]) -> None:
    """A JSON Feed of the newest articles."""
    rows = sorted(_rows(chosen, snapshot, MOST_IN_FEED), key=lambda row: str(row["article_id"]))
    rows.sort(key=lambda row: row["published_at"] or row["fetched_at"], reverse=True)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "A selection of news",
        "items": list(map(feed_item, rows)),
    }
    sink.write(json.dumps(feed, ensure_ascii=False, indent=1).encode())


def write_ninjs(chosen: Chosen, snapshot: Snapshot, sink: IO[bytes]) -> None:
    """A ninjs document on each line."""
    for row in _rows(chosen, snapshot):
        sink.write(json.dumps(ninjs_document(row), ensure_ascii=False).encode() + b"\n")


FORMATS: Mapping[str, Format] = {
    "parquet": Format(
        label="Parquet", media_type="application/vnd.apache.parquet", ending="parquet", write=write_parquet
    ),
    "csv": Format(label="CSV", media_type="text/csv; charset=utf-8", ending="csv", write=write_csv),
    "feed": Format(label="JSON Feed", media_type="application/feed+json", ending="json", write=write_feed),
    "ninjs": Format(label="ninjs", media_type="application/x-ndjson", ending="ninjs.jsonl", write=write_ninjs),
}


def feed_item(row: Mapping[str, Any]) -> dict[str, Any]:
    """An article as JSON Feed 1.1 has it; tags by their codes under `_newsbeam`."""
    codes = {name: [each["code"] for each in row[name]] for name in ("topics", "regions")}
    item = {
        "id": row["article_id"],
        "url": web_uri(row["canonical_url"], row["url"]),
        "title": row["title"],
        "content_text": row["text"],
        "summary": row["description"],
        "image": web_uri(row["image_url"]),
        "date_published": _moment(row["published_at"]),
        "date_modified": _moment(row["modified_at"]),
        "authors": [{"name": each} for each in row["authors"]],
        "language": row["language"],
        "tags": [each["name"] for name in ("topics", "tags", "regions") for each in row[name]],
        "_newsbeam": codes | {"cluster_id": row["cluster_id"], "about": "https://iptc.org/standards/media-topics/"},
    }
    return _present(item)


def ninjs_document(row: Mapping[str, Any]) -> dict[str, Any]:
    """An article as IPTC's ninjs 2.1 has it."""
    document = {
        "standard": NINJS,
        "uri": web_uri(row["canonical_url"], row["url"]) or f"urn:newsbeam:{row['article_id']}",  # it must have one
        "type": "text",
        "language": row["language"],
        "firstcreated": _moment(row["published_at"]),
        "versioncreated": _moment(row["modified_at"] or row["published_at"]),
        "by": ", ".join(row["authors"]),
        "infosources": _present({"name": row["site_name"] or row["host"]})
        and [{"name": row["site_name"] or row["host"]}],
        "headlines": [{"role": "main", "value": row["title"]}] if row["title"] else [],
        "descriptions": [{"role": "summary", "value": row["description"]}] if row["description"] else [],
        "bodies": [{"role": "main", "contenttype": "text/plain", "wordcount": row["word_count"], "value": row["text"]}],
        "subjects": [
            {"name": each["name"], "uri": f"http://cv.iptc.org/newscodes/mediatopic/{each['code'].partition(':')[2]}"}
            for each in row["topics"]
        ],
        "places": [
            {"name": each["name"], "rel": each["role"], "literal": each["code"]}
            for each in row["regions"]
            if each["role"] != Role.DATELINE
        ],
    }
    return _present(document)


def web_uri(*addresses: str | None) -> str | None:
    """The first of these that is of the web, in the letters that a URI may have; pages write others too."""
    for address in filter(None, addresses):
        try:
            return clean_url(address)
        except BadUrl:
            continue
    return None


def _rows(chosen: Chosen, snapshot: Snapshot, most: int | None = None) -> Iterator[dict[str, Any]]:
    with snapshot.cursor(_found(chosen, snapshot)) as cursor:
        answer = cursor.execute(_sql(chosen, most), given(chosen))
        names = [column[0] for column in answer.description]
        while rows := answer.fetchmany(BATCH):
            yield from (dict(zip(names, row, strict=True)) for row in rows)


def _sql(chosen: Chosen, most: int | None = None) -> str:
    """Whole rows of the selection, in the order of the dataset's files."""
    newest = f"\n{ORDER} LIMIT {most}" if most else ""
    chosen_rows = f"SELECT article_id, revision FROM articles_current{where(chosen)}{newest}"
    return f"SELECT wide.* FROM articles AS wide JOIN ({chosen_rows}) USING (article_id, revision)"


def _found(chosen: Chosen, snapshot: Snapshot) -> pa.Table | None:
    return snapshot.find(parse_search(chosen.q)) if chosen.searches else None


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, list):
        value = "|".join(each["code"] if isinstance(each, dict) else str(each) for each in value)
    return f"'{value}" if isinstance(value, str) and value.lstrip(" \u3000").startswith(FORMULA) else value


def _moment(value: datetime | None) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value else None


def _present(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, [], "")}
