"""Home countries of sources: learned by one command, read by every run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schemas.columns import to_table
from schemas.homes import HomeCountry
from schemas.runs import WrittenFile
from transforms.storage.files import Files
from transforms.storage.manifests import Kind, Manifest, commit, committed_paths
from transforms.storage.tables import read_rows, write_aside

TABLE = "homes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """What is known, by host; without a version where nothing was ever learned."""

    version: str | None = None
    countries: Mapping[str, str] = field(default_factory=dict)


def load_homes(files: Files) -> Homes:
    """The newest learning: a run uses the one that it began with."""
    rows = [row for path in committed_paths(TABLE, files) for row in read_rows(path, HomeCountry, files)]
    version = max((row.version for row in rows), default=None)
    return Homes(version=version, countries={row.host: row.country for row in rows if row.version == version})


def commit_homes(homes: Iterable[HomeCountry], files: Files, run_id: str) -> WrittenFile:
    """Put a learning in the place of the one before, in one commit; the lock is the caller's."""
    before = tuple(committed_paths(TABLE, files))
    written = write_aside(to_table(homes, HomeCountry), TABLE, "", files, run_id)
    commit(Manifest(run_id=run_id, kind=Kind.LEARN, files=(written,), removes=before), files)
    return written
