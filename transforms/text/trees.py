"""A page as a tree of elements. Those of lxml itself: those of lxml.html ask Python for the class of every element."""

from lxml.etree import HTMLParser, XMLSyntaxError, fromstring
from lxml.etree import _Element as Element

__all__ = ["Element", "parse_page", "text_of"]


def parse_page(html: bytes) -> Element | None:
    """The one parse of a page in UTF-8, without comments; None where there is nothing to parse."""
    parser = HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return fromstring(html, parser)
    except XMLSyntaxError:  # an empty document
        return None


def text_of(element: Element) -> str:
    """All text inside an element."""
    return "".join(map(str, element.itertext()))  # the stubs allow bytes as well
