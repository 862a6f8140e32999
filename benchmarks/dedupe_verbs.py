"""Deduplication as Beam runs it, from tagged candidates to verdicts, and how it grows.

python -m benchmarks.dedupe_verbs --data ../shared/data
"""

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import apache_beam as beam
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.error_handling import ErrorHandler

from benchmarks.duplicates import FILE, Item, read_items
from schemas.candidates import Candidate, CommitBatch
from schemas.failures import Stage
from schemas.links import Link
from schemas.pages import Draft, Extraction, StagedFile
from schemas.runs import Run
from transforms.articles.cleaning import clean_draft
from transforms.articles.sketching import fingerprint_candidate
from transforms.filesystems import dataset_files
from transforms.outcomes import Attempt
from transforms.resolve_duplicates import ResolveDuplicates
from transforms.stage_candidates import StageCandidates
from transforms.storage.staging import read_staged, stage_rows
from transforms.web.urls import url_key
from transforms.write_ledger import WriteLedger

DOCUMENTS = 20_000
FILE_ROWS = 1_000
WORD = re.compile(r"\w+")
NOW = datetime(2026, 4, 3, tzinfo=UTC)
CASES = ("near", "template", "copies")
TOLD = "stories.txt"
PACKED = "packed"  # kind of the staging files that the measured graph begins with


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the data for measuring")
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--case", choices=CASES, default="near")
    parser.add_argument("--work", type=Path, help="measure here, what is staged already; as the parent process asks")
    given = parser.parse_args()
    if not (given.data / FILE).is_file():
        sys.exit(f"{given.data / FILE} is absent: this benchmark needs the data for measuring, see --data")
    if given.work:
        measure(given.work)
        return
    with tempfile.TemporaryDirectory() as folder:
        stage(given.case, given.documents, given.data / FILE, Path(folder))
        again = [*sys.argv[1:], "--work", folder]  # a process of its own: its peak is of nothing else
        subprocess.run([sys.executable, "-m", "benchmarks.dedupe_verbs", *again], check=True)


def stage(case: str, count: int, data: Path, folder: Path) -> None:
    files, run = dataset_files(str(folder)), run_in(folder)
    made: list[Candidate] = []
    for each in items(case, count, read_items(data)):
        made.append(candidate(each))
        if len(made) == FILE_ROWS:
            stage_rows(made, Candidate, PACKED, files, run.run_id)
            made.clear()
    if made:
        stage_rows(made, Candidate, PACKED, files, run.run_id)


def measure(folder: Path) -> None:
    before = peak_mb()
    reading, _ = cost(folder, dedupe=False)
    cpu, wall = cost(folder, dedupe=True)
    told = (folder / TOLD).read_text().split()
    count = len(told)
    print(
        f"{count:,} documents, {len(set(told)):,} stories: {wall:.1f} s, {cpu:.1f} s of CPU, {reading:.1f} to read them"
    )
    print(f"dedupe alone {count / (cpu - reading):,.0f}/s of CPU; peak {peak_mb():.0f} MB, {before:.0f} MB before")


def cost(folder: Path, *, dedupe: bool) -> tuple[float, float]:
    """CPU and wall seconds of the graph, or of one that only reads what is staged."""
    run = run_in(folder)
    files = [each for each in dataset_files(run.output).list("_meta/staging") if f"/{PACKED}/" in each]
    cpu, wall = time.process_time(), time.monotonic()
    pipeline = beam.Pipeline(runner=FnApiRunner())
    staged = pipeline | beam.Create([StagedFile(path=each, rows=0) for each in files])
    candidates = staged | beam.FlatMap(read_candidates, run).with_output_types(Candidate)
    if dedupe:
        with ErrorHandler(WriteLedger(run)) as ledger:
            sketched = candidates | Attempt(fingerprint_candidate, Stage.FINGERPRINT, ledger)
            batches = sketched | StageCandidates(run) | ResolveDuplicates(run)
        _ = batches | beam.Map(tell, str(folder / TOLD))
    else:
        _ = candidates | beam.combiners.Count.Globally()
    pipeline.run().wait_until_finish()
    return time.process_time() - cpu, time.monotonic() - wall


def tell(batch: CommitBatch, path: str) -> None:
    with Path(path).open("a") as file:
        file.writelines(f"{verdict.cluster_id}\n" for each in batch.placements for verdict in each.verdicts)


def items(case: str, count: int, known: Sequence[Item]) -> Iterator[Item]:
    """Documents of the set over and over with other words; or one template; or one text on many sites."""
    if case == "near":
        yield from (other_words(known[at % len(known)], at // len(known)) for at in range(count))
        return
    frame = max((each.text for each in known if each.kind == "orig"), key=len)[:2_000]
    for at in range(count):
        one = known[at % len(known)]
        text = f"{frame}\nw{at * 31 % 9_973}x{at} v{at} {at * 7919 % 1_000_003} points" if case == "template" else frame
        site = "https://one.example" if case == "template" else one.site
        yield renamed(one, at, site, text)


def other_words(item: Item, copy: int) -> Item:
    """The same document with another ending to each word: nothing in common with the first."""
    if not copy:
        return item
    text = WORD.sub(lambda word: f"{word[0]}{'q' * copy}" if word[0].isalpha() else word[0], item.text)
    return renamed(item, copy, item.site, text)


def renamed(item: Item, at: int, site: str, text: str) -> Item:
    return Item(
        item_id=f"{item.item_id}-{at}",
        cluster=f"{item.cluster}-{at}",
        kind=item.kind,
        site=site,
        url=f"{site}/{item.item_id}-{at}",
        title=item.title,
        published_at=item.published_at,
        text=text,
    )


def candidate(item: Item) -> Candidate:
    """As it comes out of extraction and cleaning."""
    link = Link(url=item.url, source="benchmark", canonical_url=item.url, url_key=url_key(item.url))
    extraction = Extraction(
        blocks=tuple(filter(None, item.text.split("\n"))),
        language="en",
        extractor="none",
        published_at=item.published_at,
    )
    made = clean_draft(Draft(link=link, final_url=item.url, fetched_at=NOW, attempts=1, extraction=extraction))
    assert isinstance(made, Candidate)
    return made


def read_candidates(file: StagedFile, run: Run) -> Iterator[Candidate]:
    return read_staged(file, Candidate, dataset_files(run.output))


def run_in(folder: Path) -> Run:
    return Run(run_id="20260403T000000Z-000000", output=str(folder), started_at=NOW)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
