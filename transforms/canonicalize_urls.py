"""CanonicalizeUrls: every link gets the URL to cite and the key to compare."""

from dataclasses import dataclass, replace

import apache_beam as beam
import xxhash
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.failures import Failure, Stage
from schemas.links import Link, LinkKind
from transforms.outcomes import Attempt
from transforms.web.masking import without_credentials
from transforms.web.urls import BadUrl, canonicalize_url, url_key


@dataclass
class CanonicalizeUrls(beam.PTransform):
    """Links with `canonical_url` and `url_key`; those whose URL cannot be parsed fail."""

    ledger: ErrorHandler

    def expand(self, links: beam.PCollection) -> beam.PCollection:
        return links | Attempt(canonicalize_link, Stage.CANONICALIZE, self.ledger)


def canonicalize_link(link: Link) -> Link | Failure:
    """A link with its canonical URL. A file has none, and is known by its path."""
    if link.kind is LinkKind.FILE:
        return replace(link, url_key=xxhash.xxh3_128_hexdigest(f"file:{link.path}".encode()))
    try:
        canonical = canonicalize_url(link.url)
    except BadUrl as bad:
        return Failure(
            url=without_credentials(link.url), stage=Stage.CANONICALIZE, reason=bad.reason, detail=bad.detail
        )
    return replace(link, canonical_url=canonical, url_key=url_key(canonical))
