"""Inputs that lie on a fake store: lists and archives, as a run on many machines reads them."""

from pathlib import Path

import pytest

from tests.fixtures.archives import write_warc
from tests.fixtures.command import newsbeam
from tests.fixtures.datasets import rows
from tests.fixtures.records import html, story
from transforms.filesystems import dataset_files, stored_inputs
from transforms.list_archives import list_archive
from transforms.read_lists import read_feed_list, read_url_list

pytestmark = pytest.mark.stores

PAGES = 4
URLS = b"https://news.example/1\nhttps://news.example/2\n"
FEEDS = b"https://news.example/feed\n"


@pytest.fixture
def inputs(output: str, tmp_path: Path) -> str:
    """A folder of a store with two archives, in folders of their own, and two lists."""
    files = dataset_files(f"{output}-inputs")
    files.write("urls.txt", URLS)
    files.write("feeds.txt", FEEDS)
    for day in (1, 2):
        pages = [(f"https://news.example/{day}-{each}", html(f"Page {day}-{each}", *story(10 * day + each)))
                 for each in range(PAGES)]  # fmt: skip
        files.write(f"crawl/{day}/pages.warc.gz", Path(write_warc(tmp_path / f"{day}.warc.gz", pages)).read_bytes())
    return f"{output}-inputs"


def test_archives_of_a_store_become_articles(inputs: str, tmp_path: Path) -> None:
    said = newsbeam("run", "--warc", f"{inputs}/crawl/*/*.warc.gz", "--output", tmp_path / "out", "--workers", "1")
    assert said.code == 0, said
    assert len(rows(tmp_path / "out", "articles")) == 2 * PAGES
    assert len(list(list_archive(f"{inputs}/crawl/1/pages.warc.gz"))) == PAGES + 1  # and what is counted of it


def test_lists_of_a_store_are_read_as_those_of_a_folder(inputs: str, tmp_path: Path) -> None:
    for read, name, content in ((read_url_list, "urls.txt", URLS), (read_feed_list, "feeds.txt", FEEDS)):
        (tmp_path / name).write_bytes(content)
        stored = repr(list(read(f"{inputs}/{name}"))).replace(inputs, str(tmp_path))
        assert stored == repr(list(read(str(tmp_path / name))))


def test_patterns_mean_on_a_store_what_they_mean_in_a_folder(inputs: str) -> None:
    both = [f"{inputs}/crawl/{day}/pages.warc.gz" for day in (1, 2)]
    assert stored_inputs(f"{inputs}/crawl/?/*.warc.gz") == stored_inputs(f"{inputs}/**/*.gz") == both
    assert stored_inputs(both[0]) == both[:1]
    assert stored_inputs(f"{inputs}/*.warc.gz") == []


@pytest.mark.parametrize("option", ["--urls", "--feeds", "--warc"])
def test_what_is_not_there_is_said_before_anything_runs(option: str, inputs: str, tmp_path: Path) -> None:
    said = newsbeam("run", option, f"{inputs}/nowhere", "--output", tmp_path / "out")
    assert said.code == 2
    assert "does not exist" in said.err or "matches no file" in said.err


def test_a_folder_of_pages_on_a_store_is_refused_with_what_to_do(inputs: str, tmp_path: Path) -> None:
    said = newsbeam("run", "--html", inputs, "--output", tmp_path / "out")
    assert said.code == 2
    assert "make a WARC of it" in said.err
