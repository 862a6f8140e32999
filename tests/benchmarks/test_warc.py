import io
from datetime import UTC, datetime

from fastwarc.warc import ArchiveIterator

from benchmarks.warc import Response, write_response

PAGE = Response(url="https://paper.example/ä", fetched_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC), html=b"<p>hi</p>")


def written() -> bytes:
    stream = io.BytesIO()
    write_response(stream, PAGE)
    write_response(stream, PAGE)
    return stream.getvalue()


def test_records_are_read_back_with_address_date_and_body() -> None:
    records = [
        (
            record.headers["WARC-Target-URI"],
            record.headers["WARC-Date"],
            record.http_headers.status_code,
            record.reader.read(),
        )
        for record in ArchiveIterator(io.BytesIO(written()))
    ]
    assert records == [("https://paper.example/ä", "2026-03-04T05:06:07Z", 200, b"<p>hi</p>")] * 2


def test_the_same_page_gives_the_same_bytes() -> None:
    assert written() == written()
