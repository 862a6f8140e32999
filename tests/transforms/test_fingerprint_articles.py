from dataclasses import replace
from pathlib import Path

import pytest

from schemas.candidates import Candidate
from schemas.links import FeedItem
from tests.fixtures.datasets import staged
from tests.fixtures.records import URL, candidate, link, run_in, story
from tests.fixtures.verbs import run_verb
from transforms.fingerprint_articles import FingerprintArticles, _Pack, fingerprint_candidate, guid_key
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


def test_sketches_travel_in_the_order_of_the_rows_on_disk(tmp_path: Path) -> None:
    given = [candidate(*story(n), of=link(f"https://news.example/{n}")) for n in range(3)]
    done = run_verb(lambda ledger: FingerprintArticles(run_in(tmp_path), ledger), given)
    (sketches,) = done.outputs
    on_disk = staged(tmp_path, sketches.path, Candidate)
    assert on_disk == [fingerprint_candidate(each) for each in given]
    assert sketches.urls == tuple(each.link.url for each in given)
    assert sketches.fingerprints == tuple(each.fingerprint for each in on_disk)
    assert done.counts == {"fingerprint": {"in": 3, "ok": 3}}


def test_a_full_file_is_closed_before_the_bundle_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.fingerprint_articles.FILE_ROWS", 2)
    pack = _Pack(run_in(tmp_path))
    pack.start_bundle()
    given = [fingerprint_candidate(candidate(*story(n), of=link(f"https://news.example/{n}"))) for n in range(3)]
    packed = [each for one in given for each in pack.process(one)] + [each.value for each in pack.finish_bundle()]
    assert [len(each.fingerprints) for each in packed] == [2, 1]
