"""WriteArticles: candidates with their verdicts become rows of articles and duplicates, and state for the next run."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.candidates import CommitBatch
from schemas.columns import from_row, to_table
from schemas.failures import Drop, DropReason, Fate, Stage
from schemas.links import Link
from schemas.runs import Run, WrittenFile
from schemas.stories import Merge, Notice
from transforms.filesystems import dataset_files
from transforms.outcomes import SetAside, fate_of
from transforms.storage import rows
from transforms.storage.layout import DATA_TABLES
from transforms.storage.tables import write_aside


@dataclass
class WriteArticles(beam.PTransform):
    """Finished files of a commit batch: articles by their partition, copies, fingerprints, states of links."""

    run: Run
    ledger: ErrorHandler
    keep_copies: bool = True  # with their titles and texts

    def expand(self, batches: beam.PCollection) -> beam.PCollection:
        return batches | SetAside(
            _Write(self.run, keep_copies=self.keep_copies), Stage.COMMIT, self.ledger, WrittenFile, length
        )


def length(result: WrittenFile | Fate) -> int:
    """Bytes of a finished file; a fate has none."""
    return result.bytes if isinstance(result, WrittenFile) else 0


class _Write(beam.DoFn):
    def __init__(self, run: Run, *, keep_copies: bool) -> None:
        self._run = run
        self._keep_copies = keep_copies

    def setup(self) -> None:
        self._files = dataset_files(self._run.output)

    def process(self, batch: CommitBatch) -> Iterator[Any]:
        judged = rows.judged_rows(batch, self._files)
        for link, id_ in rows.repeated(judged):
            drop = Drop(
                url=link["url"], reason=DropReason.UNCHANGED, detail=f"the text of {id_}, read from another file"
            )
            yield fate_of(drop, from_row(link, Link))
        for folder, articles in rows.articles_by_partition(judged, self._run):
            yield self._aside(articles, "articles", folder, fates=articles.num_rows)
        copies = rows.duplicates(judged, self._run)
        if copies.num_rows:
            copies = copies if self._keep_copies else rows.without_texts(copies)
            yield self._aside(copies, "duplicates", self._run.day, fates=copies.num_rows)
        yield self._aside(rows.known(judged), "fingerprints", "", fates=0)
        yield self._aside(rows.link_states(judged, self._run), "links", "", fates=0)
        for table, record, found in (("merges", Merge, batch.merges), ("notices", Notice, batch.notices)):
            if found:
                named = [replace(each, run_id=self._run.run_id) for each in found]
                yield self._aside(to_table(named, record), table, self._folder(table), fates=0)

    def _folder(self, table: str) -> str:
        return self._run.day if table in DATA_TABLES else ""

    def _aside(self, table: Any, name: str, folder: str, fates: int) -> WrittenFile:
        return write_aside(table, name, folder, self._files, self._run.run_id, fates)
