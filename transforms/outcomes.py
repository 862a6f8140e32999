"""The one way to apply a function that may fail: results go on, all else goes into the ledger, each counted once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from types import UnionType
from typing import Any, get_args, get_type_hints

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.candidates import Candidate
from schemas.failures import Drop, Failure, Fate, Reason, Stage, Subject
from schemas.links import Link
from schemas.pages import Draft, Page
from schemas.sources import FeedHealth, SourceRead
from schemas.state import RobotsKnown
from transforms.metering import Metered
from transforms.progress import note
from transforms.web.masking import without_credentials

RESULTS = "results"
ENTRIES = "entries"
OTHERS = "others"
ENTRY = (Fate, FeedHealth, RobotsKnown, SourceRead)  # what the ledger takes
DETAIL_CHARS = 500
NAME_CHARS = 100  # of a source that failed for a bug of ours


@dataclass
class Attempt(beam.PTransform):
    """Apply a function to each element. A Failure or Drop that it returns, or an exception, is entered in the ledger.

    The function's annotations say what the results are: `def clean_draft(draft: Draft) -> Candidate | Drop`.
    What `prepare` returns, once for a worker, is the function's second argument.
    """

    function: Callable[..., Any]
    stage: Stage
    ledger: ErrorHandler
    prepare: Callable[[], Any] | None = None

    def expand(self, elements: beam.PCollection) -> beam.PCollection:
        return elements | "Apply" >> SetAside(self._apply(), self.stage, self.ledger, self._kind())

    def _apply(self) -> beam.DoFn:
        return _Apply(self.function, self.stage, self.prepare)

    def _kind(self) -> Any:
        plain = self.function.func if isinstance(self.function, partial) else self.function
        return _without_fates(get_type_hints(plain)["return"])


@dataclass
class AttemptEach(beam.PTransform):
    """The same for a function that yields any number of results, of type `kind`, and entries of the ledger."""

    function: Callable[..., Iterator[Any]]
    stage: Stage
    ledger: ErrorHandler
    kind: Any
    prepare: Callable[[], Any] | None = None

    def expand(self, elements: beam.PCollection) -> beam.PCollection:
        each = _Each(self.function, self.stage, self.prepare)
        return elements | "Apply" >> SetAside(each, self.stage, self.ledger, self.kind)


@dataclass
class SetAside(beam.PTransform):
    """Run a DoFn, or what holds one, whose outputs may be entries of the ledger; all else, of type `kind`, goes on."""

    run: beam.DoFn | beam.PTransform
    stage: Stage
    ledger: ErrorHandler
    kind: Any
    size: Callable[[Any], int] | None = None  # bytes of a result, where they are worth counting

    def expand(self, elements: beam.PCollection) -> beam.PCollection:
        counted = elements | "Count" >> beam.ParDo(_CountIn(self.stage))
        mixed = counted | "Run" >> (self.run if isinstance(self.run, beam.PTransform) else self._applied(self.run))
        sorted_out = mixed | "Sort" >> beam.ParDo(_Sort(self.stage)).with_outputs(ENTRIES, main=RESULTS)
        sorted_out[ENTRIES].element_type = Fate | FeedHealth | RobotsKnown | SourceRead
        sorted_out[RESULTS].element_type = self.kind
        self.ledger.add_error_pcollection(sorted_out[ENTRIES])
        return sorted_out[RESULTS]

    def _applied(self, do_fn: beam.DoFn) -> beam.PTransform:
        return beam.ParDo(Metered(do_fn, self.stage, self.size)).with_output_types(Any)


@dataclass
class Part(beam.PTransform):
    """Two kinds of records from one collection: those of type `kind`, and the others, of type `rest`."""

    kind: type
    rest: type

    def expand(self, mixed: beam.PCollection) -> Any:  # two collections, for which Beam has no type
        parted = mixed | beam.ParDo(_PartByType(self.kind)).with_outputs(OTHERS, main=RESULTS)
        parted[RESULTS].element_type, parted[OTHERS].element_type = self.kind, self.rest
        return parted[RESULTS], parted[OTHERS]


class _PartByType(beam.DoFn):
    def __init__(self, kind: type) -> None:
        self._kind = kind

    def process(self, element: Any) -> Iterator[Any]:
        yield element if isinstance(element, self._kind) else beam.pvalue.TaggedOutput(OTHERS, element)


class _Prepared(beam.DoFn):
    """Calls a function, with what was prepared for it once on this worker."""

    def __init__(self, function: Callable[..., Any], stage: Stage, prepare: Callable[[], Any] | None) -> None:
        self._function, self._stage, self._prepare = function, stage, prepare

    def setup(self) -> None:
        self._prepared = [self._prepare()] if self._prepare else []

    def _bug(self, element: Any, error: Exception) -> Fate:
        return fate_of(bug(element, self._stage, error), link_of(element))


class _Apply(_Prepared):
    """One element in, one result or fate out."""

    def process(self, element: Any) -> Iterator[Any]:
        try:
            result = self._function(element, *self._prepared)
        except Exception as error:  # noqa: BLE001  # the one place: a bug in one element is one failure row
            result = self._bug(element, error)
        yield fate_of(result, link_of(element)) if isinstance(result, Failure | Drop) else result


class _Each(_Prepared):
    """One element in, many results and entries out; an exception is the last of them."""

    def process(self, element: Any) -> Iterator[Any]:
        try:
            yield from self._function(element, *self._prepared)
        except Exception as error:  # noqa: BLE001  # the same for many
            yield self._bug(element, error)


class _CountIn(beam.DoFn):
    """Count what comes in. What goes out may be less or more: an archive is one, its pages are many."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._counter = stage, Metrics.counter(stage, "in")

    def process(self, element: Any) -> Iterable[Any]:
        self._counter.inc()
        note(self._stage, "in")
        return (element,)


