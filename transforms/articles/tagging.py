"""What each article is about, with the words that say so."""

from dataclasses import replace

from schemas.articles import Article
from schemas.candidates import Candidate
from schemas.tags import RegionKind, Regions, Topic
from transforms.storage.homes import Homes
from transforms.tagging.homes import home_country
from transforms.tagging.publisher_topics import PublisherWords
from transforms.tagging.regions import RegionTagger
from transforms.tagging.sentence_topics import sentence_topics
from transforms.tagging.taxonomy import Taxonomy
from transforms.tagging.topics import TopicTagger, primary_topic

NO_TAXONOMY = Taxonomy(topics=())
NO_HOMES = Homes()


class Taggers:
    """All taggers, built once for a worker."""

    def __init__(self, taxonomy: Taxonomy = NO_TAXONOMY, homes: Homes = NO_HOMES, *, models: bool = False) -> None:
        self._topics = TopicTagger(opinion=sentence_topics() if models else None)
        self._regions = RegionTagger()
        self._taxonomy = taxonomy
        self._homes = homes

    @property
    def homes_version(self) -> str | None:
        return self._homes.version

    def topics(self, article: Article) -> tuple[Topic, ...]:
        return self._topics.tag(article.title, article.text, article.language, words_of(article))

    def tags(self, article: Article) -> tuple[Topic, ...]:
        if not self._taxonomy.topics:
            return ()
        return self._taxonomy.tag(article.title, article.text, article.language, words_of(article))

    def regions(self, article: Article, listed_country: str | None) -> Regions:
        home = home_country(article.host, listed_country, self._homes.countries)
        return self._regions.tag(article.title, article.text, article.language, home_country=home)


def words_of(article: Article) -> PublisherWords:
    """What the publisher says that an article is about."""
    return PublisherWords(
        feed_categories=article.feed_categories,
        section=article.section,
        keywords=article.keywords,
        url=article.canonical_url,
    )


IN_REGIONS = (RegionKind.COUNTRY, RegionKind.SUBDIVISION)  # those have ISO codes, and readers count on that


def tag_candidate(candidate: Candidate, taggers: Taggers) -> Candidate:
    """The candidate with an article that carries its tags."""
    article, item = candidate.article, candidate.link.item
    topics = taggers.topics(article)
    places = taggers.regions(article, item.country if item else None)
    tagged = replace(
        article,
        topics=topics,
        primary_topic=primary_topic(topics),
        tags=taggers.tags(article),
        regions=tuple(each for each in places.regions if each.kind in IN_REGIONS),
        places=tuple(each for each in places.regions if each.kind not in IN_REGIONS),
        primary_region=places.primary_region,
        primary_subdivision=places.primary_subdivision,
        organizations=places.organizations,
        homes_version=taggers.homes_version,
    )
    return replace(candidate, article=tagged)
