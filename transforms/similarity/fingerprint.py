"""What is kept of a text so that its copies can be found: four bytes a hash, half a kilobyte for a short item."""

from datetime import datetime

import numpy as np
from xxhash import xxh3_64_intdigest

from schemas.fingerprints import Fingerprint
from transforms.similarity.shingles import (
    Hashes,
    among,
    distinct,
    is_unspaced,
    ngram_hashes,
    numbers,
    tokens,
    word_hashes,
)

KEY_WORDS, SAMPLE_WORDS = 8, 3  # FACTS: recall .91 of true pairs at two shared keys of 8 words; judged on 3-grams
KEY_RATE, LEAD_KEY_RATE = 3, 2  # 1 in 8, of the lead 1 in 4
MIN_KEYS = 8
SAMPLE_RATE = 2  # 1 in 4
WHOLE_SHINGLES = 120  # texts up to here keep all of their 3-grams: a sample of a short item judges nothing
MOST_NUMBERS = 256  # the smallest hashes; a table of more is compared by a part of it
LEAD, DENSE_LEAD = 300, 120  # characters: some fifty words, which a reporter writes anew for each story
LONG_SHINGLES = 2_048  # from here the rates halve with each doubling, so that no text has more than about 6 kB
HALF = np.uint64(32)  # bits are kept, the upper ones; of 12 million keys of some days one in 40 meets another by chance


def fingerprint(  # noqa: PLR0913  # the fields of the record, each named by the caller
    *,
    article_id: str,
    url_key: str | None,
    guid_key: str | None,
    content_hash: str,
    site: str | None,
    language: str | None,
    published_at: datetime | None,
    fetched_at: datetime,
    text: str,
    wire_agency: str | None = None,
) -> Fingerprint:
    """Sketch a text. Both samples are the smallest hashes, so the sparser of two is a prefix of the denser."""
    words, lead = word_hashes(tokens(text)), word_hashes(tokens(_lead(text)))
    keys = ngram_hashes(words, KEY_WORDS)
    sample = ngram_hashes(words, SAMPLE_WORDS)
    sample = halved(sample[: _below(sample, sample_rate(len(keys)))])
    return Fingerprint(
        article_id=article_id,
        url_key=url_key,
        guid_key=guid_key,
        content_hash=content_hash,
        site=site,
        language=language,
        published_at=published_at,
        fetched_at=fetched_at,
        shingles=len(keys),
        keys=pack(halved(_keys(keys, ngram_hashes(lead, KEY_WORDS)))),
        sample=pack(sample),
        lead=among(sample, halved(ngram_hashes(lead, SAMPLE_WORDS))).tobytes(),
        numbers=pack(halved(distinct(word_hashes(numbers(text))))[:MOST_NUMBERS]),
        wire_agency=wire_agency,
        exact=exact_keys(article_id, url_key, guid_key, content_hash),
    )


def exact_keys(*keys: str | None) -> bytes:
    """Keys by which any text of the past may be the same, at 8 bytes each, 0 for one that is absent."""
    return np.array([xxh3_64_intdigest(key.encode()) if key else 0 for key in keys], dtype="<u8").tobytes()


def key_rate(shingles: int) -> int:
    """Keys of a text with so many 8-grams are its hashes below 2^32 / 2^rate."""
    return KEY_RATE + _excess(shingles)


def sample_rate(shingles: int) -> int:
    """The same for its sample."""
    return 0 if shingles <= WHOLE_SHINGLES else SAMPLE_RATE + _excess(shingles)


def halved(hashes: Hashes) -> Hashes:
    """The upper halves of sorted hashes, each once: the smallest stay the smallest."""
    return distinct(hashes >> HALF)


def pack(hashes: Hashes) -> bytes:
    return hashes.astype("<u4").tobytes()


def unpack(packed: bytes) -> Hashes:
    return np.frombuffer(packed, dtype="<u4").astype(np.uint64)


def _lead(text: str) -> str:
    """The beginning of a text; of scripts without spaces a shorter one says as much."""
    return text[: DENSE_LEAD if is_unspaced(text[:LEAD]) else LEAD]


def _keys(shingles: Hashes, lead: Hashes) -> Hashes:
    """A sample of all, and a denser one of the lead: a reprint of two sentences is found by it."""
    spread = shingles[: max(MIN_KEYS, _below(shingles, key_rate(len(shingles))))]
    return distinct(np.concatenate((spread, lead[: _below(lead, LEAD_KEY_RATE)])))


def _excess(shingles: int) -> int:
    return max(0, shingles - 1).bit_length() - (LONG_SHINGLES - 1).bit_length() if shingles > LONG_SHINGLES else 0


def _below(hashes: Hashes, rate: int) -> int:
    return int(np.searchsorted(hashes, np.uint64(1 << (64 - rate)))) if rate else len(hashes)
