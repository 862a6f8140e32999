from dataclasses import replace

import pytest

from schemas.links import FeedItem
from schemas.tags import EvidenceSource, Role
from tests.fixtures.records import candidate, link
from transforms.articles.tagging import Taggers, tag_candidate

TITLE = "Kenya's parliament passes election law"
TEXT = (
    "NAIROBI - The parliament of Kenya passed a new election law on Tuesday after a long debate among the parties.",
    "The government and the opposition in Nairobi had argued for months about how votes are counted in elections.",
    "Ministers said that the president of Kenya would sign the law before the election campaign begins in spring.",
)


@pytest.fixture(scope="module")
def taggers() -> Taggers:
    return Taggers()


def test_an_article_is_tagged_with_what_it_is_about(taggers: Taggers) -> None:
    tagged = tag_candidate(candidate(*TEXT, title=TITLE), taggers).article
    assert tagged.primary_topic == "medtop:11000000"
    assert tagged.primary_region == "KE"
    assert ("KE", Role.ABOUT) in [(each.code, each.role) for each in tagged.regions]


def test_nothing_but_tags_is_changed(taggers: Taggers) -> None:
    before = candidate(*TEXT, title=TITLE)
    after = tag_candidate(before, taggers)
    tags = (
        "topics", "primary_topic", "tags", "regions", "places", "primary_region", "primary_subdivision",
        "organizations", "homes_version",
    )  # fmt: skip
    blank = {name: getattr(before.article, name) for name in tags}
    assert replace(after, article=replace(after.article, **blank)) == before


def test_evidence_stands_where_it_says(taggers: Taggers) -> None:
    tagged = tag_candidate(candidate(*TEXT, title=TITLE), taggers).article
    columns = {EvidenceSource.TITLE: tagged.title or "", EvidenceSource.TEXT: tagged.text}
    evidence = [each for tag in (*tagged.topics, *tagged.regions) for each in tag.evidence]
    assert evidence
    for each in evidence:
        if each.source in columns:
            assert columns[each.source][each.start : each.end] == each.quote


def test_a_publisher_has_a_home_country(taggers: Taggers) -> None:
    local = ("The council voted on Monday to repair the old bridge over the river before the winter begins.",) * 2
    at_home = link(item=FeedItem(feed_url="f", country="NZ"))
    assert tag_candidate(candidate(*local, of=at_home), taggers).article.primary_region == "NZ"
    assert tag_candidate(candidate(*local), taggers).article.primary_region is None


def test_the_publisher_s_section_counts_as_evidence(taggers: Taggers) -> None:
    tagged = tag_candidate(candidate(*TEXT, title=TITLE, section="Sport"), taggers).article
    assert "medtop:15000000" in [each.code for each in tagged.topics]


def test_an_article_without_title_and_language_is_tagged_too(taggers: Taggers) -> None:
    assert tag_candidate(candidate(*TEXT, language=None), taggers).article.primary_region == "KE"
