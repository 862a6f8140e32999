"""Counts of what a report shows: how often each name comes, how stories spread, which feeds ail."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.reports import Copied, Failed, FeedSeen, Recent, Reported
from schemas.sources import SourceStatus

QUIET_CADENCES = 4  # times its usual pause, and a feed that said nothing for so long is quiet
LEAST_QUIET = timedelta(days=1)
EXAMPLES = 3  # of a reason
MOST_STORIES = 8
MOST_SITES = 12  # of a story that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A name and how often it comes; `share` is of the most frequent one, 0 to 100."""

    name: str
    count: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story with its copies: who had it, the earliest first."""

    title: str
    url: str
    texts: int
    articles: int
    hosts: tuple[str, ...]
    more_hosts: int
    methods: str
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedReason:
    """A reason, how often it came, what to do, and some who met it."""

    reason: str
    links: int
    sources: int
    remedy: str
    examples: tuple[Failed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A feed as people want to know it; `state` is fine, quiet, failing, waiting or disabled."""

    feed: FeedSeen
    state: str
    silence: timedelta | None


STATES = ("failing", "disabled", "quiet", "waiting", "fine")  # in the order of how much they want to be looked at


def counted(names: Iterable[str | None], most: int, unknown: str) -> tuple[tuple[Count, ...], int]:
    """The most frequent names, equals by name, and how many more names there are; what has none is `unknown`."""
    tally = Counter(name or unknown for name in names)
    ordered = sorted(tally.items(), key=lambda pair: (-pair[1], pair[0]))
    top = ordered[0][1] if ordered else 1
    shown = tuple(Count(name=name, count=count, share=100 * count / top) for name, count in ordered[:most])
    return shown, max(len(ordered) - most, 0)


def stories(recent: Sequence[Recent], copies: Sequence[Copied]) -> list[Story]:
    """Stories that more than one page tells, those on most sites first."""
    groups: dict[str, list[Recent | Copied]] = {}
    texts: list[Recent | Copied] = [*recent, *copies]
    for each in texts:
        groups.setdefault(each.cluster_id, []).append(each)
    found = [_story(members) for _, members in sorted(groups.items()) if len(members) > 1]
    return sorted(found, key=lambda each: (-len(each.hosts) - each.more_hosts, -each.texts, each.url))[:MOST_STORIES]


def _story(members: Sequence[Recent | Copied]) -> Story:
    ordered = sorted(members, key=lambda each: (each.published_at is None, str(each.published_at), each.article_id))
    hosts = list(dict.fromkeys(each.host for each in ordered if each.host))
    dates = [each.published_at for each in ordered if each.published_at]
    methods = Counter(each.method for each in ordered if isinstance(each, Copied))
    named = next((each for each in ordered if each.title), ordered[0])
    return Story(
        title=named.title or named.url,
        url=named.url,
        texts=len(ordered),
        articles=sum(1 for each in ordered if isinstance(each, Recent)),
        hosts=tuple(hosts[:MOST_SITES]),
        more_hosts=max(len(hosts) - MOST_SITES, 0),
        methods=", ".join(f"{count} {method}" for method, count in sorted(methods.items())),
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
    )


def reasons(failures: Sequence[Failed], remedies: Mapping[str, str]) -> list[FailedReason]:
    """Failures by reason, the most frequent first."""
    groups: dict[str, list[Failed]] = {}
    for each in sorted(failures, key=lambda failed: failed.url):
        groups.setdefault(each.reason, []).append(each)
    found = [
        FailedReason(
            reason=reason,
            links=sum(1 for each in group if each.subject == "link"),
            sources=sum(1 for each in group if each.subject != "link"),
            remedy=remedies.get(reason, ""),
            examples=tuple(group[:EXAMPLES]),
        )
        for reason, group in groups.items()
    ]
    return sorted(found, key=lambda each: (-each.links - each.sources, each.reason))


def healths(feeds: Sequence[FeedSeen], now: datetime) -> list[Health]:
    """Feeds, those that want to be looked at first."""
    found = [health(each, now) for each in feeds]
    return sorted(found, key=lambda each: (STATES.index(each.state), each.feed.feed_url))


def health(feed: FeedSeen, now: datetime) -> Health:
    """How a feed does, as of a moment."""
    silence = max(now - feed.newest_item_at, timedelta()) if feed.newest_item_at else None
    return Health(feed=feed, state=_state(feed, silence), silence=silence)


def _state(feed: FeedSeen, silence: timedelta | None) -> str:
    if feed.disabled_at:
        return "disabled"
    if feed.status == SourceStatus.FAILED:
        return "failing"
    if feed.status in (SourceStatus.BACKING_OFF, SourceStatus.INTERRUPTED):
        return "waiting"
    usual = timedelta(minutes=feed.cadence_minutes) * QUIET_CADENCES if feed.cadence_minutes else None
    return "quiet" if silence and usual and silence > max(usual, LEAST_QUIET) else "fine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A count in this run and in the one before."""

    name: str
    before: int
    now: int


def changes(reported: Reported) -> list[Change]:
    """What the two runs counted; empty where there was none before."""
    if reported.before is None:
        return []
    one, two = reported.before.accounting, reported.record.accounting
    found = [
        Change(name=name, before=getattr(one, name), now=getattr(two, name))
        for name in ("links", "articles", "duplicates")
    ]
    for kind in ("failures", "drops"):
        before, now = getattr(one, kind), getattr(two, kind)
        found.append(Change(name=kind, before=sum(before.values()), now=sum(now.values())))
        found += [Change(name=f"{kind}: {each}", before=before.get(each, 0), now=now.get(each, 0))
                  for each in sorted({*before, *now})]  # fmt: skip
    return found


def turned(reported: Reported, into: str) -> list[Health]:
    """Feeds that are in a state now and were in another as of the run before, or not known to it."""
    if reported.before is None:
        return []
    then, now = (datetime.fromisoformat(each.ended_at) for each in (reported.before, reported.record))
    states = {each.feed_url: health(each, then).state for each in reported.feeds_before}
    found = [each for each in healths(reported.feeds, now) if each.state == into]
    return [each for each in found if states.get(each.feed.feed_url, "unknown") != into]
