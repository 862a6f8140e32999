"""Bytes of a page as text, whatever its charset and whatever it says of it."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from charset_normalizer import from_bytes

BOMS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))
UTF16_STARTS = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
HEAD_BYTES = 262_144  # a declaration below this is not found; browsers stop at 1,024, real pages do not
TOLERATED = 100  # one broken character in so many non-ASCII ones leaves a charset believable
GUESS_BYTES = 16_384  # of running text with non-ASCII bytes: enough to tell charsets apart, and bounded work
DEFAULT = "cp1252"  # what the WHATWG Encoding Standard falls back to for most locales

HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)
META_CHARSET = re.compile(rb"<meta\s[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
XML_ENCODING = re.compile(rb"^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]+)", re.IGNORECASE)
MARKUP = re.compile(rb"<[^<>]*>")
NON_ASCII = re.compile(r"[^\x00-\x7f]")
NON_ASCII_LINE = re.compile(rb"[^\n]*[\x80-\xff][^\n]*")
# What a wrong single-byte charset makes of words: other scripts inside Latin words, or chains of accented letters.
ODD_WORDS = re.compile(r"[A-Za-z][\u0370-\uffff]|[\u0370-\u1fff][A-Za-z]|[\u0080-\u00ff]{3}|[\u0080-\u009f]")


def decode_html(body: bytes, content_type: str | None) -> str:
    """Text of a page: its byte-order mark, then valid UTF-8, then the HTTP header, then its own words, then a guess.

    A declared charset counts only where the bytes bear it out. Where header and page contradict each other
    and both are possible, the one that gives fewer odd words is taken, the header's on a tie.
    """
    for mark, codec in BOMS + UTF16_STARTS:
        if body.startswith(mark):
            return body.decode(codec, "replace").removeprefix("\ufeff")
    if not body.isascii() and (text := _decode(body, "utf-8")) is not None:
        return text
    return _decode_legacy(body, content_type)


def codec_of(label: str) -> str | None:
    """The codec for a label of the web, None for labels that it does not know."""
    return _codecs().get(label.strip().lower())


def declared_codecs(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """Codecs that header, meta element and XML declaration name, in this order, each once."""
    return tuple(dict.fromkeys(codec for label in _labels(body, content_type) if (codec := codec_of(label))))


def _decode_legacy(body: bytes, content_type: str | None) -> str:
    texts = [text for codec in declared_codecs(body, content_type) if (text := _decode(body, codec)) is not None]
    if texts:
        return min(texts, key=_oddness) if len(texts) > 1 else texts[0]
    if body.isascii():
        return body.decode("ascii")
    return body.decode(_guess(body), "replace")


def _labels(body: bytes, content_type: str | None) -> Iterator[str]:
    head = body[:HEAD_BYTES]
    if header := HEADER_CHARSET.search(content_type or ""):
        yield header[1]
    for match in META_CHARSET.search(head), XML_ENCODING.match(head):
        if match:
            yield match[1].decode("ascii", "replace")


def _decode(body: bytes, codec: str) -> str | None:
    """The text, where the bytes bear the codec out but for a stray character."""
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        text = body.decode(codec, "replace")
    broken = text.count("\ufffd")
    return text if broken * TOLERATED <= len(NON_ASCII.findall(text)) else None


def _oddness(text: str) -> int:
    return len(ODD_WORDS.findall(text))


def _guess(body: bytes) -> str:
    lines = b"\n".join(NON_ASCII_LINE.findall(MARKUP.sub(b"\n", body)))
    best = from_bytes(lines[:GUESS_BYTES]).best()
    return best.encoding if best else DEFAULT


@cache
def _codecs() -> dict[str, str]:
    table = files("transforms.text").joinpath("data/charsets.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return dict(rows)
