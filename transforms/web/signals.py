"""What publishers say of the use of a page: X-Robots-Tag, meta robots, and reservations of text and data mining."""

import re
from collections.abc import Iterator
from html import unescape

from schemas.pages import Signals
from transforms.web.robots import PRODUCT_TOKEN

HEAD_BYTES = 131_072  # of a page, in which its meta elements stand; real heads with inline scripts reach 100 kB
MAX_VALUE = 500  # characters that are kept of what a publisher says
META = re.compile(rb"<meta\s[^<>]{1,2000}>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([A-Za-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
OPT_OUTS = frozenset({"noai", "noml"})  # words against the training of models; noimageai speaks of pictures only
AGENT = re.compile(r"\s*([A-Za-z][A-Za-z_-]*)\s*:")
VALUED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})


def read_signals(
    body: bytes, *, robots_tag: str | None, tdm_reservation: str | None = None, tdm_policy: str | None = None
) -> Signals:
    """Signals of a page, from its headers and the meta elements of its head; a header goes before a meta element."""
    meta = _meta(body)
    reserved = _reserved(tdm_reservation or meta.get("tdm-reservation"))
    robots_meta = ", ".join(meta[name] for name in ("robots", PRODUCT_TOKEN) if name in meta)
    words = {*_for_us(robots_tag or ""), *_for_us(robots_meta)}
    return Signals(
        robots_tag=_shown(robots_tag),
        robots_meta=_shown(robots_meta),
        tdm_reservation=reserved,
        tdm_policy=_shown(tdm_policy or meta.get("tdm-policy")),
        noai=True if words & OPT_OUTS or reserved else reserved,
    )


def _meta(body: bytes) -> dict[str, str]:
    """Contents of the meta elements by name, the first of each; of UTF-16 every other byte is zero."""
    found: dict[str, str] = {}
    head = body[:HEAD_BYTES]
    for tag in META.finditer(head.replace(b"\0", b"") if b"\0" in head else head):
        fields = {name.lower(): a or b or c for name, a, b, c in ATTRIBUTE.findall(tag[0].decode("latin-1"))}
        if "name" in fields and "content" in fields:
            found.setdefault(fields["name"].strip().lower(), unescape(fields["content"]).strip())
    return found


def _for_us(said: str) -> Iterator[str]:
    """Words that hold for everybody or for us; `otherbot: noai` holds, with what follows it, for another."""
    ours = True
    for part in said.lower().split(","):
        agent = AGENT.match(part)
        if agent and agent[1] not in VALUED:
            ours = agent[1] == PRODUCT_TOKEN
            part = part[agent.end() :]  # noqa: PLW2901  # the word after the name
        if ours:
            yield part.strip()


def _reserved(said: str | None) -> bool | None:
    """1 reserves and 0 does not; anything else says nothing."""
    return {"1": True, "0": False}.get((said or "").strip())


def _shown(said: str | None) -> str | None:
    return " ".join((said or "").split())[:MAX_VALUE] or None
