"""AskSources: feeds and sitemaps are fetched by the owner of their host."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from schemas.failures import Failure, Fate, Stage
from schemas.policies import FetchPolicy
from schemas.sources import FeedHealth, SourceKind, SourceRead, SourceStatus
from schemas.state import feed_retry_time
from transforms.asking import Asking
from transforms.open_links import owner_of
from transforms.outcomes import SetAside
from transforms.web.client import Client
from transforms.web.fetches import Fetched, Kind, Outcome, Redirected, Request
from transforms.web.masking import without_credentials

KINDS = {Kind.FEED: SourceKind.FEED, Kind.SITEMAP: SourceKind.SITEMAP}


@dataclass
class AskSources(beam.PTransform):
    """Answers to requests for feeds and sitemaps; the next verb is fused behind it, so no body is shuffled.

    Redirects are followed at once, also to other hosts: a source is one request, and its list was made by hand.
    """

    policy: FetchPolicy
    ledger: ErrorHandler

    def expand(self, requests: beam.PCollection) -> beam.PCollection:
        owned = requests | "KeyByOwner" >> beam.Map(key_by_owner) | "GroupByOwner" >> beam.GroupByKey()
        return owned | SetAside(_Ask(self.policy), Stage.READ, self.ledger, Fetched)


def key_by_owner(request: Request) -> tuple[str, Request]:
    """The request under the shard of its host."""
    return owner_of(request.url), request


def settle_answer(outcome: Outcome) -> Iterator[Fetched | Fate | FeedHealth | SourceRead]:
    """An answer, or the failure of a source with its counts."""
    if isinstance(outcome, Fetched):
        yield outcome
    elif not isinstance(outcome, Redirected):
        yield from source_failed(outcome.request, outcome.failure)


def source_failed(request: Request, failure: Failure) -> Iterator[Fate | FeedHealth | SourceRead]:
    """A source that could not be read: its failure, its count and, of a feed, its health."""
    yield Fate(record=failure)
    yield SourceRead(source=failure.url, kind=KINDS[request.kind], status=SourceStatus.FAILED, detail=failure.detail)
    if request.kind is Kind.FEED and failure.at:
        failures = request.link.failed_before + 1
        yield FeedHealth(
            feed_url=failure.url,
            status=SourceStatus.FAILED,
            fetched_at=failure.at,
            http_status=failure.status,
            reason=failure.reason,
            detail=failure.detail,
            failures=failures,
            retry_at=feed_retry_time(failure.reason, failures, failure.at, failure.retry_at),
        )


def interrupted(request: Request) -> SourceRead:
    """A source that was not asked because the run was stopped; the next run asks it."""
    name = without_credentials(request.link.url)
    return SourceRead(
        source=name, kind=KINDS[request.kind], status=SourceStatus.INTERRUPTED, detail="the run was stopped"
    )


def _follow(_host: str) -> bool:
    return True


class _Ask(beam.DoFn):
    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy

    def setup(self) -> None:
        self._client = Client(self._policy)

    def start_bundle(self) -> None:
        self._asking = Asking(self._policy, self._client, owns=_follow)

    def process(self, owned: tuple[str, Iterable[Request]]) -> Iterator[Any]:
        for request in owned[1]:
            self._asking.add(request)
        for outcome in self._asking.finished():
            yield from settle_answer(outcome)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for outcome in self._asking.rest():
            for result in settle_answer(outcome):
                yield WindowedValue(result, MIN_TIMESTAMP, [GlobalWindow()])
        for request in self._asking.unread():
            yield WindowedValue(interrupted(request), MIN_TIMESTAMP, [GlobalWindow()])

    def teardown(self) -> None:
        self._client.close()
