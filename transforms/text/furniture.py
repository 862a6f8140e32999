"""Furniture of sites: blocks that stand on many pages of a site, counted as hashes, and taken out of texts."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_hexdigest, xxh3_64_intdigest

from schemas.furniture import SiteBlocks, SiteFurniture
from transforms.text.block_features import ends_sentence
from transforms.text.normal import fair_length, normalize

MIN_SITE = 8  # stories of a site before anything on it can be furniture: fewer say nothing about the rest
MIN_STORIES = 5  # that a block stands on; a refrain of a series, or the background of a few follow-ups, stays
EDGE_SHARE = 0.1  # of the site's stories, for what is short or stands at an end: a box of one author or section
INNER_SHARE = 0.3  # of them, for a paragraph inside the text, which may be background told again
INNER_LETTERS = 80  # from which a block that ends like a sentence is a paragraph
HEAD, TAIL = 1, 3  # blocks at the ends of a text, where boxes of the site are left over
MIN_TITLE = 20  # letters of a headline that is recognised as a link on other pages
MIN_LEFT = 120  # letters that must be left of a text: a page of nothing but furniture keeps it
HASH, COUNT = np.dtype("<u8"), np.dtype("<u4")
Hashes = NDArray[np.uint64]


def key_of(text: str) -> int:
    return xxh3_64_intdigest(normalize(text).encode())


def read_site_blocks(site: str, pages: Iterable[tuple[str | None, Sequence[str]]]) -> SiteBlocks:
    """The blocks of pages that are read for the first time, given as title and blocks."""
    blocks: list[int] = []
    stories: list[int] = []
    inner: list[bool] = []
    titles: list[int] = []
    for title, texts in pages:
        story = key_of(title or " ".join(texts[:1]))
        titles += [story] if title and fair_length(title) >= MIN_TITLE else []
        for place, text in enumerate(texts):
            blocks.append(key_of(text))
            stories.append(story)
            inner.append(_is_inner(text, place, len(texts)))
    return SiteBlocks(
        site=site,
        blocks=np.array(blocks, HASH).tobytes(),
        stories=np.array(stories, HASH).tobytes(),
        inner=np.array(inner, np.uint8).tobytes(),
        titles=np.array(titles, HASH).tobytes(),
    )


def learn_site(site: str, parts: Iterable[SiteBlocks], known: Sequence[SiteFurniture], run_id: str) -> SiteFurniture:
    """The site's furniture, by what this run and all before it have counted; the order of the parts is no matter."""
    each = list(parts)
    blocks, stories = (_joined((getattr(part, name) for part in each), HASH) for name in ("blocks", "stories"))
    inner = _joined((part.inner for part in each), np.dtype(np.uint8))
    pairs, where = np.unique(np.stack([blocks, stories], axis=1), axis=0, return_inverse=True)
    is_inner = np.zeros(len(pairs), bool)
    is_inner[where.ravel()[inner > 0]] = True
    own, places, counts = np.unique(pairs[:, 0], return_inverse=True, return_counts=True)
    inner_counts = np.bincount(places, is_inner, minlength=len(own)).astype(np.int64)
    read = len(np.unique(stories))
    furniture = _in_force(own, counts, inner_counts, read, known, _links(pairs, each))
    return SiteFurniture(
        site=site,
        stories=read,
        blocks=own.astype(HASH).tobytes(),
        counts=counts.astype(COUNT).tobytes(),
        inner=inner_counts.astype(COUNT).tobytes(),
        furniture=furniture.astype(HASH).tobytes(),
        version=xxh3_64_hexdigest(furniture.astype(HASH).tobytes()) if len(furniture) else None,
        run_id=run_id,
    )


def furniture_places(blocks: Sequence[str], furniture: bytes) -> tuple[int, ...]:
    """Places of the blocks that are furniture; none where too little would be left."""
    known = _hash_set(furniture)
    places = tuple(place for place, text in enumerate(blocks) if key_of(text) in known)
    gone = set(places)
    left = sum(fair_length(text) for place, text in enumerate(blocks) if place not in gone)
    return places if left >= MIN_LEFT else ()


def without_places(blocks: tuple[str, ...], places: Sequence[int]) -> tuple[str, ...]:
    """The other blocks."""
    gone = frozenset(places)
    return tuple(text for place, text in enumerate(blocks) if place not in gone) if gone else blocks


def _in_force(
    own: Hashes,
    counts: NDArray[np.int64],
    inner: NDArray[np.int64],
    read: int,
    known: Sequence[SiteFurniture],
    links: Hashes,
) -> Hashes:
    stories = read + sum(each.stories for each in known)
    if stories < MIN_SITE:
        return np.zeros(0, HASH)
    hashes = np.concatenate([own, *(np.frombuffer(each.blocks, HASH) for each in known)])
    all_counts = np.concatenate([counts, *(np.frombuffer(each.counts, COUNT) for each in known)])
    all_inner = np.concatenate([inner, *(np.frombuffer(each.inner, COUNT) for each in known)])
    distinct, places = np.unique(hashes, return_inverse=True)
    total = np.bincount(places, all_counts, minlength=len(distinct))
    share = np.where(np.bincount(places, all_inner, minlength=len(distinct)) > total / 2, INNER_SHARE, EDGE_SHARE)
    recurring = distinct[(total >= MIN_STORIES) & (total >= share * stories)]
    return np.union1d(recurring, links)


def _links(pairs: Hashes, parts: Sequence[SiteBlocks]) -> Hashes:
    """Blocks that are the headline of another story of the run."""
    titles = _joined((part.titles for part in parts), HASH)
    foreign = pairs[pairs[:, 0] != pairs[:, 1]]
    return np.intersect1d(foreign[:, 0], titles)


def _is_inner(text: str, place: int, count: int) -> bool:
    return HEAD <= place < count - TAIL and fair_length(text) >= INNER_LETTERS and ends_sentence(text)


def _joined(arrays: Iterable[bytes], kind: "np.dtype[Any]") -> NDArray[Any]:
    return np.concatenate([np.zeros(0, kind), *(np.frombuffer(each, kind) for each in arrays)])


@lru_cache(maxsize=256)
def _hash_set(furniture: bytes) -> frozenset[int]:
    return frozenset(np.frombuffer(furniture, HASH).tolist())
