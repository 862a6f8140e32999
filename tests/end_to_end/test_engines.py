"""The same input through each way to run gives the same articles."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.demo.pages import address
from pipelines.demo.server import SampleSite
from pipelines.demo.site import find_answer
from pipelines.demo.stories import stories
from tests.fixtures.archives import write_warc
from tests.fixtures.datasets import rows

pytestmark = pytest.mark.engines

ENGINES = {
    "in process": ("--runner=FnApiRunner",),
    "one worker": ("--runner=FnApiRunner", "--workers=1"),
    "direct": ("--runner=DirectRunner", "--prism_location=/absent"),  # else it asks the net for another runner first
    "two processes": ("--runner=FnApiRunner", "--direct_running_mode=multi_processing", "--direct_num_workers=2"),
}
SAME = ("article_id", "url", "title", "text", "language", "published_at", "authors", "cluster_id", "cluster_size")
TAGS = ("topics", "primary_topic", "regions", "primary_region", "primary_subdivision", "organizations")
COPY = ("article_id", "url", "duplicate_of", "cluster_id", "method", "similarity")


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All pages of the sample site, spread over archives so that there is something to share out."""
    folder = tmp_path_factory.mktemp("archives")
    origins = {host: f"https://{host}.example" for host in {story.host for story in stories().values()}}
    with SampleSite(fixed_ports=False) as site:
        pages = [
            (address(story, origins), find_answer(site.site, story.host, story.path).body)
            for story in stories().values()
        ]
    for number in range(4):
        write_warc(folder / f"{number}.warc.gz", pages[number::4])
    return folder


@pytest.fixture(scope="module")
def datasets(archives: Path) -> dict[str, Path]:
    return {name: _run(archives, name, arguments) for name, arguments in ENGINES.items()}


def _run(archives: Path, name: str, arguments: tuple[str, ...]) -> Path:
    output = archives / name
    command = [sys.executable, "-m", "pipelines", "run", "--warc", str(archives / "*.warc.gz"), *arguments]
    ended = subprocess.run(
        [*command, "--output", str(output)], capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended
    return output


def _rows(output: Path, table: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    found = [{name: row[name] for name in columns} for row in rows(output, table)]
    return sorted(found, key=lambda row: str(row["article_id"]))


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "in process"])
def test_the_same_articles_come_out_whatever_runs_them(datasets: dict[str, Path], engine: str) -> None:
    expected = _rows(datasets["in process"], "articles", SAME + TAGS)
    assert len(expected) > 60
    assert _rows(datasets[engine], "articles", SAME + TAGS) == expected


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "in process"])
def test_the_same_copies_are_folded_whatever_runs_them(datasets: dict[str, Path], engine: str) -> None:
    expected = _rows(datasets["in process"], "duplicates", COPY)
    assert expected
    assert _rows(datasets[engine], "duplicates", COPY) == expected
