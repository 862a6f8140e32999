"""The language to read a text in when nobody knows it: by its letters."""

import unicodedata
from collections import Counter

SAMPLE = 400  # characters that are looked at
DEFAULT = "en"
LANGUAGE_OF_SCRIPT = {
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "CJK": "zh",
    "KATAKANA": "ja",
    "HIRAGANA": "ja",
    "HANGUL": "ko",
    "HEBREW": "he",
    "GREEK": "el",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "ETHIOPIC": "am",
    "TAMIL": "ta",
    "BENGALI": "bn",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
}


def language_of(text: str, language: str | None) -> str:
    """The given language, without its region; else the best guess from the script, English for Latin letters."""
    if language:
        return language.replace("_", "-").split("-")[0].lower()
    scripts = Counter(unicodedata.name(each, " ").split(" ")[0] for each in text[:SAMPLE] if each.isalpha())
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > 0 and scripts["CJK"] > 0:
        return "ja"
    best = max(scripts, key=lambda script: (scripts[script], script), default="")
    return LANGUAGE_OF_SCRIPT.get(best, DEFAULT)
