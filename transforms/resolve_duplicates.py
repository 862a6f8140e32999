"""ResolveDuplicates: which candidates are articles and which are copies, within the run and against history."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import groupby

import apache_beam as beam
import numpy as np

from schemas.articles import Method, Relation
from schemas.candidates import CommitBatch, Placement
from schemas.columns import from_row
from schemas.failures import Stage
from schemas.fingerprints import Fingerprint, Known, Verdict
from schemas.pages import StagedFile
from schemas.runs import Run
from transforms.filesystems import dataset_files
from transforms.metering import Calls, Metered, Weigh
from transforms.similarity.furniture import NOWHERE, Elsewhere
from transforms.similarity.reach import KEY_FIELDS, SAMPLE_FIELDS, ExactLook, KeyLook, SampleLook, spans
from transforms.similarity.resolve import Resolution, resolve
from transforms.storage.files import Files
from transforms.storage.history import History
from transforms.storage.tables import read_cells

WINDOW = timedelta(days=3)  # copies of one story are published within it, see docs/decisions
BATCH_ROWS = 4_096  # rows that a commit holds in memory at once; about 40 MB


@dataclass
class ResolveDuplicates(beam.PTransform):
    """Verdicts on all candidates of a run, as batches to commit.

    Claim checks of the whole run meet on one worker, which reads the sketches, and no text, from where they lie.
    """

    run: Run

    def expand(self, files: beam.PCollection) -> beam.PCollection:
        gathered = files | beam.WithKeys("all") | beam.GroupByKey()
        resolving = Metered(Calls(partial(resolve_sketches, output=self.run.output)), Stage.RESOLVE)
        resolved = gathered | "Resolve" >> beam.ParDo(resolving).with_output_types(CommitBatch)
        return resolved | "Weigh" >> beam.ParDo(Weigh(Stage.RESOLVE)).with_output_types(CommitBatch) | beam.Reshuffle()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a candidate lies, its URL as it was given, and its fingerprint."""

    path: str
    row: int
    url: str
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What earlier runs say of new documents: what they could be tied to, and what is common on their sites."""

    known: tuple[Known, ...]
    elsewhere: Elsewhere


def resolve_sketches(keyed: tuple[str, Iterable[StagedFile]], output: str) -> Iterator[CommitBatch]:
    """Batches of neighbouring dates with a verdict on each row."""
    files = dataset_files(output)
    places = sorted((place for each in keyed[1] for place in places_in(each, files)), key=lambda place: place.url)
    past = recall([place.fingerprint for place in places], History(files))
    judged = judge(places, past.known, past.elsewhere)
    first, *rest = plan_batches(places, judged.verdicts)
    yield replace(first, merges=judged.merges, notices=judged.notices)
    yield from rest


def recall(new: Sequence[Fingerprint], history: History) -> Past:
    """What earlier runs committed that new documents could be tied to; its cost follows the days in question."""
    days = spans(new, WINDOW)
    same, near = ExactLook(new), KeyLook(new)
    for numbers, keys in history.exact_keys():
        same.look(numbers, keys)
    for rows in history.published(days, KEY_FIELDS):
        near.look(rows.numbers, rows.fields)
    matches = near.matches()
    numbers = same.newest(np.union1d(same.numbers(), matches.candidates()))
    known = history.known(numbers)
    samples = SampleLook([*new, *(each.fingerprint for each in known)], matches.others(numbers))
    for rows in history.published(days, SAMPLE_FIELDS):
        samples.look(rows.numbers, rows.fields)
    return Past(known=tuple(known), elsewhere=matches.elsewhere(numbers, samples.counts()))


def places_in(file: StagedFile, files: Files) -> Iterator[Place]:
    """The candidates of one file, without their texts."""
    for row, told in enumerate(read_cells(file.path, ("article.url", "fingerprint"), files)):
        yield Place(file.path, row, told["article"]["url"], from_row(told["fingerprint"], Fingerprint))


def judge(places: Sequence[Place], known: Sequence[Known], elsewhere: Elsewhere = NOWHERE) -> Resolution:
    """A verdict for each place, in order.

    A revision of an article that stands for its story goes on standing for it. Of several candidates with one
    id (files of equal text) the first by URL counts; the others are copies of themselves, and so unchanged.
    """
    ids = {place.fingerprint.article_id for place in places}
    standing = {each.fingerprint.article_id: each for each in known if each.duplicate_of is None}
    first: dict[str, Fingerprint] = {}
    for place in places:
        first.setdefault(place.fingerprint.article_id, place.fingerprint)
    new = [each for id_, each in first.items() if id_ not in standing]
    others = [each for each in known if each.fingerprint.article_id not in ids - standing.keys()]
    resolution = resolve(new, others, elsewhere)
    verdicts = {each.article_id: each for each in resolution.verdicts}
    verdicts |= {id_: _standing(standing[id_]) for id_ in first if id_ in standing}
    return replace(resolution, verdicts=tuple(_of_place(place, first, verdicts) for place in places))


def plan_batches(places: Sequence[Place], verdicts: Sequence[Verdict]) -> Iterator[CommitBatch]:
    """Rows by date, some thousands a batch, so that a partition's rows meet in as few files as can be."""
    ordered = sorted(zip(places, verdicts, strict=True), key=lambda pair: _date_first(pair[0]))
    for start in range(0, len(ordered), BATCH_ROWS):
        rows = sorted(ordered[start : start + BATCH_ROWS], key=lambda pair: (pair[0].path, pair[0].row))
        by_file = groupby(rows, key=lambda pair: pair[0].path)
        yield CommitBatch(placements=tuple(_placement(path, list(pairs)) for path, pairs in by_file))


def _standing(known: Known) -> Verdict:
    return Verdict(
        article_id=known.fingerprint.article_id, cluster_id=known.cluster_id, cluster_size=known.cluster_size
    )


def _of_place(place: Place, first: dict[str, Fingerprint], verdicts: dict[str, Verdict]) -> Verdict:
    id_ = place.fingerprint.article_id
    verdict = verdicts[id_]
    if first[id_] is place.fingerprint:
        return verdict
    return Verdict(
        article_id=id_,
        cluster_id=verdict.cluster_id,
        cluster_size=verdict.cluster_size,
        duplicate_of=id_,
        method=Method.EXACT,
        relation=Relation.COPY,
        tied_to=id_,
    )


def _date_first(place: Place) -> tuple[str, str, int]:
    sketch = place.fingerprint
    return f"{sketch.published_at or sketch.fetched_at:%Y-%m-%d}", place.path, place.row


def _placement(path: str, pairs: Sequence[tuple[Place, Verdict]]) -> Placement:
    return Placement(
        path=path, rows=tuple(place.row for place, _ in pairs), verdicts=tuple(verdict for _, verdict in pairs)
    )
