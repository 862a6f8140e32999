"""StoreFiles on fake stores: the same contract as folders have, and what is of stores alone."""

import pytest

from tests.fixtures.files_contract import FilesContract
from tests.stores.fakes import FakeStore
from transforms.filesystems import dataset_files
from transforms.storage.files import Files, StorageError

pytestmark = pytest.mark.stores

MANY = 1_100  # more than a page of a listing has, and more than one request can delete


class TestFiles(FilesContract):
    """The fixture `files` is of each store."""


def test_a_listing_has_all_its_pages_and_a_folder_of_any_size_is_deleted(files: Files) -> None:
    for number in range(MANY):
        files.write(f"many/{number:04}", b"")
    files.write("other", b"")
    assert files.list("many") == [f"many/{number:04}" for number in range(MANY)]
    files.delete("many")
    assert files.list("") == ["other"]


def test_a_created_file_whose_answer_was_lost_is_ours(store: FakeStore, files: Files) -> None:
    store.gate.lose_answers_to = "PUT" if store.scheme == "s3" else "POST"
    assert files.create("lock", b"ours")
    assert not store.gate.lose_answers_to
    assert not files.create("lock", b"theirs")


def test_a_written_file_whose_answer_was_lost_is_written(store: FakeStore, files: Files) -> None:
    store.gate.lose_answers_to = "PUT" if store.scheme == "s3" else "POST"
    files.write("x", b"1")
    assert not store.gate.lose_answers_to
    assert files.size("x") == 1


@pytest.mark.parametrize(
    "act",
    [lambda files: files.write("x", b"1"), lambda files: files.create("x", b"1"), lambda files: files.list("x")],
    ids=["write", "create", "list"],
)
def test_a_bucket_that_is_not_there_is_trouble_that_names_it(store: FakeStore, files: Files, act: object) -> None:
    elsewhere = dataset_files(f"{store.scheme}://no-such-bucket/news")
    with pytest.raises(StorageError, match=r"://no-such-bucket/news/x could not be"):
        act(elsewhere)  # type: ignore[operator]  # one of the three above


def test_an_object_that_is_replaced_while_it_is_read_is_trouble(files: Files) -> None:
    files.write("x", bytes(200_000))
    with files.open("x") as file:
        files.write("x", b"1" * 200_000)
        with pytest.raises(StorageError, match="x could not be read"):
            file.read()


def test_requests_are_as_few_as_they_can_be(store: FakeStore, files: Files) -> None:
    """Google's client also looks at the bucket, once and aside: that is not counted."""
    counted = {}
    for name, act in (
        ("write", lambda: files.write("a", b"1" * 100_000)),
        ("create", lambda: files.create("b", b"1")),
        ("small", lambda: files.open("b").read()),
        ("large", lambda: files.open("a").read()),
        ("exists", lambda: files.exists("a")),
        ("rename", lambda: files.rename("a", "c")),
        ("list", lambda: files.list("")),
        ("delete", lambda: files.delete("c")),
    ):
        store.gate.asked.clear()
        act()
        counted[name] = sum(store.scheme == "s3" or "/o" in each.path for each in store.gate.asked)
    assert counted == EXPECTED[store.scheme]


EXPECTED = {
    "s3": {"write": 1, "create": 1, "small": 1, "large": 2, "exists": 1, "rename": 2, "list": 1, "delete": 2},
    "gs": {"write": 1, "create": 1, "small": 2, "large": 3, "exists": 1, "rename": 2, "list": 1, "delete": 2},
}
