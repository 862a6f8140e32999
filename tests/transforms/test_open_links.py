from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.failures import DropReason, Fate, Reason, Stage
from schemas.links import Link, LinkKind
from schemas.pages import Page
from schemas.policies import FetchPolicy
from tests.fixtures.archives import warc_record, write_warc
from tests.fixtures.hostile_server import HostileServer, page, redirect
from tests.fixtures.records import NOW, link, run_in
from tests.fixtures.verbs import Done, run_verb
from transforms.interruption import ask_to_stop, forget_stop
from transforms.list_archives import list_archive
from transforms.open_links import (
    ARCHIVE_CHUNK,
    OWNERS,
    OpenLinks,
    open_archive,
    open_file,
    owner_of,
    owner_of_link,
    refuse_redirect,
)

POLICY = FetchPolicy(allow_private_networks=("127.0.0.0/8",), per_host_delay=0.0, backoff=0.01, deadline=5.0)
CAPTURED = datetime(2026, 11, 20, 10, tzinfo=UTC)


def open_links(tmp_path: Path, links: list[Link], *, last_round: bool = False) -> Done:
    return run_verb(lambda ledger: OpenLinks(POLICY, run_in(tmp_path), last_round, ledger), links)


def archived(path: str) -> list[Link]:
    return [each for each in list_archive(path) if isinstance(each, Link)]


def record_of(result: Page | Fate) -> Any:
    assert isinstance(result, Fate)
    return result.record


def test_a_host_has_one_owner_whatever_the_page() -> None:
    assert owner_of("https://news.example/1") == owner_of("https://news.example/2?page=3")
    owners = {owner_of(f"https://host{number}.example/") for number in range(2_000)}
    assert len(owners) == OWNERS


def test_a_redirect_belongs_to_the_owner_of_where_it_leads() -> None:
    there = link("https://news.example/1", redirected_to="https://other.example/1")
    assert owner_of_link(there) == owner_of("https://other.example/")


def test_pieces_of_an_archive_are_opened_by_themselves() -> None:
    offsets = (0, ARCHIVE_CHUNK - 1, ARCHIVE_CHUNK)
    owners = [owner_of_link(link(kind=LinkKind.WARC, path="a.warc", offset=offset)) for offset in offsets]
    assert owners[0] == owners[1] != owners[2]


def test_pages_of_an_archive_were_fetched_when_they_were_captured(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [("https://news.example/1", b"one"), ("https://news.example/2", b"two")])
    first, second = open_archive(path, archived(path), 1_000, NOW)
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    assert (first.body, first.final_url, first.fetched_at, first.status) == (
        b"one",
        "https://news.example/1",
        CAPTURED,
        200,
    )
    assert second.body == b"two"


def test_a_page_of_an_archive_does_not_say_a_password(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [("https://me:hunter2@news.example/1", b"one")])
    (read,) = open_archive(path, archived(path), 1_000, NOW)
    assert isinstance(read, Page)
    assert read.final_url == "https://news.example/1"


def test_what_the_end_of_a_torn_archive_held_is_a_failure_of_each_link(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [(f"https://news.example/{n}", b"text " * 99) for n in (1, 2, 3)])
    links = archived(path)
    whole = Path(path).read_bytes()
    Path(path).write_bytes(whole[: links[1].offset])
    results = list(open_archive(path, links, 1_000, NOW))
    assert [isinstance(each, Page) for each in results] == [True, False, False]
    assert {record_of(each).url for each in results[1:]} == {links[1].url, links[2].url}


def test_an_archive_that_went_away_is_a_failure_of_each_link(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [("https://news.example/1", b"one")])
    links = archived(path)
    Path(path).unlink()
    assert record_of(*open_archive(path, links, 1_000, NOW)).reason is Reason.MISSING_FILE


def test_a_page_of_an_archive_over_the_cap_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(warc_record("https://news.example/1", b"x" * 2_000))
    assert record_of(*open_archive(str(path), archived(str(path)), 1_000, NOW)).reason is Reason.TOO_LARGE


