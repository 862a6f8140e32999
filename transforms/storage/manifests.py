"""Manifests: which files are the dataset. Each commit adds one; what all of them add, less what they remove, is it.

files finished aside ─► pending manifest ─► renames ─► manifest (the commit) ─► clearing up
                        └ from here on a killed commit is carried through by the next writer

The order of manifests does not matter, since a path that was removed never comes back: a clock that jumps cannot
bring old files to life. A manifest may fold others, and stands for them from then on.
"""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from schemas.runs import WrittenFile
from schemas.version import SCHEMA_VERSION
from transforms.storage import layout
from transforms.storage.files import Files, StorageError, content_of, read_parsed
from transforms.storage.lock import read_owner

ALWAYS = ("run_id", "files", "removes", "uses_up", "schema_version")  # in the JSON, also when they say nothing
RUN_TIME = "%Y%m%dT%H%M%SZ"  # the first part of a run's id
MANIFESTS_KNOWN = 4_096  # by a process; hourly runs make as many in half a year, and `newsbeam compact` one of them
LOOKS = 5  # at the list of manifests, when one is folded away between list and read; each fold lies hours apart


class Kind(StrEnum):
    """Which command made a commit."""

    RUN = "run"
    COMPACT = "compact"
    SETTLE = "settle"  # merged files take the place of those that they were made of
    DELETE = "delete"
    REPAIR = "repair"
    MIGRATE = "migrate"
    LEARN = "learn"  # home countries of sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One commit: the files that it adds, the paths that it removes, the staging folders that it used up.

    `keeps` are files of the manifests that it folds. What it removes or folds stays on the disk for `grace` seconds
    after `at`, for readers of an older snapshot.
    """

    run_id: str
    kind: Kind = Kind.RUN
    at: str | None = None
    files: tuple[WrittenFile, ...]
    keeps: tuple[WrittenFile, ...] = ()
    removes: tuple[str, ...] = ()
    grace: int = 0
    folds: tuple[str, ...] = ()
    uses_up: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION

    @property
    def lists(self) -> tuple[WrittenFile, ...]:
        """All files that it vouches for."""
        return self.keeps + self.files

    def is_over(self, now: datetime) -> bool:
        """Whether nobody may need any more what it removed."""
        return self.at is None or datetime.fromisoformat(self.at) + timedelta(seconds=self.grace) <= now


_DEFAULTS = {each.name: each.default for each in fields(Manifest)}


def commit(manifest: Manifest, files: Files, holder: str | None = None) -> None:
    """Make finished files part of the dataset: for a reader of manifests all of them or none.

    `holder` is the name under which the lock is held, where it is not the run's. Raises StorageError, and commits
    nothing, when another writer holds the lock: ours was taken for dead.
    """
    _want_lock(holder or manifest.run_id, files)
    files.write(layout.pending_manifest(manifest.run_id), manifest_bytes(manifest))
    carry_through(manifest, files)


def carry_through(manifest: Manifest, files: Files) -> None:
    """Do what a pending manifest says, or the rest of it. Can be done again."""
    for each in manifest.files:
        _publish(each.path, manifest.run_id, files)
    path, content = layout.manifest(manifest.run_id), manifest_bytes(manifest)
    if not files.create(path, content) and content_of(path, files) != content:
        raise StorageError(f"{files.root}/{path} is there already, and lists other files")
    files.write(layout.copy_of(path), content)
    for run_id in (manifest.run_id, *manifest.uses_up):
        files.delete(layout.staging(run_id))
    files.delete(layout.pending_manifest(manifest.run_id))


def manifests(files: Files) -> list[Manifest]:
    """All commits that no other one folds, the oldest first."""
    for _ in range(LOOKS):
        with suppress(FileNotFoundError):
            versions = files.versions(layout.MANIFESTS)
            return unfolded(_known(files, path, versions[path]) for path in versions if path.endswith(".json"))
    raise StorageError(f"{files.root}/{layout.MANIFESTS} lists manifests that cannot be found")


@lru_cache(MANIFESTS_KNOWN)
def _known(files: Files, path: str, _version: str) -> Manifest:
    """A manifest as this process read it: each step of a run wants all of them, and they never change."""
    return read_manifest(path, files)


def unfolded(found: Iterable[Manifest]) -> list[Manifest]:
    """Of these the ones that count."""
    all_of_them = list(found)
    folded = {name for each in all_of_them for name in each.folds}
    return [each for each in all_of_them if each.run_id not in folded]


def manifest_paths(files: Files) -> list[str]:
    """Paths of all manifests, the oldest first."""
    return [path for path in files.list(layout.MANIFESTS) if path.endswith(".json")]


def last_commit(files: Files) -> datetime | None:
    """When the newest commit was begun, by its name: whatever comes next is later, also where a clock jumped back."""
    moments = [each for path in manifest_paths(files) if (each := _moment(path.rpartition("/")[2]))]
    return max(moments, default=None)


def live(found: Iterable[Manifest]) -> list[WrittenFile]:
    """The files that these manifests make up, the oldest commit's first."""
    counted = list(found)
    gone = {path for manifest in counted for path in manifest.removes}
    listed = {each.path: each for manifest in counted for each in manifest.lists}
    return [each for path, each in listed.items() if path not in gone]


