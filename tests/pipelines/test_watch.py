"""Rounds of a watch: what each leaves, what a failed one does, and how it ends."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.exits import Exit
from pipelines.options import IngestOptions, UsageError
from pipelines.watch import watch
from schemas.errors import Code
from tests.fixtures.records import html, story
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.watches import read_watch

AT_ONCE = timedelta()


@pytest.fixture
def options(tmp_path: Path) -> Callable[[], IngestOptions]:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.html").write_bytes(html("Ferry budget", *story(1)))
    return lambda: IngestOptions(html=(str(tmp_path / "pages"),), output=str(tmp_path / "out"), workers=1)


def test_each_round_is_a_run_and_new_pages_of_later_rounds_are_added(
    tmp_path: Path, options: Callable[[], IngestOptions], capsys: pytest.CaptureFixture[str]
) -> None:
    rounds = 0

    def with_a_page_more() -> IngestOptions:
        nonlocal rounds
        rounds += 1
        (tmp_path / "pages" / f"more{rounds}.html").write_bytes(html(f"Harbour {rounds}", *story(10 + rounds)))
        return options()

    metrics = tmp_path / "newsbeam.prom"
    assert watch(with_a_page_more, AT_ONCE, rounds=2, metrics=str(metrics)) == Exit.DONE
    left = read_watch(LocalFiles(str(tmp_path / "out")))
    assert left is not None
    assert (left.rounds, left.failed_rounds, left.last_outcome, left.next_round_at) == (2, 0, "committed", None)
    runs = sorted((tmp_path / "out" / "_meta" / "runs").glob("*.json"))
    assert [json.loads(each.read_text())["accounting"]["articles"] for each in runs] == [3, 1]
    assert "newsbeam_rounds 2.0" in metrics.read_text()
    assert "newsbeam_last_run_articles 1.0" in metrics.read_text()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("links = ") == 2


def test_options_that_cannot_be_carried_out_end_the_watch_at_its_start(
    tmp_path: Path, options: Callable[[], IngestOptions]
) -> None:
    (tmp_path / "pages" / "one.html").unlink()
    (tmp_path / "pages").rmdir()
    with pytest.raises(UsageError, match="is not a folder"):
        watch(options, AT_ONCE, rounds=2)


def test_a_failed_round_is_told_and_the_next_one_tries_again(
    tmp_path: Path,
    options: Callable[[], IngestOptions],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    troubles = [
        StorageError("No space left on device"),
        RuntimeError("a bug"),
        UsageError("the list is gone", Code.MISSING_INPUT),
    ]
    import pipelines.watch as watching  # whose name for the run is replaced

    real = watching.ingest

    def failing(chosen: IngestOptions) -> object:
        if first and troubles:
            raise troubles.pop(0)
        first.append(chosen)
        return real(chosen)

    first: list[IngestOptions] = []
    monkeypatch.setattr(watching, "ingest", failing)
    metrics = tmp_path / "newsbeam.prom"
    assert watch(options, AT_ONCE, rounds=4, metrics=str(metrics)) == Exit.DONE
    left = read_watch(LocalFiles(str(tmp_path / "out")))
    assert left is not None
    assert (left.rounds, left.failed_rounds, left.last_trouble) == (4, 3, "the list is gone")
    assert "newsbeam_last_round_succeeded 0.0" in metrics.read_text()
    assert capsys.readouterr().err.count("this round failed, the next one tries again") == 3


def test_metrics_that_cannot_be_written_do_not_end_the_watch(
    tmp_path: Path, options: Callable[[], IngestOptions], capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = tmp_path / "nowhere" / "newsbeam.prom"
    assert watch(options, AT_ONCE, rounds=1, metrics=str(metrics)) == Exit.DONE
    assert f"--metrics {metrics} cannot be written (No such file or directory)" in capsys.readouterr().err
