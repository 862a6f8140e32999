"""The status of the process that watches a dataset's sources, beside the data."""

import json
from dataclasses import asdict

from schemas.watches import Watch
from transforms.storage import layout
from transforms.storage.files import Files, content_of


def write_watch(watch: Watch, files: Files) -> None:
    """Write or replace the status; raises StorageError."""
    files.write(layout.WATCH, (json.dumps(asdict(watch), indent=1, ensure_ascii=False) + "\n").encode())


def read_watch(files: Files) -> Watch | None:
    """The status that was left last; none where nobody ever watched, or where it cannot be understood."""
    if not files.exists(layout.WATCH):
        return None
    try:
        return Watch(**json.loads(content_of(layout.WATCH, files)))
    except (ValueError, TypeError):
        return None
