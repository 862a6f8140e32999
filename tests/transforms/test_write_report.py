from dataclasses import replace
from pathlib import Path

import pytest

from schemas.runs import Accounting, Outcome, RunRecord
from tests.fixtures.committed import copy_of, dataset, put, run_id, story_of
from transforms.storage import layout
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.records import write_record
from transforms.write_report import gather, report_page, tell_or_warn

COUNTS = Accounting(links=2, articles=1, duplicates=1)


def _record(number: int) -> RunRecord:
    return RunRecord(
        run_id=run_id(number), outcome=Outcome.COMMITTED, started_at="2026-11-23T12:00:00+00:00",
        ended_at="2026-11-23T12:01:00+00:00", accounting=COUNTS, files=1, output="news",
    )  # fmt: skip


def _dataset(folder: Path) -> LocalFiles:
    files = dataset(folder)
    first = story_of(1, run_id=run_id(1))
    put(files, 1, "articles", [first])
    put(files, 2, "articles", [story_of(2, run_id=run_id(2))])
    put(files, 3, "duplicates", [copy_of(first, "https://b.example/1", run_id=run_id(1))])
    for number in (1, 2):
        write_record(_record(number), files)
    return files


def test_a_report_reads_what_lies_in_the_dataset_up_to_its_run(tmp_path: Path) -> None:
    files = _dataset(tmp_path)
    found = gather(_record(2), files)
    assert [each.run_id for each in found.recent] == [run_id(2), run_id(1)]
    assert [each.host for each in found.copies] == ["b.example"]
    assert (found.articles_in_all, found.before and found.before.run_id) == (2, run_id(1))
    assert [each.run_id for each in gather(_record(1), files).recent] == [run_id(1)]


def test_the_same_dataset_gives_the_same_page(tmp_path: Path) -> None:
    files = _dataset(tmp_path)
    assert report_page(_record(2), files) == report_page(_record(2), files)


def test_the_page_lies_beside_the_data(tmp_path: Path) -> None:
    tell_or_warn(_record(2), _dataset(tmp_path))
    assert (tmp_path / layout.REPORT).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_page_that_cannot_be_written_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    files = _dataset(tmp_path)
    (tmp_path / layout.REPORT).mkdir()
    tell_or_warn(_record(2), files)
    assert "report.html could not be written" in caplog.text
    assert "newsbeam report" in caplog.text


def test_a_damaged_file_of_an_earlier_run_is_a_warning_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    files = _dataset(tmp_path)
    (tmp_path / layout.run_record(run_id(1))).write_text("{")
    with pytest.raises(StorageError):
        report_page(_record(2), files)
    tell_or_warn(replace(_record(2)), files)
    assert "could not be written" in caplog.text
