"""The rules that say which place a mention is, or that it is none: one function each, in the order of `settle`."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log10

from schemas.tags import EvidenceSource
from transforms.tagging.gazetteer import Kind, Place, Sense, Use
from transforms.tagging.mentions import ARABIC_HEBREW, Mention
from transforms.tagging.names import Names
from transforms.tagging.tables import entries

GREAT_CITY = 500  # thousands of people
FIRST_SPACELESS = "\u0e00"  # letters of scripts that part no words lie above
APOSTROPHE_ENDING = re.compile(r"['’]([^\W\d_]+)")
OF = (" of ", " de ", " di ", " do ", " da ", " del ", " della ", " von ", " van ")
LIST_COUNTRIES = 4  # different countries in one sentence make a list
LISTED_FACTOR = 0.25
INSTITUTION_FACTOR = 0.5
ETHNIC_REACH = 60  # characters between the name of a people and the word that makes it an ethnic group
SENTENCE_END = re.compile(r"[.!?][\"”’')\]]*\s|[。！？।]|\n")
DATELINE_CHARS = 90
CITY_PRIOR = 0.6  # times log10 of thousands of people: Paris 2.0, Paris in Texas 0.8
PRIORS = {Kind.COUNTRY: 2.5, Kind.SUBDIVISION: 2.0, Kind.CAPITAL: 2.8, Kind.ORGANIZATION: 9.0, Kind.AREA: 9.0}
OVERSHADOWED = (
    10  # times the people that a namesake of a capital has: Hamilton is not Bermuda's where nobody speaks of it
)
SMALL_SHARE = 0.9  # of the share of its country: Florida is not a town in Cuba because Cuba is named
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
PERSON_TAILS = tuple(entries("person_words.tsv", "tails"))
DAYS = frozenset(entries("person_words.tsv", "days"))  # May and April are given names too
OF_INSTITUTION = re.compile(r"([^\W\d_]+) (?:of|de|di|do|da|del|della|von|van) $")
LED = re.compile(
    r"(?:の|的|首都|[东西南北東中][部]?|省|州|市)*"
)  # between a country and a city of it, where no blank parts words
NEXT_WORD = re.compile(r"\s([^\W\d_][\w-]*)(\.?)")
ABBREVIATION = re.compile(r"[A-Z][a-z]+\.")
LONGEST_PARTING = 8  # characters between a city and what holds it
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
    scene.shares, scene.subdivisions = plain_evidence(kept)
    choose_senses(kept, scene)
    elsewhere = places_elsewhere(kept)
    kept = [mention for mention in kept if mention.quote not in elsewhere and is_place(mention, scene)]
    mark_institutions(kept, scene.names)
    mark_lists(kept)
    return kept


def mark_dateline(mentions: Sequence[Mention], texts: Mapping[EvidenceSource, str]) -> None:
    """ "BEIJING, March 3 -", "Berlin (dpa) -": where the reporter sat."""
    head = texts[EvidenceSource.TEXT][:DATELINE_CHARS]
    end = max((match.end() for pattern in DATELINES if (match := pattern.match(head))), default=0)
    for mention in mentions:
        if mention.source is EvidenceSource.TEXT:
            if mention.end > end:
                break
            mention.dateline = True


def drop_persons(mentions: Sequence[Mention], names: Names) -> list[Mention]:
    """ "Jordan Smith", "Mr London"; and the bare name later in the same article."""
    marked = [is_person(mention, names) for mention in mentions]
    if not any(marked):
        return list(mentions)
    persons = {mention.quote for mention, person in zip(mentions, marked, strict=True) if person}
    return [
        mention
        for mention, person in zip(mentions, marked, strict=True)
        if mention.quote not in persons or (not person and _stays(mention, names))
    ]


def _stays(mention: Mention, names: Names) -> bool:
    country = any(sense.place.kind is Kind.COUNTRY for sense in mention.entry.senses)
    return country or mention.dateline or is_located(mention, names)


def is_person(mention: Mention, names: Names) -> bool:
    word = mention.quote
    if mention.text.startswith(PERSON_TAILS, mention.end):
        return mention.entry.senses[0].place.kind is not Kind.COUNTRY
    if " " in word or mention.dateline or word.isupper():
        return False
    given = word in names.given
    state = mention.entry.senses[0].place.kind in {Kind.COUNTRY, Kind.ORGANIZATION}
    if state and not (given or word in names.family):
        return False
    last = mention.last_word
    return last in TITLES or (last in names.given and last not in DAYS) or (given and _goes_on(mention, names))


def _goes_on(mention: Mention, names: Names) -> bool:
    """A given name before an initial or a family name."""
    following = NEXT_WORD.match(mention.text, mention.end)
    if not following:
        return False
    initial = len(following[1]) == 1 and following[2] == "."
    return initial or (following[1] in names.family and following[1] not in names.institutions)


def is_ethnic_group(mention: Mention, names: Names) -> bool:
    """ "Kazakhs and other ethnic minorities": a people, not the citizens of its state."""
    if not (mention.entry.demonym and names.ethnic):
        return False
    before, after = mention.before[-ETHNIC_REACH:], mention.after[:ETHNIC_REACH]
    if not _any_in(names.ethnic, f"{before}\0{after}".lower()):
        return False
    beside = f"{SENTENCE_END.split(before)[-1]}\0{SENTENCE_END.split(after, maxsplit=1)[0]}"
    return _any_in(names.ethnic, beside.lower())


def _any_in(words: Sequence[str], text: str) -> bool:
    return any(word in text for word in words)


def plain_evidence(mentions: Sequence[Mention]) -> tuple[dict[str, float], frozenset[str]]:
    """Shares of countries among mentions that can mean but one, and the subdivisions named outright."""
    counts: Counter[str] = Counter()
    subdivisions: set[str] = set()
    for mention in mentions:
        entry = mention.entry
        if entry.plain is not None:
            counts[entry.plain] += 1
            subdivisions |= entry.subdivisions
    total = counts.total()
    return {country: count / total for country, count in counts.items()}, frozenset(subdivisions)


def choose_senses(mentions: Sequence[Mention], scene: Scene) -> None:
    """The sense with the best prior in this scene; a region named right behind a city decides at once."""
    for number, mention in enumerate(mentions):
        following = mentions[number + 1] if number + 1 < len(mentions) else None
        choices: Sequence[Sense] = ()
        if following is not None and _beside(mention, following):
            choices = _anchored(mention, following)
        if not choices and number and mention.quote[0] >= FIRST_SPACELESS and _beside(mentions[number - 1], mention):
            choices = _led(mentions[number - 1], mention)
        mention.anchored = bool(choices)
        choices = choices or mention.entry.choices
        mention.sense = choices[0] if len(choices) == 1 else _best(choices, scene)


def _beside(first: Mention, second: Mention) -> bool:
    return second.start - first.end <= LONGEST_PARTING and first.source is second.source


def places_elsewhere(mentions: Sequence[Mention]) -> frozenset[str]:
    """ "GREENWICH, Conn., March 3 -": no Greenwich that is known lies in Connecticut, so London's is not meant."""
    found = set()
    for mention, following in pairwise(mentions):
        if not (following.dateline and _beside(mention, following)) or mention.anchored:
            continue
        part = all(sense.place.kind is Kind.SUBDIVISION for sense in following.entry.senses)
        city = mention.sense is not None and mention.sense.place.kind in {Kind.CITY, Kind.CAPITAL}
        if part and city and PARTED.fullmatch(mention.text, mention.end, following.start):
            found |= {mention.quote, mention.quote.title()}
    return frozenset(found)


