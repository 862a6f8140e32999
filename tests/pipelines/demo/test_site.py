"""The map from paths to answers."""

import pytest

from pipelines.demo.site import Answer, build_site, find_answer
from pipelines.demo.stories import stories
from pipelines.demo.tables import publications

ORIGINS = {key: f"http://127.0.0.1:{each.port}" for key, each in publications().items()}
SITE = build_site(ORIGINS)


def test_the_same_origins_give_the_same_bytes() -> None:
    assert build_site(ORIGINS) == SITE


def test_there_are_at_least_sixty_pages() -> None:
    pages = {find_answer(SITE, each.host, each.path).body for each in stories().values()}
    assert len(pages) == len(stories()) >= 60


@pytest.mark.parametrize("tail", ["", "/", "?utm_source=x", "/amp"])
def test_forms_of_an_address_give_the_same_page(tail: str) -> None:
    path = "/en/20261113/kenya-central-bank"
    assert find_answer(SITE, "wire", path + tail) == SITE.routes["wire", path]


def test_a_path_in_another_script_is_found_by_its_escapes() -> None:
    path = "/2026/11/13/%E4%BA%91%E5%8D%97%E5%92%96%E5%95%A1%E5%90%88%E4%BD%9C%E7%A4%BE"
    assert find_answer(SITE, "jiangwan", path) == SITE.routes["jiangwan", "/2026/11/13/云南咖啡合作社"]


@pytest.mark.parametrize(
    ("host", "path", "status", "location"),
    [
        ("rundblick", "/kurz/4711", 301, ("rundblick", "/kultur/leipzig-notendruck-2026-11-18.html")),
        ("vestnik", "/go/reef", 302, ("herald", "/environment/2026/11/16/queensland-reef-nurseries")),
    ],
)
def test_redirects(host: str, path: str, status: int, location: tuple[str, str]) -> None:
    answer = find_answer(SITE, host, path)
    assert (answer.status, answer.location) == (status, ORIGINS[location[0]] + location[1])
    assert location in SITE.routes


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("courrier", "/culture/2026/11/20/article-retire", 404),
        ("wire", "/en/20261109/withdrawn-report", 410),
        ("wire", "/robots.txt", 404),
        ("herald", "/nowhere", 404),
    ],
)
def test_what_is_not_there(host: str, path: str, status: int) -> None:
    assert find_answer(SITE, host, path).status == status


def test_front_pages_name_their_articles() -> None:
    assert b"/sport/2026/11/16/bridgetown-last-pair" in SITE.routes["herald", "/"].body


def test_validators_follow_the_body() -> None:
    assert Answer(body=b"a").etag == Answer(body=b"a").etag != Answer(body=b"b").etag
    assert "ETag" not in Answer(status=404, body=b"a").headers
