"""The rules that say which place a mention is, or that it is none: one function each, in the order of `settle`."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log10

from schemas.tags import EvidenceSource
from transforms.tagging.gazetteer import Kind, Place, Sense, Use
from transforms.tagging.mentions import SENTENCE_END, Mention
from transforms.tagging.names import Names
from transforms.tagging.tables import entries

SMALL_CITY = 100  # thousands of people: a smaller city counts only beside its country or subdivision
FEDERATIONS = frozenset({"US", "CA", "AU", "GB", "DE", "IN", "CN"})  # news names their parts without the country
LIST_COUNTRIES = 4  # different countries in one sentence make a list
LISTED_FACTOR = 0.25
INSTITUTION_FACTOR = 0.5
ETHNIC_REACH = 60  # characters between the name of a people and the word that makes it an ethnic group
DATELINE_CHARS = 90
CITY_PRIOR = 0.6  # times log10 of thousands of people: Paris 2.0, Paris in Texas 0.8
PRIORS = {Kind.COUNTRY: 2.5, Kind.SUBDIVISION: 2.0, Kind.CAPITAL: 2.8, Kind.ORGANIZATION: 9.0}
NAMED_SUBDIVISION = 1.5
HOME_PRIOR = 0.6
DATELINE_CAPITALS = re.compile(
    r"[(\[]?[A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐ][A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐ.'’ -]{2,40}(?:[,/(][^\n]{0,60}?)?\s*(?:--?|–|—)\s"
)
DATELINE_AGENCY = re.compile(r"[^\W\d_][\w.'’ /-]{1,40}(?:,[^\n(]{0,30})?\s*\([^)\n]{2,40}\)\s*(?:--?|–|—|\.|:)?\s")
DATELINE_DATE = re.compile(
    r"[^\W\d_][\w.'’ -]{1,40},\s*(?:\w+\.?\s)?\d{1,2}\.?(?:\s\w+\.?)?(?:\s\d{4})?,?\s*(?:--?|–|—)\s"
)
DATELINE_CJK = re.compile(r"[(（【]?[\u3400-\u9fff\u30a0-\u30ff]{2,12}\d{1,2}月\d{1,2}日[电電]?")
DATELINES = (DATELINE_CAPITALS, DATELINE_AGENCY, DATELINE_DATE, DATELINE_CJK)
TITLES = frozenset(entries("person_words.tsv", "titles"))
DAYS = frozenset(entries("person_words.tsv", "days"))  # May and April are given names too
LAST_WORD = re.compile(r"(?:^|[^\w'’-])([^\W\d_][\w'’-]*)\.?\s$")
NEXT_WORD = re.compile(r"\s([^\W\d_][\w-]*)(\.?)")
ABBREVIATION = re.compile(r"[A-Z][a-z]+\.")  # "Houston, Tex."; without a city before it "Mass." is a mass
PARTED = re.compile(r"\s*[,(/]\s*")


@dataclass(slots=True)
class Scene:
    """What the rules know of an article besides the mention at hand."""

    names: Names
    texts: Mapping[EvidenceSource, str]
    home: str | None
    shares: Mapping[str, float] = field(default_factory=dict)
    subdivisions: frozenset[str] = frozenset()


def settle(mentions: list[Mention], scene: Scene) -> list[Mention]:
    """Mentions that are places, each with its sense."""
    mark_dateline(mentions, scene.texts)
    kept = drop_persons(mentions, scene.names)
    kept = [mention for mention in kept if not is_ethnic_group(mention, scene.names)]
    scene.shares, scene.subdivisions = _plain_evidence(kept)
    choose_senses(kept, scene)
    kept = [mention for mention in kept if is_place(mention, scene)]
    mark_institutions(kept, scene.names)
    mark_lists(kept)
    return kept


def mark_dateline(mentions: Sequence[Mention], texts: Mapping[EvidenceSource, str]) -> None:
    """ "BEIJING, March 3 -", "Berlin (dpa) -": where the reporter sat."""
    head = texts[EvidenceSource.TEXT][:DATELINE_CHARS]
    end = max((match.end() for pattern in DATELINES if (match := pattern.match(head))), default=0)
    for mention in mentions:
        mention.dateline = mention.source is EvidenceSource.TEXT and mention.end <= end


def drop_persons(mentions: Sequence[Mention], names: Names) -> list[Mention]:
    """ "Jordan Smith", "Mr London"; and the bare name later in the same article."""
    persons = {mention.quote for mention in mentions if _is_person(mention, names)}
    if not persons:
        return list(mentions)
    return [
        mention
        for mention in mentions
        if mention.quote not in persons or (not _is_person(mention, names) and _stays(mention, names))
    ]


def _stays(mention: Mention, names: Names) -> bool:
    country = any(sense.place.kind is Kind.COUNTRY for sense in mention.entry.senses)
    return country or mention.dateline or is_located(mention, names)


def _is_person(mention: Mention, names: Names) -> bool:
    word = mention.quote
    if " " in word or mention.dateline or word.isupper():
        return False
    country = mention.entry.senses[0].place.kind in {Kind.COUNTRY, Kind.ORGANIZATION}
    last = LAST_WORD.search(mention.before)
    if last and _names_person(last[1], word, names, country=country):
        return True
    following = NEXT_WORD.match(mention.after)
    if not following or word not in names.given:
        return False
    initial = len(following[1]) == 1 and following[2] == "."
    return initial or (following[1] in names.family and following[1] not in names.institutions)


def _names_person(last: str, word: str, names: Names, *, country: bool) -> bool:
    if country and word not in names.family and word not in names.given:
        return False
    return last in TITLES or (last in names.given and last not in DAYS)


def is_ethnic_group(mention: Mention, names: Names) -> bool:
    """ "Kazakhs and other ethnic minorities": a people, not the citizens of its state."""
    if not names.ethnic or any(sense.use is not Use.DEMONYM for sense in mention.entry.senses):
        return False
    before = SENTENCE_END.split(mention.before[-ETHNIC_REACH:])[-1]
    after = SENTENCE_END.split(mention.after[:ETHNIC_REACH], maxsplit=1)[0]
    beside = f"{before}\0{after}".lower()
    return any(word in beside for word in names.ethnic)


def _plain_evidence(mentions: Sequence[Mention]) -> tuple[dict[str, float], frozenset[str]]:
    """Shares of countries among mentions that can mean but one, and the subdivisions named outright."""
    counts: Counter[str] = Counter()
    subdivisions: set[str] = set()
    for mention in mentions:
        places = [sense.place for sense in mention.entry.senses if sense.place.kind is not Kind.ORGANIZATION]
        countries = {place.country for place in places}
        if len(countries) == 1 and not mention.entry.cautious and not _unproven(places[0]):
            counts.update(countries)
            subdivisions.update(place.code for place in places if place.kind is Kind.SUBDIVISION)
    total = counts.total()
    return {country: count / total for country, count in counts.items()}, frozenset(subdivisions)


def _unproven(place: Place) -> bool:
    return _small(place) or (place.kind is Kind.SUBDIVISION and place.country not in FEDERATIONS)


def _small(place: Place) -> bool:
    return place.kind is Kind.CITY and place.thousands < SMALL_CITY


def choose_senses(mentions: Sequence[Mention], scene: Scene) -> None:
    """The sense with the best prior in this scene; a region named right behind a city decides at once."""
    for number, mention in enumerate(mentions):
        senses = mention.entry.senses
        following = mentions[number + 1] if number + 1 < len(mentions) else None
        holders = _holders(mention, following, scene)
        anchored = [sense for sense in senses if sense.place.kind is not Kind.COUNTRY and _held(sense, holders)]
        mention.anchored = bool(anchored)
        choices = anchored or _without_namesakes(senses)
        mention.sense = choices[0] if len(choices) == 1 else max(choices, key=lambda sense: _rank(sense, scene))


def _without_namesakes(senses: Sequence[Sense]) -> Sequence[Sense]:
    """Luxembourg is the country before its capital and its district; Geneva is the city before its canton."""
    countries = {sense.place.code for sense in senses if sense.place.kind is Kind.COUNTRY}
    cities = {sense.place.subdivision for sense in senses if sense.place.kind in {Kind.CITY, Kind.CAPITAL}}
    return [
        sense
        for sense in senses
        if sense.place.kind is Kind.COUNTRY or (sense.place.country not in countries and sense.place.code not in cities)
    ]


def _holders(mention: Mention, following: Mention | None, scene: Scene) -> set[str]:
    """Codes of the places named right behind: "Paris, Texas", "Springfield (Illinois)"."""
    if following is None or following.source is not mention.source:
        return set()
    if not PARTED.fullmatch(scene.texts[mention.source][mention.end : following.start]):
        return set()
    return {sense.place.code for sense in following.entry.senses if sense.use is Use.NAME}


def _held(sense: Sense, holders: set[str]) -> bool:
    place = sense.place
    return place.code not in holders and (place.country in holders or (place.subdivision or "") in holders)


def _rank(sense: Sense, scene: Scene) -> tuple[float, str]:
    place = sense.place
    prior = PRIORS.get(place.kind, 0.0) or CITY_PRIOR * log10(max(place.thousands, 1))
    rank = prior + scene.shares.get(place.country, 0.0)
    if place.kind is not Kind.SUBDIVISION and place.subdivision in scene.subdivisions:
        rank += NAMED_SUBDIVISION
    if place.country == scene.home:
        rank += HOME_PRIOR
    return rank, place.code


def is_place(mention: Mention, scene: Scene) -> bool:
    """Words, small towns and parts of states count only where something speaks for the place."""
    if mention.anchored or mention.dateline:
        return True
    if ABBREVIATION.fullmatch(mention.quote):
        return mention.before.endswith(", ")
    if mention.sense is None or mention.entry.cautious:
        return is_located(mention, scene.names)
    place = mention.sense.place
    supported = place.country in scene.shares or place.country == scene.home
    if _small(place):
        return supported and is_located(mention, scene.names)
    if place.kind is Kind.SUBDIVISION and place.country not in FEDERATIONS:
        return supported or place.code in scene.names.known or is_located(mention, scene.names)
    return True


def is_located(mention: Mention, names: Names) -> bool:
    """ "in Reading", "near Nice": a word before the name says place."""
    last = LAST_WORD.search(mention.before)
    return mention.anchored or (last is not None and last[1].lower() in names.locatives)


def mark_institutions(mentions: Sequence[Mention], names: Names) -> None:
    """ "Boston University", "Zurich Insurance Group": half a mention of the place."""
    for mention in mentions:
        following = NEXT_WORD.match(mention.after)
        if following and following[1] in names.institutions:
            mention.factor *= INSTITUTION_FACTOR


def mark_lists(mentions: Sequence[Mention]) -> None:
    """A sentence that names many countries is a list: none of them is its subject."""
    by_sentence: dict[tuple[EvidenceSource, int], list[Mention]] = {}
    for mention in mentions:
        if not mention.dateline:
            by_sentence.setdefault((mention.source, mention.sentence), []).append(mention)
    for together in by_sentence.values():
        countries = {country for each in together if each.sense and (country := each.sense.place.country)}
        if len(countries) >= LIST_COUNTRIES:
            for mention in together:
                mention.listed = True
                mention.factor *= LISTED_FACTOR
