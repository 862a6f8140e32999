"""A run whose launcher leaves: its workers hold the lock, the graph commits, and its record says how it ended."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.exits import Exit
from tests.fixtures.archives import write_warc
from tests.fixtures.command import Said, newsbeam
from tests.fixtures.records import dated, html, story
from tests.stores.datasets import by_glob, by_snapshot
from tests.stores.fakes import FakeStore, free_port
from tests.stores.gate import LOOPBACK
from transforms.filesystems import dataset_files
from transforms.storage.lock import read_owner

pytestmark = pytest.mark.stores

ROOT = Path(__file__).parents[2]
PAGES = 5
LONGEST = 300  # seconds of a run, on a busy machine
IN_A_PROCESS = "beam:env:harness_subprocess_python:v1"
WORKER = f"{sys.executable} -m apache_beam.runners.worker.sdk_worker_main"


@pytest.fixture
def job_server(tmp_path: Path, store: FakeStore) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Beam's own job server; it starts a process for the workers."""
    port = free_port()
    module = "apache_beam.runners.portability.local_job_service_main"
    command = [sys.executable, "-m", module, "--port", str(port), "--staging_dir", str(tmp_path / "staged")]
    with (
        (tmp_path / "jobs.log").open("wb") as log,
        subprocess.Popen(
            command, cwd=ROOT, env=_environment(), stdout=log, stderr=log, start_new_session=True
        ) as process,
    ):
        try:
            yield f"{LOOPBACK}:{port}", process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 15)  # it and its workers: a session of their own


def test_the_outcome_of_a_run_that_nobody_waits_for_stands_in_its_record(
    store: FakeStore, output: str, job_server: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    pages = [
        (f"https://news.example/{n}", html(f"Page {n}", *story(n), head=dated("2026-11-02T06:00:00Z")))
        for n in range(PAGES)
    ]
    warc = write_warc(tmp_path / "pages.warc.gz", pages)
    address, server = job_server
    run_id = _submitted(warc, output, address, _store_options(store))
    second = newsbeam("run", "--warc", warc, "--output", output)  # while nobody but the workers holds the lock
    assert (second.code, f"run {run_id} (on its runner) is writing" in second.err) == (4, True), second
    said = _reported(output, run_id, server)
    assert said.json["outcome"] == "committed"
    assert said.json["accounting"] | {"sources": {}} == {
        "links": PAGES, "articles": PAGES, "duplicates": 0, "failures": {}, "drops": {}, "sources": {}
    }  # fmt: skip
    assert len(by_snapshot(output, "articles")) == len(by_glob(output, "articles")) == PAGES
    assert read_owner(dataset_files(output)) is None  # the commit gave the lock back
    again = newsbeam("run", "--warc", warc, "--output", output, "--workers", "1", "--json")
    assert (again.code, again.json["outcome"]) == (0, "nothing_new")


def _environment() -> dict[str, str]:
    """Without the address of S3, which comes to the workers as an option."""
    return {name: value for name, value in os.environ.items() if name != "AWS_ENDPOINT_URL"} | {"PYTHONPATH": str(ROOT)}


def _store_options(store: FakeStore) -> list[str]:
    return [f"--s3_endpoint_url={store.gate.address}", "--s3_region_name=us-east-1"] if store.scheme == "s3" else []


def _submitted(warc: str, output: str, job_server: str, options: list[str]) -> str:
    script = [sys.executable, "-m", "tests.stores.launch_and_leave", "--warc", warc, "--output", output]
    runner = ["--runner=PortableRunner", f"--job_endpoint={job_server}", f"--environment_type={IN_A_PROCESS}"]
    command = [*script, "--workers", "1", *runner, f"--environment_config={WORKER}", *options]
    ended = subprocess.run(
        command, cwd=ROOT, env=_environment(), capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def _reported(output: str, run_id: str, server: subprocess.Popen[bytes]) -> Said:
    """What `newsbeam report` says once it has something to say; until then, that the run is under way."""
    for _ in range(LONGEST):
        said = newsbeam("report", output, run_id, "--json")
        if said.code != Exit.LOCKED:
            return said
        assert said.err == f"newsbeam: run {run_id} is under way; it has no record yet [NB306: docs/errors.md]\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(1)
    raise AssertionError("the run did not end")
