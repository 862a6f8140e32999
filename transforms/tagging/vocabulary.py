"""IPTC Media Topics: names, and which topic lies under which."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from transforms.tagging.tables import rows


@dataclass(frozen=True, slots=True)
class Vocabulary:
    names: Mapping[str, str]
    above: Mapping[str, str]

    def line(self, code: str) -> list[str]:
        """The topic and all above it, the top one last; raises KeyError for a code that the vocabulary lacks."""
        line = [code]
        while self.above[line[-1]]:
            line.append(self.above[line[-1]])
        return line

    def is_top(self, code: str) -> bool:
        return not self.above[code]


@cache
def vocabulary() -> Vocabulary:
    concepts = list(rows("topics.tsv", 3))
    return Vocabulary(
        names={code: name for code, _, name in concepts}, above={code: above for code, above, _ in concepts}
    )
