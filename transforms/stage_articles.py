"""StageArticles and ReadStaged: drafts rest in files on disk, and only claim checks travel."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from schemas.failures import Stage
from schemas.pages import Draft, StagedFile
from schemas.runs import Run
from transforms.filesystems import dataset_files
from transforms.holding import hold
from transforms.metering import Calls, Metered, Weigh
from transforms.storage.staging import DRAFTS, read_staged, stage_rows, taken_up

FILE_ROWS = 1_000  # drafts in a file: one is read, cleaned and tagged at a time
FILE_CHARS = 8_000_000  # of text in it, so that a file of long texts stays small too
FILE_SECONDS = 15.0  # after its first draft: a killed run loses no more work than that


@dataclass
class StageArticles(beam.PTransform):
    """Write drafts to staging files; yields a claim check for each."""

    run: Run

    def expand(self, drafts: beam.PCollection) -> beam.PCollection:
        return drafts | beam.ParDo(Metered(_Stage(self.run), Stage.STAGE, length)).with_output_types(StagedFile)


@dataclass
class TakeUpStaged(beam.PTransform):
    """Claim checks for what killed runs had staged: those pages are not fetched again."""

    run: Run

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection:
        return pipeline | beam.Create([self.run]) | beam.FlatMap(take_up).with_output_types(StagedFile)


@dataclass
class ReadStaged(beam.PTransform):
    """The drafts of staging files. A reshuffle of the claim checks spreads the files over the workers."""

    run: Run

    def expand(self, files: beam.PCollection) -> beam.PCollection:
        spread = files | beam.ParDo(Weigh(Stage.STAGE)).with_output_types(StagedFile) | beam.Reshuffle()
        reading = Metered(Calls(partial(read_drafts, run=self.run)), Stage.STAGE)
        return spread | beam.ParDo(reading).with_output_types(Draft)


def length(file: StagedFile) -> int:
    """Bytes of a staging file that was just written."""
    return file.bytes


def take_up(run: Run) -> list[StagedFile]:
    """The staging files of runs that never committed."""
    return taken_up(run, dataset_files(run.output))


def read_drafts(file: StagedFile, run: Run) -> Iterator[Draft]:
    """The drafts of one staging file, in order."""
    hold(run)
    return read_staged(file, Draft, dataset_files(run.output))


class _Stage(beam.DoFn):
    def __init__(self, run: Run, clock: Callable[[], float] = time.monotonic) -> None:
        self._run, self._clock = run, clock

    def setup(self) -> None:
        hold(self._run)

    def start_bundle(self) -> None:
        self._drafts: list[Draft] = []
        self._chars = 0

    def process(self, draft: Draft) -> Iterator[StagedFile]:
        if not self._drafts:
            self._due = self._clock() + FILE_SECONDS
        self._drafts.append(draft)
        self._chars += sum(map(len, draft.extraction.blocks))
        if self._is_full():
            yield self._written()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        if self._drafts:
            yield WindowedValue(self._written(), MIN_TIMESTAMP, [GlobalWindow()])

    def _is_full(self) -> bool:
        return len(self._drafts) >= FILE_ROWS or self._chars >= FILE_CHARS or self._clock() >= self._due

    def _written(self) -> StagedFile:
        file = stage_rows(self._drafts, Draft, DRAFTS, dataset_files(self._run.output), self._run.run_id)
        self.start_bundle()
        return file
