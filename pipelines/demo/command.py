"""`newsbeam demo`: the real run on the sample site, and what came of it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipelines.demo.server import SampleSite
from pipelines.exits import BY_OUTCOME, Exit
from pipelines.ingest import ingest
from pipelines.options import IngestOptions
from pipelines.report import report_lines
from pipelines.terminal import put, say
from schemas.runs import RunRecord

DEADLINE = 3.0  # seconds; one page of the site hangs on purpose
DELAY = 0.05  # seconds; the site is ours and on this machine
LOOPBACK = "127.0.0.0/8"

REFUSED = "SELECT reason, detail, url FROM read_parquet('{}/failures/**/*.parquet') ORDER BY subject, reason, url"
COPIES = """SELECT d.method, round(d.similarity, 2), d.url, a.url FROM read_parquet('{0}/duplicates/**/*.parquet') d
    JOIN read_parquet('{0}/articles/**/*.parquet') a ON a.article_id = d.duplicate_of ORDER BY ALL LIMIT 5"""
TOPICS = """SELECT t.name, count(*) n FROM (SELECT unnest(topics) t, primary_topic FROM
    read_parquet('{}/articles/**/*.parquet')) WHERE t.code = primary_topic GROUP BY ALL ORDER BY n DESC, 1 LIMIT 8"""
REGIONS = """SELECT primary_region, count(*) n FROM read_parquet('{}/articles/**/*.parquet')
    WHERE primary_region IS NOT NULL GROUP BY ALL ORDER BY n DESC, 1 LIMIT 12"""
LANGUAGES = "SELECT language, count(*) n FROM read_parquet('{}/articles/**/*.parquet') GROUP BY ALL ORDER BY n DESC, 1"
NEXT_QUERY = "SELECT title, primary_region FROM articles_current ORDER BY published_at DESC LIMIT 5"


def demonstrate(output: str, beam: tuple[str, ...] = ()) -> Exit:
    """Serve the sample site on loopback, run on it, and print what came in and what did not."""
    with SampleSite() as site:
        say(f"a sample site of {len(site.hosts)} publications is served on this machine; nothing else is asked")
        record = ingest(_options(site, output, beam))
    put("\n".join(_story(record)))
    if not site.stable:
        say("some of the site's ports were taken, so its addresses differ from those of the last demo")
    return BY_OUTCOME[record.outcome]


def _options(site: SampleSite, output: str, beam: tuple[str, ...]) -> IngestOptions:
    return IngestOptions(
        feeds=(str(site.opml_path),),
        sitemap=(site.sitemap_url,),
        urls=(str(site.url_list),),
        output=output,
        allow_private_networks=(LOOPBACK,),
        deadline=DEADLINE,
        delay=DELAY,
        beam=beam,
    )


def _story(record: RunRecord) -> Iterator[str]:
    """The report of the run with examples from the dataset, and what to do next."""
    yield from report_lines(record, newest=True)
    yield from _section("what was refused, and why", REFUSED, record, "{0:<20} {2}\n{blank:<24} {1}")
    yield from _section(
        "copies that were folded away (five of them)", COPIES, record, "{0:<6} {1:<5} {2}\n{blank:<14}of {3}"
    )
    yield from _tallies("languages", LANGUAGES, record)
    yield from _tallies("topics", TOPICS, record)
    yield from _tallies("countries that articles are about", REGIONS, record)
    yield ""
    yield from _next_steps(record)


def _section(title: str, query: str, record: RunRecord, form: str) -> Iterator[str]:
    rows = _rows(query, record)
    if rows:
        yield f"\n{title}:"
        yield from ("  " + form.format(*row, blank="") for row in rows)


def _tallies(title: str, query: str, record: RunRecord) -> Iterator[str]:
    yield f"\n{title}: " + ", ".join(f"{name} {count}" for name, count in _rows(query, record))


def _rows(query: str, record: RunRecord) -> list[tuple[object, ...]]:
    try:
        return duckdb.sql(query.format(record.output)).fetchall()
    except duckdb.IOException:
        return []  # the table has no file, as in a run without failures


def _next_steps(record: RunRecord) -> Iterator[str]:
    command = Path(sys.executable).with_name("newsbeam")
    yield "four things to do next:"
    yield f"  1. look at it:        {command} explore {record.output}   (the address that it prints, in a browser)"
    yield f'  2. ask the dataset:   {command} query {record.output} "{NEXT_QUERY}"'
    yield f"  3. run it again:      {command} demo   (nothing is read twice, and no row is added)"
    own = "--feeds https://example.org/feed.xml --contact you@example.org --output news"
    yield f"  4. read your own:     {command} run {own}"
