"""PollFeeds: the owner of some hosts asks those of its feeds that are due, and names what they link to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import apache_beam as beam
from apache_beam import typehints
from apache_beam.coders import PickleCoder
from apache_beam.transforms.error_handling import ErrorHandler
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from pipelines.options import IngestOptions
from pipelines.streaming.here import carry_out
from schemas.columns import to_table
from schemas.links import Link
from schemas.runs import Run, WrittenFile
from schemas.sources import FeedHealth, FeedSource
from schemas.stories import Notice
from schemas.streams import Errand, Order, Polled, Stream
from transforms.filesystems import dataset_files
from transforms.pack_links import pack, shard
from transforms.read_feeds import ReadFeeds, not_due
from transforms.storage.layout import aside
from transforms.storage.state import load_feed_states
from transforms.storage.streams import read_polls, write_polls
from transforms.storage.tables import read_rows, write_aside
from transforms.wake_owners import utc_now
from transforms.web.feed_health import went_quiet
from transforms.web.masking import without_credentials
from transforms.web.urls import BadUrl, host_of
from transforms.write_ledger import WriteLedger

OWNERS = 4  # of all hosts: each asks many of them side by side, and a graph is carried out for each that has work
ERRANDS = "errands"
COMMITTER = "stream"  # the one key under which reports meet

Health = dict[str, FeedHealth]


@dataclass
class PollFeeds(beam.PTransform):
    """Errands by owner, and reports for the committer.

    What is known of a feed since the last commit lies in the owner's state, so that it goes back with the links when a
    runner goes back. When a feed was asked lies on the disk, and never goes back.
    """

    stream: Stream
    options: IngestOptions

    def expand(self, orders: beam.PCollection) -> Any:  # two collections, for which Beam has no type
        polled = orders | beam.ParDo(_Poll(self.stream, self.options)).with_outputs(ERRANDS, main="reports")
        polled[ERRANDS].element_type = typehints.Tuple[str, Errand]
        polled.reports.element_type = typehints.Tuple[str, Polled]
        return polled[ERRANDS], polled.reports


def owner_of(url: str) -> str:
    """Who asks a URL's host, whatever is asked of it. A URL without a host is anybody's."""
    try:
        host = host_of(url)
    except BadUrl:
        host = ""
    return f"hosts-{shard(host, OWNERS)}"


def by_owner(feeds: Iterable[FeedSource]) -> dict[str, tuple[FeedSource, ...]]:
    """Feeds by the owner of their host, each once, as the first list by name tells of it."""
    once: dict[str, FeedSource] = {}
    for feed in sorted(feeds, key=lambda each: (each.url, each.source)):
        once.setdefault(feed.url, feed)
    owned: dict[str, tuple[FeedSource, ...]] = {}
    for url, feed in once.items():
        owned[owner_of(url)] = (*owned.get(owner_of(url), ()), feed)
    return owned


def due_feeds(order: Order, known: Mapping[str, FeedHealth], polls: Mapping[str, datetime], stream: Stream,
              options: IngestOptions, now: datetime) -> list[FeedSource]:  # fmt: skip
    """The feeds of an order that may be asked now: by the interval, by their own word, and after a failure."""
    found = []
    for feed in order.feeds:
        name = without_credentials(feed.url)
        asked, before = polls.get(name), known.get(name)
        if asked is not None and asked + stream.every > now:
            continue
        if before is None or not_due(before, now, options.reading) is None:
            found.append(feed)
    return found


class _Poll(beam.DoFn):
    HEALTH = ReadModifyWriteStateSpec("health", PickleCoder())

    def __init__(self, stream: Stream, options: IngestOptions, now: Callable[[], datetime] = utc_now) -> None:
        self._stream, self._now = stream, now
        pause = max(stream.every, options.poll_every)
        self._options = replace(options, poll_every=pause, beam=())

    def setup(self) -> None:
        self._files = dataset_files(self._stream.run.output)
        self._committed = load_feed_states(self._files)

    def process(
        self,
        owned: tuple[str, Order],
        health: Any = beam.DoFn.StateParam(HEALTH),  # noqa: B008  # as Beam wants it
    ) -> Iterator[Any]:
        owner, order = owned
        window, news = self._stream.window_of(order.at), health.read() or {}
        found = self._polled(owner, order, window, news)
        files = tuple(each for each in found if isinstance(each, WrittenFile))
        learned = self._learned(files, window)
        alert = self._alert(learned, self._known(news), window)
        health.write(news | learned)
        errands = errands_of([each for each in found if isinstance(each, Link)], window)
        yield from (beam.pvalue.TaggedOutput(ERRANDS, each) for each in errands)
        counts: dict[str, Any] = {"errands": len(errands), "files": files + alert, "last": order.last}
        report = Polled(owner=owner, first=order.first, number=order.number, window=window, **counts)
        yield COMMITTER, report

    def _known(self, news: Health) -> Health:
        """The newest of each feed; what is committed and what is in hand both hold."""
        newer = {name: each for name, each in news.items() if not self._is_older(each)}
        return self._committed | newer

    def _is_older(self, health: FeedHealth) -> bool:
        committed = self._committed.get(health.feed_url)
        return committed is not None and committed.fetched_at > health.fetched_at

    def _polled(self, owner: str, order: Order, window: datetime, news: Health) -> list[Link | WrittenFile]:
        known, now = self._known(news), self._now()
        polls = read_polls(owner, self._files) if order.feeds else {}
        due = due_feeds(order, known, polls, self._stream, self._options, now)
        if not due:
            return []
        names = [without_credentials(each.url) for each in due]
        before = tuple(known[name] for name in names if name in known)
        write_polls(owner, polls | dict.fromkeys(names, now), self._files)  # first: whoever follows a crash knows of it
        found = poll(due, before, self._stream.run_of(window, now), self._options)
        write_polls(owner, polls | dict.fromkeys(names, self._now()), self._files)  # the last was asked now
        return found

    def _learned(self, files: Sequence[WrittenFile], window: datetime) -> Health:
        """How the feeds did."""
        run_id = self._stream.run_of(window).run_id
        paths = [aside(run_id, each.path) for each in files if each.table == "feeds"]
        rows = [row for path in paths for row in read_rows(path, FeedHealth, self._files)]
        return {row.feed_url: row for row in rows}

    def _alert(self, learned: Health, known: Health, window: datetime) -> tuple[WrittenFile, ...]:
        """Notices of feeds that went quiet between this poll and the one before."""
        run_id = self._stream.run_of(window).run_id
        notices = [replace(each, run_id=run_id) for each in gone_quiet(learned, known)]
        return (write_aside(to_table(notices, Notice), "notices", "", self._files, run_id),) if notices else ()


def gone_quiet(learned: Mapping[str, FeedHealth], known: Mapping[str, FeedHealth]) -> list[Notice]:
    """Feeds that were as lively as ever when they were last asked, and are not now: each is told once."""
    found = [went_quiet(known[name], after) for name, after in learned.items() if name in known]
    return [each for each in found if each]


def poll(
    feeds: Sequence[FeedSource], before: tuple[FeedHealth, ...], run: Run, options: IngestOptions
) -> list[Link | WrittenFile]:
    """Ask feeds by the verbs of the batch: links, and finished files of all else that came of it."""

    def graph(pipeline: beam.Pipeline) -> beam.PCollection:
        with ErrorHandler(WriteLedger(run)) as ledger:
            asked = pipeline | "Feeds" >> beam.Create(feeds)
            reading = ReadFeeds(options.fetching, options.sandbox, run, options.reading, ledger, newer=before)
            links = asked | reading
        return (links, ledger.output()) | "LinksAndFiles" >> beam.Flatten()

    return carry_out(graph)


def errands_of(links: Iterable[Link], window: datetime) -> list[tuple[str, Errand]]:
    """Links to the owners of their hosts, in the order of these."""
    owned: dict[str, list[Link]] = {}
    for link in links:
        owned.setdefault(owner_of(link.url), []).append(link)
    return [(owner, Errand(window=window, links=pack(owned[owner]))) for owner in sorted(owned)]
