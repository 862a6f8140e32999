"""Pages that are made from the code: `python -m docs.build` writes them, with `--check` it only compares."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path

from pipelines.configuration import PREFIX
from pipelines.options import IngestOptions, flag_of, kind_of, option_names, option_of
from schemas.dictionary import dictionary_parts, markdown_table
from schemas.errors import Code
from schemas.failures import DropReason, Reason, Stage
from schemas.notes import notes_by_heading
from schemas.state import FIRST_BACKOFF, LONGEST_BACKOFF, NEXT_RUN, SLOW

FOLDER = Path(__file__).parent
MADE = "<!-- Made by `python -m docs.build`; edit the code that it names instead. -->"

FIRST = f"{FIRST_BACKOFF.total_seconds() / 60:g} minutes"

ABOUT_FAILURES = """\
A link that should have become a row and did not is a row in `failures`, with a stage and a reason. A link that needs
no row is dropped by name. Both are counted in the equation of the run.

`subject` tells two kinds of failures apart: a *link* counts in the equation; a *source* of links (a feed, list,
sitemap, archive or folder) has its own count."""

ABOUT_ERRORS = """\
A command that cannot go on says so on stderr: one sentence with what is wrong and what to do, and a code, as
`newsbeam: no output was named; add --output FOLDER [NB103: docs/errors.md]`. Codes never change
their meaning. What fails of the input is no error but data, with [reasons](failures.md) of its own.
[The exit code](../README.md#exit-codes) is coarser:
2 for NB1, NB2 and most of NB3, 4 for NB306, 5 for NB307, 3, 6, 130, 7 and 1 for those of NB4, in their order."""

ABOUT_RETRIES = f"""\
The last column says when a run tries a link again that failed so. *Next run*: at once, then after {FIRST}, and after
each further failure twice as long. *After {FIRST}*: the same without the first try. *After a day*: a day each time.
No pause is longer than {LONGEST_BACKOFF.days} day, unless the host itself asked for more; see the column `retry_at`.

Each real try that fails is a row, of a link and of a feed: three runs that meet the same trouble and really ask leave
three rows, each with its `run_id` and `at`. Before its time a link is not asked; then it is a drop `backing_off` and no
row, and so the same input again adds none to `failures` unless something was due.

A feed is more patient than a page: its failures have weights, a good answer halves their sum, and the sum says how
long it rests, from nothing after one slip to a day. One that is gone (410), or not found for a month, is disabled and
asked once a month. Lists, sitemaps, archives and folders are read in every run."""

ABOUT_OPTIONS = f"""\
An option is a flag, a key of the file that `--config` names, or a variable of the environment (`{PREFIX}` and the key
in capitals, as `{PREFIX}CONTACT`). Flags beat the environment, which beats the file. What is marked *repeated* may be
given more than once; in the file it is a list, in the environment it is parted by white space. In Python the keys are
the arguments of `pipelines.ingest.ingest`."""

JSON_ROW = ("`--json`", "print the report of the run as JSON")


def data_dictionary() -> str:
    """All columns of the tables that people read."""
    return _page(["# Data dictionary", MADE, *dictionary_parts()])


def failures() -> str:
    """Every stage, reason and drop, from the comments beside them."""
    lines = ["# Failures and drops", MADE, ABOUT_FAILURES, "## Reasons", ABOUT_RETRIES]
    for heading, notes in notes_by_heading(Reason).items():
        rows = [(f"`{Reason[name]}`", note, retried(Reason[name])) for name, note in notes.items()]
        lines += [
            f"### {heading[:1].upper()}{heading[1:]}",
            markdown_table(("reason", "what it means, and what to do", "tried again"), rows),
        ]
    drops = [(f"`{DropReason[name]}`", note) for name, note in notes_by_heading(DropReason)[""].items()]
    stages = ", ".join(f"`{stage}`" for stage in Stage)
    lines += [
        "## Drops",
        markdown_table(("drop", "what it means"), drops),
        "## Stages",
        f"In the order of the flow: {stages}.",
    ]
    return _page(lines)


def errors() -> str:
    """Every code that a command gives for not going on."""
    lines = ["# Errors", MADE, ABOUT_ERRORS]
    for heading, notes in notes_by_heading(Code).items():
        rows = [(f"`{Code[name]}`", note) for name, note in notes.items()]
        lines += [
            f"## {heading[:1].upper()}{heading[1:]}",
            markdown_table(("code", "what it means, and what to do"), rows),
        ]
    return _page(lines)


def options() -> str:
    """Every option of `newsbeam run`, with its other spellings."""
    lines = ["# Options of `newsbeam run`", MADE, ABOUT_OPTIONS]
    groups: dict[str, list[tuple[str, ...]]] = {}
    for name in option_names():
        groups.setdefault(option_of(name).group, []).append(_option_row(name))
    for group, rows in groups.items():
        lines += [f"## {group.capitalize()}", markdown_table(("flag", "key", "default", "what it does"), rows)]
    lines += [
        "## Only on the command line",
        markdown_table(
            ("flag", "what it does"),
            (("`--config FILE`", "read options from a YAML file"), JSON_ROW, ("`--help-all`", "print all of these")),
        ),
        "Options that Beam knows, such as `--runner` and `--direct_num_workers`, are passed on to it.",
    ]
    return _page(lines)


PAGES: Mapping[str, Callable[[], str]] = {
    "data-dictionary.md": data_dictionary,
    "errors.md": errors,
    "failures.md": failures,
    "options.md": options,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Write the pages, or say which of them are out of date."""
    parser = argparse.ArgumentParser(prog="python -m docs.build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is out of date")
    check = parser.parse_args(argv).check
    stale = outdated(FOLDER)
    for name in stale:
        if not check:
            (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
        sys.stderr.write(f"docs/{name} {'is out of date; run python -m docs.build' if check else 'written'}\n")
    return 1 if check and stale else 0


def outdated(folder: Path) -> list[str]:
    """Pages in a folder that differ from what the code says, or are missing."""
    return [name for name, make in PAGES.items() if _text(folder / name) != make()]


def retried(reason: Reason) -> str:
    """When a link that failed so is tried again, in a few words."""
    if reason in NEXT_RUN:
        return "next run"
    return f"after {FIRST}" if reason in SLOW else "after a day"


def _option_row(name: str) -> tuple[str, ...]:
    option, kind = option_of(name), kind_of(name)
    flag = " ".join(filter(None, (flag_of(name), option.metavar)))
    repeated = " (repeated)" if kind == tuple[str, ...] else ""
    return f"`{flag}`{repeated}", f"`{name}`", _default(name), option.help


def _default(name: str) -> str:
    """The default in words; of one that is worked out at the start, what it is worked out from."""
    field = next(each for each in fields(IngestOptions) if each.name == name)
    if field.default is MISSING:
        return "number of cores"
    if name == "output":
        return "none; must be given"
    plain = field.default in ((), None, False)
    return "off" if field.default is False else "" if plain else f"{field.default}"


def _page(lines: Sequence[str]) -> str:
    return "\n\n".join(lines) + "\n"


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
