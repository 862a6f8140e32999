"""A watch that is asked to stop, or killed: it is gone in time, and the next one goes on where it was."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.records import html, story

pytestmark = pytest.mark.faults

PROMISED = 10  # seconds from SIGTERM to the end
PAGES = 6


def start(folder: Path, output: Path, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "pipelines", "watch", "--html", str(folder), "--output", str(output), *more]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def after_a_round(process: "subprocess.Popen[str]") -> str:
    """The accounting of the first round that ends."""
    lines = iter(process.stderr or ())
    counts = next(line for line in lines if "links = " in line)
    next(line for line in lines if "dataset:" in line)
    return counts


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(PAGES):
        (folder / f"{number}.html").write_bytes(html(f"Story {number}", *story(number)))
    return folder


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_watch_that_waits_is_gone_at_once(tmp_path: Path, pages: Path, number: signal.Signals) -> None:
    process = start(pages, tmp_path / "out", "--every", "1h")
    assert f"{PAGES} links = {PAGES} articles" in after_a_round(process)
    process.send_signal(number)
    process.communicate(timeout=PROMISED)
    assert process.returncode == 0


def test_a_watch_goes_on_where_a_killed_one_was(tmp_path: Path, pages: Path) -> None:
    first = start(pages, tmp_path / "out", "--every", "1h")
    after_a_round(first)
    first.kill()
    first.communicate()
    (pages / "new.html").write_bytes(html("Story new", *story(99)))
    second = start(pages, tmp_path / "out", "--every", "0m", "--rounds", "1")
    assert f"{PAGES + 1} links = 1 articles" in after_a_round(second)
    second.communicate()
    assert second.returncode == 0
