"""From settled mentions to tags: weights, shares, roles."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.tags import Evidence, EvidenceSource, Organization, Region, RegionKind, Regions, Role
from transforms.tagging.gazetteer import Gazetteer, Kind, Place, Use
from transforms.tagging.mentions import Mention
from transforms.tagging.names import Names
from transforms.tagging.region_rules import is_located

MAX_EVIDENCE = 8
USE_WEIGHTS = {Use.NAME: 1.0, Use.DEMONYM: 0.8, Use.GOVERNMENT: 0.8, Use.PEOPLE: 0.3}
KIND_WEIGHTS = {Kind.COUNTRY: 1.0, Kind.SUBDIVISION: 0.8, Kind.CAPITAL: 0.8, Kind.CITY: 0.7, Kind.AREA: 0.6}
TITLE_WEIGHT = 2.5
LEAD_WEIGHT = 1.5
LEAD_CHARS = 300
FIRST_WEIGHT = 0.1  # for the country that is named first: of several that are named alike, a story is about that
DATELINE_WEIGHT = 0.6
HOME_WEIGHT = 0.8
HOME_ALONE = 0.5  # share from which a home country that no word names is told: little else is said
ABOUT_SHARE = 0.25
ABOUT_SHARE_IN_TITLE = 0.15
ABOUT_BELOW = 0.12  # share of all weight from which a subdivision of a country that it is about is a subject itself


KIND_OF = {
    Kind.COUNTRY: RegionKind.COUNTRY,
    Kind.SUBDIVISION: RegionKind.SUBDIVISION,
    Kind.CAPITAL: RegionKind.CITY,
    Kind.CITY: RegionKind.CITY,
    Kind.AREA: RegionKind.AREA,
}
KINDS = list(RegionKind)


@dataclass(slots=True)
class Tally:
    """What speaks for one region."""

    place: Place
    weight: float = 0.0
    mentions: list[Mention] = field(default_factory=list)
    home: bool = False

    def add(self, mention: Mention) -> None:
        self.weight += mention.weight
        self.mentions.append(mention)


def tally(mentions: Iterable[Mention], gazetteer: Gazetteer, names: Names) -> dict[str, Tally]:
    """Weights by code; a city votes for itself, its subdivision and its country, a subdivision for its country."""
    found: dict[str, Tally] = {}
    for mention in mentions:
        place = mention.sense.place if mention.sense else None
        if place is None or place.kind is Kind.ORGANIZATION:
            continue
        mention.weight = weigh(mention)
        for each in _voted(mention, place, gazetteer, names):
            if each.code not in found:
                found[each.code] = Tally(each)
            found[each.code].add(mention)
    _favour_first(found)
    return found


def _voted(mention: Mention, place: Place, gazetteer: Gazetteer, names: Names) -> tuple[Place, ...]:
    """A capital without a word of place before it is its government: it votes for the country alone."""
    voted = gazetteer.line(place)
    if place.kind is Kind.CAPITAL and not (mention.dateline or is_located(mention, names)):
        return voted[:1]
    return voted


def _favour_first(found: Mapping[str, Tally]) -> None:
    for each in found.values():
        if each.place.kind is Kind.COUNTRY and any(not mention.dateline for mention in each.mentions):
            each.weight += FIRST_WEIGHT
            return


def weigh(mention: Mention) -> float:
    sense = mention.sense
    if sense is None:
        return 0.0
    weight = USE_WEIGHTS[sense.use] * KIND_WEIGHTS[sense.place.kind] * mention.factor
    if mention.dateline:
        return weight * DATELINE_WEIGHT
    if mention.source is EvidenceSource.TITLE:
        return weight * TITLE_WEIGHT
    return weight * (LEAD_WEIGHT if mention.start < LEAD_CHARS else 1.0)


def add_home(found: dict[str, Tally], home: str | None, gazetteer: Gazetteer) -> None:
    """The country of the source, as a weak voice: it decides only where little else is said."""
    country = gazetteer.find(home) if home else None
    if country is not None and country.kind is Kind.COUNTRY:
        voice = found.setdefault(country.code, Tally(country))
        voice.weight += HOME_WEIGHT
        voice.home = True


def to_regions(found: Mapping[str, Tally], organizations: tuple[Organization, ...]) -> Regions:
    total = sum([each.weight for each in found.values() if each.place.kind is Kind.COUNTRY])
    scale = total or sum(each.weight for each in found.values())
    roles = _roles(found, scale)
    regions = [
        _region(each, roles[code], scale) for code, each in found.items() if each.mentions or roles[code] is Role.ABOUT
    ]
    regions.sort(key=_strongest_first)
    country = _primary(regions)
    return Regions(
        regions=tuple(regions),
        organizations=organizations,
        primary_region=country,
        primary_subdivision=next(
            (each.code for each in regions if each.role is Role.ABOUT and each.code.startswith(f"{country}-")), None
        ),
    )


def _strongest_first(region: Region) -> tuple[float, int, str]:
    return -region.score, KINDS.index(region.kind), region.code


def _roles(found: Mapping[str, Tally], scale: float) -> dict[str, Role]:
    roles: dict[str, Role] = {}
    for code, each in found.items():
        if each.place.kind in {Kind.COUNTRY, Kind.AREA}:
            roles[code] = _country_role(each, each.weight / scale if scale else 0.0)
    for code, each in found.items():
        if code not in roles:
            roles[code] = _lower_role(each, each.weight / scale if scale else 0.0, roles[each.place.country])
    return roles


def _country_role(each: Tally, share: float) -> Role:
    spoken = [mention for mention in each.mentions if not mention.dateline]
    if not each.mentions:
        return Role.ABOUT if share >= HOME_ALONE else Role.MENTIONED
    if not spoken:
        return Role.DATELINE
    if all(mention.listed or mention.learning for mention in spoken):
        return Role.MENTIONED
    titled = any(mention.source is EvidenceSource.TITLE for mention in spoken)
    return Role.ABOUT if share >= (ABOUT_SHARE_IN_TITLE if titled else ABOUT_SHARE) else Role.MENTIONED


def _lower_role(each: Tally, share: float, country: Role) -> Role:
    spoken = [mention for mention in each.mentions if not mention.dateline]
    if not spoken:
        return Role.DATELINE
    if country is not Role.ABOUT or share < ABOUT_BELOW or all(mention.listed for mention in spoken):
        return Role.MENTIONED
    return Role.ABOUT


def _primary(regions: Sequence[Region]) -> str | None:
    """The strongest country that it is about; where it is about none, the country of the dateline."""
    for role in (Role.ABOUT, Role.DATELINE):
        for region in regions:
            if region.kind is RegionKind.COUNTRY and region.role is role:
                return region.code
    return None


def _region(each: Tally, role: Role, total: float) -> Region:
    evidence = evidence_of(each.mentions)
    if each.home:
        evidence = (*evidence[: MAX_EVIDENCE - 1], Evidence(source=EvidenceSource.HOME_COUNTRY, quote=each.place.code))
    score = min(1.0, each.weight / total) if total else 0.0
    return Region(
        code=each.place.public_code,
        name=each.place.name,
        role=role,
        score=round(score, 4),
        evidence=evidence,
        kind=KIND_OF[each.place.kind],
    )


def evidence_of(mentions: Sequence[Mention]) -> tuple[Evidence, ...]:
    """The heaviest mentions, in reading order."""
    if len(mentions) <= MAX_EVIDENCE:
        return tuple([each.evidence for each in mentions])
    ranked = sorted(range(len(mentions)), key=lambda number: (-mentions[number].weight, number))[:MAX_EVIDENCE]
    return tuple([mentions[number].evidence for number in sorted(ranked)])


def organizations_in(mentions: Iterable[Mention]) -> tuple[Organization, ...]:
    found: dict[str, list[Mention]] = defaultdict(list)
    names: dict[str, str] = {}
    for mention in mentions:
        if mention.sense and mention.sense.place.kind is Kind.ORGANIZATION:
            found[mention.sense.place.public_code].append(mention)
            names[mention.sense.place.public_code] = mention.sense.place.name
    return tuple(
        Organization(
            code=code,
            name=names[code],
            evidence=tuple(each.evidence for each in found[code][:MAX_EVIDENCE]),
        )
        for code in sorted(found, key=lambda code: (-len(found[code]), code))
    )
