"""Folders of WARC archives that runs of a dataset wrote, so that a deletion finds them."""

import json

from transforms.storage import layout
from transforms.storage.files import Files, StorageError, content_of


def remember_archive(folder: str, files: Files) -> None:
    """Note a folder before anything is written to it."""
    known = known_archives(files)
    if folder not in known:
        files.write(layout.ARCHIVES, (json.dumps([*known, folder], indent=1, ensure_ascii=False) + "\n").encode())


def known_archives(files: Files) -> tuple[str, ...]:
    """The folders, in the order in which they were noted; StorageError where the note is not whole."""
    if not files.exists(layout.ARCHIVES):
        return ()
    content = content_of(layout.ARCHIVES, files)
    try:
        return tuple(str(each) for each in json.loads(content))
    except (ValueError, TypeError) as error:
        detail = f"{files.root}/{layout.ARCHIVES} is damaged; delete it, and name the folders yourself with --archive"
        raise StorageError(detail) from error
