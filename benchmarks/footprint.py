"""Peak memory and time of a run's whole process tree as the number of pages grows.

python -m benchmarks.footprint --data ../shared/data --pages 5000 20000 100000 [--write docs/performance.md]

Each size has pages of its own. With --archives FOLDER they are kept there, and taken from there the next time; 100,000
of them are 4 GB. What growth there is, is told from one size to the next.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.beside import make_archives
from benchmarks.beside import newsbeam as command
from benchmarks.measure import Measured, measure
from benchmarks.performance import machine, write_section

MIB = 1024 * 1024
MOST_DUPLICATES = 0.05  # of the pages: more, and the made pages are not what they are said to be
HEAD = """## As pages grow

One run of each size, {machine}; made pages on hosts of 20 pages each, memory of all processes together. Made by
`python -m benchmarks.footprint`.

| pages | wall | CPU a page | peak memory | duplicates | from the size before |
| --- | --- | --- | --- | --- | --- |"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A run over so many pages."""

    pages: int
    run: Measured
    duplicates: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the public data; the sample site's pages without it")
    parser.add_argument("--pages", type=int, nargs="+", default=[2_000, 10_000])
    parser.add_argument("--archives", type=Path, help="folder where made archives are kept")
    parser.add_argument("--write", type=Path, help="write the section into that page")
    arguments = parser.parse_args()
    sizes = []
    for pages in arguments.pages:
        with tempfile.TemporaryDirectory() as scratch:
            archives = make_archives(arguments.data, pages, arguments.archives or Path(scratch, "archives"))
            sizes.append(one_size(pages, archives, Path(scratch)))
        print(line(sizes[-1], None), file=sys.stderr, flush=True)
    told = "\n".join(report(sizes))
    if arguments.write:
        write_section(arguments.write, "footprint", told)
    print(told)
    odd = any(each.duplicates > MOST_DUPLICATES * each.pages for each in sizes)
    return max(int(odd), *(each.run.exit_code for each in sizes))


def one_size(pages: int, archives: Sequence[str], folder: Path) -> Size:
    """A run over archives, and how many of their pages it took for copies."""
    run = measure([sys.executable, *command(archives, folder)])
    (record,) = (folder / "out" / "_meta" / "runs").glob("*.json")
    accounting = json.loads(record.read_text(encoding="utf-8"))["accounting"]
    return Size(pages=pages, run=run, duplicates=accounting["duplicates"])


def report(sizes: Sequence[Size]) -> Iterator[str]:
    """The section."""
    yield HEAD.format(machine=machine())
    yield line(sizes[0], None)
    for before, size in pairwise(sizes):
        yield line(size, before)


def line(size: Size, before: Size | None) -> str:
    """A size, and its growth over the one before."""
    run, growth = size.run, ""
    if before:
        more = run.peak_bytes / before.run.peak_bytes - 1
        times = size.pages / before.pages
        growth = f"{times:g} times the pages: {run.wall / before.run.wall:.2f} times the time, {more:+.0%} memory"
    used = f"{1000 * run.cpu / size.pages:.1f} ms | {run.peak_bytes // MIB:,} MiB"
    return f"| {size.pages:,} | {run.wall:,.0f} s | {used} | {size.duplicates / size.pages:.1%} | {growth} |"


if __name__ == "__main__":
    sys.exit(main())
