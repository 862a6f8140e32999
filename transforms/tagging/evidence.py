"""Evidence as a reader sees it: the words marked where they stand."""

from collections.abc import Iterable, Sequence

from schemas.tags import Evidence

OPEN, CLOSE = "[", "]"
AROUND = 60  # characters shown on each side of a mark


def marked(text: str, evidence: Iterable[Evidence], marks: tuple[str, str] = (OPEN, CLOSE)) -> str:
    """The text with each quote between marks; overlapping quotes share one pair.

    Evidence of one column is meant: what has no offsets, or does not stand in this text, is passed over.
    """
    parts, done = [], 0
    for start, end in spans(text, evidence):
        parts += [text[done:start], marks[0], text[start:end], marks[1]]
        done = end
    return "".join([*parts, text[done:]])


def excerpts(text: str, evidence: Iterable[Evidence], around: int = AROUND) -> list[str]:
    """A line for each marked quote, or for several that lie close together."""
    lines: list[list[tuple[int, int]]] = []
    for span in spans(text, evidence):
        if lines and span[0] - lines[-1][-1][1] <= 2 * around:
            lines[-1].append(span)
        else:
            lines.append([span])
    return [_excerpt(text, line, around) for line in lines]


def spans(text: str, evidence: Iterable[Evidence]) -> list[tuple[int, int]]:
    """Where the quotes stand in the text, in reading order, overlaps joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(_standing(text, evidence)):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _standing(text: str, evidence: Iterable[Evidence]) -> list[tuple[int, int]]:
    return [
        (each.start, each.end)
        for each in evidence
        if each.start is not None and each.end is not None and text[each.start : each.end] == each.quote
    ]


def _excerpt(text: str, line: Sequence[tuple[int, int]], around: int) -> str:
    first, last = max(0, line[0][0] - around), min(len(text), line[-1][1] + around)
    parts, done = ["…" if first else ""], first
    for start, end in line:
        parts += [text[done:start], OPEN, text[start:end], CLOSE]
        done = end
    parts += [text[done:last], "…" if last < len(text) else ""]
    return " ".join("".join(parts).split())
