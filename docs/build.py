"""Pages that are made from the code: `python -m docs.build` writes them, with `--check` it only compares."""

import argparse
import inspect
import sys
import tokenize
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from io import StringIO
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple, get_args, get_type_hints

import pyarrow as pa

from pipelines.configuration import PREFIX
from pipelines.options import IngestOptions, flag_of, kind_of, option_names, option_of
from schemas.articles import Article, Duplicate
from schemas.columns import Column, arrow_schema
from schemas.failures import DropReason, Failure, Reason, Stage
from schemas.sources import FeedHealth
from schemas.state import FIRST_BACKOFF, LONGEST_BACKOFF, NEXT_RUN, SLOW
from schemas.version import SCHEMA_VERSION

FOLDER = Path(__file__).parent
MADE = "<!-- Made by `python -m docs.build`; edit the code that it names instead. -->"

TABLES: Sequence[tuple[str, type, str, str]] = (
    ("articles", Article, "published_date", "One row for each distinct story text: the dataset that people read."),
    ("duplicates", Duplicate, "run_date", "Every copy that was folded away, with its text, and into what and why."),
    ("failures", Failure, "run_date", "Every input that did not become a row, and why."),
    ("feeds", FeedHealth, "run_date", "Each feed in each run: how it answered, and when it may be asked again."),
)
PARTITIONS = {
    "published_date": "Day of `published_at` in UTC; the day of `fetched_at` where that is null",
    "run_date": "Day on which the run started, in UTC",
}

FIRST = f"{FIRST_BACKOFF.total_seconds() / 60:g} minutes"

ABOUT_COLUMNS = """\
Absent is null, never an empty string; a list without members is empty, not null. Times are in UTC. Offsets count code
points, not bytes. `[]` marks a member of a list, a dot a field of a struct."""

ABOUT_FAILURES = """\
A link that should have become a row and did not is a row in `failures`, with a stage and a reason. A link that needs
no row is dropped by name. Both are counted in the equation of the run.

`subject` tells two kinds of failures apart: a *link* counts in the equation; a *source* of links (a feed, list,
sitemap, archive or folder) has its own count."""

ABOUT_RETRIES = f"""\
The last column says when a run tries a link again that failed so. *Next run*: at once, then after {FIRST}, and after
each further failure twice as long. *After {FIRST}*: the same without the first try. *After a day*: a day each time.
No pause is longer than {LONGEST_BACKOFF.days} day, unless the host itself asked for more; see the column `retry_at`.

A feed is more patient than a page: where a page waits for a day, a feed is asked again after {FIRST}, and so on.
Lists, sitemaps, archives and folders are read in every run."""

ABOUT_OPTIONS = f"""\
An option is a flag, a key of the file that `--config` names, or a variable of the environment (`{PREFIX}` and the key
in capitals, as `{PREFIX}CONTACT`). Flags beat the environment, which beats the file. What is marked *repeated* may be
given more than once; in the file it is a list, in the environment it is parted by white space. In Python the keys are
the arguments of `pipelines.ingest.ingest`."""

COLUMN_HEADER = ("column", "type", "null", "unit", "what it holds")
SQL_NAMES = {"int64": "integer", "timestamp[us, tz=UTC]": "timestamp (µs, UTC)", "bool": "boolean"}
JSON_ROW = ("`--json`", "print the report of the run as JSON")


def data_dictionary() -> str:
    """All columns of the tables that people read."""
    lines = [
        "# Data dictionary",
        MADE,
        f"Columns of the dataset, as `schemas/` defines them; schema version {SCHEMA_VERSION}.",
        ABOUT_COLUMNS,
    ]
    for name, record, partition, sentence in TABLES:
        lines += [f"## {name}", sentence, _table(COLUMN_HEADER, _column_rows(record, partition))]
    return _page(lines)


def failures() -> str:
    """Every stage, reason and drop, from the comments beside them."""
    lines = ["# Failures and drops", MADE, ABOUT_FAILURES, "## Reasons", ABOUT_RETRIES]
    for heading, notes in notes_by_heading(Reason).items():
        rows = [(f"`{Reason[name]}`", note, retried(Reason[name])) for name, note in notes.items()]
        lines += [
            f"### {heading[:1].upper()}{heading[1:]}",
            _table(("reason", "what it means, and what to do", "tried again"), rows),
        ]
    drops = [(f"`{DropReason[name]}`", note) for name, note in notes_by_heading(DropReason)[""].items()]
    stages = ", ".join(f"`{stage}`" for stage in Stage)
    lines += ["## Drops", _table(("drop", "what it means"), drops), "## Stages", f"In the order of the flow: {stages}."]
    return _page(lines)


