"""Scrapy's side of benchmarks/fetch.py; runs in an environment of its own and imports nothing of ours.

python benchmarks/fetch_scrapy.py PORT HOSTS PAGES AT_ONCE
"""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import scrapy  # type: ignore[import-not-found]  # in its own environment
from scrapy.crawler import CrawlerProcess  # type: ignore[import-not-found]  # in its own environment

PORT, HOSTS, PAGES, AT_ONCE = map(int, sys.argv[1:])
SETTINGS = {
    "ROBOTSTXT_OBEY": True,
    "CONCURRENT_REQUESTS": AT_ONCE,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 0,
    "USER_AGENT": "bench (+https://news.example)",
    "LOG_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
}


class Pages(scrapy.Spider):  # type: ignore[misc]  # Any to mypy
    """Reads the same URLs in the same order."""

    name = "pages"
    read = 0
    start_time = used = end_time = end_used = 0.0

    async def start(self) -> Any:
        Pages.start_time, Pages.used = time.monotonic(), time.process_time()
        for page in range(PAGES):
            for host in range(HOSTS):
                address = f"127.0.{1 + host // 250}.{1 + host % 250}"
                yield scrapy.Request(f"http://{address}:{PORT}/news/story-{page}.html", dont_filter=True)

    def parse(self, response: Any) -> Iterator[Any]:
        Pages.read += len(response.body) > 100_000
        Pages.end_time, Pages.end_used = time.monotonic(), time.process_time()
        yield from ()


if __name__ == "__main__":
    process = CrawlerProcess(SETTINGS)
    process.crawl(Pages)
    process.start()
    wall, cpu = Pages.end_time - Pages.start_time, Pages.end_used - Pages.used
    print(json.dumps({"pages": Pages.read, "wall": wall, "cpu": cpu}))
