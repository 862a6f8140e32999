from pathlib import Path

import pytest

from schemas.tags import Evidence, EvidenceSource, Region, Role
from tests.fixtures.command import newsbeam
from tests.fixtures.committed import dataset, put, story_of
from transforms.storage.files import LocalFiles
from transforms.storage.homes import load_homes

DAY = "published_date=2026-11-20"


def about(code: str, source: EvidenceSource = EvidenceSource.TEXT) -> tuple[Region, ...]:
    evidence = (Evidence(source=source, quote=code),)
    return (Region(code=code, name=code, role=Role.ABOUT, score=1.0, evidence=evidence),)


def put_articles(files: LocalFiles, run: int, host: str, regions: list[tuple[Region, ...]]) -> None:
    rows = [story_of(run * 100 + number, host=host, regions=each) for number, each in enumerate(regions)]
    put(files, run, "articles", rows, DAY)


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return dataset(tmp_path / "news")


def test_a_host_that_writes_of_one_country_is_at_home_there(files: LocalFiles) -> None:
    put_articles(files, 1, "www.paper.example", [about("KE")] * 15 + [about("UG")] * 5)
    put_articles(files, 2, "world.example", [about("KE")] * 10 + [about("UG")] * 10)
    put_articles(files, 3, "young.example", [about("KE")] * 19)
    said = newsbeam("sources", "learn", files.root)
    assert said.code == 0
    assert said.out.splitlines() == [
        "KE  paper.example  75% of 20 articles",
        "1 hosts have a home country (at least 20 articles about countries, 60% of them about one)",
    ]
    homes = load_homes(files)
    assert dict(homes.countries) == {"paper.example": "KE"}
    assert homes.version


def test_what_only_the_home_country_said_teaches_nothing(files: LocalFiles) -> None:
    put_articles(files, 1, "paper.example", [about("KE", EvidenceSource.HOME_COUNTRY)] * 30)
    assert newsbeam("sources", "learn", files.root).out.startswith("0 hosts have a home country")


def test_a_second_learning_takes_the_place_of_the_first(files: LocalFiles) -> None:
    put_articles(files, 1, "paper.example", [about("KE")] * 20)
    newsbeam("sources", "learn", files.root)
    first = load_homes(files)
    put_articles(files, 2, "paper.example", [about("UG")] * 60)
    newsbeam("sources", "learn", files.root)
    second = load_homes(files)
    assert (dict(first.countries), dict(second.countries)) == ({"paper.example": "KE"}, {"paper.example": "UG"})
    assert first.version != second.version


def test_a_folder_that_holds_no_dataset_is_refused(tmp_path: Path) -> None:
    said = newsbeam("sources", "learn", tmp_path)
    assert said.code == 2
    assert "holds no dataset" in said.err
