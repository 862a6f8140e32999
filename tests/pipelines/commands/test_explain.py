import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.tags import Evidence, EvidenceSource, Topic
from tests.fixtures.command import LOOPBACK, newsbeam
from tests.fixtures.committed import dataset, put, story_of
from tests.fixtures.hostile_server import HostileServer, answer, redirect
from tests.fixtures.records import html, story

ROBOTS = b"User-agent: *\nDisallow: /private"


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        body = html("Storm over the harbour", *story(1))
        running.pages.update({
            "/robots.txt": answer(200, ROBOTS),
            "/old": redirect("/story"),
            "/story": answer(200, body, "Content-Type: text/html; charset=utf-8", "X-Robots-Tag: noai"),
        })  # fmt: skip
        yield running


def test_a_page_is_explained_from_its_url_to_its_tags(server: HostileServer) -> None:
    said = newsbeam("explain", server.url("/old?utm_source=x"), *LOOPBACK)
    assert said.code == 0
    for expected in (
        f"asked as       {server.url('/old')}",
        f"asked robots   {server.url('/robots.txt')}  ->  200",
        f"asked page     {server.url('/old')}  ->  302",
        "  robots.txt   lets this address pass",
        "  > user-agent: newsbeam/",
        "  < location: /story",
        f"asked page     {server.url('/story')}  ->  200",
        "signals        robots_tag=noai, noai=True",
        "title          Storm over the harbour",
        "decision       an article",
    ):
        assert expected in said.out


@pytest.mark.parametrize(
    ("path", "decision"),
    [
        ("/private/1", "robots_denied: robots.txt refuses this address (stage open)"),
        ("/none", "not_found: the server answers 404 (stage open)"),
    ],
)
def test_what_is_no_article_is_explained_with_its_reason(server: HostileServer, path: str, decision: str) -> None:
    said = newsbeam("explain", server.url(path), *LOOPBACK)
    assert said.code == 3
    assert f"decision       {decision}" in said.out


@pytest.mark.parametrize(("url", "reason"), [("file:///etc/passwd", "bad_scheme"), ("http://[::1", "bad_url")])
def test_a_url_that_nobody_can_ask_is_explained(url: str, reason: str) -> None:
    assert reason in newsbeam("explain", url).out


def test_a_private_address_is_explained_and_not_asked(server: HostileServer) -> None:
    said = newsbeam("explain", server.url("/story"))
    assert "decision       blocked_address: 127.0.0.1 is private, local or a metadata address; see --allow" in said.out
    assert server.log == []


def test_an_explanation_shows_no_secret(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSBEAM_HEADERS_X", f"{server.url('')} Authorization: Bearer sesame")
    url = server.url("/none?token=hunter2")
    for arguments in ((), ("--json",)):
        said = newsbeam("explain", url, *LOOPBACK, *arguments)
        assert "authorization" in said.out
        for secret in ("sesame", "hunter2"):
            assert secret not in said.out + said.err
    assert server.asked("/none?token=hunter2")[0].headers["authorization"] == "Bearer sesame"


def test_a_page_is_fetched_as_an_article_as_json_or_as_it_came(server: HostileServer, tmp_path: Path) -> None:
    text = newsbeam("fetch", server.url("/story"), *LOOPBACK)
    assert text.code == 0
    assert text.out.startswith("Storm over the harbour\n")
    row = json.loads(newsbeam("fetch", server.url("/old"), *LOOPBACK, "--json").out)
    assert (row["url"], row["final_url"], row["robots_noai"]) == (server.url("/old"), server.url("/story"), True)


def test_a_page_that_cannot_be_fetched_says_why_and_prints_nothing(server: HostileServer) -> None:
    said = newsbeam("fetch", server.url("/none"), *LOOPBACK)
    assert (said.code, said.out) == (3, "")
    assert said.err == "newsbeam: not_found: the server answers 404 (stage open)\n"


def test_the_text_of_a_page_shows_its_evidence_marked(server: HostileServer) -> None:
    server.pages["/vote"] = answer(
        200, html("Voters elect a parliament in Norway", *story(2)), "Content-Type: text/html"
    )
    said = newsbeam("explain", server.url("/vote"), *LOOPBACK)
    assert said.code == 0
    assert "\n[Voters] [elect] a [parliament] in [Norway]\n" in said.out
    assert "region         NO Norway, about" in said.out


def test_an_article_of_a_dataset_is_explained_by_its_id_without_asking_a_host(tmp_path: Path) -> None:
    files = dataset(tmp_path / "news")
    evidence = Evidence(source=EvidenceSource.TEXT, quote="dam", start=4, end=7)
    topic = Topic(code="medtop:03000000", name="disaster", score=0.5, evidence=(evidence,))
    article = story_of(1, title=None, text="The dam \x1b[31mbroke.", topics=(topic,))
    put(files, 1, "articles", [article], "published_date=2026-11-20")
    said = newsbeam("explain", article.article_id, "--on", files.root)
    assert said.code == 0
    assert said.out == "topic          disaster 0.50  text: dam\n\nThe [dam] \N{REPLACEMENT CHARACTER}[31mbroke.\n"
    assert newsbeam("explain", article.canonical_url, "--on", files.root).out == said.out
    assert json.loads(newsbeam("explain", article.article_id, "--on", files.root, "--json").out)["tags"]


def test_an_article_that_a_dataset_lacks_is_said(tmp_path: Path) -> None:
    files = dataset(tmp_path / "news")
    put(files, 1, "articles", [story_of(1)], "published_date=2026-11-20")
    said = newsbeam("explain", "nosuch", "--on", files.root)
    assert said.code == 2
    assert "has no article nosuch; give an article_id" in said.err


def test_an_id_without_a_dataset_is_no_address() -> None:
    said = newsbeam("explain", "0123abcd")
    assert said.code == 2
    assert "is explained by its id with --on OUT" in said.err
