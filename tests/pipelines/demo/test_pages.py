"""Pages of the sample site."""

import json
from urllib.parse import urlsplit

import pytest
from lxml.html import document_fromstring

from pipelines.demo.pages import address, content_type, description, render_page
from pipelines.demo.stories import Story, stories
from pipelines.demo.tables import publications

ORIGINS = {key: f"http://127.0.0.1:{each.port}" for key, each in publications().items()}


def by_name(story: Story) -> str:
    return story.id


@pytest.mark.parametrize("story", stories().values(), ids=by_name)
def test_a_page_holds_its_headline_and_every_paragraph(story: Story) -> None:
    tree = document_fromstring(render_page(story, ORIGINS).decode(story.encoding))
    shown = [each.text_content() for each in tree.iter("p")]
    assert [each.text_content() for each in tree.iter("h1")] == [story.title]
    assert [each for each in shown if each in story.shown] == list(story.shown)


@pytest.mark.parametrize("name", ["jsonld", "graph"])
def test_structured_data_parses(name: str) -> None:
    story = next(each for each in stories().values() if each.template == name)
    tree = document_fromstring(render_page(story, ORIGINS).decode())
    data = json.loads(tree.xpath("string(//script[@type='application/ld+json'])"))
    article = data["@graph"][1] if name == "graph" else data
    assert article["@type"] == "NewsArticle"
    assert article["datePublished"] == story.published.isoformat().replace("+00:00", "Z")
    assert [each["name"] for each in article["author"]] == list(story.authors)


def test_an_amp_page_names_the_original_as_canonical() -> None:
    amp, original = stories()["herald-amp-atacama"], stories()["herald-atacama-telescope"]
    tree = document_fromstring(render_page(amp, ORIGINS).decode())
    assert tree.xpath("string(//link[@rel='canonical']/@href)") == address(original, ORIGINS)


def test_one_page_says_its_charset_in_the_header_only_and_one_in_the_page_only() -> None:
    header, meta = stories()["vestnik-almaty-apples"], stories()["vestnik-yakutsk-permafrost"]
    assert content_type(header) == "text/html; charset=windows-1251"
    assert b"charset" not in render_page(header, ORIGINS)
    assert content_type(meta) == "text/html"
    assert b"charset=windows-1251" in render_page(meta, ORIGINS)
    for story in (header, meta):
        assert story.title in render_page(story, ORIGINS).decode("windows-1251")


def test_related_links_lead_to_pages_of_the_same_host() -> None:
    story = stories()["courrier-liege-bd"]
    tree = document_fromstring(render_page(story, ORIGINS).decode())
    links = tree.xpath("//section[contains(@class, 'related')]//a/@href")
    paths = {each.path for each in stories().values() if each.host == "courrier"}
    assert len(links) == 3
    assert {urlsplit(each).path for each in links} <= paths - {story.path}


def test_a_summary_is_the_start_of_the_text() -> None:
    for story in stories().values():
        assert story.paragraphs[0].startswith(description(story).removesuffix("…"))
