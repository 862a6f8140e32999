"""Where links come from. The only file that knows whether they are a batch or a stream."""

from collections.abc import Sequence

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from pipelines.inputs import Inputs
from pipelines.options import IngestOptions
from schemas.links import Link
from schemas.runs import Run
from schemas.sources import FeedSource
from transforms.list_archives import ListArchives, ListFolders
from transforms.read_failures import ReadFailures
from transforms.read_feeds import ReadFeeds
from transforms.read_lists import ReadFeedLists, ReadUrlLists
from transforms.read_sitemaps import ReadSitemaps


def read_sources(
    pipeline: beam.Pipeline, inputs: Inputs, options: IngestOptions, run: Run, ledger: ErrorHandler
) -> beam.PCollection:
    """All links that the inputs name, as one collection. Sources that fail are entered in the ledger.

    Only what was named is in the graph: each step costs the in-process runner some milliseconds, used or not.
    """
    named: list[beam.PCollection] = []
    if inputs.feeds or inputs.feed_lists:
        feeds = read_feed_names(pipeline, inputs, ledger)
        reading = ReadFeeds(
            options.fetching, options.sandbox, run, options.reading, ledger, keep_texts=not options.dry_run
        )
        named.append(feeds | reading)
    if inputs.sitemaps:
        sitemaps = pipeline | "Sitemaps" >> beam.Create(inputs.sitemaps) | "WaitForFeeds" >> after(named)
        named.append(sitemaps | ReadSitemaps(options.fetching, options.sandbox, run, ledger))
    if options.retry:
        named.append(pipeline | ReadFailures(run))
    if inputs.url_lists:
        named.append(pipeline | "UrlLists" >> beam.Create(inputs.url_lists) | ReadUrlLists(ledger))
    if inputs.archives:
        named.append(pipeline | "Archives" >> beam.Create(inputs.archives) | ListArchives(ledger))
    if inputs.folders:
        named.append(pipeline | "Folders" >> beam.Create(inputs.folders) | ListFolders(ledger))
    links = named | "AllLinks" >> beam.Flatten()
    links.element_type = Link
    return links


def read_feed_names(pipeline: beam.Pipeline, inputs: Inputs, ledger: ErrorHandler) -> beam.PCollection:
    """Feeds by their addresses, and those that lists name."""
    named = pipeline | "Feeds" >> beam.Create([FeedSource(url=url, source=url) for url in inputs.feeds])
    listed = pipeline | "FeedLists" >> beam.Create(inputs.feed_lists) | ReadFeedLists(ledger)
    return (named, listed) | "AllFeeds" >> beam.Flatten()


def after(before: Sequence[beam.PCollection]) -> beam.PTransform:
    """Let names pass once all that stands before them was read: a host of both is asked by one at a time."""
    done = [each | f"FeedsAreRead{number}" >> beam.combiners.Count.Globally() for number, each in enumerate(before)]
    return beam.Map(_pass, *map(beam.pvalue.AsSingleton, done)).with_output_types(str)


def _pass(name: str, *_done: int) -> str:
    return name
