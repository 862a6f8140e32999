"""WARC files of all that was asked and answered, so that a run can be done again without asking anybody.

Each exchange is three records: the request, `metadata` that says for whose sake it was made and what robots.txt said,
and the response. An exchange that failed has no response, and says why. Secrets are starred out.
"""

import base64
import gzip
import hashlib
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from uuid import NAMESPACE_URL, uuid5

from schemas.columns import to_row
from transforms.web.client import Exchange, Response
from transforms.web.connections import Answer
from transforms.web.memory import Witnessed

UNFINISHED = ".open"  # ending of a file that is being written, which no pattern of archives takes
METADATA_TYPE = "application/json; profile=newsbeam"
LEVEL = 4  # of gzip; most bodies are compressed already
LOST_CODINGS = frozenset({"transfer-encoding", "content-length", "connection", "keep-alive"})  # undone, or of the wire


@dataclass(frozen=True, slots=True)
class _Record:
    kind: str
    url: str
    content_type: str
    block: bytes
    concurrent_to: str | None = None


class Archive:
    """Writes files below a folder; safe to share between threads. A file gets its name when nobody writes any more."""

    def __init__(self, folder: str, name: str, user_agent: str) -> None:
        self._folder, self._name, self._user_agent = Path(folder), name, user_agent
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._writers = self._files = self._records = 0

    def enter(self) -> None:
        """Expect exchanges, until as many calls of `leave`."""
        with self._lock:
            self._writers += 1

    def leave(self) -> None:
        """Finish the file, if nobody else expects any."""
        with self._lock:
            self._writers -= 1
            if self._writers == 0 and self._file is not None:
                self._file.close()
                self._file = None
                self._path(UNFINISHED).rename(self._path(""))

    def write(self, seen: Witnessed) -> None:
        """Add the records of one exchange."""
        raw = seen.answer.raw
        if raw is None:
            return
        with self._lock:
            self._begin(seen.at)
            response_id = self._identifier(3)
            records = [
                _Record("request", seen.answer.url, "application/http; msgtype=request", _request(raw), response_id),
                _Record("metadata", seen.answer.url, METADATA_TYPE, _metadata(seen), response_id),
            ]
            if raw.answer is not None:
                block = _response(raw.answer)
                records.append(_Record("response", seen.answer.url, "application/http; msgtype=response", block))
            self._append(records, seen.at)

    def _begin(self, at: datetime) -> None:
        if self._file is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._files += 1
        self._file = self._path(UNFINISHED).open("wb")
        info = f"software: {self._user_agent}\r\nformat: WARC File Format 1.1\r\nrobots: obey\r\n".encode()
        self._append([_Record("warcinfo", "", "application/warc-fields", info)], at)

    def _append(self, records: Iterable[_Record], at: datetime) -> None:
        assert self._file is not None
        for each in records:
            identifier = self._identifier(1)
            self._records += 1
            self._file.write(gzip.compress(_framed(each, identifier, at), LEVEL, mtime=0))
        self._file.flush()

    def _identifier(self, ahead: int) -> str:
        """Identifier of a record, which follows from the file's name and its place."""
        return f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{self._name}/{self._records + ahead}')}>"

    def _path(self, ending: str) -> Path:
        return self._folder / f"{self._name}-{self._files:03d}.warc.gz{ending}"


def _framed(record: _Record, identifier: str, at: datetime) -> bytes:
    lines = [
        "WARC/1.1",
        f"WARC-Type: {record.kind}",
        f"WARC-Record-ID: {identifier}",
        f"WARC-Date: {at:%Y-%m-%dT%H:%M:%S.%fZ}",
        f"WARC-Block-Digest: {_digest(record.block)}",
        f"Content-Type: {record.content_type}",
        f"Content-Length: {len(record.block)}",
    ]
    lines += [f"WARC-Target-URI: {record.url}"] if record.url else []
    lines += [f"WARC-Concurrent-To: {record.concurrent_to}"] if record.concurrent_to else []
    return "\r\n".join([*lines, "", ""]).encode() + record.block + b"\r\n\r\n"


def _request(raw: Exchange) -> bytes:
    lines = [f"GET {raw.target} HTTP/1.1", *(f"{name}: {value}" for name, value in raw.sent), "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace")


def _response(answer: Answer) -> bytes:
    """The answer with its content coding, and without its transfer coding."""
    kept = [(name, value) for name, value in answer.headers if name not in LOST_CODINGS]
    lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}", *(f"{name}: {value}" for name, value in kept)]
    lines.append(f"content-length: {len(answer.body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + answer.body


def _metadata(seen: Witnessed) -> bytes:
    """For whose sake it was asked, with what is needed to do it again."""
    request, answer = seen.request, seen.answer
    told: dict[str, Any] = {"kind": "robots" if request is None else request.kind, "robots": seen.robots}
    if request is not None:
        told |= {"attempts": request.attempts, "via": list(request.via), "link": to_row(request.link)}
    if not isinstance(answer, Response):
        told |= {"reason": answer.reason, "detail": answer.detail}
    return json.dumps(told, ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _digest(block: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
