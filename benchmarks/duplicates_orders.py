"""The same pages through `newsbeam run` in one run and in several, in other orders and with other workers.

python -m benchmarks.duplicates_orders --data ../shared/data --share 0.05

Stories and who had each first are read from the views, and compared with those of one run in order of date. A story
goes by the smallest id of its first run, so runs one after the other may name it otherwise; and they know less of what
is common on a site than one run does, so stories may differ by what furniture explains.
"""

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

from benchmarks.duplicates import Item, judge
from benchmarks.duplicates_run import chosen_items, run

ORDERS = 5
TWO_PROCESSES = ("--direct_running_mode=multi_processing", "--direct_num_workers=2")
STORIES = """SELECT members.url, clusters.cluster_id, clusters.original_id
FROM cluster_members AS members JOIN clusters USING (cluster_id)"""
Stories = dict[str, tuple[str, str]]  # by URL: cluster_id and original_id


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the data for measuring")
    parser.add_argument("--share", type=float, default=0.05, help="of the stories that are taken")
    given = parser.parse_args()
    items = chosen_items(given.data, given.share)
    first = stories_of([items])
    show("one run, by date", items, first, first)
    for seed in range(ORDERS):
        shuffled = random.Random(seed).sample(items, len(items))
        show(f"one run, shuffled {seed}", items, stories_of([shuffled]), first)
    show("two processes", items, stories_of([items], *TWO_PROCESSES), first)
    third = -(-len(items) // 3)
    parts = [items[start : start + third] for start in range(0, len(items), third)]
    show("three runs, by date", items, stories_of(parts), first)
    show("three runs, the latest first", items, stories_of(parts[::-1]), first)


def stories_of(parts: Sequence[Sequence[Item]], *more: str) -> Stories:
    """What the views say after one run for each part."""
    with tempfile.TemporaryDirectory() as folder:
        for part in parts:
            run(part, Path(folder), *more)
        with duckdb.connect() as connection:
            connection.execute(Path(folder, "news", "_meta", "views.sql").read_text())
            rows = connection.execute(STORIES).fetchall()
    return {url: (story, original) for url, story, original in rows}


def show(name: str, items: Sequence[Item], found: Stories, first: Stories) -> None:
    """Documents that lie in another story, or whose story begins with another, than after the first run."""
    moved = len({each.url for each in items if members(found, each.url) != members(first, each.url)})
    there = [(found[each.url], first[each.url]) for each in items if each.url in found and each.url in first]
    named, begun = (sum(one[at] != other[at] for one, other in there) for at in (0, 1))
    quality = judge(items, [found.get(each.url, (each.item_id, ""))[0] for each in items])
    print(
        f"{name}: {len(found)} rows, {len(set(found.values()))} stories; {moved} documents with other company,"
        f" {named} under another story id, {begun} with another original;"
        f" precision {quality.precision:.4f}, recall {quality.recall:.4f}",
        flush=True,
    )


def members(found: Stories, url: str) -> frozenset[str]:
    """All texts of a document's story."""
    return frozenset(each for each, story in found.items() if story == found.get(url))


if __name__ == "__main__":
    main()
