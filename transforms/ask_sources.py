"""AskSources: feeds and sitemaps are fetched by the owner of their host."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from schemas.failures import Failure, Fate, Reason, Stage, Subject
from schemas.links import Link
from schemas.policies import FetchPolicy
from schemas.runs import Run
from schemas.sources import FeedHealth, SourceKind, SourceRead, SourceStatus
from transforms.asking import Asking, Desk
from transforms.metering import Elsewhere, Weigh
from transforms.open_links import owner_of
from transforms.outcomes import AttemptEach, Part, SetAside
from transforms.web.feed_health import after_failure
from transforms.web.fetches import Fetched, Kind, Outcome, Redirected, Request
from transforms.web.masking import without_credentials

REDIRECT_ROUNDS = 2  # to another host: from example.org to www.example.org, and from there to a service of feeds
KINDS = {Kind.FEED: SourceKind.FEED, Kind.SITEMAP: SourceKind.SITEMAP}


@dataclass
class AskSources(beam.PTransform):
    """What `parse` makes of the answers to requests for feeds and sitemaps.

    It is fused behind the asking, so no body is shuffled. A redirect to another host is a request to that host's
    owner, in the next of a few rounds; and so is a request that `parse` puts out beside its links.
    """

    policy: FetchPolicy
    run: Run
    parse: beam.PTransform
    ledger: ErrorHandler
    rounds: int = 1 + REDIRECT_ROUNDS

    def expand(self, requests: beam.PCollection) -> beam.PCollection:
        found = []
        for number in range(self.rounds):
            answers, redirected = requests | f"Ask{number}" >> _AskOwners(self.policy, self.run, self.ledger)
            links, further = answers | f"Parse{number}" >> self.parse | f"Part{number}" >> Part(Link, Request)
            found.append(links)
            requests = (redirected, further) | f"Further{number}" >> beam.Flatten()
            requests.element_type = Request
        requests | "Refuse" >> AttemptEach(refuse_request, Stage.READ, self.ledger, Request)
        links = found | beam.Flatten()
        links.element_type = Link
        return links


@dataclass
class _AskOwners(beam.PTransform):
    """Answers of one round, and what is left for the next."""

    policy: FetchPolicy
    run: Run
    ledger: ErrorHandler

    def expand(self, requests: beam.PCollection) -> Any:  # two collections, for which Beam has no type
        weighed = requests | "Weigh" >> beam.ParDo(Weigh(Stage.READ)).with_output_types(Request)
        owned = weighed | "KeyByOwner" >> beam.Map(key_by_owner) | "GroupByOwner" >> beam.GroupByKey()
        ask = _Ask(Desk.here(self.policy, self.run))
        return owned | SetAside(ask, Stage.READ, self.ledger, Fetched | Request, length) | Part(Fetched, Request)


def length(result: object) -> int:
    """Bytes of an answer; what is none has none."""
    return len(result.body) if isinstance(result, Fetched) else 0


def key_by_owner(request: Request) -> tuple[str, Request]:
    """The request under the shard of its host."""
    return owner_of(request.url), request


def settle_answer(outcome: Outcome) -> Iterator[Fetched | Request | Fate | FeedHealth | SourceRead]:
    """An answer, a request to the owner of another host, or the failure of a source with its counts."""
    if isinstance(outcome, Fetched):
        yield outcome
    elif isinstance(outcome, Redirected):
        yield outcome.request
    else:
        yield from source_failed(outcome.request, outcome.failure)


def source_failed(request: Request, failure: Failure) -> Iterator[Fate | FeedHealth | SourceRead]:
    """A source that could not be read: its failure, its count and, of a feed, its health."""
    yield Fate(record=failure)
    yield SourceRead(source=failure.url, kind=KINDS[request.kind], status=SourceStatus.FAILED, detail=failure.detail)
    health = after_failure(request, failure) if request.kind is Kind.FEED else None
    if health is not None:
        yield health


def refuse_request(request: Request) -> Iterator[Fate | FeedHealth | SourceRead]:
    """The failure of a source that went from host to host more often than there are rounds."""
    failure = Failure(
        url=without_credentials(request.link.url),
        stage=Stage.READ,
        reason=Reason.TOO_MANY_REDIRECTS,
        detail=f"sent to another host more than {REDIRECT_ROUNDS} times, last to {without_credentials(request.url)}",
        subject=Subject.SOURCE,
        source=without_credentials(request.link.source),
        attempts=request.attempts,
    )
    yield from source_failed(request, failure)


def interrupted(request: Request) -> SourceRead:
    """A source that was not asked because the run was stopped; the next run asks it."""
    name = without_credentials(request.link.url)
    return SourceRead(
        source=name, kind=KINDS[request.kind], status=SourceStatus.INTERRUPTED, detail="the run was stopped"
    )


class _Ask(beam.DoFn):
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def start_bundle(self) -> None:
        self._asking = Asking(self._desk)

    def process(self, owned: tuple[str, Iterable[Request]]) -> Iterator[Any]:
        for request in owned[1]:
            self._asking.add(request)
        for outcome in self._asking.finished():
            yield from settle_answer(outcome)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for outcome in self._asking.rest():
            for result in settle_answer(outcome):
                yield _windowed(result)
        for request in self._asking.unread():
            yield _windowed(interrupted(request))
        for known in self._asking.learned():
            yield _windowed(known)

    def used_elsewhere(self) -> Elsewhere:
        """CPU of the threads that ask hosts."""
        return Elsewhere(cpu=self._asking.cpu())


def _windowed(result: Any) -> WindowedValue:
    return WindowedValue(result, MIN_TIMESTAMP, [GlobalWindow()])
