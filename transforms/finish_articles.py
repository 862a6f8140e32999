"""FinishArticles: drafts are cleaned, tagged and fingerprinted, on all cores of the worker."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.candidates import Candidate
from schemas.failures import Drop, Failure, Fate, Stage
from schemas.pages import Draft
from schemas.policies import SandboxPolicy
from schemas.runs import Run
from transforms.articles.finishing import Settings
from transforms.articles.tagging import NO_TAXONOMY
from transforms.filesystems import dataset_files
from transforms.metering import Metered
from transforms.outcomes import SetAside, bug, failed, fate_of
from transforms.sandbox.pool import Killed
from transforms.sandboxed import Sandboxed
from transforms.storage.deleted import load_deleted
from transforms.storage.homes import load_homes
from transforms.tagging.taxonomy import Taxonomy

TARGET = "transforms.articles.finishing:finish_drafts"  # by name: only the workers load names of places
BATCH = 32  # drafts in a call, some 200 kB and a quarter of a second: one that kills the worker makes it do few again


@dataclass
class FinishArticles(beam.PTransform):
    """Candidates of drafts, each with its tags and its sketch; what kills a worker costs itself and nothing else.

    Settings that lie in the dataset (what was taken down, where sources are at home) are read once by each Beam worker.
    A text that is the same as in the run before is dropped as unchanged.
    """

    run: Run
    sandbox: SandboxPolicy
    ledger: ErrorHandler
    since: datetime | None = None
    taxonomy: Taxonomy = NO_TAXONOMY
    models: bool = False  # blend in the sentence model, which each worker process loads for itself

    def expand(self, drafts: beam.PCollection) -> beam.PCollection:
        return drafts | SetAside(_InBatches(self._finishing()), Stage.FINISH, self.ledger, Candidate)

    def _finishing(self) -> beam.DoFn:
        known = partial(settings_of, self.run, self.since, self.taxonomy, models=self.models)
        return _Finishing(known, self.sandbox)


def settings_of(run: Run, since: datetime | None, taxonomy: Taxonomy, *, models: bool) -> Settings:
    """What a worker needs to know, as the dataset and the options have it."""
    files = dataset_files(run.output)
    deleted, homes = load_deleted(files), load_homes(files)
    return Settings(since=since, taxonomy=taxonomy, models=models, deleted=deleted, homes=homes)


def one_by_one(drafts: Sequence[Draft], answer: Any) -> list[list[Draft]]:
    """Drafts that went down together are tried again, each alone."""
    return [[each] for each in drafts] if isinstance(answer, Killed | Exception) and len(drafts) > 1 else []


def settle_batch(drafts: Sequence[Draft], answer: Any) -> Iterator[Candidate | Fate]:
    """What a worker's answer makes of drafts."""
    if isinstance(answer, Killed):
        yield from (failed(each.link, Stage.FINISH, answer.reason, answer.detail) for each in drafts)
    elif isinstance(answer, Exception):
        yield from (fate_of(bug(each, Stage.FINISH, answer), each.link) for each in drafts)
    else:
        for draft, result in zip(drafts, answer, strict=True):
            yield fate_of(result, draft.link) if isinstance(result, Failure | Drop) else result


class _Finishing(Sandboxed):
    """The pool's workers with the settings that were read when this worker began."""

    def __init__(self, settings: Any, policy: SandboxPolicy) -> None:
        super().__init__(TARGET, policy, self._of_batch, settle_batch, _whole, one_by_one)
        self._settings = settings

    def setup(self) -> None:
        super().setup()
        self._packed = self._settings().packed()

    def _of_batch(self, drafts: Sequence[Draft]) -> tuple[Any, ...]:
        return self._packed, drafts


@dataclass
class _InBatches(beam.PTransform):
    finishing: beam.DoFn

    def expand(self, drafts: beam.PCollection) -> beam.PCollection:
        batches = drafts | beam.BatchElements(min_batch_size=BATCH, max_batch_size=BATCH)
        return batches | beam.ParDo(Metered(self.finishing, Stage.FINISH)).with_output_types(Any)


def _whole(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """What is kept while a worker is at it: all, since a batch may have to be tried again."""
    return drafts
