"""Tag what an article is about in space: countries, subdivisions, organisations of states, each with evidence."""

from dataclasses import dataclass

from schemas.tags import EvidenceSource, Regions
from transforms.tagging.gazetteer import shipped
from transforms.tagging.mentions import find_mentions
from transforms.tagging.names import names_for
from transforms.tagging.region_rules import Scene, settle
from transforms.tagging.region_scores import add_home, organizations_in, tally, to_regions
from transforms.tagging.scripts import language_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionTagger:
    """Needs no set-up: gazetteer and names of a language are read when the first text asks for them."""

    max_chars: int = 200_000  # of a text: what lies behind is not scanned

    def tag(self, title: str | None, text: str, language: str | None, home_country: str | None = None) -> Regions:
        """Regions of one article; `language` is ISO 639-1, `home_country` ISO 3166-1 alpha-2 of its source."""
        read = text[: self.max_chars]
        names = names_for(language_of(read or title or "", language))
        texts = {EvidenceSource.TITLE: title or "", EvidenceSource.TEXT: read}
        mentions = [each for source, words in texts.items() if words for each in find_mentions(words, source, names)]
        gazetteer = shipped()
        settled = settle(mentions, Scene(names=names, texts=texts, home=home_country)) if mentions else []
        found = tally(settled, gazetteer, names)
        add_home(found, home_country, gazetteer)
        return to_regions(found, organizations_in(settled))
