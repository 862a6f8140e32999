"""Headers for single origins, as of paid feeds: from the environment or a file that only its owner can read."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from transforms.web.urls import BadUrl, clean_url, origin_of

PREFIX = "NEWSBEAM_HEADERS_"
OTHERS = 0o077  # rights of everybody but the owner
HEADER = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,100})\s*:\s*(\S.*)")
OURS = frozenset({"host", "user-agent", "accept-encoding", "connection", "content-length", "transfer-encoding"})


class BadSecrets(ValueError):
    """Headers that cannot be used; the message says why and shows no value."""


def load_secrets(environment: Mapping[str, str], path: str | None) -> dict[str, dict[str, str]]:
    """Headers by origin. Each line is `https://paid.example Name: value`; `NEWSBEAM_HEADERS_…` hold such lines too."""
    secrets: dict[str, dict[str, str]] = {}
    for name in sorted(each for each in environment if each.startswith(PREFIX)):
        _read(environment[name].splitlines(), name, secrets)
    if path is not None:
        _read(_lines(path), path, secrets)
    return secrets


def _lines(path: str) -> list[str]:
    try:
        rights = Path(path).stat().st_mode
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSecrets(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}") from None
    if os.name == "posix" and rights & OTHERS:
        raise BadSecrets(f"{path} can be read by others; run: chmod 600 {path}")
    return text.splitlines()


def _read(lines: Iterable[str], where: str, secrets: dict[str, dict[str, str]]) -> None:
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        address, _, rest = line.strip().partition(" ")
        header = HEADER.fullmatch(rest.strip())
        if header is None:
            raise BadSecrets(f"{where}, line {number}: write it as https://paid.example Name: value")
        if header[1].lower() in OURS:
            raise BadSecrets(f"{where}, line {number}: the header {header[1]} is newsbeam's own")
        secrets.setdefault(_origin(address, f"{where}, line {number}"), {})[header[1].lower()] = header[2].strip()


def _origin(address: str, where: str) -> str:
    try:
        return origin_of(clean_url(address))
    except BadUrl as bad:
        raise BadSecrets(f"{where}: the address before the header is not right: {bad.detail}") from None
