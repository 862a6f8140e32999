"""OpenLinks: one verb opens a link of any kind, http ones by the owner of their host."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from schemas.failures import Drop, DropReason, Fate, Reason, Stage
from schemas.links import Link, LinkChunk, LinkKind
from schemas.pages import Page
from schemas.policies import FetchPolicy
from schemas.runs import Run
from schemas.state import RobotsKnown
from transforms.asking import Asking, Desk
from transforms.filesystems import open_input
from transforms.inputs.warc import BadRecord, NotAnArchive, WarcPage, read_records
from transforms.interruption import asked_to_stop
from transforms.metering import Elsewhere
from transforms.outcomes import Part, SetAside, failed, fate_of
from transforms.pack_links import PackLinks, shard, unpack
from transforms.read_lists import reason_of
from transforms.standing_in import stand_in_for_refused
from transforms.web.fetches import Fetched, Outcome, Redirected
from transforms.web.masking import without_credentials, without_userinfo
from transforms.web.signals import read_signals
from transforms.web.urls import host_of

REDIRECT_ROUNDS = 3  # a redirect to another host is a link of the next round
OWNERS = 64  # shards of hosts: more than workers, so that they spread; a host has one owner
ARCHIVE_CHUNK = 64 * 1024 * 1024  # bytes of an archive that are read in one piece
FOLDER_SHARDS = 16


class Opened(NamedTuple):
    """Pages, and links whose first answer pointed to another host."""

    pages: beam.PCollection
    redirected: beam.PCollection


@dataclass
class OpenLinks(beam.PTransform):
    """Pages behind links. No body is shuffled: extraction and staging are fused behind this verb."""

    policy: FetchPolicy
    run: Run
    last_round: bool
    ledger: ErrorHandler

    def expand(self, links: beam.PCollection) -> Any:  # Opened; Beam has no type for two collections
        owned = links | "PackByOwner" >> PackLinks(owner_of_link, Stage.OPEN)
        opening = _Open(Desk.here(self.policy, self.run), self.last_round)
        opened = owned | SetAside(opening, Stage.OPEN, self.ledger, Page | Link, length)
        return Opened(*(opened | "PartRedirects" >> Part(Page, Link)))


def length(result: Page | Link | Fate) -> int:
    """Bytes of a page; what is none has none."""
    return len(result.body) if isinstance(result, Page) else 0


def owner_of_link(link: Link) -> str:
    """Who opens a link: the shard of its host, a piece of its archive, a share of files."""
    if link.kind is LinkKind.WARC:
        return f"{link.path}#{(link.offset or 0) // ARCHIVE_CHUNK:09d}"
    if link.kind is LinkKind.FILE:
        return f"files-{shard(link.path or link.url, FOLDER_SHARDS):02d}"
    return owner_of(link.redirected_to or link.canonical_url or link.url)


def owner_of(url: str) -> str:
    """The shard of a URL's host. Its owner is the only one who asks any host of the shard."""
    return f"hosts-{shard(host_of(url), OWNERS):02d}"


def in_order(links: Iterable[Link]) -> list[Link]:
    """The links of one owner in an order that follows from them."""
    return sorted(links, key=lambda link: (link.canonical_url or "", link.url, link.offset or 0))


def open_archive(path: str, links: Sequence[Link], max_body: int, now: datetime) -> Iterator[Page | Fate]:
    """The pages behind links to one archive, in the order of the file."""
    waiting = {link.offset or 0: link for link in links}
    trouble = Reason.UNREADABLE_FILE, f"{path} ended before this record"
    try:
        for offset, record in read_records(path, sorted(waiting), max_body, open_input):
            yield page_of_record(waiting.pop(offset), record, now)
            if asked_to_stop():
                yield from map(interrupted, waiting.values())
                return
    except (OSError, NotAnArchive) as error:
        trouble = reason_of(error), str(error)
    for link in waiting.values():
        yield failed(link, Stage.OPEN, *trouble)


def page_of_record(link: Link, record: WarcPage | BadRecord, now: datetime) -> Page | Fate:
    """An archived page, which was fetched at its WARC-Date."""
    if isinstance(record, BadRecord):
        return failed(link, Stage.OPEN, record.reason, record.detail)
    return Page(
        link=link,
        final_url=without_userinfo(record.url),
        status=record.status or 200,
        content_type=record.content_type,
        robots_tag=record.robots_tag,
        fetched_at=record.date or now,
        attempts=1,
        body=record.body,
        signals=read_signals(
            record.body,
            robots_tag=record.robots_tag,
            tdm_reservation=record.tdm_reservation,
            tdm_policy=record.tdm_policy,
        ),
    )


