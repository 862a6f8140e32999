import io
import tarfile
import zipfile

import pytest

from transforms.text.sniffing import not_html


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.html", "<html></html>")
    return stream.getvalue()


def tarred() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.html"))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG image"),
        (b"\x00\x00\x00\x18ftypmp42", "an MP4 or HEIF file"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (zipped(), "a ZIP archive or office document"),
        (tarred(), "a tar archive"),
        (bytes(range(1, 27)) * 40, "binary data"),
        (b"just words", "text without any markup"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>', "a feed or sitemap (<rss>)"),
        (b"<?xml version='1.0'?><urlset xmlns='x'></urlset>", "a feed or sitemap (<urlset>)"),
    ],
)
def test_what_is_no_page_is_named_by_its_bytes(body: bytes, kind: str) -> None:
    assert not_html(body, "text/html") == kind


def test_a_type_that_is_no_page_is_believed_where_there_is_no_markup() -> None:
    assert not_html(b'{"error": "not found"}', "application/json; charset=utf-8") == "application/json"


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><body></body></html>",
        b"\n\n  <!-- a comment --><p>hi",
        b"\xef\xbb\xbf<html>",
        "<html><p>утф</p></html>".encode("utf-16"),
        "<html><p>утф</p></html>".encode("utf-16-le"),
        b"<html><body><rss>no feed</rss></body></html>",
    ],
)
def test_what_may_be_a_page_passes_whatever_its_type(body: bytes) -> None:
    assert not_html(body, None) is None
    assert not_html(body, "application/pdf") is None


def test_markup_may_come_late_unless_the_type_says_something_else() -> None:
    late = b"words " * 2_000 + b"<p>markup</p>"
    assert not_html(late, "text/html") is None
    assert not_html(late, "application/pdf") == "application/pdf"
