"""The home country of a source: from the list of feeds, from what was learned of it, or from its top-level domain."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from schemas.homes import HomeCountry
from schemas.tags import EvidenceSource, Region, RegionKind, Role
from transforms.tagging.tables import rows

LEAST_ARTICLES = 20  # of a host that are about a country, before anything is learned of it
LEAST_SHARE = 0.6  # of them that are about one and the same


def home_country(host: str | None, listed: str | None, learned: Mapping[str, str]) -> str | None:
    """ISO 3166-1 alpha-2. What a person wrote into a list of feeds goes first."""
    if listed:
        return listed.upper()
    if not host:
        return None
    bare = host.lower().removeprefix("www.")
    return learned.get(bare) or _domains().get(bare.rpartition(".")[2])


def learn_homes(told: Iterable[tuple[str, str]], version: str) -> list[HomeCountry]:
    """Home countries of hosts, from pairs of host and the country that an article of it is about; hosts in order."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for host, country in told:
        counts[host.lower().removeprefix("www.")][country] += 1
    return [home for host in sorted(counts) if (home := _home(host, counts[host], version))]


def country_told(regions: Iterable[Region]) -> str | None:
    """The country that the words of an article are about; nothing where only its home country spoke."""
    for region in regions:
        if region.kind is RegionKind.COUNTRY and region.role is Role.ABOUT:
            words = [each for each in region.evidence if each.source is not EvidenceSource.HOME_COUNTRY]
            return region.code if words else None
    return None


def _home(host: str, counts: Counter[str], version: str) -> HomeCountry | None:
    total = counts.total()
    country, most = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
    if total < LEAST_ARTICLES or most < LEAST_SHARE * total:
        return None
    return HomeCountry(host=host, country=country, articles=total, share=round(most / total, 4), version=version)


@cache
def _domains() -> Mapping[str, str]:
    return {domain: country for country, domains in rows("domains.tsv", 2) for domain in domains.split("|")}
