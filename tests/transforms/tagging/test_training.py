from transforms.tagging.taxonomy import parse_taxonomy, write_taxonomy
from transforms.tagging.training import Labelled, learn_taxonomy, words_of_text

TEXTS = [
    Labelled(text=text, labels=frozenset({label}))
    for text, label in [("rain and wind", "weather"), ("votes and seats", "politics"), ("and more", "rest")] * 10
]


def test_words_that_all_labels_share_tell_none() -> None:
    taxonomy, figures = learn_taxonomy(TEXTS, "mine")
    assert {own.code: set(own.words) for own in taxonomy.topics} == {
        "mine:politics": {"votes", "seats"},
        "mine:rest": {"more"},
        "mine:weather": {"rain", "wind"},
    }
    assert [(each.label, each.texts, each.f1) for each in figures] == [
        ("politics", 2, 1.0), ("rest", 2, 1.0), ("weather", 2, 1.0),
    ]  # fmt: skip


def test_what_is_written_is_read_as_the_same() -> None:
    taxonomy, _ = learn_taxonomy(TEXTS, "mine")
    assert parse_taxonomy(write_taxonomy(taxonomy)) == taxonomy


def test_scripts_without_blanks_are_read_by_pairs_of_letters() -> None:
    assert list(words_of_text("Der 天气好, 2026")) == ["der", "天气", "气好", "2026"]
