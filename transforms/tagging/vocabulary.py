"""IPTC Media Topics: names, and which topic lies under which."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from transforms.tagging.tables import rows


@dataclass(frozen=True, slots=True)
class Vocabulary:
    names: Mapping[str, str]
    above: Mapping[str, str]
    tops: frozenset[str]
    top_of: Mapping[str, str]

    def line(self, code: str) -> list[str]:
        """The topic and all above it, the top one last; raises KeyError for a code that the vocabulary lacks."""
        return _line(self.above, code)

    def is_top(self, code: str) -> bool:
        return code in self.tops


@cache
def vocabulary() -> Vocabulary:
    concepts = rows("topics.tsv", 3)
    above = {code: parent for code, parent, _ in concepts}
    return Vocabulary(
        names={code: name for code, _, name in concepts},
        above=above,
        tops=frozenset(code for code, parent in above.items() if not parent),
        top_of={code: _line(above, code)[-1] for code in above},
    )


def _line(above: Mapping[str, str], code: str) -> list[str]:
    line = [code]
    while above[line[-1]]:
        line.append(above[line[-1]])
    return line
