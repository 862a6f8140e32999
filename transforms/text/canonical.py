"""Addresses that a page claims: absolute, of the web, and the canonical one only where it is plausible."""

import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

MAX_URL = 2_000  # characters; browsers and caches begin to cut there
EDITIONS = re.compile(r"\A(?:www\d?|m|mobile|amp)\.")
INDEX = re.compile(r"\A/?(?:index|default|home)?(?:\.(?:html?|php|aspx?))?/?\Z", re.IGNORECASE)


def web_address(href: str | None, base: str | None) -> str | None:
    """The absolute http or https address of a link on a page, without its fragment."""
    if not href or not href.strip():
        return None
    parts = _split(urljoin_safely(base, href.strip()))
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return urlunsplit(parts._replace(fragment=""))


def plausible_canonical(href: str | None, url: str | None) -> str | None:
    """The address of rel=canonical, unless it leads to another site, or from an article to the home page.

    www, m, mobile and amp are editions of one site.
    """
    claimed = web_address(href, url)
    if claimed is None or url is None:
        return claimed
    there, here = _split(claimed), _split(url)
    if there is None or here is None or _site(there) != _site(here):
        return None
    return None if _is_home(there) and not _is_home(here) else claimed


def urljoin_safely(base: str | None, href: str) -> str:
    """`urljoin` without its exceptions: "" for what cannot be joined."""
    try:
        return urljoin(base or "", href)
    except ValueError:
        return ""


def _split(url: str) -> SplitResult | None:
    if not url or len(url) > MAX_URL or " " in url or not url.isprintable():  # half surrogates are not printable
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here because only reading it checks it
    except ValueError:
        return None
    return parts


def _site(parts: SplitResult) -> str:
    return EDITIONS.sub("", (parts.hostname or "").rstrip("."))


def _is_home(parts: SplitResult) -> bool:
    return INDEX.match(parts.path) is not None and not parts.query
