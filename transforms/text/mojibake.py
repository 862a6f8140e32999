"""Text that was read in a wrong charset before it was ever put on the page: mended where that is certain."""

import re

import ftfy

# How any character of UTF-8 begins in windows-1252 or Latin-1: a cheap look before the long one of ftfy.
PAIR = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
CONFIG = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    restore_byte_a0=False,
    replace_lossy_sequences=False,
    decode_inconsistent_utf8=False,
)


def mended(text: str) -> str:
    """The text as it was meant, where its letters are those of a wrong charset; what is not sure stays as it is."""
    if text.isascii() or not PAIR.search(text):
        return text
    return ftfy.fix_encoding(text, CONFIG)
