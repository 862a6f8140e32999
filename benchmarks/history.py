"""What a long history costs: 1,000 new documents against none and against a made one of a million.

python -m benchmarks.history --data ../shared/data --work ../history

The history is the set of near-duplicates over and over, each time with other hashes and some days later, so that its
stories, sites and furniture are those of news. It is made once, in the folder `--work`.
"""

import argparse
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.dedupe_verbs import FILE_ROWS, PACKED, candidate, cost, other_words, peak_mb, renamed, run_in
from benchmarks.duplicates import FILE, Item, fingerprint_item, read_items
from schemas.candidates import Candidate
from schemas.columns import to_table
from schemas.fingerprints import Fingerprint, Known
from schemas.runs import WrittenFile
from transforms.filesystems import dataset_files
from transforms.similarity.fingerprint import exact_keys, key_rate, pack, sample_rate, unpack
from transforms.similarity.resolve import resolve
from transforms.similarity.shingles import mixed
from transforms.storage.manifests import Manifest, commit
from transforms.storage.staging import stage_rows
from transforms.storage.tables import write_aside

ROWS = 1_000_000
NEW = 1_000
COPIED = 5  # each fifth new document is a page of the history on another site
STEP = timedelta(days=6)  # between two copies of the set: 1,300 documents a day, two years in all
RUN = "20260101T000000Z-000000"
REPEATS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the data for measuring")
    parser.add_argument("--work", type=Path, required=True, help="folder for the made history, 1 GB")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--file-rows", type=int, default=50_000, help="4,000 as runs write them, more after compaction")
    parser.add_argument("--make", action="store_true", help="only make the history, as the parent process asks")
    given = parser.parse_args()
    if not (given.data / FILE).is_file():
        sys.exit(f"{given.data / FILE} is absent: this benchmark needs the data for measuring, see --data")
    items = read_items(given.data / FILE)
    long, empty = given.work / f"history-{given.rows}-{given.file_rows}", given.work / "empty"
    if given.make:
        make_history([fingerprint_item(each) for each in items], long, given.rows, given.file_rows)
        return
    if not (long / "_meta" / "manifests").is_dir():
        subprocess.run([sys.executable, "-m", "benchmarks.history", *sys.argv[1:], "--make"], check=True)
    new = new_documents(items, replica_count(len(items), given.rows) - 1)
    costs = {
        name: min(against(folder, new) for _ in range(REPEATS)) for name, folder in (("none", empty), ("long", long))
    }
    ratio = costs["long"] / costs["none"]
    print(f"{NEW} documents against none {costs['none']:.2f} s of CPU, against {given.rows:,} {costs['long']:.2f} s")
    print(f"{ratio:.2f} times; peak {peak_mb():.0f} MB")


def against(folder: Path, new: Sequence[Item]) -> float:
    """CPU seconds of the verbs from tagged candidates to verdicts, the reading of candidates left out."""
    files, run = dataset_files(str(folder)), run_in(folder)
    stage_rows([candidate(each) for each in new], Candidate, PACKED, files, run.run_id)
    reading, _ = cost(folder, dedupe=False)
    whole, _ = cost(folder, dedupe=True)
    shutil.rmtree(folder / "_meta" / "staging")
    return whole - reading


def new_documents(items: Sequence[Item], last: int) -> list[Item]:
    """The last ones of the set, as they come after the history."""
    ordered = sorted(items, key=lambda each: (each.published_at, each.item_id))[-NEW:]
    told = [
        renamed(each, 1, f"{each.site}.copy.example", each.text) if at % COPIED == 0 else other_words(each, 1)
        for at, each in enumerate(ordered)
    ]
    return [replace(each, published_at=each.published_at + last * STEP) for each in told]


def make_history(prints: Sequence[Fingerprint], folder: Path, rows: int, file_rows: int) -> None:
    files = dataset_files(str(folder))
    listed: list[WrittenFile] = []
    for table in blocks(history(prints, rows), file_rows):
        listed.append(write_aside(table, "fingerprints", "", files, RUN))
    commit(Manifest(run_id=RUN, files=tuple(listed)), files)


def history(prints: Sequence[Fingerprint], rows: int) -> Iterator[Known]:
    """Rows in the order in which runs would have committed them."""
    stories = [each.cluster_id for each in resolve(prints, ()).verdicts]
    told = sorted(zip(prints, stories, strict=True), key=lambda each: str(each[0].published_at))
    first = {story: print_.article_id for print_, story in reversed(told)}
    count = replica_count(len(prints), rows)
    copies = (replica(told, first, copy, count - 1) for copy in range(count))
    in_order = merge(*copies, key=lambda each: str(each.fingerprint.published_at))
    yield from islice(in_order, count * len(prints) - rows, None)  # the oldest are left out


def replica(told: Sequence[tuple[Fingerprint, str]], first: Mapping[str, str], copy: int, last: int) -> Iterator[Known]:
    """Copy number `copy` of the set; the last has the hashes of the set itself."""
    for print_, story in told:
        made = shifted(print_, copy, plain=copy == last)
        of = None if first[story] == print_.article_id else f"{first[story]}-{copy}"
        yield Known(fingerprint=made, cluster_id=f"{story}-{copy}", cluster_size=1, duplicate_of=of)


def blocks(rows: Iterator[Known], size: int) -> Iterator[pa.Table]:
    held: list[Known] = []
    tables: list[pa.Table] = []
    for each in rows:
        held.append(each)
        if len(held) == FILE_ROWS:
            tables.append(to_table(held, Known))
            held.clear()
        if len(tables) * FILE_ROWS >= size:
            yield pa.concat_tables(tables)
            tables.clear()
    if held or tables:
        yield pa.concat_tables([*tables, to_table(held, Known)])


def replica_count(size: int, rows: int) -> int:
    return -(-rows // size)


def shifted(print_: Fingerprint, copy: int, *, plain: bool) -> Fingerprint:
    """The same document some steps later, with hashes of its own unless it is to stay as it is."""
    mask = np.uint64(0 if plain else random.Random(copy).getrandbits(64))

    def masked(packed: bytes, rate: int) -> bytes:
        """Other hashes, as many and as small."""
        upper = np.uint64(32)  # hashes are kept by their upper halves
        shift = np.uint64(rate)
        return packed if plain else pack(np.sort(mixed((unpack(packed) << upper << shift) ^ mask) >> shift >> upper))

    assert print_.published_at is not None
    moment: datetime = print_.published_at + copy * STEP
    id_, url, content = (f"{each}-{copy}" for each in (print_.article_id, print_.url_key, print_.content_hash))
    return replace(
        print_,
        article_id=id_,
        url_key=url,
        content_hash=content,
        published_at=moment,
        fetched_at=moment,
        keys=masked(print_.keys, key_rate(print_.shingles)),
        sample=masked(print_.sample, sample_rate(print_.shingles)),
        numbers=masked(print_.numbers, 0),
        exact=exact_keys(id_, url, None, content),
    )


if __name__ == "__main__":
    main()
