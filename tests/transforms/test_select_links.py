from datetime import UTC, datetime

import pytest

from schemas.failures import Drop, DropReason
from schemas.links import FeedItem, Link, LinkKind
from schemas.selection import Selection
from tests.fixtures.records import link
from tests.fixtures.verbs import run_verb
from transforms.select_links import LimitLinks, SelectLinks, limit_links, select_link, stated_time

MAY, JUNE = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def dated(moment: datetime | None, url: str = "https://news.example/one") -> Link:
    return link(url, item=FeedItem(feed_url="f", published_at=moment))


@pytest.mark.parametrize(
    "pattern",
    [
        "news.example",
        "NEWS.example",
        "*.example",
        "example",
        "https://news.example/sport/*",
        "*/sport/*",
        "new?.example",
    ],
)
def test_a_pattern_is_a_host_a_parent_of_one_or_a_url(pattern: str) -> None:
    wanted = select_link(link("https://news.example/sport/1"), Selection(include=(pattern,)))
    assert isinstance(wanted, Link)


@pytest.mark.parametrize("pattern", ["ews.example", "news", "sport", "other.example", "https://news.example/"])
def test_a_pattern_does_not_match_a_part_of_a_name(pattern: str) -> None:
    refused = select_link(link("https://news.example/sport/1"), Selection(include=(pattern,)))
    assert refused == Drop(
        url="https://news.example/sport/1", reason=DropReason.EXCLUDED, detail="matches no --include"
    )


def test_a_host_matches_with_and_without_its_port() -> None:
    asked = link("http://127.0.0.1:8080/a")
    for pattern in ("127.0.0.1", "127.0.0.1:8080"):
        assert isinstance(select_link(asked, Selection(include=(pattern,))), Link)
    assert isinstance(select_link(asked, Selection(include=("127.0.0.1:9090",))), Drop)


def test_exclude_beats_include_and_is_named() -> None:
    refused = select_link(link(), Selection(include=("news.example",), exclude=("*/one",)))
    assert refused == Drop(url=link().url, reason=DropReason.EXCLUDED, detail="matches --exclude */one")


def test_a_file_is_matched_by_its_path() -> None:
    file = Link(url="pages/sport/a.html", source="pages", kind=LinkKind.FILE, path="pages/sport/a.html")
    assert isinstance(select_link(file, Selection(include=("*/sport/*",))), Link)


def test_what_its_feed_dates_before_since_is_too_old() -> None:
    refused = select_link(dated(MAY), Selection(since=JUNE))
    assert refused == Drop(url=link().url, reason=DropReason.TOO_OLD, detail="dated 2026-05-01 by list.txt")
    assert isinstance(select_link(dated(JUNE), Selection(since=JUNE)), Link)


def test_what_nobody_dates_is_read() -> None:
    assert isinstance(select_link(dated(None), Selection(since=JUNE)), Link)


def test_the_feed_knows_better_than_the_sitemap_when_it_was_published() -> None:
    assert stated_time(link(item=FeedItem(feed_url="f", published_at=JUNE), modified_at=MAY)) == JUNE
    assert stated_time(link(modified_at=MAY)) == MAY


def test_the_newest_links_are_kept_whatever_their_order() -> None:
    undated, old, new = dated(None, "https://a.example/"), dated(MAY, "https://b.example/"), dated(JUNE)
    for order in ([undated, old, new], [new, old, undated]):
        assert limit_links(order, 2) == ([new, old], [undated])


def test_of_equal_dates_the_smaller_key_is_kept() -> None:
    one, two = link("https://a.example/1"), link("https://a.example/2")
    assert limit_links([two, one], 1) == limit_links([one, two], 1) == ([one], [two])


def test_refused_links_and_those_over_the_limit_are_drops() -> None:
    selection = Selection(exclude=("spam.example",), max_pages=1)
    links = [dated(MAY), dated(JUNE, "https://news.example/two"), link("https://spam.example/")]
    done = run_verb(lambda ledger: SelectLinks(selection, ledger) | LimitLinks(selection, ledger), links)
    assert done.outputs == [links[1]]
    assert sorted(done.reasons) == [DropReason.EXCLUDED, DropReason.LIMIT]
    assert done.counts == {
        "select": {"in": 3, "ok": 2, "dropped/excluded": 1},
        "limit": {"in": 1, "ok": 1, "dropped/limit": 1},
    }


def test_without_a_limit_links_do_not_meet() -> None:
    links = object()
    assert LimitLinks(Selection(), None).expand(links) is links  # type: ignore[arg-type]
