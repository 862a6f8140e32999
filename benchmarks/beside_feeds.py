"""CPU of reading feeds, beside feedparser and fastfeedparser, in alternating rounds.

python -m benchmarks.beside_feeds --rounds 3 [--write docs/performance.md]

Feeds of 30 items, RSS and Atom, made in memory and read in one process. How right each reads odd ones,
benchmarks.feeds says.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.environments import python_in, versions
from benchmarks.made_feeds import ITEMS, write_feeds
from benchmarks.performance import Bar, machine, write_chart, write_section

FEEDS, TIMES = 200, 3  # feeds, and how often each is read in a round
NAMES = {
    "newsbeam": "items as links: dates, titles, authors, categories and summaries cleaned, versions hashed",
    "fastfeedparser": "entries as dictionaries, dates read",
    "feedparser": "entries as dictionaries, dates read, HTML sanitised",
}
HEAD = """## Reading feeds

{rounds} alternating rounds over {feeds} feeds of {items} items, {machine}; medians, with the spread behind.
Bodies lie in memory, one process. Made by `python -m benchmarks.beside_feeds`.

| who | CPU a feed | newsbeam = 1 | items read | what it makes |
| --- | --- | --- | --- | --- |"""


@dataclass(slots=True, kw_only=True)
class Reader:
    """All rounds of one parser: milliseconds of CPU a feed; and the items that it read in the last."""

    name: str
    python: str
    cpu: list[float] = field(default_factory=list)
    items: int = 0

    @property
    def middle(self) -> float:
        return statistics.median(self.cpu)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path, help="write the section into that page")
    arguments = parser.parse_args()
    readers = [Reader(name=each, python=python_in(None if each == "newsbeam" else "feeds")) for each in NAMES]
    with tempfile.TemporaryDirectory() as folder:
        write_feeds(Path(folder), FEEDS)
        for _ in range(arguments.rounds):
            for each in readers:
                one_round(each, Path(folder), TIMES)
    told = "\n".join(report(readers, arguments.rounds))
    if arguments.write:
        bars = [Bar(name=each.name, value=1 / each.middle, shown=f"{1_000 / each.middle:,.0f}/s") for each in readers]
        told += "\n\n" + write_chart(arguments.write, "performance-feeds", "Feeds read in a second of CPU", bars)
        write_section(arguments.write, "feeds", told)
    print(told)
    return 0 if all(each.items == readers[0].items for each in readers) else 1


def one_round(reader: Reader, folder: Path, times: int) -> None:
    """The parser once more over the feeds in a folder."""
    command = [reader.python, "-m", "benchmarks.peers.feed_loop", reader.name, str(folder), str(times)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    reader.cpu.append(1000 * said["cpu"] / said["feeds"])
    reader.items = said["items"] // times


def report(readers: Sequence[Reader], rounds: int) -> Iterator[str]:
    """The section, without its chart."""
    yield HEAD.format(rounds=rounds, feeds=FEEDS, items=ITEMS, machine=machine())
    for each in readers:
        spread = f"{each.middle:.2f} ms ({min(each.cpu):.2f} to {max(each.cpu):.2f})"
        times = each.middle / readers[0].middle
        yield f"| {each.name} | {spread} | {times:.2f} | {each.items:,} | {NAMES[each.name]} |"
    yield ""
    yield f"Versions: {versions(readers[-1].python, ('feedparser', 'fastfeedparser'))}."


if __name__ == "__main__":
    sys.exit(main())
