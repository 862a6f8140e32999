"""Blocks that belong to the page and not to the story: the headline once more, the byline, links to other stories."""

from collections.abc import Iterable, Sequence, Set

from transforms.text.canonical import urljoin_safely
from transforms.text.names import BY
from transforms.text.normal import clean_line, normalize
from transforms.text.trees import Element, text_of

HEAD_BLOCKS = 3  # the headline is repeated there, after a kicker or a date line
BYLINE_BLOCKS = 5
SIGNATURE_BLOCKS = 2  # at the end, where some sites put the author
MAX_KICKER = 40  # letters of the kicker that may stand before the headline in one block
MIN_HEADLINE = 15  # letters; a shorter headline may end a sentence by chance
MIN_LINK = 15  # letters of a link in the text; a shorter one may be a name that stands alone in a list or table
AROUND = ("nav", "footer")  # links here belong to the site, however short


def trim_blocks(
    blocks: Sequence[str], headlines: Iterable[str], authors: Sequence[str], links: Set[str]
) -> tuple[str, ...]:
    """Blocks without repeated headline, byline, and those among `links`."""
    known = {letters for text in headlines if (letters := _letters(text))}
    names = {normalize(name) for name in authors}
    last = len(blocks) - SIGNATURE_BLOCKS
    return tuple(
        block
        for place, block in enumerate(blocks)
        if not (place < HEAD_BLOCKS and _is_headline(block, known))
        and block not in links
        and not ((place < BYLINE_BLOCKS or place >= last) and normalize(BY.sub("", block)) in names)
    )


def link_texts(blocks: Sequence[str], tree: Element, url: str | None) -> set[str]:
    """Blocks that are the text of a link that leaves the page; links inside it lead to its own subheadings."""
    candidates = set(blocks)
    return {
        text
        for each in tree.iter("a")
        if (text := clean_line(text_of(each))) in candidates
        and (len(text) >= MIN_LINK or next(each.iterancestors(*AROUND), None) is not None)
        and _leaves_page(each.get("href") or "", url)
    }


def _is_headline(block: str, headlines: set[str]) -> bool:
    letters = _letters(block)
    return letters in headlines or any(
        letters.endswith(each) and len(letters) - len(each) <= MAX_KICKER and len(each) >= MIN_HEADLINE
        for each in headlines
    )


def _letters(text: str) -> str:
    """Letters alone: kicker and headline are often glued together."""
    return normalize(text).replace(" ", "")


def _leaves_page(href: str, url: str | None) -> bool:
    target = urljoin_safely(url, href).partition("#")[0]
    return target not in ("", (url or "").partition("#")[0])
