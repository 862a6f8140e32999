"""Pages with their gold: the 194 of the public data, `extraction/news-pages.tar.xz`, or those of the sample site."""

import json
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.demo.pages import render_page
from pipelines.demo.stories import Story, stories
from pipelines.demo.tables import publications


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPage:
    id: str
    url: str
    html: bytes
    paragraphs: tuple[str, ...]
    title: str | None
    authors: tuple[str, ...]
    published: datetime | None
    crawled: datetime


def archive_of(data: Path) -> Path:
    """Path of the archive; ends the program with a sentence and exit code 2 where it is absent."""
    archive = data / "extraction" / "news-pages.tar.xz"
    if not archive.is_file():
        print(f"the public data is absent: there is no {archive}; give its folder with --data", file=sys.stderr)
        raise SystemExit(2)
    return archive


def read_gold(data: Path) -> list[GoldPage]:
    """All pages with their gold, by id."""
    bodies: dict[str, bytes] = {}
    rows: list[dict[str, object]] = []
    for name, content in _members(archive_of(data)):
        if name == "gold.jsonl":
            rows = [json.loads(line) for line in content.decode("utf-8").splitlines()]
        else:
            bodies[Path(name).stem] = content
    return sorted((_page(row, bodies[str(row["id"])]) for row in rows), key=lambda page: page.id)


def sample_pages() -> list[GoldPage]:
    """The articles of the sample site that are whole, by id."""
    origins = {host: f"https://{host}.example" for host in publications()}
    whole = [each for each in stories().values() if not (each.copy_of or each.fault)]
    return [_of_story(each, origins) for each in whole]


def _of_story(story: Story, origins: dict[str, str]) -> GoldPage:
    return GoldPage(
        id=story.id,
        url=origins[story.host] + story.path,
        html=render_page(story, origins),
        paragraphs=story.paragraphs,
        title=story.title,
        authors=story.authors,
        published=story.published,
        crawled=story.published,
    )


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            stream = tar.extractfile(member)
            if stream is not None:
                yield member.name.removeprefix("./"), stream.read()


def _page(row: dict[str, object], html: bytes) -> GoldPage:
    return GoldPage(
        id=str(row["id"]),
        url=str(row["url"]),
        html=html,
        paragraphs=_texts(row["paragraphs"]),
        title=str(row["title"]) if row["title"] else None,
        authors=_texts(row["authors"]),
        published=_moment(row["published"]),
        crawled=_moment(row["crawled"]) or datetime(2024, 1, 1, tzinfo=UTC),
    )


def _texts(values: object) -> tuple[str, ...]:
    return tuple(str(each) for each in values) if isinstance(values, list) else ()


def _moment(text: object) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
