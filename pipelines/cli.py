"""The command `newsbeam`. Data goes to stdout, all else to stderr; only the command that was named is loaded."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import NoReturn

from pipelines.exits import EngineError, Exit
from pipelines.noise import quiet
from pipelines.options import UsageError
from pipelines.terminal import refuse, say
from schemas.errors import Code
from schemas.version import PIPELINE_VERSION
from transforms.storage.files import StorageError
from transforms.storage.lock import Locked

DESCRIPTION = "Feeds and URLs in; a clean, deduplicated, topic- and region-tagged Parquet dataset of news out."


@dataclass(frozen=True, slots=True)
class Command:
    """A command: the function that names its options, as module:name in pipelines.commands, and what it is for."""

    options: str
    help: str


COMMANDS = {
    "run": Command("run:options", "read feeds and URLs into a dataset"),
    "watch": Command("watch:options", "the same on an interval, in one process that runs for weeks"),
    "stream": Command("stream:options", "feeds without end, each window a commit, on Prism or Flink"),
    "demo": Command("demo:options", "run on a sample site on this machine, without network"),
    "fetch": Command("explain:fetch_options", "read one page and print its article"),
    "explain": Command(
        "explain:explain_options", "say what was asked, answered and decided, and mark the words of each tag"
    ),
    "feeds": Command("feeds:options", "lists of feeds, how feeds do, where a site has them"),
    "report": Command("report:options", "what a run made of its input; exits as the run did"),
    "query": Command("query:options", "ask a dataset in SQL"),
    "explore": Command("explore:options", "look at a dataset in the browser, on this machine only"),
    "duplicates": Command("duplicates:options", "show a story: its copies, who was first, how they differ"),
    "compact": Command("upkeep:compact_options", "merge small files; readers notice nothing"),
    "doctor": Command("upkeep:doctor_options", "look for damage, file by file"),
    "delete": Command("upkeep:delete_options", "take articles down for good"),
    "migrate": Command("upkeep:migrate_options", "rewrite a dataset of an older version of the columns"),
    "tags": Command("tags:options", "try out topics of your own, or learn them from labelled texts"),
    "sources": Command("sources:options", "what is learned of sources"),
    "init": Command("init:options", "ask a few questions and write newsbeam.yaml"),
    "config": Command("config:options", "what a run would be told, and by whom"),
    "completion": Command("completion:options", "a script that completes commands and options in a shell"),
    "schema": Command("schema:options", "print the columns of the tables"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        return _carry_out(words)
    except BrokenPipeError:  # whoever reads has enough, as head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.DONE)
    except (UsageError, Locked, StorageError, EngineError, KeyboardInterrupt) as error:
        return refuse(*_why(error))


def _why(error: BaseException) -> tuple[str, Exit, Code]:
    """Why a command cannot go on, what it exits with, and the code."""
    match error:
        case UsageError():
            return str(error), Exit.USAGE, error.code
        case Locked():
            return f"{error}; wait until it has ended, or write to another --output", Exit.LOCKED, Code.LOCKED
        case StorageError():
            return f"{error}; the dataset is as it was before", Exit.STORAGE, Code.STORAGE
        case EngineError():
            told = f"the runner gave up: {error}; run the same again, what was read is staged"
            return told, Exit.ENGINE, Code.ENGINE
    return "interrupted; what was committed before stays as it was", Exit.INTERRUPTED, Code.INTERRUPTED


def _carry_out(words: Sequence[str]) -> int:
    arguments, rest = _parser(words).parse_known_args(words)
    quiet()
    arguments.words = words
    arguments.beam = _for_beam(rest) if arguments.knows_beam else _refuse(rest, _named(words))
    code = int(arguments.command(arguments))
    sys.stdout.flush()
    return code


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        say(f"{self.prog}: {message}; see {self.prog} --help [{_code_of(message)}: docs/errors.md]")
        raise SystemExit(int(Exit.USAGE))


def _code_of(message: str) -> Code:
    """What argparse complains of."""
    if message.startswith("the following arguments are required"):
        return Code.NOTHING_NAMED
    asked = message.startswith("argument ") and not message.startswith(("argument COMMAND", "argument TOOL"))
    return Code.BAD_VALUE if asked else Code.UNKNOWN_OPTION


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """All commands by name, and the options of the one that is named."""
    parser = _Parser(prog="newsbeam", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"newsbeam {PIPELINE_VERSION}")
    parser.set_defaults(knows_beam=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    named = _named(words)
    for name, command in COMMANDS.items():
        each = commands.add_parser(name, help=command.help, description=command.help, allow_abbrev=False)
        if name == named:
            _fill(each, command)
    return parser


def whole_parser() -> argparse.ArgumentParser:
    """All commands with all their options, for those who list them; loads every command."""
    parser = _Parser(prog="newsbeam", description=DESCRIPTION, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        _fill(commands.add_parser(name, help=command.help, description=command.help, allow_abbrev=False), command)
    return parser


def _fill(parser: argparse.ArgumentParser, command: Command) -> None:
    module, _, options = command.options.partition(":")
    getattr(import_module(f"pipelines.commands.{module}"), options)(parser)


def _for_beam(rest: list[str]) -> tuple[str, ...]:
    """What is left of the command line, if Beam knows it."""
    if not rest:
        return ()
    from pipelines.beam_options import unknown_to_beam  # noqa: PLC0415  # only here is Beam needed to read options

    _refuse(unknown_to_beam(rest))
    return tuple(rest)


def _refuse(unknown: list[str], command: str | None = None) -> tuple[str, ...]:
    """Nothing, or UsageError; `command` is one that takes no options of Beam."""
    if unknown and command:
        raise UsageError(f"{command} does not know {unknown[0]}; see newsbeam {command} --help", Code.UNKNOWN_OPTION)
    if unknown:
        raise UsageError(
            f"{unknown[0]} is an option of neither newsbeam nor Beam; see newsbeam run --help", Code.UNKNOWN_OPTION
        )
    return ()


def _named(words: Sequence[str]) -> str | None:
    return next((word for word in words if not word.startswith("-")), None)
