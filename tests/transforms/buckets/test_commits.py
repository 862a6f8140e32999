"""The commit where a rename is a copy and a deletion: killed at each of its requests, and made good by the next."""

from datetime import UTC, datetime
from itertools import count

import pyarrow as pa
import pytest

from tests.fixtures.buckets import Killed, MemoryBucket
from transforms import filesystems
from transforms.filesystems import Store, dataset_files
from transforms.storage import layout
from transforms.storage.files import Files
from transforms.storage.manifests import Manifest, commit, committed
from transforms.storage.recovery import recover
from transforms.storage.tables import read_table, write_aside

RUN = "20261123T120000Z-000001"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FILES = 3
NOTHING: list[int] = []
ALL = list(range(FILES))


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> MemoryBucket:
    made = MemoryBucket()
    monkeypatch.setitem(filesystems.STORES, "memory", Store("none", lambda _: object(), lambda name, _: made))
    monkeypatch.setattr(filesystems, "_clients", {})
    return made


def prepared(files: Files) -> Manifest:
    """Finished files that wait for their commit."""
    written = [write_aside(pa.table({"n": [n]}), "drops", "", files, RUN) for n in ALL]
    return Manifest(run_id=RUN, files=tuple(written))


def rows(files: Files) -> list[int]:
    """What a reader of manifests sees; each file that they list can be read."""
    return sorted(n for each in committed(files) for n in read_table(each.path, files)["n"].to_pylist())


def commit_killed_at(request: int, bucket: MemoryBucket, files: Files) -> bool:
    """Whether a commit died before its request of this number."""
    manifest = prepared(files)
    bucket.deadly = len(bucket.asked) + request
    try:
        commit(manifest, files)
    except Killed:
        return True
    finally:
        bucket.deadly = None
    return False


def test_a_commit_that_is_killed_at_any_request_is_carried_through_or_as_if_it_never_was(bucket: MemoryBucket) -> None:
    files, outcomes = dataset_files("memory://bucket/news"), []
    for request in count(1):
        bucket.objects.clear()
        killed = commit_killed_at(request, bucket, files)
        assert rows(files) in (NOTHING, ALL)
        recover(files, NOW)
        outcomes.append(rows(files))
        assert files.list(layout.table_folder("drops")) == sorted(each.path for each in committed(files))
        assert files.list(layout.STAGING) == files.list(layout.PENDING) == []
        if not killed:
            break
    assert len(outcomes) > FILES * 3
    begun = outcomes.index(ALL)
    assert outcomes == [NOTHING] * begun + [ALL] * (len(outcomes) - begun)  # once on its way, it always arrives


def test_a_file_is_read_back_before_it_is_spoken_of(bucket: MemoryBucket) -> None:
    prepared(dataset_files("memory://bucket/news"))
    assert bucket.asked == ["write", "tail"] * FILES
