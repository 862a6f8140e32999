"""Archives, folders and feeds in runs that follow each other."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.archives import rss, rss_item, write_warc
from tests.fixtures.command import LOOPBACK, newsbeam
from tests.fixtures.datasets import rows, snapshot
from tests.fixtures.hostile_server import HostileServer, answer, page
from tests.fixtures.records import dated, html, story
from transforms.web.urls import url_key

CAPTURED = datetime(2026, 11, 20, 10, tzinfo=UTC)
LONG_AGO = datetime(2026, 3, 1, 8, tzinfo=UTC)
DOUBLED = story(7, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """One archive, one folder and one feed, read twice: first in a process of its own."""

    output: Path
    server: HostileServer
    first: subprocess.CompletedProcess[str]
    rows: dict[str, int]
    second: Any


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    folder = tmp_path_factory.mktemp("mixed")
    output = folder / "out"
    warc = write_warc(
        folder / "pages.warc.gz",
        [
            ("https://news.example/undated?utm_source=mail", html("Undated", *story(1))),
            ("https://news.example/dated", html("Dated", *story(2), head=dated("2026-05-04T06:07:08+02:00"))),
            ("https://news.example/doubled", html("Doubled", *DOUBLED, *DOUBLED[-2:])),
            ("https://other.example/copy", html("Dated", *story(2), head=dated("2026-05-04T09:00:00Z"))),
            ("https://news.example/short", html("Short", "Nothing to see.")),
        ],
    )
    pages = folder / "pages"
    pages.mkdir()
    (pages / "a.html").write_bytes(html("From a folder", *story(3)))
    os.utime(pages / "a.html", (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    with HostileServer() as server:
        server.pages["/feed"] = answer(200, rss(rss_item(server.url("/1")), rss_item("https://news.example/dated")))
        server.pages["/1"] = page(html("From a feed", *story(4)).decode(), "X-Robots-Tag: noai")
        arguments = ["run", "--warc", warc, "--html", str(pages), "--feeds", server.url("/feed"), *LOOPBACK]
        arguments += ["--output", str(output), "--workers", "1"]
        command = [sys.executable, "-m", "pipelines", *arguments]
        first = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
        counted = snapshot(output)
        yield Runs(output=output, server=server, first=first, rows=counted, second=newsbeam(*arguments, "--json"))


def row_of(runs: Runs, title: str) -> dict[str, Any]:
    (row,) = [row for row in rows(runs.output, "articles") if row["title"] == title]
    return row


def partition_of(runs: Runs, run_title: str) -> str:
    (path,) = [
        path
        for path in (runs.output / "articles").rglob("*.parquet")
        if any(row["title"] == run_title for row in rows(path.parent.parent, path.parent.name))
    ]
    return path.parent.name


def test_a_run_tells_its_accounting_on_stdout_and_nothing_on_stderr(runs: Runs) -> None:
    assert (runs.first.returncode, runs.first.stderr) == (0, "")
    assert "8 links = 5 articles + 1 duplicates + 1 failures + 1 drops" in runs.first.stdout
    assert "sources: 3 read" in runs.first.stdout
    assert f"dataset: {runs.output}" in runs.first.stdout


def test_the_same_again_adds_no_row_and_says_why(runs: Runs) -> None:
    assert runs.rows == {"articles": 5, "duplicates": 1, "failures": 1}
    assert snapshot(runs.output) == runs.rows
    report = runs.second.json
    assert (runs.second.code, report["outcome"]) == (0, "nothing_new")
    assert report["accounting"]["drops"] == {"backing_off": 1, "seen": 5}
    details = {row["reason"]: row["detail"] for row in rows(runs.output, "drops")}
    assert details["seen"].startswith("read at 20")
    assert details["backing_off"].startswith("too_short at 20")
    assert runs.server.paths().count("/1") == 1


def test_the_url_is_kept_as_it_was_given_and_the_one_to_cite_is_clean(runs: Runs) -> None:
    row = row_of(runs, "Undated")
    assert row["url"] == "https://news.example/undated?utm_source=mail"
    assert row["canonical_url"] == "https://news.example/undated"
    assert row["article_id"] == url_key("https://news.example/undated")
    (failure,) = rows(runs.output, "failures")
    assert (failure["url"], failure["reason"]) == ("https://news.example/short", "too_short")


def test_an_archived_page_was_fetched_at_its_warc_date(runs: Runs) -> None:
    assert row_of(runs, "Undated")["fetched_at"] == CAPTURED


def test_what_has_no_date_lies_in_the_partition_of_the_day_it_was_fetched(runs: Runs) -> None:
    assert row_of(runs, "Undated")["published_at"] is None
    assert partition_of(runs, "Undated") == "published_date=2026-11-20"
    assert row_of(runs, "Dated")["published_at"] == datetime(2026, 5, 4, 4, 7, 8, tzinfo=UTC)
    assert partition_of(runs, "Dated") == "published_date=2026-05-04"


def test_a_page_of_a_folder_has_no_url_to_cite_and_the_date_of_its_file(runs: Runs) -> None:
    row = row_of(runs, "From a folder")
    assert row["url"].endswith("pages/a.html")
    assert (row["canonical_url"], row["final_url"], row["host"]) == (None, None, None)
    assert (row["fetched_at"], row["published_at"]) == (LONG_AGO, None)


def test_a_page_whose_last_blocks_stand_twice_has_each_once(runs: Runs) -> None:
    row = row_of(runs, "Doubled")
    assert row["text"] == "\n\n".join(DOUBLED)
    assert (row["repeats_removed"], row["repeats_removed_chars"]) == (2, sum(map(len, DOUBLED[-2:])))


def test_a_copy_is_folded_into_the_one_that_was_published_first(runs: Runs) -> None:
    (copy,) = rows(runs.output, "duplicates")
    original = row_of(runs, "Dated")
    assert (copy["url"], copy["duplicate_of"], copy["method"]) == (
        "https://other.example/copy",
        original["article_id"],
        "exact",
    )
    assert copy["text"] == original["text"]
    assert original["cluster_size"] == 2


def test_what_an_archive_and_a_feed_name_is_read_from_the_archive(runs: Runs) -> None:
    row = row_of(runs, "Dated")
    assert row["feed_url"] == runs.server.url("/feed")
    assert row["seen_in"] == [runs.server.url("/feed")]
    assert row["fetched_at"] == CAPTURED


def test_a_header_may_reserve_text_and_data_mining(runs: Runs) -> None:
    assert row_of(runs, "From a feed")["robots_noai"] is True
    assert not row_of(runs, "Dated")["robots_noai"]


def test_a_page_of_a_feed_was_fetched_now_and_is_dated_by_the_feed(runs: Runs) -> None:
    row = row_of(runs, "From a feed")
    assert abs(row["fetched_at"] - datetime.now(UTC)) < timedelta(minutes=10)
    assert (row["published_at"], row["published_source"]) == (datetime(2026, 11, 20, 9, tzinfo=UTC), "feed")


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Any]]:
    """Three runs on a feed: a page fails, then heals while the feed is unchanged, then two items change."""
    output = tmp_path_factory.mktemp("later") / "out"
    with HostileServer() as server:
        options = ("--feeds", server.url("/feed"), "--output", output, *LOOPBACK, "--workers", "1", "--json")
        items = [rss_item(server.url(f"/{name}")) for name in ("steady", "edited", "ill")]
        server.pages["/feed"] = answer(200, rss(*items), 'ETag: "1"')
        for number, name in enumerate(("steady", "edited", "ill"), 1):
            server.pages[f"/{name}"] = page(html(name, *story(number)).decode())
        server.pages["/ill"] = answer(599)
        told = [(newsbeam("run", *options), snapshot(output))]
        server.pages["/feed"] = answer(304)
        server.pages["/ill"] = page(html("ill", *story(3)).decode())
        told.append((newsbeam("run", *options), snapshot(output)))
        more = "<description>New words in the feed</description>"
        items = [rss_item(server.url(f"/{name}"), more=more) for name in ("steady", "edited")]
        server.pages["/feed"] = answer(200, rss(*items), 'ETag: "2"')
        server.pages["/edited"] = page(html("edited", *story(2)[:-1], *story(5)).decode())
        told.append((newsbeam("run", *options), snapshot(output)))
        yield [*told, rows(output, "articles"), rows(output, "drops")]


def test_a_link_that_failed_is_taken_up_although_its_feed_is_unchanged(later: list[Any]) -> None:
    (first, before), (second, after), *_ = later
    assert before == {"articles": 2, "duplicates": 0, "failures": 1}
    assert first.json["accounting"]["failures"] == {"http_server_error": 1}
    assert second.json["accounting"]["sources"] == {"unchanged": 1}
    assert (second.json["accounting"]["links"], second.json["accounting"]["articles"]) == (1, 1)
    assert after == {"articles": 3, "duplicates": 0, "failures": 1}


def test_a_changed_text_is_the_next_revision_of_its_article(later: list[Any]) -> None:
    old, new = sorted((row for row in later[3] if row["title"] == "edited"), key=lambda row: int(row["revision"]))
    assert (old["revision"], new["revision"]) == (1, 2)
    assert new["article_id"] == old["article_id"]
    assert new["previous_hash"] == old["content_hash"] != new["content_hash"]
    assert new["revised_at"] == new["fetched_at"] > old["fetched_at"]
    assert new["first_seen_at"] == old["first_seen_at"] == old["fetched_at"]
    assert new["cluster_id"] == old["cluster_id"]


def test_an_unchanged_text_is_dropped_as_such(later: list[Any]) -> None:
    third, after = later[2]
    assert third.json["accounting"]["drops"] == {"unchanged": 1}
    assert after == {"articles": 4, "duplicates": 0, "failures": 1}
    (drop,) = [row for row in later[4] if row["reason"] == "unchanged"]
    assert drop["url"].endswith("/steady")
    assert drop["detail"] == "the text of revision 1"
