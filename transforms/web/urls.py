"""URLs as links are made of them: one clean form to ask and cite, one key to compare by."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote_plus, urlsplit

import can_ada
import xxhash

from schemas.failures import Reason
from transforms.web.faults import Fault

MAX_URL = 8_192  # characters; common servers refuse longer request lines
MIN_SLUG = 8  # characters of the segment before /amp that make it an article and not a section

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
HOST_AND_PORT = re.compile(r"[A-Za-z0-9.-]+:\d+(?:[/?#]|$)")
AUTHORITY = re.compile(r"https?://(?![/\\])([^/?#]*)", re.IGNORECASE)
SCOPED_ADDRESS = re.compile(r"\[[0-9a-f:.]*%", re.IGNORECASE)
CONTROL_OR_SPACE = re.compile(r"[\x00-\x20\x7f]")
ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

AMP_CACHE = re.compile(
    r"https://(?:www\.google\.com/amp|[^/]+\.cdn\.ampproject\.org/(?:c|v|wp))/(s/)?([^/?#]+\.[^/?#]+/.*)"
)
AMP_VALUES = {"amp": {"", "1", "true"}, "outputtype": {"amp"}}
FOLDED_LABELS = {"www", "m", "mobile", "amp"}
GENERIC_SECOND_LEVELS = {"ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "or", "org"}


class BadUrl(Fault):
    """A URL that cannot or must not be asked."""


def canonicalize_url(url: str) -> str:
    """Give the form of a URL that is asked and cited; a canonical URL stays as it is.

    Goes: fragment, credentials, tracking parameters, AMP and redirect wrappers. Stays: case and order of
    everything else, since publishers tell articles apart by any of it. Raises BadUrl.
    """
    clean = clean_url(url)
    while (inner := _unwrapped(clean)) is not None:  # ends: what is inside is always shorter
        clean = inner
    clean = _without_tracking(clean)
    while (plain := _without_amp_path(clean)) is not None:
        clean = plain
    return clean


def clean_url(url: str, base: str | None = None) -> str:
    """Read a URL as browsers do, without fragment and credentials; `base` is where a redirect comes from.

    A redirect may be relative and may hold spaces, as servers send them; an input may not. Raises BadUrl.
    """
    if len(url) > MAX_URL:
        raise BadUrl(Reason.BAD_URL, f"the URL has {len(url)} characters, {MAX_URL} are allowed")
    if base is None:
        _refuse_odd_input(url := url.strip(" \t\r\n\f"))
    try:
        parsed = can_ada.parse(url) if base is None else can_ada.parse(base) + url
    except (ValueError, TypeError):
        raise BadUrl(Reason.BAD_URL, "the URL does not parse") from None  # its message may hold credentials
    if parsed.protocol not in ("http:", "https:"):
        raise BadUrl(Reason.BAD_SCHEME, f"only http and https are read, not {parsed.protocol[:-1][:40]}")
    parsed.hash = parsed.username = parsed.password = ""
    return str(parsed.href)


def url_key(canonical: str) -> str:
    """Hash what a canonical URL points at: 32 hex digits, equal for http and https, www and mobile hosts.

    The folded form is for comparison only and is never asked.
    """
    parts = urlsplit(canonical)
    path = _without_amp_folder(_normal_escapes(parts.path).removesuffix("/index.html").rstrip("/"))
    fields = sorted(_normal_escapes(each.replace("+", "%20")) for each in parts.query.split("&") if each)
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    folded = f"{fold_host(parts.hostname or '')}{port}{path}?{'&'.join(fields)}"
    return xxhash.xxh3_128_hexdigest(folded.encode())


def host_of(url: str) -> str:
    """Name the host that a URL asks: `example.com`, with the port where it is not the scheme's own.

    This is the key by which hosts have one owner, so http and https of a name are one host and
    `example.com:8080` is another. Raises BadUrl.
    """
    return str(can_ada.parse(clean_url(url)).host)


def origin_of(url: str) -> str:
    """Scheme, name and port of a clean URL, as `https://example.com`: what a robots.txt speaks for."""
    return str(can_ada.parse(url).origin)


def same_site(a: str, b: str) -> bool:
    """Tell whether two URLs belong to one site: equal hosts after folding, or one above the other.

    A guard keeps apart what only shares a public suffix (`co.uk`) or a hosting name (`github.io`).
    """
    one, other = (fold_host(urlsplit(clean_url(each)).hostname or "") for each in (a, b))
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return longer.endswith(f".{shorter}") and not _is_shared_suffix(shorter)


def fold_host(host: str) -> str:
    """Take www and mobile labels off a host name, never so far that only a public suffix is left."""
    labels = host.rstrip(".").split(".")
    while labels[0] in FOLDED_LABELS and not _is_shared_suffix(".".join(labels[1:])):
        labels = labels[1:]
    if len(labels) > 3 and labels[1] == "m":  # en.m.wikipedia.org
        labels = [labels[0], *labels[2:]]
    return ".".join(labels)


def _refuse_odd_input(url: str) -> None:
    """Refuse what the URL standard would mend, because the mended URL is not what stands there."""
    if not SCHEME.match(url) or HOST_AND_PORT.match(url):
        raise BadUrl(Reason.BAD_URL, "the URL has no scheme")
    if CONTROL_OR_SPACE.search(url):
        raise BadUrl(Reason.BAD_URL, "the URL holds a space or a control character")
    if not url.lower().startswith(("http:", "https:")):
        raise BadUrl(Reason.BAD_SCHEME, f"only http and https are read, not {url.partition(':')[0][:40]}")
    authority = AUTHORITY.match(url)
    if authority is None or "\\" in authority[1]:
        raise BadUrl(Reason.BAD_URL, "the URL has no plain host after its scheme")
    if SCOPED_ADDRESS.search(authority[1]):
        raise BadUrl(Reason.BLOCKED_ADDRESS, "an address with a scope is local to this machine")


def _unwrapped(url: str) -> str | None:
    """The address inside an AMP cache's or a redirect service's URL, where there is one."""
    cached = AMP_CACHE.fullmatch(url)
    inner = f"http{'s' if cached[1] else ''}://{cached[2]}" if cached else _forwarded(url)
    if inner is None or not inner.lower().startswith(("http://", "https://")):
        return None
    try:
        return clean_url(inner)
    except BadUrl:
        return None


def _forwarded(url: str) -> str | None:
    host, _, path = url.partition("://")[2].partition("/")
    path, _, query = path.partition("?")
    if not query:
        return None
    names = {name for name, known in _wrapper(fold_host(host)) if known in ("*", f"/{path}")}
    return next((value for name, value in parse_qsl(query) if name in names), None) if names else None


def _wrapper(host: str) -> tuple[tuple[str, str], ...]:
    """What is known of a host or of the nearest host above it."""
    known = _wrappers()
    while "." in host:
        name, _, above = host.partition(".")
        if found := known.get(host) or (_is_of_a_country(above) and known.get(f"{name}.*")):
            return found
        host = above
    return ()


def _without_tracking(url: str) -> str:
    address, mark, query = url.partition("?")
    if not mark:
        return url
    kept = [field for field in query.split("&") if not _is_tracking(field)]
    return f"{address}?{'&'.join(kept)}" if any(kept) else address


def _is_tracking(field: str) -> bool:
    name, _, value = field.partition("=")
    name = unquote_plus(name).lower()
    exact, prefixes = _tracking()
    return name in exact or name.startswith(prefixes) or value.lower() in AMP_VALUES.get(name, ())


def _without_amp_path(url: str) -> str | None:
    """An article's own address out of /some-story/amp, /some-story.amp or /some-story.amp.html."""
    address, mark, query = url.partition("?")
    whole, _, last = address.rstrip("/").rpartition("/")
    slug = whole.rpartition("/")[2]
    if last == "amp" and _is_slug(slug):
        return f"{whole}/{mark}{query}"
    for ending, plain in ((".amp.html", ".html"), (".amp", "")):
        if last.endswith(ending) and _is_slug(last.removesuffix(ending)):
            return f"{whole}/{last.removesuffix(ending)}{plain}{mark}{query}"
    return None


