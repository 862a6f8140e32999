"""The list of articles with its counts: what is asked for one selection, and what comes back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pipelines.explorer.passages import Passage, passage
from pipelines.explorer.selection import COLUMNS, DAY, NEWEST, UNKNOWN, Chosen, given, literal, where
from pipelines.explorer.snapshot import Snapshot
from pipelines.explorer.words import MOST_RANKED, Term, parse_search

PAGE = 25  # articles on a page
MOST_IN_FACET = 300  # values of a field that are told at once
MOST_BARS = 60
ORDER = "ORDER BY coalesce(published_at, fetched_at) DESC, article_id"
RANKED = "articles_current JOIN found ON number = articles_current.rowid"
BEST = ORDER.replace("ORDER BY", "ORDER BY score,")
# Row groups are passed by for what they say of fetched_at; no two revisions of an article have the same.
TEXTS = """\
SELECT article_id, text FROM articles
WHERE article_id IN (SELECT unnest($ids)) AND fetched_at IN (SELECT unnest($moments))"""
LISTED = "article_id, title, url, host, language, published_at, primary_topic, primary_region, cluster_size"
STEPS = (1, 7, 28, 91, 364, 3_640)  # days that a bar of the timeline stands for; weeks begin where the first one does


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article in the list."""

    article_id: str
    title: str | None
    url: str
    host: str | None
    language: str | None
    published_at: datetime | None
    primary_topic: str | None
    primary_region: str | None
    cluster_size: int
    description: str | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Articles from a day to another, both included."""

    since: date
    until: date
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One selection: its first articles, and how all of it is spread."""

    articles: int
    rows: Sequence[Listed]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    bars: Sequence[Bar]
    indexed: float
    passages: Mapping[str, Passage]  # where the words of a search stand, by article
    ranked: bool  # whether what fits best stands first
    queries: Mapping[str, str]  # what was asked, as SQL on the dataset, by what it says

    @property
    def pages(self) -> int:
        return max(1, -(-self.articles // PAGE))


def overview(chosen: Chosen, snapshot: Snapshot) -> Overview:
    """Ask all that the list shows of one selection."""
    if chosen.tag or chosen.story:
        snapshot.wait_for_stories()
    terms = parse_search(chosen.q)
    found = snapshot.find(terms, ranked=chosen.ranks) if chosen.searches else None
    with snapshot.cursor(found) as cursor:
        ranked = chosen.ranks and found is not None and len(found) <= MOST_RANKED
        page = page_sql(chosen if ranked else chosen.with_(order=NEWEST, page=chosen.page))
        rows = [Listed(**row) for row in _rows(cursor, page, given(chosen))]
        return Overview(
            articles=_ask(cursor, "SELECT count(*) FROM articles_current" + where(chosen), given(chosen))[0][0],
            rows=rows,
            passages=dict(_passages(cursor, rows, terms)),
            ranked=ranked,
            facets={name: _facet(cursor, name, chosen) for name in COLUMNS},
            bars=_bars(cursor, chosen),
            indexed=snapshot.indexed if chosen.searches else 1.0,
            queries=dict(queries(chosen)),
        )


def queries(chosen: Chosen) -> Iterator[tuple[str, str]]:
    """The questions behind the list, for anybody to ask again."""
    yield "The articles", literal(page_sql(chosen, told=True), given(chosen))
    days = f"SELECT {DAY} AS day, count(*) AS articles\nFROM articles_current{where(chosen, told=True)}"
    yield "Articles by day", f"{days}\nGROUP BY day ORDER BY day"
    for name in COLUMNS:
        yield f"Articles by {name}", facet_sql(name, chosen.with_(**{name: ()}), told=True)


def page_sql(chosen: Chosen, *, told: bool = False) -> str:
    """One page of the list."""
    start = f" OFFSET {(chosen.page - 1) * PAGE}" if chosen.page > 1 else ""
    clause = where(chosen, told=told)
    ranks = chosen.ranks and not told  # the dataset itself has no ranks
    source, order = (RANKED, BEST) if ranks else ("articles_current", ORDER)
    return f"SELECT {LISTED}, description, fetched_at\nFROM {source}{clause}\n{order}\nLIMIT {PAGE}{start}"


def facet_sql(name: str, chosen: Chosen, *, told: bool = False) -> str:
    """How often each value of a field comes; what is chosen of that field itself does not narrow it."""
    column = f"coalesce({COLUMNS[name]}, '{UNKNOWN}')"
    return (
        f"SELECT {column} AS {name}, count(*) AS articles\nFROM articles_current{where(chosen, told=told)}\n"
        f"GROUP BY {name} ORDER BY articles DESC, {name}"
    )


def _facet(cursor: Any, name: str, chosen: Chosen) -> list[tuple[str, int]]:
    others = chosen.with_(**{name: ()})
    found = _ask(cursor, f"{facet_sql(name, others)} LIMIT {MOST_IN_FACET}", given(others))
    listed = {value for value, _ in found}
    return [*found, *((value, 0) for value in getattr(chosen, name) if value not in listed)]


def _bars(cursor: Any, chosen: Chosen) -> list[Bar]:
    sql = f"SELECT day, count(*) FROM articles_current{where(chosen)} GROUP BY day ORDER BY day"
    counts = dict(_ask(cursor, sql, given(chosen)))
    return spread(counts)


def spread(counts: Mapping[date, int]) -> list[Bar]:
    """Bars without a gap over all days, as many as fit; far-off days of wrong clocks lie at the ends."""
    if not counts:
        return []
    first, last = min(counts), max(counts)
    days = (last - first).days + 1
    step = next((each for each in STEPS if -(-days // each) <= MOST_BARS), -(-days // MOST_BARS))
    heights = [0] * -(-days // step)
    for day, count in counts.items():
        heights[(day - first).days // step] += count
    return [
        Bar(
            since=first + timedelta(days=start),
            until=first + timedelta(days=min(start + step, days) - 1),
            articles=height,
        )
        for start, height in zip(range(0, days, step), heights, strict=True)
    ]


def _passages(cursor: Any, rows: Sequence[Listed], terms: Sequence[Term]) -> Iterator[tuple[str, Passage]]:
    """Where the words of a search stand in the articles of this page."""
    if not rows or not any(each.wanted for each in terms):
        return
    titles = {each.article_id: each.title for each in rows}
    for article_id, text in _ask(cursor, TEXTS, {"ids": list(titles), "moments": [each.fetched_at for each in rows]}):
        yield article_id, passage(titles[article_id], text, terms)


def _rows(cursor: Any, sql: str, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    rows = _ask(cursor, sql, values)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in rows)


def _ask(cursor: Any, sql: str, values: Mapping[str, Any]) -> list[Any]:
    return list(cursor.execute(sql, dict(values)).fetchall())
