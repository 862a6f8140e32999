"""Where links come from. The only file that knows whether they are a batch or a stream."""

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

    Sitemaps wait until the feeds are read, since a host that has both is asked by one at a time.
    """
    policy, sandbox = options.fetching, options.sandbox
    named = pipeline | "Feeds" >> beam.Create([FeedSource(url=url, source=url) for url in inputs.feeds])
    listed = pipeline | "FeedLists" >> beam.Create(inputs.feed_lists) | ReadFeedLists(ledger)
    feeds = (named, listed) | "AllFeeds" >> beam.Flatten()
    from_feeds = feeds | ReadFeeds(policy, sandbox, run, options.reading, ledger)
    feeds_are_read = from_feeds | "FeedsAreRead" >> beam.combiners.Count.Globally()
    sitemaps = pipeline | "Sitemaps" >> beam.Create(inputs.sitemaps) | "WaitForFeeds" >> after(feeds_are_read)
    links = (
        from_feeds,
        *([pipeline | ReadFailures(run)] if options.retry else []),
        sitemaps | ReadSitemaps(policy, sandbox, run, ledger),
        pipeline | "UrlLists" >> beam.Create(inputs.url_lists) | ReadUrlLists(ledger),
        pipeline | "Archives" >> beam.Create(inputs.archives) | ListArchives(ledger),
        pipeline | "Folders" >> beam.Create(inputs.folders) | ListFolders(ledger),
    ) | "AllLinks" >> beam.Flatten()
    links.element_type = Link
    return links


def after(done: beam.PCollection) -> beam.PTransform:
    """Let names pass once the one element of `done` is there."""
    return beam.Map(_pass, beam.pvalue.AsSingleton(done)).with_output_types(str)


def _pass(name: str, _done: int) -> str:
    return name
