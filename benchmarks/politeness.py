"""How polite the verb that opens links is, from the server's own log: with 1, 4 and 16 processes, and two slow hosts.

python -m benchmarks.politeness [--workers 1 4 16] 2>/dev/null

Twelve hosts on loopback have eight pages each. Two of them take a second for each answer. Beam's workers are real
processes. Asked for: never two requests at once to a host, every gap at least the delay, and fast hosts that are done
when they would be without the slow ones; that is measured by the same run without these.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms.error_handling import ErrorHandler

from pipelines.launch import new_run
from pipelines.noise import quiet
from pipelines.options import IngestOptions
from schemas.links import Link
from transforms.open_links import OpenLinks
from transforms.write_ledger import WriteLedger

HOSTS, SLOW, PAGES = 12, 2, 8
DELAY = 0.25  # seconds between two requests to a host
SLOW_ANSWER = 1.0  # seconds of a slow host
SLACK = 1.25  # times the fast hosts' time without the slow ones: two runs on a busy machine are never alike
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n<p>hi"
NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@dataclass(slots=True)
class Asked:
    start: float
    end: float = float("inf")  # just before the answer was sent


@dataclass(slots=True)
class Log:
    """What each host was asked, in the order of asking."""

    hosts: dict[str, list[Asked]] = field(default_factory=dict)

    def at_once(self) -> int:
        """The most requests to one host at the same time."""
        return max(
            sum(other.start <= each.start < other.end for other in asked)
            for asked in self.hosts.values()
            for each in asked
        )

    def least_gap(self) -> float:
        return min(after.start - before.end for asked in self.hosts.values() for before, after in pairwise(asked))

    def fast_hosts_took(self) -> float:
        """Seconds from the first request to the last answer of a fast host."""
        fast = [each for host, asked in self.hosts.items() if not is_slow(host) for each in asked]
        return max(each.end for each in fast) - min(each.start for each in fast)


class Host(asyncio.Protocol):
    """Answers each request after the host's time; knows nothing of HTTP but its blank line."""

    def __init__(self, name: str, log: Log) -> None:
        self._name, self._log, self._buffer = name, log, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            request, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            asked = Asked(time.monotonic())
            self._log.hosts.setdefault(self._name, []).append(asked)
            said = NO_ROBOTS if request.startswith(b"GET /robots.txt") else PAGE
            pause = SLOW_ANSWER if is_slow(self._name) else 0.0
            asyncio.get_running_loop().call_later(pause, self._answer, asked, said)

    def _answer(self, asked: Asked, said: bytes) -> None:
        asked.end = time.monotonic()
        self._transport.write(said)  # type: ignore[attr-defined]  # asyncio types what it hands over as the base


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4, 16])
    quiet()
    kept = [_measure(workers) for workers in parser.parse_args(argv).workers]
    return 0 if all(kept) else 1


def _measure(workers: int) -> bool:
    alone, both = (_log_of(workers, [f"127.0.0.{2 + host}" for host in range(first, HOSTS)]) for first in (SLOW, 0))
    most, gap = max(alone.at_once(), both.at_once()), min(alone.least_gap(), both.least_gap())
    share = both.fast_hosts_took() / alone.fast_hosts_took()
    print(
        f"{workers:>2} workers: at most {most} at once to a host, least gap {gap:.3f} s (delay {DELAY} s), fast hosts "
        f"took {both.fast_hosts_took():.1f} s beside slow ones and {alone.fast_hosts_took():.1f} s alone: {share:.2f}"
    )
    return most == 1 and gap >= DELAY and share <= SLACK


def _log_of(workers: int, hosts: Sequence[str]) -> Log:
    """What the hosts saw of a run in a process of its own."""
    with _serving(hosts) as (log, port):
        run = multiprocessing.get_context("spawn").Process(target=_ask, args=(workers, hosts, port))
        run.start()
        run.join()
    assert run.exitcode == 0
    assert sum(map(len, log.hosts.values())) >= len(hosts) * (PAGES + 1), "not every page was asked"
    return log


@contextmanager
def _serving(hosts: Sequence[str]) -> Iterator[tuple[Log, int]]:
    log, loop = Log(), asyncio.new_event_loop()
    first = loop.run_until_complete(loop.create_server(lambda: Host(hosts[0], log), hosts[0], 0))
    port = first.sockets[0].getsockname()[1]
    for host in hosts[1:]:
        loop.run_until_complete(loop.create_server(lambda name=host: Host(name, log), host, port))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield log, port
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _ask(workers: int, hosts: Sequence[str], port: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        links = [Link(url=url, source="x", canonical_url=url) for url in _urls(hosts, port)]
        options = IngestOptions(
            urls=("x",),
            output=folder,
            delay=DELAY,
            allow_private_networks=("127.0.0.0/8",),
            contact="bench@news.example",
        )
        run = new_run(folder)
        how = ["--runner=FnApiRunner", "--direct_running_mode=multi_processing", f"--direct_num_workers={workers}"]
        pipeline = beam.Pipeline(options=PipelineOptions(how))
        with pipeline, ErrorHandler(WriteLedger(run)) as ledger:
            _ = pipeline | beam.Create(links) | OpenLinks(options.fetching, run, last_round=True, ledger=ledger)


def _urls(hosts: Sequence[str], port: int) -> Iterator[str]:
    for page in range(PAGES):
        yield from (f"http://{host}:{port}/{page}" for host in hosts)


def is_slow(host: str) -> bool:
    return int(host.rpartition(".")[2]) < 2 + SLOW


if __name__ == "__main__":
    raise SystemExit(main())
