"""The report of a run as one HTML file: no script, no request, every value escaped."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from schemas.reports import Recent, Reported
from schemas.version import PIPELINE_VERSION
from schemas.work import Work, cpu_of, outside_extraction
from transforms.reporting.counts import STATES, changes, counted, healths, reasons, stories, turned
from transforms.reporting.drawings import Column, columns, countries, country_names, narrow_flow, wide_flow
from transforms.reporting.time_bins import timeline

TEMPLATES = Path(__file__).with_name("templates")
MOST_BARS = 12
MOST_FEEDS = 60
LONGEST = 300  # characters of a title or detail
CHART = 150.0  # height of the timeline's columns
LABEL = 76  # width of a date below the timeline
LABELS = {1080: 9, 350: 4}  # how many dates stand below a timeline of this width


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a verb counted."""

    name: str
    taken: int
    ok: int
    failed: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a verb cost, and its share of the CPU of the run, 0 to 100."""

    work: Work
    share: float


def page(reported: Reported, headline: str) -> str:
    """The whole page."""
    return _template().render(**_run(reported, headline), **_dataset(reported))


def _run(reported: Reported, headline: str) -> dict[str, Any]:
    """What the page says of the run itself."""
    record = reported.record
    started, ended = (datetime.fromisoformat(each).astimezone(UTC) for each in (record.started_at, record.ended_at))
    found = healths(reported.feeds, ended)
    tally = Counter(each.state for each in found)
    return {
        "record": record,
        "accounting": record.accounting,
        "headline": headline,
        "started": f"{started:%Y-%m-%d %H:%M:%S}",
        "ended": f"{ended:%H:%M:%S}" if ended.date() == started.date() else f"{ended:%Y-%m-%d %H:%M:%S}",
        "seconds": ended - started,
        "articles_in_all": reported.articles_in_all,
        "wide": wide_flow(record.accounting, reported.sources),
        "narrow": narrow_flow(record.accounting),
        "before": reported.before,
        "changes": changes(reported),
        "broke": turned(reported, "failing") + turned(reported, "disabled"),
        "quiet": turned(reported, "quiet"),
        "mended": turned(reported, "fine") if reported.feeds_before else [],
        "failures": reasons(reported.failures, reported.remedies),
        "feeds": found,
        "states": [(each, tally[each]) for each in STATES if tally[each]],
        "most_feeds": MOST_FEEDS,
        "stages": list(_steps(record.stages)),
        "work": [Cost(work=each, share=100 * each.cpu / (cpu_of(record.work) or 1)) for each in record.work],
        "outside": outside_extraction(record.work),
        "version": PIPELINE_VERSION,
        "sections": list(_sections(reported)),
    }


def _dataset(reported: Reported) -> dict[str, Any]:
    """What it says of the newest articles of the dataset."""
    recent = reported.recent
    dates = [each.published_at.astimezone(UTC).date() for each in recent if each.published_at]
    line = timeline(dates)
    found: dict[str, Any] = {
        "recent": recent,
        "of_this_run": sum(1 for each in recent if each.run_id == reported.record.run_id),
        "line": line,
        "undated": len(recent) - len(dates),
        "wide_columns": columns(line, 1080, CHART) if line else [],
        "narrow_columns": columns(line, 350, CHART) if line else [],
        "time_columns": _time_columns,
        "countries": countries(recent),
        "located": sum(1 for each in recent if each.primary_region),
        "stories": stories(recent, reported.copies),
    }
    for name, shown in _names(recent, reported.topic_names).items():
        found[f"{name}_counts"], found[f"{name}_more"] = counted(shown, MOST_BARS, "unknown")
    return found


def _names(recent: Sequence[Recent], topics: Mapping[str, str]) -> dict[str, list[str | None]]:
    lands = country_names()
    return {
        "topic": [topics.get(each.primary_topic or "", each.primary_topic) for each in recent],
        "language": [each.language for each in recent],
        "country": [lands.get(each.primary_region or "", each.primary_region) for each in recent],
        "host": [each.host for each in recent],
    }


def _steps(stages: Mapping[str, Mapping[str, int]]) -> Iterator[Step]:
    for name, counts in stages.items():
        lost = {
            kind: sum(count for key, count in counts.items() if key.startswith(kind))
            for kind in ("failed/", "dropped/")
        }
        yield Step(
            name=name,
            taken=counts.get("in", 0),
            ok=counts.get("ok", 0),
            failed=lost["failed/"],
            dropped=lost["dropped/"],
        )


def _sections(reported: Reported) -> Iterator[tuple[str, str]]:
    """Ids and names of the sections that the page has."""
    yield "flow", "Where it went"
    if reported.before:
        yield "changes", "Since the run before"
    if reported.failures:
        yield "failures", "Failures"
    if reported.feeds:
        yield "feeds", "Feeds"
    if reported.recent:
        yield from (("time", "Over time"), ("map", "Countries"), ("topics", "Topics and languages"))
    if stories(reported.recent, reported.copies):
        yield "stories", "Stories"
    if reported.record.stages:
        yield "steps", "Steps"
    if reported.record.work:
        yield "speed", "Speed by verb"


def _time_columns(found: Sequence[Column], width: int) -> Markup:
    """The columns with their axis, and dates below some of them."""
    every = -(-len(found) // LABELS[width])
    parts = [Markup('<line class="axis" x1="0" x2="{}" y1="{}" y2="{}"/>').format(width, CHART, CHART)]
    for number, each in enumerate(found):
        title = escape(f"{each.label}: {each.count}")
        shape = f'x="{each.x:.1f}" y="{each.y:.1f}" width="{each.width:.1f}" height="{each.height:.1f}"'
        parts.append(Markup(f'<rect class="column" {shape}><title>{title}</title></rect>'))  # noqa: S704  # numbers and escaped text
        if number % every == 0 and each.x < width - LABEL:
            parts.append(Markup('<text class="count" x="{:.1f}" y="172">{}</text>').format(each.x, each.label))
    return Markup("\n").join(parts)


@cache
def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {
        "n": lambda number: f"{number:,}",
        "signed": lambda number: f"{number:+,}" if number else "same",
        "words": lambda name: str(name).replace("_", " "),
        "minute": _minute,
        "minutes": lambda count: _span(timedelta(minutes=count)),
        "span": _span,
        "s": lambda seconds: f"{seconds:,.1f}",
        "bytes": _bytes,
        "cut": _cut,
        "capitalized": lambda text: text[:1].upper() + text[1:],
    }
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    environment.globals |= {"style": Markup(style), "style_hash": Markup(digest)}  # noqa: S704  # our own file
    return environment.get_template("report.html.jinja")


def _minute(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}" if moment else ""


def _span(span: timedelta) -> str:
    """A span in its two largest units at most."""
    seconds = int(span.total_seconds())
    units = [
        (seconds // 86400, "d"),
        (seconds % 86400 // 3600, "h"),
        (seconds % 3600 // 60, "min"),
        (seconds % 60, "s"),
    ]
    told = [f"{count} {unit}" for count, unit in units if count]
    return " ".join(told[:2]) or "0 s"


def _bytes(count: int) -> str:
    """A count of bytes as people say it; nothing for none."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} B" if count else ""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
