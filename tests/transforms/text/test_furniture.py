import random

import numpy as np
import pytest

from schemas.furniture import SiteBlocks, SiteFurniture
from tests.fixtures.records import story
from transforms.text.furniture import HASH, furniture_places, key_of, learn_site, read_site_blocks, without_places

NEWSLETTER = "Sign up for the morning letter and read the news of the valley before breakfast."
BYLINE = "Ada Lund is a reporter of the Valley Post. She writes about water."
REFRAIN = "And still the river rose, an inch an hour, as it had done since the first of the month, said the keeper."
TITLES = tuple(f"Headline number {number} of the valley and what became of it" for number in range(50))

Page = tuple[str, tuple[str, ...]]


def made_page(number: int) -> Page:
    """A story with a newsletter box, its author's box, two links to other stories, and now and then the refrain."""
    first, *rest = story(number, 6)
    refrain = [REFRAIN] if number % 13 == 0 else []
    links = [TITLES[(number + 7) % 50], TITLES[(number + 19) % 50]]
    return TITLES[number], (first, *refrain, *rest[:3], links[0], *rest[3:], *refrain, links[1], BYLINE, NEWSLETTER)


SITE = [made_page(number) for number in range(50)]


def learn(pages: list[Page], known: tuple[SiteFurniture, ...] = (), parts: int = 1) -> SiteFurniture:
    pieces = [read_site_blocks("valley.example", pages[start::parts]) for start in range(parts)]
    return learn_site("valley.example", pieces, known, "run")


def kept(page: Page, furniture: bytes) -> tuple[str, ...]:
    return without_places(page[1], furniture_places(page[1], furniture))


def test_boxes_and_links_to_other_stories_go_and_the_story_and_its_refrain_stay() -> None:
    learned = learn(SITE)
    for number, page in enumerate(SITE):
        first, *rest = story(number, 6)
        refrain = (REFRAIN,) if number % 13 == 0 else ()
        assert kept(page, learned.furniture) == (first, *refrain, *rest, *refrain)


def test_a_site_of_three_pages_is_left_alone() -> None:
    learned = learn(SITE[:3])
    assert (learned.furniture, learned.version) == (b"", None)


def test_the_order_of_pages_and_their_division_into_files_is_no_matter() -> None:
    shuffled = random.Random(7).sample(SITE, len(SITE))
    assert learn(shuffled, parts=4) == learn(SITE)


def test_what_earlier_runs_counted_is_added() -> None:
    first, second = learn(SITE[:6]), SITE[6:12]
    assert not first.furniture
    assert key_of(NEWSLETTER) in np.frombuffer(learn(second, (first,)).furniture, HASH)


def test_copies_of_one_story_do_not_make_its_paragraphs_furniture() -> None:
    copies = [(SITE[0][0], story(0, 6))] * 20
    learned = learn([*copies, *SITE[1:12]])
    assert kept((SITE[0][0], story(0, 6)), learned.furniture) == story(0, 6)


def test_background_that_is_told_again_in_some_stories_stays() -> None:
    background, pages = story(99, 1)[0], []
    for number in range(50):
        first, *rest = story(number, 6)
        pages.append((TITLES[number], (first, background, *rest) if number < 10 else (first, *rest)))
    assert kept(pages[0], learn(pages).furniture) == pages[0][1]


def test_a_page_of_nothing_but_furniture_keeps_it() -> None:
    assert furniture_places((NEWSLETTER, BYLINE), learn(SITE).furniture) == ()


def test_the_version_names_what_is_in_force() -> None:
    assert learn(SITE).version == learn(SITE[::-1]).version != learn(SITE[:40]).version


@pytest.mark.parametrize("pages", [[], [("Title only, and a long one at that", ())]])
def test_pages_without_blocks_are_no_trouble(pages: list[Page]) -> None:
    assert learn(pages).furniture == b""


def test_hashes_are_all_that_travels() -> None:
    part = read_site_blocks("valley.example", SITE[:1])
    assert isinstance(part, SiteBlocks)
    assert len(part.blocks) == len(part.stories) == 8 * len(part.inner)
