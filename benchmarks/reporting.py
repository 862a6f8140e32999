"""What the report of a run costs: `python -m benchmarks.reporting --articles 200000`."""

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta

from schemas.articles import Article
from schemas.columns import to_table
from schemas.runs import Accounting, Outcome, RunRecord, WrittenFile
from schemas.version import SCHEMA_VERSION
from transforms.storage.agreement import Agreement, write_agreement
from transforms.storage.files import LocalFiles
from transforms.storage.manifests import Manifest, commit
from transforms.storage.tables import write_aside
from transforms.write_report import report_page

RUN = "20261123T120000Z-000001"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def main() -> None:
    """Make a dataset of so many articles over 60 days, a file a day, and time its page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200_000, metavar="N")
    wanted = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        files = LocalFiles(folder)
        fill(files, wanted)
        counts = Accounting(links=wanted, articles=wanted, duplicates=0)
        stamp = NOW.isoformat()
        record = RunRecord(run_id=RUN, outcome=Outcome.COMMITTED, started_at=stamp, ended_at=stamp, accounting=counts,
                           files=60, output=folder)  # fmt: skip
        for name in ("first", "second"):
            start = time.perf_counter()
            size = len(report_page(record, files).encode())
            seconds = time.perf_counter() - start
            sys.stdout.write(f"{name} page of {wanted} articles: {seconds:.2f} s, {size / 1000:.0f} kB\n")


def fill(files: LocalFiles, articles: int, days: int = 60) -> None:
    """Commit so many articles as one run."""
    write_agreement(
        Agreement(schema_version=SCHEMA_VERSION, partition_by=("published_date",), created_at=NOW.isoformat()), files
    )
    written: list[WrittenFile] = []
    for day in range(days):
        moment = NOW - timedelta(days=day)
        rows = [story(number, moment) for number in range(day, articles, days)]
        if rows:
            folder = f"published_date={moment:%Y-%m-%d}"
            written.append(write_aside(to_table(rows, Article), "articles", folder, files, RUN, len(rows)))
    commit(Manifest(run_id=RUN, files=tuple(written)), files)


def story(number: int, moment: datetime) -> Article:
    """An article with what the page counts, and little else."""
    url, host = f"https://site-{number % 97}.example/{number}", f"site-{number % 97}.example"
    # fmt: off
    return Article(
        article_id=f"{number:032x}", cluster_id=f"{number // 2:032x}", url=url, canonical_url=url, final_url=url,
        host=host, site_name=None, title=f"Story {number}", description=None, text="Text.", authors=(), image_url=None,
        language=("en", "fr", "hi")[number % 3], word_count=1, published_at=moment, published_precision=None,
        published_source=None, modified_at=None, fetched_at=moment, first_seen_at=moment, feed_url=None,
        feed_title=None, feed_guid=None, feed_categories=(), seen_in=(), section=None, keywords=(),
        primary_topic="medtop:11000000", primary_region=("FR", "SN", "IN", None)[number % 4],
        content_hash=f"{number:032x}", paywalled=None, robots_noai=None, quality=(), extractor="none", run_id=RUN,
    )
    # fmt: on


if __name__ == "__main__":
    main()