def committed(files: Files) -> list[WrittenFile]:
    """The dataset's files of all tables as of now, the oldest commit's first."""
    return live(manifests(files))


def committed_paths(table: str, files: Files) -> list[str]:
    """The files of one table as of now, the oldest commit's first."""
    return [each.path for each in committed(files) if each.table == table]


def read_manifest(path: str, files: Files) -> Manifest:
    """A manifest; StorageError where it is not whole, since nobody may guess what it listed."""
    return read_parsed(path, parse_manifest, files)


def parse_manifest(content: bytes) -> Manifest:
    """A manifest from its JSON; raises ValueError, KeyError, TypeError or AttributeError for anything else."""
    row: dict[str, Any] = json.loads(content)
    if "checksum" in row and row.pop("checksum") != _checksum(row):
        raise ValueError("checksum")
    for name in ("files", "keeps"):
        row[name] = tuple(WrittenFile(**each) for each in row.get(name, ()))
    for name in ("removes", "folds", "uses_up"):
        row[name] = tuple(row.get(name, ()))
    return Manifest(**row | {"kind": Kind(row.get("kind", Kind.RUN))})


def manifest_bytes(manifest: Manifest) -> bytes:
    """A manifest as JSON, its files in the order of their paths; what says nothing is left out."""
    row = {name: value for name, value in asdict(manifest).items() if name in ALWAYS or value != _DEFAULTS[name]}
    for name in row.keys() & {"files", "keeps"}:
        row[name] = sorted(row[name], key=lambda each: str(each["path"]))
    return (json.dumps(row | {"checksum": _checksum(row)}, indent=1, ensure_ascii=False) + "\n").encode()


def _moment(name: str) -> datetime | None:
    try:
        return datetime.strptime(name.partition("-")[0], RUN_TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _checksum(row: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


def _publish(path: str, run_id: str, files: Files) -> None:
    """Rename a finished file to its place; one that a killed commit had renamed already is left there."""
    waiting = layout.aside(run_id, path)
    if files.exists(waiting):
        files.rename(waiting, path)
    elif not files.exists(path):
        detail = f"{files.root}/{path} is in a manifest, but lies neither there nor in {waiting}"
        raise StorageError(f"{detail}; run: newsbeam doctor {files.root}")


def _want_lock(run_id: str, files: Files) -> None:
    """Without any lock nobody else claims the dataset, as after somebody deleted it by hand."""
    owner = read_owner(files)
    if owner is not None and not run_id.startswith(owner.get("run_id", "")):
        detail = f"run {owner.get('run_id')} took {files.root} over from run {run_id}, which it held for dead"
        raise StorageError(f"{detail}; nothing was committed, and the next run takes up what was staged")
