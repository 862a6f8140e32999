from dataclasses import replace

from schemas.candidates import Candidate
from schemas.failures import Drop, DropReason, Failure, Reason, Stage
from schemas.links import Previous
from tests.fixtures.records import NOW, draft, link, story
from transforms.articles.cleaning import clean_draft
from transforms.articles.finishing import Settings, finish_drafts
from transforms.articles.sketching import fingerprint_candidate
from transforms.articles.tagging import Taggers, tag_candidate
from transforms.storage.homes import Homes
from transforms.text.normal import content_hash

BLOCKS = story(1)


def test_a_draft_is_cleaned_tagged_and_fingerprinted() -> None:
    (finished,) = finish_drafts(Settings().packed(), [draft(*BLOCKS)])
    cleaned = clean_draft(draft(*BLOCKS))
    assert isinstance(cleaned, Candidate)
    assert finished == fingerprint_candidate(tag_candidate(cleaned, Taggers()))


def test_results_come_in_the_order_of_the_drafts_and_a_drop_ends_its_own() -> None:
    known = Previous(content_hash=content_hash(BLOCKS), revision=1, first_seen_at=NOW)
    same = draft(*BLOCKS, of=link("https://news.example/two", previous=known))
    dropped, finished = finish_drafts(Settings().packed(), [same, draft(*story(2))])
    assert isinstance(dropped, Drop)
    assert dropped.reason is DropReason.UNCHANGED
    assert isinstance(finished, Candidate)


def test_a_bug_costs_one_draft_and_names_its_step() -> None:
    failure, finished = finish_drafts(Settings().packed(), [replace(draft(*BLOCKS), extraction=None), draft(*BLOCKS)])
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.reason) == (Stage.CLEAN, Reason.INTERNAL_ERROR)
    assert isinstance(finished, Candidate)


def test_other_settings_are_not_taken_for_those_before() -> None:
    for version in ("one", "two"):
        (finished,) = finish_drafts(Settings(homes=Homes(version=version)).packed(), [draft(*BLOCKS)])
        assert isinstance(finished, Candidate)
        assert finished.article.homes_version == version
