"""Asking feeds one by one and saying what they hold; and finding those of a site."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pipelines.visits import Visits
from schemas.links import Link
from schemas.policies import SandboxPolicy
from schemas.sources import FeedHealth, SourceStatus
from transforms.inputs.feed_entries import ParsedFeed
from transforms.inputs.feed_links import USUAL_FEEDS, USUAL_SITEMAPS, linked_feeds, named_sitemaps
from transforms.inputs.sitemaps import Sitemap
from transforms.sandbox.pool import Pool
from transforms.web.feed_health import after_answer, with_next_poll
from transforms.web.fetches import Failed, Fetched, Kind, Outcome, Request
from transforms.web.masking import without_credentials, without_userinfo
from transforms.web.robots import MAX_ROBOTS_BYTES
from transforms.web.urls import BadUrl, canonicalize_url, origin_of

FEED_TARGET = "transforms.inputs.feeds:parse_feed"
SITEMAP_TARGET = "transforms.inputs.sitemaps:parse_sitemap"
MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What asking one feed or sitemap showed."""

    url: str
    good: bool
    kind: str | None = None  # rss20, atom10, json11, sitemap, news sitemap, …
    title: str | None = None
    items: int = 0
    newest_at: datetime | None = None
    cadence_minutes: int | None = None
    malformed: bool = False
    conditional: bool = False  # it gave a validator, so the next answer may cost nothing
    next_poll_at: datetime | None = None
    final_url: str | None = None
    moved_to: str | None = None
    reason: str | None = None
    detail: str | None = None

    def lines(self) -> Iterator[str]:
        """For people."""
        if not self.good:
            yield f"bad   {self.url}\n      {self.reason}: {self.detail}"
            return
        yield f"good  {self.url}"
        every = f", one every {self.cadence_minutes} minutes" if self.cadence_minutes is not None else ""
        newest = f", the newest of {self.newest_at:%Y-%m-%d %H:%M}" if self.newest_at else ""
        yield f"      {self.kind}, {self.title or 'without a title'}: {self.items} items{newest}{every}"
        polling = f"not before {self.next_poll_at:%Y-%m-%d %H:%M}" if self.next_poll_at else "at any time"
        yield f"      next poll {polling}; {'with' if self.conditional else 'without'} validators"
        if self.malformed:
            yield "      it is malformed; the good items were kept"
        if self.moved_to:
            yield f"      moved for good to {self.moved_to}: change it in your list"


def check_feeds(urls: Iterable[str], visits: Visits) -> Iterator[Checked]:
    """Ask feeds and parse them, where hostile ones can be killed."""
    requests, bad = _requests(urls, Kind.FEED)
    yield from bad
    with Pool(FEED_TARGET, SandboxPolicy(processes=1)) as pool:
        for outcome in visits.ask(requests):
            yield _checked_feed(outcome, pool)


def find_feeds(url: str, visits: Visits) -> tuple[list[Checked], str | None]:
    """Feeds that a page names, and the site's news sitemaps; the usual places only where neither is named.

    The address may be a feed itself. The second value says why the page could not be read.
    """
    requests, found = _requests([url], Kind.FEED)
    if not requests:
        return found, found[0].detail
    page = visits.ask([replace(requests[0], ask_robots=True)])[0]
    with Pool(FEED_TARGET, SandboxPolicy(processes=1)) as pool:
        itself = _checked_feed(page, pool)
    if itself.good:
        return [itself], None
    linked = linked_feeds(page.body, page.final_url, page.content_type) if isinstance(page, Fetched) else []
    origin = origin_of(page.final_url if isinstance(page, Fetched) else requests[0].url)
    found += check_feeds(linked, visits)
    found += _check_sitemaps(_robots_sitemaps(origin, visits), visits)
    if not any(each.good for each in found):
        found += check_feeds((each for path in USUAL_FEEDS if (each := f"{origin}{path}") not in linked), visits)
        found += _check_sitemaps([f"{origin}{path}" for path in USUAL_SITEMAPS], visits)
    read = isinstance(page, Fetched)
    return found, None if read else f"the page could not be read: {itself.reason}: {itself.detail}"


