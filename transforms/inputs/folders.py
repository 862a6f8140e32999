"""HTML files in a folder and all below it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SUFFIXES = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlFile:
    path: str
    size: int
    modified_at: datetime


def list_html(folder: str) -> Iterator[HtmlFile]:
    """List the files, sorted name by name and folder by folder; what begins with a dot is left out.

    Links are followed, each folder is entered once. A folder that may not be read and a link that leads nowhere are
    listed themselves, so that opening them fails under their name.
    """
    yield from _list(Path(folder), set())


def _list(folder: Path, entered: set[tuple[int, int]]) -> Iterator[HtmlFile]:
    identity = folder.stat()
    if (identity.st_dev, identity.st_ino) in entered:
        return
    entered.add((identity.st_dev, identity.st_ino))
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _list(path, entered) if os.access(path, os.R_OK | os.X_OK) else [_file(path)]
        elif path.name.lower().endswith(SUFFIXES):
            yield _file(path)


def _file(path: Path) -> HtmlFile:
    facts = path.stat() if path.exists() else path.lstat()
    return HtmlFile(path=str(path), size=facts.st_size, modified_at=datetime.fromtimestamp(facts.st_mtime, UTC))
