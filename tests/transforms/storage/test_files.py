import errno
import os
from pathlib import Path

import pytest

from transforms.storage.files import LocalFiles, StorageError, left_unfinished


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(str(tmp_path / "news"))


def content(files: LocalFiles, path: str) -> bytes:
    with files.open(path) as file:
        return file.read()


def full_disk(_: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_is_written_with_the_folders_above_it(files: LocalFiles) -> None:
    files.write("a/b/c.json", b"one")
    assert (content(files, "a/b/c.json"), files.size("a/b/c.json")) == (b"one", 3)
    files.write("a/b/c.json", memoryview(b"two!"))
    assert content(files, "a/b/c.json") == b"two!"


def test_a_folder_that_another_thread_makes_meanwhile_is_no_trouble(
    files: LocalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.mkdir

    def beaten(path: Path, **options: bool) -> None:
        real(path)
        real(path, **options)

    monkeypatch.setattr(Path, "mkdir", beaten)
    files.write("a/b/c.json", b"one")
    assert content(files, "a/b/c.json") == b"one"


def test_a_full_disk_names_the_file_and_the_bytes_and_leaves_the_old_content(
    files: LocalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write("a.json", b"old")
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(StorageError, match=r"news/a\.json could not be written \(7 bytes\): No space left on device"):
        files.write("a.json", b"content")
    assert content(files, "a.json") == b"old"
    assert [path.name for path in Path(files.root).iterdir()] == ["a.json"]


def test_of_many_who_create_a_file_the_first_wins(files: LocalFiles) -> None:
    assert [files.create("lock.json", each) for each in (b"one", b"two")] == [True, False]
    assert content(files, "lock.json") == b"one"
    assert left_unfinished(files) == []


def test_a_file_that_is_not_there_is_told_apart_from_trouble(files: LocalFiles) -> None:
    files.write("file", b"")
    with pytest.raises(FileNotFoundError):
        files.open("nothing")
    with pytest.raises(StorageError, match="file/below could not be read: Not a directory"):
        files.open("file/below")


def test_a_renamed_file_replaces_what_lies_there(files: LocalFiles) -> None:
    files.write("here", b"new")
    files.write("there/x", b"old")
    files.rename("here", "there/x")
    assert (content(files, "there/x"), files.exists("here")) == (b"new", False)
    with pytest.raises(StorageError, match=r"here could not be renamed to .*there/x"):
        files.rename("here", "there/x")


def test_a_copy_outlives_its_source(files: LocalFiles) -> None:
    files.write("one", b"content")
    for _ in range(2):  # again, as after a crash
        files.copy("one", "two/copy")
    files.delete("one")
    assert content(files, "two/copy") == b"content"


def test_a_list_shows_strangers_but_nothing_unfinished(files: LocalFiles) -> None:
    for path in ("t/b.parquet", "t/a/c.parquet", "t/.DS_Store", "t/.b.parquet.12-34.tmp", "u/x"):
        files.write(path, b"")
    assert files.list("t") == ["t/.DS_Store", "t/a/c.parquet", "t/b.parquet"]
    assert files.list("nowhere") == []
    assert left_unfinished(files) == ["t/.b.parquet.12-34.tmp"]


def test_a_folder_that_cannot_be_listed_is_trouble_not_empty(
    files: LocalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write("t/a/x", b"")

    def refused(path: str) -> object:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(StorageError, match="t could not be listed: Permission denied"):
        files.list("t")


def test_files_and_folders_are_deleted_and_what_is_gone_stays_gone(files: LocalFiles) -> None:
    files.write("t/a/x", b"")
    files.write("y", b"")
    for path in ("t", "y", "y", "never"):
        files.delete(path)
    assert files.list("") == []


def test_a_folder_below_a_file_is_trouble(files: LocalFiles) -> None:
    files.write("y", b"")
    with pytest.raises(StorageError, match=r"y/a/b could not be written \(0 bytes\): Not a directory"):
        files.write("y/a/b", b"")