def _robots_sitemaps(origin: str, visits: Visits) -> list[str]:
    """Sitemaps that robots.txt names. It was read for the page already; rules alone were kept of it."""
    url = f"{origin}/robots.txt"
    seen = (each.answer for each in visits.trail if each.request is None and each.answer.url == url)
    body = next((getattr(answer, "body", b"") for answer in seen), b"")
    return named_sitemaps(body[:MAX_ROBOTS_BYTES], url)


def _check_sitemaps(urls: Iterable[str], visits: Visits) -> Iterator[Checked]:
    requests, bad = _requests(urls, Kind.SITEMAP)
    yield from bad
    if not requests:
        return
    with Pool(SITEMAP_TARGET, SandboxPolicy(processes=1)) as pool:
        for outcome in visits.ask(requests):
            yield _checked_sitemap(outcome, pool)


def _requests(urls: Iterable[str], kind: Kind) -> tuple[list[Request], list[Checked]]:
    requests, bad = [], []
    for url in dict.fromkeys(map(without_userinfo, urls)):
        try:
            address = canonicalize_url(url)
        except BadUrl as fault:
            bad.append(Checked(url=without_credentials(url), good=False, reason=fault.reason, detail=fault.detail))
            continue
        link = Link(url=url, source=url)
        requests.append(Request(link=link, url=address, kind=kind, ask_robots=kind is Kind.PAGE, max_bytes=MAX_BYTES))
    return requests, bad


def _checked_feed(outcome: Outcome, pool: Pool) -> Checked:
    if not isinstance(outcome, Fetched):
        return _failed(outcome)
    answer = _called(pool, outcome.body, outcome.final_url, outcome.content_type)
    if not isinstance(answer, ParsedFeed):
        return _refused(outcome, answer)
    health = with_next_poll(_as_parsed(after_answer(outcome, SourceStatus.READ, 0.0), answer), outcome, 0.0)
    until = health.asked_until
    return Checked(
        url=without_credentials(outcome.request.link.url),
        good=True,
        kind=answer.format,
        title=answer.title,
        items=len(answer.entries),
        newest_at=answer.newest_at,
        cadence_minutes=answer.cadence_minutes,
        malformed=answer.malformed,
        conditional=bool(outcome.etag or outcome.last_modified),
        next_poll_at=until if until and until > health.fetched_at else None,
        final_url=outcome.final_url,
        moved_to=outcome.moved_to,
    )


def _as_parsed(health: FeedHealth, feed: ParsedFeed) -> FeedHealth:
    """The same with what the document itself asks of those who poll it."""
    return replace(health, asked_minutes=feed.asked_minutes, skip_hours=feed.skip_hours, skip_days=feed.skip_days)


def _checked_sitemap(outcome: Outcome, pool: Pool) -> Checked:
    if not isinstance(outcome, Fetched):
        return _failed(outcome)
    answer = _called(pool, outcome.body, outcome.final_url)
    if not isinstance(answer, Sitemap):
        return _refused(outcome, answer)
    news = [each for each in answer.entries if each.news_published or each.news_title]
    dates = [each.news_published or each.lastmod for each in answer.entries]
    kind = "news sitemap" if news else "index of sitemaps" if answer.children else "sitemap"
    return Checked(
        url=without_credentials(outcome.request.link.url),
        good=True,
        kind=kind,
        title=next((each.news_name for each in news if each.news_name), None),
        items=len(answer.entries) or len(answer.children),
        newest_at=max(filter(None, dates), default=None),
        malformed=answer.malformed,
        conditional=bool(outcome.etag or outcome.last_modified),
        final_url=outcome.final_url,
        moved_to=outcome.moved_to,
    )


def _called(pool: Pool, *arguments: Any) -> Any:
    """The function's value; what it raised, or that it was killed, comes back as a value too."""
    future = pool.submit(*arguments)
    return future.exception() or future.result()


def _failed(outcome: Outcome) -> Checked:
    assert isinstance(outcome, Failed), "all hosts are asked here, so no redirect comes out"
    failure = outcome.failure
    return Checked(url=failure.url, good=False, reason=failure.reason, detail=failure.detail)


def _refused(outcome: Fetched, answer: Any) -> Checked:
    reason = getattr(answer, "reason", "internal_error")
    return Checked(
        url=without_credentials(outcome.request.link.url),
        good=False,
        reason=reason,
        detail=getattr(answer, "detail", str(answer)),
    )
