"""Whole runs whose output lies on a fake store."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.dataset as pads
import pytest
from pyarrow import fs

from pipelines.demo.server import SampleSite
from tests.fixtures.archives import write_warc
from tests.fixtures.command import LOOPBACK, newsbeam
from tests.fixtures.records import dated, html, story
from tests.stores.datasets import by_snapshot, dataset, file_list
from tests.stores.fakes import FakeStore
from transforms.filesystems import dataset_files

pytestmark = pytest.mark.stores

PAGES = 24


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Pages of several days, of which one is a copy and one is too short."""
    days = [dated(f"2026-11-{1 + number % 5:02}T06:00:00Z") for number in range(PAGES)]
    pages = [
        (f"https://news.example/{number}", html(f"Page {number}", *story(number), head=days[number]))
        for number in range(PAGES)
    ]
    pages.append(("https://other.example/copy", html("Page 3", *story(3), head=days[3])))
    pages.append(("https://news.example/short", html("Short", "Nothing to see.")))
    return write_warc(tmp_path_factory.mktemp("archive") / "pages.warc.gz", pages)


def run(output: str | Path, *arguments: object) -> dict[str, object]:
    said = newsbeam("run", *arguments, "--output", output, "--workers", "1", "--json")
    assert said.code == 0, said
    report: dict[str, object] = said.json
    return report


def test_an_archive_becomes_the_same_dataset_as_in_a_folder(output: str, archive: str, tmp_path: Path) -> None:
    report = run(output, "--warc", archive)
    assert report["outcome"] == "committed"
    run(tmp_path / "out", "--warc", archive)
    found = dataset(output)
    assert found == dataset(str(tmp_path / "out"))
    assert {table: len(rows) for table, rows in found.items()} == {"articles": PAGES, "duplicates": 1, "failures": 1}


def test_the_page_of_the_run_lies_in_the_store_and_is_named(output: str, archive: str, tmp_path: Path) -> None:
    run(output, "--warc", archive)
    with dataset_files(output).open("report.html") as page:
        written = page.read().decode()
    assert written.startswith("<!doctype html>")
    assert f"{PAGES + 2} links = {PAGES} articles + 1 duplicate" in written
    said = newsbeam("report", output)
    assert f"as a page: {output}/report.html" in said.out
    assert newsbeam("report", output, "--html", tmp_path / "page.html").code == 0
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == written


def test_the_same_input_again_adds_nothing_and_leaves_nothing_behind(output: str, archive: str) -> None:
    run(output, "--warc", archive)
    before = file_list(output)
    for _ in range(2):
        assert run(output, "--warc", archive)["outcome"] == "nothing_new"
        assert file_list(output) == before
    files = dataset_files(output)
    assert files.list("_meta/staging") == files.list("_meta/pending") == []
    assert not files.exists("_meta/lock.json")


def test_the_address_of_a_store_may_come_as_an_option_of_beam(
    store: FakeStore, output: str, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.scheme != "s3":
        pytest.skip("Beam has such an option for S3 only")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    store.gate.asked.clear()
    given = ("--s3_endpoint_url", store.gate.address, "--s3_region_name", "us-east-1")
    assert run(output, "--warc", archive, *given)["outcome"] == "committed"
    assert len(store.gate.asked) > PAGES


def test_a_reader_that_knows_nothing_of_us_reads_the_folder_of_articles(
    store: FakeStore, output: str, archive: str
) -> None:
    if store.scheme != "s3":
        pytest.skip("pyarrow cannot speak to a fake Google Cloud Storage without encryption and credentials")
    run(output, "--warc", archive)
    place = store.gate.address.removeprefix("http://")
    filesystem = fs.S3FileSystem(
        access_key="a", secret_key="b", region="us-east-1", scheme="http", endpoint_override=place
    )
    articles = pads.dataset(f"{output.removeprefix('s3://')}/articles", filesystem=filesystem, partitioning="hive")
    table = articles.to_table(columns=["article_id", "published_date"])
    assert sorted(table["article_id"].to_pylist()) == sorted(
        row["article_id"] for row in by_snapshot(output, "articles")
    )
    assert set(table["published_date"].to_pylist()) == {f"2026-11-{day:02}" for day in range(1, 6)}


@pytest.fixture(scope="module")
def site() -> Iterator[SampleSite]:
    with SampleSite(fixed_ports=False) as running:
        yield running


def test_the_sample_site_becomes_the_same_dataset_as_in_a_folder(output: str, site: SampleSite, tmp_path: Path) -> None:
    inputs = ("--feeds", site.opml_path, "--sitemap", site.sitemap_url, "--urls", site.url_list)
    options = (*LOOPBACK, "--deadline", "2")
    assert run(output, *inputs, *options)["outcome"] == "committed"
    run(tmp_path / "out", *inputs, *options)
    assert _urls(output) == _urls(str(tmp_path / "out"))
    before = file_list(output)
    again = run(output, *inputs, *options)
    assert again["outcome"] == "nothing_new"
    assert file_list(output) == before


def _urls(address: str) -> dict[str, list[tuple[str, str]]]:
    """Article ids and texts by table."""
    kept = ("articles", "duplicates")
    return {table: sorted((row["article_id"], row["text"]) for row in by_snapshot(address, table)) for table in kept}


def test_what_a_run_asks_of_a_store(
    store: FakeStore, output: str, archive: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The figures in docs/object-stores.md; a run that asks twice as much is a bug."""
    counts = []
    for _ in range(3):
        store.gate.asked.clear()
        run(output, "--warc", archive)
        methods = [each.method for each in store.gate.asked]
        counts.append({name: methods.count(name) for name in sorted(set(methods))})
    with capsys.disabled():
        sys.stdout.write(f"\nrequests of three runs on {store.scheme}: {counts}\n")
    assert sum(counts[0].values()) < 250
    assert sum(counts[1].values()) < 150


LOST = {
    "bucket": {},
    "server": {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"},
    "credentials": {
        "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SHARED_CREDENTIALS_FILE": "/absent",
        "AWS_CONFIG_FILE": "/absent",
    },
}  # fmt: skip


@pytest.mark.parametrize("lost", ["bucket", "server", "credentials"])
def test_an_output_that_cannot_be_reached_is_a_usage_error(
    store: FakeStore, archive: str, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    if lost != "bucket" and store.scheme != "s3":
        pytest.skip("Google's client asks for two minutes before it gives up, and needs no credentials here")
    for name, value in LOST[lost].items():
        monkeypatch.setenv(name, value)
    output = f"{store.scheme}://no-such-bucket/news"
    said = newsbeam("run", "--warc", archive, "--output", output)
    assert said.code == 2
    assert f"--output {output} cannot be written" in said.err


def test_a_store_that_fails_on_the_way_fails_the_run_and_nothing_else(
    store: FakeStore, output: str, archive: str
) -> None:
    store.gate.refuse_from(40)
    said = newsbeam("run", "--warc", archive, "--output", output, "--workers", "1")
    store.gate.open_trap()
    assert said.code == 5, said
    assert output in said.err
    assert by_snapshot(output, "articles") == []
    files = dataset_files(output)
    files.delete("_meta/lock.json")  # could not be given back; it would be taken over when its process is gone
    assert run(output, "--warc", archive)["outcome"] == "committed"
    assert len(by_snapshot(output, "articles")) == PAGES
