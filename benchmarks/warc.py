"""WARC files of pages: one gzip member per record, the same bytes for the same pages."""

import gzip
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

LEVEL = 1  # of gzip: a made corpus of 100,000 pages is 19 GB before compression


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    url: str
    fetched_at: datetime
    html: bytes


def write_response(stream: BinaryIO, response: Response) -> None:
    """Append one response record; its id follows from the URL."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(response.html)
    headers = [
        "WARC/1.1",
        "WARC-Type: response",
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, response.url)}>",
        f"WARC-Target-URI: {response.url}",
        f"WARC-Date: {response.fetched_at:%Y-%m-%dT%H:%M:%SZ}",
        "Content-Type: application/http;msgtype=response",
        f"Content-Length: {len(http) + len(response.html)}",
    ]
    head = "\r\n".join([*headers, "", ""]).encode()
    stream.write(gzip.compress(head + http + response.html + b"\r\n\r\n", compresslevel=LEVEL, mtime=0))
