"""FingerprintArticles: tagged candidates rest on disk, and their sketches travel, packed by file."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import apache_beam as beam
import xxhash
from apache_beam.transforms.error_handling import ErrorHandler
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from schemas.candidates import Candidate, Sketches
from schemas.failures import Stage
from schemas.links import Link
from schemas.runs import Run
from transforms.filesystems import dataset_files
from transforms.outcomes import Attempt
from transforms.similarity.fingerprint import fingerprint
from transforms.storage.staging import CANDIDATES, stage_rows
from transforms.web.urls import url_key

FILE_ROWS = 1_000


@dataclass
class FingerprintArticles(beam.PTransform):
    """Sketches of candidates, one element for each file of them."""

    run: Run
    ledger: ErrorHandler

    def expand(self, candidates: beam.PCollection) -> beam.PCollection:
        return (
            candidates
            | Attempt(fingerprint_candidate, Stage.FINGERPRINT, self.ledger)
            | beam.ParDo(_Pack(self.run)).with_output_types(Sketches)
        )


def fingerprint_candidate(candidate: Candidate) -> Candidate:
    """The candidate with what deduplication needs of it."""
    article = candidate.article
    address = article.canonical_url or article.final_url
    sketch = fingerprint(
        article_id=article.article_id,
        url_key=url_key(address) if address else None,
        guid_key=guid_key(candidate.link),
        content_hash=article.content_hash,
        site=article.host,
        language=article.language,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        text=article.text,
        wire_agency=article.wire_agency,
    )
    return replace(candidate, fingerprint=sketch)


def guid_key(link: Link) -> str | None:
    """Key of a guid, which means something within its feed only."""
    item = link.item
    return xxhash.xxh3_128_hexdigest(f"{item.feed_url}\n{item.guid}".encode()) if item and item.guid else None


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
