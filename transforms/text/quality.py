"""What is odd about an extraction: flags that are raised only where it is sure."""

from collections.abc import Iterator

from transforms.text.metadata import Metadata
from transforms.text.normal import fair_length

STUB_LETTERS = 1_000  # a page that says it is not free, with less than this, shows the teaser only

TRUNCATED_PAGE = "truncated_page"  # the page was cut at the byte limit before it was parsed
BROKEN_CHARACTERS = "broken_characters"  # the text holds U+FFFD: the bytes were damaged before we had them
PAYWALL_STUB = "paywall_stub"  # only the free beginning of an article that is not free
GALLERY = "gallery"  # many pictures with little text beside each
LIVE_BLOG = "live_blog"  # many dated entries rather than one story


def quality_flags(
    blocks: tuple[str, ...], metadata: Metadata, *, truncated: bool, gallery: bool = False
) -> tuple[str, ...]:
    """Names of all that is odd, in a fixed order."""
    return tuple(_flags(blocks, metadata, truncated=truncated, gallery=gallery))


def _flags(blocks: tuple[str, ...], metadata: Metadata, *, truncated: bool, gallery: bool) -> Iterator[str]:
    if truncated:
        yield TRUNCATED_PAGE
    if any("\ufffd" in block for block in blocks):
        yield BROKEN_CHARACTERS
    if metadata.paywalled and sum(map(fair_length, blocks)) < STUB_LETTERS:
        yield PAYWALL_STUB
    if gallery:
        yield GALLERY
    if metadata.live_blog:
        yield LIVE_BLOG
