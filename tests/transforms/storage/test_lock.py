import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.fixtures.records import NOW
from transforms.storage import layout
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.lock import (
    DEAD_AFTER,
    QUEUE,
    WATCH,
    Lock,
    Locked,
    Owner,
    give_back,
    lives,
    read_owner,
    renew,
    this_process,
)

ELSEWHERE = {"machine": "another", "host": "other.example", "pid": "7", "run_id": "theirs", "token": "t"}


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(str(tmp_path))


def owned_by(files: LocalFiles, path: str = layout.LOCK, **fields: str) -> Owner:
    owner = {**ELSEWHERE, "heartbeat": NOW.isoformat()} | fields
    files.write(path, json.dumps(owner).encode())
    return owner


def lock(files: LocalFiles, during_watch: Callable[[float], None] | None = None, minutes: float = 0) -> Lock:
    return Lock(files, "ours", lambda: NOW + timedelta(minutes=minutes), during_watch or _never)


def _never(_: float) -> None:
    raise AssertionError("nobody had to be watched")


def dead_pid() -> str:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return str(process.pid)


def test_a_lock_names_its_owner_and_is_gone_afterwards(files: LocalFiles) -> None:
    with lock(files):
        owner = read_owner(files) or {}
        assert (owner["run_id"], owner["pid"], owner["heartbeat"]) == ("ours", str(os.getpid()), NOW.isoformat())
    assert files.list("") == []


def test_a_second_writer_is_refused_at_once_and_told_who_writes(files: LocalFiles) -> None:
    with lock(files), pytest.raises(Locked, match=rf"run ours \(process {os.getpid()} on .*\) is writing"), lock(files):
        pass
    assert read_owner(files) is None


def test_the_lock_of_a_process_that_is_gone_is_taken_over_at_once(files: LocalFiles) -> None:
    owned_by(files, **this_process() | {"pid": dead_pid()})
    with lock(files):
        assert (read_owner(files) or {})["run_id"] == "ours"
    assert files.list("") == []


def test_a_number_of_a_process_that_came_again_is_no_sign_of_life(files: LocalFiles) -> None:
    owned_by(files, **this_process() | {"started": "1"})
    with lock(files):
        assert (read_owner(files) or {})["run_id"] == "ours"


def test_a_process_of_this_machine_lives_however_old_its_heartbeat(files: LocalFiles) -> None:
    owned_by(files, **this_process())
    with pytest.raises(Locked), lock(files, minutes=60):  # it may have been suspended, and go on any moment
        pass


def test_an_owner_elsewhere_with_a_fresh_heartbeat_is_believed_at_once(files: LocalFiles) -> None:
    owned_by(files)
    for minutes in (-1.0, 0.0, 1.0):
        with pytest.raises(Locked, match=r"process 7 on other\.example"), lock(files, minutes=minutes):
            pass


@pytest.mark.parametrize("minutes", [-60.0, 2.0, 60.0])
def test_a_heartbeat_that_looks_stale_is_watched_before_it_is_taken_for_dead(files: LocalFiles, minutes: float) -> None:
    watched: list[float] = []
    owned_by(files)
    with lock(files, watched.append, minutes):
        assert (read_owner(files) or {})["run_id"] == "ours"
    assert watched == [WATCH]


def test_an_owner_whose_clock_is_wrong_shows_itself_while_it_is_watched(files: LocalFiles) -> None:
    owned_by(files)

    def beats(_: float) -> None:
        owned_by(files, heartbeat="one more")

    with pytest.raises(Locked, match="theirs"), lock(files, beats, 60):
        pass


def test_a_torn_lock_is_taken_over_once_nobody_completes_it(files: LocalFiles) -> None:
    files.write(layout.LOCK, b'{"run_id": "the')
    with lock(files, lambda _: None):
        assert (read_owner(files) or {})["run_id"] == "ours"
    assert files.list("") == []


def test_of_two_who_follow_a_dead_owner_one_gives_way(files: LocalFiles) -> None:
    owned_by(files, token="dead", **this_process() | {"pid": dead_pid()})
    owned_by(files, f"{layout.LOCK}.dead", token="rival", **this_process())
    with pytest.raises(Locked, match="at the same moment"), lock(files):
        pass
    assert (read_owner(files) or {})["token"] == "dead"


