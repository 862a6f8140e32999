"""One article: its text cut where its tags have their evidence, and the other texts of its story."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from pipelines.explorer.selection import literal
from pipelines.explorer.snapshot import Snapshot

TAGS = ("topics", "tags", "regions", "places", "organizations")
MOST_MEMBERS = 200  # of a story on one page
FIND = "SELECT revision FROM articles_current WHERE article_id = $id"
ARTICLE = "SELECT * FROM articles WHERE article_id = $id AND revision = $revision LIMIT 1"
MEMBERS = f"""\
SELECT member.article_id, member.is_copy, member.url, member.host, member.title, member.published_at, member.method,
    member.similarity
FROM cluster_members AS member
WHERE member.cluster_id = (SELECT cluster_id FROM cluster_members WHERE article_id = $id)
ORDER BY member.published_at NULLS LAST, member.is_copy, member.article_id
LIMIT {MOST_MEMBERS}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text; `codes` are the tags that it is evidence of."""

    text: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag as the page shows it; `quotes` is its evidence outside of title and text."""

    column: str
    code: str
    name: str
    role: str | None
    score: float | None
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article or copy of the same story."""

    article_id: str
    is_copy: bool
    url: str
    host: str | None
    title: str | None
    published_at: datetime | None
    method: str | None
    similarity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All that the page of an article shows."""

    row: Mapping[str, Any]
    title: Sequence[Piece]
    paragraphs: Sequence[Sequence[Piece]]
    tags: Sequence[Tag]
    members: Sequence[Member]
    queries: Mapping[str, str]


def read_article(article_id: str, snapshot: Snapshot) -> Shown | None:
    """An article by its id, as of its newest revision; None where there is none."""
    snapshot.wait_for_stories()
    with snapshot.cursor() as cursor:
        newest = cursor.execute(FIND, {"id": article_id}).fetchone()
        if newest is None:
            return None
        named = {"id": article_id, "revision": newest[0]}
        (row,) = _rows(cursor, ARTICLE, named)
        members = [Member(**each) for each in _rows(cursor, MEMBERS, {"id": article_id})]
    return Shown(
        row=row,
        title=cut(row["title"] or row["url"], spans(row, "title") if row["title"] else ()),
        paragraphs=list(paragraphs(row)),
        tags=list(tags(row)),
        members=members,
        queries={"The article": literal(ARTICLE, named), "Its story": literal(MEMBERS, named)},
    )


def paragraphs(row: Mapping[str, Any]) -> Iterator[Sequence[Piece]]:
    """The text by paragraphs, each cut at its evidence."""
    found, start = spans(row, "text"), 0
    for paragraph in row["text"].split("\n\n"):
        end = start + len(paragraph)
        yield cut(paragraph, [(a - start, b - start, code) for a, b, code in found if a < end and b > start])
        start = end + 2


def spans(row: Mapping[str, Any], source: str) -> list[tuple[int, int, str]]:
    """Where the evidence of all tags stands in a column: start, end, code."""
    return [
        (each["start"], each["end"], tag["code"])
        for tag in _all(row)
        for each in tag["evidence"]
        if each["source"] == source and each["start"] is not None and each["end"] is not None
    ]


def cut(text: str, found: Iterable[tuple[int, int, str]]) -> list[Piece]:
    """A text in pieces, cut wherever evidence begins or ends; evidence may overlap."""
    marks = [(max(a, 0), min(b, len(text)), code) for a, b, code in found]
    edges = sorted({0, len(text), *(edge for a, b, _ in marks if a < b for edge in (a, b))})
    return [
        Piece(text=text[a:b], codes=tuple(dict.fromkeys(code for start, end, code in marks if start <= a and b <= end)))
        for a, b in pairwise(edges)
    ]


def tags(row: Mapping[str, Any]) -> Iterator[Tag]:
    """The tags of an article, in the order of its columns."""
    for column in TAGS:
        for each in row[column] or ():
            yield Tag(
                column=column,
                code=each["code"],
                name=each["name"],
                role=each.get("role"),
                score=each.get("score"),
                quotes=tuple(f"{one['source']}: {one['quote']}" for one in each["evidence"] if one["start"] is None),
            )


def _all(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (tag for column in TAGS for tag in row[column] or ())


def _rows(cursor: Any, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = cursor.execute(sql, {name: each for name, each in values.items() if f"${name}" in sql}).fetchall()
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in rows]
