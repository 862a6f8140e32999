"""The command `newsbeam`. Data goes to stdout, all else to stderr; Beam is imported only when something runs."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from pipelines.configuration import settings
from pipelines.exits import BY_OUTCOME, Exit
from pipelines.explain import add_fetch_and_explain
from pipelines.feed_tools import add_feeds
from pipelines.options import IngestOptions, UsageError, flag_of, kind_of, option_names, option_of
from pipelines.report import add_report
from pipelines.report import report as record_of
from pipelines.sources_learn import add_sources
from pipelines.tags import add_tags
from pipelines.visits import tell_of_proxies
from schemas.version import PIPELINE_VERSION

DESCRIPTION = "Feeds and URLs in; a clean, deduplicated, topic- and region-tagged Parquet dataset of news out."
EPILOG = "Options that Beam knows (--runner, --direct_num_workers, …) are passed on to it."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    try:
        arguments, rest = _parser().parse_known_args(argv)
        _quiet_beam()
        return int(arguments.command(arguments, rest))
    except UsageError as error:
        return _told(f"newsbeam: {error}", Exit.USAGE)
    except KeyboardInterrupt:
        return _told("newsbeam: interrupted; what was committed before stays as it was", Exit.INTERRUPTED)


def run(arguments: argparse.Namespace, rest: list[str]) -> int:
    """`newsbeam run`."""
    given = {name: value for name, value in vars(arguments).items() if name in option_names()}
    options = IngestOptions(**settings(given, arguments.config, datetime.now(UTC)), beam=_for_beam(rest))
    return _carry_out(options, as_json=arguments.json)


def demo(arguments: argparse.Namespace, rest: list[str]) -> int:
    """`newsbeam demo`."""
    _refuse(rest)
    _quiet_beam()
    from pipelines.demo.command import demonstrate  # noqa: PLC0415  # brings the whole of Beam

    return int(demonstrate(arguments.output))


def upkeep(arguments: argparse.Namespace, rest: list[str]) -> int:
    """`newsbeam compact`, `doctor`, `delete` and `migrate`."""
    beam = _for_beam(rest)
    _quiet_beam()
    from pipelines.upkeep import carry_out  # noqa: PLC0415  # brings the whole of Beam

    return carry_out(arguments, beam)


def duplicates(arguments: argparse.Namespace, rest: list[str]) -> int:
    """`newsbeam duplicates`."""
    _refuse(rest)
    from pipelines import duplicates as stories  # noqa: PLC0415  # brings DuckDB
    from transforms.storage.files import StorageError  # noqa: PLC0415

    try:
        return stories.duplicates(arguments.output, arguments.id, every=arguments.all, as_json=arguments.json)
    except StorageError as error:
        return _told(f"newsbeam: {error}", Exit.STORAGE)


def query(arguments: argparse.Namespace, rest: list[str]) -> int:
    """`newsbeam query`."""
    _refuse(rest)
    from pipelines.query import query as answer  # noqa: PLC0415  # brings DuckDB
    from transforms.storage.files import StorageError  # noqa: PLC0415

    try:
        return answer(arguments.output, arguments.sql, arguments.format)
    except StorageError as error:
        return _told(f"newsbeam: {error}", Exit.STORAGE)


def report(arguments: argparse.Namespace, rest: list[str]) -> int:
    """`newsbeam report`."""
    from transforms.storage.files import StorageError  # noqa: PLC0415

    try:
        return record_of(arguments, _for_beam(rest))
    except StorageError as error:
        return _told(f"newsbeam: {error}", Exit.STORAGE)


def schema(arguments: argparse.Namespace, rest: list[str]) -> int:
    """`newsbeam schema`."""
    _refuse(rest)
    from pipelines.schema_command import print_schema  # noqa: PLC0415  # brings Arrow

    return print_schema(arguments.table, arguments.format)


def _carry_out(options: IngestOptions, *, as_json: bool) -> int:
    _quiet_beam()
    from pipelines.ingest import ingest  # noqa: PLC0415  # brings the whole of Beam, which takes two seconds
    from pipelines.plan import print_plan  # noqa: PLC0415
    from pipelines.report import print_report  # noqa: PLC0415
    from pipelines.signals import stopping_in_peace  # noqa: PLC0415
    from transforms.interruption import asked_to_stop  # noqa: PLC0415
    from transforms.storage.files import StorageError  # noqa: PLC0415
    from transforms.storage.lock import Locked  # noqa: PLC0415

    tell_of_proxies(os.environ)
    try:
        if options.dry_run:
            return print_plan(options, as_json=as_json)
        with stopping_in_peace():
            record = ingest(options)
            stopped = asked_to_stop()
    except Locked as error:
        return _told(f"newsbeam: {error}; wait until it has ended, or write to another --output", Exit.LOCKED)
    except StorageError as error:
        return _told(f"newsbeam: {error}; the dataset is as it was before this run", Exit.STORAGE)
    print_report(record, as_json=as_json)
    return Exit.INTERRUPTED if stopped else BY_OUTCOME[record.outcome]


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}; see {self.prog} --help", file=sys.stderr)  # noqa: T201  # the command line speaks
        raise SystemExit(int(Exit.USAGE))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="newsbeam", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"newsbeam {PIPELINE_VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    _add_demo(commands)
    add_fetch_and_explain(commands)
    add_feeds(commands)
    add_report(commands, report)
    _add_upkeep(commands)
    _add_query(commands)
    _add_schema(commands)
    _add_duplicates(commands)
    add_tags(commands)
    add_sources(commands)
    return parser


def _add_run(commands: Any) -> None:
    parser = commands.add_parser(
        "run",
        usage="newsbeam run INPUT… --output OUT [OPTION…]",  # argparse would repeat every option in ten lines
        help="read feeds and URLs into a dataset",
        epilog=EPILOG,
        allow_abbrev=False,
    )
    groups: dict[str, Any] = {}
    for name in option_names():
        option = option_of(name)
        group = groups.setdefault(option.group, parser.add_argument_group(option.group))
        group.add_argument(flag_of(name), dest=name, help=option.help, **_shape(name, option.metavar))
    parser.add_argument("--config", metavar="FILE", help="a YAML file with any of these options; flags beat it")
    parser.add_argument("--json", action="store_true", help="print the report of the run as JSON")
    parser.set_defaults(command=run)


def _add_demo(commands: Any) -> None:
    parser = commands.add_parser("demo", help="run on a sample site on this machine, without network")
    parser.add_argument("--output", metavar="OUT", default="demo-output", help="folder of the dataset (%(default)s)")
    parser.set_defaults(command=demo)


def _add_upkeep(commands: Any) -> None:
    compact = _add_command(commands, "compact", "merge small files; readers notice nothing")
    compact.add_argument("--grace", metavar="TIME", default="1h", help="how long old files stay (%(default)s)")
    doctor = _add_command(commands, "doctor", "look for damage, file by file")
    doctor.add_argument("--repair", action="store_true", help="mend what can be mended, and say what is lost")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    delete = _add_command(commands, "delete", "take articles down for good")
    delete.add_argument("--url", metavar="URL", action="append", default=[], help="this page, however it is spelled")
    delete.add_argument("--host", metavar="HOST", action="append", default=[], help="a host and those below it")
    delete.add_argument("--before", metavar="DATE", help="all that was published before: a date, or 90d")
    _add_command(commands, "migrate", "rewrite a dataset of an older version of the columns")


def _add_command(commands: Any, name: str, explanation: str) -> Any:
    parser = commands.add_parser(name, help=explanation, description=explanation, allow_abbrev=False)
    parser.add_argument("output", metavar="OUT", help="folder or address of the dataset")
    parser.set_defaults(command=upkeep, name=name)
    return parser


def _add_query(commands: Any) -> None:
    parser = commands.add_parser("query", help="ask a dataset in SQL", allow_abbrev=False)
    parser.add_argument("output", metavar="OUT", help="folder of the dataset")
    parser.add_argument("sql", metavar="SQL", help='as "SELECT title FROM articles_current"; docs/dataset.md has more')
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help="(%(default)s)")
    parser.set_defaults(command=query)


def _add_duplicates(commands: Any) -> None:
    explanation = "show a story with its copies, who had it first, and how they differ"
    parser = commands.add_parser("duplicates", help=explanation, description=explanation, allow_abbrev=False)
    parser.add_argument("output", metavar="OUT", help="folder of the dataset")
    parser.add_argument("id", metavar="ID", help="id or URL of an article or a copy, or id of a story")
    parser.add_argument("--all", action="store_true", help="compare all members, not only the first few")
    parser.add_argument("--json", action="store_true", help="print the members as JSON")
    parser.set_defaults(command=duplicates)


def _add_schema(commands: Any) -> None:
    parser = commands.add_parser("schema", help="print the columns of the tables", allow_abbrev=False)
    parser.add_argument(
        "table", metavar="TABLE", nargs="?", help="only this table; for bigquery and spark articles unless named"
    )
    dialects = ("markdown", "json", "duckdb", "bigquery", "spark")
    parser.add_argument("--format", choices=dialects, default="markdown", help="(%(default)s)")
    parser.set_defaults(command=schema)


def _shape(name: str, metavar: str | None) -> dict[str, Any]:
    """How argparse takes a field: absent unless given, so that the file and the environment have their turn."""
    kind = kind_of(name)
    if kind is bool:
        return {"action": "store_true", "default": argparse.SUPPRESS}
    action = "append" if kind == tuple[str, ...] else "store"
    return {"action": action, "metavar": metavar, "default": argparse.SUPPRESS}


def _for_beam(rest: list[str]) -> tuple[str, ...]:
    """What is left of the command line, if Beam knows it."""
    if not rest:
        return ()
    _quiet_beam()
    from pipelines.beam_options import unknown_to_beam  # noqa: PLC0415  # only here is Beam needed to read options

    _refuse(unknown_to_beam(rest))
    return tuple(rest)


def _refuse(unknown: list[str]) -> None:
    if unknown:
        raise UsageError(f"{unknown[0]} is an option of neither newsbeam nor Beam; see newsbeam run --help")


def _quiet_beam() -> None:
    """Beam warns of an extra that nobody needs here, and of its own inner workings."""
    import logging  # noqa: PLC0415

    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger().addFilter(_is_news)
    logging.getLogger("apache_beam").setLevel(logging.ERROR)


def _is_news(record: Any) -> bool:
    return not str(record.msg).startswith("apitools not found")


def _told(sentence: str, code: Exit) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201  # the command line speaks
    return int(code)
