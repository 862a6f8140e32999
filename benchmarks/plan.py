"""A million links over 20,000 hosts through the whole way to the fetcher, with a client that answers at once.

python -m benchmarks.plan [--links 1000000]

Says how long it took, how much memory the process had at its peak, and what of it a link costs.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.error_handling import ErrorHandler

import transforms.asking
from pipelines.ingest import due_links
from pipelines.launch import new_run
from pipelines.noise import quiet
from pipelines.options import IngestOptions
from schemas.links import Link
from schemas.pages import Page
from transforms.open_links import OpenLinks
from transforms.read_lists import ReadUrlLists
from transforms.web.client import Client, Response
from transforms.write_ledger import WriteLedger

HOSTS = 20_000
MEMORY = 1_500_000_000  # bytes; what is asked for
BODY = b"<!doctype html><html><body><p>hello</p></body></html>"


class Instant(Client):
    """Answers at once, and asks nobody."""

    def exchange(self, url: str, **_: Any) -> Response:
        status = 404 if url.endswith("/robots.txt") else 200
        return Response(url=url, status=status, headers=(("content-type", "text/html"),), body=BODY)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=1_000_000)
    count = parser.parse_args(argv).links
    quiet()
    setattr(transforms.asking, "Client", Instant)  # noqa: B010  # the one place where a client is made
    base = _peak()
    start, used = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        read = _run(Path(folder), count)
    wall, cpu, peak = time.monotonic() - start, time.process_time() - used, _peak()
    print(f"{read:,} of {count:,} links read in {wall:.0f} s ({1e6 * cpu / count:.0f} µs of CPU a link)")
    print(f"peak {peak / 1e6:,.0f} MB, {(peak - base) / count:,.0f} bytes a link over {base / 1e6:,.0f} MB")
    return 0 if read == count and peak < MEMORY else 1


def _run(folder: Path, count: int) -> int:
    urls = folder / "urls.txt"
    with urls.open("w", encoding="utf-8") as file:
        file.writelines(f"{url}\n" for url in _urls(count))
    options = IngestOptions(urls=(str(urls),), output=str(folder / "out"), contact="bench@news.example", delay=0.0)
    run = new_run(options.output)
    with beam.Pipeline(runner=FnApiRunner()) as pipeline, ErrorHandler(WriteLedger(run)) as ledger:
        links = pipeline | beam.Create([str(urls)]) | ReadUrlLists(ledger)
        links.element_type = Link
        due = due_links(links, options, run, ledger)
        pages = due | OpenLinks(options.fetching, run, last_round=True, ledger=ledger)
        counted = pages[0] | "Light" >> beam.Map(_one) | beam.CombineGlobally(sum)
        counted | beam.Map(_tell, str(folder / "count"))
    return int((folder / "count").read_text())


def _urls(count: int) -> Iterator[str]:
    hosts = min(HOSTS, max(1, count // 50))
    for number in range(count):
        yield f"https://host{number % hosts}.example/news/2026/11/23/story-{number}-about-something-of-interest"


def _one(_page: Page) -> int:
    return 1


def _tell(count: int, path: str) -> None:
    Path(path).write_text(str(count))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    raise SystemExit(main())
