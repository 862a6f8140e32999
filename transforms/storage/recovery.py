"""Recovery: what a writer does first, under the lock. It ends what killed writers began and clears what is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from schemas.runs import WrittenFile
from transforms.storage import layout
from transforms.storage.files import Files, StorageError
from transforms.storage.manifests import (
    Kind,
    Manifest,
    carry_through,
    live,
    manifest_paths,
    manifests,
    read_manifest,
)
from transforms.storage.staging import DRAFTS, run_of, staging_files


def recover(files: Files, now: datetime, *, at_once: bool = False) -> None:
    """Carry killed commits through, let merged files settle, clear away what nobody needs, and see that all is there.

    `at_once` ends every grace. Raises StorageError for a dataset that is not whole, before anything is built on it.
    """
    for path in pending(files):
        carry_through(read_manifest(path, files), files)
    clear_staging(files)
    settle(files, now, at_once=at_once)
    sweep(files, now, at_once=at_once)
    want_all_files(files)


def pending(files: Files) -> list[str]:
    """Manifests of commits that have begun, the oldest first."""
    return [path for path in files.list(layout.PENDING) if path.endswith(".json")]


def clear_staging(files: Files) -> None:
    """Delete all that lies in staging but the drafts of runs that never committed: those are taken up."""
    done = {name for manifest in manifests(files) for name in (manifest.run_id, *manifest.uses_up)}
    wanted = {layout.staging(run_of(path), DRAFTS) for path in staging_files(files, DRAFTS) if run_of(path) not in done}
    for folder in sorted({"/".join(path.split("/")[:4]) for path in staging_files(files)} - wanted):
        files.delete(folder)


def settle(files: Files, now: datetime, *, at_once: bool = False) -> None:
    """Put merged data files in the place of those that they were made of, whose grace is over.

    For globs it happens partition by partition: the merged file appears, and at once the others vanish. Readers of
    a snapshot go on finding the merged file where it waited, for one more grace.
    """
    found = manifests(files)
    counted = {each.path for each in live(found)}
    for manifest in found:
        waiting = [each for each in manifest.lists if each.path.startswith(layout.MERGED) and each.path in counted]
        if waiting and (at_once or manifest.is_over(now)):
            _settle(manifest, waiting, files, now)


def sweep(files: Files, now: datetime, *, at_once: bool = False) -> None:
    """Delete what commits removed or folded, once their grace is over."""
    found = manifests(files)
    over = [each for each in found if at_once or each.is_over(now)]
    doomed = {path for each in over for path in each.removes} - {each.path for each in live(found)}
    for path in sorted(doomed.intersection(table_files(files)) if doomed else ()):
        files.delete(path)
    folded = {layout.manifest(name) for each in over for name in each.folds}
    for path in folded.intersection(manifest_paths(files)):
        files.delete(path)
        files.delete(layout.copy_of(path))


def want_all_files(files: Files) -> None:
    """Raise StorageError for a committed file that is not there: somebody else deleted it."""
    missing = sorted({each.path for each in live(manifests(files))}.difference(table_files(files)))
    if missing:
        others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        detail = f"{files.root}/{missing[0]}{others} was committed and is gone"
        raise StorageError(f"{detail}; restore it, or run: newsbeam doctor --repair {files.root}")


def table_files(files: Files) -> list[str]:
    """All that lies in folders of tables, whoever put it there."""
    return [path for folder in (*layout.DATA_TABLES, layout.STATE, layout.MERGED) for path in files.list(folder)]


def _settle(manifest: Manifest, waiting: Sequence[WrittenFile], files: Files, now: datetime) -> None:
    for each in sorted(waiting, key=lambda each: each.path):
        place = layout.settled(each.path)
        files.copy(each.path, place)
        for path in (path for path in manifest.removes if folder_of(path) == folder_of(place)):
            files.delete(path)
    settled = Manifest(
        run_id=f"{manifest.run_id}.settled",
        kind=Kind.SETTLE,
        at=now.isoformat(),
        files=tuple(replace(each, path=layout.settled(each.path)) for each in waiting),
        removes=tuple(each.path for each in waiting),
        grace=manifest.grace,
        schema_version=manifest.schema_version,
    )
    carry_through(settled, files)


def folder_of(path: str) -> str:
    """The partition that a file lies in."""
    return path.rpartition("/")[0]
