import pytest

from transforms.web.sniffing import unlike_page


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<!doctype html><p>hi", "text/html"),
        (b"<!doctype html><p>hi", None),
        (b"  \n<html>", "application/octet-stream"),
        (b"\xef\xbb\xbf<html>", "application/json"),
        (b"hello", "text/plain; charset=utf-8"),
        ("<!doctype html>".encode("utf-16"), "text/html"),
        ("<!doctype html>".encode("utf-16-le"), "text/html; charset=utf-16le"),
        (b"hello", ""),
    ],
)
def test_pages(body: bytes, content_type: str | None) -> None:
    assert unlike_page(body, content_type) is None


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b"%PDF-1.7", "text/html", "a PDF"),
        (b"\x89PNG\r\n", "text/html", "an image"),
        (b"PK\x03\x04", "text/html", "a zip archive"),
        (b"\x00\x00\x00\x18ftypmp42", "text/html", "a video or image"),
        (b"ab\x00cd", "text/html", "binary data"),
        (b'{"error": 1}', "application/json", "declared as application/json"),
        (b"body {}", "text/css", "declared as text/css"),
    ],
)
def test_what_is_no_page(body: bytes, content_type: str, kind: str) -> None:
    assert unlike_page(body, content_type) == kind
