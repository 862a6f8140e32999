import sys
from pathlib import Path

import pytest

from pipelines.exits import Exit
from pipelines.options import UsageError
from pipelines.profiling import PROCESS, SAID, _outcome, profiled, without_profile
from schemas.errors import Code
from tests.fixtures.archives import write_warc
from tests.fixtures.command import newsbeam
from tests.fixtures.records import html


def spy_that(body: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something else than py-spy under its name, which the interpreter's own folder does not have."""
    spy = folder / "bin" / "py-spy"
    spy.parent.mkdir()
    spy.write_text(f"#!/bin/sh\n{body}\n")
    spy.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(spy.parent / "python"))


def test_the_command_that_is_looked_at_is_the_same_without_the_option() -> None:
    words = ["run", "--profile", "a.svg", "--warc", "b.warc", "--profile=c.svg", "--json"]
    assert without_profile(words) == ["run", "--warc", "b.warc", "--json"]


def test_a_flame_graph_shows_all_processes_of_a_run_that_is_otherwise_the_same(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    archive = write_warc(tmp_path / "a.warc.gz", [("https://news.example/1", html("Short", "No more than this."))])
    told = newsbeam("run", "--warc", archive, "--output", tmp_path / "out", "--profile", tmp_path / "run.svg")
    assert told.code == Exit.ALL_FAILED
    assert "  1 links = 0 articles + 0 duplicates + 1 failures + 0 drops\n" in capfd.readouterr().out
    drawn = (tmp_path / "run.svg").read_text(encoding="utf-8")
    assert "pipelines/ingest.py" in drawn
    assert "transforms/sandbox/child.py" in drawn


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"pip install 'newsbeam\[profile\]'") as caught:
        profiled(["run"], str(tmp_path / "run.svg"))
    assert caught.value.code is Code.NO_PROFILER


def test_a_system_that_forbids_it_is_told_how_to_allow_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spy_that("echo 'Error: Operation not permitted (os error 1)' >&2; exit 1", tmp_path, monkeypatch)
    with pytest.raises(UsageError, match=r"does not let py-spy look at processes.*SYS_PTRACE"):
        profiled(["run"], str(tmp_path / "run.svg"))


def test_a_profile_that_was_not_written_is_no_silent_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spy_that("echo 'Error: No stack counts found' >&2; exit 1", tmp_path, monkeypatch)
    with pytest.raises(UsageError, match="was not written; py-spy: Error: No stack counts found"):
        profiled(["run"], str(tmp_path / "run.svg"))


def test_a_run_that_was_stopped_and_ends_without_a_word_is_interrupted(tmp_path: Path) -> None:
    target = tmp_path / "run.svg"
    target.write_text("<svg/>")
    (tmp_path / SAID).write_text("py-spy> Wrote flamegraph data. Samples: 4342 Errors: 2")
    (tmp_path / PROCESS).write_text("1")
    with pytest.raises(UsageError, match="was not written"):
        _outcome(tmp_path, str(target), stopped=False)
    assert _outcome(tmp_path, str(target), stopped=True) == Exit.INTERRUPTED


def test_a_profile_of_before_is_not_taken_for_this_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spy_that("exit 1", tmp_path, monkeypatch)
    (tmp_path / "run.svg").write_text("<svg/>")
    with pytest.raises(UsageError, match="it says nothing"):
        profiled(["run"], str(tmp_path / "run.svg"))
    assert not (tmp_path / "run.svg").exists()


def test_a_folder_that_is_not_there_is_said_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="its folder is not there"):
        profiled(["run"], str(tmp_path / "nowhere" / "run.svg"))
