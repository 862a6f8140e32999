import pytest

from transforms.text.canonical import plausible_canonical, web_address

PAGE = "https://www.paper.example/news/2026/harbour?ref=rss"


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        ("https://www.paper.example/news/2026/harbour", "https://www.paper.example/news/2026/harbour"),
        ("/news/2026/harbour#top", "https://www.paper.example/news/2026/harbour"),
        ("//paper.example/a", "https://paper.example/a"),
        ("https://m.paper.example/a", "https://m.paper.example/a"),
        ("https://amp.paper.example/a", "https://amp.paper.example/a"),
    ],
)
def test_an_address_of_the_same_site_is_taken(href: str, canonical: str) -> None:
    assert plausible_canonical(href, PAGE) == canonical


@pytest.mark.parametrize(
    "href",
    [
        None,
        "",
        "https://other.example/news/2026/harbour",
        "https://paper.example.evil.example/a",
        "https://www.paper.example/",
        "https://www.paper.example/index.html",
        "javascript:alert(1)",
        "ftp://www.paper.example/a",
        "https://user:secret@www.paper.example/a",
        "https://www.paper.example:99999/a",
        "https://[www.paper.example/a",
        "https://www.paper.example/a b",
        "https://www.paper.example/a\ud800",
        "https://www.paper.example/" + "x" * 3_000,
    ],
)
def test_another_site_the_home_page_and_nonsense_are_not(href: str | None) -> None:
    assert plausible_canonical(href, PAGE) is None


def test_the_home_page_may_name_itself() -> None:
    assert plausible_canonical("https://paper.example/", "https://www.paper.example") == "https://paper.example/"


def test_without_an_address_of_the_page_an_absolute_one_is_taken() -> None:
    assert plausible_canonical("https://paper.example/a", None) == "https://paper.example/a"
    assert plausible_canonical("/a", None) is None


def test_pictures_may_lie_anywhere_on_the_web() -> None:
    assert web_address("https://cdn.example/a.jpg", PAGE) == "https://cdn.example/a.jpg"
    assert web_address("data:image/png;base64,AAAA", PAGE) is None
