import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.failures import Reason
from transforms.web.urls import BadUrl, canonicalize_url, clean_url, fold_host, host_of, origin_of, same_site, url_key


@pytest.mark.parametrize(
    ("given_url", "canonical"),
    [
        ("HTTP://News.Example:80/A/b?ID=3#top", "http://news.example/A/b?ID=3"),
        ("  https://news.example  ", "https://news.example/"),
        ("https://user:pw@news.example/a", "https://news.example/a"),
        ("https://news.example/a?utm_source=x&id=3&fbclid=y", "https://news.example/a?id=3"),
        ("https://news.example/a?b=2&a=1&UTM_Medium=x", "https://news.example/a?b=2&a=1"),
        ("https://news.example/a?utm_source=x", "https://news.example/a"),
        ("https://news.example/a?id=1&cid=2&uid=3&eid=4&source=5&keyword=6&p=7", None),
        ("https://www.google.com/url?q=https%3A%2F%2Fnews.example%2Fa%3Fid%3D3&sa=U", "https://news.example/a?id=3"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example%2Fa%3Ffbclid%3Dx", "https://news.example/a"),
        ("https://eu01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnews.example%2F", "https://news.example/"),
        ("https://www.google.com/amp/s/news.example/some-story-1.amp", "https://news.example/some-story-1"),
        ("https://news-example.cdn.ampproject.org/c/s/news.example/a", "https://news.example/a"),
        ("https://news.example/2026/some-story/amp/", "https://news.example/2026/some-story/"),
        ("https://news.example/some-story.amp.html?id=1", "https://news.example/some-story.html?id=1"),
        ("https://news.example/a?outputType=amp", "https://news.example/a"),
        ("https://news.example/music/amp", None),  # a section about amplifiers
        ("https://www.google.com/search?q=https://news.example/", None),
        ("https://www.google.com/url?q=javascript:alert(1)", None),
        ("http://bücher.example/ä?q=ü", "http://xn--bcher-kva.example/%C3%A4?q=%C3%BC"),
        ("http://2130706433/", "http://127.0.0.1/"),
    ],
)
def test_canonical_form(given_url: str, canonical: str | None) -> None:
    assert canonicalize_url(given_url) == (canonical or given_url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news.example/a",
        "//news.example/a",
        "news.example:80/a",
        "http://",
        "http:///x",
        "http:news.example",
        "http://[::1",
        "http://127.0.0.1\\@news.example/",
        "http:\\\\news.example/",
        "http://news.example/a b",
        "http://news.example/a\tb",
        "http://ne\nws.example/",
        "http://news.example/\x00",
        "http://news.example/\ud800",
        "http://news.example:65536/",
        "http://news.example:-1/",
        "http://news.example/" + "x" * 70_000,
    ],
)
def test_a_url_that_does_not_stand_for_itself_is_bad(url: str) -> None:
    with pytest.raises(BadUrl) as caught:
        canonicalize_url(url)
    assert caught.value.reason is Reason.BAD_URL


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://news.example/",
        "gopher://news.example/",
        "data:text/html,hi",
        "javascript:alert(1)",
        "blob:https://news.example/1",
        "view-source:https://news.example/",
    ],
)
def test_only_http_is_read(url: str) -> None:
    with pytest.raises(BadUrl) as caught:
        canonicalize_url(url)
    assert caught.value.reason is Reason.BAD_SCHEME


def test_an_address_with_a_scope_is_blocked() -> None:
    with pytest.raises(BadUrl) as caught:
        canonicalize_url("http://[fe80::1%25lo]/")
    assert caught.value.reason is Reason.BLOCKED_ADDRESS


def test_no_message_repeats_the_credentials() -> None:
    with pytest.raises(BadUrl) as caught:
        canonicalize_url("http://user:hunter2@[::1/")
    assert "hunter2" not in repr(caught.value)
    assert caught.value.__suppress_context__


words = st.text(string.ascii_letters + string.digits + "-._~%/?&=#:@+ü", max_size=40)
names = st.sampled_from(["utm_source", "id", "amp", "q", "url", "Cid", "fbclid", "", "a.amp"])
queries = st.lists(st.tuples(names, words), max_size=4).map(lambda pairs: "&".join(f"{k}={v}" for k, v in pairs))
hosts = st.sampled_from(
    ["www.google.com/url", "news.example", "l.facebook.com/l.php", "m.news.example/long-story.amp.amp"]
)
urls = st.builds("https://{}/{}?{}".format, hosts, words, queries) | st.builds("https://{}?{}".format, hosts, queries)


@given(urls)
def test_a_canonical_url_is_its_own_canonical_form(url: str) -> None:
    try:
        canonical = canonicalize_url(url)
    except BadUrl:
        return
    assert canonicalize_url(canonical) == canonical
    assert len(url_key(canonical)) == 32
    assert host_of(canonical)


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_bad(text: str) -> None:
    try:
        canonical = canonicalize_url(text)
    except BadUrl:
        return
    assert canonical.startswith(("http://", "https://"))


TABLE = Path(__file__).parents[2] / "fixtures" / "url_pairs.tsv"
PAIRS = [
    line.split("\t")
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if line.startswith(("same\t", "other\t"))
]


@pytest.mark.parametrize(("verdict", "one", "other", "about"), PAIRS)
def test_urls_of_one_page_have_one_key_and_others_have_not(verdict: str, one: str, other: str, about: str) -> None:
    same = url_key(canonicalize_url(one)) == url_key(canonicalize_url(other))
    assert same is (verdict == "same"), about


def test_the_table_of_pairs_is_as_large_as_its_benchmark_says() -> None:
    assert len(PAIRS) >= 120
    assert len({(one, other) for _, one, other, _ in PAIRS}) == len(PAIRS)


def test_the_host_key_is_the_name_with_an_unusual_port() -> None:
    assert host_of("http://News.Example/a") == host_of("https://news.example/b") == "news.example"
    assert host_of("https://news.example:8080/") == "news.example:8080"
    assert host_of("http://127.0.0.1:8001/") != host_of("http://127.0.0.1:8002/")
    assert host_of("http://[::1]:8000/") == "[::1]:8000"


def test_the_origin_names_the_scheme() -> None:
    assert origin_of("https://news.example/a") == "https://news.example"


def test_a_redirect_may_be_relative_and_untidy() -> None:
    assert clean_url("../b c#x", base="http://news.example/a/d") == "http://news.example/b%20c"
    with pytest.raises(BadUrl):
        clean_url("javascript:alert(1)", base="http://news.example/")


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("https://www.news.example/", "http://news.example/x", True),
        ("https://sport.news.example/", "https://news.example/", True),
        ("https://news.example/", "https://other.example/", False),
        ("https://one.github.io/", "https://github.io/", False),
        ("https://one.co.uk/", "https://co.uk/", False),
        ("https://onenews.example/", "https://news.example/", False),
    ],
)
def test_one_site(a: str, b: str, same: bool) -> None:  # a column of the table
    assert same_site(a, b) is same
    assert same_site(b, a) is same


def test_folding_never_leaves_only_a_suffix() -> None:
    assert fold_host("www.m.news.example") == "news.example"
    assert fold_host("www.example") == "www.example"
    assert fold_host("m.com.au") == "m.com.au"
