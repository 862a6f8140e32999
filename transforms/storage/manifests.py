"""Manifests: which files are the dataset. The rename of a run's manifest is its commit."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from schemas.runs import WrittenFile
from schemas.version import SCHEMA_VERSION
from transforms.storage.layout import Layout
from transforms.storage.tables import StorageError

PENDING = ".pending"


def commit_files(files: Sequence[WrittenFile], layout: Layout, run_id: str) -> None:
    """Make finished files part of the dataset: all of them or, for a reader of manifests, none."""
    pending = layout.manifest(run_id).with_suffix(PENDING)
    write_text(_manifest(files, run_id), pending)
    _finish(pending, layout)


def recover(layout: Layout) -> None:
    """End what killed runs began: a pending manifest is carried through, files without one are cleared away."""
    for pending in sorted(layout.manifests.glob(f"*{PENDING}")):
        _finish(pending, layout)
    shutil.rmtree(layout.meta / "staging", ignore_errors=True)


def committed_files(layout: Layout, table: str) -> list[Path]:
    """Files of a table that committed runs list, the oldest run first."""
    return [layout.root / each.path for each in _listed(layout) if each.table == table]


def write_text(text: str, path: Path) -> None:
    """Write a small file that appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _manifest(files: Sequence[WrittenFile], run_id: str) -> str:
    ordered = sorted(files, key=lambda each: each.path)
    content = {"run_id": run_id, "schema_version": SCHEMA_VERSION, "files": [asdict(each) for each in ordered]}
    return json.dumps(content, indent=1) + "\n"


def _finish(pending: Path, layout: Layout) -> None:
    run_id = pending.stem
    for each in _read(pending):
        _publish(layout.aside(run_id) / each.path, layout.root / each.path)
    pending.replace(layout.manifest(run_id))


def _publish(aside: Path, public: Path) -> None:
    """Rename a finished file to its place; one that a killed run had renamed already is left there."""
    public.parent.mkdir(parents=True, exist_ok=True)
    if aside.exists():
        aside.replace(public)
    elif not public.exists():
        raise StorageError(f"{public} is in a manifest but lies neither there nor in {aside}")


def _listed(layout: Layout) -> Iterator[WrittenFile]:
    for manifest in sorted(layout.manifests.glob("*.json")):
        yield from _read(manifest)


def _read(manifest: Path) -> list[WrittenFile]:
    content = json.loads(manifest.read_text(encoding="utf-8"))
    return [WrittenFile(**each) for each in content["files"]]
