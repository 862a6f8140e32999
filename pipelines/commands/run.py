"""`newsbeam run`: read feeds and URLs into a dataset."""

import argparse
import os
import shutil
import sys
from datetime import UTC, datetime
from typing import Any, NoReturn

from pipelines.configuration import settings
from pipelines.exits import BY_OUTCOME, Exit
from pipelines.options import IngestOptions, flag_of, kind_of, option_names, option_of
from pipelines.terminal import put, say
from schemas.errors import Code
from schemas.runs import HEADLINES, Outcome

CODES = {
    Outcome.ALL_FAILED: Code.ALL_FAILED,
    Outcome.UNBALANCED: Code.UNBALANCED,
    Outcome.INTERRUPTED: Code.INTERRUPTED,
}
EPILOG = "More options: --help-all, docs/options.md. Those that Beam knows (--runner, …) are passed on to it."
PROFILE = "write a flame graph of all processes of the run there; needs newsbeam[profile]"
COMMON = frozenset({
    "feeds", "urls", "sitemap", "warc", "html", "retry", "output", "include", "exclude", "since", "max_pages",
    "refetch_after", "dry_run", "contact", "delay",
})  # fmt: skip  # options that most people need; the whole help has the others too


def options(parser: argparse.ArgumentParser) -> None:
    """Every option of the model, and the form of the report."""
    parser.usage = "newsbeam run INPUT… --output OUT [OPTION…]"  # argparse would repeat every option in ten lines
    parser.add_argument("--json", action="store_true", help="print the report of the run as JSON")
    parser.add_argument("--help-all", action=_HelpAll, nargs=0, help="the rarer options too")
    parser.add_argument("--profile", metavar="FILE.svg", help=argparse.SUPPRESS)
    ingest_options(parser)
    parser.set_defaults(command=run, knows_beam=True)


def ingest_options(parser: argparse.ArgumentParser, *, shown: bool = True, every: bool = False) -> None:
    """The option model, in groups; a command whose help refers to that of `run` does not show them."""
    parser.formatter_class = _Screen
    parser.epilog = EPILOG if shown else "All inputs and options of newsbeam run are taken; see newsbeam run --help."
    config = "a YAML file with any of these options; flags beat it"
    parser.add_argument("--config", metavar="FILE", help=config if shown else argparse.SUPPRESS)
    groups: dict[str, Any] = {}
    for name in option_names():
        option = option_of(name)
        if option.group not in groups:
            groups[option.group] = parser.add_argument_group(option.group)
        explanation = option.help if shown and (every or name in COMMON) else argparse.SUPPRESS
        groups[option.group].add_argument(flag_of(name), dest=name, help=explanation, **_shape(name, option.metavar))


class _Screen(argparse.HelpFormatter):
    """As much on a line as a screen holds."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=max(shutil.get_terminal_size().columns, 80))


class _HelpAll(argparse.Action):
    """The help with every option."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        whole = argparse.ArgumentParser(prog=parser.prog, usage=parser.usage, description=parser.description)
        whole.add_argument("--profile", metavar="FILE.svg", help=PROFILE)
        ingest_options(whole, every=True)
        put(whole.format_help().rstrip())
        parser.exit()


def chosen_options(arguments: argparse.Namespace) -> IngestOptions:
    """The options as flags, environment and file have them now; raises UsageError."""
    given = {name: value for name, value in vars(arguments).items() if name in option_names()}
    return IngestOptions(**settings(given, arguments.config, datetime.now(UTC)), beam=arguments.beam)


def run(arguments: argparse.Namespace) -> int:
    """Carry the run out; the report goes to stdout."""
    chosen = chosen_options(arguments)
    if arguments.profile:
        from pipelines.profiling import profiled  # noqa: PLC0415  # rarely asked for

        return profiled(arguments.words, arguments.profile)
    return _carry_out(chosen, as_json=arguments.json)


def _carry_out(chosen: IngestOptions, *, as_json: bool) -> int:
    from pipelines.ingest import ingest, submit_ingest  # noqa: PLC0415  # brings the whole of Beam, which takes two seconds
    from pipelines.plan import print_plan  # noqa: PLC0415
    from pipelines.progress import showing_progress  # noqa: PLC0415
    from pipelines.report import print_report  # noqa: PLC0415
    from pipelines.signals import stopping_in_peace  # noqa: PLC0415
    from pipelines.visits import tell_of_proxies  # noqa: PLC0415
    from transforms.interruption import asked_to_stop  # noqa: PLC0415

    tell_of_proxies(os.environ)
    if chosen.dry_run:
        return print_plan(chosen, as_json=as_json)
    if chosen.no_wait:
        put(submit_ingest(chosen).run_id)
        return Exit.DONE
    with stopping_in_peace(), showing_progress(sys.stderr):
        record = ingest(chosen)
        stopped = asked_to_stop()
    print_report(record, as_json=as_json)
    if code := CODES.get(record.outcome):
        say(f"newsbeam: {HEADLINES[record.outcome]} [{code}: docs/errors.md]")
    return Exit.INTERRUPTED if stopped else BY_OUTCOME[record.outcome]


def _shape(name: str, metavar: str | None) -> dict[str, Any]:
    """How argparse takes a field: absent unless given, so that the file and the environment have their turn."""
    kind = kind_of(name)
    if kind is bool:
        return {"action": "store_true", "default": argparse.SUPPRESS}
    action = "append" if kind == tuple[str, ...] else "store"
    return {"action": action, "metavar": metavar, "default": argparse.SUPPRESS}
