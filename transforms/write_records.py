"""WriteRecords: rows of a side table as finished files that wait for the commit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from schemas.columns import to_table
from schemas.failures import Drop, Failure, Subject
from schemas.runs import Run, WrittenFile
from schemas.work import RECORD
from transforms.filesystems import dataset_files
from transforms.metering import Metered
from transforms.storage.tables import write_aside

FILE_ROWS = 20_000


@dataclass
class WriteRecords(beam.PTransform):
    """Rows of one record class into files of one table; yields the files."""

    table: str
    record: type
    folder: str
    run: Run

    def expand(self, records: beam.PCollection) -> beam.PCollection:
        write = Metered(_Write(self.table, self.record, self.folder, self.run), RECORD, length)
        return records | beam.ParDo(write).with_output_types(WrittenFile)


def length(file: WrittenFile) -> int:
    """Bytes of a finished file."""
    return file.bytes


class _Write(beam.DoFn):
    def __init__(self, table: str, record: type, folder: str, run: Run) -> None:
        self._table, self._record, self._folder, self._run = table, record, folder, run

    def start_bundle(self) -> None:
        self._rows: list[Any] = []

    def process(self, row: Any) -> Iterator[WrittenFile]:
        self._rows.append(row)
        if len(self._rows) >= FILE_ROWS:
            yield self._written()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        if self._rows:
            yield WindowedValue(self._written(), MIN_TIMESTAMP, [GlobalWindow()])

    def _written(self) -> WrittenFile:
        rows, self._rows = sorted(self._rows, key=repr), []
        files, fates = dataset_files(self._run.output), sum(map(is_fate, rows))
        return write_aside(to_table(rows, self._record), self._table, self._folder, files, self._run.run_id, fates)


def is_fate(row: object) -> bool:
    """Whether a row is the fate of a link."""
    return isinstance(row, Drop) or (isinstance(row, Failure) and row.subject is Subject.LINK)
