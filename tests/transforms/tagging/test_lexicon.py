from collections import defaultdict

import pytest

from transforms.tagging.lexicon import TABLES, fold, lexicon_for, make_lexicon
from transforms.tagging.tables import rows
from transforms.tagging.vocabulary import vocabulary

WORLD_TABLES = ("lexicon.tsv", "lexicon_world.tsv")
LANGUAGES = sorted({language for table in WORLD_TABLES for language, *_ in rows(table, 4)})


def test_folding_keeps_the_length() -> None:
    for text in ("İstanbul’s “Ä” ß ẞ ﬁ Ǆ", "plain ASCII, with marks!", "मौसम — 天气。", "x" * 5):
        assert len(fold(text)) == len(text)


def test_only_whole_words_are_hits_and_offsets_are_those_of_the_text() -> None:
    text = "Elections! The selection of electors, human\trights."
    found = [text[start:end] for _, start, end in lexicon_for("en").hits(text)]
    assert found == ["Elections", "human\trights"]


def test_a_language_without_words_of_its_own_reads_english_ones() -> None:
    assert lexicon_for("pcm").terms == lexicon_for("en").terms


def test_scripts_without_blanks_are_scanned_without_word_bounds() -> None:
    lexicon = lexicon_for("zh")
    assert [lexicon.terms[number].words for number, *_ in lexicon.hits("昨天地震了")] == ["地震"]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("sn", "Vakaenda kuzvipatara nezuro.", ["kuzvipatara"]),
        ("xh", "Kwezemidlalo namhlanje.", ["Kwezemidlalo"]),
        ("am", "በምርጫው ተቀመጠ።", ["በምርጫው"]),
        ("sw", "kiserikali", []),
    ],
)
def test_what_stands_before_a_word_is_part_of_it_where_the_table_says_so(
    language: str, text: str, words: list[str]
) -> None:
    assert [text[start:end] for _, start, end in lexicon_for(language).hits(text)] == words


def test_a_long_beginning_makes_another_word() -> None:
    lexicon = make_lexicon([("medtop:15000000", 1.0, "*ball")], "en")
    assert [number for number, *_ in lexicon.hits("football")] == [0]
    assert list(lexicon.hits("abcdefghijball")) == []


def test_every_code_of_the_tables_is_in_the_vocabulary() -> None:
    codes = {code for table in TABLES for _, code, *_ in rows(table, 4)} | {code for code, _ in rows("sections.tsv", 2)}
    assert codes <= set(vocabulary().names)


def test_every_top_topic_has_english_words() -> None:
    lines = {vocabulary().line(code)[-1] for language, code, *_ in rows("lexicon_en.tsv", 4) if language == "en"}
    assert len(lines) == 17


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_main_topics_have_words_in_each_language(language: str) -> None:
    counts: dict[str, int] = defaultdict(int)
    for each, code, _, terms in (row for table in TABLES for row in rows(table, 4)):
        if each == language:
            counts[vocabulary().line(code)[-1]] += len(terms.split("|"))
    assert len(counts) >= 15
    assert sum(count >= 10 for count in counts.values()) >= 10


@pytest.mark.parametrize("table", TABLES)
def test_a_star_stands_at_the_end_or_the_beginning_and_no_term_is_empty(table: str) -> None:
    for language, code, _, terms in rows(table, 4):
        for term in terms.split("|"):
            assert term.strip("* "), (language, code, term)
            assert "*" not in term.strip("*"), (language, code, term)
