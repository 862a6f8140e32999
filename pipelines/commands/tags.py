"""`newsbeam tags try FILE --on OUT`: what a taxonomy of one's own would catch in a dataset, before a run uses it."""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.commands import train
from pipelines.exits import Exit
from pipelines.inputs import read_taxonomy
from pipelines.options import UsageError
from pipelines.terminal import put, say
from schemas.errors import Code
from schemas.tags import EvidenceSource, Topic
from transforms.tagging.evidence import excerpts
from transforms.tagging.publisher_topics import NO_WORDS, PublisherWords
from transforms.tagging.taxonomy import OwnTopic, Taxonomy

SHOWN = 3  # articles of a topic
SHOWN_EXCERPTS = 2  # of an article
BATCH = 500  # rows of articles in memory at once
COLUMNS = "coalesce(canonical_url, url), title, text, language, feed_categories, section, keywords"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What of an article is tagged."""

    url: str
    title: str | None
    text: str
    language: str | None
    words: PublisherWords = NO_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """An article that a topic caught."""

    text: Text
    tag: Topic


def options(parser: argparse.ArgumentParser) -> None:
    """The tools and what each takes."""
    tools = parser.add_subparsers(required=True, metavar="TOOL")
    trying = tools.add_parser("try", help="what a taxonomy would catch in a dataset", allow_abbrev=False)
    trying.add_argument("file", metavar="FILE", help="a taxonomy in YAML; docs/tagging.md says what it may hold")
    trying.add_argument("--on", metavar="OUT", help="folder or address of a dataset; without it only the examples")
    trying.add_argument("--show", type=int, default=SHOWN, metavar="N", help="articles of each topic (%(default)s)")
    trying.add_argument("--json", action="store_true", help="a line of JSON for each tag of each article")
    trying.set_defaults(command=try_tags)
    train.options(tools.add_parser("train", help="learn a taxonomy from labelled texts", allow_abbrev=False))


def try_tags(arguments: argparse.Namespace) -> int:
    """`newsbeam tags try`."""
    if arguments.show < 0:
        raise UsageError(f"--show must not be negative, got {arguments.show}", Code.BAD_VALUE)
    taxonomy = read_taxonomy(arguments.file)
    missed = [(own, example) for own in taxonomy.topics for example in own.examples if not catches(own, example)]
    if arguments.on:
        catches_ = caught(taxonomy, _articles(arguments.on))
        for line in json_lines(catches_) if arguments.json else catch_lines(taxonomy, catches_, arguments.show):
            put(line)
    for own, example in missed:
        say(f"{own.code} misses its example: {example}")
    return Exit.ALL_FAILED if missed else Exit.DONE


def catches(own: OwnTopic, example: str) -> bool:
    """Whether a topic catches one of its own examples."""
    languages: list[str | None] = [*sorted(own.languages)] or [None]
    return any(Taxonomy(topics=(own,)).tag(None, example, language, NO_WORDS) for language in languages)


def caught(taxonomy: Taxonomy, texts: Iterable[Text]) -> Iterator[Catch]:
    """All tags of all texts, in the order of the texts."""
    for text in texts:
        for tag in taxonomy.tag(text.title, text.text, text.language, text.words):
            yield Catch(text=text, tag=tag)


def catch_lines(taxonomy: Taxonomy, catches_: Iterable[Catch], shown: int) -> Iterator[str]:
    """For people: how many articles each topic catches, and the strongest of them with the words marked."""
    by_code: dict[str, list[Catch]] = {own.code: [] for own in taxonomy.topics}
    counts = dict.fromkeys(by_code, 0)
    for each in catches_:
        counts[each.tag.code] += 1
        kept = by_code[each.tag.code]
        kept.append(each)
        kept.sort(key=lambda catch: (-catch.tag.score, catch.text.url))
        del kept[shown:]
    for own in taxonomy.topics:
        yield f"{own.code}  {own.name}: {counts[own.code]} articles"
        for each in by_code[own.code]:
            yield f"  {each.tag.score:.2f}  {each.text.title or each.text.url}"
            yield from (f"        {line}" for line in marked_lines(each))


def marked_lines(catch: Catch) -> Iterator[str]:
    """Where the words of a tag stand."""
    lines = []
    for source, column in ((EvidenceSource.TITLE, catch.text.title or ""), (EvidenceSource.TEXT, catch.text.text)):
        lines += excerpts(column, [each for each in catch.tag.evidence if each.source is source])
    said = [f"{each.source}: {each.quote}" for each in catch.tag.evidence if each.start is None]
    yield from [*lines, *said][:SHOWN_EXCERPTS]


def json_lines(catches_: Iterable[Catch]) -> Iterator[str]:
    for each in catches_:
        evidence = [
            {"source": one.source, "quote": one.quote, "start": one.start, "end": one.end} for one in each.tag.evidence
        ]
        line = {"url": each.text.url, "code": each.tag.code, "score": each.tag.score, "evidence": evidence}
        yield json.dumps(line, ensure_ascii=False)


def _articles(output: str) -> Iterator[Text]:
    import duckdb  # noqa: PLC0415  # only where a dataset is read

    from pipelines.datasets import readable_dataset  # noqa: PLC0415
    from transforms.storage.views import views_sql  # noqa: PLC0415

    views = views_sql(readable_dataset(output))
    with duckdb.connect() as connection:
        connection.execute(views)
        answer = connection.execute(f"SELECT {COLUMNS} FROM articles_current ORDER BY article_id")  # noqa: S608  # our own words
        while rows := answer.fetchmany(BATCH):
            yield from map(_text, rows)


def _text(row: Sequence[Any]) -> Text:
    url, title, text, language, categories, section, keywords = row
    words = PublisherWords(
        feed_categories=tuple(categories or ()), section=section, keywords=tuple(keywords or ()), url=url
    )
    return Text(url=url, title=title, text=text, language=language, words=words)