def _anchored(mention: Mention, following: Mention) -> list[Sense]:
    """Senses that lie in the place named right behind: "Paris, Texas", "Springfield (Illinois)"."""
    if not PARTED.fullmatch(mention.text, mention.end, following.start):
        return []
    holders = {sense.place.code for sense in following.entry.senses if sense.use is Use.NAME}
    return [sense for sense in mention.entry.senses if sense.place.kind is not Kind.COUNTRY and _held(sense, holders)]


def _led(previous: Mention, mention: Mention) -> list[Sense]:
    """Senses that lie in the country named right before, in scripts without blanks: 韩国首尔, ケニアのナイロビ."""
    if not LED.fullmatch(mention.text, previous.end, mention.start):
        return []
    holders = {sense.place.code for sense in previous.entry.senses if sense.use is Use.NAME}
    return [sense for sense in mention.entry.senses if sense.place.kind is not Kind.COUNTRY and _held(sense, holders)]


def _held(sense: Sense, holders: set[str]) -> bool:
    place = sense.place
    return place.code not in holders and (place.country in holders or (place.subdivision or "") in holders)


def _best(choices: Sequence[Sense], scene: Scene) -> Sense:
    cities = [sense.place.thousands for sense in choices if sense.place.kind is Kind.CITY]
    largest = max(cities, default=0)
    return max(choices, key=lambda sense: _rank(sense, scene, largest))


def _rank(sense: Sense, scene: Scene, largest: int) -> tuple[float, str]:
    place = sense.place
    prior = PRIORS.get(place.kind, 0.0)
    if not prior or is_overshadowed(place, scene, largest):
        prior = CITY_PRIOR * log10(max(place.thousands, 1))
    rank = prior + scene.shares.get(place.country, 0.0) * (SMALL_SHARE if place.small else 1.0)
    if place.kind is not Kind.SUBDIVISION and place.subdivision in scene.subdivisions:
        rank += NAMED_SUBDIVISION
    if place.country == scene.home:
        rank += HOME_PRIOR
    return rank, place.code


