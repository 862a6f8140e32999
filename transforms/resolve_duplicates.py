"""ResolveDuplicates: which candidates are articles and which are copies, within the run and against history."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

import apache_beam as beam

from schemas.articles import Method
from schemas.candidates import CommitBatch, Placement, Sketches
from schemas.fingerprints import Fingerprint, Known, Verdict
from schemas.runs import Run
from transforms.filesystems import dataset_files
from transforms.similarity.resolve import resolve
from transforms.storage.state import load_known

WINDOW = timedelta(days=3)  # copies of one story are published within it, see docs/decisions
BATCH_ROWS = 4_096  # rows that a commit holds in memory at once; about 40 MB


@dataclass
class ResolveDuplicates(beam.PTransform):
    """Verdicts on all candidates of a run, as batches to commit.

    Sketches of the whole run meet on one worker: 1.5 kB a candidate, so 150 MB for 100,000.
    """

    run: Run

    def expand(self, sketches: beam.PCollection) -> beam.PCollection:
        gathered = sketches | beam.WithKeys("all") | beam.GroupByKey()
        resolved = gathered | beam.FlatMap(resolve_sketches, self.run.output).with_output_types(CommitBatch)
        return resolved | beam.Reshuffle()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a candidate lies, its URL as it was given, and its fingerprint."""

    path: str
    row: int
    url: str
    fingerprint: Fingerprint


def resolve_sketches(keyed: tuple[str, Iterable[Sketches]], output: str) -> Iterator[CommitBatch]:
    """Batches of neighbouring dates with a verdict on each row."""
    places = sorted((place for each in keyed[1] for place in places_in(each)), key=lambda place: place.url)
    known = load_known(dataset_files(output), [place.fingerprint for place in places], WINDOW)
    yield from plan_batches(places, judge(places, known))


def places_in(sketches: Sketches) -> Iterator[Place]:
    """The candidates of one file."""
    rows = zip(sketches.urls, sketches.fingerprints, strict=True)
    return (Place(sketches.path, row, url, print_) for row, (url, print_) in enumerate(rows))


def judge(places: Sequence[Place], known: Sequence[Known]) -> list[Verdict]:
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
    verdicts = {each.article_id: each for each in resolve(new, others).verdicts}
    verdicts |= {id_: _standing(standing[id_]) for id_ in first if id_ in standing}
    return [_of_place(place, first, verdicts) for place in places]


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
    )


def _date_first(place: Place) -> tuple[str, str, int]:
    sketch = place.fingerprint
    return f"{sketch.published_at or sketch.fetched_at:%Y-%m-%d}", place.path, place.row


def _placement(path: str, pairs: Sequence[tuple[Place, Verdict]]) -> Placement:
    return Placement(
        path=path, rows=tuple(place.row for place, _ in pairs), verdicts=tuple(verdict for _, verdict in pairs)
    )
