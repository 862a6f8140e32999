from datetime import UTC, datetime
from pathlib import Path

import pytest

from transforms.storage import layout
from transforms.storage.deleted import (
    NOTHING,
    Deleted,
    deleted_bytes,
    deletion_paths,
    hashed,
    load_deleted,
    record_deletion,
)
from transforms.storage.files import LocalFiles, StorageError

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(str(tmp_path))


def of(*keys: str, hosts: tuple[str, ...] = (), before: datetime | None = None) -> Deleted:
    return Deleted(keys=frozenset(map(hashed, keys)), hosts=frozenset(map(hashed, hosts)), before=before)


def test_nothing_was_deleted_where_no_record_is(files: LocalFiles) -> None:
    assert load_deleted(files) == NOTHING
    assert not NOTHING.has_key("k")
    assert not NOTHING.has_host("h")
    assert not NOTHING.is_past(MARCH)


def test_records_add_up(files: LocalFiles) -> None:
    record_deletion(of("a", before=MARCH), "1", files)
    record_deletion(of("b", hosts=("news.example",), before=APRIL), "2", files)
    found = load_deleted(files)
    assert [found.has_key(each) for each in ("a", "b", "c", None)] == [True, True, False, False]
    assert found.before == APRIL


def test_a_host_stands_for_those_below_it(files: LocalFiles) -> None:
    record_deletion(of(hosts=("news.example",)), "1", files)
    found = load_deleted(files)
    hosts = (
        "news.example",
        "NEWS.example",
        "www.news.example",
        "news.example:8080",
        "old-news.example",
        "example",
        None,
    )
    assert [found.has_host(each) for each in hosts] == [True, True, True, True, False, False, False]


def test_what_is_older_than_the_day_is_past() -> None:
    assert [of(before=MARCH).is_past(each) for each in (datetime(2026, 2, 28, tzinfo=UTC), MARCH, None)] == [
        True,
        False,
        False,
    ]


def test_a_record_does_not_keep_what_was_taken_down(files: LocalFiles) -> None:
    record_deletion(of("secret-key", hosts=("secret.example",)), "1", files)
    content = Path(files.folder, layout.deletion("1")).read_bytes()
    assert b"secret" not in content
    assert Path(files.folder, layout.copy_of(layout.deletion("1"))).read_bytes() == content


def test_daily_retention_keeps_one_record(files: LocalFiles) -> None:
    record_deletion(of("a", before=MARCH), "1", files)
    record_deletion(of(before=MARCH), "2", files)
    record_deletion(of(before=APRIL), "3", files)
    assert deletion_paths(files) == [layout.deletion("1"), layout.deletion("3")]
    record_deletion(of(before=MARCH), "4", files)
    assert load_deleted(files).before == APRIL


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", None])
def test_a_damaged_record_lets_nothing_come_back(files: LocalFiles, damage: bytes | None) -> None:
    content = deleted_bytes(of("a"))
    files.write(
        layout.deletion("1"),
        content.replace(b'"before": null', b'"before": "2026-01-01"') if damage is None else damage,
    )
    with pytest.raises(StorageError, match=r"_meta/deleted/1\.json is damaged .*run: newsbeam doctor"):
        load_deleted(files)
