"""The status of a watch."""

from pathlib import Path

from schemas.watches import Watch
from transforms.storage import layout
from transforms.storage.files import LocalFiles
from transforms.storage.watches import read_watch, write_watch

WATCH = Watch(host="h", pid=7, every_seconds=900.0, started_at="2026-11-23T12:00:00+00:00", rounds=2)


def test_a_status_is_read_as_it_was_written(tmp_path: Path) -> None:
    files = LocalFiles(str(tmp_path))
    assert read_watch(files) is None
    write_watch(WATCH, files)
    assert read_watch(files) == WATCH


def test_what_cannot_be_understood_is_no_status(tmp_path: Path) -> None:
    files = LocalFiles(str(tmp_path))
    for content in (b"", b"[]", b'{"host": "h"}', b'{"another": 1}'):
        files.write(layout.WATCH, content)
        assert read_watch(files) is None
