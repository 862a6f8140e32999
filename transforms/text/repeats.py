"""Paragraphs that stand twice in one article, after a careless template or extraction."""

from dataclasses import dataclass

from transforms.text.normal import fair_length, normalize

MIN_LETTERS = 40  # of a repeat; a shorter one may be meant: a refrain, a speaker's name, a score
MAX_COPIES = 8  # earlier places that a run is compared with: bounds the work on a page of one line over and over


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """What is left of the blocks, and what was taken out, both in reading order."""

    blocks: tuple[str, ...]
    removed: tuple[str, ...]


def drop_repeats(blocks: tuple[str, ...]) -> Repeats:
    """Keep the first copy of every paragraph; drop later runs of them in the same order, and single ones.

    A run or a single paragraph that repeats an earlier one goes only when it has 40 letters in all.
    """
    keys = [normalize(block) or block for block in blocks]
    places: dict[str, list[int]] = {}
    gone: set[int] = set()
    start = 0
    while start < len(keys):
        end = start + max(1, _longest_run(keys, start, places.get(keys[start], [])))
        if end > start + 1 or keys[start] in places:
            gone |= _worth_dropping(blocks, range(start, end))
        for place in range(start, end):
            places.setdefault(keys[place], []).append(place)
        start = end
    return Repeats(
        blocks=tuple(block for place, block in enumerate(blocks) if place not in gone),
        removed=tuple(block for place, block in enumerate(blocks) if place in gone),
    )


def _longest_run(keys: list[str], start: int, earlier: list[int]) -> int:
    """How many keys from `start` on repeat those from one of the earlier places on, without running into it."""
    longest = 0
    for place in earlier[:MAX_COPIES]:
        length = 0
        limit = min(start - place, len(keys) - start)
        while length < limit and keys[place + length] == keys[start + length]:
            length += 1
        longest = max(longest, length)
    return longest


def _worth_dropping(blocks: tuple[str, ...], run: range) -> set[int]:
    letters = sum(fair_length(blocks[place]) for place in run)
    return set(run) if letters >= MIN_LETTERS else set()
