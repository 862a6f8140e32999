"""Our side of benchmarks/fetch.py: the fetcher as the pipeline uses it, all checks on, delay 0.

python -m benchmarks.fetch_newsbeam PORT HOSTS PAGES AT_ONCE
"""

import json
import sys
import time

from benchmarks.fetch import urls
from schemas.links import Link
from schemas.policies import FetchPolicy
from transforms.web.client import Client
from transforms.web.fetcher import Fetcher
from transforms.web.fetches import Fetched


def main(port: int, hosts: int, pages: int, at_once: int) -> None:
    policy = FetchPolicy(
        contact="bench@news.example",
        allow_private_networks=("127.0.0.0/8",),
        per_host_delay=0.0,
        hosts_at_once=at_once,
    )
    read = 0
    start, used = time.monotonic(), time.process_time()
    with Client(policy) as client, Fetcher(policy, client) as fetcher:
        for url in urls(port, hosts, pages):
            fetcher.add(Link(url=url, source="benchmark", canonical_url=url))
        for outcome in fetcher.results(wait=True):
            assert isinstance(outcome, Fetched), outcome
            read += len(outcome.page().body) > 100_000
    print(json.dumps({"pages": read, "wall": time.monotonic() - start, "cpu": time.process_time() - used}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
