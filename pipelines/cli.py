"""The command `newsbeam`. Data goes to stdout, all else to stderr; Beam is imported only when something runs."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from pipelines.configuration import settings
from pipelines.exits import BY_OUTCOME, Exit
from pipelines.options import IngestOptions, UsageError, flag_of, kind_of, option_names, option_of
from schemas.version import PIPELINE_VERSION

DESCRIPTION = "Feeds and URLs in; a clean, deduplicated, topic- and region-tagged Parquet dataset of news out."
EPILOG = "Options that Beam knows (--runner, --direct_num_workers, …) are passed on to it."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    try:
        arguments, rest = _parser().parse_known_args(argv)
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


def _carry_out(options: IngestOptions, *, as_json: bool) -> int:
    _quiet_beam()
    from pipelines.ingest import ingest  # noqa: PLC0415  # brings the whole of Beam, which takes two seconds
    from pipelines.plan import print_plan  # noqa: PLC0415
    from pipelines.report import print_report  # noqa: PLC0415
    from pipelines.signals import stopping_in_peace  # noqa: PLC0415
    from transforms.interruption import asked_to_stop  # noqa: PLC0415
    from transforms.storage.files import StorageError  # noqa: PLC0415
    from transforms.storage.lock import Locked  # noqa: PLC0415

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
