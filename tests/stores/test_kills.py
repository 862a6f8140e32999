"""Runs on a fake store that are killed: at chosen requests, so that a failure can be played again."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fixtures.archives import write_warc
from tests.fixtures.command import LOOPBACK, newsbeam
from tests.fixtures.hostile_server import HostileServer, page
from tests.fixtures.records import dated, html, story
from tests.stores.datasets import by_glob, by_snapshot, dataset
from tests.stores.fakes import FakeStore
from tests.stores.gate import Trap
from transforms.filesystems import dataset_files
from transforms.storage.staging import left_drafts, staged_keys
from transforms.web.urls import url_key

pytestmark = pytest.mark.stores

ROOT = Path(__file__).parents[2]
ARCHIVED, SERVED = 12, 6
KILLS = 10
SEED = 20261123
LONGEST = 300  # seconds of a run that was not killed, on a busy machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An archive and a list of pages of a server on loopback."""

    server: HostileServer
    arguments: tuple[str, ...]

    def run(self, output: str) -> None:
        """A normal run."""
        said = newsbeam("run", *self.arguments, "--output", output)
        assert said.code == 0, said


@pytest.fixture(scope="module")
def input_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Input]:
    folder = tmp_path_factory.mktemp("input")
    archive = [(f"https://news.example/{number}", _page(number)) for number in range(ARCHIVED)]
    archive.append(("https://copies.example/3", _page(3)))
    warc = write_warc(folder / "pages.warc.gz", archive)
    with HostileServer() as server:
        for number in range(SERVED):
            server.pages[f"/{number}"] = page(_page(100 + number).decode())
        urls = folder / "urls.txt"
        urls.write_text("\n".join(server.url(f"/{number}") for number in range(SERVED)), encoding="utf-8")
        yield Input(server=server, arguments=("--warc", warc, "--urls", str(urls), *LOOPBACK, "--workers", "1"))


def _page(number: int) -> bytes:
    return html(f"Page {number}", *story(number), head=dated(f"2026-11-{1 + number % 3:02}T06:00:00Z"))


def killed_run(store: FakeStore, input_: Input, output: str, at: int, *, carried_out: bool) -> int:
    """Start a run in a process of its own and kill it at its request number `at`; returns how it ended."""
    command = [sys.executable, "-m", "pipelines", "run", *input_.arguments, "--output", output]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=silent, stderr=silent) as process:
        store.gate.set_trap(Trap(pid=process.pid, at=at, carried_out=carried_out))
        process.wait(LONGEST)
    store.gate.open_trap()
    return process.returncode


def others(output: str, name: str) -> str:
    """Another address in the same bucket."""
    return f"{output}-{name}"


def test_a_run_that_was_killed_anywhere_is_made_good_by_the_next(
    store: FakeStore, output: str, input_: Input, capsys: pytest.CaptureFixture[str]
) -> None:
    store.gate.asked.clear()
    input_.run(output)
    asked, undisturbed = len(store.gate.asked), dataset(output)
    assert len(undisturbed["articles"]) == ARCHIVED + SERVED
    chance = random.Random(SEED)
    for at in sorted(chance.sample(range(2, int(asked * 0.95)), KILLS)):
        carried_out = chance.random() < 0.5
        killed = others(output, f"{at}")
        assert killed_run(store, input_, killed, at, carried_out=carried_out) == -signal.SIGKILL
        last, before = store.gate.asked[-1], by_glob(killed, "articles")
        shown = by_snapshot(killed, "articles")
        assert len(shown) in (0, ARCHIVED + SERVED)
        input_.run(killed)
        seen = f"{len(before)} rows by glob, {len(shown)} by snapshot"
        with capsys.disabled():
            sys.stdout.write(f"\n{at}/{asked} {last} {'done' if carried_out else 'lost'}: {seen}")
        assert dataset(killed) == undisturbed, f"killed at request {at}"


def test_pages_that_a_killed_run_staged_are_not_fetched_again(store: FakeStore, output: str, input_: Input) -> None:
    input_.run(others(output, "first"))
    staged = next(n for n, each in enumerate(store.gate.asked) if "candidates" in each.path)
    assert killed_run(store, input_, output, staged, carried_out=False) == -signal.SIGKILL
    files = dataset_files(output)
    keys = staged_keys(left_drafts("", files), files)
    assert keys.keys() >= {url_key(input_.server.url(f"/{number}")) for number in range(SERVED)}
    fetched = len(input_.server.log)
    input_.run(output)
    pages = [each.path for each in input_.server.log[fetched:] if each.path != "/robots.txt"]
    assert pages == []
    assert dataset(output) == dataset(others(output, "first"))
