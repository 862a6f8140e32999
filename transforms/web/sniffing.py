"""What a body really is: the first bytes are believed before the header."""

GZIP = b"\x1f\x8b"
SNIFFED = 512  # bytes; the MIME sniffing standard reads 1,445, and no signature here needs so many
HTML_TYPES = frozenset({
    "text/html", "application/xhtml+xml", "text/plain", "text/xml", "application/xml", "application/html",
})  # fmt: skip
TEXT_MARKS = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")  # byte-order marks: text in a known encoding
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"RIFF", "an image, sound or video"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (GZIP, "a gzip archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"\x28\xb5\x2f\xfd", "an archive"),
    (b"ID3", "sound"),
    (b"OggS", "sound or video"),
    (b"fLaC", "sound"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"\x00\x00\x01\xba", "a video"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an office document"),
)


def binary_kind(body: bytes) -> str | None:
    """Name what a body is by its first bytes where it cannot be text; None where it can."""
    start = body[:SNIFFED]
    known = next((kind for signature, kind in SIGNATURES if start.startswith(signature)), None)
    if known is not None:
        return known
    if start[4:8] == b"ftyp":
        return "a video or image"
    return "binary data" if b"\x00" in start and not _is_wide_text(start) else None


def unlike_page(body: bytes, content_type: str | None) -> str | None:
    """Say what a body is where it is no HTML page; None where it may be one.

    Markup is a page whatever its header says; anything else that its header calls JSON, a script or a sheet is none.
    """
    kind = binary_kind(body)
    if kind is not None:
        return kind
    declared = (content_type or "").partition(";")[0].strip().lower()
    if not declared or declared in HTML_TYPES or _starts_with_markup(body):
        return None
    return f"declared as {declared[:60]}"


def _starts_with_markup(body: bytes) -> bool:
    start = body[:SNIFFED]
    for mark in TEXT_MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\x00", b"").lstrip().startswith(b"<")


def _is_wide_text(start: bytes) -> bool:
    """UTF-16 and UTF-32, marked or plain: every second byte of Western markup is zero."""
    return start.startswith(TEXT_MARKS[1:]) or start[:4] in (b"<\x00!\x00", b"<\x00h\x00", b"\x00<\x00!", b"\x00<\x00h")
