"""What was deleted and must not come back. Records hold hashes and dates, never what was taken down."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from schemas.failures import Drop, DropReason
from schemas.links import Link
from transforms.storage import layout
from transforms.storage.files import Files, read_parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """Hashes of URL keys and of hosts, and the day before which nothing is kept."""

    keys: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    before: datetime | None = None

    def has_key(self, url_key: str | None) -> bool:
        return bool(self.keys and url_key) and hashed(url_key or "") in self.keys

    def has_host(self, host: str | None) -> bool:
        """Whether a host, or one above it, was deleted."""
        return bool(self.hosts and host) and any(hashed(each) in self.hosts for each in hosts_above(host or ""))

    def is_past(self, moment: datetime | None) -> bool:
        return self.before is not None and moment is not None and moment < self.before


NOTHING = Deleted()


def hashed(name: str) -> str:
    """What a record keeps of a URL key or host."""
    return hashlib.sha256(f"newsbeam {name}".encode("utf-8", "surrogatepass")).hexdigest()


def hosts_above(host: str) -> Iterator[str]:
    """A host without its port, and all that it lies below: news.example.org, example.org, org."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
    labels = name.lower().rstrip(".").split(".")
    return (".".join(labels[start:]) for start in range(len(labels)))


def record_deletion(deleted: Deleted, run_id: str, files: Files) -> None:
    """Write down what must not come back, twice: without it a damaged disk would bring it back.

    A record that says nothing but an earlier day gives way to a later one, so that daily retention keeps one.
    """
    outdated = [
        path for path, each in _records(files) if each == Deleted(before=each.before) and _is_later(deleted, each)
    ]
    path, content = layout.deletion(run_id), deleted_bytes(deleted)
    files.write(path, content)
    files.write(layout.copy_of(path), content)
    for each in outdated:
        files.delete(each)
        files.delete(layout.copy_of(each))


def load_deleted(files: Files) -> Deleted:
    """All that was deleted so far; StorageError where a record is not whole, since it would let things come back."""
    return joined(each for _, each in _records(files))


def joined(records: Iterable[Deleted]) -> Deleted:
    """Several records as one."""
    listed = list(records)
    return Deleted(
        keys=frozenset().union(*(each.keys for each in listed)),
        hosts=frozenset().union(*(each.hosts for each in listed)),
        before=max((each.before for each in listed if each.before), default=None),
    )


def deletion_paths(files: Files) -> list[str]:
    """Paths of all records, the oldest first."""
    return [path for path in files.list(layout.DELETED) if path.endswith(".json")]


def parse_deleted(content: bytes) -> Deleted:
    """A record from its JSON; raises ValueError, KeyError, TypeError or AttributeError for anything else."""
    row = json.loads(content)
    before = datetime.fromisoformat(row["before"]) if row["before"] else None
    deleted = Deleted(keys=frozenset(row["keys"]), hosts=frozenset(row["hosts"]), before=before)
    if row["checksum"] != _checksum(deleted):
        raise ValueError("checksum")
    return deleted


def deleted_bytes(deleted: Deleted) -> bytes:
    """A record as JSON."""
    row = {
        "keys": sorted(deleted.keys),
        "hosts": sorted(deleted.hosts),
        "before": deleted.before.isoformat() if deleted.before else None,
        "checksum": _checksum(deleted),
    }
    return (json.dumps(row, indent=1) + "\n").encode()


def dropped_as_deleted(link: Link) -> Drop:
    """A drop that does not keep the address of what was taken down."""
    return Drop(url=f"deleted:{link.url_key}", reason=DropReason.DELETED, detail="newsbeam delete took it down")


def _records(files: Files) -> list[tuple[str, Deleted]]:
    return [(path, read_parsed(path, parse_deleted, files)) for path in deletion_paths(files)]


def _is_later(one: Deleted, other: Deleted) -> bool:
    return one.before is not None and other.before is not None and one.before >= other.before


def _checksum(deleted: Deleted) -> str:
    parts = (*sorted(deleted.keys), "", *sorted(deleted.hosts), "", str(deleted.before))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
