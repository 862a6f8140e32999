"""A feed carries the text of pages that are refused, cut off, empty, or fine."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.archives import rss, rss_item
from tests.fixtures.command import newsbeam
from tests.fixtures.datasets import rows
from tests.fixtures.hostile_server import HostileServer, answer, page
from tests.fixtures.records import html, story
from transforms.storage.files import LocalFiles

LOOPBACK = ("--allow-private-networks", "127.0.0.0/8", "--delay", "0")
NAMES = ("barred", "stub", "shell", "fine", "teased", "gone", "robots")
PAYWALL = "<p>This article is for subscribers only.</p><p>Subscribe to continue reading.</p>"


def carrying(server: HostileServer, name: str, *paragraphs: str, guid: str = "") -> str:
    markup = "".join(f"<p>{each}</p>" for each in paragraphs)
    return rss_item(server.url(f"/{name}"), name, more=f"<description><![CDATA[{markup}{guid}]]></description>")


def paywalled(*paragraphs: str) -> str:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    return html("stub", *paragraphs, head=head).decode().replace("</article>", f"{PAYWALL}</article>")


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    output = tmp_path_factory.mktemp("feed-texts") / "out"
    with HostileServer() as server:
        whole = [carrying(server, name, *story(number, 8)) for number, name in enumerate(NAMES) if name != "teased"]
        other = carrying(server, "barred", *story(40, 9))
        server.pages["/a"] = answer(200, rss(*whole, carrying(server, "teased", story(4)[0])))
        server.pages["/b"] = answer(200, rss(other, title="Another"))
        server.pages["/robots.txt"] = answer(200, b"User-agent: *\nDisallow: /robots\n", "Content-Type: text/plain")
        server.pages["/barred"] = server.pages["/teased"] = answer(403)
        server.pages["/gone"] = answer(410)
        server.pages["/stub"] = page(paywalled(*story(1, 8)[:2]))
        server.pages["/shell"] = page("<html><body><noscript>Please enable JavaScript</noscript></body></html>")
        server.pages["/fine"] = page(html("fine", *story(33)).decode())
        feeds = ("--feeds", server.url("/a"), "--feeds", server.url("/b"))
        told = newsbeam("run", *feeds, *LOOPBACK, "--output", output, "--workers", "1", "--json")
        articles = {row["title"]: row for row in rows(output, "articles")}
        failures = {row["url"].rpartition("/")[2]: row["reason"] for row in rows(output, "failures")}
        yield {"told": told.json, "articles": articles, "failures": failures, "output": output, "server": server}


def test_each_link_has_one_fate(read: dict[str, Any]) -> None:
    counted = read["told"]["accounting"]
    assert (counted["links"], counted["articles"], counted["duplicates"]) == (8, 5, 0)
    assert (counted["failures"], counted["drops"]) == ({"forbidden": 1, "gone": 1}, {"duplicate_link": 1})
    assert read["failures"] == {"teased": "forbidden", "gone": "gone"}


@pytest.mark.parametrize(
    ("name", "quality"),
    [
        ("barred", ["feed_text", "page_forbidden"]),
        ("shell", ["feed_text", "page_needs_javascript"]),
        ("robots", ["feed_text", "page_robots_denied"]),
        ("stub", ["feed_text"]),
        ("fine", []),
    ],
)
def test_the_row_says_whether_its_text_is_of_the_feed_and_why(
    read: dict[str, Any], name: str, quality: list[str]
) -> None:
    row = read["articles"][name]
    seed = 33 if name == "fine" else NAMES.index(name)
    assert row["quality"] == quality
    assert row["text"] == "\n\n".join(story(seed, 4 if name == "fine" else 8))
    assert row["host"].startswith("127.0.0.1")


def test_a_stub_keeps_its_paywall_and_a_refused_page_is_not_asked_for(read: dict[str, Any]) -> None:
    assert read["articles"]["stub"]["paywalled"] is True
    assert "/robots" not in read["server"].paths()


def test_of_two_feeds_that_carry_a_text_the_first_by_name_counts(read: dict[str, Any]) -> None:
    row = read["articles"]["barred"]
    assert (row["feed_url"], row["seen_in"]) == (read["server"].url("/a"), [read["server"].url("/b")])


def test_no_staged_text_is_left_behind(read: dict[str, Any]) -> None:
    left = LocalFiles(str(read["output"])).list("_meta/staging")
    assert [path for path in left if "feed_texts" in path] == []


def test_a_dry_run_stages_nothing(read: dict[str, Any], tmp_path: Path) -> None:
    told = newsbeam("run", "--feeds", read["server"].url("/a"), *LOOPBACK, "--output", tmp_path / "out", "--dry-run")
    assert (told.code, (tmp_path / "out").exists()) == (0, False)


@pytest.mark.engines
def test_two_processes_read_the_texts_that_either_has_staged(read: dict[str, Any], tmp_path: Path) -> None:
    feeds = ("--feeds", read["server"].url("/a"), "--feeds", read["server"].url("/b"))
    engine = ("--runner=FnApiRunner", "--direct_running_mode=multi_processing", "--direct_num_workers=2")
    command = (sys.executable, "-m", "pipelines", "run", *feeds, *LOOPBACK, *engine, "--output", tmp_path / "out")
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended
    again = {row["title"]: row for row in rows(tmp_path / "out", "articles")}
    told = {title: (row["text"], row["quality"], row["feed_url"]) for title, row in read["articles"].items()}
    assert {title: (row["text"], row["quality"], row["feed_url"]) for title, row in again.items()} == told
