"""The newest snapshot of a dataset, opened anew after each commit: what was deleted is gone with the next request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import TypeVar

import duckdb

from pipelines.explorer.snapshot import Snapshot, version_of
from transforms.storage.files import Files, StorageError

T = TypeVar("T")


class Shelf:
    """Hands out the snapshot of the last commit; an older one is closed once nobody reads it."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._changed = Condition()
        self._readers = 0
        self._snapshot = Snapshot(files)

    def read(self, ask: Callable[[Snapshot], T]) -> T:
        """Ask the newest snapshot; once more when a commit took its files away meanwhile."""
        with self._newest() as snapshot:
            try:
                return ask(snapshot)
            except (duckdb.Error, StorageError):
                if snapshot.version == version_of(self._files):
                    raise
        with self._newest() as snapshot:
            return ask(snapshot)

    def close(self) -> None:
        """Wait for who reads, then let go of the files."""
        with self._changed:
            self._changed.wait_for(lambda: self._readers == 0)
            self._snapshot.close()

    @contextmanager
    def _newest(self) -> Iterator[Snapshot]:
        with self._changed:
            if self._snapshot.version != version_of(self._files):
                self._changed.wait_for(lambda: self._readers == 0)
                self._renew()
            self._readers += 1
            snapshot = self._snapshot
        try:
            yield snapshot
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    def _renew(self) -> None:
        if self._snapshot.version != version_of(self._files):
            self._snapshot.close()
            self._snapshot = Snapshot(self._files)
