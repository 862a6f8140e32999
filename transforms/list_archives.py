"""ListArchives and ListFolders: links to pages that lie on disk."""

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.failures import Fate, Reason, Stage
from schemas.links import Link, LinkKind
from schemas.sources import SourceKind, SourceRead, SourceStatus
from transforms.filesystems import open_input
from transforms.inputs.folders import HtmlFile, list_html
from transforms.inputs.warc import NotAnArchive, WarcEntry, WarcListing
from transforms.outcomes import AttemptEach
from transforms.read_lists import reason_of, unread

Found = Link | Fate | SourceRead


@dataclass
class ListArchives(beam.PTransform):
    """One link for each page in the WARC files; pages themselves are read when the link is opened."""

    ledger: ErrorHandler

    def expand(self, paths: beam.PCollection) -> beam.PCollection:
        return paths | AttemptEach(list_archive, Stage.READ, self.ledger, Link)


@dataclass
class ListFolders(beam.PTransform):
    """One link for each HTML file below the folders."""

    ledger: ErrorHandler

    def expand(self, paths: beam.PCollection) -> beam.PCollection:
        return paths | AttemptEach(list_folder, Stage.READ, self.ledger, Link)


def list_archive(path: str) -> Iterator[Found]:
    """Links to the pages of an archive, and how many of its records are no pages."""
    listing, count = WarcListing(path=path, opener=open_input), 0
    try:
        for entry in listing.entries():
            count += 1
            yield _link_to_record(entry, path)
    except (OSError, NotAnArchive) as error:
        yield from unread(path, SourceKind.ARCHIVE, reason_of(error), str(error))
        return
    yield from _counted(path, SourceKind.ARCHIVE, count, dict(listing.skipped))


def list_folder(path: str) -> Iterator[Found]:
    """Links to the HTML files below a folder."""
    count = 0
    try:
        for file in list_html(path):
            count += 1
            yield _link_to_file(file, path)
    except OSError as error:
        yield from unread(path, SourceKind.FOLDER, reason_of(error), str(error))
        return
    yield from _counted(path, SourceKind.FOLDER, count, {})


def _counted(path: str, kind: SourceKind, count: int, skipped: dict[str, int]) -> Iterator[Fate | SourceRead]:
    why = ", ".join(f"{number} {name}" for name, number in sorted(skipped.items()))
    if count == 0:
        yield from unread(path, kind, Reason.EMPTY_SOURCE, f"it holds no HTML page{f' but {why}' if why else ''}")
        return
    total = sum(skipped.values())
    yield SourceRead(source=path, kind=kind, status=SourceStatus.READ, links=count, skipped=total, detail=why or None)


def _link_to_record(entry: WarcEntry, path: str) -> Link:
    errand = entry.errand
    return Link(
        url=(errand.url if errand else None) or entry.url,
        source=path,
        item=errand.item if errand else None,
        seen_in=errand.seen_in if errand else (),
        kind=LinkKind.WARC,
        path=path,
        offset=entry.offset,
        version=f"warc:{entry.date.isoformat()}" if entry.date else None,
        modified_at=entry.date,
    )


def _link_to_file(file: HtmlFile, folder: str) -> Link:
    return Link(
        url=file.path,
        source=folder,
        kind=LinkKind.FILE,
        path=file.path,
        version=f"file:{file.modified_at.isoformat()}-{file.size}",
        modified_at=file.modified_at,
    )
