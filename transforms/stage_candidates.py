"""StageCandidates: candidates rest in files on disk, and their sketches travel, packed by file."""

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from schemas.candidates import Candidate, Sketches
from schemas.runs import Run
from schemas.work import SKETCHES
from transforms.filesystems import dataset_files
from transforms.metering import Metered, Weigh
from transforms.storage.staging import CANDIDATES, stage_rows

FILE_ROWS = 1_000


@dataclass
class StageCandidates(beam.PTransform):
    """Sketches of candidates, one element for each file of them."""

    run: Run

    def expand(self, candidates: beam.PCollection) -> beam.PCollection:
        packed = candidates | "Pack" >> beam.ParDo(Metered(_Pack(self.run), SKETCHES)).with_output_types(Sketches)
        return packed | "Weigh" >> beam.ParDo(Weigh(SKETCHES)).with_output_types(Sketches)


class _Pack(beam.DoFn):
    def __init__(self, run: Run) -> None:
        self._run = run

    def start_bundle(self) -> None:
        self._candidates: list[Candidate] = []

    def process(self, candidate: Candidate) -> Iterator[Sketches]:
        self._candidates.append(candidate)
        if len(self._candidates) >= FILE_ROWS:
            yield self._packed()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        if self._candidates:
            yield WindowedValue(self._packed(), MIN_TIMESTAMP, [GlobalWindow()])

    def _packed(self) -> Sketches:
        candidates, self._candidates = self._candidates, []
        file = stage_rows(candidates, Candidate, CANDIDATES, dataset_files(self._run.output), self._run.run_id)
        return Sketches(
            path=file.path,
            urls=tuple(each.article.url for each in candidates),
            fingerprints=tuple(each.fingerprint for each in candidates if each.fingerprint),
        )
