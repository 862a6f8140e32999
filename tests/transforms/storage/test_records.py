from pathlib import Path

import pytest

from schemas.runs import Accounting, Outcome, RunRecord
from schemas.work import Work
from transforms.storage import layout
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.records import read_record, run_ids, write_record

RECORD = RunRecord(
    run_id="r2",
    outcome=Outcome.COMMITTED,
    started_at="2026-11-23T12:00:00+00:00",
    ended_at="2026-11-23T12:01:00+00:00",
    accounting=Accounting(links=2, articles=1, duplicates=0, failures={"gone": 1}),
    files=3,
    output="news",
    stages={"open": {"ok": 1}},
    work=(Work(verb="open", seconds=1.5, cpu=0.5, taken=2),),
)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    files = LocalFiles(str(tmp_path))
    write_record(RECORD, files)
    assert read_record("r2", files) == RECORD


def test_runs_are_listed_by_their_ids(tmp_path: Path) -> None:
    files = LocalFiles(str(tmp_path))
    assert run_ids(files) == []
    for path in (layout.run_record("r2"), layout.run_record("r1"), f"{layout.RUNS}/.DS_Store"):
        files.write(path, b"{}")
    assert run_ids(files) == ["r1", "r2"]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"run_id": "r2", "acc', b'{"accounting": 1, "outcome": "x"}'])
def test_a_damaged_record_is_named(tmp_path: Path, content: bytes) -> None:
    files = LocalFiles(str(tmp_path))
    files.write(layout.run_record("r2"), content)
    with pytest.raises(StorageError, match=r"_meta/runs/r2\.json is damaged .*run: newsbeam doctor"):
        read_record("r2", files)


def test_a_run_that_left_no_record_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_record("r2", LocalFiles(str(tmp_path)))
