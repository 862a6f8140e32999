"""The lock and the commit on a fake store: one writer at a time, whoever comes when."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from tests.fixtures.archives import write_warc
from tests.fixtures.command import newsbeam
from tests.fixtures.records import html, story
from tests.stores.datasets import by_glob, by_snapshot
from tests.stores.fakes import FakeStore
from transforms.storage import layout
from transforms.storage.files import Files, StorageError
from transforms.storage.lock import DEAD_AFTER, Lock, Locked, read_owner
from transforms.storage.manifests import Manifest, commit

pytestmark = pytest.mark.stores

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RIVALS = 4
ROUNDS = 5


def held_elsewhere(files: Files, run_id: str = "elsewhere") -> None:
    """Somebody on another machine took the lock at NOW."""
    owner = {"run_id": run_id, "pid": "1", "host": "far", "machine": "another", "started": "1", "token": "abc"}
    files.write(layout.LOCK, json.dumps(owner | {"heartbeat": NOW.isoformat()}).encode())


def lock(files: Files, run_id: str, now: datetime) -> Lock:
    """A lock that watches without waiting."""
    return Lock(files, run_id, now=lambda: now, sleep=lambda _: None)


def test_a_second_run_on_the_same_output_is_refused(output: str, files: Files, tmp_path: Path) -> None:
    warc = write_warc(tmp_path / "a.warc.gz", [("https://news.example/1", html("One", *story(1)))])
    with Lock(files, "first"):
        said = newsbeam("run", "--warc", warc, "--output", output)
        assert (said.code, said.out) == (4, "")
        assert "run first (process" in said.err
    assert newsbeam("run", "--warc", warc, "--output", output).code == 0


def test_a_lock_whose_heartbeat_is_fresh_is_refused_and_one_that_went_silent_is_taken_over(files: Files) -> None:
    held_elsewhere(files)
    with pytest.raises(Locked, match=r"run elsewhere \(process 1 on far\) is writing"):
        lock(files, "second", NOW + DEAD_AFTER - timedelta(seconds=1)).__enter__()
    with lock(files, "second", NOW + DEAD_AFTER + timedelta(seconds=1)):
        assert (read_owner(files) or {})["run_id"] == "second"
    assert files.list("") == []


def test_a_lock_that_shows_life_while_it_is_watched_is_refused(files: Files) -> None:
    held_elsewhere(files)

    def beat(_: float) -> None:
        held_elsewhere(files, "elsewhere, a moment later")

    late = Lock(files, "second", now=lambda: NOW + timedelta(days=1), sleep=beat)
    with pytest.raises(Locked, match="elsewhere"):
        late.__enter__()


def test_of_rivals_for_a_free_or_dead_lock_one_wins(files: Files) -> None:
    for number in range(ROUNDS):
        if number % 2:
            held_elsewhere(files)
        assert _race(files) == 1
        assert files.list("") == []


def _race(files: Files) -> int:
    """How many of some rivals hold the lock at the same time."""
    start, end = Barrier(RIVALS), Barrier(RIVALS)

    def rival(number: int) -> bool:
        with ExitStack() as held:
            start.wait()
            try:
                held.enter_context(lock(files, f"rival {number}", NOW + timedelta(days=1)))
            except Locked:
                return False
            finally:
                end.wait()
            return True

    with ThreadPoolExecutor(RIVALS) as pool:
        return sum(pool.map(rival, range(RIVALS)))


def test_a_run_whose_lock_was_taken_over_commits_nothing(output: str, files: Files) -> None:
    with lock(files, "slow", NOW):
        held_elsewhere(files)
        with pytest.raises(StorageError, match=r"elsewhere took .* over from run slow"):
            commit(Manifest(run_id="slow", files=()), files)
        assert files.list(layout.MANIFESTS) == files.list(layout.PENDING) == []
    assert (read_owner(files) or {})["run_id"] == "elsewhere"


def test_a_manifest_is_one_conditional_write(store: FakeStore, output: str, files: Files) -> None:
    store.gate.asked.clear()
    commit(Manifest(run_id="20261123T120000Z-000001", files=()), files)
    writes = [each for each in store.gate.asked if each.method in ("PUT", "POST")]
    key = "manifests/20261123T120000Z-000001.json" if store.scheme == "s3" else "ifGenerationMatch=0"
    committing = [each for each in writes if key in each.path and "copies" not in each.path]
    assert len(committing) == 1
    assert files.list(layout.MANIFESTS) == ["_meta/manifests/20261123T120000Z-000001.json"]
    assert by_snapshot(output, "articles") == by_glob(output, "articles") == []
