"""The README walked by somebody who knows nothing else: a fresh clone in an empty folder, every block in its order.

Only the hosts differ from what is printed: the sample site stands for https://example.org, so loopback is opened and
little is waited for. `make test-readme` starts it; it takes minutes, most of them for installing.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipelines.demo.server import SampleSite
from pipelines.demo.site import FRONT_HOST
from tests.fixtures.archives import write_warc

pytestmark = pytest.mark.readme

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^<!-- (?:walked|runs) -->\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACEHOLDER = "https://example.org"
# What the reader would say on the command line for a site of their own network, and that `make test` only collects.
SURROUNDINGS = {
    "NEWSBEAM_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8",
    "NEWSBEAM_DELAY": "0.05",
    "NEWSBEAM_DEADLINE": "3",
    "PYTEST_ADDOPTS": "--collect-only",
    "PYTHONUNBUFFERED": "1",
}
FOREIGN = ("PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A clone, and the site that is asked from it."""

    clone: Path
    site: SampleSite

    def run(self, language: str, code: str) -> str:
        """Carry out a block; its output."""
        command = self.command(language, code)
        done = subprocess.run(
            command, cwd=self.clone, env=surroundings(), capture_output=True, text=True, timeout=900, check=False
        )
        assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def command(self, language: str, code: str) -> list[str]:
        local = code.replace(PLACEHOLDER, self.site.hosts[FRONT_HOST])
        if language == "sh":
            return ["bash", "-euo", "pipefail", "-c", local]
        if language == "sql":
            local = f"import duckdb\nfor each in duckdb.extract_statements({local!r}): print(duckdb.sql(each.query))"
        return [".venv/bin/python", "-c", local]


def surroundings() -> dict[str, str]:
    """The environment without what belongs to these tests."""
    return {name: value for name, value in os.environ.items() if name not in FOREIGN} | SURROUNDINGS


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    git = shutil.which("git") or "git"
    clone = tmp_path / "newsbeam"
    subprocess.run([git, "clone", "--quiet", str(ROOT), str(clone)], check=True)
    with SampleSite(fixed_ports=False, folder=clone) as site:  # writes the reader's feeds.opml and urls.txt
        pages = [each for each in site.expected() if each.startswith(site.hosts[FRONT_HOST])]
        (clone / "crawl").mkdir()
        (clone / "saved-pages").mkdir()
        text = "".join(f"<p>The council of Bremen met on day {day} to speak of the new tram.</p>" for day in range(9))
        for folder in ("crawl", "saved-pages"):
            page = f"<html lang=en><title>Tram, {folder}</title><article><h1>Tram, {folder}</h1>{text}</article>"
            (clone / folder / "tram.html").write_text(page, encoding="utf-8")
        write_warc(clone / "crawl" / "tram.warc.gz", [(pages[0], (clone / "crawl" / "tram.html").read_bytes())])
        yield Walk(clone=clone, site=site)


def test_each_step_of_the_readme_works_as_printed(walk: Walk) -> None:
    said = {}
    for language, code in BLOCK.findall((walk.clone / "README.md").read_text(encoding="utf-8")):
        if "newsbeam explore" in code:
            assert_explored(walk, code)
        else:
            said[code] = walk.run(language, code)
    demo, own, query, *_ = said.values()
    assert "four things to do next" in demo
    assert printed_sum() in demo
    assert re.search(r"\d+ links = \d+ articles", own)
    assert "primary_region" in query
    assert (walk.clone / "demo-output" / "report.html").stat().st_size > 1_000
    assert sum(".venv/bin/newsbeam" in code for code in said) >= 3
    assert (walk.clone / "news" / "report.html").exists()


def printed_sum() -> str:
    """The line of accounting that the README shows."""
    found = re.search(r"^\d+ links = .*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return found[0] if found else "no such line"


def assert_explored(walk: Walk, code: str) -> None:
    """The explorer says its address; behind it are the articles, and an article can be opened."""
    with started(walk.command("sh", f"exec {code}"), walk.clone) as address:
        page = asked(address)
        (first, *_) = re.findall(r'href="(/article/[^"]+)"', page)
        assert re.search(r"<h1>[\d,]+ articles?</h1>", page)
        assert "Tags and their evidence" in asked(address, first)
        assert "<h1>" in asked(address, "/?q=the")


@contextmanager
def started(command: list[str], folder: Path) -> Iterator[str]:
    """The address that a command prints, while it serves."""
    with subprocess.Popen(command, cwd=folder, env=surroundings(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def asked(address: str, path: str = "") -> str:
    """A page as a browser gets it: the token first, then its cookie."""
    place = urlsplit(address)
    with closing(HTTPConnection(place.netloc, timeout=60)) as connection:
        connection.request("GET", f"{place.path}?{place.query}")
        admitted = connection.getresponse()
        cookie = (admitted.getheader("Set-Cookie") or "").partition(";")[0]
        admitted.read()
        connection.request("GET", path or "/", headers={"Cookie": cookie})
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read().decode()
