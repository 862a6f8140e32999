"""A run that finds nothing new: 2,000 feeds, each on a host of its own on loopback, all of which answer 304.

python -m benchmarks.idle --rounds 3 [--feeds 2000] [--write docs/performance.md]

A first run reads the feeds; then each round is a whole `newsbeam run`, from the start of the process to its end, which
asks every feed. With --profile FILE.svg one more round is drawn as a flame graph.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.fetch import address
from benchmarks.measure import Measured, measure
from benchmarks.performance import machine, write_section
from schemas.work import Work

PORT = 8098
FEEDS = 2_000
ASKED_FOR = 300  # feeds a second
MIB = 1024 * 1024
HEAD = """## A run that finds nothing new

{feeds:,} feeds on as many hosts on loopback, all of which answer 304; whole runs, from the start of the process to
its end, {rounds} rounds, {machine}. Made by `python -m benchmarks.idle`.

| feeds/s | wall | CPU a feed | peak memory |
| --- | --- | --- | --- |"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=FEEDS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path, help="write the section into that page")
    parser.add_argument("--profile", type=Path, metavar="FILE.svg")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, serving(arguments.feeds):
        command = newsbeam(arguments.feeds, Path(scratch))
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        runs = [measure(command) for _ in range(arguments.rounds)]
        work = last_work(Path(scratch), arguments.feeds)
        if arguments.profile:
            subprocess.run([*command, "--profile", str(arguments.profile)], check=True)
    told = "\n".join(report(runs, work, arguments.feeds))
    if arguments.write:
        write_section(arguments.write, "idle", told)
    print(told)
    rate = arguments.feeds / statistics.median(run.wall for run in runs)
    return max(int(rate < ASKED_FOR), *(run.exit_code for run in runs))


def newsbeam(feeds: int, folder: Path) -> list[str]:
    """The command; none of what the feeds name is wanted."""
    listed = folder / "feeds.txt"
    listed.write_text("".join(f"http://{address(host)}:{PORT}/feed\n" for host in range(feeds)), encoding="utf-8")
    politeness = ["--allow-private-networks", "127.0.0.0/8", "--exclude", "*"]
    output = ["--output", str(folder / "out")]
    return [sys.executable, "-m", "pipelines", "run", "--feeds", str(listed), *output, *politeness]


def last_work(folder: Path, feeds: int) -> list[Work]:
    """What the verbs of the last run cost; a run that found anything new is none to measure."""
    newest = max((folder / "out" / "_meta" / "runs").glob("*.json"))
    record = json.loads(newest.read_text(encoding="utf-8"))
    assert record["accounting"]["sources"].get("unchanged") == feeds, record["accounting"]
    return [Work(**each) for each in record["work"]]


def report(runs: Sequence[Measured], work: Sequence[Work], feeds: int) -> Iterator[str]:
    """The section."""
    yield HEAD.format(feeds=feeds, rounds=len(runs), machine=machine())
    rates = sorted(feeds / run.wall for run in runs)
    wall, cpu = (statistics.median(of) for of in ([run.wall for run in runs], [run.cpu for run in runs]))
    spread = f"{statistics.median(rates):,.0f} ({rates[0]:,.0f} to {rates[-1]:,.0f})"
    peak = max(run.peak_bytes for run in runs) // MIB
    yield f"| {spread} | {wall:.1f} s | {1000 * cpu / feeds:.2f} ms | {peak:,} MiB |"
    yield ""
    by_verb = ", ".join(f"{each.verb} {each.cpu:.2f} s" for each in work if each.cpu >= 0.01)
    yield f"CPU by verb in the last: {by_verb}; the rest of {cpu:.1f} s is the start of the process."


@contextmanager
def serving(feeds: int) -> Iterator[None]:
    """The server, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.idle_server", str(PORT), str(feeds)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        server.stdout.readline()  # it says when it listens
        yield
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
