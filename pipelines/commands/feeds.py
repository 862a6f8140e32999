"""`newsbeam feeds`: lists of feeds in and out, how feeds do, and where a site has them."""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.exits import Exit
from pipelines.feed_checks import Checked, check_feeds, find_feeds
from pipelines.inputs import is_url, want_no_passwords
from pipelines.options import UsageError
from pipelines.terminal import put, say
from pipelines.visits import add_options, policy_of, visiting
from schemas.errors import Code
from schemas.sources import FeedHealth
from transforms.inputs.feed_lists import parse_feed_list
from transforms.inputs.list_entries import FeedList, FeedSource, NotAList, make_feed_list
from transforms.inputs.opml_writer import write_opml
from transforms.web.masking import MASK, without_credentials


def options(parser: argparse.ArgumentParser) -> None:
    """The tools and what each takes."""
    tools = parser.add_subparsers(required=True, metavar="TOOL")
    taking = _tool(tools, "import", import_lists, "read lists of any format and write one OPML list")
    taking.add_argument("lists", nargs="+", metavar="LIST", help="OPML, CSV, JSONL or text")
    taking.add_argument("--into", metavar="FILE", help="an OPML file that gets them, beside those it has")
    giving = _tool(tools, "export", export_feeds, "write the feeds that a dataset knows as OPML")
    giving.add_argument("output", metavar="OUT", help="folder or address of the dataset")
    listing = _tool(tools, "list", list_feeds, "how the feeds of a dataset do")
    listing.add_argument("output", metavar="OUT", help="folder or address of the dataset")
    listing.add_argument("--json", action="store_true", help="a line of JSON for each")
    testing = _tool(tools, "test", test_feeds, "ask feeds and say what they hold")
    testing.add_argument("feeds", nargs="+", metavar="URL|LIST", help="feeds, or lists of them")
    add_options(testing)
    finding = _tool(tools, "find", find, "look for the feeds and news sitemaps of a site")
    finding.add_argument("url", metavar="URL", help="a page of the site")
    add_options(finding)


def _tool(tools: Any, name: str, command: Any, explanation: str) -> Any:
    parser = tools.add_parser(name, help=explanation, description=explanation, allow_abbrev=False)
    parser.set_defaults(command=command)
    return parser


def import_lists(arguments: argparse.Namespace) -> int:
    """`newsbeam feeds import`."""
    before = (
        _listed(arguments.into) if arguments.into and Path(arguments.into).exists() else FeedList(feeds=(), refused=())
    )
    lists = [before, *map(_listed, arguments.lists)]
    merged = make_feed_list([feed for each in lists for feed in each.feeds], [])
    refused = [pair for each in lists for pair in each.refused]
    for url, why in refused:
        say(f"refused: {without_credentials(url) or '(no address)'}: {why}")
    opml = write_opml(merged.feeds, "Feeds")
    if arguments.into:
        _write(arguments.into, opml)
    else:
        put(opml.rstrip("\n"))
    say(f"{len(merged.feeds)} feeds, {len(merged.feeds) - len(before.feeds)} of them new; {len(refused)} refused")
    return Exit.DONE if merged.feeds else Exit.ALL_FAILED


def _write(path: str, opml: str) -> None:
    try:
        Path(path).write_text(opml, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--into {path} cannot be written: {error.strerror}", Code.UNWRITABLE) from None


def export_feeds(arguments: argparse.Namespace) -> int:
    """`newsbeam feeds export`."""
    states = _states(arguments.output)
    for each in states:
        if each.disabled_at:
            say(f"left out: {each.feed_url}: {each.reason} since {each.disabled_at:%Y-%m-%d}")
        elif _is_masked(each):
            say(f"left out: {each.feed_url}: what stands behind {MASK} is not kept; your own list has it")
    living = [each for each in states if not each.disabled_at and not _is_masked(each)]
    feeds = [FeedSource(url=each.moved_to or each.feed_url, title=each.title) for each in living]
    put(write_opml(feeds, f"Feeds of {arguments.output}").rstrip("\n"))
    return Exit.DONE


def _is_masked(feed: FeedHealth) -> bool:
    return MASK in (feed.moved_to or feed.feed_url)


def list_feeds(arguments: argparse.Namespace) -> int:
    """`newsbeam feeds list`."""
    states = _states(arguments.output)
    for line in _as_json(states) if arguments.json else _as_table(states):
        put(line)
    return Exit.DONE


def test_feeds(arguments: argparse.Namespace) -> int:
    """`newsbeam feeds test`."""
    want_no_passwords(filter(is_url, arguments.feeds))
    urls = [url for each in arguments.feeds for url in ([each] if is_url(each) else _urls(each))]
    with visiting(policy_of(arguments)) as visits:
        return _tell(list(check_feeds(urls, visits)), as_json=arguments.json)


def find(arguments: argparse.Namespace) -> int:
    """`newsbeam feeds find`."""
    url = arguments.url if is_url(arguments.url) else f"https://{arguments.url}"
    want_no_passwords([url])
    with visiting(policy_of(arguments)) as visits:
        found, trouble = find_feeds(url, visits)
    good = [each for each in found if each.good]
    if trouble:
        say(f"newsbeam: {trouble}")
    if not good:
        say(f"newsbeam: no feed and no news sitemap was found for {url}; {len(found)} addresses were looked at")
        return Exit.ALL_FAILED
    return _tell(good, as_json=arguments.json)


def _tell(checked: Sequence[Checked], *, as_json: bool) -> int:
    for each in checked:
        put(json.dumps(asdict(each), ensure_ascii=False, default=str) if as_json else "\n".join(each.lines()))
    return Exit.DONE if any(each.good for each in checked) else Exit.ALL_FAILED


def _states(output: str) -> list[FeedHealth]:
    """How the feeds of a dataset did last, by address."""
    from transforms.filesystems import dataset_files  # noqa: PLC0415  # brings Beam, which takes two seconds
    from transforms.storage.state import load_feed_states  # noqa: PLC0415

    states = load_feed_states(dataset_files(output))
    if not states:
        raise UsageError(
            f"{output} knows no feed; check the folder, or read feeds into it with newsbeam run", Code.NOT_IN_DATASET
        )
    return [states[name] for name in sorted(states)]


def _as_json(states: Iterable[FeedHealth]) -> Iterator[str]:
    for each in states:
        yield json.dumps(asdict(each), ensure_ascii=False, default=str)


def _as_table(states: Iterable[FeedHealth]) -> Iterator[str]:
    yield f"{'status':<10} {'asked':<17} {'next poll':<17} {'items':>5} {'every':>7}  feed"
    for each in states:
        status = "disabled" if each.disabled_at else str(each.status)
        next_poll = _minute(each.retry_at if each.retry_at and each.failures else each.next_poll_at)
        every = f"{each.cadence_minutes} m" if each.cadence_minutes is not None else ""
        yield f"{status:<10} {_minute(each.fetched_at):<17} {next_poll:<17} {each.items:>5} {every:>7}  {each.feed_url}"
        if each.reason:
            yield f"{'':<10} {each.reason}: {each.detail}"
        if each.moved_to:
            yield f"{'':<10} moved to {each.moved_to}"


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"


def _urls(path: str) -> list[str]:
    return [feed.url for feed in _listed(path).feeds]


def _listed(path: str) -> FeedList:
    try:
        return parse_feed_list(Path(path).read_bytes(), path)
    except (OSError, NotAList) as error:
        raise UsageError(
            f"{path} cannot be read as a list of feeds: {getattr(error, 'strerror', None) or error}",
            Code.UNREADABLE_INPUT,
        ) from None
