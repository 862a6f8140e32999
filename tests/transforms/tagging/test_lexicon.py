from collections import defaultdict

import pytest

from transforms.tagging.lexicon import TABLES, fold, lexicon_for
from transforms.tagging.tables import rows
from transforms.tagging.vocabulary import vocabulary

LANGUAGES = sorted({language for language, *_ in rows("lexicon.tsv", 4)})


def test_folding_keeps_the_length() -> None:
    for text in ("İstanbul’s “Ä” ß ẞ ﬁ Ǆ", "plain ASCII, with marks!", "मौसम — 天气。", "x" * 5):
        assert len(fold(text)) == len(text)


def test_only_whole_words_are_hits_and_offsets_are_those_of_the_text() -> None:
    text = "Elections! The selection of electors, human\trights."
    found = [text[hit.start : hit.end] for hit in lexicon_for("en").hits(text)]
    assert found == ["Elections", "human\trights"]


def test_a_language_without_words_of_its_own_reads_english_ones() -> None:
    assert lexicon_for("pcm").terms == lexicon_for("en").terms


def test_scripts_without_blanks_are_scanned_without_word_bounds() -> None:
    assert [hit.term.words for hit in lexicon_for("zh").hits("昨天地震了")] == ["地震"]


def test_every_code_of_the_tables_is_in_the_vocabulary() -> None:
    codes = {code for table in TABLES for _, code, *_ in rows(table, 4)} | {code for code, _ in rows("sections.tsv", 2)}
    assert codes <= set(vocabulary().names)


def test_every_top_topic_has_english_words() -> None:
    lines = {vocabulary().line(code)[-1] for language, code, *_ in rows("lexicon_en.tsv", 4) if language == "en"}
    assert len(lines) == 17


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_main_topics_have_words_in_each_language(language: str) -> None:
    counts: dict[str, int] = defaultdict(int)
    for each, code, _, terms in rows("lexicon.tsv", 4):
        if each == language:
            counts[vocabulary().line(code)[-1]] += len(terms.split("|"))
    assert len(counts) >= 15
    assert sum(count >= 10 for count in counts.values()) >= 10
