"""URLs as they may be shown: in logs, failure rows and reports."""

import re
from urllib.parse import unquote_plus

MASK = "***"
USERINFO = re.compile(r"((?:/|\\|%2f|%5c){2})[^/?#&\s\\]*(?:@|%40)", re.IGNORECASE)
AUTHORITY = re.compile(r"(\s*[a-z][a-z0-9+.-]*:[/\\]*)[^/?#\\]*@", re.IGNORECASE)
FIELD = re.compile(r"(?<=[?&;#])([^=&;#\s]+)=([^&;#\s]*)")
SECRET_NAMES = frozenset({"auth", "authorization", "jwt", "key", "pass", "pwd", "sid", "sig"})
SECRET_PARTS = (
    "accesskey", "access_key", "apikey", "api_key", "api-key", "credential", "passwd", "password", "private_key",
    "secret", "session", "signature", "token",
)  # fmt: skip


def without_credentials(url: str) -> str:
    """Mask `user:password@` and the values of parameters that look like secrets; any text will do.

    Works on text, not on parsed URLs: what cannot be parsed is what ends up in failure rows.
    """
    return FIELD.sub(_masked_field, USERINFO.sub(rf"\1{MASK}@", url))


def without_userinfo(url: str) -> str:
    """Take `user:password@` out of an address, which is how it goes through a run; any text will do."""
    return AUTHORITY.sub(r"\1", url, count=1) if AUTHORITY.match(url) else url


def _masked_field(field: re.Match[str]) -> str:
    return f"{field[1]}={MASK}" if _is_secret(field[1]) else field[0]


def _is_secret(name: str) -> bool:
    name = unquote_plus(name).lower()
    return name in SECRET_NAMES or any(part in name for part in SECRET_PARTS)
