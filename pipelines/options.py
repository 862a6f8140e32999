"""The one option model: the command line, newsbeam.yaml, the environment and Python callers share it."""

import os
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_network
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

from schemas.errors import Code
from schemas.partitions import PARTITIONS
from schemas.policies import ExtractPolicy, FeedPolicy, FetchPolicy, SandboxPolicy
from schemas.selection import Selection

T = TypeVar("T")

# How the options spell a policy's own names, where they differ.
SPELLED = {"per_host_delay": "delay", "max_body": "max_page_bytes", "processes": "workers"}


class UsageError(ValueError):
    """The run was asked for in a way that cannot be carried out; the message says what to do, the code which kind."""

    def __init__(self, sentence: str, code: Code) -> None:
        super().__init__(sentence, code)
        self.code = code

    def __str__(self) -> str:
        return str(self.args[0])


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
    retry: Annotated[str | None, Option("a dataset; what failed in it is tried again now", "OUT")] = None
    output: Annotated[str, Option("folder of the dataset; made when it is missing", "OUT", "where to write")] = ""
    partition_by: Annotated[
        tuple[str, ...], Option(f"any of {', '.join(PARTITIONS)}", "NAMES", "where to write")
    ] = ()  # of a new dataset the first of them
    keep_days: Annotated[
        int | None, Option("delete for good what was published more than so many days ago", "N", "where to write")
    ] = None
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
    poll_every: Annotated[
        timedelta,
        Option("ask no feed more often than this: 30m, 1h; a feed may ask for more itself", "TIME", "which of it"),
    ] = timedelta()
    dry_run: Annotated[
        bool, Option("say what would be read, and why not the rest; read feeds, but no page", None, "which of it")
    ] = False
    taxonomy: Annotated[
        str | None, Option("topics of your own: a YAML file, docs/tagging.md", "FILE", "how to tag")
    ] = None
    models: Annotated[bool, Option("ask a sentence model too: newsbeam[models]", None, "how to tag")] = False
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
    respect_ai_optout: Annotated[
        bool, Option("leave out pages whose publisher reserves text and data mining", None, "how to ask")
    ] = False
    headers_file: Annotated[
        str | None,
        Option("headers for single origins, as of paid feeds; only its owner may read the file", "FILE", "how to ask"),
    ] = None
    archive: Annotated[
        str | None,
        Option("write all that was asked and answered as WARC, to do the run again", "DIR", "where to write"),
    ] = None
    no_keep_copies: Annotated[
        bool, Option("keep no title and text of copies that were folded away", None, "where to write")
    ] = False
    workers: Annotated[int, Option("processes that extract text", "N", "how to work")] = field(default_factory=_cores)
    extract_deadline: Annotated[
        float, Option("longest time for the extraction of one page", "SECONDS", "how to work")
    ] = 20.0
    no_wait: Annotated[
        bool, Option("leave once the runner has the run; print its id, for newsbeam report", None, "how to work")
    ] = False
    beam: tuple[str, ...] = ()  # options for Beam and its runner, as they stand on a command line

    def __post_init__(self) -> None:
        if self.retry and not self.output:
            object.__setattr__(self, "output", self.retry)  # the dataset that is mended; frozen from here on
        if not self.output:
            raise UsageError("no output was named; add --output FOLDER", Code.NOTHING_NAMED)
        if self.retry and self.retry != self.output:
            raise UsageError(
                f"--retry {self.retry} tries again within a dataset; leave --output out, or name the same", Code.AT_ODDS
            )
        if not self.inputs:
            raise UsageError(
                "nothing to read; name at least one of --feeds, --urls, --sitemap, --warc, --html", Code.NOTHING_NAMED
            )
        _check(self)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Everything that names links, as it was given."""
        return self.feeds + self.urls + self.sitemap + self.warc + self.html + ((self.retry,) if self.retry else ())

    @property
    def partitions(self) -> tuple[str, ...]:
        """Names to part a dataset by, which may come joined by commas; none where nobody asked."""
        return tuple(name.strip() for each in self.partition_by for name in each.split(","))

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
            respect_ai_optout=self.respect_ai_optout,
            headers_file=self.headers_file,
            archive=self.archive,
        )

    @property
    def reading(self) -> FeedPolicy:
        return FeedPolicy(max_items=self.max_items, poll_every=self.poll_every.total_seconds())

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


def default_of(name: str) -> Any:
    """What an option is when nobody sets it, as it is written in a file."""
    each = next(each for each in fields(IngestOptions) if each.name == name)
    value = _cores() if each.default is MISSING else each.default
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 60:g}m"
    return list(value) if isinstance(value, tuple) else value


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
        raise UsageError(f"{flag_of(name)} cannot be {value!r}; it is {_describe(kind)}", Code.BAD_VALUE) from None


def _scalar(kind: Any, value: Any, now: datetime) -> Any:
    bare = next((each for each in get_args(kind) if each is not type(None)), kind)
    if bare is datetime:
        return parse_moment(value, now)
    if bare is timedelta:
        return parse_span(str(value))
    if bare is bool:
        return value if isinstance(value, bool) else {"true": True, "false": False}[str(value).lower()]
    return bare(value)


def parse_moment(value: Any, now: datetime) -> datetime:
    """A date or time in UTC, or a span before now."""
    text = str(value)
    if text[-1:] in "dhm" and text[:-1].isdigit():
        return now - parse_span(text)
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def parse_span(text: str) -> timedelta:
    """A span as 7d, 12h or 30m; raises ValueError for anything else."""
    units = {"d": "days", "h": "hours", "m": "minutes"}
    if text[-1:] not in units:
        raise ValueError(text)
    span = timedelta(**{units[text[-1]]: float(text[:-1])})
    if span < timedelta():
        raise ValueError(text)
    return span


def given(parse: Callable[[str], T], text: str, flag: str, allowed: str) -> T:
    """What the text of a flag means; UsageError where `parse` raises ValueError for it."""
    try:
        return parse(text)
    except ValueError:
        raise UsageError(f"{flag} cannot be {text!r}; it is {allowed}", Code.BAD_VALUE) from None


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
            raise UsageError(f"--allow-private-networks: {error}; write it as 127.0.0.0/8", Code.BAD_VALUE) from None
    _check_partitions(options.partitions)
    if options.keep_days is not None and options.keep_days < 1:
        raise UsageError(f"--keep-days must be at least 1, got {options.keep_days}", Code.BAD_VALUE)
    for make in ("fetching", "reading", "extraction", "sandbox", "selection"):
        try:
            getattr(options, make)
        except ValueError as error:
            raise UsageError(_in_flags(str(error), make), Code.BAD_VALUE) from None


def _check_partitions(names: tuple[str, ...]) -> None:
    unknown = [name for name in names if name not in PARTITIONS]
    if unknown:
        raise UsageError(
            f"--partition-by cannot be {unknown[0]!r}; it is any of {', '.join(PARTITIONS)}", Code.BAD_VALUE
        )
    if len(set(names)) < len(names):
        raise UsageError(f"--partition-by names {max(names, key=names.count)} twice", Code.BAD_VALUE)


def _in_flags(trouble: str, make: str) -> str:
    """What a policy says of one of its fields, with the name of the flag that set it."""
    name, _, rest = trouble.partition(" ")
    field_name = "extract_deadline" if (make, name) == ("sandbox", "deadline") else SPELLED.get(name, name)
    return f"{flag_of(field_name)} {rest}"
