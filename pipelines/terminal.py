"""Speaking to whoever started a command: data goes to stdout, all else to stderr."""

import sys

from pipelines.exits import Exit
from schemas.errors import Code


def put(lines: str) -> None:
    """Data, which may be piped on."""
    print(lines)  # noqa: T201  # the command line speaks


def say(lines: str) -> None:
    """What a person should know; seen at once, also where stderr is a file."""
    print(lines, file=sys.stderr, flush=True)  # noqa: T201  # the command line speaks


def refuse(sentence: str, exit_code: Exit, code: Code) -> int:
    """Say why a command cannot go on, and where that is explained; returns its exit code."""
    say(f"newsbeam: {sentence} [{code}: docs/errors.md]")
    return int(exit_code)
