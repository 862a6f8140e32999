from dataclasses import replace
from pathlib import Path

import numpy as np

from schemas.furniture import SiteFurniture
from schemas.links import Previous
from schemas.pages import Draft
from tests.fixtures.records import NOW, draft, link, run_in, story
from transforms.learn_furniture import count_file, mark_draft
from transforms.storage.files import LocalFiles
from transforms.storage.staging import DRAFTS, stage_rows
from transforms.text.furniture import HASH, key_of, read_site_blocks

TITLE = "A headline long enough to be known again elsewhere"


def page(number: int, site: str = "news.example") -> Draft:
    return draft(*story(number), of=link(f"https://{site}/{number}"), title=f"{TITLE} {number}")


def test_blocks_are_counted_by_site_as_they_lie_in_the_file(tmp_path: Path) -> None:
    given = [page(1), page(2, "www.other.example"), page(3)]
    file = stage_rows(given, Draft, DRAFTS, LocalFiles(str(tmp_path)), "run")
    expected = [
        read_site_blocks(site, [(each.extraction.title, each.extraction.blocks) for each in drafts])
        for site, drafts in (("news.example", [given[0], given[2]]), ("other.example", [given[1]]))
    ]
    assert list(count_file(file, run_in(tmp_path))) == expected


def test_a_page_that_is_read_again_is_not_counted_again(tmp_path: Path) -> None:
    before = page(1)
    known = Previous(content_hash="x", revision=1, first_seen_at=NOW)
    again = replace(before, link=replace(before.link, previous=known))
    file = stage_rows([again], Draft, DRAFTS, LocalFiles(str(tmp_path)), "run")
    (counted,) = count_file(file, run_in(tmp_path))
    assert (counted.site, counted.blocks, counted.titles) == ("news.example", b"", b"")


def test_what_is_furniture_of_its_site_is_marked_in_a_draft() -> None:
    one = page(1)
    furniture = np.array([key_of(one.extraction.blocks[1])], HASH).tobytes()
    known = SiteFurniture(
        site="news.example", stories=9, blocks=b"", counts=b"", inner=b"", furniture=furniture, version="v"
    )
    marked = mark_draft(one, {"news.example": known})
    assert (marked.furniture, marked.furniture_version) == ((1,), "v")
    assert mark_draft(one, {"other.example": known}) == one
