import math
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipelines.options import (
    IngestOptions,
    UsageError,
    flag_of,
    kind_of,
    option_names,
    option_of,
    parse_value,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _options(**named: Any) -> IngestOptions:
    return IngestOptions(**({"feeds": ("https://example.org/feed",), "output": "out"} | named))


def test_without_output_the_remedy_is_named() -> None:
    with pytest.raises(UsageError, match="add --output"):
        _options(output="")


def test_without_input_the_choices_are_named() -> None:
    with pytest.raises(UsageError, match="--feeds, --urls, --sitemap, --warc, --html"):
        _options(feeds=())


@pytest.mark.parametrize("name", ["feeds", "urls", "sitemap", "warc", "html"])
def test_each_kind_of_input_is_enough(name: str) -> None:
    assert _options(**{"feeds": (), name: ("x",)}).inputs == ("x",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("delay", -1.0), ("delay", math.inf), ("hosts_at_once", 0), ("deadline", 0.0), ("deadline", math.nan),
        ("max_host_wait", -0.5), ("max_page_bytes", 0), ("workers", 0), ("extract_deadline", 0.0), ("max_pages", 0),
        ("max_items", 0), ("max_items", -3),
    ],
)  # fmt: skip
def test_an_impossible_figure_is_refused_by_the_name_of_its_flag(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=f"^{flag_of(name)} must .*, got {value}"):
        _options(**{name: value})


def test_a_network_is_shown_how_to_be_written() -> None:
    with pytest.raises(UsageError, match=r"--allow-private-networks: .*write it as 127\.0\.0\.0/8"):
        _options(allow_private_networks=("loopback",))


def test_options_become_the_policies_of_the_verbs() -> None:
    options = _options(
        contact="me@example.org", delay=2.5, hosts_at_once=3, deadline=4.0, max_host_wait=5.0, max_page_bytes=6,
        allow_private_networks=("10.0.0.0/8",), workers=7, extract_deadline=8.0, include=("a",), exclude=("b",),
        since=NOW, max_pages=9,
    )  # fmt: skip
    fetching, sandbox, selection = options.fetching, options.sandbox, options.selection
    assert (fetching.contact, fetching.per_host_delay, fetching.hosts_at_once) == ("me@example.org", 2.5, 3)
    assert (fetching.deadline, fetching.max_host_wait, fetching.max_body) == (4.0, 5.0, 6)
    assert fetching.allow_private_networks == ("10.0.0.0/8",)
    assert options.extraction.max_page_bytes == 6
    assert (sandbox.processes, sandbox.deadline) == (7, 8.0)
    assert (selection.include, selection.exclude, selection.since, selection.max_pages) == (("a",), ("b",), NOW, 9)


def test_as_many_pages_are_extracted_at_once_as_there_are_cores() -> None:
    assert _options().workers == (os.cpu_count() or 1)


def test_every_option_has_a_flag_and_an_explanation_of_its_own() -> None:
    helps = [option_of(name).help for name in option_names()]
    assert all(helps)
    assert len(set(helps)) == len(helps)
    assert "beam" not in option_names()


def test_flags_are_spelled_with_hyphens() -> None:
    assert flag_of("allow_private_networks") == "--allow-private-networks"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("max_pages", "12", 12), ("delay", "0.5", 0.5), ("contact", "me@example.org", "me@example.org"),
        ("output", 2026, "2026"), ("dry_run", "true", True), ("dry_run", "False", False), ("dry_run", True, True),
        ("feeds", ["a", "b c"], ("a", "b c")), ("feeds", "my feeds.opml", ("my feeds.opml",)),
        ("refetch_after", "7d", timedelta(days=7)), ("refetch_after", "1.5h", timedelta(minutes=90)),
        ("refetch_after", "30m", timedelta(minutes=30)),
        ("since", "2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("since", "2026-11-20T10:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("since", "2026-11-20T10:00+05:30", datetime(2026, 11, 20, 4, 30, tzinfo=UTC)),
        ("since", "2d", datetime(2026, 11, 21, 12, tzinfo=UTC)),
        ("since", datetime(2026, 11, 20, tzinfo=UTC).date(), datetime(2026, 11, 20, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_value_gets_the_type_of_its_option(name: str, text: Any, value: Any) -> None:
    assert parse_value(name, text, NOW) == value


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("max_pages", "many", "a whole number"), ("max_pages", "1.5", "a whole number"), ("max_pages", [1], "a whole"),
        ("delay", "slow", "a number"), ("dry_run", "1", "true or false"), ("dry_run", "yes", "true or false"),
        ("since", "yesterday", "a date as"), ("since", "99999999999d", "a date as"), ("since", "", "a date as"),
        ("refetch_after", "7", "a span as"), ("refetch_after", "infd", "a span as"), ("refetch_after", "-1d", "a span"),
        ("refetch_after", "nand", "a span as"),
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_quoted_with_what_is_allowed(name: str, text: Any, allowed: str) -> None:
    with pytest.raises(UsageError, match=f"^{flag_of(name)} cannot be .*; it is {allowed}"):
        parse_value(name, text, NOW)


def test_kinds_are_types() -> None:
    assert kind_of("feeds") == tuple[str, ...]
    assert kind_of("dry_run") is bool
