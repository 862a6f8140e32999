"""A fetcher for the length of a bundle, on top of what the process remembers of hosts for the length of a run."""

import atexit
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue

from schemas.links import Link, LinkChunk
from schemas.policies import FetchPolicy
from schemas.runs import Run
from schemas.state import RobotsKnown
from transforms.filesystems import dataset_files
from transforms.holding import hold
from transforms.interruption import asked_to_stop, listening
from transforms.pack_links import pack, unpack
from transforms.storage.state import load_robots
from transforms.web.archive import Archive
from transforms.web.client import Client, Session
from transforms.web.fetcher import Fetcher, owns_nothing
from transforms.web.fetches import Outcome, Request, Waiting
from transforms.web.memory import Memory
from transforms.web.schedule import Stopped
from transforms.web.secrets import load_secrets
from transforms.web.urls import host_of

STOP_GRACE = 3.0  # seconds for requests under way, when the run is stopped
AT_HAND = 4  # pages of a host that wait as they are; more wait packed, in a tenth of the memory
PACKED = 64  # pages in one piece
RUNS_REMEMBERED = 4  # of one process; more than ever run at the same time
PROCESS = secrets.token_hex(4)  # tells this process from those that a runner starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a verb that asks hosts is given, and can be pickled: how to ask, for which run, and who set it up.

    In the process that set it up all hosts of the run are asked, so its memory of them is whole. In any other
    process nobody knows when a host was asked last; there the first request to each waits for a delay.
    """

    policy: FetchPolicy
    run: Run
    process: str

    @classmethod
    def here(cls, policy: FetchPolicy, run: Run) -> "Desk":
        return cls(policy=policy, run=run, process=run.home or PROCESS)

    @property
    def whole(self) -> str:
        """Whose memory of hosts it is: that of the run, or of the stream that it is a part of."""
        return self.run.stream or self.run.run_id


@dataclass(frozen=True, slots=True)
class _Known:
    """What a process has for a run."""

    memory: Memory
    archive: Archive | None


_runs: OrderedDict[str, _Known] = OrderedDict()
_lock = threading.Lock()


def _known(desk: Desk) -> _Known:
    """The one memory of this process for a run; the connections of runs that are long over are closed."""
    with _lock:
        known = _runs.get(desk.whole)
        if known is None or known.memory.policy != desk.policy:
            if known is not None:
                known.memory.session.idle.close()
            known = _runs[desk.whole] = _begin(desk)
        while len(_runs) > RUNS_REMEMBERED:
            _runs.popitem(last=False)[1].memory.session.idle.close()
        return known


@atexit.register
def _close_all() -> None:
    for known in _runs.values():
        known.memory.session.idle.close()


def _begin(desk: Desk) -> _Known:
    hold(desk.run)
    policy, name = desk.policy, f"newsbeam-{desk.run.run_id}-{PROCESS}"
    archive = Archive(policy.archive, name, policy.user_agent) if policy.archive else None
    session = Session(secrets=load_secrets(os.environ, policy.headers_file), keep_raw=archive is not None)
    memory = Memory(
        policy,
        robots=load_robots(dataset_files(desk.run.output)),
        session=session,
        witness=archive.write if archive else None,
        shared=desk.process != PROCESS,
    )
    return _Known(memory, archive)


class Asking:
    """Every request that was added comes out once: as an outcome or, after a stop, among the `unread`."""

    def __init__(self, desk: Desk, owns: Callable[[str], bool] = owns_nothing) -> None:
        known = _known(desk)
        self._memory = known.memory
        client = Client(desk.policy, session=self._memory.session)
        self._fetcher = Fetcher(desk.policy, client, owns=owns, memory=self._memory)
        self._refused: list[Request] = []
        self._given_back: SimpleQueue[tuple[Request, ...]] = SimpleQueue()
        self._stack = ExitStack()
        if known.archive is not None:
            known.archive.enter()
            self._stack.callback(known.archive.leave)
        self._stack.callback(self._fetcher.close)
        self._stack.enter_context(listening(self._stop))

    def add(self, request: Request) -> None:
        """Take on a request. Never waits."""
        try:
            self._fetcher.add(request)
        except Stopped:
            self._refused.append(request)

    def add_pages(self, links: Sequence[Link]) -> None:
        """Take on pages of any number of hosts; those that have to wait for their turn are packed."""
        by_host: dict[str, list[Link]] = {}
        for link in links:
            by_host.setdefault(host_of(_address(link)), []).append(link)
        for host, pages in by_host.items():
            for link in pages[:AT_HAND]:
                self.add(_page(link))
            for start in range(AT_HAND, len(pages), PACKED):
                self._add_waiting(host, pages[start : start + PACKED])

    def _add_waiting(self, host: str, pages: list[Link]) -> None:
        open_pages = partial(_opened, pack(pages))
        try:
            self._fetcher.add_waiting(host, Waiting(count=len(pages), open=open_pages))
        except Stopped:
            self._refused += open_pages()

    def finished(self) -> Iterator[Outcome]:
        """Outcomes that are at hand."""
        return self._fetcher.results(wait=False)

    def rest(self) -> Iterator[Outcome]:
        """All other outcomes, as they come."""
        return self._fetcher.results(wait=True)

    def unread(self) -> list[Request]:
        """After `rest`: what a stop left unasked. Ends the fetcher."""
        with self._stack:
            given_back = self._given_back.get() if asked_to_stop() else ()
            return [*self._refused, *given_back]

    def learned(self) -> list[RobotsKnown]:
        """What was read of robots.txt and not told yet, for later runs."""
        return self._memory.take_learned()

    def cpu(self) -> float:
        """Seconds that the threads which ask hosts have used."""
        return self._fetcher.cpu

    def _stop(self) -> None:
        self._given_back.put(self._fetcher.stop(grace=STOP_GRACE))


def _opened(chunk: LinkChunk) -> list[Request]:
    return [_page(link) for link in unpack([chunk])]


def _page(link: Link) -> Request:
    return Request(link=link, url=_address(link))


def _address(link: Link) -> str:
    return link.redirected_to or link.canonical_url or link.url
