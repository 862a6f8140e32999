"""Feeds that grow while a stream reads them: the same comes out as of one batch, politely, each window once."""

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fixtures.command import newsbeam
from tests.fixtures.datasets import manifests, rows
from tests.fixtures.engines import (
    DELAY,
    EVERY,
    LONGEST,
    OPTIONS,
    SPANS,
    failures_of,
    list_feeds,
    on_engine,
    stories_of,
    tags_of,
    wait_until,
)
from tests.fixtures.growing_site import growing_site

pytestmark = pytest.mark.engines

SLACK = 0.02  # of clocks and threads


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a stream and one batch made of the same items, and what the site saw of the stream."""

    stream: Path
    metrics: str  # as Prometheus reads them
    batch: Path
    asked: dict[str, list[float]]  # feeds
    pages: dict[str, list[float]]
    pauses: list[float]


@pytest.fixture(scope="module", params=["prism", "flink"])
def streamed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Streamed:
    """Forty feeds that grow twice, and then a stop mark."""
    folder = tmp_path_factory.mktemp(request.param)
    output, said = folder / "stream", folder / "stderr.txt"
    with growing_site() as site:
        listed = list_feeds(site, folder)
        words = ("stream", "--feeds", listed, "--output", output, "--metrics", folder / "newsbeam.prom", *SPANS)
        with on_engine(request.param, *words, said=said) as process:
            for items in (1, 2, 3):
                site.items = items
                wait_until(lambda items=items: site.everybody_has_seen(items), process)  # type: ignore[misc]  # bound now
            assert newsbeam("stream", "--stop", output).code == 0
            assert process.wait(timeout=LONGEST) == 0, said.read_text()
        seen = site.asked(".xml"), site.asked(".html"), site.pauses()
        newsbeam("run", "--feeds", listed, "--output", folder / "batch", *OPTIONS)
    metrics = (folder / "newsbeam.prom").read_text()
    return Streamed(output, metrics, folder / "batch", *seen)


def test_the_same_stories_come_out_as_of_one_batch(streamed: Streamed) -> None:
    assert len(stories_of(streamed.batch)) >= 80
    assert stories_of(streamed.stream) == stories_of(streamed.batch)
    assert len(rows(streamed.stream, "articles")) == len(rows(streamed.batch, "articles"))
    assert tags_of(streamed.stream) == tags_of(streamed.batch)


def test_the_same_failures_come_out(streamed: Streamed) -> None:
    assert failures_of(streamed.stream) == failures_of(streamed.batch)
    assert len(failures_of(streamed.batch)) >= 5


def test_each_window_is_committed_once(streamed: Streamed) -> None:
    windows = [path.name.partition("-")[0] for path in manifests(streamed.stream)]
    assert len(windows) >= 2
    assert len(set(windows)) == len(windows)


def test_the_counters_for_prometheus_are_those_of_the_last_window(streamed: Streamed) -> None:
    records = sorted((streamed.stream / "_meta" / "runs").glob("*.json"))
    assert f"newsbeam_rounds {len(records)}.0" in streamed.metrics
    links = json.loads(records[-1].read_text())["accounting"]["links"]
    assert f"newsbeam_last_run_links {links}.0" in streamed.metrics


def test_no_feed_is_asked_more_often_than_was_said(streamed: Streamed) -> None:
    gaps = [after - before for asked in streamed.asked.values() for before, after in pairwise(asked)]
    assert len(gaps) >= 80
    assert min(gaps) >= EVERY - SLACK


def test_a_host_is_asked_one_thing_at_a_time_with_the_delay_between_and_a_page_once(streamed: Streamed) -> None:
    assert min(streamed.pauses) >= DELAY - SLACK
    assert {len(asked) for name, asked in streamed.pages.items() if "-0." in name} == {1}
