"""Full texts of feeds, at rest: one file for each feed of a run, and a claim check for each text in it.

They are nobody's to take up: a run that is killed reads the feed again.
"""

import hashlib
from collections.abc import Sequence

import zstandard

from schemas.links import FeedText
from transforms.storage import layout
from transforms.storage.files import Files

KIND = "feed_texts"
LEVEL = 3  # of zstd


def stage_texts(texts: Sequence[str], files: Files, run_id: str) -> list[FeedText]:
    """Write texts to one file whose name follows from its content; a claim check for each, in their order."""
    if not texts:
        return []
    pieces = [zstandard.compress(text.encode("utf-8", "replace"), LEVEL) for text in texts]
    content = b"".join(pieces)
    path = f"{layout.staging(run_id, KIND)}/{hashlib.sha256(content).hexdigest()[:24]}.zst"
    files.write(path, content)
    checks, offset = [], 0
    for piece in pieces:
        checks.append(FeedText(path=path, offset=offset, length=len(piece)))
        offset += len(piece)
    return checks


def read_text(check: FeedText, files: Files) -> str | None:
    """The text behind a claim check; None where the run that staged it is over."""
    try:
        file = files.open(check.path)
    except FileNotFoundError:
        return None
    with file:
        file.seek(check.offset)
        piece = file.read(check.length)
    return zstandard.decompress(piece).decode("utf-8")
