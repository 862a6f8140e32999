"""A million links shared out to N workers: how long politeness takes, whom it keeps busy, what the hot keys are.

nice python -m benchmarks.scaling [--links 1000000] [--workers 1 8 64]

The links go through the verbs of a run (canonical URL, selection, state, limit, shards of hosts), then each worker is a
real Fetcher with its real queues, delays and robots rules, on a clock that jumps and a client that answers by itself.
Simulated are only the time of an exchange and that of extraction, which holds the fetcher back when it falls behind.
"""

import argparse
import heapq
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import apache_beam as beam
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.error_handling import ErrorHandler

from pipelines.ingest import due_links
from pipelines.launch import new_run
from pipelines.noise import quiet
from pipelines.options import IngestOptions
from schemas.failures import Stage
from schemas.links import Link, LinkChunk
from schemas.policies import FetchPolicy
from transforms.open_links import OWNERS, owner_of_link
from transforms.pack_links import PackLinks, pack, unpack
from transforms.read_lists import ReadUrlLists
from transforms.web.client import Client, Response
from transforms.web.fetcher import Fetcher
from transforms.web.fetches import Fetched, Request, Waiting
from transforms.web.memory import Memory
from transforms.web.urls import host_of
from transforms.write_ledger import WriteLedger

HOSTS = 20_000
EXCHANGE = 0.3  # seconds of a request, its answer included
PAGE_CPU = 0.05  # seconds of one core that a page takes to become a row: benchmarks.throughput, rounded up
CORES = 2
DELAY = 1.0  # the default of --delay
SLOW_HOST, CRAWL_DELAY = 20, 5  # each twentieth host asks for so many seconds between requests
BEHIND = 170  # pages that wait for extraction before no more are asked for: 32 MB of 190 kB each
PACKED = 64
DAY = 86_400.0
BODY = b"<!doctype html><html><body><p>hello</p></body></html>"
START = datetime(2026, 11, 23, tzinfo=UTC)
SHAPES = {"even": 0.0, "skewed": 0.9}  # exponent of Zipf's law: how fast hosts get smaller


@dataclass(slots=True)
class Worker:
    """The time of one worker, its lanes for requests, and its cores. One thread of the fetcher lives in it."""

    lanes: int
    page_time: float
    now: float = 0.0
    busy_until: list[float] = field(default_factory=list)
    extracted_at: float = 0.0
    last: float = 0.0
    pages: int = 0
    begin: threading.Event = field(default_factory=threading.Event)  # set when all links are there

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.now)

    def exchange(self, *, page: bool) -> None:
        """Begin when a lane is free and extraction is not too far behind; the answer is there EXCHANGE later."""
        self.begin.wait()
        self.now = max(self.now, self.extracted_at - BEHIND * self.page_time)
        if len(self.busy_until) == self.lanes:
            self.now = max(self.now, heapq.heappop(self.busy_until))
        answered = self.now + EXCHANGE
        heapq.heappush(self.busy_until, answered)
        self.last = max(self.last, answered)
        if page:
            self.pages += 1
            self.extracted_at = max(self.extracted_at, answered) + self.page_time


@dataclass(frozen=True, slots=True)
class JumpingClock:
    """Waiting costs nothing: the time goes on to when the wait would have ended."""

    worker: Worker

    def monotonic(self) -> float:
        return self.worker.now

    def now(self) -> datetime:
        return self.worker.wall()

    def wait(self, condition: threading.Condition, timeout: float | None) -> None:
        if timeout is None:
            condition.wait()
        else:
            self.worker.now += max(timeout, 1e-9)


class Instant(Client):
    """Answers by itself, and asks nobody. Each twentieth host asks for a longer delay."""

    def __init__(self, policy: FetchPolicy, worker: Worker) -> None:
        super().__init__(policy)
        self._worker = worker

    def exchange(self, url: str, **_: Any) -> Response:
        robots = url.endswith("/robots.txt")
        self._worker.exchange(page=not robots)
        number = int((urlsplit(url).hostname or "host0").removeprefix("host").partition(".")[0])
        rules = b"User-agent: *\nCrawl-delay: %d\n" % CRAWL_DELAY if number % SLOW_HOST == 0 else b""
        body, status = (rules, 200 if rules else 404) if robots else (BODY, 200)
        return Response(url=url, status=status, headers=(("content-type", "text/html"),), body=body)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--hosts", type=int, default=HOSTS)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--page-cpu", type=float, default=PAGE_CPU)
    given = parser.parse_args(argv)
    quiet()
    whole = True
    for shape in given.shapes:
        used = time.process_time()
        owned = share_out(given.links, given.hosts, SHAPES[shape])
        tell_keys(shape, owned, given.links, time.process_time() - used)
        for count in given.workers:
            whole &= tell_workers(owned, count, given.links, given.page_cpu)
    return 0 if whole else 1


