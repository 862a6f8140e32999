"""`newsbeam init`: ask a few questions, and write the newsbeam.yaml that a run reads."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.exits import Exit
from pipelines.inputs import is_url, want_no_passwords
from pipelines.options import UsageError
from pipelines.starters import choices, chosen
from pipelines.terminal import put, say
from schemas.errors import Code
from transforms.inputs.opml_writer import write_opml

FEEDS = "feeds.opml"
HEAD = """\
# What `newsbeam run --config {name}` reads, where it writes, and who asks. `newsbeam config show` has all options.
"""


def options(parser: argparse.ArgumentParser) -> None:
    """The answers, for those who do not want to be asked."""
    parser.add_argument("--file", metavar="FILE", default="newsbeam.yaml", help="what is written (%(default)s)")
    parser.add_argument("--feeds", metavar="FILE|URL", action="append", help="a feed, or a file of feeds; repeated")
    parser.add_argument("--starter", metavar="NAME", action="append", default=[],
                        help="feeds of a country (FR), a language (fr) or a subject (science); repeated")  # fmt: skip
    parser.add_argument("--starters", action="store_true", help="list what --starter may be, and end")
    parser.add_argument("--contact", metavar="ADDRESS", help="mail or web address for publishers")
    parser.add_argument("--output", metavar="OUT", help="folder or address of the dataset")
    parser.add_argument("--force", action="store_true", help="replace files that are there")
    parser.add_argument("--check", action="store_true", help="ask the feeds, and say what they hold")
    parser.set_defaults(command=init)


def init(arguments: argparse.Namespace) -> int:
    """Write the file, and a list of feeds beside it where starters were chosen."""
    if arguments.starters:
        put("\n".join(starter_lines()))
        return Exit.DONE
    target = Path(arguments.file)
    _want_free(target, force=arguments.force)
    starters = chosen(arguments.starter)
    feeds = list(arguments.feeds or ([] if starters else _asked("feeds", "a feed's URL or a file of feeds").split()))
    want_no_passwords(filter(is_url, feeds))
    contact = arguments.contact or _asked("contact", "your mail or web address, which publishers see")
    output = arguments.output or _asked("output", "where the dataset goes", "news")
    if starters:
        listed = target.with_name(FEEDS)
        _want_free(listed, force=arguments.force)
        _write(listed, write_opml(starters, "Feeds to start with"))
        feeds.append(str(listed))
        say(
            f"newsbeam: {listed} names {len(starters)} feeds that nobody has checked; newsbeam feeds test {listed} does"
        )
    _write(target, content({"feeds": feeds, "contact": contact, "output": output}, target.name))
    say(f"newsbeam: {target} is written; next: newsbeam run --config {target}")
    return _check(feeds, contact) if arguments.check else Exit.DONE


def content(answers: dict[str, Any], name: str) -> str:
    """The file: JSON values are YAML too, and nothing in them is taken for something else."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in answers.items()]
    return HEAD.format(name=name) + "\n".join(lines) + "\n"


def starter_lines() -> Iterator[str]:
    """What --starter may be, for people."""
    for title, names in zip(("countries", "languages", "subjects"), choices(), strict=True):
        yield f"{title}: {' '.join(names)}"


def _asked(name: str, question: str, usual: str = "") -> str:
    """An answer from the person at the terminal; UsageError where nobody is there, or nothing was said."""
    if not sys.stdin.isatty():
        raise UsageError(f"--{name} was not given, and nobody is there to be asked; add it", Code.NOTHING_NAMED)
    sys.stderr.write(f"{name} ({question}){f' [{usual}]' if usual else ''}: ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip() or usual
    if not answer:
        raise UsageError(f"nothing was said for {name}; add --{name}", Code.NOTHING_NAMED)
    return answer


def _want_free(path: Path, *, force: bool) -> None:
    if path.exists() and not force:
        raise UsageError(f"{path} is there already; --force replaces it, --file names another", Code.UNWRITABLE)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", Code.UNWRITABLE) from None


def _check(feeds: list[str], contact: str) -> int:
    from pipelines.cli import main  # noqa: PLC0415  # which itself loads this command

    return main(["feeds", "test", *feeds, "--contact", contact])
