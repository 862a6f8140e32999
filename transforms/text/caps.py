"""Bounds on a page before it is parsed: what is cut here would cost seconds in C, where nothing can interrupt it."""

import re

MAX_TAG = 65_536  # bytes in one tag; lxml is quadratic in the attributes of an element
# A quoted value that is longer: data for a script. It may hold `>`, and costs no more than its length.
LONG_VALUE = re.compile(rb"=\s*(?:\"[^\"<]{%d,}\"|'[^'<]{%d,}')" % (MAX_TAG, MAX_TAG))
# A tag of more attributes than any page has, quoted values with `>` in them included.
MANY_ATTRIBUTES = re.compile(
    rb"(<[a-zA-Z][^\s<>/]{0,100})"
    rb"(?:\s+[^\s<>=\"']{1,200}(?:\s*=\s*(?:\"[^\"]{0,4096}\"|'[^']{0,4096}'|[^\s<>\"']{1,4096}))?){500,}"
)
TAG_START = re.compile(rb"<[a-zA-Z][^\s/<>]{0,100}")
SCRIPT = re.compile(rb"(?:script|style)\b", re.IGNORECASE)
RAW_TEXT_END = re.compile(rb"</(?:script|style|textarea|title)\Z", re.IGNORECASE)
# Controls and non-characters, raw and as references: trafilatura gives up a whole page for one of them.
CONTROLS = bytes({*range(0x20)} - set(b"\t\n\f\r"))
FEEDS_AS_SPACES = bytes.maketrans(b"\f", b" ")
NON_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
NON_CHARACTERS_BEGIN = b"\xef"  # one byte is looked for far faster than three
NOT_IN_XML_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)|[xX]0*(?:[0-8bBcCeEfF]|1[\da-fA-F]|[fF]{3}[eEfF])(?![\da-fA-F]));?"
)


def cap_tags(html: bytes) -> bytes:
    """The page, in UTF-8, with attributes of over 64 k emptied, those of tags over 64 k or of hundreds taken away, and
    without characters that XML has no place for.
    """
    html = html.translate(FEEDS_AS_SPACES, CONTROLS)
    if NON_CHARACTERS_BEGIN in html:
        for character in NON_CHARACTERS:
            html = html.replace(character, b"")
    if b"&#" in html:
        html = NOT_IN_XML_REFERENCE.sub(b"", html)
    if _may_quote(html):
        html = MANY_ATTRIBUTES.sub(rb"\1", LONG_VALUE.sub(b'=""', html))
    return _cap_pieces(html)


def _may_quote(html: bytes) -> bool:
    """Whether more than a tag may have stands without a new one and is no script: a tag that quotes what ends tags."""
    start = 0
    while len(html) - start > MAX_TAG:
        end = html.rfind(b"<", start, start + MAX_TAG + 1)
        if end < 0 and not SCRIPT.match(html, start):
            return True
        start = (end if end >= 0 else html.find(b"<", start + MAX_TAG) % len(html)) + 1
    return False


def _cap_pieces(html: bytes) -> bytes:
    """Cut what stands between two `>` where it is longer than a tag may be; looks at few of the bytes."""
    kept: list[bytes] = []
    done = start = 0
    while len(html) - start > MAX_TAG:
        end = html.rfind(b">", start, start + MAX_TAG + 1)
        if end < 0:
            end = html.find(b">", start + MAX_TAG)
            end = len(html) if end < 0 else end
            kept += html[done:start], _cap_piece(html[start:end])
            done = end
        start = end + 1
    return b"".join((*kept, html[done:])) if kept else html


def _cap_piece(piece: bytes) -> bytes:
    """What stands between two `>`: some text and one tag. The end of a script is no long tag, whatever is in it."""
    if len(piece) <= MAX_TAG or RAW_TEXT_END.search(piece):
        return piece
    tag = TAG_START.search(piece)
    return piece[: tag.end()] if tag and len(piece) - tag.start() > MAX_TAG else piece
