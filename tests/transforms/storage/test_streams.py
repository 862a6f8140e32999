"""Marks of a stream, and when it asked which feed."""

from pathlib import Path

import pytest

from tests.fixtures.records import NOW
from transforms.storage import layout
from transforms.storage.files import LocalFiles
from transforms.storage.streams import (
    ask_stream_to_stop,
    clear_marks,
    has_ended,
    is_asked_to_stop,
    mark_end,
    read_polls,
    write_polls,
)


def test_marks_are_seen_until_the_next_stream_clears_them(tmp_path: Path) -> None:
    files = LocalFiles(str(tmp_path))
    assert not is_asked_to_stop(files)
    ask_stream_to_stop(files)
    mark_end(files)
    assert is_asked_to_stop(files)
    assert has_ended(files)
    clear_marks(files)
    assert not is_asked_to_stop(files)
    assert not has_ended(files)


def test_polls_are_read_as_they_were_written_for_each_owner_apart(tmp_path: Path) -> None:
    files = LocalFiles(str(tmp_path))
    write_polls("hosts-1", {"https://news.example/feed": NOW}, files)
    assert read_polls("hosts-1", files) == {"https://news.example/feed": NOW}
    assert read_polls("hosts-2", files) == {}


@pytest.mark.parametrize("torn", [b"", b"{", b"[]", b'{"a": 1}', b'{"a": "soon"}'])
def test_a_torn_record_of_polls_counts_as_none(tmp_path: Path, torn: bytes) -> None:
    files = LocalFiles(str(tmp_path))
    files.write(f"{layout.STREAM}/polls-hosts-1.json", torn)
    assert read_polls("hosts-1", files) == {}
