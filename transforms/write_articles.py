"""WriteArticles: candidates with their verdicts become rows of articles and duplicates, and state for the next run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.candidates import CommitBatch
from schemas.columns import from_row
from schemas.failures import Drop, DropReason, Stage
from schemas.links import Link
from schemas.runs import Run, WrittenFile
from transforms.filesystems import dataset_files
from transforms.outcomes import SetAside, fate_of
from transforms.storage import rows
from transforms.storage.tables import write_aside


@dataclass
class WriteArticles(beam.PTransform):
    """Finished files of a commit batch: articles by publication date, copies, fingerprints, states of links."""

    run: Run
    ledger: ErrorHandler

    def expand(self, batches: beam.PCollection) -> beam.PCollection:
        return batches | SetAside(_Write(self.run), Stage.COMMIT, self.ledger, WrittenFile)


class _Write(beam.DoFn):
    def __init__(self, run: Run) -> None:
        self._run = run

    def setup(self) -> None:
        self._files = dataset_files(self._run.output)

    def process(self, batch: CommitBatch) -> Iterator[Any]:
        judged = rows.judged_rows(batch, self._files)
        for link, id_ in rows.repeated(judged):
            drop = Drop(
                url=link["url"], reason=DropReason.UNCHANGED, detail=f"the text of {id_}, read from another file"
            )
            yield fate_of(drop, from_row(link, Link))
        for day, articles in rows.articles_by_day(judged, self._run):
            yield self._aside(articles, "articles", f"published_date={day}", fates=articles.num_rows)
        copies = rows.duplicates(judged, self._run)
        if copies.num_rows:
            yield self._aside(copies, "duplicates", self._run.day, fates=copies.num_rows)
        yield self._aside(rows.known(judged), "fingerprints", "", fates=0)
        yield self._aside(rows.link_states(judged, self._run), "links", "", fates=0)

    def _aside(self, table: Any, name: str, folder: str, fates: int) -> WrittenFile:
        return write_aside(table, name, folder, self._files, self._run.run_id, fates)
