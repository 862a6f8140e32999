"""How long it takes before anything is done: `newsbeam --help`, and a run of one page from start to end.

python -m benchmarks.starting --rounds 5 [--write docs/performance.md]
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.gold import sample_pages
from benchmarks.measure import Measured, measure
from benchmarks.performance import machine, write_section

ASKED_FOR = {"`newsbeam --help`": 0.4, "a run of one page": 4.0}  # seconds
MIB = 1024 * 1024
HEAD = """## Starting

{rounds} rounds, {machine}; medians, with the spread behind. Made by `python -m benchmarks.starting`.

| command | wall | CPU | peak memory |
| --- | --- | --- | --- |"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path, help="write the section into that page")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        pages = Path(scratch, "pages")
        pages.mkdir()
        (pages / "page.html").write_bytes(sample_pages()[0].html)
        runs: dict[str, list[Measured]] = {name: [] for name in ASKED_FOR}
        for number in range(arguments.rounds):
            output = ["--html", str(pages), "--output", f"{scratch}/out-{number}"]
            for name, words in zip(ASKED_FOR, (["--help"], ["run", *output]), strict=True):
                runs[name].append(measure([sys.executable, "-m", "pipelines", *words]))
    told = "\n".join(report(runs))
    if arguments.write:
        write_section(arguments.write, "start", told)
    print(told)
    slow = [name for name, of in runs.items() if statistics.median(each.wall for each in of) > ASKED_FOR[name]]
    return int(bool(slow) or any(each.exit_code for of in runs.values() for each in of))


def report(runs: dict[str, list[Measured]]) -> Iterator[str]:
    """The section."""
    yield HEAD.format(rounds=len(next(iter(runs.values()))), machine=machine())
    for name, of in runs.items():
        peak = max(each.peak_bytes for each in of) // MIB
        yield f"| {name} | {spread([each.wall for each in of])} | {spread([each.cpu for each in of])} | {peak} MiB |"


def spread(seconds: Sequence[float]) -> str:
    """The middle, the least and the most."""
    return f"{statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"


if __name__ == "__main__":
    sys.exit(main())
