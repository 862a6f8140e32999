"""The headline of a page, without the name of the site."""

import re

SEPARATOR = re.compile(r"\s+[|–—•·:-]\s+")


def bare_title(title: str, heading: str | None, site_name: str | None) -> str:
    """The title without what follows the last separator, where the page's own h1 or its site name proves it foreign."""
    separators = list(SEPARATOR.finditer(title))
    if not separators:
        return title
    last = separators[-1]
    before, after = title[: last.start()], title[last.end() :]
    if heading and before.casefold() == heading.casefold():
        return before
    return before if site_name and _key(after) == _key(site_name) else title


def _key(name: str) -> str:
    return "".join(re.findall(r"\w", name.casefold()))
