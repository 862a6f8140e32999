"""What somebody chose to see: read from the query of an address, written back into one, told as SQL."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pipelines.explorer.words import MOST_CHARACTERS, parse_search, told_in_sql
from schemas.dialects import sql_text

NEWEST = "newest"  # as an order: what was published last stands first
UNKNOWN = "unknown"  # as a value: articles that have none
MOST_FIELDS, MOST_VALUES, LONGEST_VALUE = 100, 20, 200
MOST_PAGES = 10_000
DAY = "CAST(coalesce(published_at, fetched_at) AS DATE)"  # the column `day` of the explorer's own table
FOUND = "rowid IN (SELECT number FROM found)"  # what the index of words says
TAGGED = "rowid IN (SELECT number FROM codes WHERE code = $tag)"
TAGGED_AT_LENGTH = (
    "list_contains(list_transform(list_concat(topics, tags), lambda tag: tag.code), $tag)"
    " OR list_contains(list_transform(list_concat(regions, places), lambda tag: tag.code), $tag)"
    " OR list_contains(list_transform(organizations, lambda tag: tag.code), $tag)"
)
COLUMNS: Mapping[str, str] = {
    "source": "host",
    "language": "language",
    "topic": "primary_topic",
    "region": "primary_region",
}
PARAMETER = re.compile(r"\$(\w+)")


class BadSelection(ValueError):
    """The address asks for something that there is not; the message says what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition on articles: as the explorer asks it, with parameters, and as anybody can ask it of the dataset."""

    sql: str
    told: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One selection of articles. Of several values of one field any will do; all fields must fit."""

    q: str = ""
    since: date | None = None
    until: date | None = None
    source: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    story: str | None = None
    tag: str | None = None
    order: str = ""  # of what a search found: the best first, or NEWEST
    page: int = 1

    @property
    def searches(self) -> bool:
        """Whether the index of words is asked."""
        return bool(parse_search(self.q))

    @property
    def ranks(self) -> bool:
        """Whether what fits best stands first; words that are left out rank nothing."""
        return self.order != NEWEST and any(each.wanted for each in parse_search(self.q))

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen at all."""
        return replace(self, page=1, order="") != Chosen()

    def query(self) -> str:
        """The query of the address that shows this; the same selection has one address."""
        return urlencode([*self._pairs(), *([("page", str(self.page))] if self.page > 1 else [])])

    def with_(self, **changed: Any) -> "Chosen":
        """The same with other fields, from the first page on."""
        return replace(self, **{"page": 1} | changed)

    def toggled(self, name: str, value: str) -> "Chosen":
        """The same with one value more, or less where it was chosen."""
        before: tuple[str, ...] = getattr(self, name)
        after = tuple(each for each in before if each != value) if value in before else (*before, value)
        return self.with_(**{name: after})

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name != "page" and value:
                for one in value if isinstance(value, tuple) else (value,):
                    yield each.name, str(one)


def parse_selection(query: str) -> Chosen:
    """The selection that a query names; fields that it does not know are left alone."""
    if len(query) > MOST_FIELDS * LONGEST_VALUE:
        raise BadSelection("the address is too long to be one of this page")
    given: dict[str, list[str]] = {}
    for name, value in _split(query):
        given.setdefault(name, []).append(_checked(name, value))
    lists = {name: _values(name, given.get(name, [])) for name in COLUMNS}
    return Chosen(
        q=_last(given, "q")[:MOST_CHARACTERS],
        since=_day(given, "since"),
        until=_day(given, "until"),
        story=_last(given, "story") or None,
        tag=_last(given, "tag") or None,
        order=_order(given),
        page=_page(given),
        **lists,
    )


def conditions(chosen: Chosen) -> Iterator[Condition]:
    """What must hold of an article that is shown."""
    if chosen.searches:
        yield Condition(sql=FOUND, told="\n    AND ".join(told_in_sql(parse_search(chosen.q))), given={})
    for name, sign in (("since", ">="), ("until", "<=")):
        if bound := getattr(chosen, name):
            given = {name: str(bound)}
            condition = f"{{}} {sign} CAST(${name} AS DATE)"
            yield Condition(sql=condition.format("day"), told=literal(condition.format(DAY), given), given=given)
    for name, column in COLUMNS.items():
        if values := getattr(chosen, name):
            yield _any_of(name, column, values)
    if chosen.story:
        yield _plain("cluster_id = $story", {"story": chosen.story})
    if chosen.tag:
        given = {"tag": chosen.tag}
        yield Condition(sql=TAGGED, told=f"({literal(TAGGED_AT_LENGTH, given)})", given=given)


def where(chosen: Chosen, *, told: bool = False) -> str:
    """The conditions as a clause, or nothing where all articles are meant."""
    listed = [each.told if told else each.sql for each in conditions(chosen)]
    return "\nWHERE " + "\n    AND ".join(listed) if listed else ""


def given(chosen: Chosen) -> dict[str, Any]:
    """Values of the parameters in the conditions."""
    return {name: value for each in conditions(chosen) for name, value in each.given.items()}


def literal(sql: str, given: Mapping[str, Any]) -> str:
    """SQL with values in place of its parameters, to be copied by people; it is never executed here."""
    return PARAMETER.sub(lambda name: _value(given[name[1]]) if name[1] in given else name[0], sql)


def _value(value: Any) -> str:
    return str(value) if isinstance(value, int) else sql_text(str(value))


def _plain(sql: str, values: Mapping[str, Any]) -> Condition:
    return Condition(sql=sql, told=literal(sql, values), given=values)


def _any_of(name: str, column: str, values: Sequence[str]) -> Condition:
    named = {f"{name}{number}": value for number, value in enumerate(values) if value != UNKNOWN}
    parts = [f"{column} IN ({', '.join(f'${each}' for each in named)})"] if named else []
    parts += [f"{column} IS NULL"] if UNKNOWN in values else []
    return _plain(parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})", named)


def _split(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=False, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BadSelection(f"the address has more than {MOST_FIELDS} fields") from None


def _checked(name: str, value: str) -> str:
    if "\0" in value or "\ufffd" in value:
        raise BadSelection(f"the field {name[:20]} of the address is no text")
    if len(value) > LONGEST_VALUE:
        raise BadSelection(f"the field {name[:20]} of the address is longer than {LONGEST_VALUE} characters")
    return value.strip()


def _values(name: str, values: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(filter(None, values)))
    if len(found) > MOST_VALUES:
        raise BadSelection(f"the address names more than {MOST_VALUES} values of {name}")
    return found


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    return given.get(name, [""])[-1]


def _day(given: Mapping[str, Sequence[str]], name: str) -> date | None:
    value = _last(given, name)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadSelection(f"{name} is a day as 2026-11-23, not {value}") from None


def _order(given: Mapping[str, Sequence[str]]) -> str:
    value = _last(given, "order")
    if value not in {"", NEWEST}:
        raise BadSelection(f"order is {NEWEST} or is left out, not {value}")
    return value


def _page(given: Mapping[str, Sequence[str]]) -> int:
    value = _last(given, "page") or "1"
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= MOST_PAGES):
        raise BadSelection(f"page is a number from 1 to {MOST_PAGES}, not {value}")
    return int(value)
