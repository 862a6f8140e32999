from collections.abc import Callable
from typing import Any

from schemas.fingerprints import Fingerprint
from transforms.similarity.furniture import FURNITURE_DOCUMENTS, OWN_SHARE, without_furniture
from transforms.similarity.sketches import Sketches, sketches

Make = Callable[..., Fingerprint]
Tell = Callable[..., str]


def framed(document: Make, story: Tell, count: int, **given: Any) -> Sketches:
    """Different stories, each in one frame of 60 words."""
    texts = [story(1000, 60) + " " + story(seed, 40) for seed in range(count)]
    return sketches([document(f"d{seed}", text, **given) for seed, text in enumerate(texts)])


def test_what_stands_in_five_documents_of_a_site_is_dropped(document: Make, story: Tell) -> None:
    told = framed(document, story, FURNITURE_DOCUMENTS, site="one.example")
    kept = without_furniture(told)
    assert (told.sample.lengths - kept.sample.lengths).tolist() == [58] * FURNITURE_DOCUMENTS
    assert set(kept.sample.lengths.tolist()) == {40}  # 38 of the story, 2 across the seam


def test_four_documents_betray_nothing(document: Make, story: Tell) -> None:
    told = framed(document, story, FURNITURE_DOCUMENTS - 1, site="one.example")
    assert without_furniture(told).sample.lengths.tolist() == told.sample.lengths.tolist()


def test_a_text_on_many_sites_is_no_furniture(document: Make, story: Tell) -> None:
    told = framed(document, story, 9)
    assert without_furniture(told).keys.lengths.tolist() == told.keys.lengths.tolist()


def test_documents_of_unknown_site_have_no_furniture(document: Make, story: Tell) -> None:
    told = framed(document, story, 9, site=None)
    assert without_furniture(told).sample.lengths.tolist() == told.sample.lengths.tolist()


def test_versions_of_one_story_keep_it(document: Make, story: Tell) -> None:
    text = story(1, 100)
    versions = [document(f"v{each}", f"{text} {story(each + 2, 1)}", site="one.example") for each in range(6)]
    told = sketches(versions)
    assert OWN_SHARE > 2 / 99
    assert without_furniture(told).sample.lengths.tolist() == told.sample.lengths.tolist()
