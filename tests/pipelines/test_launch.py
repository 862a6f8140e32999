import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apache_beam as beam
import pytest

from pipelines.exits import EngineError
from pipelines.ingest import ingest, submit_ingest
from pipelines.inputs import Inputs
from pipelines.launch import (
    count_stages,
    new_run,
    pipeline_options,
    run_pipeline,
    telling_of_trouble,
    writable_files,
)
from pipelines.options import IngestOptions, UsageError
from tests.fixtures.command import newsbeam
from tests.fixtures.records import html, story
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.lock import read_owner


def _options(*for_beam: str, output: str = "out") -> IngestOptions:
    return IngestOptions(html=("pages",), output=output, beam=for_beam)


def _disk_full(_: int) -> int:
    raise StorageError("articles/x.parquet could not be written (9 bytes before compression): No space left on device")


def _bug(_: int) -> int:
    raise RuntimeError("not the disk")


def _counter(namespace: str, name: str, result: int) -> Any:
    return SimpleNamespace(key=SimpleNamespace(metric=SimpleNamespace(namespace=namespace, name=name)), result=result)


def test_ids_of_runs_sort_by_time_and_are_nobody_elses() -> None:
    one, other = new_run("out"), new_run("out")
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{6}", one.run_id)
    assert one.run_id.startswith(f"{one.started_at:%Y%m%dT%H%M%SZ}")
    assert one.run_id != other.run_id


def test_a_batch_stays_in_this_process_unless_a_runner_is_named() -> None:
    assert pipeline_options(_options()).get_all_options()["runner"] == "FnApiRunner"
    assert pipeline_options(_options("--runner=DirectRunner")).get_all_options()["runner"] == "DirectRunner"
    assert pipeline_options(_options("--runner", "DirectRunner")).get_all_options()["runner"] == "DirectRunner"


def test_options_of_beam_arrive_there() -> None:
    assert pipeline_options(_options("--direct_num_workers=2")).get_all_options()["direct_num_workers"] == 2


def test_an_output_that_overwrites_what_it_should_refuse_is_refused_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create(files: LocalFiles, path: str, content: bytes) -> bool:
        files.write(path, content)
        return True

    (tmp_path / "in").mkdir()
    monkeypatch.setattr(LocalFiles, "create", create)
    with pytest.raises(UsageError, match="nothing can keep two runs apart"):
        ingest(html=(str(tmp_path / "in"),), output=str(tmp_path / "out"))
    assert LocalFiles(str(tmp_path / "out")).list("") == []


@pytest.mark.parametrize("needs", [{"keep_days": 3}, {"urls": ("-",)}])
def test_what_needs_a_launcher_that_waits_is_refused_to_one_that_leaves(tmp_path: Path, needs: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="needs somebody who waits"):
        submit_ingest(IngestOptions(**{"html": ("pages",), "output": str(tmp_path)} | needs))


def test_a_run_that_is_left_to_its_runner_gives_its_lock_back_and_leaves_its_record(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.html").write_bytes(html("Title", *story(1)))
    output = tmp_path / "out"
    said = newsbeam("run", "--html", tmp_path / "in", "--output", output, "--workers", "1", "--no-wait")
    assert said.code == 0, said
    assert newsbeam("report", output, said.out.strip(), "--json").json["accounting"]["articles"] == 1
    assert read_owner(LocalFiles(str(output))) is None


def test_a_runner_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    for runner in ("Sprinter", "no_such_module.Sprinter"):
        with pytest.raises(UsageError, match="Beam cannot start the runner"):
            run_pipeline(_never, Inputs(), _options(f"--runner={runner}"), new_run(str(tmp_path)))


def _never(*_: Any) -> beam.PCollection:
    raise AssertionError("nothing is built for a runner that does not exist")


@pytest.mark.parametrize(
    ("work", "raised", "told"),
    [(_disk_full, StorageError, "^articles/x.parquet could not be written"), (_bug, RuntimeError, "not the disk")],
)
def test_trouble_of_the_disk_on_a_worker_is_told_apart_from_bugs(work: Any, raised: type, told: str) -> None:
    def build(pipeline: beam.Pipeline, *_: Any) -> beam.PCollection:
        return pipeline | beam.Create([1]) | beam.Map(work)

    with pytest.raises(raised, match=told) as caught:
        run_pipeline(build, Inputs(), _options(), new_run("out"))
    assert isinstance(caught.value, StorageError) is (raised is StorageError)


@pytest.mark.parametrize(
    ("said", "raised"),
    [
        ("Pipeline newsbeam_1-2 failed in state FAILED: CANCELLED: client cancelled", EngineError),
        ("Pipeline newsbeam_1-2 failed in state FAILED: Error: Traceback (most recent call last)\n  …", RuntimeError),
        ("StorageError: part.parquet could not be written", StorageError),
    ],
)
def test_what_an_engine_says_of_itself_is_told_from_what_a_verb_raised(said: str, raised: type[Exception]) -> None:
    with pytest.raises(raised) as caught, telling_of_trouble():
        raise RuntimeError(said)
    assert type(caught.value) is raised


def test_an_output_is_made_when_it_is_missing(tmp_path: Path) -> None:
    files = writable_files(_options(output=str(tmp_path / "new" / "out")))
    assert files.root == str(tmp_path / "new" / "out")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_output_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"--output .*file cannot be written .*Not a directory"):
        writable_files(_options(output=str(tmp_path / "file")))


def test_an_output_at_an_address_that_is_no_store_is_refused() -> None:
    with pytest.raises(UsageError, match=r"--output ftp://example\.org/x cannot be written"):
        writable_files(_options(output="ftp://example.org/x"))


def test_counters_are_gathered_by_verb_and_others_are_left_out() -> None:
    rounds = [_counter("open", "ok", 3), _counter("open", "ok", 1)]  # two steps of one verb
    counters = [*rounds, _counter("open", "failed/gone", 1), _counter("beam", "x", 9)]
    metrics = SimpleNamespace(query=lambda _: {"counters": counters})
    result: Any = SimpleNamespace(metrics=lambda: metrics)
    assert count_stages(result) == {"open": {"failed/gone": 1, "ok": 4}}


def test_python_callers_get_the_same_checks() -> None:
    with pytest.raises(UsageError, match="no output was named"):
        ingest(feeds=("https://example.org/feed",))
    with pytest.raises(TypeError, match="bogus"):
        ingest(bogus=1)
