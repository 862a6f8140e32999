"""The set of near-duplicates as pages of their sites in WARC files, through `newsbeam run`; judged by today's stories.

python -m benchmarks.duplicates_run --data ../shared/data --share 0.1 --runs 3
"""

import argparse
import html
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

from benchmarks.duplicates import FILE, Item, digest, judge, read_items, report
from benchmarks.warc import Response, write_response

STORIES = "SELECT url, cluster_id, is_copy FROM cluster_members"
SHARES = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the data for measuring")
    parser.add_argument("--share", type=float, default=1.0, help="of the stories that are taken")
    parser.add_argument("--runs", type=int, default=1, help="by date, one after the other")
    given = parser.parse_args()
    items = chosen_items(given.data, given.share)
    with tempfile.TemporaryDirectory() as folder:
        size = -(-len(items) // given.runs)
        for start in range(0, len(items), size):
            run(items[start : start + size], Path(folder))
        stories = read_stories(Path(folder, "news"))
    missing = sum(each.url not in stories for each in items)
    print(f"\n{len(items)} documents in {given.runs} runs, {missing} without a row")
    report(judge(items, [stories.get(each.url, f"none: {each.item_id}") for each in items]))


def chosen_items(data: Path, share: float) -> list[Item]:
    """Items of that share of the stories, by date."""
    if not (data / FILE).is_file():
        sys.exit(f"{data / FILE} is absent: this benchmark needs the data for measuring, see --data")
    chosen = (each for each in read_items(data / FILE) if is_chosen(each, share))
    return sorted(chosen, key=lambda each: (each.published_at, each.item_id))


def is_chosen(item: Item, share: float) -> bool:
    """Whole stories, so that no pair is torn."""
    return int(digest(item.cluster), 16) % SHARES < share * SHARES


def run(items: Sequence[Item], folder: Path, *more: str) -> None:
    archive = folder / "pages.warc.gz"
    with archive.open("wb") as stream:
        for each in items:
            write_response(stream, Response(url=each.url, fetched_at=each.published_at, html=page(each)))
    command = [sys.executable, "-m", "pipelines", "run", "--warc", str(archive), "--output", str(folder / "news")]
    subprocess.run([*command, *more], check=True, stderr=subprocess.DEVNULL)


def page(item: Item) -> bytes:
    """A plain article page; the first line of a text is its first paragraph."""
    title, site = html.escape(item.title), html.escape(item.site.partition("://")[2])
    body = "".join(f"<p>{html.escape(each)}</p>\n" for each in item.text.split("\n") if each.strip())
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:site_name" content="{site}"><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{item.published_at.isoformat()}"></head>'
        f"<body><header><nav><a href='/'>Home</a> <a href='/world'>World</a></nav></header>"
        f"<main><article><h1>{title}</h1>\n{body}</article></main>"
        f"<footer><p>{site}</p></footer></body></html>"
    ).encode()


def read_stories(output: Path) -> dict[str, str]:
    """Today's story of each URL."""
    with duckdb.connect() as connection:
        connection.execute((output / "_meta" / "views.sql").read_text())
        return {url: story for url, story, _ in connection.execute(STORIES).fetchall()}


if __name__ == "__main__":
    main()
