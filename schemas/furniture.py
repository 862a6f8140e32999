"""What the pages of a site have in common: hashes of blocks and how many stories they stood on. No text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteBlocks:
    """Blocks of the pages of one site in one staging file. Hashes are unsigned 64-bit integers, little-endian.

    The three arrays run side by side, one entry for each block of a page; a story is the hash of a page's title.
    """

    site: str
    blocks: bytes
    stories: bytes
    inner: bytes  # one byte each: 1 for a paragraph inside the text, 0 for what is short or stands at its ends
    titles: bytes  # of all the pages, long ones only


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFurniture:
    """What one run counted on one site, and what counts as furniture with all runs before it; a row of `furniture`.

    Counts of several runs add up. `version` is the hash of the furniture in force: rows of articles name it.
    """

    site: str
    stories: int  # that this run read for the first time
    blocks: bytes  # distinct hashes, sorted
    counts: bytes  # unsigned 32-bit: stories of this run that each of them stood on
    inner: bytes  # unsigned 32-bit: on how many of them it was a paragraph inside the text
    furniture: bytes  # hashes in force, sorted
    version: str | None  # 16 hex digits; None where the site has no furniture
    run_id: str = ""
