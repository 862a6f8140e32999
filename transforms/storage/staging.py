"""Staging files: records on their way, at rest. A killed run leaves them, and the next one takes them up."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

import pyarrow as pa

from schemas.columns import to_table
from schemas.pages import StagedFile
from schemas.runs import Run
from transforms.storage import layout
from transforms.storage.files import Files, StorageError
from transforms.storage.manifests import manifests
from transforms.storage.tables import parquet_bytes, read_rows, read_table, row_count, write_checked

T = TypeVar("T")

DRAFTS, CANDIDATES = "drafts", "candidates"
DEPTH = 4  # parts of a path in front of what lies in a folder of staging: _meta, staging, run, kind


def stage_rows(rows: Sequence[object], record: type, kind: str, files: Files, run_id: str) -> StagedFile:
    """Write records to a staging file whose name follows from its content."""
    return stage_table(to_table(rows, record), kind, files, run_id)


def stage_table(table: pa.Table, kind: str, files: Files, run_id: str) -> StagedFile:
    """The same for records that are a table already."""
    content = parquet_bytes(table)
    path = f"{layout.staging(run_id, kind)}/{hashlib.sha256(content).hexdigest()[:24]}.parquet"
    write_checked(content, table.num_rows, path, files)
    return StagedFile(path=path, rows=table.num_rows, bytes=len(content))


def read_staged(file: StagedFile, record: type[T], files: Files) -> Iterator[T]:
    """The records of a staging file, in order."""
    return read_rows(file.path, record, files)


def read_staged_table(path: str, rows: Sequence[int], files: Files) -> pa.Table:
    """Some rows of a staging file as a table, in the order asked for."""
    return read_table(path, files).take(pa.array(rows, pa.int64()))


def staging_files(files: Files, kind: str = "") -> list[str]:
    """Files of all runs in staging, or those of one kind."""
    found = (path for path in files.list(layout.STAGING) if path.count("/") >= DEPTH)
    return [path for path in found if not kind or path.split("/")[3] == kind]


def left_drafts(run_id: str, files: Files) -> list[StagedFile]:
    """Drafts that killed runs left behind, which nobody has to fetch again; not those of `run_id` itself."""
    used_up = {name for manifest in manifests(files) for name in (manifest.run_id, *manifest.uses_up)}
    left = [path for path in staging_files(files, DRAFTS) if run_of(path) not in {run_id, *used_up}]
    found: list[StagedFile] = []
    for path in left:
        with suppress(FileNotFoundError):  # a window of this stream was committed between the list and the look
            found.append(StagedFile(path=path, rows=_rows_in(path, files)))
    return found


def taken_up(run: Run, files: Files) -> list[StagedFile]:
    """The drafts that a run commits beside its own: all that were left, but those of later windows of its stream."""
    left = left_drafts(run.run_id, files)
    return [each for each in left if run_of(each.path) < f"{run.run_id}~"] if run.stream else left


def staged_keys(staged: Sequence[StagedFile], files: Files) -> dict[str, str]:
    """URL keys of staged drafts, and the run that read them."""
    keys: dict[str, str] = {}
    for file in staged:
        with suppress(FileNotFoundError):  # committed just now
            links = read_table(file.path, files, ["link"])["link"].combine_chunks()
            keys |= dict.fromkeys(links.field("url_key").to_pylist(), run_of(file.path))
    return keys


def run_of(path: str) -> str:
    """The run that wrote a staging file."""
    return path.split("/")[2]


def _rows_in(path: str, files: Files) -> int:
    try:
        return row_count(path, files)
    except pa.ArrowInvalid as error:
        detail = f"{files.root}/{path} is damaged; run: newsbeam doctor --repair {files.root}"
        raise StorageError(detail) from error
