"""Stories to copy: made of plain words, so that no publisher's text is needed and every test says what it changes."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any

import pytest

from schemas.fingerprints import Fingerprint
from transforms.similarity.fingerprint import fingerprint

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va")

Make = Callable[..., Fingerprint]
Tell = Callable[..., str]


def tell_story(seed: int, words: int = 300) -> str:
    """A story of its own: two of different seeds share no run of words."""
    rng = random.Random(seed)
    return " ".join("".join(rng.choices(SYLLABLES, k=3)) for _ in range(words))


def make_fingerprint(article_id: str, text: str, **given: Any) -> Fingerprint:
    """A dated document of a site of its own; `days` moves its date."""
    days = given.pop("days", 0)
    fields = {
        "url_key": None,
        "guid_key": None,
        "content_hash": md5(text.encode()).hexdigest(),
        "site": f"{article_id}.example",
        "language": "en",
        "published_at": NOON + timedelta(days=days),
        "fetched_at": NOON + timedelta(days=days, hours=1),
    }
    return fingerprint(article_id=article_id, text=text, **(fields | given))


@pytest.fixture(scope="session")
def story() -> Tell:
    return tell_story


@pytest.fixture(scope="session")
def document() -> Make:
    return make_fingerprint
