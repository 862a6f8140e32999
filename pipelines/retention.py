"""What is kept, and for how long: addresses as deletions compare them, and the end of a run with --keep-days."""

from datetime import timedelta
from urllib.parse import urlsplit

from schemas.runs import Run
from transforms.storage import layout
from transforms.storage.descriptions import describe
from transforms.storage.files import Files
from transforms.storage.manifests import committed
from transforms.storage.upkeep.deletion import Deletion, delete
from transforms.storage.upkeep.doomed import Target
from transforms.web.urls import BadUrl, canonicalize_url, fold_host, url_key


def retain(files: Files, run: Run, days: int) -> Deletion | None:
    """Delete all that is older than some days, as a commit of its own behind that of the run.

    While merged files wait for readers of an older snapshot it is left to the next run.
    """
    if any(each.path.startswith(layout.MERGED) for each in committed(files)):
        return None
    midnight = run.started_at.replace(hour=0, minute=0, second=0, microsecond=0)
    target = Target(before=midnight - timedelta(days=days))
    done = delete(files, target, address_of, f"{run.run_id}.kept", run.started_at, at_once=False)
    describe(files)
    return done


def address_of(url: str) -> tuple[str, str] | None:
    """Key and folded host of a URL; None for what is none."""
    try:
        canonical = canonicalize_url(url)
    except BadUrl:
        return None
    return url_key(canonical), fold_host(urlsplit(canonical).hostname or "")
