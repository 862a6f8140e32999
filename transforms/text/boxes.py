"""What publishers call the boxes of a page: one bit for each kind that the names of an element speak of."""

import re

# By class, id, itemprop, role and test names. A name may speak of several kinds; which of them counts is learned.
KINDS = {
    "body": (
        r"article_?-?_?(?:body|text|content)|(?:story|post|entry|content|page|detail|main)-?_?_?(?:body|text|content)|"
        r"rich-?text|body-?text|body-?copy|paragraph|prose|textblock"
    ),
    "story": r"article|story|post|entry|artikel|articulo|noticia|nachricht|haber|berita",
    "related": (
        r"relat|recommend|recirc|read-?more|more-?_?(?:news|stories|articles|on|from)|see-?also|also-?read|teaser|promo|"
        r"outbrain|taboola|similar|suggest|popular|trending|most-?(?:read|viewed)|next-?(?:article|story|up)|latest|"
        r"linkbox|link-?list|mehr|weiterlesen|lesen|onward|up-?next|card|tile|listing|carousel|swiper|slider"
    ),
    "caption": r"caption|credit|copyright|figure|image|photo|picture|bild|media|galler|foto|img|legend|slideshow",
    "author": r"author|autor|byline|by-line|writer|bio|redak|contributor|reporter|journalist|profile",
    "subscribe": (
        r"newsletter|subscri|sign-?up|register|paywall|premium|abo(?:nn|s?\b|-)|piano|donat|spende|support|regwall|"
        r"login|offer|membership|cta"
    ),
    "share": r"share|social|sharing|tool|print|bookmark|follow|whatsapp|facebook|telegram|push|app-",
    "comment": r"comment|disqus|kommentar|forum|discussion|reply|respond|feedback|rating|vote|reaction",
    "advert": (
        r"\bad[sv]?\b|ads?-|-ad\b|advert|sponsor|anzeige|banner|werbung|commercial|affiliate|"
        r"shop|product|deal|price"
    ),
    "site": (
        r"nav|menu|breadcrumb|footer|header|masthead|side-?bar|aside|cookie|consent|modal|popup|overlay|skip|search|"
        r"widget|rail|sticky|notice|disclaimer|gdpr|privacy"
    ),
    "tags": r"\btags?\b|tag-|-tags?|topic|keyword|label|categor|badge|themen|rubrik|channel|kicker|overline|eyebrow",
    "lead": (
        r"lead|lede|intro|standfirst|summary|excerpt|abstract|sub-?title|sub-?head|dek\b|deck|description|anriss|"
        r"vorspann|chapo|sumario|bajada|perex|ingress|sapo|strapline|synopsis"
    ),
    "headline": r"headline|heading|title|titel|titulo|titre|hed\b",
    "embed": r"embed|tweet|twitter|instagram|tiktok|youtube|video|audio|player|podcast|interactive|external",
    "date": r"date|time|published|updated|datum|meta|info\b|stand\b|reading",
    "box": r"box|fact|inset|highlight|bullet|key-?point|takeaway|timeline|glossar|explain|faq|toc|table-of",
    "quote": r"quote|zitat|cita\b",
    "live": r"live|ticker",
    "hidden": r"hidden|hide|sr-only|visually|screen-?reader|invisible|d-none|print-only",
}
BITS = {kind: 1 << place for place, kind in enumerate(KINDS)}
PATTERNS = tuple((BITS[kind], re.compile(pattern)) for kind, pattern in KINDS.items())


def kinds_of(names: str) -> int:
    """The bits of all kinds that the names, in small letters, speak of."""
    return sum(bit for bit, pattern in PATTERNS if pattern.search(names))
