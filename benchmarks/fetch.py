"""Pages a second, and CPU a page, of our fetcher beside Scrapy, on one server of many hosts on loopback.

python -m benchmarks.fetch --scrapy /tmp/scrapy/bin/python

Scrapy lives in a virtual environment of its own: pip install -r benchmarks/requirements-fetch.txt. Both obey
robots.txt, make one request at a time to a host, keep connections, and read as many hosts at once. Each says itself
how long it took and what it used, from its first request to its last answer.
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

HERE = Path(__file__).parent
PORT = 8099
LATENCY = 0.05  # seconds before each answer
RATIO_SPEED, RATIO_CPU = 3.0, 0.5  # what is asked for: three times Scrapy's pages a second, half its CPU a page


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
    parser.add_argument("--scrapy", help="python of an environment with Scrapy; without it only we are measured")
    parser.add_argument("--rounds", type=int, default=3, help="each client's turns, one after the other (%(default)s)")
    arguments = parser.parse_args(argv)
    clients = {"newsbeam": [sys.executable, "-m", "benchmarks.fetch_newsbeam"]}
    if arguments.scrapy:
        clients["scrapy"] = [arguments.scrapy, str(HERE / "fetch_scrapy.py")]
    scores: dict[str, list[Score]] = {name: [] for name in clients}
    with serving(Load()):
        for _ in range(arguments.rounds):
            for name, command in clients.items():
                scores[name].append(_run(command, Load()))
    return _report(scores)


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


def _report(scores: dict[str, list[Score]]) -> int:
    middle = {name: (median(s.rate for s in of), median(s.cpu_ms for s in of)) for name, of in scores.items()}
    for name, (rate, cpu) in middle.items():
        turns = ", ".join(f"{each.rate:.0f}" for each in scores[name])
        print(f"{name:<10} {rate:6.0f} pages/s  {cpu:5.2f} ms CPU a page   (turns: {turns} pages/s)")
    if "scrapy" not in middle:
        return 0
    speed, cpu = middle["newsbeam"][0] / middle["scrapy"][0], middle["newsbeam"][1] / middle["scrapy"][1]
    print(f"{speed:.2f} times Scrapy's pages/s (asked: {RATIO_SPEED:g}), {cpu:.2f} of its CPU (asked: {RATIO_CPU:g})")
    return 0 if speed >= RATIO_SPEED and cpu <= RATIO_CPU else 1


def urls(port: int, hosts: int, pages: int) -> list[str]:
    """All pages, host by host in turn."""
    return [f"http://{address(host)}:{port}/news/story-{page}.html" for page in range(pages) for host in range(hosts)]


def address(host: int) -> str:
    return f"127.0.{1 + host // 250}.{1 + host % 250}"


if __name__ == "__main__":
    raise SystemExit(main())
