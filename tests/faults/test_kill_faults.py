"""Case 79: killed at any moment, and nothing is lost, doubled, torn or asked for twice. Case 81: asked to stop."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from benchmarks.kills import Site, broken, measure
from pipelines.demo.server import SampleSite
from tests.fixtures.command import LOOPBACK
from tests.fixtures.datasets import rows
from tests.fixtures.hostile_server import HostileServer, page
from tests.fixtures.records import story
from transforms.storage.files import LocalFiles
from transforms.storage.staging import DRAFTS, staging_files
from transforms.storage.tables import read_table

pytestmark = pytest.mark.faults

KILLS = 10  # python -m benchmarks.kills does more
PAGES = 60
PROMISED = 10.0  # seconds
LONGEST = 60.0  # seconds until a run asks for its first pages


def test_case_79_ten_kills_leave_what_undisturbed_runs_leave(tmp_path: Path) -> None:
    with SampleSite(fixed_ports=False) as server:
        report = measure(Site(server=server, folder=tmp_path), KILLS, seed=79)
    assert broken(report) == [], report
    assert report["kills"] == KILLS


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_case_81_a_run_that_is_asked_to_stop_is_gone_in_time_and_asks_for_nothing_again(
    tmp_path: Path, number: signal.Signals
) -> None:
    output, listed, begun = tmp_path / "out", tmp_path / "urls.txt", threading.Event()
    with HostileServer() as server:
        for each in range(PAGES):
            text = "".join(f"<p>{paragraph}</p>" for paragraph in story(each))
            server.pages[f"/{each}"] = page(f"<article><h1>Story {each}</h1>{text}</article>")
        fifth = server.pages["/4"]
        server.pages["/4"] = lambda sock: (begun.set(), sock.sendall(fifth))
        listed.write_text("\n".join(server.url(f"/{each}") for each in range(PAGES)))
        process = start(listed, output, "--delay", "0.3")
        assert begun.wait(LONGEST)
        process.send_signal(number)
        _, said = process.communicate(timeout=PROMISED)
        assert process.returncode == 130
        assert "stopping" in said
        read = staged_or_committed(output)
        asked = len(server.paths())
        assert asked < PAGES
        second = start(listed, output, "--delay", "0")
        _, said = second.communicate()
        assert second.returncode == 0, said
        assert not read & {server.url(path) for path in server.paths()[asked:]}
    assert len({row["url"] for row in rows(output, "articles")}) == len(rows(output, "articles")) == PAGES


def start(listed: Path, output: Path, *more: str) -> "subprocess.Popen[str]":
    options = [*LOOPBACK[:2], *more]
    command = [sys.executable, "-m", "pipelines", "run", "--urls", str(listed), "--output", str(output), *options]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def staged_or_committed(output: Path) -> set[str]:
    files = LocalFiles(str(output))
    staged = [read_table(path, files, ["link"])["link"].to_pylist() for path in staging_files(files, DRAFTS)]
    return {link["url"] for table in staged for link in table} | {row["url"] for row in rows(output, "articles")}
