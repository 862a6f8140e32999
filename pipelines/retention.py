"""What is kept, and for how long: addresses as deletions compare them, and the end of a run with --keep-days."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from schemas.runs import Run
from transforms.inputs.warc_removal import CLEAN, IsMeant, remove_exchanges
from transforms.storage import layout
from transforms.storage.archives import known_archives
from transforms.storage.descriptions import describe
from transforms.storage.files import Files
from transforms.storage.manifests import committed
from transforms.storage.upkeep.deletion import Deletion, delete
from transforms.storage.upkeep.doomed import Target
from transforms.web.archive import UNFINISHED
from transforms.web.urls import BadUrl, canonicalize_url, fold_host, url_key

ARCHIVES = "newsbeam-*.warc.gz*"  # those that are being written, or were left so, too
ABANDONED = 3600.0  # seconds without a record, after which nobody writes an unfinished archive any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """An archive that lost exchanges, or that could not be searched, and why."""

    path: str
    exchanges: int = 0
    damaged: int = 0
    trouble: str = ""


def retain(files: Files, run: Run, days: int) -> Deletion | None:
    """Delete all that is older than some days, as a commit of its own behind that of the run.

    While merged files wait for readers of an older snapshot it is left to the next run.
    """
    if any(each.path.startswith(layout.MERGED) for each in committed(files)):
        return None
    midnight = run.started_at.replace(hour=0, minute=0, second=0, microsecond=0)
    target = Target(before=midnight - timedelta(days=days))
    done = delete(files, target, address_of, f"{run.run_id}.kept", run.started_at, at_once=False)
    clean_archives(known_archives(files), target, done.keys)
    describe(files)
    return done


def clean_archives(folders: Sequence[str], target: Target, keys: frozenset[str]) -> list[Cleaned]:
    """Take what a deletion meant out of the archives that runs wrote; each file that changed, or could not be read."""

    def is_meant(url: str, at: datetime | None) -> bool:
        past = target.before is not None and at is not None and at < target.before
        place = address_of(url)
        return past or bool(place and place[0] in keys) or target.means(url, address_of)

    found = sorted(path for each in dict.fromkeys(folders) for path in Path(each).glob(ARCHIVES))
    for half_written in (each for each in found if each.name.endswith(CLEAN)):
        half_written.unlink()  # of a deletion that was killed; the file that it was made of is there
    paths = [each for each in found if not each.name.endswith(CLEAN)]
    cleaned = [_cleaned(path, is_meant) for path in paths]
    gone = [Cleaned(path=each, trouble="is not there") for each in folders if not Path(each).is_dir()]
    return [*(each for each in cleaned if each.exchanges or each.damaged or each.trouble), *gone]


def _cleaned(path: Path, is_meant: IsMeant) -> Cleaned:
    if path.name.endswith(UNFINISHED) and time.time() - path.stat().st_mtime < ABANDONED:
        return Cleaned(path=str(path), trouble="a run may be writing it")
    try:
        done = remove_exchanges(path, is_meant)
    except OSError as error:
        return Cleaned(path=str(path), trouble=str(error))
    return Cleaned(path=str(path), exchanges=done.exchanges, damaged=done.damaged)


def address_of(url: str) -> tuple[str, str] | None:
    """Key and folded host of a URL; None for what is none."""
    try:
        canonical = canonicalize_url(url)
    except BadUrl:
        return None
    return url_key(canonical), fold_host(urlsplit(canonical).hostname or "")
