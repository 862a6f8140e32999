import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fixtures.records import run_in
from transforms import holding
from transforms.holding import hold
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.lock import Lock, give_back, read_owner


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "HEARTBEAT", 0)


def hearts() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "lock-heartbeat"]


def test_a_process_shows_life_for_a_run_that_nobody_waits_for_until_that_has_ended(tmp_path: Path) -> None:
    run, files = replace(run_in(tmp_path), unattended=True), LocalFiles(str(tmp_path))
    with Lock(files, run.run_id) as lock:
        lock.hand_over()
    for _ in range(3):
        hold(run)
    (heart,) = hearts()
    while "patience" in (read_owner(files) or {}):
        pass
    give_back(run.run_id, files)
    while heart.is_alive():
        give_back(run.run_id, files)
    assert hearts() == []


def test_a_run_that_somebody_waits_for_needs_no_hearts(tmp_path: Path) -> None:
    hold(run_in(tmp_path))
    assert hearts() == []


def test_a_store_that_is_away_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([StorageError("away"), True, False])

    def renew(*_: object) -> bool:
        answer = next(answers)
        if isinstance(answer, StorageError):
            raise answer
        return answer

    monkeypatch.setattr(holding, "renew", renew)
    hold(replace(run_in(tmp_path, "20261123T100000Z-00000a"), unattended=True))
    for heart in hearts():
        heart.join()
    assert next(answers, None) is None
