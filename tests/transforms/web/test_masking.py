"""Addresses as they may be shown, and as they go through a run."""

import pytest

from transforms.web.masking import without_credentials, without_userinfo


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://user:pass@news.example/a", "https://news.example/a"),
        ("https://token@news.example/a?x=@y", "https://news.example/a?x=@y"),
        ("HTTP://a:b@c@news.example", "HTTP://news.example"),
        (r"http:\\user:pass@news.example/", r"http:\\news.example/"),
        ("http:user:pass@news.example/", "http:news.example/"),
        ("  https://user:pa ss@news.example/", "  https://news.example/"),
        ("https://news.example/@author/a?mail=a@b", "https://news.example/@author/a?mail=a@b"),
        ("https://news.example#a@b", "https://news.example#a@b"),
        ("desk@news.example", "desk@news.example"),
        ("", ""),
    ],
)
def test_a_password_is_taken_out_of_an_address_and_nothing_else(given: str, expected: str) -> None:
    assert without_userinfo(given) == expected


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:hunter2@news.example/a", "http://***@news.example/a"),
        ("http://u:p@ss@news.example", "http://***@news.example"),
        ("http://[::1?token=abc", "http://[::1?token=***"),
        ("https://news.example/?id=1&api_key=abc&keyword=b", "https://news.example/?id=1&api_key=***&keyword=b"),
        ("https://b.example/?X-Amz-Signature=abc&X-Amz-Date=1", "https://b.example/?X-Amz-Signature=***&X-Amz-Date=1"),
        ("https://news.example/#access_token=abc", "https://news.example/#access_token=***"),
        ("https://news.example/?%74oken=abc", "https://news.example/?%74oken=***"),
        ("https://a.example/?u=https%3A%2F%2Fjo%3Apw%40b.example", "https://a.example/?u=https%3A%2F%2F***@b.example"),
        ("https://news.example/@author/story?author=ann", "https://news.example/@author/story?author=ann"),
        ("see https://user:pass@news.example/a.", "see https://***@news.example/a."),
        ("https://news.example/keynote?monkey=1&page=2;sid=3", "https://news.example/keynote?monkey=1&page=2;sid=***"),
    ],
)
def test_secrets_are_masked_in_any_text(url: str, shown: str) -> None:
    assert without_credentials(url) == shown
