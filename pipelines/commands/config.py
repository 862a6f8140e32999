"""`newsbeam config show`: what a run would be told, and by whom."""

import argparse
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipelines.commands.run import ingest_options
from pipelines.configuration import DEFAULT, Given, given_options
from pipelines.exits import Exit
from pipelines.options import default_of, option_names, parse_value
from pipelines.terminal import put


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """An option with its value, and where that comes from."""

    name: str
    value: Any
    origin: str


def options(parser: argparse.ArgumentParser) -> None:
    """Show, with the options of a run."""
    tools = parser.add_subparsers(required=True, metavar="TOOL")
    about = "all options as a newsbeam.yaml; flags, environment and --config count as for a run"
    showing = tools.add_parser("show", help=about, description=about, allow_abbrev=False)
    showing.add_argument("--origin", action="store_true", help="say of each value where it comes from")
    showing.add_argument("--json", action="store_true", help="print JSON, for programs")
    ingest_options(showing, shown=False)
    showing.set_defaults(command=show)


def show(arguments: argparse.Namespace) -> int:
    """`newsbeam config show`."""
    flags = {name: value for name, value in vars(arguments).items() if name in option_names()}
    found = list(settings_of(given_options(flags, arguments.config, os.environ)))
    if arguments.json:
        told = {each.name: {"value": each.value, "origin": each.origin} for each in found}
        put(json.dumps(told, indent=1, ensure_ascii=False))
        return Exit.DONE
    put("\n".join(lines(found, origin=arguments.origin)))
    return Exit.DONE


def settings_of(given: Mapping[str, Given]) -> Iterator[Setting]:
    """All options in the order of the help; values are checked as a run checks them. Raises UsageError."""
    for name in option_names():
        found = given.get(name)
        if found:
            parse_value(name, found.value, datetime.now(UTC))
        value = found.value if found else default_of(name)
        yield Setting(name=name, value=value, origin=found.origin if found else DEFAULT)


def lines(found: list[Setting], *, origin: bool) -> Iterator[str]:
    """A YAML file that a run reads; what nobody set is a comment."""
    for each in found:
        said = f"{each.name}: {json.dumps(each.value, ensure_ascii=False)}"  # which is YAML too
        beside = f"  # {each.origin}" if origin else ""
        yield f"# {said}{beside}" if each.origin == DEFAULT else f"{said}{beside}"
