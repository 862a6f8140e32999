"""A page as an article: text in blocks and metadata, or why it is none. Loads trafilatura: for the sandbox."""

from dataclasses import dataclass, fields, replace
from itertools import islice

import numpy as np

from schemas.failures import Reason
from schemas.pages import Extraction
from schemas.policies import ExtractPolicy
from schemas.version import PIPELINE_VERSION
from transforms.text.block_features import PageFacts, describe
from transforms.text.block_model import Forest, shipped_forest
from transforms.text.blocks import AROUND_BITS, Block, read_blocks
from transforms.text.caps import cap_tags
from transforms.text.charsets import decode_html
from transforms.text.kinds import is_gallery, says_paywall, why_no_article
from transforms.text.languages import detect_language
from transforms.text.metadata import Metadata, read_metadata, with_signature
from transforms.text.mojibake import mended
from transforms.text.normal import fair_length
from transforms.text.quality import quality_flags
from transforms.text.rejections import Rejection
from transforms.text.second_reading import TRAFILATURA, read_again
from transforms.text.sniffing import not_html
from transforms.text.trees import Element, parse_page, text_of
from transforms.text.trimming import MIN_LINK, link_texts, trim_blocks

FOREST = f"newsbeam {PIPELINE_VERSION} blocks"
DOUBT_FROM, DOUBT_TO = 0.12, 0.75  # probabilities that say little
MAX_DOUBT = 0.5  # letters in doubt for each letter taken: beyond it trafilatura reads one page in sixteen, and better
MIN_FOUND = 250  # letters; less is no article, or one that the forest did not see
IN_ARTICLE = AROUND_BITS["article"] | AROUND_BITS["blockquote"]
SUBHEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))  # their links are often anchors
MAX_READ_AGAIN = 20_000  # elements; trafilatura takes minutes for a page of 150,000, and news pages have 2,000
MAX_FALLBACKS = 20  # noscript elements that are read; a shell has one or two
MUCH_MORE = 4  # times the letters that trafilatura finds: then it has missed the article
READ_FACTOR = 4  # of the page limit is decoded, so that one giant tag can be cut out before the limit is applied
METADATA_ONLY = {
    "claimed_language",
    "live_blog",
    "headings",
    "body",
}  # fields of Metadata that do not go into an Extraction as they are


def extract_page(
    body: bytes, content_type: str | None, url: str | None, policy: ExtractPolicy, forest: Forest | None = None
) -> Extraction | Rejection:
    """The article of a page, or why there is none. The same bytes give the same answer; nothing is remembered.

    `forest` stands in for the shipped one where that has learned from this very page.
    """
    if not body.strip():
        return Rejection(reason=Reason.EMPTY_BODY, detail=f"{len(body)} bytes, and nothing in them")
    if kind := not_html(body, content_type):
        return Rejection(reason=Reason.UNSUPPORTED_TYPE, detail=f"the page is {kind}, not HTML")
    text = decode_html(body[: READ_FACTOR * policy.max_page_bytes], content_type)
    html = cap_tags(text.encode("utf-8", "replace"))
    tree = parse_page(html[: policy.max_page_bytes])
    if tree is None:
        return Rejection(reason=Reason.NO_TEXT, detail=f"no elements in {len(body):,} bytes")
    blocks = read_blocks(tree)
    metadata = read_metadata(tree, blocks, url)
    try:
        chosen = choose_text(tree, blocks, metadata, url, forest or shipped_forest())
    except RecursionError:  # trafilatura descends by recursion, and the parser lets 2,048 levels through
        return Rejection(reason=Reason.NO_TEXT, detail="elements are nested too deeply to find text in them")
    metadata = with_signature(metadata, chosen.lines, blocks, url)
    headlines = (metadata.title or "", *metadata.headings)
    lines = tuple(map(mended, trim_blocks(chosen.lines, headlines, metadata.authors, chosen.links)))
    fallback = " ".join(map(text_of, islice(tree.iter("noscript"), MAX_FALLBACKS)))
    if problem := why_no_article(blocks, metadata, lines, url, fallback) or _too_little(lines, policy):
        return problem
    metadata = replace(metadata, paywalled=metadata.paywalled or says_paywall(blocks, lines) or metadata.paywalled)
    flags = quality_flags(lines, metadata, truncated=len(html) > policy.max_page_bytes, gallery=is_gallery(tree, lines))
    return _extraction(lines, metadata, chosen.extractor, flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The text of an article, line by line, what found it, and which lines are nothing but links to other pages."""

    lines: tuple[str, ...]
    links: frozenset[str]
    extractor: str


def choose_text(tree: Element, blocks: list[Block], metadata: Metadata, url: str | None, forest: Forest) -> Chosen:
    """What the forest takes for the article; trafilatura's reading where the forest is in doubt, or finds little."""
    odds = forest.probabilities(describe(blocks, facts_of(metadata)))
    letters = np.array([block.letters for block in blocks], float)
    taken = (odds >= forest.taken) & ~np.array([_is_below(block) for block in blocks], bool)
    found, doubtful = letters[taken].sum(), letters[(odds > DOUBT_FROM) & (odds < DOUBT_TO)].sum()
    ours = _of_forest([block for block, take in zip(blocks, taken, strict=True) if take])
    if (found >= MIN_FOUND and doubtful <= MAX_DOUBT * found) or _is_giant(tree):
        return ours
    others = read_again(tree)
    if found > sum(map(fair_length, others)) * MUCH_MORE:
        return ours
    return Chosen(lines=others, links=frozenset(link_texts(others, tree, url)), extractor=TRAFILATURA)


def _is_below(block: Block) -> bool:
    """Whether it stands in the footer of the page; that of an article may hold its last lines."""
    return bool(block.box.around & AROUND_BITS["footer"]) and not block.box.around & IN_ARTICLE


def _is_giant(tree: Element) -> bool:
    return next(islice(tree.iter(), MAX_READ_AGAIN, None), None) is not None


def _of_forest(blocks: list[Block]) -> Chosen:
    links = (block.text for block in blocks if block.linked >= block.letters and block.box.tag not in SUBHEADINGS)
    return Chosen(
        lines=tuple(block.text for block in blocks),
        links=frozenset(text for text in links if len(text) >= MIN_LINK),
        extractor=FOREST,
    )


def facts_of(metadata: Metadata) -> PageFacts:
    """What the forest is told of the metadata."""
    return PageFacts(
        title=metadata.title,
        headings=metadata.headings,
        description=metadata.description,
        authors=metadata.authors,
        body=metadata.body,
    )


def _too_little(blocks: tuple[str, ...], policy: ExtractPolicy) -> Rejection | None:
    length = sum(map(fair_length, blocks))
    if not blocks:
        return Rejection(reason=Reason.NO_TEXT, detail="the page has elements, but no article text was found in them")
    if length < policy.min_chars:
        detail = f"{length} characters of text where {policy.min_chars} are asked for"
        return Rejection(reason=Reason.TOO_SHORT, detail=detail)
    return None


def _extraction(blocks: tuple[str, ...], metadata: Metadata, extractor: str, flags: tuple[str, ...]) -> Extraction:
    language = detect_language("\n".join(blocks), metadata.claimed_language)
    values = {each.name: getattr(metadata, each.name) for each in fields(metadata) if each.name not in METADATA_ONLY}
    return Extraction(
        blocks=blocks,
        language=language.code,
        language_confidence=language.confidence,
        quality=flags,
        extractor=extractor,
        **values,
    )