def file_link(path: Path) -> Link:
    return Link(url=str(path), source=str(path.parent), kind=LinkKind.FILE, path=str(path), modified_at=CAPTURED)


def test_a_file_was_fetched_when_it_changed_and_has_no_url(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b"<p>hello")
    opened = open_file(file_link(path), 1_000, NOW)
    assert isinstance(opened, Page)
    assert (opened.body, opened.final_url, opened.fetched_at) == (b"<p>hello", None, CAPTURED)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("large.html", Reason.TOO_LARGE), ("absent.html", Reason.MISSING_FILE), ("folder.html", Reason.UNREADABLE_FILE)],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, reason: Reason) -> None:
    (tmp_path / "large.html").write_bytes(b"x" * 1_001)
    (tmp_path / "folder.html").mkdir()
    failure = record_of(open_file(file_link(tmp_path / name), 1_000, NOW))
    assert (failure.reason, failure.stage, failure.url) == (reason, Stage.OPEN, str(tmp_path / name))


def test_one_verb_opens_links_of_every_kind(tmp_path: Path, server: HostileServer) -> None:
    server.pages["/web"] = page("<p>from the web")
    archive = write_warc(tmp_path / "a.warc.gz", [("https://news.example/1", b"from the archive")])
    (tmp_path / "a.html").write_bytes(b"from the file")
    links = [link(server.url("/web")), *archived(archive), file_link(tmp_path / "a.html"), link(server.url("/none"))]
    done = open_links(tmp_path, links)
    bodies = {each.link.url: each.body for each in done.outputs}
    assert bodies == {
        server.url("/web"): b"<p>from the web",
        "https://news.example/1": b"from the archive",
        str(tmp_path / "a.html"): b"from the file",
    }
    assert [(each.url, each.reason) for each in done.fates] == [(server.url("/none"), Reason.NOT_FOUND)]
    assert done.counts == {"open": {"in": 3, "ok": 3, "failed/not_found": 1}}


def test_a_redirect_to_another_host_is_a_link_of_the_next_round(tmp_path: Path, server: HostileServer) -> None:
    server.pages["/here"] = redirect("http://127.0.0.2:9/there")
    done = open_links(tmp_path, [link(server.url("/here"))])
    assert done.outputs == [link(server.url("/here"), redirected_to="http://127.0.0.2:9/there")]
    assert done.fates == []


def test_a_redirect_of_the_last_round_is_a_failure(tmp_path: Path, server: HostileServer) -> None:
    server.pages["/here"] = redirect("http://127.0.0.2:9/there")
    done = open_links(tmp_path, [link(server.url("/here"))], last_round=True)
    assert done.reasons == [Reason.TOO_MANY_REDIRECTS]


def test_a_redirect_is_told_without_credentials() -> None:
    there = replace(link(), redirected_to="https://user:secret@other.example/")
    detail = record_of(refuse_redirect(there)).detail
    assert detail is not None
    assert "secret" not in detail


def test_a_run_that_is_stopped_opens_nothing_more_and_says_so_of_each_link(
    tmp_path: Path, server: HostileServer
) -> None:
    archive = write_warc(tmp_path / "a.warc.gz", [("https://news.example/1", b"one"), ("https://news.example/2", b"2")])
    links = [link(server.url("/web")), *archived(archive), file_link(tmp_path / "a.html")]
    ask_to_stop()
    try:
        done = open_links(tmp_path, links)
    finally:
        forget_stop()
    opened = [each.link for each in done.outputs]
    assert opened == archived(archive)[:1]  # an archive looks up between two records
    dropped = sorted((each.url, each.reason) for each in done.fates)
    assert dropped == sorted((each.url, DropReason.INTERRUPTED) for each in links if each not in opened)
    assert server.log == []


def test_the_owner_of_a_redirected_link_asks_where_it_leads(tmp_path: Path, server: HostileServer) -> None:
    server.pages["/there"] = page("<p>found")
    done = open_links(tmp_path, [link("https://news.example/1", redirected_to=server.url("/there"))])
    assert [(each.link.url, each.final_url) for each in done.outputs] == [
        ("https://news.example/1", server.url("/there"))
    ]
