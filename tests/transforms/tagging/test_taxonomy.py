import pickle

import pytest

from schemas.tags import EvidenceSource
from transforms.tagging.publisher_topics import NO_WORDS, PublisherWords
from transforms.tagging.taxonomy import Taxonomy, TaxonomyError, parse_taxonomy

LABOUR = """
scheme: Desk
topics:
  - name: Forced labour
    code: forced-labour
    keywords: [forced labour, "zwangsarbeit*", "принудительн*"]
    phrases: ["camps in the region"]
    patterns: ['\\bcotton\\b.{0,40}\\bpickers?\\b']
    examples: ["They spoke of forced labour."]
  - name: Chips
    keywords: [半导体, semiconductor*]
    weight: 4
    least: 0.3
  - name: Only German
    languages: [de]
    keywords: [regierung]
"""
TAXONOMY = parse_taxonomy(LABOUR)


def codes(
    text: str, language: str | None = "en", title: str | None = None, words: PublisherWords = NO_WORDS
) -> list[str]:
    return [tag.code for tag in TAXONOMY.tag(title, text, language, words)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("They spoke of forced labour.", "en"),
        ("Es geht um Zwangsarbeiter.", "de"),
        ("Речь идёт о принудительном труде.", "ru"),
        ("There are camps in the region.", None),
        ("The cotton was brought in by hired PICKERS.", "xx"),
    ],
)
def test_words_phrases_and_patterns_are_found_in_any_language(text: str, language: str | None) -> None:
    assert codes(text, language) == ["desk:forced-labour"]


def test_words_are_whole_unless_marked() -> None:
    assert codes("forced labourers") == []
    assert codes("新的半导体工厂", "zh") == ["desk:chips"]
    assert codes("semiconductors") == ["desk:chips"]


def test_a_topic_of_some_languages_is_not_told_in_others() -> None:
    assert codes("Die Regierung", "de") == ["desk:only-german"]
    assert codes("Die Regierung", "nl") == []


def test_every_tag_shows_its_words() -> None:
    title, text = "Zwangsarbeit im Süden", "Forced labour. The cotton went to pickers. 𝔘"
    (tag,) = TAXONOMY.tag(title, text, "de", PublisherWords(keywords=["forced labour"]))
    columns = {EvidenceSource.TITLE: title, EvidenceSource.TEXT: text}
    assert {each.source for each in tag.evidence} == {*columns, EvidenceSource.KEYWORD}
    for each in tag.evidence:
        if each.source in columns:
            assert columns[each.source][each.start : each.end] == each.quote
        else:
            assert (each.quote, each.start) == ("forced labour", None)


def test_a_weak_score_is_told_only_where_the_topic_does_not_ask_for_more() -> None:
    long = "Nothing is told here. " * 400
    assert codes(f"{long} semiconductor") == []
    assert codes(f"{long} forced labour") == ["desk:forced-labour"]


def test_it_travels_as_plain_data() -> None:
    codes("warm up")
    assert pickle.loads(pickle.dumps(TAXONOMY)) == TAXONOMY
    assert pickle.loads(pickle.dumps(TAXONOMY)).tag(None, "semiconductors", "en", NO_WORDS)


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ("topics: [", "no YAML"),
        ("- a", "no list `topics`"),
        ("topics: {}", "no list `topics`"),
        ("topics: [{}]", "topic 1 has no name"),
        ("topics: [{name: A}]", "neither keywords"),
        ("topics: [{name: A, keyword: [b]}]", "has keyword; known are"),
        ("topics: [{name: A, keywords: [yes]}]", "list of texts"),
        ("topics: [{name: A, keywords: ['*']}]", "holds no word"),
        ("topics: [{name: A, keywords: ['a* b']}]", "inside"),
        ("topics: [{name: A, keywords: [b], weight: -1}]", "number from 0"),
        ("topics: [{name: A, keywords: [b]}, {name: a, keywords: [c]}]", "two topics have the code own:a"),
        ("topics: [{name: A, patterns: ['(']}]", "cannot be used"),
        (r"topics: [{name: A, patterns: ['(a)\1']}]", "cannot be used"),
        ("topics: [{name: A, patterns: ['%s']}]" % ("a" * 2000), "2000 letters"),
        ("!!python/object/apply:os.system [ls]", "no YAML"),
    ],
)
def test_what_is_no_taxonomy_is_refused_with_the_place(content: str, trouble: str) -> None:
    with pytest.raises(TaxonomyError, match=trouble):
        parse_taxonomy(content)


def test_a_hostile_pattern_takes_time_that_grows_with_the_text_alone() -> None:
    taxonomy = parse_taxonomy("topics: [{name: A, patterns: ['(x+x+)+y', '(a|aa)+$', 'q']}]")
    assert taxonomy.tag(None, "x" * 50_000 + "a" * 50_000 + "!", "en", NO_WORDS) == ()
    (tag,) = taxonomy.tag(None, "q" * 100_000 + "\ud800", "en", NO_WORDS)
    assert len(tag.evidence) == 8


def test_no_topics_no_tags() -> None:
    assert Taxonomy(topics=()).tag("a", "b", "en", NO_WORDS) == ()
