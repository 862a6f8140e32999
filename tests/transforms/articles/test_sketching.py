from dataclasses import replace

from schemas.links import FeedItem
from tests.fixtures.records import URL, candidate, link, story
from transforms.articles.sketching import fingerprint_candidate, guid_key
from transforms.web.urls import url_key

ONE = candidate(*story(1), title="One")


def test_the_key_of_an_address_is_that_of_the_url_to_cite() -> None:
    cited = replace(ONE, article=replace(ONE.article, canonical_url="https://other.example/1"))
    assert fingerprint_candidate(ONE).fingerprint.url_key == url_key(URL)  # type: ignore[union-attr]
    assert fingerprint_candidate(cited).fingerprint.url_key == url_key("https://other.example/1")  # type: ignore[union-attr]


def test_a_file_has_no_key_of_an_address() -> None:
    file = replace(ONE, article=replace(ONE.article, canonical_url=None, final_url=None))
    assert fingerprint_candidate(file).fingerprint.url_key is None  # type: ignore[union-attr]


def test_a_guid_means_something_within_its_feed_only() -> None:
    keys = {guid_key(link(item=FeedItem(feed_url=feed, guid="7"))) for feed in ("https://a/", "https://b/")}
    assert len(keys) == 2
    assert guid_key(link(item=FeedItem(feed_url="f"))) is None
    assert guid_key(link()) is None
