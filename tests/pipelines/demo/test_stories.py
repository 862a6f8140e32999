"""Articles of the sample site and the edits of its copies."""

import re
from collections import Counter
from itertools import combinations

import pytest

from pipelines.demo.stories import Story, _apply, stories
from pipelines.demo.tables import sources

ORIGINALS = [each for each in stories().values() if each.copy_of is None]
COPIES = [each for each in stories().values() if each.copy_of]
SCRIPTS = {
    "Latin": "[a-zà-ÿğışı]",
    "Cyrillic": "[а-яё]",
    "Arabic": "[\u0621-\u064a]",
    "Han": "[\u4e00-\u9fff]",
    "Kana": "[\u3041-\u30ff]",
}


def by_name(story: Story) -> str:
    return story.id


def test_there_is_enough_of_it() -> None:
    languages = Counter(each.language for each in ORIGINALS)
    assert len(ORIGINALS) >= 66
    assert {"en", "de", "fr", "es", "ru", "ar", "zh"} <= {name for name, count in languages.items() if count >= 5}


@pytest.mark.parametrize("script", SCRIPTS)
def test_texts_are_in_several_scripts(script: str) -> None:
    assert any(len(re.findall(SCRIPTS[script], " ".join(each.paragraphs))) > 200 for each in ORIGINALS)


@pytest.mark.parametrize("story", stories().values(), ids=by_name)
def test_a_story_has_the_length_of_an_article(story: Story) -> None:
    assert len(story.paragraphs) >= 4
    assert sum(map(len, story.paragraphs)) >= 250


@pytest.mark.parametrize("story", stories().values(), ids=by_name)
def test_a_story_has_a_path_of_its_own_and_utc_times(story: Story) -> None:
    assert story.path.startswith("/")
    assert story.published.utcoffset() is not None
    assert story.published.utcoffset().total_seconds() == 0
    assert sum((each.host, each.path) == (story.host, story.path) for each in stories().values()) == 1


@pytest.mark.parametrize("story", stories().values(), ids=by_name)
def test_sources_of_a_story_exist(story: Story) -> None:
    assert set(story.sources) <= set(sources())


def sentences(story: Story) -> set[str]:
    return {each.strip() for part in story.paragraphs for each in re.split(r"[.。؟?!]\s*", part) if len(each) > 25}


def test_no_sentence_stands_in_two_originals() -> None:
    for one, other in combinations(ORIGINALS, 2):
        assert not sentences(one) & sentences(other), (one.id, other.id)


def test_at_least_five_stories_have_copies_on_other_hosts() -> None:
    abroad = [each for each in COPIES if each.host != stories()[each.copy_of or ""].host]
    assert len({each.copy_of for each in abroad}) >= 5
    assert max(Counter(each.copy_of for each in abroad).values()) >= 2


@pytest.mark.parametrize("copy", COPIES, ids=by_name)
def test_a_copy_is_younger_than_its_original_by_less_than_three_days(copy: Story) -> None:
    original = stories()[copy.copy_of or ""]
    assert original.copy_of is None
    assert 0 <= (copy.published - original.published).total_seconds() < 3 * 86_400


@pytest.mark.parametrize("copy", COPIES, ids=by_name)
def test_a_copy_says_how_it_can_be_recognised(copy: Story) -> None:
    same = copy.paragraphs == stories()[copy.copy_of or ""].paragraphs
    assert copy.copy_reason in ({"exact", "url"} if same else {"near", "guid"})


@pytest.mark.parametrize(
    ("edit", "edited"),
    [
        ("replace | say | said", ("They said so", 'a "b" c')),
        ("prepend | PARIS -", ("PARIS - They say so", 'a "b" c')),
        ("append | With agencies.", ("They say so", 'a "b" c', "With agencies.")),
        ("cut | 1", ("They say so",)),
        ("curl", ("They say so", "a “b” c")),
        ("same", ("They say so", 'a "b" c')),
    ],
)
def test_edits(edit: str, edited: tuple[str, ...]) -> None:
    assert _apply(("They say so", 'a "b" c'), edit) == edited


@pytest.mark.parametrize("edit", ["replace | not there | x", "shuffle"])
def test_an_edit_that_does_nothing_is_our_mistake(edit: str) -> None:
    with pytest.raises(ValueError, match=r"nothing to replace|an edit is"):
        _apply(("They say so",), edit)


def test_a_last_block_can_stand_twice() -> None:
    story = stories()["herald-geneva-detention"]
    assert story.shown == story.paragraphs + story.paragraphs[-4:]
    assert len(set(story.paragraphs)) == len(story.paragraphs)
