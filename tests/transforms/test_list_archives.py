import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.failures import Fate, Reason, Subject
from schemas.links import Link, LinkKind
from schemas.sources import SourceKind, SourceRead, SourceStatus
from tests.fixtures.archives import warc_record, write_warc
from tests.fixtures.verbs import run_verb
from transforms.list_archives import ListArchives, ListFolders, list_archive, list_folder

CAPTURED = datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_page_of_an_archive_is_a_link_with_its_place_and_time(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [("https://a.example/1", b"<p>1"), ("https://a.example/2", b"<p>2")])
    first, second, count = list_archive(path)
    assert first == Link(
        url="https://a.example/1",
        source=path,
        kind=LinkKind.WARC,
        path=path,
        offset=0,
        version=f"warc:{CAPTURED.isoformat()}",
        modified_at=CAPTURED,
    )
    assert isinstance(second, Link)
    assert second.offset == len(warc_record("https://a.example/1", b"<p>1"))
    assert count == SourceRead(source=path, kind=SourceKind.ARCHIVE, status=SourceStatus.READ, links=2)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", Reason.NOT_AN_ARCHIVE), (b"<html>no archive", Reason.NOT_AN_ARCHIVE)]
)
def test_what_is_no_archive_is_a_failed_source(tmp_path: Path, content: bytes, reason: Reason) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(content)
    failure, count = list_archive(str(path))
    assert isinstance(failure, Fate)
    assert isinstance(count, SourceRead)
    assert (failure.record.reason, failure.record.subject) == (reason, Subject.SOURCE)  # type: ignore[union-attr]
    assert count.status is SourceStatus.FAILED


def test_an_archive_without_pages_says_what_it_holds_instead(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    info = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:0>\r\nContent-Length: 2\r\n\r\nhi\r\n\r\n"
    path.write_bytes(info)
    failure, _ = list_archive(str(path))
    assert isinstance(failure, Fate)
    assert failure.record.reason is Reason.EMPTY_SOURCE
    assert failure.record.detail == "it holds no HTML page but 1 warcinfo_record"


def test_a_file_of_a_folder_is_a_link_with_its_time_of_change(tmp_path: Path) -> None:
    page = tmp_path / "deep" / "a.html"
    page.parent.mkdir()
    page.write_bytes(b"<p>hello")
    os.utime(page, (CAPTURED.timestamp(), CAPTURED.timestamp()))
    (tmp_path / "notes.txt").write_text("no page")
    assert list(list_folder(str(tmp_path))) == [
        Link(
            url=str(page),
            source=str(tmp_path),
            kind=LinkKind.FILE,
            path=str(page),
            version=f"file:{CAPTURED.isoformat()}-8",
            modified_at=CAPTURED,
        ),
        SourceRead(source=str(tmp_path), kind=SourceKind.FOLDER, status=SourceStatus.READ, links=1),
    ]


def test_a_folder_without_pages_is_a_failed_source(tmp_path: Path) -> None:
    failure, _ = list_folder(str(tmp_path))
    assert isinstance(failure, Fate)
    assert (failure.record.reason, failure.record.detail) == (Reason.EMPTY_SOURCE, "it holds no HTML page")


def test_a_folder_that_cannot_be_listed_is_a_failed_source(tmp_path: Path) -> None:
    failure, count = list_folder(str(tmp_path / "gone"))
    assert isinstance(failure, Fate)
    assert isinstance(count, SourceRead)
    assert (failure.record.reason, count.status) == (Reason.MISSING_FILE, SourceStatus.FAILED)


def test_archives_and_folders_become_links(tmp_path: Path) -> None:
    archive = write_warc(tmp_path / "a.warc.gz", [("https://a.example/1", b"<p>1")])
    done = run_verb(ListArchives, [archive, str(tmp_path / "gone.warc")])
    assert [each.url for each in done.outputs] == ["https://a.example/1"]
    assert done.reasons == [Reason.MISSING_FILE]
    assert done.counts == {"read": {"in": 2, "ok": 1, "failed/missing_file": 1}}
    (tmp_path / "a.html").write_bytes(b"<p>hello")
    assert [each.kind for each in run_verb(ListFolders, [str(tmp_path)]).outputs] == [LinkKind.FILE]
