"""Other tools' side of benchmarks/urls.py: a key for each URL of the input, by the tool that is named.

Runs in an environment of its own, requirements-peers.txt, and imports nothing of newsbeam.
"""

import sys
from collections.abc import Callable


def courlan() -> Callable[[str], object]:
    from courlan import clean_url  # noqa: PLC0415  # each tool only when it is asked for

    return clean_url  # type: ignore[no-any-return]  # it is decorated without types


def courlan_strict() -> Callable[[str], object]:
    from courlan import clean_url, normalize_url  # noqa: PLC0415  # each tool only when it is asked for

    return lambda url: normalize_url(clean_url(url) or url, strict=True)


def w3lib() -> Callable[[str], object]:
    from w3lib.url import canonicalize_url  # type: ignore[import-not-found]  # noqa: PLC0415  # in its own environment

    return canonicalize_url  # type: ignore[no-any-return]  # it is not known here


def url_normalize() -> Callable[[str], object]:
    import url_normalize as normal  # type: ignore[import-not-found]  # noqa: PLC0415  # in its own environment

    return normal.url_normalize  # type: ignore[no-any-return]  # it is not known here


TOOLS = {each.__name__: each for each in (courlan, courlan_strict, w3lib, url_normalize)}


def main() -> None:
    tool = TOOLS[sys.argv[1]]()
    for line in sys.stdin:
        print(key_of(tool, line.rstrip("\n")))


def key_of(tool: Callable[[str], object], url: str) -> str:
    """What a tool refuses has no key but itself."""
    try:
        return str(tool(url) or url)
    except (ValueError, UnicodeError):
        return url


if __name__ == "__main__":
    main()
