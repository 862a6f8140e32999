"""Repeats injected into the annotated texts: what is found of them, what else is taken, and what of clean texts.

python -m benchmarks.repeats --data ../shared/data
"""

import argparse
import random
from collections.abc import Callable
from pathlib import Path

from benchmarks.gold import read_gold
from transforms.text.normal import clean_line, fair_length
from transforms.text.repeats import MIN_LETTERS, drop_repeats

MIN_BLOCKS = 8  # of a text that repeats are put into
EDITS = ("nevertheless", "yesterday", "officials", "reportedly")
Text = tuple[str, ...]
Injected = tuple[Text, set[int]]  # the text, and the places of what was put in


def tail_twice(text: Text, draw: random.Random) -> Injected:
    count = draw.randint(2, len(text) // 2)
    return (*text, *text[-count:]), set(range(len(text), len(text) + count))


def whole_twice(text: Text, draw: random.Random) -> Injected:
    return (*text, *text), set(range(len(text), 2 * len(text)))


def middle_later(text: Text, draw: random.Random) -> Injected:
    count, start = draw.randint(2, 3), draw.randint(1, len(text) - 5)
    place = draw.randint(start + count + 1, len(text))
    return (*text[:place], *text[start : start + count], *text[place:]), set(range(place, place + count))


def teaser(text: Text, draw: random.Random) -> Injected:
    """A paragraph of the text that stands before it as well; the copy in its place counts as the repeat."""
    first = next(place for place, block in enumerate(text) if fair_length(block) >= 80)
    return (text[first], *text), {first + 1}


def one_word_edited(text: Text, draw: random.Random) -> Injected:
    count = draw.randint(2, len(text) // 2)
    return (*text, *(_edited(block, draw) for block in text[-count:])), set(range(len(text), len(text) + count))


def _edited(block: str, draw: random.Random) -> str:
    words = block.split()
    if len(words) < 4:
        return block
    words[draw.randrange(len(words))] = draw.choice(EDITS)
    return " ".join(words)


KINDS: tuple[Callable[[Text, random.Random], Injected], ...] = (
    tail_twice, whole_twice, middle_later, teaser, one_word_edited,
)  # fmt: skip


def _repeats_itself(text: Text) -> bool:
    """Whether the annotated text has a long paragraph twice, word for word: three do, and are not clean."""
    long = [block for block in text if fair_length(block) >= MIN_LETTERS]
    return len(set(long)) < len(long)


def measure(inject: Callable[[Text, random.Random], Injected], texts: list[Text], seed: int) -> tuple[float, float]:
    """Precision and recall of removed paragraphs, over all texts together."""
    right = removed = wanted = 0
    for number, text in enumerate(texts):
        doubled, places = inject(text, random.Random(f"{seed}:{number}"))
        gone = _places_removed(doubled)
        right, removed, wanted = right + len(gone & places), removed + len(gone), wanted + len(places)
    return right / max(1, removed), right / max(1, wanted)


def _places_removed(text: Text) -> set[int]:
    left = list(drop_repeats(text).blocks)
    gone = set()
    for place, block in enumerate(text):
        if left and left[0] == block:
            left.pop(0)
        else:
            gone.add(place)
    return gone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data")
    gold = read_gold(parser.parse_args().data)
    texts = {page.id: tuple(map(clean_line, page.paragraphs)) for page in gold}
    clean = {id_: text for id_, text in texts.items() if not _repeats_itself(text)}
    touched = [id_ for id_, text in clean.items() if drop_repeats(text).removed]
    print(f"clean texts untouched: {1 - len(touched) / len(clean):.4f} of {len(clean)}")
    print(f"touched: {', '.join(touched) or 'none'}")
    unrepeated = [text for text in clean.values() if len(text) >= MIN_BLOCKS and len(set(text)) == len(text)]
    print(f"{f'{len(unrepeated)} texts, 5 seeds':<24}{'precision':>10}{'recall':>10}")
    for inject in KINDS:
        figures = [measure(inject, unrepeated, seed) for seed in range(5)]
        precision, recall = (sum(each) / len(each) for each in zip(*figures, strict=True))
        print(f"{inject.__name__.replace('_', ' '):<24}{precision:>10.4f}{recall:>10.4f}")


if __name__ == "__main__":
    main()