def open_file(link: Link, max_body: int, now: datetime) -> Page | Fate:
    """The page that a file holds. Its time of change stands for the time of fetching."""
    try:
        with Path(link.path or link.url).open("rb") as file:
            body = file.read(max_body + 1)
    except OSError as error:
        return failed(link, Stage.OPEN, reason_of(error), error.strerror)
    if len(body) > max_body:
        return failed(link, Stage.OPEN, Reason.TOO_LARGE, f"the file is larger than {max_body} bytes")
    return Page(
        link=link,
        final_url=None,
        status=200,
        content_type=None,
        robots_tag=None,
        fetched_at=link.modified_at or now,
        attempts=1,
        body=body,
        signals=read_signals(body, robots_tag=None),
    )


def interrupted(link: Link) -> Fate:
    """The fate of a link that was not read because the run was stopped; the next run reads it."""
    return fate_of(Drop(url=link.url, reason=DropReason.INTERRUPTED, detail="the run was stopped before"), link)


def refuse_redirect(link: Link) -> Fate:
    """The failure of a link that went from host to host more often than there are rounds."""
    last = without_credentials(link.redirected_to or "")
    detail = f"sent to another host more than {REDIRECT_ROUNDS} times, last to {last}"
    return failed(link, Stage.OPEN, Reason.TOO_MANY_REDIRECTS, detail)


def outcome_of(outcome: Outcome) -> Page | Link | Fate:
    """What a fetcher's outcome means for the link: its page, another host's turn, or a failure."""
    link = outcome.request.link
    if isinstance(outcome, Fetched):
        return outcome.page()
    if isinstance(outcome, Redirected):
        return replace(link, redirected_to=outcome.request.url)
    return fate_of(outcome.failure, link)


def refuse_reserved(result: Page | Link | Fate) -> Page | Link | Fate:
    """What was opened, unless it is a page whose publisher reserves its use for text and data mining."""
    if not isinstance(result, Page) or not result.signals.noai:
        return result
    signals = result.signals
    said = "tdm-reservation: 1" if signals.tdm_reservation else signals.robots_tag or signals.robots_meta
    return failed(result.link, Stage.OPEN, Reason.AI_OPTOUT, f"the page says {said!r}")


class _Open(beam.DoFn):
    """Pages leave as they come; those that are still under way leave with the bundle.

    All hosts of a bundle are asked side by side, however many shards they came in. When the process is asked to
    stop, nothing new is asked, and what was not read is dropped as interrupted.
    """

    def __init__(self, desk: Desk, last_round: bool) -> None:
        self._desk, self._last_round = desk, last_round

    def start_bundle(self) -> None:
        self._asking = Asking(self._desk)

    def process(self, owned: tuple[str, Iterable[LinkChunk]]) -> Iterator[Any]:
        links = in_order(unpack(owned[1]))
        if links[0].kind is LinkKind.HTTP:
            self._asking.add_pages(links)
        else:
            yield from map(self._judged, self._from_disk(links))
        for outcome in self._asking.finished():
            yield self._judged(outcome_of(outcome))

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for outcome in self._asking.rest():
            yield _windowed(self._judged(outcome_of(outcome)))
        for request in self._asking.unread():
            yield _windowed(interrupted(request.link))
        for known in self._asking.learned():
            yield _windowed(known)

    def used_elsewhere(self) -> Elsewhere:
        """CPU of the threads that ask hosts."""
        return Elsewhere(cpu=self._asking.cpu())

    def _judged(self, result: Page | Link | Fate) -> Page | Link | Fate:
        if self._last_round and isinstance(result, Link):
            result = refuse_redirect(result)
        if self._desk.policy.respect_ai_optout:
            result = refuse_reserved(result)
        return stand_in_for_refused(result, self._desk.run)

    def _from_disk(self, links: Sequence[Link]) -> Iterator[Page | Fate]:
        """Links of one shard: all to one archive, or all to files."""
        max_body, now = self._desk.policy.max_body, self._desk.run.started_at
        if links and links[0].kind is LinkKind.WARC:
            yield from open_archive(links[0].path or "", links, max_body, now)
            return
        for link in links:
            yield interrupted(link) if asked_to_stop() else open_file(link, max_body, now)


def _windowed(result: Page | Link | Fate | RobotsKnown) -> WindowedValue:
    return WindowedValue(result, MIN_TIMESTAMP, [GlobalWindow()])
