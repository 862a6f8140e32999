"""Pages a second, and CPU a page, of our fetcher beside Scrapy, on one server of many hosts on loopback.

python -m benchmarks.fetch [--write docs/performance.md]

Scrapy lives in an environment of its own. Both obey robots.txt, make one request at a time to a host, keep connections,
and read as many hosts at once. Each says itself how long it took and what it used, from its first request to its last
answer.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.environments import python_in, versions
from benchmarks.performance import Bar, machine, write_chart, write_section

HERE = Path(__file__).parent
PORT = 8099
LATENCY = 0.05  # seconds before each answer
RATIO_SPEED, RATIO_CPU = 3.0, 0.5  # what is asked for: three times Scrapy's pages a second, half its CPU a page
HEAD = """## Fetching

{pages:,} pages of 190 kB in gzip from {hosts} hosts on loopback, each answer after {latency:g} ms, one request at
a time to a host and {at_once} hosts at once, robots.txt obeyed; {rounds} alternating rounds, {machine}. Made by
`python -m benchmarks.fetch`.

| who | pages/s | newsbeam = 1 | CPU a page |
| --- | --- | --- | --- |"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked of the server."""

    hosts: int = 200
    pages: int = 10
    at_once: int = 128

    def arguments(self) -> list[str]:
        return [str(self.hosts), str(self.pages), str(self.at_once)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a client says of itself."""

    pages: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.pages / self.wall

    @property
    def cpu_ms(self) -> float:
        return 1_000 * self.cpu / self.pages


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, help="write the section into that page")
    parser.add_argument("--rounds", type=int, default=3, help="each client's turns, one after the other (%(default)s)")
    arguments = parser.parse_args(argv)
    scrapy = python_in("fetch")
    clients = {
        "newsbeam": [sys.executable, "-m", "benchmarks.fetch_newsbeam"],
        "Scrapy": [scrapy, str(HERE / "fetch_scrapy.py")],
    }
    scores: dict[str, list[Score]] = {name: [] for name in clients}
    with serving(Load()):
        for _ in range(arguments.rounds):
            for name, command in clients.items():
                scores[name].append(_run(command, Load()))
    told = "\n".join([*_report(scores), "", f"Versions: {versions(scrapy, ('scrapy', 'twisted'))}."])
    if arguments.write:
        rates = {name: median(each.rate for each in of) for name, of in scores.items()}
        bars = [Bar(name=name, value=rate, shown=f"{rate:,.0f}/s") for name, rate in rates.items()]
        told += "\n\n" + write_chart(arguments.write, "performance-fetch", "Pages fetched in a second", bars)
        write_section(arguments.write, "fetch", told)
    print(told)
    return _judged(scores)


@contextmanager
def serving(load: Load) -> Iterator[None]:
    """The server, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.fetch_server", str(PORT), str(load.hosts), str(LATENCY)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        server.stdout.readline()  # it says when it listens
        yield
    finally:
        server.kill()
        server.wait()


def _run(command: Sequence[str], load: Load) -> Score:
    time.sleep(0.5)  # until sockets of the turn before are closed
    said = subprocess.run([*command, str(PORT), *load.arguments()], stdout=subprocess.PIPE, check=True, text=True)
    return Score(**json.loads(said.stdout.splitlines()[-1]))


def _report(scores: dict[str, list[Score]]) -> Iterator[str]:
    """The section, without its chart."""
    load, rounds = Load(), len(scores["newsbeam"])
    yield HEAD.format(
        pages=load.hosts * load.pages, hosts=load.hosts, latency=1000 * LATENCY, at_once=load.at_once, rounds=rounds,
        machine=machine(),
    )  # fmt: skip
    for name, of in scores.items():
        rates = sorted(each.rate for each in of)
        times = median(each.rate / ours.rate for each, ours in zip(of, scores["newsbeam"], strict=True))
        spread = f"{median(rates):,.0f} ({rates[0]:,.0f} to {rates[-1]:,.0f})"
        yield f"| {name} | {spread} | {times:.2f} | {median(each.cpu_ms for each in of):.2f} ms |"


def _judged(scores: dict[str, list[Score]]) -> int:
    """Whether what is asked for was reached, in the middle of the rounds."""
    pairs = list(zip(scores["newsbeam"], scores["Scrapy"], strict=True))
    speed = median(ours.rate / theirs.rate for ours, theirs in pairs)
    cpu = median(ours.cpu_ms / theirs.cpu_ms for ours, theirs in pairs)
    told = f"{speed:.2f} times Scrapy's pages/s (asked: {RATIO_SPEED:g}), {cpu:.2f} of its CPU (asked: {RATIO_CPU:g})"
    print(told, file=sys.stderr)
    return 0 if speed >= RATIO_SPEED and cpu <= RATIO_CPU else 1


def urls(port: int, hosts: int, pages: int) -> list[str]:
    """All pages, host by host in turn."""
    return [f"http://{address(host)}:{port}/news/story-{page}.html" for page in range(pages) for host in range(hosts)]


def address(host: int) -> str:
    return f"127.0.{1 + host // 250}.{1 + host % 250}"


if __name__ == "__main__":
    raise SystemExit(main())
