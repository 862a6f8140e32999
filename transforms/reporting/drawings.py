"""What a report draws of its numbers: the flow of the accounting, columns of time, and the map."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.reports import Recent, SourceCount
from schemas.runs import Accounting
from transforms.reporting.flows import Box, Flow, flow
from transforms.reporting.time_bins import Timeline

DATA = Path(__file__).with_name("data")
LEVELS = 5  # shades of the map
MOST_LEAVES = 5  # reasons of a fate that are named; the others are one box
WIDE, NARROW = (1080.0, 340.0), (350.0, 420.0)
KINDS = {
    "feed": "feeds", "feed_list": "lists of feeds", "url_list": "lists of pages", "sitemap": "sitemaps",
    "archive": "archives", "folder": "folders",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country on the map; `level` 0 is none, else the darker the more articles."""

    code: str
    name: str
    path: str
    dot: tuple[int, int] | None
    count: int
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the timeline."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int


def wide_flow(counts: Accounting, sources: Sequence[SourceCount]) -> Flow | None:
    """Sources, links, fates and their reasons, from left to right; none for a run without links."""
    if not counts.links:
        return None
    named = _named_by(counts, sources)
    boxes = [Box(name=name, links=links, kind="link", column=0) for name, links in named.items()]
    boxes.append(Box(name="links", links=counts.links, kind="link", column=1))
    ties = [(name, "links", links) for name, links in named.items()]
    for fate, links, kind, leaves in _fates(counts):
        boxes.append(Box(name=fate, links=links, kind=kind, column=2))
        ties.append(("links", fate, links))
        boxes += [Box(name=name, links=count, kind=kind, column=3) for name, count in leaves]
        ties += [(fate, name, count) for name, count in leaves]
    return flow(boxes, ties, *WIDE, (150.0, 190.0))


def narrow_flow(counts: Accounting) -> Flow | None:
    """Links and their fates, for a small screen."""
    if not counts.links:
        return None
    boxes, ties = [Box(name="links", links=counts.links, kind="link", column=0)], []
    for fate, links, kind, leaves in _fates(counts):
        ends = leaves or [(fate, links)]
        boxes += [Box(name=name, links=count, kind=kind, column=1) for name, count in ends]
        ties += [("links", name, count) for name, count in ends]
    return flow(boxes, ties, *NARROW, (0.0, 170.0))


def _named_by(counts: Accounting, sources: Sequence[SourceCount]) -> dict[str, int]:
    """Links by the kind of their source; what no source of this run names was left or owed by earlier runs."""
    tally: Counter[str] = Counter()
    for each in sources:
        tally[KINDS.get(each.kind, each.kind)] += each.links
    named = {name: links for name, links in sorted(tally.items(), key=lambda pair: (-pair[1], pair[0])) if links}
    left = counts.links - sum(named.values())
    if left < 0:  # what was named is more than what was counted; the accounting is what holds
        return {}
    return named | ({"taken up again": left} if left else {})


def _fates(counts: Accounting) -> list[tuple[str, int, str, list[tuple[str, int]]]]:
    """Fate, links, kind, and the reasons below it."""
    found = [
        ("articles", counts.articles, "article", []),
        ("duplicates", counts.duplicates, "duplicate", []),
        ("failures", sum(counts.failures.values()), "failure", _leaves(counts.failures, "failures")),
        ("drops", sum(counts.drops.values()), "drop", _leaves(counts.drops, "drops")),
    ]
    return [each for each in found if each[1]]


def _leaves(counts: Mapping[str, int], fate: str) -> list[tuple[str, int]]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if len(ordered) <= MOST_LEAVES + 1:
        return ordered
    rest = ordered[MOST_LEAVES:]
    return [*ordered[:MOST_LEAVES], (f"{len(rest)} other {fate}", sum(count for _, count in rest))]


def columns(line: Timeline, width: float, height: float) -> list[Column]:
    """A column for each bin, side by side; a bin with anything in it is seen."""
    most = max((each.count for each in line.bins), default=1) or 1
    step = width / max(len(line.bins), 1)
    return [
        Column(x=step * number + step * 0.1, y=height - tall, width=step * 0.8, height=tall, label=each.label,
               count=each.count)
        for number, each in enumerate(line.bins)
        for tall in [max(height * each.count / most, 2.0) if each.count else 0.0]
    ]  # fmt: skip


def countries(recent: Sequence[Recent]) -> list[Country]:
    """All countries, with how many articles are about each."""
    return shaded(Counter(each.primary_region for each in recent if each.primary_region))


def shaded(counts: Mapping[str, int]) -> list[Country]:
    """All countries, each shaded by its count."""
    known = {code: counts.get(code, 0) for code, *_ in outlines()}
    most = max(known.values(), default=0)
    return [
        Country(code=code, name=name, path=path, dot=dot, count=known[code], level=_level(known[code], most))
        for code, name, path, dot in outlines()
    ]


def country_names() -> dict[str, str]:
    return {code: name for code, name, _, _ in outlines()}


@cache
def outlines() -> tuple[tuple[str, str, str, tuple[int, int] | None], ...]:
    """Code, name, and path or dot of each country; what the map does not show has neither."""
    lines = (DATA / "countries.tsv").read_text(encoding="utf-8").splitlines()
    cells = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((code, name, *_drawn(shape)) for code, name, shape in cells)


def _drawn(shape: str) -> tuple[str, tuple[int, int] | None]:
    if not shape or shape.startswith("M"):
        return shape, None
    x, y = shape.split()
    return "", (int(x), int(y))


def _level(count: int, most: int) -> int:
    """Shades go by doubling: few countries have most of the news."""
    if not count:
        return 0
    return max(LEVELS - (most // count).bit_length() + 1, 1)