def share_out(count: int, hosts: int, exponent: float) -> dict[str, list[LinkChunk]]:
    """The links of a run by the owner of their host, as OpenLinks gets them."""
    with tempfile.TemporaryDirectory() as folder:
        urls = Path(folder) / "urls.txt"
        with urls.open("w", encoding="utf-8") as file:
            file.writelines(f"{url}\n" for url in made_urls(count, hosts, exponent))
        options = IngestOptions(urls=(str(urls),), output=str(Path(folder, "out")), contact="bench@news.example")
        run = new_run(options.output)
        with beam.Pipeline(runner=FnApiRunner()) as pipeline, ErrorHandler(WriteLedger(run)) as ledger:
            links = pipeline | beam.Create([str(urls)]) | ReadUrlLists(ledger)
            links.element_type = Link
            owned = due_links(links, options, run, ledger) | "PackByOwner" >> PackLinks(owner_of_link, Stage.OPEN)
            owned | beam.Map(_keep, str(Path(folder, "owned")))
        return {path.name: _kept(path) for path in sorted(Path(folder, "owned").iterdir())}


def made_urls(count: int, hosts: int, exponent: float) -> Iterator[str]:
    """Pages of hosts, of which number N has a share as of 1/N^exponent. The same for the same arguments."""
    weights = [1 / (number + 1) ** exponent for number in range(hosts)]
    share = count / sum(weights)
    written = 0
    for number, weight in enumerate(weights):
        pages = min(max(1, round(weight * share)), count - written)
        for page in range(pages):
            yield f"https://host{number}.example/news/2026/11/23/story-{page}-about-something-of-interest"
        written += pages
    for page in range(count - written):  # what rounding left over
        yield f"https://host{page % hosts}.example/more/story-{page}"


def _keep(owned: tuple[str, Iterable[LinkChunk]], folder: str) -> None:
    Path(folder).mkdir(exist_ok=True)
    with Path(folder, owned[0]).open("wb") as file:
        for chunk in owned[1]:
            file.write(len(chunk.packed).to_bytes(8) + chunk.packed)


def _kept(path: Path) -> list[LinkChunk]:
    data, chunks = path.read_bytes(), []
    while data:
        end = 8 + int.from_bytes(data[:8])
        chunks.append(LinkChunk(packed=data[8:end]))
        data = data[end:]
    return chunks


def tell_keys(shape: str, owned: Mapping[str, Sequence[LinkChunk]], count: int, cpu: float) -> None:
    """Which keys are hot: the largest host, and the largest shard of hosts."""
    hosts = Counter(host_of(link.url) for chunks in owned.values() for link in unpack(chunks))
    shards = Counter({name: sum(1 for _ in unpack(chunks)) for name, chunks in owned.items()})
    packed = sum(len(each.packed) for chunks in owned.values() for each in chunks)
    (host, pages), (shard, most) = hosts.most_common(1)[0], shards.most_common(1)[0]
    print(
        f"\n{shape}: {count:,} links, {len(hosts):,} hosts; {1e6 * cpu / count:.0f} µs of CPU a link to share them out"
    )
    print(f"  {packed / count:.0f} bytes a link in the shuffle; {len(shards)} shards of {OWNERS}")
    print(
        f"  largest host {host} {pages:,} links; largest shard {shard} {most:,}, {most * OWNERS / count:.2f} times even"
    )


def tell_workers(owned: Mapping[str, Sequence[LinkChunk]], count: int, links: int, page_cpu: float) -> bool:
    """Let so many workers read all shards, each its share of them; say when the last was through."""
    start = time.process_time()
    workers = [read_all(list(owned.values())[first::count], page_cpu) for first in range(min(count, len(owned)))]
    through = max(max(each.last, each.extracted_at) for each in workers)
    read = sum(each.pages for each in workers)
    done = sorted(max(each.last, each.extracted_at) for each in workers)
    print(
        f"  {count:3} workers: {through / 3600:6.2f} h, {read / through * DAY:11,.0f} pages a day at that pace; "
        f"half of the workers through after {done[len(done) // 2] / 3600:.2f} h "
        f"({read:,} read, {1e6 * (time.process_time() - start) / links:.0f} µs of CPU a link)",
        flush=True,
    )
    return read == links


def read_all(shards: Sequence[Sequence[LinkChunk]], page_cpu: float) -> Worker:
    """One worker that owns some shards reads all their links."""
    lanes = FetchPolicy().hosts_at_once
    worker = Worker(lanes=lanes, page_time=page_cpu / CORES)
    # The delay begins when an answer ends, and answers come at once here: EXCHANGE is added. One thread, many lanes.
    policy = FetchPolicy(contact="bench@news.example", per_host_delay=DELAY + EXCHANGE, hosts_at_once=1)
    memory = Memory(policy, clock=JumpingClock(worker))
    read = 0
    with Fetcher(policy, Instant(policy, worker), memory=memory) as fetcher:
        add_all(fetcher, shards)
        worker.begin.set()
        read = sum(isinstance(each, Fetched) for each in fetcher.results(wait=True))
    assert read == worker.pages
    return worker


def add_all(fetcher: Fetcher, shards: Sequence[Sequence[LinkChunk]]) -> None:
    """Pages by host, packed while they wait, as a run does it."""
    by_host: dict[str, list[Link]] = {}
    for link in (link for chunks in shards for link in unpack(chunks)):
        by_host.setdefault(host_of(link.url), []).append(link)
    for host, links in by_host.items():
        for start in range(0, len(links), PACKED):
            some = links[start : start + PACKED]
            fetcher.add_waiting(host, Waiting(count=len(some), open=partial(_opened, pack(some))))


def _opened(chunk: LinkChunk) -> list[Request]:
    return [Request(link=link, url=link.canonical_url or link.url) for link in unpack([chunk])]


if __name__ == "__main__":
    raise SystemExit(main())
