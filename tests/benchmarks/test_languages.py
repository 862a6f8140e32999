"""Pages in six languages as the benchmark measures them, one story of each in all four layouts."""

from statistics import mean

import pytest

from benchmarks.languages import MEASURES, character_f1, newsbeam, scores
from benchmarks.layouts import LANGUAGES, LAYOUTS, read_stories


def test_every_language_tells_the_same_five_stories() -> None:
    told = {language: read_stories(language) for language in LANGUAGES}
    assert {tuple(story.date for story in stories) for stories in told.values()} == {
        tuple(story.date for story in told["en"])
    }
    assert {len(story.paragraphs) for stories in told.values() for story in stories} == {5}


def test_characters_are_counted_without_white_space() -> None:
    assert character_f1("船が 港に着いた", "船が港に着いた") == 1.0
    assert character_f1("", "船が港に着いた") == 0.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_read_in_all_layouts(language: str) -> None:
    story = read_stories(language)[0]
    rows = [scores(newsbeam(layout(story).encode(), story.url), story) for layout in LAYOUTS.values()]
    found = dict(zip(MEASURES, map(mean, zip(*rows, strict=True)), strict=True))
    assert found["characters"] >= 0.98
    assert [found[name] for name in ("title", "day", "authors", "language")] == [1.0] * 4
