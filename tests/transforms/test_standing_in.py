from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.failures import Drop, DropReason, Failure, Fate, Reason, Stage
from schemas.links import FeedItem, Link
from schemas.pages import Page
from tests.fixtures.records import NOW, extraction, link, page, run_in
from transforms.filesystems import dataset_files
from transforms.outcomes import failed, fate_of
from transforms.standing_in import as_document, settled, stand_in, stand_in_for_refused
from transforms.storage.feed_texts import stage_texts

STUB = extraction("The first lines.", title="On the page", paywalled=True, quality=("paywall_stub",))


def carried(folder: Path, **fields: Any) -> Link:
    """A link whose feed carries the text."""
    (check,) = stage_texts(["<p>The whole text"], dataset_files(str(folder)), "20261123T120000Z-000001")
    return link(feed_text=check, **fields)


def test_a_refused_page_is_that_of_its_feed(tmp_path: Path) -> None:
    refusal = failed(carried(tmp_path), Stage.OPEN, Reason.FORBIDDEN)
    found = stand_in_for_refused(refusal, run_in(tmp_path))
    assert isinstance(found, Page)
    assert b"<article><p>The whole text</article>" in found.body
    assert (found.instead_of, found.fetched_at, found.final_url) == (refusal.record, NOW, refusal.link.canonical_url)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "reason", [Reason.GONE, Reason.LEGAL, Reason.AI_OPTOUT, Reason.HOST_PAUSED, Reason.BLOCKED_ADDRESS]
)
def test_a_text_that_was_taken_back_reserved_or_not_asked_for_stays_a_failure(tmp_path: Path, reason: Reason) -> None:
    refusal = failed(carried(tmp_path), Stage.OPEN, reason)
    assert stand_in_for_refused(refusal, run_in(tmp_path)) == refusal


def test_without_a_text_in_the_feed_a_failure_stays(tmp_path: Path) -> None:
    refusal = failed(link(), Stage.OPEN, Reason.NOT_FOUND)
    assert stand_in_for_refused(refusal, run_in(tmp_path)) == refusal


def test_pages_drops_and_texts_that_are_gone_stay_what_they_are(tmp_path: Path) -> None:
    known = carried(tmp_path)
    lost = replace(known, feed_text=replace(known.feed_text, path="_meta/staging/before/feed_texts/x.zst"))  # type: ignore[type-var]
    drop = fate_of(Drop(url="u", reason=DropReason.INTERRUPTED), known)
    for each in (page(b"x", link=known), drop, failed(lost, Stage.OPEN, Reason.NOT_FOUND)):
        assert stand_in_for_refused(each, run_in(tmp_path)) is each


def test_a_stub_is_tried_with_the_feed_and_a_whole_page_is_not(tmp_path: Path) -> None:
    opened, run = page(b"", link=carried(tmp_path)), run_in(tmp_path)
    tried = stand_in(opened, STUB, run)
    assert tried
    assert tried.instead_of == STUB
    assert stand_in(opened, extraction("A whole text."), run) is None


def test_a_feed_stands_in_once(tmp_path: Path) -> None:
    failure = Failure(url="u", stage=Stage.EXTRACT, reason=Reason.NO_TEXT)
    tried = stand_in(page(b"", link=carried(tmp_path)), failure, run_in(tmp_path))
    assert tried
    assert stand_in(tried, failure, run_in(tmp_path)) is None


def test_the_language_of_a_feed_is_a_claim_of_its_document() -> None:
    item = FeedItem(feed_url="https://news.example/feed", language='e"n')
    assert '<html lang="e&quot;n">' in as_document("<p>x", item)
    assert "<html>" in as_document("<p>x", None)


def test_what_a_refused_page_was_refused_for_is_flagged() -> None:
    refusal = Failure(url="u", stage=Stage.OPEN, reason=Reason.FORBIDDEN)
    assert settled(extraction("The whole text."), refusal).quality == ("feed_text", "page_forbidden")


def test_a_stub_keeps_what_it_says_of_itself_and_gets_the_longer_text() -> None:
    found = settled(extraction("The first lines.", "And all the others."), STUB)
    assert (found.title, found.paywalled, found.quality) == ("On the page", True, ("feed_text",))
    assert found.blocks == ("The first lines.", "And all the others.")


def test_a_stub_that_says_more_than_its_feed_stays() -> None:
    assert settled(extraction("Short."), STUB) == STUB


def test_a_fate_without_a_link_is_no_refusal(tmp_path: Path) -> None:
    fate = Fate(record=Failure(url="u", stage=Stage.READ, reason=Reason.NOT_A_FEED))
    assert stand_in_for_refused(fate, run_in(tmp_path)) is fate
