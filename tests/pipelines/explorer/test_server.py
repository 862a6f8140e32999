from collections.abc import Iterator

import pytest

from tests.fixtures.committed import run_id
from tests.fixtures.explored import FLOOD, HOSTILE, Client, explored, id_of, served
from transforms.storage.files import LocalFiles
from transforms.storage.manifests import Manifest, commit, committed_paths

QUERIES = (
    "q=%3Cscript%3Ealert(1)%3C/script%3E", "q=%22", "q=%22%22%22*", "q=%27%29%3BDROP+TABLE+articles--",
    "q=%F0%9F%98%80",
    "source=%27+OR+1%3D1", "region=%24region0", "tag=%7B%7B7*7%7D%7D", "story=%2e%2e%2f", "page=10000", "q=(?i)%5B",
    "since=0001-01-01&until=9999-12-31", "q=a%5Cp%7BL%7D", "nothing=1", "q=" + "%22a%22" * 60, "=&&==", "q=%E2%80%AEx",
)  # fmt: skip
BAD_QUERIES = ("since=x", "page=-1", "page=1e9", "q=%00", "q=%ff", "source=" + "y" * 300, "z" * 25_000)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(explored(tmp_path_factory.mktemp("explored") / "news")) as each:
        yield each


def test_the_token_becomes_a_cookie_and_leaves_the_address(client: Client) -> None:
    answer = client.ask(f"/?q=flood&token={client.explorer.token}&region=CH", Cookie="")
    assert (answer.status, answer.headers["Location"]) == (303, "/?q=flood&region=CH")
    assert "HttpOnly; SameSite=Strict" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"Cookie": ""}),
        ("/", {"Cookie": "newsbeam=wrong"}),
        ("/?token=wrong", {}),
        ("/?token=%C3%A9", {"Cookie": ""}),
        ("/export/csv", {"Cookie": ""}),
        ("/static/style.css", {"Cookie": ""}),
        ("/", {"Host": "news.example"}),
        ("/", {"Host": "127.0.0.1:1"}),
        ("/", {"Host": ""}),
    ],
)
def test_without_the_token_or_under_another_name_nothing_is_shown(
    path: str, headers: dict[str, str], client: Client
) -> None:
    answer = client.ask(path, **headers)
    assert answer.status == 403
    assert "Geneva" not in answer.text


def test_another_site_cannot_send_the_token_somewhere_else(client: Client) -> None:
    answer = client.ask(f"//evil.example/?token={client.explorer.token}", Cookie="")
    assert not answer.headers["Location"].startswith("//")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_it_only_shows(method: str, client: Client) -> None:
    assert client.ask("/", method).status == 405


def test_head_has_no_body(client: Client) -> None:
    answer = client.ask("/", "HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_every_answer_forbids_scripts_of_others(client: Client) -> None:
    for path in ("/", f"/article/{id_of(FLOOD)}", "/nowhere", "/export/csv", "/?page=x"):
        policy = client.ask(path).headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert "unsafe" not in policy


def test_what_publishers_wrote_stays_text(client: Client) -> None:
    for path in ("/", f"/article/{id_of(HOSTILE)}"):
        page = client.ask(path).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page
        assert "onerror=alert(2)&gt;{{ 7*7 }}" in page
        assert 'href="javascript:' not in page


@pytest.mark.parametrize("query", QUERIES)
def test_any_query_shows_a_page(query: str, client: Client) -> None:
    answer = client.ask(f"/?{query}")
    assert answer.status == 200
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("query", BAD_QUERIES)
@pytest.mark.parametrize("path", ["/", "/export/csv"])
def test_a_query_that_says_nothing_is_answered_by_a_sentence(path: str, query: str, client: Client) -> None:
    answer = client.ask(f"{path}?{query}")
    assert answer.status == 400
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/article/none", "/article/%00", "/static/../server.py", "/export/zip", "/x"])
def test_what_there_is_not_is_said_so(path: str, client: Client) -> None:
    assert client.ask(path).status == 404


def test_an_article_links_its_tags_its_page_and_its_story(client: Client) -> None:
    page = client.ask(f"/article/{id_of(FLOOD)}").text
    assert '<mark data-codes="CH"' in page
    assert 'href="/?tag=medtop%3A20000150"' in page
    assert "copy, found by exact" in page


def test_scripts_and_styles_are_served(client: Client) -> None:
    assert client.ask("/static/explorer.js").headers["Content-Type"].startswith("text/javascript")
    assert client.ask("/static/style.css").headers["Content-Type"].startswith("text/css")


def test_what_was_taken_out_of_the_dataset_is_gone_with_the_next_request(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    files: LocalFiles = explored(tmp_path_factory.mktemp("taken") / "news")
    with served(files) as client:
        assert client.ask(f"/article/{id_of(FLOOD)}").status == 200
        paths = tuple(committed_paths("articles", files))
        commit(Manifest(run_id=run_id(9), files=(), removes=paths), files)
        for path in paths:
            files.delete(path)
        assert client.ask(f"/article/{id_of(FLOOD)}").status == 404
        assert "Flood in Geneva" not in client.ask("/?q=flood").text