def test_a_follower_who_died_too_is_followed(files: LocalFiles) -> None:
    gone = this_process() | {"pid": dead_pid()}
    owned_by(files, token="dead", **gone)
    owned_by(files, f"{layout.LOCK}.dead", token="rival", **gone)
    with lock(files):
        assert files.list("") == [layout.LOCK]
        assert (read_owner(files) or {})["run_id"] == "ours"


def test_who_comes_late_to_a_dead_owner_finds_the_new_one(files: LocalFiles) -> None:
    """The claim of the winner is gone already, so the second claims it too, and looks at the lock again."""

    class Late(LocalFiles):
        def create(self, path: str, content: bytes) -> bool:
            if path.endswith(".dead"):
                owned_by(files, token="winner", **this_process())
            return LocalFiles.create(self, path, content)

    owned_by(files, token="dead", **this_process() | {"pid": dead_pid()})
    with pytest.raises(Locked), lock(Late(files.folder)):
        pass
    assert (read_owner(files) or {})["token"] == "winner"
    assert files.list("") == [layout.LOCK]


def test_a_lock_that_was_taken_over_is_left_to_its_new_owner(files: LocalFiles) -> None:
    with lock(files):
        owned_by(files)
    assert (read_owner(files) or {})["run_id"] == "theirs"


def test_a_lock_that_its_owner_gives_up_just_now_is_free(files: LocalFiles) -> None:
    class Freed(LocalFiles):
        def create(self, path: str, content: bytes) -> bool:
            created = LocalFiles.create(self, path, content)
            if not created:
                self.delete(layout.LOCK)
            return created

    owned_by(files)
    with lock(Freed(files.folder)):
        assert (read_owner(files) or {})["run_id"] == "ours"


def test_a_lock_that_cannot_be_read_is_trouble(files: LocalFiles) -> None:
    (Path(files.folder) / "_meta").touch()
    with pytest.raises(StorageError), lock(files):
        pass


@pytest.mark.parametrize("heartbeat", ["", "yesterday", "2026-11-23T12:00:00"])
def test_a_heartbeat_that_says_nothing_leaves_the_question_open(heartbeat: str) -> None:
    assert lives({**ELSEWHERE, "heartbeat": heartbeat}, NOW) is None


def test_nobody_can_tell_of_an_owner_without_a_heartbeat() -> None:
    assert lives(ELSEWHERE, datetime.now(NOW.tzinfo)) is None


def handed_over(files: LocalFiles) -> Owner:
    with lock(files) as held:
        held.hand_over()
    return read_owner(files) or {}


def test_a_lock_that_was_handed_over_outlives_its_launcher_for_the_time_of_a_queue(files: LocalFiles) -> None:
    owner = handed_over(files)
    assert lives(owner, NOW + QUEUE - timedelta(seconds=1))
    assert lives(owner, NOW + QUEUE) is None
    with pytest.raises(Locked, match=r"run ours \(on its runner\) is writing"):
        lock(files).__enter__()


def test_a_worker_renews_the_lock_of_its_run_which_then_has_no_longer_patience_than_any(files: LocalFiles) -> None:
    handed_over(files)
    assert renew("ours", files, NOW + timedelta(hours=1))
    owner = read_owner(files) or {}
    assert lives(owner, NOW + timedelta(hours=1) + DEAD_AFTER - timedelta(seconds=1))
    assert lives(owner, NOW + timedelta(hours=1) + DEAD_AFTER) is None


def test_a_worker_whose_run_lost_the_lock_or_ended_renews_nothing(files: LocalFiles) -> None:
    theirs = owned_by(files)
    assert not renew("ours", files, NOW)
    give_back("ours", files)
    assert read_owner(files) == theirs
    give_back("theirs", files)
    assert not renew("theirs", files, NOW)
    assert read_owner(files) is None


def test_a_worker_that_renews_while_its_run_ends_takes_the_lock_away_again(files: LocalFiles) -> None:
    handed_over(files)
    files.write(layout.run_record("ours"), b"{}")
    assert not renew("ours", files, NOW)
    assert read_owner(files) is None


def test_a_launcher_whose_runner_refuses_the_run_gives_the_lock_back(files: LocalFiles) -> None:
    def refused() -> None:
        with lock(files) as held:
            held.hand_over()
            raise RuntimeError("no such cluster")

    with pytest.raises(RuntimeError, match="no such cluster"):
        refused()
    assert read_owner(files) is None
