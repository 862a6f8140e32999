"""StageCandidates: candidates rest in files on disk, and only claim checks travel."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from schemas.candidates import Candidate
from schemas.pages import StagedFile
from schemas.runs import Run
from schemas.work import SKETCHES
from transforms.filesystems import dataset_files
from transforms.metering import Metered, Weigh
from transforms.storage.staging import CANDIDATES, stage_rows

FILE_ROWS = 1_000


@dataclass
class StageCandidates(beam.PTransform):
    """Files of candidates, as claim checks."""

    run: Run

    def expand(self, candidates: beam.PCollection) -> beam.PCollection:
        packed = candidates | "Pack" >> beam.ParDo(
            Metered(_Pack(self.run), SKETCHES, attrgetter("bytes"))
        ).with_output_types(StagedFile)
        return packed | "Weigh" >> beam.ParDo(Weigh(SKETCHES)).with_output_types(StagedFile)


class _Pack(beam.DoFn):
    def __init__(self, run: Run) -> None:
        self._run = run

    def start_bundle(self) -> None:
        self._candidates: list[Candidate] = []

    def process(self, candidate: Candidate) -> Iterator[StagedFile]:
        self._candidates.append(candidate)
        if len(self._candidates) >= FILE_ROWS:
            yield self._packed()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        if self._candidates:
            yield WindowedValue(self._packed(), MIN_TIMESTAMP, [GlobalWindow()])

    def _packed(self) -> StagedFile:
        candidates, self._candidates = self._candidates, []
        return stage_rows(candidates, Candidate, CANDIDATES, dataset_files(self._run.output), self._run.run_id)
