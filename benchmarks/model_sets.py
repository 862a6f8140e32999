"""What the sentence model of newsbeam[models] adds to the words, and what it costs.

Its trust was chosen on every second text, from the first; figures of the other halves are held out.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from statistics import mean
from time import process_time
from typing import Any

from benchmarks.table import lines, row
from benchmarks.topic_sets import CLASS_OF_NEWS, CLASS_OF_SENTENCES, LANGUAGE_OF, macro_f1, told
from transforms.tagging.sentence_topics import LANGUAGES, sentence_topics
from transforms.tagging.topics import TopicTagger

SETS = {
    "MasakhaNEWS dev": ("masakhanews-dev.jsonl.xz", CLASS_OF_NEWS),
    "SIB-200": ("sib200-dev-40.jsonl.xz", CLASS_OF_SENTENCES),
}


def compare(folder: Path) -> None:
    """Words alone and with the model, in the languages that it knows, on both halves of each set."""
    words, both = TopicTagger(), TopicTagger(opinion=sentence_topics())
    for name, (file, class_of) in SETS.items():
        known = [each for each in lines(folder / file) if LANGUAGE_OF[each["lang"][:3]] in LANGUAGES]
        gains = []
        for language, texts in groupby(sorted(known, key=_language), key=_language):
            listed = list(texts)
            without, took_without = figures(words, listed, class_of)
            blended, took = figures(both, listed, class_of)
            gains.append([after - before for before, after in zip(without, blended, strict=True)])
            row(
                "macro-F1, words -> with model",
                f"{name} {language}, weighed half",
                f"{without[0]:.3f} -> {blended[0]:.3f}",
            )
            row(
                "macro-F1, words -> with model", f"{name} {language}, held out", f"{without[1]:.3f} -> {blended[1]:.3f}"
            )
            row(
                "texts/s, one core",
                f"{name} {language}",
                f"{len(listed) / took_without:.0f} -> {len(listed) / took:.0f}",
            )
        for half, place in (("weighed half", 0), ("held out", 1)):
            row("mean gain", f"{name}, {len(gains)} languages, {half}", f"{mean(gain[place] for gain in gains):+.3f}")


def figures(
    tagger: TopicTagger, texts: Sequence[Mapping[str, Any]], class_of: Mapping[str, str]
) -> tuple[tuple[float, float], float]:
    """Macro-F1 on every second text, and on the others; and the seconds for all."""
    start = process_time()
    pairs = [
        (each["topic"], told(tagger.tag(each.get("title"), each["text"], LANGUAGE_OF[each["lang"][:3]]), class_of))
        for each in texts
    ]
    took = process_time() - start
    classes: Iterable[str] = sorted(set(class_of.values()))
    return (macro_f1(pairs[::2], classes), macro_f1(pairs[1::2], classes)), took


def _language(each: Mapping[str, Any]) -> str:
    return str(each["lang"])
