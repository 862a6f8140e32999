"""ReadPages: the owner of some hosts reads the pages that feeds named, and puts what they hold to rest on disk."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.transforms.error_handling import ErrorHandler
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from pipelines.ingest import due_links, stage_pages
from pipelines.inputs import Inputs
from pipelines.options import IngestOptions
from pipelines.streaming.here import carry_out
from pipelines.streaming.poll_feeds import COMMITTER
from schemas.failures import Drop, DropReason, Fate
from schemas.links import Link
from schemas.pages import StagedFile
from schemas.runs import Run, WrittenFile
from schemas.streams import Errand, Reading, Stream
from transforms.outcomes import fate_of
from transforms.pack_links import unpack
from transforms.wake_owners import utc_now
from transforms.write_ledger import WriteLedger

Named = tuple[str, str | None]  # URL and version of a link


@dataclass
class ReadPages(beam.PTransform):
    """Reports for the committer. What the owner has read in the window that is open lies in its state."""

    stream: Stream
    options: IngestOptions

    def expand(self, errands: beam.PCollection) -> beam.PCollection:
        read = _Read(self.stream, self.options)
        return errands | beam.ParDo(read).with_output_types(tuple[str, Reading])


class _Read(beam.DoFn):
    NAMED = ReadModifyWriteStateSpec("named", PickleCoder())

    def __init__(self, stream: Stream, options: IngestOptions, now: Callable[[], datetime] = utc_now) -> None:
        self._stream, self._now = stream, now
        self._options = replace(options, beam=())

    def process(
        self,
        owned: tuple[str, Errand],
        named: Any = beam.DoFn.StateParam(NAMED),  # noqa: B008  # as Beam wants it
    ) -> Iterator[tuple[str, Reading]]:
        owner, errand = owned
        window, before = named.read() or (errand.window, set())
        before = before if window == errand.window else set()
        links = list(unpack([errand.links]))
        new, again = part_repeated(links, before)
        named.write((errand.window, before | {(each.url, each.version) for each in new}))
        yield COMMITTER, self._reading(owner, errand, new, again)

    def _reading(self, owner: str, errand: Errand, new: Sequence[Link], again: Sequence[Fate]) -> Reading:
        name, now = f"{owner}-{secrets.token_hex(3)}", self._now()
        staging = self._stream.reading_of(errand.window, name, now)
        found = read(new, again, staging, self._stream.run_of(errand.window, now), self._options)
        return Reading(
            window=errand.window,
            links=len(new) + len(again),
            files=tuple(each for each in found if isinstance(each, WrittenFile)),
            staged=tuple(each for each in found if isinstance(each, StagedFile)),
        )


def part_repeated(links: Sequence[Link], before: set[Named]) -> tuple[list[Link], list[Fate]]:
    """Links that are new in this window, and the fates of those that a poll before this one named as well."""
    new = [each for each in links if (each.url, each.version) not in before]
    again = [each for each in links if (each.url, each.version) in before]
    detail = "named in this window before"
    return new, [fate_of(Drop(url=each.url, reason=DropReason.DUPLICATE_LINK, detail=detail), each) for each in again]


def read(
    links: Sequence[Link], fates: Sequence[Fate], staging: Run, window: Run, options: IngestOptions
) -> list[StagedFile | WrittenFile]:
    """Read links by the verbs of the batch: staging files, and finished files of all that did not become a draft."""

    def graph(pipeline: beam.Pipeline) -> beam.PCollection:
        with ErrorHandler(WriteLedger(window)) as ledger:
            named = pipeline | "Links" >> beam.Create(links)
            ledger.add_error_pcollection(pipeline | "Fates" >> beam.Create(fates))
            named.element_type = Link
            due = due_links(named, options, staging, ledger)
            staged = stage_pages(due, Inputs(feeds=("by errand",)), options, staging, ledger)
        return (staged, ledger.output()) | "StagedAndFiles" >> beam.Flatten()

    return list[Any](carry_out(graph))
