"""Proxies that the environment names. They are never used: behind one, nobody could check which address is asked."""

from collections.abc import Mapping

NAMES = ("http_proxy", "https_proxy", "all_proxy")


def named_proxies(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that name a proxy, as they are spelled; their values may hold passwords and are not shown."""
    return tuple(sorted(name for name, value in environment.items() if name.lower() in NAMES and value))
