"""Language tags as sources state them."""

import re

TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}$")


def language_tag(stated: str | None) -> str | None:
    """A tag as en, pt-br or zh-hans, in small letters; None where it is none."""
    tag = (stated or "").strip().replace("_", "-")
    return tag.lower() if TAG.match(tag) else None
