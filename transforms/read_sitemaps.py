"""ReadSitemaps: sitemaps, indexes of them and news sitemaps become links."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.failures import Failure, Fate, Reason, Stage, Subject
from schemas.links import FeedItem, Link
from schemas.policies import FetchPolicy, SandboxPolicy
from schemas.runs import Run
from schemas.sources import FeedHealth, SourceKind, SourceRead, SourceStatus
from transforms.ask_sources import REDIRECT_ROUNDS, AskSources, source_failed
from transforms.inputs.sitemaps import Sitemap, SitemapEntry
from transforms.outcomes import AttemptEach, SetAside
from transforms.read_lists import unread
from transforms.sandboxed import Sandboxed
from transforms.web.fetches import Fetched, Kind, Request
from transforms.web.masking import without_credentials, without_userinfo
from transforms.web.urls import BadUrl, canonicalize_url

TARGET = "transforms.inputs.sitemaps:parse_sitemap"
ROUNDS = 2 + REDIRECT_ROUNDS  # an index, and the sitemaps that it names; the protocol knows no index of indexes
MAX_SITEMAP_BYTES = 50 * 1024 * 1024  # what the protocol allows
Found = Link | Request | Fate | FeedHealth | SourceRead


@dataclass
class ReadSitemaps(beam.PTransform):
    """Links that the sitemaps name."""

    policy: FetchPolicy
    sandbox: SandboxPolicy
    run: Run
    ledger: ErrorHandler

    def expand(self, urls: beam.PCollection) -> beam.PCollection:
        requests = urls | "Prepare" >> AttemptEach(request_sitemap, Stage.READ, self.ledger, Request)
        parse = Sandboxed(TARGET, self.sandbox, arguments, settle_sitemap, without_body)
        parsing = SetAside(parse, Stage.READ, self.ledger, Link | Request)
        return requests | AskSources(self.policy, self.run, parsing, self.ledger, ROUNDS)


def request_sitemap(url: str) -> Iterator[Request | Fate | SourceRead]:
    """A request for a sitemap that the user named, without asking robots.txt."""
    url = without_userinfo(url)
    yield from _request(url, source=url)


def arguments(fetched: Fetched) -> tuple[Any, ...]:
    """What a worker is given of an answer."""
    return fetched.body, fetched.final_url


def without_body(fetched: Fetched) -> Fetched:
    """What is kept of an answer while a worker has its body."""
    return replace(fetched, body=b"")


def settle_sitemap(fetched: Fetched, answer: Any) -> Iterator[Found]:
    """Links and further sitemaps that a parsed sitemap names, or its failure."""
    if not isinstance(answer, Sitemap):
        yield from source_failed(fetched.request, _failure(fetched, answer))
        return
    name = without_credentials(fetched.request.link.url)
    for entry in answer.entries:
        yield link_of_entry(entry, name)
    for child in answer.children:
        yield from _child(child.url, fetched.request.link)
    yield SourceRead(
        source=name,
        kind=SourceKind.SITEMAP,
        status=SourceStatus.READ,
        links=len(answer.entries),
        skipped=answer.over_cap,
        detail=f"{answer.over_cap} over the cap" if answer.over_cap else None,
    )


def link_of_entry(entry: SitemapEntry, sitemap: str) -> Link:
    """A link to what an entry names, with what a news sitemap says of it."""
    item = None
    if entry.news_title or entry.news_published:
        item = FeedItem(
            feed_url=sitemap,
            feed_title=entry.news_name,
            title=entry.news_title,
            published_at=entry.news_published,
            language=entry.news_language,
        )
    version = f"lastmod:{entry.lastmod.isoformat()}" if entry.lastmod else None
    return Link(url=entry.url, source=sitemap, version=version, modified_at=entry.lastmod, item=item)


def _child(url: str, index: Link) -> Iterator[Request | Fate | SourceRead]:
    """A request for a sitemap that an index names, unless the index was itself named by one."""
    name = without_credentials(index.url)
    if index.source == index.url:
        yield from _request(without_userinfo(url), source=name)
        return
    detail = "an index inside an index, which the sitemap protocol does not allow; name it with --sitemap"
    yield from _unread(url, Reason.NOT_A_SITEMAP, detail, name)


def _request(url: str, source: str) -> Iterator[Request | Fate | SourceRead]:
    try:
        address = canonicalize_url(url)
    except BadUrl as bad:
        yield from _unread(url, bad.reason, bad.detail, source)
        return
    yield Request(
        link=Link(url=url, source=source),
        url=address,
        kind=Kind.SITEMAP,
        ask_robots=False,
        max_bytes=MAX_SITEMAP_BYTES,
    )


def _unread(url: str, reason: Reason, detail: str, source: str) -> Iterable[Fate | SourceRead]:
    return unread(without_credentials(url), SourceKind.SITEMAP, reason, detail, without_credentials(source))


def _failure(fetched: Fetched, answer: Any) -> Failure:
    """Why a sitemap could not be parsed: no sitemap, killed, or a bug of ours."""
    request = fetched.request
    return Failure(
        url=without_credentials(request.link.url),
        stage=Stage.READ,
        reason=getattr(answer, "reason", Reason.INTERNAL_ERROR),
        detail=getattr(answer, "detail", None) or f"{type(answer).__name__}: {answer}",
        subject=Subject.SOURCE,
        source=without_credentials(request.link.source),
        status=fetched.status,
        attempts=request.attempts,
        at=fetched.fetched_at,
    )
