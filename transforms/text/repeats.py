"""Paragraphs that stand twice in one article, after a careless template or extraction; also with small edits."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transforms.text.normal import UNSPACED, fair_length, normalize

MIN_LETTERS = 40  # of a repeat; a shorter one may be meant: a refrain, a speaker's name, a score
MAX_COPIES = 8  # earlier places that a run is compared with: bounds the work on a page of one line over and over
REFRAIN = 3  # times that a lone paragraph stands in a text which repeats it on purpose
HEAD = 2  # first blocks, where a teaser of a later paragraph may stand
MIN_EDITED = 60  # letters of a paragraph that is compared word by word; shorter ones differ by a word and mean it
EDITED_SHARE = 0.05  # of the words may differ in a lone paragraph, at least one; templates of results differ in more
LOOSE_SHARE = 0.25  # the same in a run, where the neighbours bear it out
COMMON_GRAMS = 0.5  # of the word pairs that a candidate shares, before words are compared one by one
MAX_WORDS = 600  # of a paragraph that are compared
MAX_BLOCKS = 1_500  # of a text in which edits are looked for: live blogs beyond that are templates anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """What is left of the blocks, and what was taken out, in reading order; `edited` of those were no exact copies."""

    blocks: tuple[str, ...]
    removed: tuple[str, ...]
    edited: int = 0


def drop_repeats(blocks: tuple[str, ...]) -> Repeats:
    """Keep the first copy of every paragraph; drop later runs of them in the same order, and single ones.

    A run or a single paragraph that repeats an earlier one goes only when it has 40 letters in all. A lone
    paragraph that comes three times or more is a refrain, and stays.
    """
    text = _Text(blocks)
    gone: dict[int, bool] = {}
    start = 0
    while start < len(blocks):
        run = text.longest_run(start, gone)
        gone |= run
        start += max(1, len(run))
    return Repeats(
        blocks=tuple(block for place, block in enumerate(blocks) if place not in gone),
        removed=tuple(block for place, block in enumerate(blocks) if place in gone),
        edited=sum(gone.values()),
    )


class _Text:
    """The blocks of a text in the forms that they are compared in."""

    def __init__(self, blocks: Sequence[str]) -> None:
        self._letters = [fair_length(block) for block in blocks]
        self._keys = [normalize(block) or block for block in blocks]
        self._times = Counter(self._keys)
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        for place, key in enumerate(self._keys):
            self._exact[key].append(place)
        self._words: dict[int, list[str]] = {}
        self._near = self._find_near() if len(blocks) <= MAX_BLOCKS else {}

    def longest_run(self, start: int, gone: dict[int, bool]) -> dict[int, bool]:
        """Places from `start` on that repeat earlier ones, and whether each was edited; empty where none should go."""
        best: dict[int, bool] = {}
        for earlier in self._earlier(start):
            run = self._run(start, earlier, gone)
            if len(run) > len(best):
                best = run
        if len(best) > 1:
            return best if self._is_worth(best) else {}
        return best if best and self._may_go_alone(start, edited=best[start]) else {}

    def _earlier(self, place: int) -> Iterator[int]:
        exact = self._exact[self._keys[place]]
        yield from (each for each in exact[:MAX_COPIES] if each < place)
        yield from self._near.get(place, {})
        if place + 1 < len(self._keys):  # a short one that was edited, and whose successor is the same
            after = [*self._exact[self._keys[place + 1]][:MAX_COPIES], *self._near.get(place + 1, {})]
            yield from (each - 1 for each in after if 0 < each <= place and self._is_alike(place, each - 1))

    def _run(self, start: int, earlier: int, gone: dict[int, bool]) -> dict[int, bool]:
        """How far the blocks from `start` on repeat those from `earlier` on, without running into them."""
        run: dict[int, bool] = {}
        while earlier < start and start + len(run) < len(self._keys) and earlier + len(run) < start:
            here, there = start + len(run), earlier + len(run)
            same = self._keys[here] == self._keys[there]
            if there in gone or not (same or there in self._near.get(here, {}) or self._is_alike(here, there)):
                break
            run[here] = not same
        return run

    def _is_alike(self, here: int, there: int) -> bool:
        """Whether two short blocks differ in a word or so; says something only beside neighbours that are the same."""
        if max(self._letters[here], self._letters[there]) >= 2 * MIN_EDITED:
            return False
        ours, theirs = _words(self._keys[here]), _words(self._keys[there])
        common = (Counter(ours) & Counter(theirs)).total()
        return (
            len(ours) > 1 and common >= max(len(ours), len(theirs)) - 1 and not (_has_digit(ours) or _has_digit(theirs))
        )

    def _is_worth(self, run: dict[int, bool]) -> bool:
        """A run of edited copies needs one that is exact or hardly changed: templates follow each other as well."""
        sure = any(not edited or (place in self._near and self._is_close(place)) for place, edited in run.items())
        return sure and sum(self._letters[place] for place in run) >= MIN_LETTERS

    def _may_go_alone(self, place: int, *, edited: bool) -> bool:
        """An exact copy, unless it is a refrain; an edited one only of a lead, or of the paragraph just before."""
        if edited:
            close = (each for each, share in self._near.get(place, {}).items() if share <= EDITED_SHARE)
            return any(each < HEAD or each == place - 1 for each in close)
        again = self._keys[place - 1] == self._keys[place]
        return self._letters[place] >= MIN_LETTERS and (again or self._times[self._keys[place]] < REFRAIN)

    def _is_close(self, place: int) -> bool:
        return min(self._near.get(place, {}).values(), default=1.0) <= EDITED_SHARE

    def _find_near(self) -> dict[int, dict[int, float]]:
        """For each place the earlier ones that differ in a few words only, with the share of those words."""
        pairs_before = _PairsBefore()
        near: dict[int, dict[int, float]] = {}
        for place, letters in enumerate(self._letters):
            if letters < MIN_EDITED:
                continue
            words = self._words[place] = _words(self._keys[place])
            pairs = set(pairwise(words))
            near[place] = {
                each: share
                for each in pairs_before.shared_by(pairs)
                if (share := self._difference(place, each)) <= LOOSE_SHARE
            }
            pairs_before.add(place, pairs)
        return {place: found for place, found in near.items() if found}

    def _difference(self, here: int, there: int) -> float:
        """The share of words that differ; 1 where figures do, as in results and reports from a template."""
        ours, theirs = self._words[here], self._words[there]
        if self._keys[here] == self._keys[there]:
            return 0.0
        mine, other = Counter(ours), Counter(theirs)
        gone, come = mine - other, other - mine
        changed = max(gone.total(), come.total())
        if changed > 1 and _has_digit(gone) and _has_digit(come):
            return 1.0
        if changed == 0:  # the same words in another order: an entry and its line in a list of entries
            return LOOSE_SHARE
        if changed <= max(1, len(ours) * EDITED_SHARE):
            return EDITED_SHARE
        return changed / max(len(ours), len(theirs))


Pairs = set[tuple[str, str]]


class _PairsBefore:
    """Which earlier blocks hold a pair of words. Most share few with any, so the index waits for one that may."""

    def __init__(self) -> None:
        self._seen: Pairs = set()
        self._waiting: list[tuple[int, Pairs]] = []
        self._places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, place: int, pairs: Pairs) -> None:
        self._seen |= pairs
        self._waiting.append((place, pairs))

    def shared_by(self, pairs: Pairs) -> list[int]:
        """Places that hold enough of these pairs, those with the most first, then the earliest."""
        enough = COMMON_GRAMS * len(pairs)
        if len(pairs & self._seen) < enough:
            return []
        self._index()
        counts = Counter(each for pair in pairs for each in self._places.get(pair, ())[:MAX_COPIES])
        best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_COPIES]
        return [place for place, count in best if count >= enough]

    def _index(self) -> None:
        for place, pairs in self._waiting:
            for pair in pairs:
                self._places[pair].append(place)
        self._waiting.clear()


def _words(key: str) -> list[str]:
    """Words; in scripts without spaces each character."""
    if not UNSPACED.search(key):
        return key.split()[:MAX_WORDS]
    words: list[str] = []
    for word in key.split():
        words += list(word) if UNSPACED.search(word) else [word]
    return words[:MAX_WORDS]


def _has_digit(words: Iterable[str]) -> bool:
    return any(character.isdigit() for word in words for character in word)
