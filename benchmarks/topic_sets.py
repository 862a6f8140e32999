"""How right the topic tagger is, by language."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.table import f1, lines, row
from schemas.tags import Topic
from transforms.tagging.topics import TopicTagger

# MasakhaNEWS has seven classes, IPTC seventeen top-level topics. Read onto the seven: labour is told as business;
# human interest and lifestyle are what its sources file under entertainment; war and protest are told as politics.
# Crime, disaster, education, environment, society and weather have no class there and are passed over.
CLASS_OF_NEWS = {
    "01": "entertainment",
    "04": "business",
    "07": "health",
    "08": "entertainment",
    "09": "business",
    "10": "entertainment",
    "11": "politics",
    "12": "religion",
    "13": "technology",
    "15": "sports",
    "16": "politics",
}
# SIB-200 has seven classes of sentences; travel and geography are no topics of news and are left out.
CLASS_OF_SENTENCES = {
    "01": "entertainment",
    "07": "health",
    "11": "politics",
    "13": "science/technology",
    "15": "sports",
    "16": "politics",
}
ENGLISH = "eng"
# Words of these languages were weighed on every second sentence, from the first; the others are held out.
WEIGHED = ("amh", "ben", "fin", "hau", "ibo", "som", "tam", "yor")
ENOUGH = 0.85  # of the English figure, from which a language counts as covered
LANGUAGE_OF = {  # ISO 639-1 of the codes that the sets use, where there is one
    "amh": "am",
    "arb": "ar",
    "ben": "bn",
    "ces": "cs",
    "deu": "de",
    "ell": "el",
    "eng": "en",
    "fin": "fi",
    "fra": "fr",
    "hau": "ha",
    "heb": "he",
    "hin": "hi",
    "hun": "hu",
    "ibo": "ig",
    "ind": "id",
    "ita": "it",
    "jpn": "ja",
    "kaz": "kk",
    "kor": "ko",
    "lin": "ln",
    "lug": "lg",
    "nld": "nl",
    "orm": "om",
    "pcm": "pcm",
    "pes": "fa",
    "pol": "pl",
    "por": "pt",
    "ron": "ro",
    "run": "rn",
    "rus": "ru",
    "sna": "sn",
    "som": "so",
    "spa": "es",
    "swa": "sw",
    "swe": "sv",
    "swh": "sw",
    "tam": "ta",
    "tgl": "tl",
    "tha": "th",
    "tir": "ti",
    "tur": "tr",
    "uig": "ug",
    "ukr": "uk",
    "urd": "ur",
    "vie": "vi",
    "xho": "xh",
    "yor": "yo",
    "zho": "zh",
}


def news(folder: Path) -> None:
    """MasakhaNEWS: whole stories in 16 languages."""
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for story in lines(folder / "masakhanews-dev.jsonl.xz"):
        topics = TopicTagger().tag(story["title"], story["text"], LANGUAGE_OF[story["lang"]])
        pairs[story["lang"]].append((story["topic"], told(topics, CLASS_OF_NEWS)))
    classes = sorted(set(CLASS_OF_NEWS.values()))
    figures = {language: macro_f1(found, classes) for language, found in sorted(pairs.items())}
    for language, figure in figures.items():
        row("macro-F1, 7 classes", f"MasakhaNEWS dev {language}, {len(pairs[language])}", f"{figure:.3f}")
    others = without_english(figures)
    row("macro-F1, 7 classes", f"MasakhaNEWS dev, mean of {len(others)} without English", f"{mean(others):.3f}")


def sentences(folder: Path) -> None:
    """SIB-200: single parallel sentences in 40 languages, far shorter than any article.

    Sentences of the two classes that are left out count against the five; without them the figure is in brackets.
    """
    classes = sorted(set(CLASS_OF_SENTENCES.values()))
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each in lines(folder / "sib200-dev-40.jsonl.xz"):
        pairs[each["lang"]].append((each["topic"], sentence_class(each)))
    own = {language: [pair for pair in found if pair[0] in classes] for language, found in pairs.items()}
    figures = {language: macro_f1(found, classes) for language, found in sorted(pairs.items())}
    within = {language: macro_f1(found, classes) for language, found in own.items()}
    for language, figure in figures.items():
        row("macro-F1, 5 classes", f"SIB-200 {language}", f"{figure:.3f} ({within[language]:.3f})")
    others, inside = without_english(figures), without_english(within)
    row("macro-F1, 5 classes", f"SIB-200, mean of {len(others)} others", f"{mean(others):.3f} ({mean(inside):.3f})")
    covered("SIB-200", figures)
    halves = {language: macro_f1(found[1::2], classes) for language, found in sorted(pairs.items())}
    for language, figure in halves.items():
        if language.startswith((ENGLISH, *WEIGHED)):
            row("macro-F1, 5 classes", f"SIB-200 {language}, held-out half", f"{figure:.3f}")
    covered("SIB-200, held-out half", halves)


def covered(name: str, figures: Mapping[str, float]) -> None:
    english = next(figure for language, figure in figures.items() if language.startswith(ENGLISH))
    enough = [language for language, figure in figures.items() if figure >= ENOUGH * english]
    row(f"languages at {ENOUGH:.0%} of English", name, f"{len(enough)}: {', '.join(enough)}")


def without_english(figures: Mapping[str, float]) -> list[float]:
    return [figure for language, figure in figures.items() if not language.startswith(ENGLISH)]


def sentence_class(each: Mapping[str, Any]) -> str:
    return told(TopicTagger().tag(None, each["text"], LANGUAGE_OF[each["lang"][:3]]), CLASS_OF_SENTENCES)


def told(topics: Iterable[Topic], class_of: Mapping[str, str]) -> str:
    """The class of the strongest top-level topic that has one."""
    return next((class_of[each.code[7:9]] for each in topics if each.code[7:9] in class_of), "none")


def macro_f1(pairs: Sequence[tuple[str, str]], classes: Iterable[str]) -> float:
    """Over the classes that the gold of this language has."""
    figures = []
    for each in classes:
        gold = sum(wanted == each for wanted, _ in pairs)
        found = sum(said == each for _, said in pairs)
        right = sum(wanted == said == each for wanted, said in pairs)
        if gold:
            figures.append(f1(right / found if found else 0.0, right / gold))
    return sum(figures) / len(figures)
