"""Bytes of feeds and lists to text, when what is declared cannot be trusted."""

import codecs
import re

from charset_normalizer import from_bytes

DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
HTTP_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
MARKUP = re.compile(rb"<[^<>]*>")  # not more: punctuation is half of a letter in Big5 and Shift JIS

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What publishers mean by these names is the larger set, as the WHATWG Encoding Standard has it.
LARGER_SETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
SEVEN_BIT = ("iso2022", "hz", "utf-7")  # their bytes are valid UTF-8, and mean something else
TOLERATED_SHARE = 0.005  # of broken bytes in a text that is UTF-8 beside them: a cut letter, one pasted field
GUESS_BYTES = 60_000
# Charsets of Latin script in which a Western text looks nearly right; their own languages need letters beyond WESTERN.
LOOKALIKES = frozenset({"cp1250", "cp1254", "cp1257", "cp1258"})
WESTERN = frozenset("àâäçèéêëîïôöùûüÿœæñáíóúßÀÂÄÇÈÉÊËÎÏÔÖÙÛÜŒÆÑÁÍÓÚ«»„“”‚‘’–—…€°§·©®¡¿\xa0")
# One family after the other: what is likely on news sites that still write legacy charsets.
GUESSES = ["cp1251", "cp1252", "gb18030", "big5", "cp932", "euc_jp", "cp949", "koi8_r", "cp1250", "cp1253", "cp1254",
           "cp1255", "cp1256", "cp874", "cp1257", "cp1258"]  # fmt: skip


def decode_text(body: bytes, content_type: str | None = None) -> tuple[str, bool]:
    """Decode; says also whether the text is sure, which it is not where every declaration was wrong."""
    for bom, charset in BOMS:
        if body.startswith(bom):
            return _decode(body[len(bom) :], charset)
    wide = _wide_charset(body[:64])
    if wide:
        return _decode(body, wide)
    declared = declared_charsets(body, content_type)
    for charset in declared if _is_seven_bit(declared) else ("utf-8", *declared):
        try:
            return body.decode(charset), True
        except UnicodeDecodeError:
            continue
    return _guess(body), False


def declared_charsets(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """Names that Python knows, out of the header and the XML declaration, in this order."""
    http = HTTP_CHARSET.search(content_type or "")
    xml = DECLARED.match(body[:400])
    names = [http[1]] if http else []
    names += [xml[1].decode("ascii")] if xml else []
    known = [charset for name in names if (charset := _known(name))]
    return tuple(dict.fromkeys(known))


def _known(name: str) -> str | None:
    try:
        info = codecs.lookup(name)
    except LookupError:
        return None
    if not info._is_text_encoding or info.name.startswith(("utf-16", "utf-32")):  # there is no public way to ask
        return None  # wide ones are told by their bytes: a declaration that could be read is not in UTF-16
    return LARGER_SETS.get(info.name, info.name)


def _is_seven_bit(charsets: tuple[str, ...]) -> bool:
    return bool(charsets) and charsets[0].startswith(SEVEN_BIT)


def _wide_charset(start: bytes) -> str | None:
    """UTF-16 and UTF-32 without a byte-order mark: markup is ASCII, so its other bytes are zero."""
    if len(start) < 8:
        return None
    if start[:3] == b"\0\0\0" or start[1:4] == b"\0\0\0":
        return "utf-32-be" if start[0] == 0 else "utf-32-le"
    if start[0] == start[2] == 0 != start[1]:
        return "utf-16-be"
    return "utf-16-le" if start[1] == start[3] == 0 != start[0] else None


def _decode(body: bytes, charset: str) -> tuple[str, bool]:
    try:
        return body.decode(charset), True
    except UnicodeDecodeError:
        return body.decode(charset, "replace"), False


def _guess(body: bytes) -> str:
    repaired = body.decode("utf-8", "replace")
    high_bytes = len(body) - len(body.translate(None, bytes(range(128, 256))))
    if repaired.count("\ufffd") <= max(1, high_bytes * TOLERATED_SHARE):
        return repaired
    letters = MARKUP.sub(b" ", body[:GUESS_BYTES])
    best = from_bytes(letters, cp_isolation=GUESSES, enable_fallback=False).best()
    western = best is None or (best.encoding in LOOKALIKES and _is_western(letters))
    return body.decode("cp1252" if western or best is None else best.encoding, "replace")


def _is_western(letters: bytes) -> bool:
    """Whether all letters are such as French, German, Spanish or Italian have, when it is read as Western."""
    return set(letters.translate(None, bytes(range(128))).decode("cp1252", "replace")) <= WESTERN
