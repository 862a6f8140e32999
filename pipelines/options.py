"""The one option model: the command line, newsbeam.yaml, the environment and Python callers share it."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_network
from typing import Annotated, Any, get_args, get_type_hints

from schemas.policies import ExtractPolicy, FetchPolicy, SandboxPolicy
from schemas.selection import Selection

# How the options spell a policy's own names, where they differ.
SPELLED = {"per_host_delay": "delay", "max_body": "max_page_bytes", "processes": "workers"}


class UsageError(ValueError):
    """The run was asked for in a way that cannot be carried out; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Option:
    """How a field of the options is spelled and explained."""

    help: str
    metavar: str | None = None
    group: str = "what to read"


def _cores() -> int:
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestOptions:
    """What a run reads, where it writes, and how it behaves. Tuples are options that may be repeated."""

    feeds: Annotated[
        tuple[str, ...], Option("a feed's URL, or a file of feeds: OPML, CSV, JSONL or text", "FILE|URL")
    ] = ()
    urls: Annotated[
        tuple[str, ...], Option("a file of page URLs: text, CSV or JSONL; - reads standard input", "FILE|-")
    ] = ()
    sitemap: Annotated[tuple[str, ...], Option("a sitemap, sitemap index or news sitemap", "URL")] = ()
    warc: Annotated[tuple[str, ...], Option("WARC archives; a pattern with * is allowed", "FILE")] = ()
    html: Annotated[tuple[str, ...], Option("a folder of HTML pages", "DIR")] = ()
    output: Annotated[str, Option("folder of the dataset; made when it is missing", "OUT", "where to write")] = ""
    include: Annotated[
        tuple[str, ...], Option("read only hosts or URLs like this (* and ? are wild)", "PATTERN", "which of it")
    ] = ()
    exclude: Annotated[tuple[str, ...], Option("do not read hosts or URLs like this", "PATTERN", "which of it")] = ()
    since: Annotated[datetime | None, Option("nothing published before: a date, or 7d, 12h", "TIME", "which of it")] = (
        None
    )
    max_pages: Annotated[int | None, Option("read at most so many pages, the newest first", "N", "which of it")] = None
    refetch_after: Annotated[
        timedelta | None, Option("read known pages again after: 7d, 12h", "TIME", "which of it")
    ] = None
    max_items: Annotated[int, Option("newest items that are taken of a feed", "N", "which of it")] = 1_000
    dry_run: Annotated[
        bool, Option("say what would be read, and why not the rest; read feeds, but no page", None, "which of it")
    ] = False
    contact: Annotated[
        str | None, Option("mail or web address for publishers, sent with each request", "ADDRESS", "how to ask")
    ] = None
    delay: Annotated[float, Option("pause between two requests to a host", "SECONDS", "how to ask")] = 1.0
    hosts_at_once: Annotated[int, Option("hosts that are asked at the same time", "N", "how to ask")] = 32
    deadline: Annotated[float, Option("longest time for one request", "SECONDS", "how to ask")] = 30.0
    max_host_wait: Annotated[
        float, Option("longest wait for a host that asks for a pause", "SECONDS", "how to ask")
    ] = 30.0
    max_page_bytes: Annotated[int, Option("larger pages are refused", "BYTES", "how to ask")] = 5_000_000
    allow_private_networks: Annotated[
        tuple[str, ...], Option("let these addresses be asked, which are not public", "CIDR", "how to ask")
    ] = ()
    workers: Annotated[int, Option("processes that extract text", "N", "how to work")] = field(default_factory=_cores)
    extract_deadline: Annotated[
        float, Option("longest time for the extraction of one page", "SECONDS", "how to work")
    ] = 20.0
    beam: tuple[str, ...] = ()  # options for Beam and its runner, as they stand on a command line

    def __post_init__(self) -> None:
        if not self.output:
            raise UsageError("no output was named; add --output FOLDER")
        if not self.inputs:
            raise UsageError("nothing to read; name at least one of --feeds, --urls, --sitemap, --warc, --html")
        _check(self)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Everything that names links, as it was given."""
        return self.feeds + self.urls + self.sitemap + self.warc + self.html

    @property
    def fetching(self) -> FetchPolicy:
        return FetchPolicy(
            contact=self.contact,
            per_host_delay=self.delay,
            hosts_at_once=self.hosts_at_once,
            deadline=self.deadline,
            max_host_wait=self.max_host_wait,
            max_body=self.max_page_bytes,
            allow_private_networks=self.allow_private_networks,
        )

    @property
    def extraction(self) -> ExtractPolicy:
        return ExtractPolicy(max_page_bytes=self.max_page_bytes)

    @property
    def sandbox(self) -> SandboxPolicy:
        return SandboxPolicy(processes=self.workers, deadline=self.extract_deadline)

    @property
    def selection(self) -> Selection:
        return Selection(include=self.include, exclude=self.exclude, since=self.since, max_pages=self.max_pages)


def option_of(name: str) -> Option:
    """The spelling and explanation of a field."""
    return _options()[name]


def kind_of(name: str) -> Any:
    """The type of a field."""
    return get_type_hints(IngestOptions)[name]


def flag_of(name: str) -> str:
    return "--" + name.replace("_", "-")


def option_names() -> list[str]:
    """Fields that have a flag, in the order of the help."""
    return list(_options())


@cache
def _options() -> dict[str, Option]:
    hints = get_type_hints(IngestOptions, include_extras=True).items()
    marked = ((name, part) for name, hint in hints for part in get_args(hint)[1:])
    return {name: part for name, part in marked if isinstance(part, Option)}


def parse_value(name: str, value: Any, now: datetime) -> Any:
    """A value from a flag, a YAML file or the environment as the type of its field."""
    kind = kind_of(name)
    if kind == tuple[str, ...]:
        return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)
    try:
        return _scalar(kind, value, now)
    except (TypeError, ValueError, KeyError, OverflowError):
        raise UsageError(f"{flag_of(name)} cannot be {value!r}; it is {_describe(kind)}") from None


def _scalar(kind: Any, value: Any, now: datetime) -> Any:
    bare = next((each for each in get_args(kind) if each is not type(None)), kind)
    if bare is datetime:
        return _moment(value, now)
    if bare is timedelta:
        return _span(str(value))
    if bare is bool:
        return value if isinstance(value, bool) else {"true": True, "false": False}[str(value).lower()]
    return bare(value)


def _moment(value: Any, now: datetime) -> datetime:
    """A date or time in UTC, or a span before now."""
    text = str(value)
    if text[-1:] in "dhm" and text[:-1].isdigit():
        return now - _span(text)
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _span(text: str) -> timedelta:
    units = {"d": "days", "h": "hours", "m": "minutes"}
    if text[-1:] not in units:
        raise ValueError(text)
    span = timedelta(**{units[text[-1]]: float(text[:-1])})
    if span < timedelta():
        raise ValueError(text)
    return span


def _describe(kind: Any) -> str:
    bare = next((each for each in get_args(kind) if each is not type(None)), kind)
    words = {
        datetime: "a date as 2026-11-23, a time as 2026-11-23T10:00Z, or a span as 7d or 12h",
        timedelta: "a span as 7d, 12h or 30m",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
    }
    return words.get(bare, "a text")


def _check(options: IngestOptions) -> None:
    for network in options.allow_private_networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise UsageError(f"--allow-private-networks: {error}; write it as 127.0.0.0/8") from None
    if options.max_items < 1:
        raise UsageError(f"--max-items must be positive, got {options.max_items}")
    for make in ("fetching", "extraction", "sandbox", "selection"):
        try:
            getattr(options, make)
        except ValueError as error:
            raise UsageError(_in_flags(str(error), make)) from None


def _in_flags(trouble: str, make: str) -> str:
    """What a policy says of one of its fields, with the name of the flag that set it."""
    name, _, rest = trouble.partition(" ")
    field_name = "extract_deadline" if (make, name) == ("sandbox", "deadline") else SPELLED.get(name, name)
    return f"{flag_of(field_name)} {rest}"
