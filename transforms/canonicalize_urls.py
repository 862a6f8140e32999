"""CanonicalizeUrls and RefuseBadUrls: every link gets the URL to cite and the key to compare."""

from dataclasses import dataclass, replace

import apache_beam as beam
import xxhash
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.failures import Failure, Stage
from schemas.links import Link, LinkKind
from transforms.outcomes import Attempt
from transforms.web.masking import without_credentials, without_userinfo
from transforms.web.urls import BadUrl, canonicalize_url, url_key


@dataclass
class CanonicalizeUrls(beam.PTransform):
    """Links with `url_key` and, where there is one, `canonical_url`."""

    def expand(self, links: beam.PCollection) -> beam.PCollection:
        return links | beam.Map(canonicalize_link)


@dataclass
class RefuseBadUrls(beam.PTransform):
    """Fail links without a canonical URL. Comes after DropSeenLinks, so that it is told once and not each run."""

    ledger: ErrorHandler

    def expand(self, links: beam.PCollection) -> beam.PCollection:
        return links | Attempt(refuse_bad_url, Stage.CANONICALIZE, self.ledger)


def canonicalize_link(link: Link) -> Link:
    """A link with its canonical URL. A file has none and is known by its path; a bad URL by its spelling.

    From here on no link holds a user and password: they are never sent, and so never written.
    """
    if link.kind is LinkKind.FILE:
        return replace(link, url_key=_key(f"file:{link.path}"))
    link = replace(link, url=without_userinfo(link.url))
    try:
        canonical = canonicalize_url(link.url)
    except BadUrl:
        return replace(link, url_key=_key(f"bad:{link.url}"))
    return replace(link, canonical_url=canonical, url_key=url_key(canonical))


def refuse_bad_url(link: Link) -> Link | Failure:
    """The link, or what is wrong with its URL."""
    if link.kind is LinkKind.FILE or link.canonical_url:
        return link
    try:
        canonicalize_url(link.url)
    except BadUrl as bad:
        url = without_credentials(link.url)
        return Failure(url=url, stage=Stage.CANONICALIZE, reason=bad.reason, detail=bad.detail)
    return link


def _key(name: str) -> str:
    return xxhash.xxh3_128_hexdigest(name.encode("utf-8", "surrogatepass"))
