"""Doctor: looks at every file of a dataset and names what is wrong. It guesses nothing and changes nothing."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa

from schemas.runs import WrittenFile
from transforms.storage import layout
from transforms.storage.agreement import read_agreement
from transforms.storage.deleted import deletion_paths, parse_deleted
from transforms.storage.files import Files, StorageError, left_unfinished
from transforms.storage.lock import Owner
from transforms.storage.manifests import Manifest, live, manifest_paths, parse_manifest, unfolded
from transforms.storage.records import parse_record
from transforms.storage.recovery import pending, table_files
from transforms.storage.staging import DRAFTS, run_of, staging_files
from transforms.storage.tables import row_count

OURS = re.compile(r"part-.+-[0-9a-f]{12}\.parquet")  # names that a commit gives
CHUNK = 1 << 20
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OSError)  # what a file that is not whole raises


class Trouble(StrEnum):
    """What can be wrong."""

    CORRUPT_FILE = "corrupt_file"  # its bytes are not those that were committed
    MISSING_FILE = "missing_file"  # committed, and gone
    WRONG_COUNT = "wrong_count"  # its manifest counts other rows than it has
    ORPHAN_FILE = "orphan_file"  # looks like ours, and no manifest lists it
    FOREIGN_FILE = "foreign_file"  # somebody else's, where only finished Parquet may lie
    DAMAGED_MANIFEST = "damaged_manifest"
    DAMAGED_PENDING = "damaged_pending"  # of a commit that had begun
    DAMAGED_DELETION = "damaged_deletion"  # a record of what must not come back
    DAMAGED_RECORD = "damaged_record"  # of a run
    DAMAGED_AGREEMENT = "damaged_agreement"  # dataset.json
    DAMAGED_DRAFTS = "damaged_drafts"  # what a killed run had staged
    PENDING_COMMIT = "pending_commit"
    LEFT_DRAFTS = "left_drafts"
    LEFT_STAGING = "left_staging"
    UNFINISHED_FILE = "unfinished_file"
    STALE_LOCK = "stale_lock"


MENDS_ITSELF = frozenset(
    {
        Trouble.PENDING_COMMIT,
        Trouble.LEFT_DRAFTS,
        Trouble.LEFT_STAGING,
        Trouble.UNFINISHED_FILE,
        Trouble.STALE_LOCK,
    }
)  # the next run does it, or it is in nobody's way


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong."""

    trouble: Trouble
    path: str
    detail: str

    @property
    def is_damage(self) -> bool:
        return self.trouble not in MENDS_ITSELF


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What lies in `_meta/manifests` and `_meta/pending`, as far as it is whole, and what is wrong."""

    counted: tuple[Manifest, ...]  # that no other folds
    pending: tuple[Manifest, ...]
    findings: tuple[Finding, ...]

    @property
    def listed(self) -> list[WrittenFile]:
        return live(self.counted)

    def of(self, *troubles: Trouble) -> list[Finding]:
        return [each for each in self.findings if each.trouble in troubles]


def examine(files: Files, owner: Owner | None = None) -> Examined:
    """Look at everything, data files byte by byte. `owner` is a dead one whose lock was found."""
    findings: list[Finding] = []
    found = _parsed(manifest_paths(files), parse_manifest, Trouble.DAMAGED_MANIFEST, files, findings)
    begun = _parsed(pending(files), parse_manifest, Trouble.DAMAGED_PENDING, files, findings)
    _parsed(files.list(layout.RUNS), parse_record, Trouble.DAMAGED_RECORD, files, findings)
    _parsed(deletion_paths(files), parse_deleted, Trouble.DAMAGED_DELETION, files, findings)
    counted = unfolded(found)
    findings += [] if len(found) < len(manifest_paths(files)) else _agreement_troubles(counted, files)
    findings += _data_troubles(counted, begun, files)
    findings += _staging_troubles(counted, begun, files)
    findings += _left_behind(owner, files)
    return Examined(counted=tuple(counted), pending=tuple(begun), findings=tuple(findings))


def check_file(file: WrittenFile, files: Files) -> Finding | None:
    """What is wrong with a committed file."""
    try:
        size, digest = _hashed(file.path, files)
        rows = row_count(file.path, files) if digest == file.sha256 else file.rows
    except FileNotFoundError:
        return Finding(
            trouble=Trouble.MISSING_FILE, path=file.path, detail=f"{file.rows} rows of {file.table} are gone"
        )
    except (OSError, pa.ArrowInvalid) as error:
        return Finding(trouble=Trouble.CORRUPT_FILE, path=file.path, detail=f"cannot be read: {error}")
    if digest != file.sha256:
        detail = f"{size} bytes with the hash {digest[:12]}, committed were {file.bytes} with {file.sha256[:12]}"
        return Finding(
            trouble=Trouble.CORRUPT_FILE, path=file.path, detail=f"{detail}; {file.rows} rows of {file.table}"
        )
    if rows != file.rows:
        return Finding(
            trouble=Trouble.WRONG_COUNT, path=file.path, detail=f"{rows} rows, its manifest says {file.rows}"
        )
    return None


def is_ours(path: str) -> bool:
    """Whether a name is one that a commit gives."""
    return OURS.fullmatch(path.rpartition("/")[2]) is not None


def _data_troubles(counted: Iterable[Manifest], begun: Iterable[Manifest], files: Files) -> Iterator[Finding]:
    listed = live(counted)
    yield from (finding for each in listed if (finding := check_file(each, files)))
    known = {each.path for each in listed} | {layout.settled(each.path) for each in listed}
    known |= {path for manifest in counted for path in manifest.removes}  # their grace is not over, or just now
    known |= {each.path for manifest in begun for each in manifest.files}
    for path in table_files(files):
        if path not in known:
            yield _stranger(path)


def _stranger(path: str) -> Finding:
    if is_ours(path):
        return Finding(
            trouble=Trouble.ORPHAN_FILE, path=path, detail="no manifest lists it; globs read it all the same"
        )
    return Finding(trouble=Trouble.FOREIGN_FILE, path=path, detail="not a file of newsbeam; some readers fail on it")


def _agreement_troubles(counted: Iterable[Manifest], files: Files) -> list[Finding]:
    try:
        found = read_agreement(files)
    except StorageError as error:
        return [Finding(trouble=Trouble.DAMAGED_AGREEMENT, path=layout.DATASET, detail=str(error))]
    if found is None and list(counted):
        return [Finding(trouble=Trouble.DAMAGED_AGREEMENT, path=layout.DATASET, detail="is gone")]
    return []


def _staging_troubles(counted: Iterable[Manifest], begun: Iterable[Manifest], files: Files) -> Iterator[Finding]:
    for manifest in begun:
        path = layout.pending_manifest(manifest.run_id)
        yield Finding(
            trouble=Trouble.PENDING_COMMIT, path=path, detail=f"a killed commit of {len(manifest.files)} files"
        )
    done = {name for manifest in counted for name in (manifest.run_id, *manifest.uses_up)}
    begun_ids = {manifest.run_id for manifest in begun}
    for run_id in sorted({run_of(path) for path in staging_files(files)} - begun_ids):
        mine = [path for path in staging_files(files, DRAFTS) if run_of(path) == run_id and run_id not in done]
        yield from (_drafts(path, files) for path in mine)
        if not mine:
            path = layout.staging(run_id)
            yield Finding(trouble=Trouble.LEFT_STAGING, path=path, detail="nothing in it is needed any more")


def _drafts(path: str, files: Files) -> Finding:
    try:
        rows = row_count(path, files)
    except (OSError, pa.ArrowInvalid) as error:
        return Finding(trouble=Trouble.DAMAGED_DRAFTS, path=path, detail=f"cannot be read: {error}")
    return Finding(trouble=Trouble.LEFT_DRAFTS, path=path, detail=f"{rows} pages that the next run takes up")


def _left_behind(owner: Owner | None, files: Files) -> Iterator[Finding]:
    if owner is not None:
        detail = f"of run {owner.get('run_id')} (process {owner.get('pid')} on {owner.get('host')}), which is dead"
        yield Finding(trouble=Trouble.STALE_LOCK, path=layout.LOCK, detail=detail)
    for path in left_unfinished(files):
        if not path.startswith("_meta/.lock"):  # ours, or of somebody who asks for the lock just now
            yield Finding(trouble=Trouble.UNFINISHED_FILE, path=path, detail="a writer was killed over it")


def _parsed(
    paths: Iterable[str], parse: Callable[[bytes], Any], trouble: Trouble, files: Files, findings: list[Finding]
) -> list[Any]:
    """What the files hold that are whole; the others become findings."""
    whole = []
    for path in paths:
        try:
            with files.open(path) as file:
                whole.append(parse(file.read()))
        except UNREADABLE as error:
            findings.append(Finding(trouble=trouble, path=path, detail=f"{type(error).__name__}: {error}"))
    return whole


def _hashed(path: str, files: Files) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with files.open(path) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()
