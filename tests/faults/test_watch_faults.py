"""A watch that is asked to stop, or killed: it is gone in time, and the next one goes on where it was."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fixtures.command import newsbeam
from tests.fixtures.engines import LONGEST, failures_of, list_feeds, stories_of, texts_of
from tests.fixtures.growing_site import FEEDS, GrowingSite, growing_site
from tests.fixtures.records import html, story

pytestmark = pytest.mark.faults

PROMISED = 10  # seconds from SIGTERM to the end
PAGES = 6
ENOUGH = 10  # of forty pages are read when the watch dies
SITE = ("--allow-private-networks", "127.0.0.0/8", "--delay", "0.1", "--workers", "1")


def start(folder: Path, output: Path, *more: str) -> "subprocess.Popen[str]":
    return watch("--html", str(folder), "--output", str(output), *more)


def watch(*words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "pipelines", "watch", *words]
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


def test_a_watch_killed_in_the_middle_of_a_round_loses_and_doubles_nothing(tmp_path: Path) -> None:
    output, expected = tmp_path / "out", tmp_path / "expected"
    with growing_site() as site:
        words = ("--feeds", str(list_feeds(site, tmp_path)), "--output", str(output), *SITE)
        first = watch(*words, "--every", "0m")
        after_a_round(first)
        site.items = 2
        wait_for_pages(site, 1, ENOUGH)
        first.kill()
        first.communicate()
        assert len(site.asked("-1.html")) < FEEDS
        second = watch(*words, "--every", "0m", "--rounds", "1")
        second.communicate()
        assert second.returncode == 0
        newsbeam("run", *words[:2], "--output", expected, *SITE)
    assert len(texts_of(output)) == len(set(texts_of(output)))
    assert texts_of(output) == texts_of(expected)
    assert stories_of(output) == stories_of(expected)
    assert failures_of(output) == failures_of(expected)


def wait_for_pages(site: GrowingSite, item: int, count: int) -> None:
    deadline = time.monotonic() + LONGEST
    while len(site.asked(f"-{item}.html")) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)  # another process works meanwhile
