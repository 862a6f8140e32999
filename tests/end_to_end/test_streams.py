"""Feeds that grow while a stream reads them: the same comes out as of one batch, politely, each window once."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.command import newsbeam
from tests.fixtures.datasets import manifests, rows
from tests.fixtures.growing_site import GrowingSite, growing_site

pytestmark = pytest.mark.engines

ROOT = Path(__file__).parents[2]
DELAY, EVERY = 0.1, 12.0  # seconds
SLACK = 0.02  # of clocks and threads
LONGEST = 240.0  # seconds for what feeds name anew to be read, and for the end; two busy cores take their time
OPTIONS = ("--allow-private-networks", "127.0.0.0/8", "--delay", str(DELAY), "--workers", "1")
NEEDS = {"prism": ("go",), "flink": ("java", "mvn")}


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a stream and one batch made of the same items, and what the site saw of the stream."""

    stream: Path
    batch: Path
    asked: dict[str, list[float]]  # feeds
    pages: dict[str, list[float]]
    pauses: list[float]


@pytest.fixture(scope="module", params=["prism", "flink"])
def streamed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Streamed:
    """Forty feeds that grow twice, and then a stop mark."""
    folder = tmp_path_factory.mktemp(request.param)
    with growing_site() as site:
        listed = _listed(site, folder)
        with streaming(request.param, listed, folder / "stream") as process:
            for items in (1, 2, 3):
                site.items = items
                _wait(lambda items=items: site.everybody_has_seen(items), process)  # type: ignore[misc]  # bound now
            assert newsbeam("stream", "--stop", folder / "stream").code == 0
            assert process.wait(timeout=LONGEST) == 0, _said(folder)
        seen = site.asked(".xml"), site.asked(".html"), site.pauses()
        newsbeam("run", "--feeds", listed, "--output", folder / "batch", *OPTIONS)
    return Streamed(folder / "stream", folder / "batch", *seen)


@contextmanager
def streaming(engine: str, listed: Path, output: Path, *more: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A stream on an engine; whatever is left of it at the end is stopped."""
    missing = [tool for tool in NEEDS[engine] if not shutil.which(tool)]
    if missing:
        pytest.skip(f"{missing[0]} is not installed")
    command = [ROOT / "deploy" / engine / "run.sh", "stream", "--feeds", listed, "--output", output, *OPTIONS]
    spans = ("--every", f"{EVERY / 60}m", "--window", "0.5m")
    environment = {**os.environ, "NEWSBEAM": str(Path(sys.executable).with_name("newsbeam"))}
    with (output.parent / "stderr.txt").open("w") as said:
        process = subprocess.Popen([*map(str, command), *spans, *more], stderr=said, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _said(folder: Path) -> str:
    return (folder / "stderr.txt").read_text()


def _listed(site: GrowingSite, folder: Path) -> Path:
    listed = folder / "feeds.txt"
    listed.write_text("\n".join(site.feed_urls()))
    return listed


def _wait(until: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + LONGEST
    while not until():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)  # another process works meanwhile


def _stories(output: Path) -> set[frozenset[tuple[str, str, str]]]:
    """Each story as its texts: URL, title and text of all its copies, whichever of them stands for it."""
    found: dict[str, set[tuple[str, str, str]]] = {}
    for table in ("articles", "duplicates"):
        for row in rows(output, table):
            found.setdefault(row["cluster_id"], set()).add((row["url"], row["title"], row["text"]))
    return set(map(frozenset, found.values()))


def _tags(output: Path) -> dict[str, Any]:
    """What is said of articles whose story is told once."""
    alone = {min(each)[0] for each in _stories(output) if len(each) == 1}
    names = ("language", "topics", "primary_topic", "regions", "primary_region")
    return {row["url"]: [row[name] for name in names] for row in rows(output, "articles") if row["url"] in alone}


def test_the_same_stories_come_out_as_of_one_batch(streamed: Streamed) -> None:
    assert len(_stories(streamed.batch)) >= 80
    assert _stories(streamed.stream) == _stories(streamed.batch)
    assert len(rows(streamed.stream, "articles")) == len(rows(streamed.batch, "articles"))
    assert _tags(streamed.stream) == _tags(streamed.batch)


def test_the_same_failures_come_out(streamed: Streamed) -> None:
    failed = [
        {(row["url"], row["reason"]) for row in rows(each, "failures")} for each in (streamed.stream, streamed.batch)
    ]
    assert failed[0] == failed[1]
    assert len(failed[0]) >= 5


def test_each_window_is_committed_once(streamed: Streamed) -> None:
    windows = [path.name.partition("-")[0] for path in manifests(streamed.stream)]
    assert len(windows) >= 2
    assert len(set(windows)) == len(windows)


def test_no_feed_is_asked_more_often_than_was_said(streamed: Streamed) -> None:
    gaps = [after - before for asked in streamed.asked.values() for before, after in pairwise(asked)]
    assert len(gaps) >= 80
    assert min(gaps) >= EVERY - SLACK


def test_a_host_is_asked_one_thing_at_a_time_with_the_delay_between_and_a_page_once(streamed: Streamed) -> None:
    assert min(streamed.pauses) >= DELAY - SLACK
    assert {len(asked) for name, asked in streamed.pages.items() if "-0." in name} == {1}
