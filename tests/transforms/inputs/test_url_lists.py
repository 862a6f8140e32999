from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

import pytest

from schemas.failures import Reason
from transforms.inputs.list_entries import NotAList
from transforms.inputs.url_lists import UrlEntry, parse_url_list


def read(body: bytes) -> list[UrlEntry]:
    return list(parse_url_list(body.splitlines(keepends=True), "urls"))


def urls(body: bytes) -> list[str]:
    return [entry.url for entry in read(body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            b"# mine\n\nhttps://a.example/1\nhttps://a.example/2#part\n",
            ["https://a.example/1", "https://a.example/2#part"],
        ),
        (
            b"\xef\xbb\xbfhttps://a.example/1\r\nhttps://a.example/2 # second\r\n",
            ["https://a.example/1", "https://a.example/2"],
        ),
        (b"not a url\n", ["not a url"]),
        (b"url\nhttps://a.example/1\n", ["https://a.example/1"]),
        (b'"loc";"x"\nhttps://a.example/1;2\n', ["https://a.example/1"]),
        (b'{"link": "https://a.example/1"}\n', ["https://a.example/1"]),
        (b"https://a.example/\xe9\n", ["https://a.example/é"]),
        (b"", []),
    ],
)
def test_every_kind_of_list(body: bytes, expected: list[str]) -> None:
    assert urls(body) == expected


def test_columns_are_read_by_name() -> None:
    body = b'title,url,published_at,lastmod\n"One, two",https://a.example/1,2024-05-06,2024-05-07T10:00:00Z\n'
    assert read(body) == [
        UrlEntry(
            url="https://a.example/1",
            title="One, two",
            published_at=datetime(2024, 5, 6, tzinfo=UTC),
            lastmod=datetime(2024, 5, 7, 10, tzinfo=UTC),
        )
    ]


def test_a_quoted_field_may_span_lines() -> None:
    body = b'url,title\nhttps://a.example/1,"One\ntwo"\nhttps://a.example/2,x\n'
    assert [(entry.url, entry.title) for entry in read(body)] == [
        ("https://a.example/1", "One two"),
        ("https://a.example/2", "x"),
    ]


def test_a_quote_that_never_closes_costs_its_own_line_only() -> None:
    rows = "".join(f"https://a.example/{number},x\n" for number in range(50))
    found = urls(f'url,title\nhttps://a.example/bad,"x\n{rows}'.encode())
    assert found == ['https://a.example/bad,"x', *(f"https://a.example/{number}" for number in range(50))]


def test_no_malformed_line_is_lost() -> None:
    body = b'{"url": "https://a.example/1"}\n{"url": \n["x"]\n{"title": "no address"}\n'
    assert urls(body) == ["https://a.example/1", '{"url":', '["x"]', '{"title": "no address"}']
    assert urls(b"url,title\nhttps://a.example/1,a,b,c\n") == ["https://a.example/1,a,b,c"]


def test_reading_is_lazy() -> None:
    def endless() -> Iterator[bytes]:
        number = 0
        while True:
            number += 1
            yield b"https://a.example/%d\n" % number

    first = islice(parse_url_list(endless(), "urls"), 3)
    assert [entry.url for entry in first] == ["https://a.example/1", "https://a.example/2", "https://a.example/3"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"\x89PNG\x00\x00", "binary"),
        ("https://a.example/\n".encode("utf-16"), "UTF-16"),
        (b"\n<!doctype HTML><p>", "an HTML page"),
        (b"<urlset></urlset>", "is it a sitemap"),
    ],
)
def test_what_is_no_list(body: bytes, detail: str) -> None:
    with pytest.raises(NotAList, match=detail) as caught:
        read(body)
    assert caught.value.reason is Reason.NOT_A_LIST
