"""Cases of whole runs: 26, 38, 39, 51; one owner of a host, signals, secrets, replay. Numbers stand in the names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.archives import rss, rss_item
from tests.fixtures.command import Said, newsbeam
from tests.fixtures.datasets import rows
from tests.fixtures.fetching import gaps
from tests.fixtures.hostile_server import HostileServer, answer, page, redirect
from tests.fixtures.records import html, story

LOOPBACK = ("--allow-private-networks", "127.0.0.0/8", "--workers", "1", "--json")
SECRET, OTHER_SECRET, PASSWORD, TOKEN = "sesame-4711", "sesame-4712", "hunter2-4713", "sesame-4714"
VOLATILE = {"run_id", "attempts"}  # what a replay cannot repeat


def run(output: Path, *arguments: object, delay: float = 0.0) -> Said:
    return newsbeam("run", *arguments, "--output", output, "--delay", delay, *LOOPBACK)


def article(number: int, *headers: str, head: str = "") -> bytes:
    return answer(
        200, html(f"Story {number}", *story(number), head=head), "Content-Type: text/html; charset=utf-8", *headers
    )


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        links = [rss_item(running.url(f"/{number}"), title=f"Story {number}") for number in (1, 2, 3)]
        running.pages["/feed"] = answer(200, rss(*links), 'ETag: "v-1"', "Last-Modified: Fri, 20 Nov 2026 09:00:00 GMT")
        running.pages.update({f"/{number}": article(number) for number in (1, 2, 3)})
        yield running


def everything(folder: Path) -> bytes:
    """All bytes below a folder, decoded where they are Parquet."""
    import pyarrow.parquet as pq

    parts = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    tables = [repr(pq.ParquetFile(path).read().to_pylist()).encode() for path in folder.rglob("*.parquet")]
    return b"\n".join([*parts, *tables])


def test_case_51_feed_and_pages_of_a_host_keep_one_delay_and_the_second_run_asks_no_page(
    server: HostileServer, tmp_path: Path
) -> None:
    delay = 0.15
    sitemap = f"<urlset><url><loc>{server.url('/1')}</loc></url></urlset>".encode()
    server.pages["/sitemap.xml"] = answer(200, sitemap)
    arguments = ("--feeds", server.url("/feed"), "--sitemap", server.url("/sitemap.xml"))
    first = run(tmp_path, *arguments, delay=delay)
    assert first.json["accounting"]["articles"] == 3
    assert sorted(server.paths()) == ["/1", "/2", "/3", "/feed", "/robots.txt", "/sitemap.xml"]
    assert min(gaps(server.log)) >= delay  # over feeds, sitemaps, robots.txt and pages
    asked = len(server.log)
    second = run(tmp_path, *arguments)
    assert second.json["accounting"]["drops"] == {"duplicate_link": 1, "seen": 1} or second.code == 0
    assert [each.path for each in server.log[asked:]] == ["/feed", "/sitemap.xml"]  # neither a page nor robots.txt
    again = server.log[asked]
    assert again.headers["if-none-match"] == '"v-1"'
    assert again.headers["if-modified-since"] == "Fri, 20 Nov 2026 09:00:00 GMT"


@pytest.mark.faults
def test_case_51_a_feed_that_asks_for_an_hour_is_not_polled_again_within_it(
    server: HostileServer, tmp_path: Path
) -> None:
    server.pages["/feed"] = answer(200, rss(rss_item(server.url("/1"))), "Cache-Control: max-age=3600")
    run(tmp_path, "--feeds", server.url("/feed"))
    second = run(tmp_path, "--feeds", server.url("/feed"))
    assert second.json["accounting"]["sources"] == {"not_due": 1}
    assert len(server.asked("/feed")) == 1
    [health] = rows(tmp_path, "feeds")
    assert (health["asked_until"] - health["fetched_at"]).total_seconds() == 3_600
    assert 3_600 <= (health["next_poll_at"] - health["fetched_at"]).total_seconds() <= 3_600 * 1.1


@pytest.mark.faults
def test_robots_txt_is_kept_over_runs_and_an_old_copy_serves_while_a_new_one_fails(
    server: HostileServer, tmp_path: Path
) -> None:
    urls = tmp_path / "urls.txt"
    server.pages["/robots.txt"] = answer(200, b"User-agent: *\nDisallow: /2\nCrawl-delay: 0.1")
    urls.write_text(server.url("/1"))
    run(tmp_path / "out", "--urls", urls)
    server.pages["/robots.txt"] = answer(500)
    urls.write_text("\n".join(server.url(f"/{number}") for number in (1, 2, 3)))
    second = run(tmp_path / "out", "--urls", urls)
    assert len(server.asked("/robots.txt")) == 1
    assert server.asked("/2") == []
    assert second.json["accounting"]["failures"] == {"robots_denied": 1}
    [known] = rows(tmp_path / "out", "robots")
    assert known["rules"] == "disallow: /2\ncrawl-delay: 0.1"


@pytest.mark.faults
def test_case_26_a_feed_that_moved_for_good_three_times_is_asked_at_its_new_address(tmp_path: Path) -> None:
    with HostileServer() as old, HostileServer(address="127.0.0.2") as new:
        old.pages["/feed"] = redirect(new.url("/feed"), 301)
        told: list[Any] = []
        for number in range(5):
            new.pages["/feed"] = answer(200, rss(rss_item(new.url(f"/{number}"))))
            new.pages[f"/{number}"] = article(number)
            run(tmp_path, "--feeds", old.url("/feed"))
            told.append([each["detail"] for each in rows(tmp_path, "sources") if "moved" in (each["detail"] or "")])
        assert len(old.asked("/feed")) == 3
        assert len(new.asked("/feed")) == 5
    assert [len(each) for each in told] == [0, 0, 1, 2, 3]
    assert new.url("/feed") in told[-1][0]


@pytest.mark.faults
def test_case_23_a_feed_that_is_gone_is_disabled(server: HostileServer, tmp_path: Path) -> None:
    server.pages["/feed"] = answer(410)
    run(tmp_path, "--feeds", server.url("/feed"))
    second = run(tmp_path, "--feeds", server.url("/feed"))
    assert second.json["accounting"]["sources"] == {"disabled": 1}
    assert len(server.asked("/feed")) == 1


@pytest.mark.faults
def test_case_38_a_proxy_of_the_environment_is_reported(
    server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://user:{PASSWORD}@127.0.0.1:1/")
    said = run(tmp_path, "--feeds", server.url("/feed"))
    assert said.json["accounting"]["articles"] == 3
    assert "https_proxy" in said.err
    assert PASSWORD not in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--output", "out", "--feeds"), ("run", "--output", "out", "--sitemap"), ("fetch",), ("explain",),
        ("feeds", "test"), ("feeds", "find"),
    ],
)  # fmt: skip
def test_case_39_a_password_on_the_command_line_is_refused_with_the_remedy(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = newsbeam(*words, f"https://user:{PASSWORD}@paid.example/feed")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "--headers-file" in said.err
    assert PASSWORD not in said.err + said.out


def test_case_39_secrets_go_to_their_origin_and_into_no_output(
    server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, archive, paid = tmp_path / "out", tmp_path / "archive", tmp_path / "headers"
    with HostileServer(address="127.0.0.2") as other:
        server.pages["/1"] = redirect(other.url("/1"))
        server.pages["/2"] = answer(403)
        other.pages["/1"] = article(1)
        paid.write_text(f"# paid\n{server.url('/')} X-Api-Key: {OTHER_SECRET}\n")
        paid.chmod(0o600)
        monkeypatch.setenv("NEWSBEAM_HEADERS_TEST", f"{server.url('')} Authorization: Bearer {SECRET}")
        named = server.url("").replace("//", f"//user:{PASSWORD}@")
        server.pages["/3"] = server.pages["/4"] = article(3)
        items = [rss_item(f"{named}/{number}") for number in (1, 2, 3)]
        server.pages["/feed"] = answer(200, rss(*items))
        urls, feeds = tmp_path / "urls.txt", tmp_path / "feeds.txt"
        urls.write_text(f"{named}/none?token={TOKEN}\n{named}/4\n{named}/3")
        feeds.write_text(f"{named}/feed?token={TOKEN}")
        said = run(output, "--feeds", feeds, "--urls", urls, "--headers-file", paid, "--archive", archive)
        assert {each.headers.get("authorization") for each in server.log} == {f"Bearer {SECRET}"}
        assert {each.headers.get("x-api-key") for each in server.log} == {OTHER_SECRET}
        assert not any({"authorization", "x-api-key"} & set(each.headers) for each in other.log)
    assert said.json["accounting"]["failures"] == {"forbidden": 1, "not_found": 1}
    written = everything(output) + said.out.encode() + said.err.encode()
    for each in (SECRET, OTHER_SECRET, PASSWORD, TOKEN):
        assert each.encode() not in written
    assert {each["url"] for each in rows(output, "articles")} == {server.url("/1"), server.url("/3")}
    import gzip

    warc = b"".join(gzip.decompress(path.read_bytes()) for path in archive.iterdir())
    ours = [record for record in warc.split(b"WARC/1.1") if b"WARC-Type: response" not in record]
    assert not [record for record in ours for each in (SECRET, OTHER_SECRET, PASSWORD) if each.encode() in record]
    assert b"authorization: ***" in warc


def test_case_39_a_file_of_headers_that_others_can_read_is_refused(tmp_path: Path) -> None:
    paid = tmp_path / "headers"
    paid.write_text(f"https://paid.example Authorization: {SECRET}\n")
    paid.chmod(0o644)
    said = run(
        tmp_path / "out", "--feeds", "https://paid.example/feed", "--contact", "me@x.example", "--headers-file", paid
    )
    assert said.code == 2
    assert "chmod 600" in said.err
    assert SECRET not in said.err


def signalled(server: HostileServer) -> None:
    server.pages["/1"] = article(1, "X-Robots-Tag: noai")
    server.pages["/2"] = article(2, "TDM-Reservation: 1", "TDM-Policy: https://news.example/tdm")
    server.pages["/3"] = article(3, head="<meta name=robots content='max-image-preview:large'>")


@pytest.mark.faults
def test_signals_of_publishers_are_columns(server: HostileServer, tmp_path: Path) -> None:
    signalled(server)
    run(tmp_path, "--feeds", server.url("/feed"))
    by_title = {each["title"]: each for each in rows(tmp_path, "articles")}
    names = ("robots_noai", "robots_tag", "robots_meta", "tdm_reservation", "tdm_policy")
    assert {title: tuple(row[name] for name in names) for title, row in by_title.items()} == {
        "Story 1": (True, "noai", None, None, None),
        "Story 2": (True, None, None, True, "https://news.example/tdm"),
        "Story 3": (None, None, "max-image-preview:large", None, None),
    }


@pytest.mark.faults
def test_pages_whose_publisher_opts_out_are_left_out_on_request(server: HostileServer, tmp_path: Path) -> None:
    signalled(server)
    said = run(tmp_path, "--feeds", server.url("/feed"), "--respect-ai-optout")
    assert said.json["accounting"]["failures"] == {"ai_optout": 2}
    assert [each["title"] for each in rows(tmp_path, "articles")] == ["Story 3"]


def test_a_run_over_its_own_archive_gives_the_same_rows(server: HostileServer, tmp_path: Path) -> None:
    live, again, archive = tmp_path / "live", tmp_path / "again", tmp_path / "archive"
    server.pages["/4"] = redirect("/2b")
    server.pages["/2b"] = article(9)
    items = [rss_item(server.url(f"/{number}"), title=f"Story {number}") for number in (1, 2, 3, 4)]
    server.pages["/feed"] = answer(200, rss(*items))
    server.pages["/robots.txt"] = page("no robots.txt here, but a page")
    run(live, "--feeds", server.url("/feed"), "--archive", archive)
    asked = len(server.log)
    replayed = run(again, "--warc", f"{archive}/*.warc.gz")
    assert len(server.log) == asked
    assert replayed.json["accounting"]["articles"] == 4
    for one, other in zip(comparable(again), comparable(live), strict=True):
        assert {name: (one[name], other[name]) for name in one if one[name] != other[name]} == {}


def comparable(output: Path) -> list[dict[str, Any]]:
    kept = [{name: value for name, value in row.items() if name not in VOLATILE} for row in rows(output, "articles")]
    return sorted(kept, key=lambda row: row["url"])


@pytest.mark.faults
def test_nothing_is_left_unfinished_in_an_archive(server: HostileServer, tmp_path: Path) -> None:
    run(tmp_path / "out", "--feeds", server.url("/feed"), "--archive", tmp_path / "archive")
    names = [path.name for path in (tmp_path / "archive").iterdir()]
    assert names
    assert all(name.endswith(".warc.gz") for name in names)
