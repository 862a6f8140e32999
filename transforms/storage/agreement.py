"""What all runs of a dataset agree on: the version of its columns, and what its articles are parted by."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from schemas.partitions import DEFAULT, PARTITIONS
from schemas.version import SCHEMA_VERSION
from transforms.storage import layout
from transforms.storage.files import Files, StorageError, content_of
from transforms.storage.manifests import manifests

HIDDEN = "."  # names of files that file managers and version control leave everywhere
NO_DATA = (layout.LOCK, layout.PROBE)  # of a run that ended before it began


class Disagreement(ValueError):
    """A run that does not fit its dataset; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The content of `_meta/dataset.json`."""

    schema_version: int
    partition_by: tuple[str, ...]
    created_at: str


def want_agreement(files: Files, partition_by: Sequence[str] = ()) -> Agreement | None:
    """What the dataset says; None where there is none yet, and one could be made. Writes nothing.

    Without `partition_by` it is parted as it is. Raises Disagreement for columns of another version, another
    partition, or files of somebody else; StorageError where `dataset.json` is damaged.
    """
    found = read_agreement(files)
    if found is None:
        _want_empty(files)
        return None
    _want_version(found.schema_version, files)
    if partition_by and tuple(partition_by) != found.partition_by:
        raise Disagreement(
            f"{files.root} is parted by {','.join(found.partition_by)}, not {','.join(partition_by)};"
            " leave --partition-by out, or name another folder"
        )
    return found


def agree(files: Files, partition_by: Sequence[str], now: datetime) -> Agreement:
    """The same under the lock; a dataset that is not there yet begins here."""
    found = want_agreement(files, partition_by)
    if found:
        return found
    new = Agreement(
        schema_version=SCHEMA_VERSION,
        partition_by=tuple(partition_by) or DEFAULT,
        created_at=now.isoformat(timespec="seconds"),
    )
    write_agreement(new, files)
    return new


def read_agreement(files: Files) -> Agreement | None:
    """What `dataset.json` says, with the version that the committed files have; None where there is none.

    A migration that was killed may have left an older version in the file than its manifests have.
    """
    try:
        content = content_of(layout.DATASET, files)
    except FileNotFoundError:
        return None
    version = committed_version(files)
    return _parsed(content, files) if version is None else replace(_parsed(content, files), schema_version=version)


def write_agreement(agreement: Agreement, files: Files) -> None:
    """Write `dataset.json`."""
    content = json.dumps(asdict(agreement), indent=1) + "\n"
    files.write(layout.DATASET, content.encode())


def committed_version(files: Files) -> int | None:
    """The oldest version of columns in the dataset; None where nothing is committed."""
    return min((each.schema_version for each in manifests(files)), default=None)


def _parsed(content: bytes, files: Files) -> Agreement:
    try:
        row = json.loads(content)
        found = Agreement(**row | {"partition_by": tuple(row["partition_by"])})
        known = found.partition_by and not set(found.partition_by) - PARTITIONS.keys()
        if isinstance(found.schema_version, int) and known:
            return found
    except (ValueError, KeyError, TypeError):
        pass
    detail = f"{files.root}/{layout.DATASET} is damaged; run: newsbeam doctor {files.root}"
    raise StorageError(detail)


def _want_version(version: int, files: Files) -> None:
    if version < SCHEMA_VERSION:
        raise Disagreement(
            f"{files.root} has columns of version {version}, and this newsbeam writes {SCHEMA_VERSION};"
            f" run: newsbeam migrate {files.root}"
        )
    if version > SCHEMA_VERSION:
        raise Disagreement(
            f"{files.root} has columns of version {version}, and this newsbeam knows {SCHEMA_VERSION};"
            f" install a newer newsbeam, or migrate with it: newsbeam migrate {files.root}"
        )


def _want_empty(files: Files) -> None:
    found = next(filter(_is_foreign, files.list("")), None)
    if found:
        raise Disagreement(
            f"{files.root} holds {found}, but no {layout.DATASET}: it is no dataset of newsbeam, or one that lost it;"
            f" name a new folder, or run: newsbeam doctor {files.root}"
        )


def _is_foreign(path: str) -> bool:
    hidden = any(part.startswith(HIDDEN) for part in path.split("/"))
    return not hidden and not path.startswith(NO_DATA)
