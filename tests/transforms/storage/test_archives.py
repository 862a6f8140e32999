from pathlib import Path

import pytest

from transforms.storage import layout
from transforms.storage.archives import known_archives, remember_archive
from transforms.storage.files import LocalFiles, StorageError


def test_folders_are_noted_once_in_their_order(tmp_path: Path) -> None:
    files = LocalFiles(str(tmp_path))
    assert known_archives(files) == ()
    for folder in ("/b", "/a", "/b"):
        remember_archive(folder, files)
    assert known_archives(files) == ("/b", "/a")


@pytest.mark.parametrize("content", [b"", b"1", b"[\xff"])
def test_a_note_that_is_not_whole_is_no_guess(tmp_path: Path, content: bytes) -> None:
    files = LocalFiles(str(tmp_path))
    files.write(layout.ARCHIVES, content)
    with pytest.raises(StorageError, match="is damaged; delete it, and name the folders yourself with --archive"):
        known_archives(files)
