"""Small files become one while somebody reads."""

import threading
from pathlib import Path

import pytest

from tests.fixtures.command import newsbeam
from tests.fixtures.committed import DAY, dataset, run_id, story_of, write
from transforms.storage.files import LocalFiles
from transforms.storage.manifests import Manifest, commit, committed_paths
from transforms.storage.tables import read_table

pytestmark = pytest.mark.faults

FILES = 500


def test_a_reader_of_snapshots_notices_nothing_of_a_compaction(tmp_path: Path) -> None:
    files = dataset(tmp_path)
    for start in range(0, FILES, 50):
        written = tuple(write(files, start, "articles", [story_of(start + n)], DAY) for n in range(50))
        commit(Manifest(run_id=run_id(start), files=written), files)
    wanted = _ids(committed_paths("articles", files), files)
    failed: list[str] = []
    done, reads = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            try:
                found = _ids(committed_paths("articles", files), files)
            except OSError as error:
                failed.append(str(error))
            else:
                failed.extend(["other rows"] if found != wanted else [])
            reads.append(1)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert newsbeam("compact", files.root).code == 0
        assert newsbeam("compact", files.root).code == 0
    finally:
        done.set()
        reader.join()
    assert failed == []
    assert len(reads) > 1
    assert len(committed_paths("articles", files)) == 1
    assert _ids(committed_paths("articles", files), files) == wanted
    assert _ids(files.list("articles"), files) == wanted  # globs, within the grace


def _ids(paths: list[str], files: LocalFiles) -> list[str]:
    return sorted(id_ for path in paths for id_ in read_table(path, files, ["article_id"])["article_id"].to_pylist())
