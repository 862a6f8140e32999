"""What is asked of a Fetcher, and what comes of it: one outcome for each request."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from schemas.failures import Failure, Reason, Stage, Subject
from schemas.links import Link
from schemas.pages import Page
from schemas.sources import FeedHealth
from transforms.web.client import ACCEPT_FEEDS, ACCEPT_PAGES, Response
from transforms.web.masking import without_credentials
from transforms.web.signals import read_signals
from transforms.web.urls import BadUrl, canonicalize_url, host_of


class Kind(StrEnum):
    """What a link is read as: an article's page, or a source that names links."""

    PAGE = "page"
    FEED = "feed"
    SITEMAP = "sitemap"

    @property
    def accept(self) -> str:
        return ACCEPT_PAGES if self is Kind.PAGE else ACCEPT_FEEDS

    @property
    def stage(self) -> Stage:
        return Stage.OPEN if self is Kind.PAGE else Stage.READ

    @property
    def subject(self) -> Subject:
        return Subject.LINK if self is Kind.PAGE else Subject.SOURCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing to ask. `url` is where it is asked next; the rest below `max_bytes` says how it got there.

    A feed or sitemap that the user named is read with `ask_robots=False`; pages always ask. Validators are sent as
    they came.
    """

    link: Link
    url: str
    kind: Kind = Kind.PAGE
    ask_robots: bool = True
    etag: str | None = None
    last_modified: str | None = None
    before: FeedHealth | None = None  # of a feed: how it did last time
    max_bytes: int | None = None  # decoded; the policy's where it is None
    via: tuple[str, ...] = ()  # addresses that redirected here
    moved: bool = True  # so far every redirect was permanent
    attempts: int = 0  # requests made
    spent: float = 0.0  # seconds of the deadline that redirects used up

    @property
    def is_conditional(self) -> bool:
        return self.etag is not None or self.last_modified is not None

    def headers(self) -> dict[str, str]:
        """Headers of a conditional request; they are for the address that gave the validators."""
        if self.via:
            return {}
        validators = {"if-none-match": self.etag, "if-modified-since": self.last_modified}
        return {name: value for name, value in validators.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Pages of one host that wait in little memory until it is their turn; `open` makes requests of them."""

    count: int
    open: Callable[[], list[Request]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer with its body, or a 304 to a conditional request. Headers are as sent; absent is None."""

    request: Request
    final_url: str
    status: int
    content_type: str | None
    robots_tag: str | None
    tdm_reservation: str | None = None
    tdm_policy: str | None = None
    etag: str | None
    last_modified: str | None
    cache_control: str | None
    expires: str | None
    moved_to: str | None  # where only permanent redirects led
    fetched_at: datetime
    body: bytes

    def page(self) -> Page:
        return Page(
            link=self.request.link,
            final_url=self.final_url,
            status=self.status,
            content_type=self.content_type,
            robots_tag=self.robots_tag,
            fetched_at=self.fetched_at,
            attempts=self.request.attempts,
            body=self.body,
            signals=read_signals(
                self.body,
                robots_tag=self.robots_tag,
                tdm_reservation=self.tdm_reservation,
                tdm_policy=self.tdm_policy,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirected:
    """A redirect to a host that another owner asks: `request` is what to give to that owner."""

    request: Request
    from_url: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    request: Request
    failure: Failure


Outcome = Fetched | Redirected | Failed


def request_for(link: Link, *, kind: Kind = Kind.PAGE, ask_robots: bool = True) -> Request:
    """Make the first request for a link; raises BadUrl."""
    return Request(link=link, url=link.canonical_url or canonicalize_url(link.url), kind=kind, ask_robots=ask_robots)


def fetched(request: Request, answer: Response, at: datetime) -> Fetched:
    return Fetched(
        request=request,
        final_url=answer.url,
        status=answer.status,
        content_type=answer.header("content-type"),
        robots_tag=answer.header("x-robots-tag"),
        tdm_reservation=answer.header("tdm-reservation"),
        tdm_policy=answer.header("tdm-policy"),
        etag=answer.header("etag"),
        last_modified=answer.header("last-modified"),
        cache_control=answer.header("cache-control"),
        expires=answer.header("expires"),
        moved_to=answer.url if request.via and request.moved else None,
        fetched_at=at,
        body=answer.body,
    )


def failed(
    request: Request,
    reason: Reason,
    detail: str | None,
    *,
    at: datetime,
    status: int | None = None,
    retry_at: datetime | None = None,
) -> Failed:
    """Tell of a failure, without credentials anywhere."""
    failure = Failure(
        url=without_credentials(request.link.url),
        stage=request.kind.stage,
        reason=reason,
        detail=without_credentials(detail) if detail else None,
        subject=request.kind.subject,
        source=without_credentials(request.link.source),
        host=host_or_none(request.url),
        status=status,
        attempts=request.attempts,
        at=at,
        retry_at=retry_at,
    )
    return Failed(request=request, failure=failure)


def redirected(request: Request, to_url: str, *, permanent: bool, spent: float) -> Request:
    """The request that follows a redirect."""
    return replace(request, url=to_url, via=(*request.via, request.url), moved=request.moved and permanent, spent=spent)


def host_or_none(url: str) -> str | None:
    try:
        return host_of(url)
    except BadUrl:
        return None
