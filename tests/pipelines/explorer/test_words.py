import pytest

from pipelines.explorer.words import Term, WordIndex, parse_search

TEXTS = {1: "The flood reached Geneva.", 2: "Flooding in Évian, by the lake", 3: "新疆的棉花", 4: "a lake by Geneva"}
HEADLINES = {2: "The water rose", 4: "Geneva"}


def found(typed: str) -> list[int]:
    index = WordIndex()
    index.add((number, HEADLINES.get(number), text) for number, text in TEXTS.items())
    numbers = sorted(index.find(parse_search(typed)).numbers.tolist())
    index.close()
    return numbers


def test_words_phrases_left_out_words_and_beginnings_are_told_apart() -> None:
    assert parse_search('lake "by Geneva" -flood elect*') == (
        Term(words="lake"),
        Term(words="by Geneva"),
        Term(words="flood", wanted=False),
        Term(words="elect*", open=True),
    )


@pytest.mark.parametrize("typed", ["", "  ", '"', "-", "*", "!?", '""'])
def test_what_has_no_letter_is_no_search(typed: str) -> None:
    assert parse_search(typed) == ()


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("geneva", [1, 4]),
        ("lake geneva", [4]),
        ('"by the lake"', [2]),
        ("lake -geneva", [2]),
        ("-geneva", [2, 3]),
        ("flood", [1]),
        ("flood*", [1, 2]),
        ("title:geneva", [4]),
        ('Title:"the water"', [2]),
        ("geneva -title:geneva", [1]),
        ("title:", []),
        ("evian", [2]),  # marks on letters say nothing
        ("棉花", [3]),
        ("花棉", []),
        ('geneva" OR lake', []),  # OR is a word as any other: the index has no operators to reach
        ("NEAR(geneva lake)", []),
    ],
)
def test_articles_are_found(typed: str, numbers: list[int]) -> None:
    assert found(typed) == numbers


def test_a_search_of_any_length_has_few_terms() -> None:
    assert len(parse_search("word " * 10_000)) == 12


def test_texts_that_fit_better_have_lower_scores_and_headlines_count_more() -> None:
    index = WordIndex()
    lines = ("rain", "rain, rain and rain", "dry weather")
    index.add([(number, "", line) for number, line in enumerate(lines)])
    index.add([(3, "rain", "a long report on something else"), (4, "", "rain in a long report on something else")])
    found = index.find(parse_search("rain"), ranked=True)
    index.close()
    assert [number for _, number in sorted(zip(found.scores, found.numbers, strict=True))][-1] == 4
    assert sorted(found.numbers.tolist()) == [0, 1, 3, 4]


def test_what_too_many_texts_have_ranks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.explorer.words.MOST_RANKED", 1)
    index = WordIndex()
    index.add([(1, "", "rain"), (2, "rain", "rain")])
    assert index.find(parse_search("rain"), ranked=True).scores.tolist() == [0, 0]
    index.close()
