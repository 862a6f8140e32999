"""The same input through each way to run gives the same articles, tags, clusters and failures."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.demo.pages import address
from pipelines.demo.server import SampleSite
from pipelines.demo.site import find_answer
from pipelines.demo.stories import stories
from tests.fixtures.archives import rss, rss_item, write_warc
from tests.fixtures.datasets import rows
from tests.fixtures.hostile_server import HostileServer, answer
from tests.fixtures.records import story

pytestmark = pytest.mark.engines

ROOT = Path(__file__).parents[2]
NEWSBEAM = (sys.executable, "-m", "pipelines", "run")
FLINK, SPARK, PRISM = (str(ROOT / "deploy" / engine / "run.sh") for engine in ("flink", "spark", "prism"))
ENGINES = {
    "in process": (*NEWSBEAM, "--runner=FnApiRunner"),
    "one worker": (*NEWSBEAM, "--runner=FnApiRunner", "--workers=1"),
    "direct": (*NEWSBEAM, "--runner=DirectRunner", "--prism_location=/absent"),  # else it asks the net for another one
    "two processes": (
        *NEWSBEAM, "--runner=FnApiRunner", "--direct_running_mode=multi_processing", "--direct_num_workers=2",
    ),
    "Prism": (PRISM,),
    "Flink": (FLINK,),
    "Spark": (SPARK,),
}  # fmt: skip
OTHERS = [name for name in ENGINES if name != "in process"]
SITE = ("--allow-private-networks", "127.0.0.0/8", "--deadline", "3", "--delay", "0.05")
JARS, BUILD = "collecting the jars", "building Prism"
REFUSED = 4  # pages of a feed
LONGEST = 900  # seconds of one run; job servers take their time on two busy cores
SAME = (
    "article_id",
    "url",
    "title",
    "text",
    "language",
    "published_at",
    "authors",
    "cluster_id",
    "cluster_size",
    "quality",
)
TAGS = ("topics", "primary_topic", "regions", "primary_region", "primary_subdivision", "organizations")
COPY = ("article_id", "url", "duplicate_of", "cluster_id", "method", "similarity")
FAILED = ("url", "subject", "stage", "reason")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Archives, and a site of feeds, pages and faults on this machine."""

    folder: Path
    options: tuple[str, ...]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inputs]:
    """The sample site, its pages under other hosts in archives, and a feed of texts whose pages are refused."""
    folder = tmp_path_factory.mktemp("inputs")
    origins = {host: f"https://{host}.example" for host in {story.host for story in stories().values()}}
    with SampleSite(fixed_ports=False) as site, HostileServer() as refusing:
        pages = [
            (address(story, origins), find_answer(site.site, story.host, story.path).body)
            for story in stories().values()
        ]
        for number in range(4):
            write_warc(folder / f"{number}.warc.gz", pages[number::4])
        named = (
            "--feeds",
            refusing_feed(refusing),
            "--feeds",
            str(site.opml_path),
            "--sitemap",
            site.sitemap_url,
            "--urls",
            str(site.url_list),
        )
        yield Inputs(folder, (*named, "--warc", str(folder / "*.warc.gz"), *SITE))


def refusing_feed(server: HostileServer) -> str:
    """A feed that carries what its pages do not show: of each story the whole text, of the last one a line."""
    names, items = [f"story-{each}" for each in range(REFUSED)], []
    for number, name in enumerate(names):
        told = story(500 + number, 8)[: 1 if name == names[-1] else None]
        body = "".join(f"<p>{each}</p>" for each in told)
        items.append(rss_item(server.url(f"/{name}"), name, more=f"<description><![CDATA[{body}]]></description>"))
        server.pages[f"/{name}"] = answer(403)
    server.pages["/full"] = answer(200, rss(*items))
    return server.url("/full")


@pytest.fixture(scope="module")
def datasets(inputs: Inputs) -> dict[str, Path]:
    """What each engine wrote, as far as it was asked; all of them while the site is there."""
    return {}


def _dataset(engine: str, inputs: Inputs, datasets: dict[str, Path]) -> Path:
    if engine not in datasets:
        datasets[engine] = _run(engine, inputs)
    return datasets[engine]


def _run(engine: str, inputs: Inputs) -> Path:
    command, output = ENGINES[engine], inputs.folder / engine
    if command[0] in (FLINK, SPARK) and not (shutil.which("java") and shutil.which("mvn")):
        pytest.skip("Java and Maven are not installed")
    if command[0] == PRISM and not ((ROOT / "build" / "prism" / "prism").exists() or shutil.which("go")):
        pytest.skip("Go, which builds Prism, is not installed")
    environment = {**os.environ, "NEWSBEAM": str(Path(sys.executable).with_name("newsbeam"))}
    ended = subprocess.run(
        [*command, *inputs.options, "--output", str(output)],
        capture_output=True, text=True, timeout=LONGEST, check=False, env=environment,
    )  # fmt: skip
    if ended.returncode and JARS in ended.stderr and not list(ROOT.glob(f"build/{engine.lower()}/jars/.complete")):
        pytest.skip("the jars cannot be had: Maven's registry is out of reach")
    if ended.returncode and BUILD in ended.stderr and not (ROOT / "build" / "prism" / "prism").exists():
        pytest.skip("Prism cannot be built: Go's proxy is out of reach")
    assert ended.returncode == 0, ended
    return output


def _rows(output: Path, table: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    found = [{name: row[name] for name in columns} for row in rows(output, table)]
    return sorted(found, key=lambda row: str(row.get("article_id") or row["url"]))


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize(
    ("table", "columns", "least"),
    [("articles", SAME + TAGS, 60), ("duplicates", COPY, 10), ("failures", FAILED, 5)],
)
def test_the_same_comes_out_whatever_runs_it(
    inputs: Inputs, datasets: dict[str, Path], engine: str, table: str, columns: tuple[str, ...], least: int
) -> None:
    expected = _rows(_dataset("in process", inputs, datasets), table, columns)
    assert len(expected) >= least
    assert _rows(_dataset(engine, inputs, datasets), table, columns) == expected


def test_texts_of_feeds_stand_in_for_pages_that_are_refused(inputs: Inputs, datasets: dict[str, Path]) -> None:
    found = rows(_dataset("in process", inputs, datasets), "articles")
    assert sum("feed_text" in row["quality"] for row in found) == REFUSED - 1
