"""What cannot be carried out is said in one sentence, and the exit code tells whose turn it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.errors import Code
from schemas.runs import HEADLINES, Outcome
from schemas.version import SCHEMA_VERSION
from tests.fixtures.command import LOOPBACK, Said, newsbeam
from tests.fixtures.datasets import manifests, rows
from tests.fixtures.hostile_server import HostileServer, page
from transforms.filesystems import dataset_files
from transforms.storage.agreement import Agreement, write_agreement
from transforms.storage.lock import Lock

PUBLIC = "https://news.example/feed.xml"


def assert_one_sentence(said: Said, code: int, *words: str) -> None:
    assert said.code == code, said
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1, said.err
    assert "Traceback" not in said.err
    for word in words:
        assert word in said.err


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "urls.txt"
    path.write_text("http://127.0.0.1:9/1\n")
    return path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ("nothing to read", "--feeds")),
        (("--feeds", "absent.opml"), ("absent.opml", "does not exist")),
        (("--urls", "absent.txt"), ("absent.txt", "does not exist")),
        (("--warc", "absent-*.warc.gz"), ("absent-*.warc.gz", "matches no file")),
        (("--html", "absent"), ("absent", "not a folder")),
        (("--feeds", "."), ("--feeds .", "is a folder")),
        (("--urls", "."), ("--urls .", "is a folder")),
        (("--warc", "."), ("--warc .", "is a folder")),
        (("--sitemap", "sitemap.xml"), ("sitemap.xml", "http")),
        (("--feeds", PUBLIC), (PUBLIC, "--contact")),
        (("--sitemap", PUBLIC), (PUBLIC, "--contact")),
    ],
)
def test_inputs_that_cannot_be_read_are_refused(
    tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    output = tmp_path / "out"
    assert_one_sentence(newsbeam("run", *arguments, "--output", output), 2, *words)
    assert not manifests(output)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--bogus", "1"), ("--bogus",)),
        (("--since", "yesterday-ish"), ("--since", "7d")),
        (("--max-pages", "0"), ("--max-pages", "0")),
        (("--max-pages", "many"), ("--max-pages", "many")),
        (("--deadline", "-1"), ("--deadline",)),
        (("--allow-private-networks", "home"), ("--allow-private-networks", "127.0.0.0/8")),
        (("--config", "absent.yaml"), ("absent.yaml",)),
        (("--runner", "NoRunner"), ("NoRunner",)),
    ],
)
def test_options_that_mean_nothing_are_refused(
    tmp_path: Path, listed: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    said = newsbeam("run", "--urls", listed, "--output", tmp_path / "out", *arguments)
    assert_one_sentence(said, 2, *words)


def test_no_output_is_refused(listed: Path) -> None:
    assert_one_sentence(newsbeam("run", "--urls", listed), 2, "--output")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("feedz: a.opml\n", ("feedz", "no option")),
        ("- a\n- b\n", ("option: value",)),
        ("a: [\n", ("not YAML",)),
        ("max-pages: few\n", ("--max-pages", "few")),
    ],
)
def test_a_configuration_that_means_nothing_is_refused(
    tmp_path: Path, listed: Path, content: str, words: tuple[str, ...]
) -> None:
    (tmp_path / "newsbeam.yaml").write_text(content)
    said = newsbeam("run", "--urls", listed, "--output", tmp_path / "out", "--config", tmp_path / "newsbeam.yaml")
    assert_one_sentence(said, 2, *words)


@pytest.mark.parametrize("name", ["urls.txt", "urls.csv", "feeds.opml", "feeds.txt"])
def test_lists_of_public_hosts_want_a_contact_and_nobody_is_asked(tmp_path: Path, name: str) -> None:
    contents = {
        "urls.txt": "# mine\nhttps://news.example/1\n",
        "urls.csv": "title,url\nOne,https://news.example/1\n",
        "feeds.txt": f"{PUBLIC}\n",
        "feeds.opml": f'<opml version="2.0"><body><outline xmlUrl="{PUBLIC}"/></body></opml>',
    }
    (tmp_path / name).write_text(contents[name])
    flag = "--urls" if name.startswith("urls") else "--feeds"
    assert_one_sentence(newsbeam("run", flag, tmp_path / name, "--output", tmp_path / "out"), 2, "--contact")


def test_case_83_an_output_that_is_a_file_is_refused(tmp_path: Path, listed: Path) -> None:
    (tmp_path / "out").write_text("not a folder")
    said = newsbeam("run", "--urls", listed, "--output", tmp_path / "out")
    assert_one_sentence(said, 2, "--output", "cannot be written")


@pytest.mark.parametrize(("version", "word"), [(SCHEMA_VERSION - 1, "newsbeam migrate"), (SCHEMA_VERSION + 1, "newer")])
def test_case_83_a_dataset_of_another_schema_version_is_refused_before_any_request(
    tmp_path: Path, version: int, word: str
) -> None:
    agreed = Agreement(schema_version=version, partition_by=("published_date",), created_at="then")
    write_agreement(agreed, dataset_files(str(tmp_path / "out")))
    with HostileServer() as server:
        (tmp_path / "urls.txt").write_text(server.url("/1"))
        said = newsbeam("run", "--urls", tmp_path / "urls.txt", "--output", tmp_path / "out", *LOOPBACK)
        assert server.paths() == []
    assert_one_sentence(said, 2, "--output", word)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_case_83_an_output_that_may_not_be_written_is_refused(tmp_path: Path, listed: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    said = newsbeam("run", "--urls", listed, "--output", tmp_path / "out")
    assert_one_sentence(said, 2, "--output", "cannot be written")


def test_an_output_that_another_run_writes_is_refused(tmp_path: Path, listed: Path) -> None:
    with Lock(dataset_files(str(tmp_path / "out")), "20261123T120000Z-000000"):
        said = newsbeam("run", "--urls", listed, "--output", tmp_path / "out")
    assert_one_sentence(said, 4, "20261123T120000Z-000000", "another --output")


def test_a_process_of_its_own_says_it_in_one_sentence_too(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pipelines", "run", "--feeds", PUBLIC, "--output", str(tmp_path), "--bogus"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    said = Said(code=ended.returncode, out=ended.stdout, err=ended.stderr)
    assert_one_sentence(said, 2, "--bogus")


def test_when_every_input_failed_each_has_a_row_and_the_exit_code_is_3(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("# nothing yet\n")
    (tmp_path / "page.opml").write_text("<!doctype html><html><body>Sign in</body></html>")
    (tmp_path / "no.warc").write_text("no archive")
    (tmp_path / "pages").mkdir()
    refused = tmp_path / "refused.txt"
    refused.write_text("gopher://news.example/feed\n")
    (tmp_path / "urls.txt").write_text("ftp://news.example/1\nhttp://10.0.0.1/\n")
    with HostileServer() as server:
        server.pages["/feed"] = page("<!doctype html><html><body>Not a feed any more</body></html>")
        server.pages["/map"] = page("<!doctype html><html><body>Not a sitemap</body></html>")
        said = newsbeam(
            "run", "--urls", tmp_path / "empty.txt", "--urls", tmp_path / "urls.txt",
            "--feeds", tmp_path / "page.opml", "--feeds", refused,
            "--warc", tmp_path / "no.warc", "--html", tmp_path / "pages", "--feeds", server.url("/feed"),
            "--sitemap", server.url("/map"), "--output", tmp_path / "out", *LOOPBACK, "--workers", "1",
        )  # fmt: skip
        links = {"ftp://news.example/1": "bad_scheme", "http://10.0.0.1/": "blocked_address"}
        expected = links | {
            str(tmp_path / "empty.txt"): "empty_source",
            str(tmp_path / "page.opml"): "not_a_list",
            "gopher://news.example/feed": "bad_url",
            str(tmp_path / "no.warc"): "not_an_archive",
            str(tmp_path / "pages"): "empty_source",
            server.url("/feed"): "not_a_feed",
            server.url("/map"): "not_a_sitemap",
        }
    assert (said.code, said.err) == (
        3,
        f"newsbeam: {HEADLINES[Outcome.ALL_FAILED]} [{Code.ALL_FAILED}: docs/errors.md]\n",
    )
    assert "every input failed" in said.out
    assert "2 links = 0 articles + 0 duplicates + 2 failures + 0 drops" in said.out
    failures = rows(tmp_path / "out", "failures")
    assert {row["url"]: row["reason"] for row in failures} == expected
    assert {row["url"] for row in failures if row["subject"] == "link"} == set(links)
    assert {row["stage"] for row in failures if row["subject"] == "source"} == {"read"}
    assert all(row["detail"] for row in failures)
