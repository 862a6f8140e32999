from dataclasses import replace

import pytest

from schemas.failures import Reason, Stage
from schemas.links import Link, LinkKind
from tests.fixtures.verbs import run_verb
from transforms.canonicalize_urls import CanonicalizeUrls, RefuseBadUrls, canonicalize_link, refuse_bad_url


def named(url: str, **fields: object) -> Link:
    return Link(url=url, source="list.txt", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    ["http://www.news.example/one", "https://news.example/one/", "https://NEWS.example/one?utm_source=mail#top"],
)
def test_spellings_of_one_address_share_a_key(other: str) -> None:
    one, another = canonicalize_link(named("https://news.example/one")), canonicalize_link(named(other))
    assert one.url_key == another.url_key
    assert another.url == other


def test_different_pages_have_different_keys() -> None:
    one, two = (canonicalize_link(named(f"https://news.example/?id={number}")) for number in (1, 2))
    assert one.url_key != two.url_key


def test_a_file_is_known_by_its_path_and_has_no_url() -> None:
    link = canonicalize_link(named("pages/a.html", kind=LinkKind.FILE, path="pages/a.html"))
    other = canonicalize_link(named("pages/b.html", kind=LinkKind.FILE, path="pages/b.html"))
    assert link.canonical_url is None
    assert link.url_key != other.url_key
    assert refuse_bad_url(link) == link


def test_a_bad_url_has_a_key_so_that_it_is_told_once() -> None:
    first, second = canonicalize_link(named("ftp://news.example/")), canonicalize_link(named("ftp://news.example/"))
    assert first.canonical_url is None
    assert first.url_key == second.url_key is not None


@pytest.mark.parametrize(
    ("url", "reason"),
    [("ftp://news.example/a", Reason.BAD_SCHEME), ("https://", Reason.BAD_URL), ("no address", Reason.BAD_URL)],
)
def test_a_bad_url_is_a_failure_with_its_reason(url: str, reason: Reason) -> None:
    failure = refuse_bad_url(canonicalize_link(named(url)))
    assert (failure.url, failure.stage, failure.reason) == (url, Stage.CANONICALIZE, reason)  # type: ignore[union-attr]


def test_a_key_may_come_from_text_that_is_no_unicode() -> None:
    assert canonicalize_link(named("no address \udcff")).url_key


def test_links_pass_and_bad_urls_are_entered_in_the_ledger() -> None:
    good, bad = named("https://news.example/one"), named("ftp://news.example/")
    done = run_verb(_both, [good, bad])
    assert done.outputs == [canonicalize_link(good)]
    assert done.reasons == [Reason.BAD_SCHEME]
    assert done.counts == {"canonicalize": {"in": 2, "ok": 1, "failed/bad_scheme": 1}}
    assert replace(done.outputs[0], canonical_url=None, url_key=None) == good


def _both(ledger: object) -> object:
    return CanonicalizeUrls() | RefuseBadUrls(ledger)  # type: ignore[arg-type]
