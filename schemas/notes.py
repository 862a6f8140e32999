"""The comments beside the members of an enum, which pages and reports show to people."""

import inspect
import tokenize
from enum import StrEnum
from functools import cache
from io import StringIO


@cache
def notes_by_heading(members: type[StrEnum]) -> dict[str, dict[str, str]]:
    """Comments beside the members, by member, under the comments that stand on lines of their own."""
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


def notes_of(members: type[StrEnum]) -> dict[str, str]:
    """Comments by the values of the members."""
    found = (pair for notes in notes_by_heading(members).values() for pair in notes.items())
    return {str(members[name]): note for name, note in found}
