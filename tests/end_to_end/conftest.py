from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.demo.listings import Expected
from pipelines.demo.server import SampleSite
from tests.fixtures.command import Said, newsbeam
from tests.fixtures.datasets import snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRuns:
    """The sample site read twice through all its inputs."""

    output: Path
    expected: dict[str, Expected]
    first: Said
    rows: dict[str, int]  # after the first run
    second: Said
    asked: int  # pages that the second run asked for


@pytest.fixture(scope="session")
def site_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteRuns]:
    output = tmp_path_factory.mktemp("site") / "out"
    with SampleSite(fixed_ports=False) as site:
        inputs = ("--feeds", site.opml_path, "--sitemap", site.sitemap_url, "--urls", site.url_list)
        options = ("--allow-private-networks", "127.0.0.0/8", "--delay", "0.02", "--deadline", "2", "--json")
        first = newsbeam("run", *inputs, "--output", output, *options)
        rows, before = snapshot(output), len(site.log)
        second = newsbeam("run", *inputs, "--output", output, *options)
        sources = {each.path for each in site.log[:before]} & _sources(site)
        asked = sum(each.path not in sources for each in site.log[before:])
        yield SiteRuns(output=output, expected=site.expected(), first=first, rows=rows, second=second, asked=asked)


def _sources(site: SampleSite) -> set[str]:
    from pipelines.demo.site import SITEMAP_PATH
    from pipelines.demo.tables import sources

    return {each.path for each in sources().values()} | {SITEMAP_PATH}
