"""Two texts side by side, paragraph by paragraph: what one has and the other has not."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from textwrap import wrap

GAP = "  "
MOST_PARAGRAPHS = 400  # of a text; the comparison takes the square of it
MOST_WORDS = 600  # of a paragraph in which single words are compared
LIKE = 0.3  # of the words: less in common, and two paragraphs are not versions of one
HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # what would speak to the terminal


def side_by_side(left: str, right: str, width: int) -> Iterator[str]:
    """Lines of two columns; what is the same is only counted. `[-old-]` and `{+new+}` mark words that differ."""
    ones, others = _paragraphs(left), _paragraphs(right)
    column = max(20, (width - len(GAP)) // 2)
    for kind, a, b, c, d in SequenceMatcher(None, ones, others, autojunk=False).get_opcodes():
        if kind == "equal":
            yield f"= {b - a} paragraph{'s' if b - a > 1 else ''} the same"
            continue
        for one, other in _aligned(ones[a:b], others[c:d]):
            yield from _columns(*_marked(one, other), column)


def _paragraphs(text: str) -> list[str]:
    blocks = [" ".join(HIDDEN.sub(" ", each).split()) for each in text.split("\n")]
    return [each for each in blocks if each][:MOST_PARAGRAPHS]


def _aligned(ones: Sequence[str], others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each paragraph with the next one that is a version of it; the rest alone."""
    at = 0
    for one in ones:
        end = next((place for place in range(at, len(others)) if _is_version(one, others[place])), None)
        if end is not None:
            yield from (("", each) for each in others[at:end])
            at = end + 1
        yield one, others[at - 1] if end is not None else ""
    yield from (("", each) for each in others[at:])


def _is_version(one: str, other: str) -> bool:
    words, more = set(one.split()), set(other.split())
    return len(words & more) >= LIKE * max(len(words), len(more))


def _marked(one: str, other: str) -> tuple[str, str]:
    words, more = one.split(), other.split()
    if not words or not more or max(len(words), len(more)) > MOST_WORDS:
        return one, other
    left, right = list[str](), list[str]()
    for kind, a, b, c, d in SequenceMatcher(None, words, more, autojunk=False).get_opcodes():
        same = kind == "equal"
        left += words[a:b] if same or a == b else [f"[-{' '.join(words[a:b])}-]"]
        right += more[c:d] if same or c == d else [f"{{+{' '.join(more[c:d])}+}}"]
    return " ".join(left), " ".join(right)


def _columns(one: str, other: str, width: int) -> Iterator[str]:
    for left, right in zip_longest(wrap(one, width), wrap(other, width), fillvalue=""):
        yield f"{left:<{width}}{GAP}{right}".rstrip()
