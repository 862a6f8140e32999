"""Where a dataset's files lie. All paths are relative to the dataset's root and parted by a slash."""

import contextlib
import errno
import os
import re
import shutil
import threading
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

T = TypeVar("T")

UNFINISHED = re.compile(r"\..+\.\d+-\d+\.tmp")  # NAME.PROCESS-THREAD: on its way to becoming NAME

CANNOT_FLUSH_FOLDERS = (errno.EINVAL, errno.ENOTSUP)  # some network file systems; they keep names safe themselves


class StorageError(OSError):
    """The dataset could not be read or written as asked; the message names the path and what was tried."""


class Files(Hashable, Protocol):
    """What storage needs of a folder or a bucket. Files appear whole or not at all. All methods raise StorageError."""

    @property
    def root(self) -> str:
        """The dataset's address, as its user writes it."""

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading at any place; FileNotFoundError where there is none."""

    def write(self, path: str, content: bytes | memoryview) -> None:
        """Write or replace a file."""

    def create(self, path: str, content: bytes) -> bool:
        """Write a file unless it is there already; False in that case. The one conditional write."""

    def rename(self, source: str, target: str) -> None:
        """Give a file another path. On a store: copy it, then delete the source."""

    def copy(self, source: str, target: str) -> None:
        """Give a file a second path; each of the two can be deleted without the other."""

    def exists(self, path: str) -> bool:
        """Whether a file is there."""

    def list(self, folder: str) -> list[str]:
        """All finished files below a folder, at any depth, sorted; empty where there is no such folder.

        Whoever wrote them: hidden files and those of other programs are told too.
        """

    def versions(self, folder: str) -> dict[str, str]:
        """The same files, each with a word that is another one once its content is."""

    def delete(self, path: str) -> None:
        """Delete a file or a folder with all it holds, if it is there."""

    def size(self, path: str) -> int:
        """Length of a file in bytes."""


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """A folder of this machine."""

    folder: str

    @property
    def root(self) -> str:
        return self.folder

    def open(self, path: str) -> BinaryIO:
        with _told(f"{self._at(path)} could not be read", but=FileNotFoundError):
            return self._at(path).open("rb")

    def write(self, path: str, content: bytes | memoryview) -> None:
        with self._unfinished(path, content) as unfinished:
            unfinished.replace(self._at(path))
            _flush_folder(self._at(path).parent)

    def create(self, path: str, content: bytes) -> bool:
        with self._unfinished(path, content) as unfinished:
            try:
                self._at(path).hardlink_to(unfinished)
            except FileExistsError:
                return False
            _flush_folder(self._at(path).parent)
        return True

    def rename(self, source: str, target: str) -> None:
        with _told(f"{self._at(source)} could not be renamed to {self._at(target)}"):
            _make_folder(self._at(target).parent)
            self._at(source).replace(self._at(target))
            _flush_folder(self._at(target).parent)

    def copy(self, source: str, target: str) -> None:
        """Its content lies on the disk once: finished files are never written to, so two names may share it."""
        with _told(f"{self._at(source)} could not be copied to {self._at(target)}"):
            _make_folder(self._at(target).parent)
            self._at(target).unlink(missing_ok=True)
            self._at(target).hardlink_to(self._at(source))
            _flush_folder(self._at(target).parent)

    def exists(self, path: str) -> bool:
        with _told(f"{self._at(path)} could not be looked up"):
            return self._at(path).exists()

    def list(self, folder: str) -> list[str]:
        return [path for path in _walk(Path(self.folder), folder) if not is_unfinished(path)]

    def versions(self, folder: str) -> dict[str, str]:
        with _told(f"{self._at(folder)} could not be listed"):
            found = {path: _version(self._at(path)) for path in self.list(folder)}
        return {path: version for path, version in found.items() if version}

    def delete(self, path: str) -> None:
        with _told(f"{self._at(path)} could not be deleted"):
            if self._at(path).is_dir():
                shutil.rmtree(self._at(path))
            else:
                self._at(path).unlink(missing_ok=True)

    def size(self, path: str) -> int:
        with _told(f"{self._at(path)} could not be looked up"):
            return self._at(path).stat().st_size

    def _at(self, path: str) -> Path:
        return Path(self.folder, path)

    @contextlib.contextmanager
    def _unfinished(self, path: str, content: bytes | memoryview) -> Iterator[Path]:
        """A flushed file of a name that no reader takes for data; gone afterwards."""
        target = self._at(path)
        unfinished = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.tmp")
        try:
            with _told(f"{target} could not be written ({len(content)} bytes)"):
                _make_folder(target.parent)
                _write_through(unfinished, content)
                yield unfinished
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)


def content_of(path: str, files: Files) -> bytes:
    """The whole of a small file; FileNotFoundError where there is none."""
    with files.open(path) as file:
        return file.read()


def read_parsed(path: str, parse: Callable[[bytes], T], files: Files) -> T:
    """What a small file of ours says; StorageError where it is not whole, since nobody may guess what it said."""
    content = content_of(path, files)
    try:
        return parse(content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        detail = f"{files.root}/{path} is damaged ({type(error).__name__}); run: newsbeam doctor {files.root}"
        raise StorageError(detail) from error


def left_unfinished(files: Files) -> list[str]:
    """Unfinished files of writers, living or killed. A store has none: it shows an object whole or not at all."""
    if not isinstance(files, LocalFiles):
        return []
    return [path for path in _walk(Path(files.folder), "") if is_unfinished(path)]


def is_unfinished(path: str) -> bool:
    return UNFINISHED.fullmatch(path.rpartition("/")[2]) is not None


def _walk(root: Path, folder: str) -> list[str]:
    """Files at any depth, sorted. A folder that may not be read is trouble, one that is not there is empty."""
    top = root / folder
    with _told(f"{top} could not be listed"):
        if not top.exists():
            return []
        found = (Path(at, name) for at, _, names in os.walk(top, onerror=_raise) for name in names)
        return sorted(str(path.relative_to(root)) for path in found)


def _version(path: Path) -> str | None:
    """What changes with a file; None where somebody deleted it meanwhile."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return f"{status.st_mtime_ns} {status.st_size} {status.st_ino}"


def _write_through(path: Path, content: bytes | memoryview) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they are there after a loss of power too."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    try:
        folder.mkdir(exist_ok=True)  # another thread may have made it just now
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from None
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    """Put the names in a folder on the disk: what is renamed after them is then never there without them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in CANNOT_FLUSH_FOLDERS:
            raise
    finally:
        os.close(handle)


def _raise(error: OSError) -> None:
    """A folder that somebody deleted meanwhile is empty; any other trouble is trouble."""
    if not isinstance(error, FileNotFoundError):
        raise error


@contextlib.contextmanager
def _told(trouble: str, but: type[OSError] = StorageError) -> Iterator[None]:
    """Say of which file an error speaks, and what was tried."""
    try:
        yield
    except (StorageError, but):
        raise
    except OSError as error:
        raise StorageError(f"{trouble}: {error.strerror or error}") from error
