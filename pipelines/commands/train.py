"""`newsbeam tags train LABELLED.jsonl`: a taxonomy learned from labelled texts, with figures on texts held out."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.exits import Exit
from pipelines.options import UsageError
from pipelines.terminal import put, say
from schemas.errors import Code
from transforms.tagging.taxonomy import write_taxonomy
from transforms.tagging.training import HELD_OUT, Figures, Labelled, learn_taxonomy

FORM = '{"text": "…", "topic": "…"}'
SCHEME = "learned"


def options(parser: argparse.ArgumentParser) -> None:
    """What is learned from, and where to."""
    parser.add_argument(
        "file", metavar="FILE", help=f"JSON lines like {FORM}; title, language and topics: […] may stand too"
    )
    parser.add_argument("--output", metavar="FILE", help="write the taxonomy here; without it to stdout")
    parser.set_defaults(command=train)


def train(arguments: argparse.Namespace) -> int:
    """`newsbeam tags train`."""
    texts = list(_labelled(arguments.file))
    taxonomy, figures = learn_taxonomy(texts, SCHEME)
    if not taxonomy.topics:
        raise UsageError(
            f"{arguments.file}: no word tells a topic from the others; give more texts", Code.UNREADABLE_INPUT
        )
    _write(write_taxonomy(taxonomy), arguments.output)
    for line in _lines(figures, len(texts)):
        say(line)
    return Exit.DONE


def _write(content: str, path: str | None) -> None:
    if path is None:
        put(content.rstrip("\n"))
        return
    try:
        Path(path).write_text(content, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error}", Code.UNWRITABLE) from None


def _lines(figures: list[Figures], texts: int) -> Iterator[str]:
    yield f"learned from {texts - texts // HELD_OUT} texts; on the other {texts // HELD_OUT}:"
    for each in figures:
        told = f"precision {each.precision:.2f}, recall {each.recall:.2f}, F1 {each.f1:.2f}"
        yield f"  {each.label}: {told} ({each.texts} texts)"


def _labelled(path: str) -> Iterator[Labelled]:
    try:
        lines = Path(path).read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error}", Code.MISSING_INPUT) from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _one(line, f"{path}:{number}")


def _one(line: bytes, where: str) -> Labelled:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        read = None
    given: dict[str, Any] = read if isinstance(read, dict) else {}
    topics = given.get("topics", [given.get("topic")])
    known = isinstance(topics, list) and all(isinstance(each, str) and each.strip() for each in topics)
    texts = [given.get("title") or "", given.get("text"), given.get("language") or ""]
    if not known or not all(isinstance(each, str) for each in texts):
        raise UsageError(f"{where} is not like {FORM}", Code.UNREADABLE_INPUT)
    title, text, language = map(str, texts)
    return Labelled(
        text=text, title=title or None, language=language or None, labels=frozenset(each.strip() for each in topics)
    )
