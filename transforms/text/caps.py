"""Bounds on a page before it is parsed: what is cut here would cost seconds in C, where nothing can interrupt it."""

import re

MAX_TAG = 65_536  # characters in one tag; lxml is quadratic in the attributes of an element
TAG_START = re.compile(r"<[a-zA-Z][^\s/<>]{0,100}")
RAW_TEXT_END = re.compile(r"</(?:script|style|textarea|title)\Z", re.IGNORECASE)
# Controls and non-characters, raw and as references: trafilatura gives up a whole page for one of them.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")
NOT_IN_XML_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)|[xX]0*(?:[0-8bBcCeEfF]|1[\da-fA-F]|[fF]{3}[eEfF])(?![\da-fA-F]));?"
)


def cap_tags(html: str) -> str:
    """The page with the attributes of tags over 64 k taken away, and without characters that XML has no place for."""
    html = NOT_IN_XML.sub("", html.replace("\f", " "))
    if "&#" in html:
        html = NOT_IN_XML_REFERENCE.sub("", html)
    pieces = html.split(">")
    if max(map(len, pieces)) <= MAX_TAG:
        return html
    return ">".join(_cap_piece(piece) for piece in pieces)


def _cap_piece(piece: str) -> str:
    """What stands between two `>`: some text and one tag. The end of a script is no long tag, whatever is in it."""
    if len(piece) <= MAX_TAG or RAW_TEXT_END.search(piece):
        return piece
    tag = TAG_START.search(piece)
    return piece[: tag.end()] if tag and len(piece) - tag.start() > MAX_TAG else piece
