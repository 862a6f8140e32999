"""Manifests: which files are the dataset. Each commit adds one; what it adds and removes is the dataset from then on.

files finished aside ─► pending manifest ─► renames ─► manifest (the commit) ─► clearing up
                        └ from here on a killed commit is carried through by the next writer
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from schemas.runs import WrittenFile
from schemas.version import SCHEMA_VERSION
from transforms.storage import layout
from transforms.storage.files import Files, StorageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One commit: the files that it adds, the paths that it removes, the staging folders that it used up."""

    run_id: str
    files: tuple[WrittenFile, ...]
    removes: tuple[str, ...] = ()
    uses_up: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION


def commit(manifest: Manifest, files: Files) -> None:
    """Make finished files part of the dataset: for a reader of manifests all of them or none."""
    files.write(layout.pending_manifest(manifest.run_id), manifest_bytes(manifest))
    _carry_through(manifest, files)


def recover(files: Files) -> None:
    """Carry through what killed commits began, and clear away staging that a commit has used up."""
    for path in files.list(layout.PENDING):
        _carry_through(read_manifest(path, files), files)
    for manifest in manifests(files):
        _clear(manifest, files)


def manifests(files: Files) -> Iterator[Manifest]:
    """All commits, the oldest first."""
    for path in files.list(layout.MANIFESTS):
        yield read_manifest(path, files)


def committed(files: Files) -> list[WrittenFile]:
    """The dataset's files of all tables as of now, the oldest commit's first."""
    live: dict[str, WrittenFile] = {}
    for manifest in manifests(files):
        live |= {each.path: each for each in manifest.files}
        for path in manifest.removes:
            live.pop(path, None)
    return list(live.values())


def committed_paths(table: str, files: Files) -> list[str]:
    """The files of one table as of now, the oldest commit's first."""
    return [each.path for each in committed(files) if each.table == table]


def read_manifest(path: str, files: Files) -> Manifest:
    """A manifest; StorageError where it is not whole, since nobody may guess what it listed."""
    try:
        with files.open(path) as file:
            content = json.load(file)
        listed = tuple(WrittenFile(**each) for each in content.pop("files"))
        removes, uses_up = tuple(content.pop("removes")), tuple(content.pop("uses_up"))
        return Manifest(files=listed, removes=removes, uses_up=uses_up, **content)
    except (ValueError, KeyError, TypeError) as error:
        detail = f"{files.root}/{path} is damaged ({type(error).__name__}); run: newsbeam doctor {files.root}"
        raise StorageError(detail) from error


def manifest_bytes(manifest: Manifest) -> bytes:
    """A manifest as JSON, its files in the order of their paths."""
    content = asdict(manifest)
    content["files"] = sorted(content["files"], key=lambda each: each["path"])
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _carry_through(manifest: Manifest, files: Files) -> None:
    for each in manifest.files:
        _publish(each.path, manifest.run_id, files)
    files.create(layout.manifest(manifest.run_id), manifest_bytes(manifest))
    _clear(manifest, files)
    files.delete(layout.pending_manifest(manifest.run_id))


def _publish(path: str, run_id: str, files: Files) -> None:
    """Rename a finished file to its place; one that a killed commit had renamed already is left there."""
    waiting = layout.aside(run_id, path)
    if files.exists(waiting):
        files.rename(waiting, path)
    elif not files.exists(path):
        raise StorageError(f"{files.root}/{path} is in a manifest, but lies neither there nor in {waiting}")


def _clear(manifest: Manifest, files: Files) -> None:
    for run_id in (manifest.run_id, *manifest.uses_up):
        files.delete(layout.staging(run_id))
