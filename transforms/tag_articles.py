"""TagArticles: what each article is about, with the words that say so."""

from dataclasses import dataclass, replace
from functools import partial

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.articles import Article
from schemas.candidates import Candidate
from schemas.failures import Stage
from schemas.runs import Run
from schemas.tags import RegionKind, Regions, Topic
from transforms.filesystems import dataset_files
from transforms.outcomes import Attempt
from transforms.storage.homes import Homes, load_homes
from transforms.tagging.homes import home_country
from transforms.tagging.publisher_topics import PublisherWords
from transforms.tagging.regions import RegionTagger
from transforms.tagging.sentence_topics import sentence_topics
from transforms.tagging.taxonomy import Taxonomy
from transforms.tagging.topics import TopicTagger, primary_topic

NO_TAXONOMY = Taxonomy(topics=())


@dataclass
class TagArticles(beam.PTransform):
    """Topics, regions and tags of the user's own for each candidate's article."""

    ledger: ErrorHandler
    taxonomy: Taxonomy = NO_TAXONOMY
    run: Run | None = None  # whose dataset says where sources are at home
    models: bool = False  # blend in the sentence model, which is set up once a process as the other taggers are

    def expand(self, candidates: beam.PCollection) -> beam.PCollection:
        prepare = partial(Taggers, self.taxonomy, self.run, models=self.models)
        return candidates | Attempt(tag_candidate, Stage.TAG, self.ledger, prepare=prepare)


class Taggers:
    """All taggers, built once for a worker."""

    def __init__(self, taxonomy: Taxonomy = NO_TAXONOMY, run: Run | None = None, *, models: bool = False) -> None:
        self._topics = TopicTagger(opinion=sentence_topics() if models else None)
        self._regions = RegionTagger()
        self._taxonomy = taxonomy
        self._homes = load_homes(dataset_files(run.output)) if run else Homes()

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