class _Sort(beam.DoFn):
    """Part results from entries, and count both."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def process(self, element: Any) -> Iterable[Any]:
        if not isinstance(element, ENTRY):
            self._count("ok")
            return [element]
        if isinstance(element, Fate):
            kind = "failed" if isinstance(element.record, Failure) else "dropped"
            self._count(f"{kind}/{element.record.reason}")
        return [beam.pvalue.TaggedOutput(ENTRIES, element)]

    def _count(self, name: str) -> None:
        Metrics.counter(self._stage, name).inc()
        note(self._stage, name)


def fate_of(record: Failure | Drop, link: Link | None) -> Fate:
    """A record with its link; what the record leaves open is filled from the link, and credentials are masked."""
    source = record.source or (link.source if link else None)
    shown = replace(
        record,
        url=without_credentials(record.url),
        detail=without_credentials(record.detail) if record.detail else None,
        source=without_credentials(source) if source else None,
    )
    return Fate(record=shown, link=link)


def failed(link: Link, stage: Stage, reason: Reason, detail: str | None = None) -> Fate:
    """The fate of a link that failed in a stage."""
    return fate_of(Failure(url=link.url, stage=stage, reason=reason, detail=detail), link)


def bug(element: Any, stage: Stage, error: Exception) -> Failure:
    """The failure of an element that our own code could not bear; one without a link is a source or part of one."""
    link = link_of(element)
    name = link.url if link else str(getattr(element, "url", element))[:NAME_CHARS]
    return Failure(
        url=name,
        stage=stage,
        reason=Reason.INTERNAL_ERROR,
        detail=without_credentials(f"{type(error).__name__}: {error}")[:DETAIL_CHARS],
        subject=Subject.LINK if link else Subject.SOURCE,
    )


def link_of(element: Any) -> Link | None:
    """The link that an element of the flow stems from."""
    if isinstance(element, Link):
        return element
    return element.link if isinstance(element, Page | Draft | Candidate) else None


def _without_fates(hint: Any) -> Any:
    if not isinstance(hint, UnionType):
        return hint
    return next(each for each in get_args(hint) if each not in (Failure, Drop))
