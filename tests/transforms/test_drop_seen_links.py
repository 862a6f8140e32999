from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from schemas.failures import Drop, DropReason, Reason
from schemas.links import FeedItem, Link, LinkKind, Previous
from schemas.state import LinkState
from tests.fixtures.datasets import commit, stage
from tests.fixtures.records import NOW, URL, draft, link, run_in, story
from tests.fixtures.verbs import run_verb
from transforms.drop_seen_links import DropSeenLinks, choose_link, judge_link

HOUR = timedelta(hours=1)
KEY = f"{1:032x}"
READ = LinkState(
    url_key=KEY, at=NOW - HOUR, version="item:1", content_hash="c", revision=2, first_seen_at=NOW - 3 * HOUR
)
FAILED = LinkState(
    url_key=KEY, at=NOW - HOUR, version="item:1", reason=Reason.NOT_FOUND, failures=3, retry_at=NOW + HOUR
)
ASKED = link(url_key=KEY, version="item:1")


def test_a_link_that_nobody_read_is_due() -> None:
    assert judge_link(ASKED, None, NOW, None) == ASKED


def test_a_link_that_was_read_is_seen() -> None:
    assert judge_link(ASKED, READ, NOW, None) == Drop(
        url=URL, reason=DropReason.SEEN, detail="read at 2026-11-23 11:00"
    )


def test_a_changed_item_is_due_and_knows_the_revision_before() -> None:
    due = judge_link(replace(ASKED, version="item:2"), READ, NOW, None)
    assert isinstance(due, Link)
    assert due.previous == Previous(content_hash="c", revision=2, first_seen_at=NOW - 3 * HOUR)


@pytest.mark.parametrize("version", [None, "lastmod:2026-11-23", "warc:2026-11-23"])
def test_versions_of_different_kinds_say_nothing(version: str | None) -> None:
    assert isinstance(judge_link(replace(ASKED, version=version), READ, NOW, None), Drop)


@pytest.mark.parametrize(("after", "kind"), [(HOUR, Link), (2 * HOUR, Drop)])
def test_refetch_after_makes_a_known_link_due(after: timedelta, kind: type) -> None:
    assert isinstance(judge_link(ASKED, READ, NOW, after), kind)


def test_a_failed_link_waits_for_its_time() -> None:
    assert judge_link(ASKED, FAILED, NOW, None) == Drop(
        url=URL,
        reason=DropReason.BACKING_OFF,
        detail="not_found at 2026-11-23 11:00; not before 2026-11-23 13:00",
    )


@pytest.mark.parametrize(
    ("asked", "state"),
    [
        (ASKED, replace(FAILED, retry_at=NOW)),
        (ASKED, replace(FAILED, retry_at=None)),
        (replace(ASKED, version="item:2"), FAILED),
    ],
)
def test_a_failed_link_is_due_when_its_time_has_come_or_its_item_changed(asked: Link, state: LinkState) -> None:
    due = judge_link(asked, state, NOW, None)
    assert isinstance(due, Link)
    assert (due.failed_before, due.previous) == (3, None)


def test_a_link_that_was_read_before_it_failed_keeps_its_revision() -> None:
    state = replace(FAILED, retry_at=None, content_hash="c", revision=2, first_seen_at=NOW - 3 * HOUR)
    due = judge_link(ASKED, state, NOW, None)
    assert isinstance(due, Link)
    assert due.previous == Previous(content_hash="c", revision=2, first_seen_at=NOW - 3 * HOUR)


def test_what_lies_on_disk_is_read_before_the_network_is_asked() -> None:
    web = link(source="b feed", item=FeedItem(feed_url="f", title="T"), version="item:1")
    old = link(source="a.warc", kind=LinkKind.WARC, offset=0, modified_at=NOW - HOUR)
    new = link(source="c.warc", kind=LinkKind.WARC, offset=9, modified_at=NOW)
    for order in permutations([web, old, new]):
        chosen, rest = choose_link(order)
        assert (chosen.source, [each.source for each in rest]) == ("c.warc", ["a.warc", "b feed"])
        assert (chosen.item, chosen.version) == (web.item, "item:1")
        assert chosen.seen_in == ("a.warc", "b feed")


def test_a_source_that_names_a_link_twice_is_no_other_source() -> None:
    assert choose_link([link(), link()])[0].seen_in == ()


def test_a_link_that_its_feed_names_anew_beats_the_one_that_is_owed() -> None:
    owed = link(version="item:1", failed_before=2, item=FeedItem(feed_url="f", title="Old"))
    named = link(version="item:2", item=FeedItem(feed_url="f", title="New"))
    for order in ([owed, named], [named, owed]):
        assert choose_link(order)[0] == named


def test_two_items_of_one_feed_with_one_link_do_not_depend_on_their_order() -> None:
    one = link(version="item:1", item=FeedItem(feed_url="f", guid="1"))
    two = link(version="item:2", item=FeedItem(feed_url="f", guid="2"))
    assert choose_link([one, two])[0] == choose_link([two, one])[0]


def test_what_a_killed_run_had_read_is_not_read_again(tmp_path: Path) -> None:
    stage(run_in(tmp_path, "20261123T110000Z-000000"), "drafts", [draft(*story(1), of=ASKED)])
    done = run_verb(lambda ledger: DropSeenLinks(run_in(tmp_path), None, ledger), [ASKED])
    assert [(each.reason, each.detail) for each in done.fates] == [
        (
            DropReason.DUPLICATE_LINK,
            "read by run 20261123T110000Z-000000, which has not committed it; it is taken up from there",
        )
    ]


def test_one_link_of_each_key_goes_on_and_all_others_are_drops(tmp_path: Path) -> None:
    commit([READ], LinkState, "links", run_in(tmp_path, "20261123T110000Z-000000"))
    fresh = link("https://news.example/new", url_key="b" * 32)
    again = replace(fresh, url="http://news.example/new", source="other list.txt")
    done = run_verb(lambda ledger: DropSeenLinks(run_in(tmp_path), None, ledger), [ASKED, fresh, again])
    assert done.outputs == [replace(fresh, seen_in=("other list.txt",))]
    assert sorted(done.reasons) == [DropReason.DUPLICATE_LINK, DropReason.SEEN]
    assert {each.link for each in done.entries} == {ASKED, again}
    assert done.counts == {"look_up": {"in": 2, "ok": 1, "dropped/duplicate_link": 1, "dropped/seen": 1}}
