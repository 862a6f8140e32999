"""What the options change about a run."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.ingest import ingest
from pipelines.options import IngestOptions, UsageError
from pipelines.plan import Plan, plan_lines
from schemas.failures import Drop, DropReason, Failure, Reason, Stage
from schemas.links import Link
from schemas.runs import Outcome
from tests.fixtures.archives import rss, rss_item, write_warc
from tests.fixtures.command import LOOPBACK, newsbeam
from tests.fixtures.datasets import manifests, record_of, rows
from tests.fixtures.hostile_server import HostileServer, answer, page
from tests.fixtures.records import html, story

ITEMS = {
    "/new": "Fri, 20 Nov 2026 09:00:00 GMT",
    "/older": "Thu, 19 Nov 2026 09:00:00 GMT",
    "/sport/new": "Fri, 20 Nov 2026 09:30:00 GMT",
    "/ancient": "Mon, 02 Nov 2026 09:00:00 GMT",
}


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        running.pages["/feed"] = answer(
            200, rss(*(rss_item(running.url(path), published=day) for path, day in ITEMS.items()))
        )
        for number, path in enumerate(ITEMS):
            running.pages[path] = page(html(path, *story(number)).decode())
        yield running


@pytest.fixture(scope="module")
def plan(server: HostileServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A dry run, with URLs on standard input, in which every option that selects has something to refuse."""
    folder = tmp_path_factory.mktemp("plan")
    server.log.clear()
    said = newsbeam(
        "run", "--feeds", server.url("/feed"), "--urls", "-", "--output", folder / "out", *LOOPBACK,
        "--include", "127.0.0.1", "--exclude", "*/sport/*", "--since", "2026-11-10", "--max-pages", "1",
        "--dry-run", "--json", "--workers", "1",
        stdin=f"# mine\nftp://127.0.0.1/1\n{server.url('/new')}?utm_source=mail\nhttp://127.0.0.9/1\n",
    )  # fmt: skip
    lines = [json.loads(line) for line in said.out.splitlines()]
    fates = sorted((each["fate"], each["url"]) for each in lines)
    return {"said": said, "lines": lines, "fates": fates, "output": folder / "out", "asked": server.paths()}


def test_a_dry_run_says_what_would_be_read_and_why_not_the_rest(plan: dict[str, Any], server: HostileServer) -> None:
    assert plan["said"].code == 0
    assert plan["fates"] == sorted(
        [
            ("read", f"{server.url('/new')}?utm_source=mail"),
            ("duplicate_link", server.url("/new")),
            ("excluded", server.url("/sport/new")),
            ("excluded", "http://127.0.0.9/1"),
            ("excluded", "ftp://127.0.0.1/1"),
            ("too_old", server.url("/ancient")),
            ("limit", server.url("/older")),
        ]
    )
    details = {each["url"]: each.get("detail") for each in plan["lines"]}
    assert details[server.url("/sport/new")] == "matches --exclude */sport/*"
    assert details["http://127.0.0.9/1"] == "matches no --include"


def test_a_dry_run_reads_feeds_but_no_page_and_writes_nothing(plan: dict[str, Any]) -> None:
    assert plan["asked"] == ["/feed"]
    assert [path for path in plan["output"].rglob("*") if path.is_file()] == []


def test_a_dry_run_for_people_is_a_list() -> None:
    drop = Drop(url="u1", reason=DropReason.SEEN, detail="read at noon")
    failure = Failure(url="u2", stage=Stage.READ, reason=Reason.NOT_A_FEED, detail="an HTML page")
    plan = Plan(links=(Link(url="u0", source="s"),), drops=(drop,), failures=(failure,))
    assert list(plan_lines(plan)) == [
        "1 links would be read",
        "  read     u0",
        "  seen     u1  (read at noon)",
        "  failed   u2  (not_a_feed: an HTML page)",
    ]


def test_a_selection_is_kept_in_a_real_run_and_its_record_is_printed(server: HostileServer, tmp_path: Path) -> None:
    (tmp_path / "newsbeam.yaml").write_text(f"feeds: {server.url('/feed')}\nexclude: ['*/sport/*']\nmax-pages: 3\n")
    said = newsbeam(
        "run", "--config", tmp_path / "newsbeam.yaml", "--max-pages", "1", "--output", tmp_path / "out", *LOOPBACK,
        "--workers", "1", "--json",
    )  # fmt: skip
    report = said.json
    assert (said.code, said.err) == (0, "")
    assert report["accounting"] == {
        "links": 4,
        "articles": 1,
        "duplicates": 0,
        "failures": {},
        "drops": {"excluded": 1, "limit": 2},
        "sources": {"read": 1},
    }
    assert (report["outcome"], report["output"]) == ("committed", str(tmp_path / "out"))
    assert report["stages"]["open"] == {"in": 1, "ok": 1}
    assert record_of(tmp_path / "out", report["run_id"]).run_id == report["run_id"]
    assert [row["title"] for row in rows(tmp_path / "out", "articles")] == ["/new"]
    assert sorted(row["reason"] for row in rows(tmp_path / "out", "drops")) == ["excluded", "limit", "limit"]


def test_those_who_write_python_get_the_record_of_each_run(tmp_path: Path) -> None:
    archive = write_warc(tmp_path / "a.warc.gz", [("https://news.example/1", html("One", *story(1)))])
    options = IngestOptions(warc=(archive,), output=str(tmp_path / "out"), workers=1)
    record = ingest(options)
    assert (record.outcome, record.accounting.articles) == (Outcome.COMMITTED, 1)
    again = ingest(warc=(archive,), output=str(tmp_path / "out"), workers=1, refetch_after=timedelta())
    assert (again.outcome, again.accounting.drops) == (Outcome.NOTHING_NEW, {"unchanged": 1})
    assert len(manifests(tmp_path / "out")) == 2


def test_python_is_told_the_same_of_options_that_cannot_be_carried_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to read"):
        ingest(output=str(tmp_path))
    with pytest.raises(UsageError, match="does not exist"):
        ingest(urls=("absent.txt",), output=str(tmp_path))
