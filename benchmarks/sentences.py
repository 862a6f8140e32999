"""New sentences in the manner of old ones: the small words stay, the others come from the language's own texts."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TOKEN = re.compile(r"\w+|\W+")
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？।])")
HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
MIN_LETTERS = 4  # of a word that is replaced; shorter ones hold a sentence together
MIN_REPLACED = 6  # words of a pattern that are replaced, so that no two sentences come out alike
HAN_PIECE = 2  # characters: about a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A sentence with nothing in place of the words that are replaced, and how many words it has."""

    kept: tuple[str, ...]
    words: int


class Sentences:
    """Patterns and words of one corpus, by language. `write` draws from them with the generator that it is given."""

    def __init__(self, texts: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Learn from pairs of a language and the paragraphs of a text in it."""
        self._patterns: dict[str, list[Pattern]] = defaultdict(list)
        self._words: dict[str, list[str]] = defaultdict(list)
        for language, paragraphs in texts:
            for paragraph in paragraphs:
                self._learn(language, paragraph)

    def knows(self, language: str) -> bool:
        return bool(self._patterns.get(language))

    def write(self, language: str, words: int, draw: random.Random) -> str:
        """Sentences of about so many words, at least one."""
        written: list[str] = []
        count = 0
        while count < max(words, 1):
            pattern = draw.choice(self._patterns[language])
            written.append(self._fill(language, pattern, draw))
            count += pattern.words
        return " ".join(written)

    def title(self, language: str, draw: random.Random) -> str:
        """Eight words without a mark between them."""
        words = [draw.choice(self._words[language]) for _ in range(8)]
        return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])

    def _learn(self, language: str, paragraph: str) -> None:
        for sentence in SENTENCE_END.split(paragraph):
            pattern = [piece for token in TOKEN.findall(sentence) for piece in _pieces(token)]
            replaced = [token for token in pattern if _is_replaced(token)]
            if len(replaced) >= MIN_REPLACED:
                kept = tuple("" if _is_replaced(token) else token for token in pattern)
                words = sum(1 for token in pattern if token[0].isalnum())
                self._patterns[language].append(Pattern(kept=kept, words=words))
                self._words[language] += replaced

    def _fill(self, language: str, pattern: Pattern, draw: random.Random) -> str:
        words = self._words[language]
        return "".join(token or draw.choice(words) for token in pattern.kept)


def _pieces(token: str) -> list[str]:
    """A run of Han or kana in pieces of two characters; any other token as it is."""
    if not HAN.match(token):
        return [token]
    return [token[start : start + HAN_PIECE] for start in range(0, len(token), HAN_PIECE)]


def _is_replaced(token: str) -> bool:
    return HAN.match(token) is not None or (len(token) >= MIN_LETTERS and token.isalpha())
