"""`newsbeam duplicates OUT ID`: one story with all its copies, who had it first, and how they differ."""

import argparse
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import duckdb

from pipelines.datasets import readable_dataset
from pipelines.exits import Exit
from pipelines.options import UsageError
from pipelines.terminal import put
from schemas.errors import Code
from transforms.similarity.differences import HIDDEN, side_by_side
from transforms.storage.views import views_sql

MOST_COMPARED = 5  # members whose differences are shown, unless all are asked for

MEMBERS = """\
WITH story AS (
    SELECT DISTINCT cluster_id FROM cluster_members WHERE $id IN (article_id, cluster_id, url, canonical_url)
), folded AS (
    FROM duplicates QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY fetched_at DESC, url) = 1
)
SELECT member.cluster_id, member.article_id, member.is_copy, member.url, member.host, member.title,
    member.published_at, member.first_seen_at, folded.method, folded.relation, folded.tied_to,
    folded.similarity, folded.containment, folded.shared_shingles,
    member.wire_agency,
    CASE WHEN member.is_copy THEN folded.text ELSE article.text END AS text
FROM cluster_members AS member
JOIN story USING (cluster_id)
LEFT JOIN articles_current AS article USING (article_id)
LEFT JOIN folded ON member.is_copy AND folded.article_id = member.article_id
ORDER BY cluster_id, published_at NULLS LAST, member.wire_agency IS NULL, first_seen_at, article_id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article or copy of a story as of today; what only copies have is None in an article."""

    cluster_id: str
    article_id: str
    is_copy: bool
    url: str
    host: str | None
    title: str | None
    published_at: datetime | None
    first_seen_at: datetime
    method: str | None
    relation: str | None
    tied_to: str | None
    similarity: float | None
    containment: float | None
    shared_shingles: int | None
    wire_agency: str | None
    text: str | None


def options(parser: argparse.ArgumentParser) -> None:
    """The dataset, the story, and how much of it."""
    parser.add_argument("output", metavar="OUT", help="folder of the dataset")
    parser.add_argument("id", metavar="ID", help="id or URL of an article or a copy, or id of a story")
    parser.add_argument("--all", action="store_true", help="compare all members, not only the first few")
    parser.add_argument("--json", action="store_true", help="print the members as JSON")
    parser.set_defaults(command=duplicates)


def duplicates(arguments: argparse.Namespace) -> int:
    """Print the story of an article, copy or story: `id` is its id, or its URL as the dataset has it."""
    members = story_of(arguments.output, arguments.id)
    if not members:
        raise UsageError(
            f"{arguments.output} has no article, copy or story {arguments.id}; newsbeam query finds ids",
            Code.NOT_IN_DATASET,
        )
    if arguments.json:
        put(json.dumps([asdict(each) for each in members], indent=1, ensure_ascii=False, default=str))
        return Exit.DONE
    width = shutil.get_terminal_size().columns
    for line in story_lines(members, width, len(members) if arguments.all else MOST_COMPARED):
        put(line)
    return Exit.DONE


def story_of(output: str, name: str) -> list[Member]:
    """All members of the story, the one that had it first at the head."""
    views = views_sql(readable_dataset(output))
    try:
        with duckdb.connect() as connection:
            connection.execute(views)
            rows = connection.execute(MEMBERS, {"id": name}).fetchall()
            names = [each[0] for each in connection.description or ()]
    except duckdb.Error as error:
        raise UsageError(f"{output} cannot be read: {error}", Code.BAD_QUERY) from None
    return [Member(**dict(zip(names, row, strict=True))) for row in rows]


def story_lines(members: Sequence[Member], width: int, compared: int) -> Iterator[str]:
    """A story for people: its members by time, then what each says otherwise than its nearest relative."""
    hosts = {each.host for each in members}
    yield f"story {members[0].cluster_id}: {len(members)} texts on {len(hosts)} sites"
    numbers = {each.article_id: number for number, each in enumerate(members, 1)}
    for number, each in enumerate(members, 1):
        yield ""
        yield f"{number:>3}  {_moment(each)}  {_plain(each.host or '')}  {_plain(each.title or '')}"
        yield f"     {_plain(each.url)}"
        yield f"     {each.article_id}  {_what(each, numbers)}"
    pairs = [(each, _nearest(each, members)) for each in members[1:]]
    for each, other in pairs[:compared]:
        yield from _difference(each, other, numbers, width)
    if len(pairs) > compared:
        yield f"\n{len(pairs) - compared} more; --all compares them too"


def _moment(member: Member) -> str:
    return f"{member.published_at:%Y-%m-%d %H:%M}" if member.published_at else "date unknown    "


def _what(member: Member, numbers: dict[str, int]) -> str:
    """First of all, article or copy; and of copies how they are known."""
    parts = ["had it first"] if numbers[member.article_id] == 1 else []
    parts.append("a copy" if member.is_copy else "an article")
    if member.is_copy and member.method:
        to = f" to {numbers[member.tied_to]}" if member.tied_to in numbers else ""
        parts[-1] = f"{member.relation or 'copy'}, tied{to} by {member.method}"
        parts.append(f"{member.similarity or 0:.0%} alike, {member.containment or 0:.0%} contained")
        parts.append(f"{member.shared_shingles or 0} shingles shared")
    return ", ".join([*parts, f"agency {_plain(member.wire_agency)}"] if member.wire_agency else parts)


def _nearest(member: Member, members: Sequence[Member]) -> Member:
    return next((each for each in members if each.article_id == member.tied_to), members[0])


def _difference(member: Member, other: Member, numbers: dict[str, int], width: int) -> Iterator[str]:
    one, two = sorted((member, other), key=lambda each: numbers[each.article_id])
    yield ""
    yield f"--- {numbers[one.article_id]} and {numbers[two.article_id]}"
    if one.text is None or two.text is None:
        yield "the text of a copy was not kept"
    else:
        yield from side_by_side(one.text, two.text, width)


def _plain(text: str) -> str:
    return HIDDEN.sub(" ", text)
