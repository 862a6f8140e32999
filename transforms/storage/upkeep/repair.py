"""Repair: mends what can be mended with certainty, puts the rest out of the way, and says what was lost."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.partitions import DEFAULT
from schemas.runs import WrittenFile
from schemas.version import SCHEMA_VERSION
from transforms.storage import layout
from transforms.storage.agreement import Agreement, write_agreement
from transforms.storage.deleted import parse_deleted
from transforms.storage.files import Files, StorageError, content_of
from transforms.storage.manifests import Kind, Manifest, carry_through, commit, manifest_paths, parse_manifest
from transforms.storage.recovery import folder_of, table_files
from transforms.storage.tables import row_count
from transforms.storage.upkeep.doctor import Examined, Finding, Trouble, examine
from transforms.storage.upkeep.rebuilding import Rebuilt, Sketch, rebuild

PUT_ASIDE = (
    Trouble.ORPHAN_FILE, Trouble.FOREIGN_FILE, Trouble.DAMAGED_RECORD, Trouble.DAMAGED_DRAFTS, Trouble.DAMAGED_PENDING,
)  # fmt: skip
LOST = (Trouble.CORRUPT_FILE, Trouble.MISSING_FILE)
PARSERS = {Trouble.DAMAGED_MANIFEST: parse_manifest, Trouble.DAMAGED_DELETION: parse_deleted}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """One thing that was done, or could not be."""

    path: str
    done: str


def repair(examined: Examined, sketch: Sketch, files: Files, run_id: str, now: datetime) -> list[Mended]:
    """Mend, in this order: commits that had begun, manifests, strangers among the files, files, state."""
    mended = [*_mend_pending(examined, files, run_id), *_mend_from_copies(examined, files, run_id)]
    again = examine(files) if mended else examined
    mended += [_put_aside(each, files, run_id) for each in again.of(*PUT_ASIDE)]
    mended += _mend_files(again, sketch, files, run_id, now)
    mended += [_agreed(each, again, files, now) for each in again.of(Trouble.DAMAGED_AGREEMENT)]
    for each in again.of(Trouble.UNFINISHED_FILE, Trouble.LEFT_STAGING):
        files.delete(each.path)
        mended.append(Mended(path=each.path, done="deleted; nobody needs it"))
    return mended


def _mend_pending(examined: Examined, files: Files, run_id: str) -> Iterator[Mended]:
    for manifest in examined.pending:
        path = layout.pending_manifest(manifest.run_id)
        try:
            carry_through(manifest, files)
        except StorageError as error:
            files.rename(path, layout.quarantined(run_id, path))
            yield Mended(path=path, done=f"rolled back, since not all of its files are there ({error})")
        else:
            yield Mended(path=path, done="carried through")


def _mend_from_copies(examined: Examined, files: Files, run_id: str) -> Iterator[Mended]:
    """Manifests and records of deletions are kept twice."""
    for each in examined.of(*PARSERS):
        if _restored(each, files):
            yield Mended(path=each.path, done="restored from its copy")
        elif each.trouble is Trouble.DAMAGED_MANIFEST:
            files.rename(each.path, layout.quarantined(run_id, each.path))
            yield Mended(
                path=each.path, done="put into quarantine, and its copy is lost: files that only it listed go too"
            )


def _restored(finding: Finding, files: Files) -> bool:
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        content = content_of(layout.copy_of(finding.path), files)
        PARSERS[finding.trouble](content)
        files.write(finding.path, content)
        return True
    return False


def _put_aside(finding: Finding, files: Files, run_id: str) -> Mended:
    place = layout.quarantined(run_id, finding.path)
    files.rename(finding.path, place)
    return Mended(path=finding.path, done=f"moved to {place}")


def _mend_files(examined: Examined, sketch: Sketch, files: Files, run_id: str, now: datetime) -> list[Mended]:
    """One commit that lists what is whole, with the right counts, and state that agrees with it."""
    lost = {each.path for each in examined.of(*LOST)}
    wrong = {each.path for each in examined.of(Trouble.WRONG_COUNT)}
    whole = [_counted(each, files) if each.path in wrong else each for each in examined.listed if each.path not in lost]
    rebuilt = rebuild(whole, sketch, files, run_id)
    if not lost and not wrong and rebuilt == Rebuilt():
        return []
    kept = [each for each in whole if each.path not in rebuilt.removes]
    removed = {path for manifest in examined.counted for path in manifest.removes}.intersection(table_files(files))
    manifest = Manifest(
        run_id=run_id,
        kind=Kind.REPAIR,
        at=now.isoformat(),
        files=rebuilt.files,
        keeps=tuple(kept),
        removes=tuple(sorted(removed.union(rebuilt.removes))),
        grace=max((each.grace for each in examined.counted), default=0),
        folds=tuple(path.rpartition("/")[2].removesuffix(".json") for path in manifest_paths(files)),
        schema_version=max((each.schema_version for each in examined.counted), default=SCHEMA_VERSION),
    )
    commit(manifest, files)
    return [*_told(examined, files, run_id), *_state_told(rebuilt)]


def _counted(file: WrittenFile, files: Files) -> WrittenFile:
    """The bytes are those that were committed, so the count in the file is right, and its manifest's is not."""
    return replace(file, rows=row_count(file.path, files))


def _told(examined: Examined, files: Files, run_id: str) -> Iterator[Mended]:
    rows = {each.path: each for each in examined.listed}
    for each in examined.of(*LOST):
        if each.trouble is Trouble.CORRUPT_FILE:
            files.rename(each.path, layout.quarantined(run_id, each.path))
        yield Mended(path=each.path, done=f"lost: {rows[each.path].rows} rows of {rows[each.path].table}")
    for each in examined.of(Trouble.WRONG_COUNT):
        yield Mended(path=each.path, done="the count was set right")


def _state_told(rebuilt: Rebuilt) -> Iterator[Mended]:
    folder = layout.table_folder("links")
    if rebuilt.forgotten:
        done = f"forgot {rebuilt.forgotten} links whose rows were lost; they are read again where a source names them"
        yield Mended(path=folder, done=done)
    if rebuilt.links:
        done = f"learned {rebuilt.links} links again from their rows; back-off of failed links may be lost"
        yield Mended(path=folder, done=done)
    if rebuilt.fingerprints:
        done = f"made {rebuilt.fingerprints} fingerprints again from their texts"
        yield Mended(path=layout.table_folder("fingerprints"), done=done)


def _agreed(finding: Finding, examined: Examined, files: Files, now: datetime) -> Mended:
    """The manifests know the version, and the folders of articles what they are parted by."""
    folders = (folder_of(layout.settled(each.path)) for each in examined.listed if each.table == "articles")
    parts = next((folder.split("/")[1:] for folder in folders), None)
    agreement = Agreement(
        schema_version=max((each.schema_version for each in examined.counted), default=SCHEMA_VERSION),
        partition_by=tuple(part.partition("=")[0] for part in parts) if parts else DEFAULT,
        created_at=now.isoformat(timespec="seconds"),
    )
    write_agreement(agreement, files)
    return Mended(path=finding.path, done=f"made anew from the manifests: parted by {','.join(agreement.partition_by)}")
