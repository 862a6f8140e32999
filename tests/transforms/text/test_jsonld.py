import json
from typing import Any

import pytest

from transforms.text.jsonld import MAX_SCRIPT, Story, read_story

URL = "https://paper.example/harbour"


def story(*values: Any, url: str | None = URL) -> Story | None:
    return read_story([value if isinstance(value, str) else json.dumps(value) for value in values], url)


def article(**values: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Harbour plan"} | values


def test_all_fields_of_an_article_are_read() -> None:
    assert story(
        article(
            description="The council &amp; the port",
            author=[{"@type": "Person", "name": "Ana Lima"}, {"@type": "Person", "name": "Jo Berg"}],
            datePublished="2026-03-04T10:20:30Z",
            dateModified="2026-03-05",
            image={"@type": "ImageObject", "url": "https://paper.example/a.jpg"},
            publisher={"@type": "Organization", "name": "The Paper"},
            articleSection=["Local", "Port"],
            keywords=["harbour", "council"],
            isAccessibleForFree="False",
            articleBody="<p>The council met.</p>",
        )
    ) == Story(
        kind="newsarticle",
        title="Harbour plan",
        description="The council & the port",
        authors=("Ana Lima", "Jo Berg"),
        published="2026-03-04T10:20:30Z",
        modified="2026-03-05",
        image="https://paper.example/a.jpg",
        publisher="The Paper",
        section="Local",
        keywords=("harbour", "council"),
        free=False,
        organizations=(),
        body="The council met.",
    )


@pytest.mark.parametrize(
    "wrapped",
    [
        [article()],
        {"@graph": [{"@type": "WebSite", "name": "x"}, article()]},
        {"@type": "WebPage", "mainEntity": article()},
        [[{"@graph": [article()]}]],
        article() | {"@type": ["Article", "NewsArticle"]},
        article() | {"@type": "http://schema.org/NewsArticle"},
    ],
)
def test_the_article_is_found_wherever_it_stands(wrapped: Any) -> None:
    found = story(wrapped)
    assert found is not None
    assert found.title == "Harbour plan"


@pytest.mark.parametrize(
    "text",
    [
        '<!--{"@type":"NewsArticle","headline":"Harbour plan"}-->',
        '//<![CDATA[\n{"@type":"NewsArticle","headline":"Harbour plan"}\n//]]>',
        '{"@type":"NewsArticle","headline":"Harbour plan",}',
        '{"@type":"NewsArticle","headline":"Harbour\nplan"};',
    ],
)
def test_the_usual_slips_are_mended(text: str) -> None:
    found = story(text)
    assert found is not None
    assert found.title == "Harbour plan"


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"@type":"NewsArticle","headline":"oops', "[" * 100_000, '{"a":' * 50_000, "null", "7", '"text"', "{}"],
)
def test_what_cannot_be_read_is_no_story(text: str) -> None:
    assert story(text) is None


def test_a_script_over_the_cap_is_skipped() -> None:
    assert story(article(articleBody="x" * MAX_SCRIPT)) is None


def test_the_article_that_names_the_page_is_taken_among_several() -> None:
    other, own = article(headline="Other story", url="https://paper.example/other"), article(url=URL + "?ref=x")
    found = story([other, own])
    assert found is not None
    assert found.title == "Harbour plan"


def test_articles_in_lists_of_related_ones_are_not_the_story() -> None:
    related = {"@type": "ItemList", "itemListElement": [article(headline="Other story")]}
    assert story(related) is None


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ana Lima", ("Ana Lima",)),
        (["Ana Lima", "Ana Lima"], ("Ana Lima",)),
        ({"@type": "Person", "name": ["Ana Lima", "Jo Berg"]}, ("Ana Lima", "Jo Berg")),
        ([{"@type": "Organization", "name": "The Paper"}, {"@type": "Person", "name": "Jo Berg"}], ("Jo Berg",)),
        ({"@type": "Organization", "name": "The Paper"}, ()),
        ({"@type": "Person", "givenName": "Ana", "familyName": "Lima"}, ("Ana Lima",)),
        ({"@id": "#ana"}, ("Ana Lima",)),
        ({"@id": ["odd"]}, ()),
        (None, ()),
        (7, ()),
    ],
)
def test_authors_are_read_in_every_form(author: Any, names: tuple[str, ...]) -> None:
    found = story({"@graph": [article(author=author), {"@type": "Person", "@id": "#ana", "name": "Ana Lima"}]})
    assert found is not None
    assert found.authors == names


def test_half_a_surrogate_pair_does_not_reach_the_dataset() -> None:
    found = story('{"@type":"NewsArticle","headline":"Harbour \\ud83d plan"}')
    assert found is not None
    assert found.title == "Harbour plan"


@pytest.mark.parametrize(
    ("value", "free"),
    [(True, True), ("true", True), (False, False), ("http://schema.org/False", False), (None, None), ([], None)],
)
def test_free_access_is_read_in_every_form(value: Any, free: bool | None) -> None:
    found = story(article(isAccessibleForFree=value))
    assert found is not None
    assert found.free is free
