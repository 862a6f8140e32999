"""TagArticles: what each article is about, with the words that say so."""

from dataclasses import dataclass, replace

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.articles import Article
from schemas.candidates import Candidate
from schemas.failures import Stage
from schemas.tags import Regions, Topic
from transforms.outcomes import Attempt
from transforms.tagging.regions import RegionTagger
from transforms.tagging.topics import TopicTagger, primary_topic


@dataclass
class TagArticles(beam.PTransform):
    """Topics and regions of each candidate's article."""

    ledger: ErrorHandler

    def expand(self, candidates: beam.PCollection) -> beam.PCollection:
        return candidates | Attempt(tag_candidate, Stage.TAG, self.ledger, prepare=Taggers)


class Taggers:
    """Both taggers, built once for a worker: their names and words take a second to load."""

    def __init__(self) -> None:
        self._topics = TopicTagger()
        self._regions = RegionTagger()

    def topics(self, article: Article) -> tuple[Topic, ...]:
        return self._topics.tag(
            article.title,
            article.text,
            article.language,
            feed_categories=article.feed_categories,
            section=article.section,
            keywords=article.keywords,
            url=article.canonical_url,
        )

    def regions(self, article: Article, home_country: str | None) -> Regions:
        return self._regions.tag(article.title, article.text, article.language, home_country=home_country)


def tag_candidate(candidate: Candidate, taggers: Taggers) -> Candidate:
    """The candidate with an article that carries its tags."""
    article, item = candidate.article, candidate.link.item
    topics = taggers.topics(article)
    places = taggers.regions(article, item.country if item else None)
    tagged = replace(
        article,
        topics=topics,
        primary_topic=primary_topic(topics),
        regions=places.regions,
        primary_region=places.primary_region,
        primary_subdivision=places.primary_subdivision,
        organizations=places.organizations,
    )
    return replace(candidate, article=tagged)