def options() -> str:
    """Every option of `newsbeam run`, with its other spellings."""
    lines = ["# Options of `newsbeam run`", MADE, ABOUT_OPTIONS]
    groups: dict[str, list[tuple[str, ...]]] = {}
    for name in option_names():
        groups.setdefault(option_of(name).group, []).append(_option_row(name))
    for group, rows in groups.items():
        lines += [f"## {group.capitalize()}", _table(("flag", "key", "default", "what it does"), rows)]
    lines += [
        "## Only on the command line",
        _table(("flag", "what it does"), (("`--config FILE`", "read options from a YAML file"), JSON_ROW)),
        "Options that Beam knows, such as `--runner` and `--direct_num_workers`, are passed on to it.",
    ]
    return _page(lines)


PAGES: Mapping[str, Callable[[], str]] = {
    "data-dictionary.md": data_dictionary,
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


def notes_by_heading(members: type[StrEnum]) -> dict[str, dict[str, str]]:
    """Comments beside the members of an enum, by member, under the comments that stand on lines of their own."""
    heading, name = "", ""
    notes: dict[str, dict[str, str]] = {}
    for token in tokenize.generate_tokens(StringIO(inspect.getsource(members)).readline):
        alone = token.line.lstrip().startswith("#")
        if token.type == tokenize.NAME and token.string in members.__members__:
            name = token.string
        elif token.type == tokenize.COMMENT and alone:
            heading = token.string.lstrip("# ")
        elif token.type == tokenize.COMMENT:
            notes.setdefault(heading, {})[name] = token.string.lstrip("# ")
    return notes


def retried(reason: Reason) -> str:
    """When a link that failed so is tried again, in a few words."""
    if reason in NEXT_RUN:
        return "next run"
    return f"after {FIRST}" if reason in SLOW else "after a day"


class _Hinted(NamedTuple):
    """A column as its record declares it."""

    path: str
    field: pa.Field
    hint: Any


def _column_rows(record: type, partition: str) -> Iterator[tuple[str, ...]]:
    for each in _columns(record, ""):
        note = {key.decode(): value.decode() for key, value in (each.field.metadata or {}).items()}
        nullable = "yes" if each.field.nullable else ""
        about = _with_values(note.get("description", ""), each.hint)
        yield f"`{each.path}`", type_name(each.field.type), nullable, note.get("unit", ""), about
    yield f"`{partition}`", "date", "", "", f"{PARTITIONS[partition]}; the name of the folder"


def _columns(record: type, prefix: str) -> Iterator[_Hinted]:
    schema = arrow_schema(record)
    for name, hint in get_type_hints(record, include_extras=True).items():
        field, inner = schema.field(name), _innermost(hint)
        path = prefix + name
        yield _Hinted(path, field, inner)
        if is_dataclass(inner) and isinstance(inner, type):
            yield from _columns(inner, f"{path}{'[]' if pa.types.is_list(field.type) else ''}.")


def _innermost(hint: Any) -> Any:
    """The class of a column or of its members."""
    inside = [each for each in get_args(hint) if each not in (NoneType, Ellipsis) and not isinstance(each, Column)]
    return _innermost(inside[0]) if inside else hint


def _with_values(about: str, hint: Any) -> str:
    """A description with the closed set of its enum, unless it says it already or the set has a page of its own."""
    if not issubclass(hint, StrEnum):
        return about
    if hint is Reason:
        return f"{about.partition(';')[0]}; see [failures](failures.md)"
    if all(member in about for member in hint):
        return about
    return f"{about}. One of {', '.join(f'`{member}`' for member in hint)}"


def type_name(arrow: pa.DataType) -> str:
    """A type in the words of SQL."""
    if pa.types.is_list(arrow):
        return f"list of {type_name(arrow.value_type)}"
    if pa.types.is_struct(arrow):
        return "struct"
    return SQL_NAMES.get(str(arrow), str(arrow))


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


def _table(header: Sequence[str], rows: Any) -> str:
    lines = [_row(header), _row(["---"] * len(header)), *map(_row, rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in cells) + " |"


def _page(lines: Sequence[str]) -> str:
    return "\n\n".join(lines) + "\n"


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