def _without_amp_folder(path: str) -> str:
    """For the key only: not every site that has /amp/some-story answers at /some-story."""
    return path.removeprefix("/amp") if path.startswith("/amp/") and _is_slug(path.rpartition("/")[2]) else path


def _is_slug(segment: str) -> bool:
    return len(segment) >= MIN_SLUG and ("-" in segment or any(each.isdigit() for each in segment))


def _normal_escapes(text: str) -> str:
    """Spell percent escapes one way: plain where no escape is needed, capitals elsewhere."""

    def normal(escape: re.Match[str]) -> str:
        character = chr(int(escape[1], 16))
        return character if character in UNRESERVED else escape[0].upper()

    return ESCAPE.sub(normal, text) if "%" in text else text


def _is_shared_suffix(host: str) -> bool:
    return "." not in host or host in _shared_suffixes() or _is_of_a_country(host)


def _is_of_a_country(suffix: str) -> bool:
    """`de`, `co.uk`"""
    second, _, country = suffix.rpartition(".")
    return len(country) == 2 and (not second or second in GENERIC_SECOND_LEVELS)


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    rows = _rows("tracking.tsv")
    exact = frozenset(name for match, name, _ in rows if match == "exact")
    return exact, tuple(name for match, name, _ in rows if match == "prefix")


@cache
def _wrappers() -> dict[str, tuple[tuple[str, str], ...]]:
    """Parameters and paths of redirect services, by folded host."""
    wrappers: dict[str, tuple[tuple[str, str], ...]] = {}
    for host, path, parameter in _rows("wrappers.tsv"):
        wrappers[host] = (*wrappers.get(host, ()), (parameter, path))
    return wrappers


@cache
def _shared_suffixes() -> frozenset[str]:
    return frozenset(row[0] for row in _rows("shared_suffixes.tsv"))


def _rows(name: str) -> list[list[str]]:
    """Rows of a data file beside this one, without its comments and its line of names."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
