"""What a stream keeps beside the data: the mark that asks it to stop, the one that says it has, and when it asked."""

import json
from collections.abc import Mapping
from datetime import datetime

from transforms.storage import layout
from transforms.storage.files import Files, content_of


def ask_stream_to_stop(files: Files) -> None:
    """Leave the mark; raises StorageError."""
    files.write(layout.STOP_MARK, b"stop\n")


def is_asked_to_stop(files: Files) -> bool:
    return files.exists(layout.STOP_MARK)


def mark_end(files: Files) -> None:
    """Say that the last window is committed."""
    files.write(layout.END_MARK, b"ended\n")


def has_ended(files: Files) -> bool:
    return files.exists(layout.END_MARK)


def clear_marks(files: Files) -> None:
    """What an earlier stream left is not for the next one."""
    for path in (layout.STOP_MARK, layout.END_MARK):
        if files.exists(path):
            files.delete(path)


def write_polls(owner: str, polls: Mapping[str, datetime], files: Files) -> None:
    """When an owner asks each of its feeds; written before it does, so that nobody asks again too soon."""
    rows = {name: at.isoformat() for name, at in sorted(polls.items())}
    files.write(_polls(owner), json.dumps(rows, ensure_ascii=False).encode())


def read_polls(owner: str, files: Files) -> dict[str, datetime]:
    """The same; nothing where it never asked, or where a crash tore the file."""
    try:
        rows = json.loads(content_of(_polls(owner), files))
        return {name: datetime.fromisoformat(at) for name, at in rows.items()}
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        return {}


def _polls(owner: str) -> str:
    return f"{layout.STREAM}/polls-{owner}.json"
