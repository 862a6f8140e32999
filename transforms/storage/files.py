"""Where a dataset's files lie. All paths are relative to the dataset's root and parted by a slash."""

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


class StorageError(OSError):
    """The dataset could not be read or written as asked; the message names the path and what was tried."""


class Files(Protocol):
    """What storage needs of a folder or a bucket. Files appear whole or not at all. All methods raise StorageError."""

    @property
    def root(self) -> str:
        """The dataset's address, as its user writes it."""

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading at any place; FileNotFoundError where there is none."""

    def write(self, path: str, content: bytes) -> None:
        """Write or replace a file."""

    def create(self, path: str, content: bytes) -> bool:
        """Write a file unless it is there already; False in that case. The one conditional write."""

    def rename(self, source: str, target: str) -> None:
        """Give a file another path. On a store: copy it, then delete the source."""

    def exists(self, path: str) -> bool:
        """Whether a file is there."""

    def list(self, folder: str) -> list[str]:
        """All finished files below a folder, at any depth, sorted; empty where there is no such folder."""

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
        return self._at(path).open("rb")

    def write(self, path: str, content: bytes) -> None:
        with self._unfinished(path, content) as unfinished:
            unfinished.replace(self._at(path))

    def create(self, path: str, content: bytes) -> bool:
        with self._unfinished(path, content) as unfinished:
            try:
                self._at(path).hardlink_to(unfinished)
            except FileExistsError:
                return False
        return True

    def rename(self, source: str, target: str) -> None:
        with _told(f"{self._at(source)} could not be renamed to {self._at(target)}"):
            self._at(target).parent.mkdir(parents=True, exist_ok=True)
            self._at(source).replace(self._at(target))

    def exists(self, path: str) -> bool:
        return self._at(path).exists()

    def list(self, folder: str) -> list[str]:
        found = self._at(folder).rglob("*")
        names = (str(path.relative_to(self.folder)) for path in found if path.is_file())
        return sorted(name for name in names if not name.rpartition("/")[2].startswith("."))

    def delete(self, path: str) -> None:
        with _told(f"{self._at(path)} could not be deleted"):
            if self._at(path).is_dir():
                shutil.rmtree(self._at(path))
            else:
                self._at(path).unlink(missing_ok=True)

    def size(self, path: str) -> int:
        return self._at(path).stat().st_size

    def _at(self, path: str) -> Path:
        return Path(self.folder, path)

    @contextlib.contextmanager
    def _unfinished(self, path: str, content: bytes) -> Iterator[Path]:
        """A flushed file of a name that no reader takes for data; gone afterwards."""
        target = self._at(path)
        unfinished = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.tmp")
        try:
            with _told(f"{target} could not be written ({len(content)} bytes)"):
                target.parent.mkdir(parents=True, exist_ok=True)
                _write_through(unfinished, content)
                yield unfinished
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _told(trouble: str) -> Iterator[None]:
    """Say of which file an error speaks, and what was tried."""
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"{trouble}: {error.strerror or error}") from error
