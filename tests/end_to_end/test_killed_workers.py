"""A worker killed under a stream or a batch, and a stream that is stopped by a signal: nothing is lost or doubled."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.exits import Exit
from tests.fixtures.command import newsbeam
from tests.fixtures.datasets import manifests
from tests.fixtures.engines import (
    EVERY,
    LONGEST,
    OPTIONS,
    ROOT,
    SPANS,
    Workers,
    failures_of,
    list_feeds,
    on_engine,
    stories_of,
    texts_of,
    wait_until,
    workers,
)
from tests.fixtures.growing_site import FEEDS, GrowingSite, growing_site

pytestmark = pytest.mark.engines

SLACK = 0.02  # of clocks and threads
ENOUGH = 10  # pages of forty are read when the worker dies
LOG = ROOT / "build" / "flink" / "job-server.log"
TELLING = {"JAVA_OPTIONS": "-Dorg.slf4j.simpleLogger.log.org.apache.flink.runtime.checkpoint=info"}


@dataclass(frozen=True, slots=True)
class Killed:
    """A site, its feeds in a file, and a pool whose workers are killed."""

    site: GrowingSite
    folder: Path
    listed: Path
    pool: Workers

    def kill_in_the_middle(self, item: int) -> None:
        """Kill the workers while they read an item of all feeds."""
        assert len(self.site.asked(f"-{item}.html")) < FEEDS
        assert self.pool.kill() >= 1

    def read(self, item: int) -> bool:
        return len(self.site.asked(f"-{item}.html")) >= ENOUGH


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[Killed]:
    with growing_site() as site, workers(tmp_path) as pool:
        yield Killed(site, tmp_path, list_feeds(site, tmp_path), pool)


def batch(killed: Killed) -> Path:
    """What an undisturbed batch makes of the same."""
    newsbeam("run", "--feeds", killed.listed, "--output", killed.folder / "batch", *OPTIONS)
    return killed.folder / "batch"


def want_nothing_lost_or_doubled(output: Path, expected: Path) -> None:
    assert len(texts_of(output)) == len(set(texts_of(output)))
    assert texts_of(output) == texts_of(expected)
    assert stories_of(output) == stories_of(expected)
    assert failures_of(output) == failures_of(expected)


def test_a_stream_goes_on_from_its_last_checkpoint(killed: Killed) -> None:
    site, output, said = killed.site, killed.folder / "out", killed.folder / "stderr.txt"
    words = ("stream", "--feeds", killed.listed, "--output", output, *SPANS, "--checkpointing_interval=3000")
    with on_engine("flink", *words, said=said, more=killed.pool.environment | TELLING) as process:
        wait_until(lambda: site.everybody_has_seen(1), process)
        made = checkpoints()
        wait_until(lambda: checkpoints() > made, process)
        site.items = 2
        wait_until(lambda: killed.read(1), process)
        killed.kill_in_the_middle(1)
        wait_until(lambda: site.everybody_has_seen(2), process)
        site.items = 3
        wait_until(lambda: site.everybody_has_seen(3), process)
        assert newsbeam("stream", "--stop", output).code == 0
        assert process.wait(timeout=LONGEST) == 0, said.read_text()
    assert len(killed.pool.started()) >= 2
    want_no_feed_asked_too_often(site)
    windows = [path.name.partition("-")[0] for path in manifests(output)]
    assert len(set(windows)) == len(windows)
    want_nothing_lost_or_doubled(output, batch(killed))


def checkpoints() -> int:
    return LOG.read_text().count("Completed checkpoint")


def want_no_feed_asked_too_often(site: GrowingSite) -> None:
    gaps = [after - before for asked in site.asked(".xml").values() for before, after in pairwise(asked)]
    assert min(gaps) >= EVERY - SLACK


def test_a_stream_that_is_told_to_stop_goes_on_when_it_is_started_again(killed: Killed) -> None:
    site, output, said = killed.site, killed.folder / "out", killed.folder / "stderr.txt"
    words = ("stream", "--feeds", killed.listed, "--output", output, *SPANS)
    with on_engine("prism", *words, said=said) as process:
        wait_until(lambda: site.everybody_has_seen(1), process)
        site.items = 2
        wait_until(lambda: killed.read(1), process)
        process.terminate()
        assert process.wait(timeout=LONGEST) == Exit.INTERRUPTED, said.read_text()
    with on_engine("prism", *words, said=said) as process:
        site.items = 3
        wait_until(lambda: site.everybody_has_seen(3), process)
        assert newsbeam("stream", "--stop", output).code == 0
        assert process.wait(timeout=LONGEST) == 0, said.read_text()
    want_no_feed_asked_too_often(site)
    want_nothing_lost_or_doubled(output, batch(killed))


def test_a_batch_that_fails_loses_nothing_when_it_is_run_again(killed: Killed) -> None:
    output, said = killed.folder / "out", killed.folder / "stderr.txt"
    words = ("run", "--feeds", killed.listed, "--output", output)
    with on_engine("flink", *words, said=said, more=killed.pool.environment) as process:
        wait_until(lambda: killed.read(0), process)
        killed.kill_in_the_middle(0)
        code = process.wait(timeout=LONGEST)
    if code:  # 7: Flink does not carry out a batch again, and says so
        assert code == Exit.ENGINE, said.read_text()
        assert not texts_of(output)  # a run that failed commits nothing
        assert newsbeam("run", "--feeds", killed.listed, "--output", output, *OPTIONS).code == 0
    want_nothing_lost_or_doubled(output, batch(killed))