def is_overshadowed(place: Place, scene: Scene, largest: int) -> bool:
    """A capital of few people, of a country that nothing else speaks for, beside a far larger city of its name."""
    if place.kind is not Kind.CAPITAL or place.country == scene.home or place.country in scene.shares:
        return False
    return largest > OVERSHADOWED * max(place.thousands, 1)


def is_place(mention: Mention, scene: Scene) -> bool:
    """Words, small towns and parts of states count only where something speaks for the place."""
    if mention.anchored or mention.dateline:
        return True
    if is_attached_to_a_word(mention) or is_abbreviation_alone(mention):
        return False
    if mention.sense is None:
        return is_located(mention, scene.names)
    place = mention.sense.place
    if mention.entry.cautious:
        return is_located(mention, scene.names) and (not place.unproven or _is_borne_out(mention, place, scene))
    return not place.unproven or _is_borne_out(mention, place, scene)


def _is_borne_out(mention: Mention, place: Place, scene: Scene) -> bool:
    """Whether something speaks for a small town or a part of a state: its country, a word of place, its fame."""
    supported = place.country in scene.shares or place.country == scene.home
    if place.small:
        return supported and not is_in_capitals(mention) and is_located(mention, scene.names)
    if mention.entry.cautious:
        return supported
    return supported or place.code in scene.names.known or is_located(mention, scene.names)


def is_in_capitals(mention: Mention) -> bool:
    """ "SHARES FALL FROM SALE": a headline in capitals has lost what tells a small town from a word."""
    return mention.source is EvidenceSource.TITLE and mention.quote.isupper()


def is_abbreviation_alone(mention: Mention) -> bool:
    """ "Houston, Tex." names Texas; without a city before it "Mass." is a mass."""
    if not mention.quote.endswith(".") or not ABBREVIATION.fullmatch(mention.quote):
        return False
    return not mention.before.endswith(", ")


def is_attached_to_a_word(mention: Mention) -> bool:
    """A letter right before an Arabic or Hebrew name is a particle's; before a smaller city, another word's."""
    before = mention.text[mention.start - 1 : mention.start]
    if not (ARABIC_HEBREW[0] <= mention.quote[0] <= ARABIC_HEBREW[1] and before.isalpha()):
        return False
    return mention.sense is None or (
        mention.sense.place.kind is Kind.CITY and mention.sense.place.thousands < GREAT_CITY
    )


def is_located(mention: Mention, names: Names) -> bool:
    """ "in Reading", "near Nice", "Ankara'da", "東京で": a word before the name or a part beside it says place."""
    if mention.anchored or mention.last_word.lower() in names.locatives:
        return True
    if names.place_tails and _place_tail(mention, names):
        return True
    return bool(names.place_heads) and mention.text.endswith(names.place_heads, 0, mention.start)


def _place_tail(mention: Mention, names: Names) -> bool:
    if mention.quote[0] >= FIRST_SPACELESS:
        return mention.text.startswith(names.place_tails, mention.end)
    if mention.ending:
        return mention.ending.lower() in names.place_tails
    ending = APOSTROPHE_ENDING.match(mention.text, mention.end)
    return ending is not None and ending[1].lower() in names.place_tails


def mark_institutions(mentions: Sequence[Mention], names: Names) -> None:
    """ "Boston Marathon", "Duke of York": half a mention; "University of Chicago": where an expert works."""
    for mention in mentions:
        following = NEXT_WORD.match(mention.text, mention.end) if mention.is_parted else None
        leading = OF_INSTITUTION.search(mention.before) if mention.text.endswith(OF, 0, mention.start) else None
        if following is None and leading is None:
            continue
        after, before = following[1] if following else "", leading[1] if leading else ""
        if after in names.institutions or before in names.holders:
            mention.factor *= INSTITUTION_FACTOR
            mention.learning = bool({after, before} & names.learning)


def mark_lists(mentions: Sequence[Mention]) -> None:
    """A sentence that names many countries is a list: none of them is its subject."""
    if len({mention.sense.place.country for mention in mentions if mention.sense}) < LIST_COUNTRIES:
        return
    for together in _by_sentence(mentions):
        countries = {country for each in together if each.sense and (country := each.sense.place.country)}
        if len(countries) >= LIST_COUNTRIES:
            for mention in together:
                mention.listed = True
                mention.factor *= LISTED_FACTOR


def _by_sentence(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Mentions of each sentence, those of datelines left out."""
    sentences: list[list[Mention]] = []
    last: Mention | None = None
    for mention in mentions:
        same = last is not None and last.source is mention.source
        if not same or SENTENCE_END.search(mention.text, last.end if last else 0, mention.start):
            sentences.append([])
        last = mention
        if not mention.dateline:
            sentences[-1].append(mention)
    return sentences
