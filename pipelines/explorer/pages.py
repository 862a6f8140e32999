"""Pages as HTML. Everything that a publisher wrote goes through Jinja's escaping; nothing is marked as safe."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipelines.explorer.articles import Shown
from pipelines.explorer.exports import FORMATS
from pipelines.explorer.selection import COLUMNS, UNKNOWN, Chosen
from pipelines.explorer.views import PAGE, Overview
from transforms.reporting.drawings import shaded
from transforms.tagging.gazetteer import shipped
from transforms.tagging.vocabulary import vocabulary

PLOT = 120  # height of the timeline
STEP = 10  # width of a bar with its gap
LABELS = {"source": "Source", "language": "Language", "topic": "Topic", "region": "Region"}
KINDS = {
    "topics": "topic",
    "tags": "own topic",
    "regions": "region",
    "places": "place",
    "organizations": "organisation",
}
AT_ONCE = 8  # values of a field that are shown before "more"

_pages = Environment(
    loader=PackageLoader("pipelines.explorer"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """Something that was chosen, and the address without it."""

    label: str
    without: Chosen


def list_page(chosen: Chosen, seen: Overview, dataset: str) -> str:
    """The list of a selection."""
    return _render(
        "list.html",
        chosen=chosen,
        seen=seen,
        dataset=dataset,
        chips=list(chips(chosen)),
        labels=LABELS,
        countries=shaded(dict(seen.facets["region"])),
        plot=PLOT,
        step=STEP,
        highest=max((each.articles for each in seen.bars), default=1) or 1,
        formats=FORMATS,
        at_once=AT_ONCE,
        page_size=PAGE,
    )


def article_page(shown: Shown, dataset: str) -> str:
    """One article."""
    return _render("article.html", shown=shown, dataset=dataset, row=shown.row, kinds=KINDS)


def trouble_page(sentence: str, back: str = "/") -> str:
    """A page that only says what is wrong and what to do."""
    return _render("trouble.html", sentence=sentence, back=back)


def name_of(field: str, value: str | None) -> str:
    """What people call a value of a field."""
    if value is None or value == UNKNOWN:
        return UNKNOWN
    if field == "topic":
        return vocabulary().names.get(value, value)
    if field == "region" and (place := shipped().find(value)):
        return place.name
    return value


def web_address(value: str | None) -> str | None:
    """An address that may become a link: of the web, and nothing that runs."""
    return value if value and urlsplit_scheme(value) in {"http", "https"} else None


def urlsplit_scheme(value: str) -> str:
    """Scheme of an address; empty where it is none."""
    try:
        return urlsplit(value).scheme.lower()
    except ValueError:
        return ""


def chips(chosen: Chosen) -> Iterator[Chip]:
    """All that was chosen, in the order of the form."""
    if chosen.q:
        yield Chip(label=f"“{chosen.q}”", without=chosen.with_(q=""))
    if chosen.since:
        yield Chip(label=f"from {chosen.since}", without=chosen.with_(since=None))
    if chosen.until:
        yield Chip(label=f"to {chosen.until}", without=chosen.with_(until=None))
    for name in COLUMNS:
        for value in getattr(chosen, name):
            yield Chip(label=f"{name}: {name_of(name, value)}", without=chosen.toggled(name, value))
    if chosen.tag:
        yield Chip(label=f"tag: {tag_name(chosen.tag)}", without=chosen.with_(tag=None))
    if chosen.story:
        yield Chip(label=f"story {chosen.story[:8]}", without=chosen.with_(story=None))


def tag_name(code: str) -> str:
    """A tag by its name where it is a topic or a country, else by its code."""
    return name_of("topic" if code.startswith("medtop:") else "region", code)


def _render(template: str, **values: Any) -> str:
    return _pages.get_template(template).render(values)


_pages.globals |= {"name_of": name_of, "web_address": web_address}
