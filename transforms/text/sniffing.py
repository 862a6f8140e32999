"""Whether bytes are HTML at all, by what they are and not by what they are called."""

import re

# First bytes of what servers send as text/html by mistake; from the WHATWG MIME Sniffing Standard and file(1).
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "a PDF"),
    (0, b"%!PS-Adobe-", "PostScript"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"\x89PNG\r\n", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF8", "a GIF image"),
    (0, b"RIFF", "a RIFF file (WebP, WAV or AVI)"),
    (0, b"BM\x00", "a BMP image"),
    (0, b"\x00\x00\x01\x00", "an icon"),
    (4, b"ftyp", "an MP4 or HEIF file"),
    (0, b"\x1aE\xdf\xa3", "a Matroska or WebM file"),
    (0, b"ID3", "an MP3 file"),
    (0, b"OggS", "an Ogg file"),
    (0, b"fLaC", "a FLAC file"),
    (0, b"PK\x03\x04", "a ZIP archive or office document"),
    (0, b"PK\x05\x06", "an empty ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (0, b"7z\xbc\xaf", "a 7-Zip archive"),
    (0, b"Rar!", "a RAR archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"\xd0\xcf\x11\xe0", "an old office document"),
    (0, b"wOF", "a web font"),
    (0, b"\x7fELF", "a program"),
    (0, b"\x00asm", "a WebAssembly module"),
)
SNIFFED = 4_096  # bytes: enough for comments and blank lines before the first tag
CONTROLS = bytes({*range(0x20)} - set(b"\t\n\v\f\r\x1b"))  # the binary data bytes of the WHATWG standard, ESC apart
MAX_CONTROLS = 0.02  # of the first bytes; text has none, but a stray NUL or two occurs
TAG = re.compile(rb"<(?:!doctype|!--|/?[a-z])", re.IGNORECASE)
FEED = re.compile(rb"<(rss|feed|rdf:rdf|urlset|sitemapindex)[\s>]", re.IGNORECASE)
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
NOT_PAGES = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/json")
UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


def not_html(body: bytes, content_type: str | None) -> str | None:
    """What the bytes are instead of HTML, in words; None where they may be a page."""
    if found := _by_signature(body):
        return found
    start = body[:SNIFFED]
    if start.startswith(UTF16):
        return None
    if len(start) - len(start.translate(None, CONTROLS)) > MAX_CONTROLS * len(start):
        return "binary data"
    if not TAG.search(start):
        return _without_tags(body, content_type)
    feed = None if HTML.search(start) else FEED.search(start)
    return f"a feed or sitemap (<{feed[1].decode()}>)" if feed else None


def _by_signature(body: bytes) -> str | None:
    return next((name for at, mark, name in SIGNATURES if body.startswith(mark, at)), None)


def _without_tags(body: bytes, content_type: str | None) -> str | None:
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind.startswith(NOT_PAGES):
        return kind
    return None if TAG.search(body) else "text without any markup"
