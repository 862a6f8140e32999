"""Which news agency a text names in its first line: "PARIS (AP) — …", "/TASS/", "新华社北京11月23日电"."""

import re

from transforms.text.names import agency_of, unspaced_agencies

HEAD = 100  # characters of the text that may hold a dateline
# Agencies stand in brackets or slashes, a place and a date may stand before, and a dash, point or equals sign follows:
# "The Associated Press (AP) said" is no dateline. Brackets of Korea and Japan hold the place, too.
BRACKETED = re.compile(r"[^()（）\n]{0,60}[(（]([^()（）\n]{2,40})[)）]\s*(?:[-–—=:]|\.\s?-|$)")
PLACE_IN_BRACKETS = re.compile(r"[(（【\[]([^()（）【】\[\]\n]{2,30})[)）】\]]")
SLASHED = re.compile(r"[^/\n]{0,60}/([^/\n]{2,30})/")
SIGNED = re.compile(r"[^\n.]{3,50}[-–—]\s*([^\n.,:;-]{2,20})\.\s")  # МОСКВА, 23 ноя - РИА Новости.
TELEGRAM = re.compile(r"[【(（]?(\w{0,20})电")  # 新华社北京11月23日电
PARTS = re.compile(r"[/=,、]")


def dateline_agency(text: str) -> str | None:
    """The first agency that the dateline names, by the name that it is kept under."""
    head = text[:HEAD].lstrip()
    if telegram := TELEGRAM.match(head):
        return _unspaced(telegram[1])
    for pattern in (BRACKETED, SLASHED, SIGNED):
        if (found := pattern.match(head)) and (agency := _first(found[1])):
            return agency
    place = PLACE_IN_BRACKETS.match(head)
    return (_first(place[1]) or _unspaced(place[1])) if place else None


def _unspaced(words: str) -> str | None:
    """An agency that stands before or behind a place without a space: 新华社北京, ワシントン共同."""
    return next((name for said, name in unspaced_agencies() if words.startswith(said) or words.endswith(said)), None)


def _first(bracketed: str) -> str | None:
    parts = (part.strip() for part in PARTS.split(bracketed))
    return next((agency for part in parts if part and (agency := agency_of(part))), None)
