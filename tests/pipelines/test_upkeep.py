"""The commands that look after a dataset, from the command line to the files."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.upkeep import address_of, sketch_row
from schemas.columns import to_row
from schemas.version import SCHEMA_VERSION
from tests.fixtures.archives import rss, rss_item, write_warc
from tests.fixtures.command import LOOPBACK, Said, newsbeam
from tests.fixtures.committed import dataset, put_stories, snapshot
from tests.fixtures.datasets import rows
from tests.fixtures.hostile_server import HostileServer, answer, page
from tests.fixtures.records import NOW, candidate, html, link, story
from transforms.articles.sketching import fingerprint_candidate
from transforms.storage import layout
from transforms.storage.agreement import read_agreement, write_agreement
from transforms.storage.files import LocalFiles
from transforms.storage.lock import Lock
from transforms.storage.manifests import committed_paths, manifest_bytes, manifest_paths, parse_manifest

pytestmark = pytest.mark.faults  # whole runs, ten seconds each

ONE, TWO = "https://news.example/1", "https://other.example/2"


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    made = dataset(tmp_path / "out")
    put_stories(made, 1, 1, 2)
    put_stories(made, 2, 3)
    return made


@pytest.fixture
def archive(tmp_path: Path) -> str:
    pages = [(url, html(f"Title {n}", *story(n))) for n, url in enumerate((ONE, TWO), 1)]
    return write_warc(tmp_path / "pages.warc.gz", pages)


def run(archive: str, output: Path, *more: str) -> Said:
    return newsbeam("run", "--warc", archive, "--output", output, "--json", *more)


@pytest.mark.parametrize("command", ["compact", "doctor", "delete", "migrate"])
def test_what_is_no_dataset_is_refused(tmp_path: Path, command: str) -> None:
    said = newsbeam(command, tmp_path / "nothing")
    assert (said.code, said.out) == (2, "")
    assert "holds no dataset; name the folder that a run wrote to" in said.err
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("command", [("compact",), ("doctor",), ("delete", "--url", ONE), ("migrate",)])
def test_while_a_run_writes_nobody_else_does(files: LocalFiles, command: tuple[str, ...]) -> None:
    before = files.list("")
    with Lock(files, "ours"):
        said = newsbeam(command[0], files.root, *command[1:])
    assert (said.code, said.out) == (4, "")
    assert "run ours" in said.err
    assert files.list("") == before


@pytest.mark.parametrize("command", [("compact",), ("delete", "--url", ONE)])
def test_a_dataset_of_another_version_is_migrated_first(files: LocalFiles, command: tuple[str, ...]) -> None:
    for path in manifest_paths(files):
        with files.open(path) as file:
            older = replace(parse_manifest(file.read()), schema_version=0)
        files.write(path, manifest_bytes(older))
    assert newsbeam(command[0], files.root, *command[1:]).code == 2
    assert newsbeam("run", "--html", ".", "--output", files.root).code == 2
    said = newsbeam("migrate", files.root)
    assert (said.code, said.out) == (0, f"version 0 became {SCHEMA_VERSION}: 9 rows in 6 files\n")
    assert newsbeam(command[0], files.root, *command[1:]).code == 0
    assert newsbeam("migrate", files.root).out == "nothing to do: the columns are of this version already\n"


def test_compact_says_what_it_did(files: LocalFiles) -> None:
    before = snapshot(files, "articles")
    said = newsbeam("compact", files.root, "--grace", "0m")
    assert said.code == 0
    assert said.out.startswith("6 files became 3, ")
    assert snapshot(files, "articles") == before
    assert newsbeam("compact", files.root).out == "nothing to merge: no partition has more than one file\n"


@pytest.mark.parametrize("grace", ["soon", "-1h", "1"])
def test_a_grace_that_is_no_span_is_refused(files: LocalFiles, grace: str) -> None:
    said = newsbeam("compact", files.root, f"--grace={grace}")
    assert (said.code, said.err) == (
        2,
        f"newsbeam: --grace cannot be {grace!r}; it is a span as 1h, 30m or 0m [NB102: docs/errors.md]\n",
    )


def test_the_doctor_names_damage_and_mends_it(files: LocalFiles) -> None:
    assert newsbeam("doctor", files.root).out == "sound: 6 files with 9 rows are as they were committed\n"
    path = committed_paths("articles", files)[0]
    files.write(path, b"not this")
    files.write("articles/_SUCCESS", b"")
    said = newsbeam("doctor", files.root)
    assert said.code == 5
    assert f"corrupt_file       {path}" in said.out
    assert "2 things are damaged\nnewsbeam doctor --repair" in said.out
    mended = newsbeam("doctor", files.root, "--repair")
    assert mended.code == 0
    assert "lost: 2 rows of articles" in mended.out
    assert newsbeam("doctor", files.root).code == 0


def test_the_doctor_speaks_json(files: LocalFiles) -> None:
    files.delete(committed_paths("articles", files)[0])
    said = json.loads(newsbeam("doctor", files.root, "--json").out)
    assert (said["sound"], [each["trouble"] for each in said["findings"]]) == (False, ["missing_file"])


def test_the_doctor_takes_over_a_stale_lock_and_says_so(files: LocalFiles) -> None:
    with Lock(files, "ours"), files.open(layout.LOCK) as file:
        owner = json.load(file)
    files.write(layout.LOCK, json.dumps(owner | {"started": "1", "run_id": "killed"}).encode())
    said = newsbeam("doctor", files.root)
    assert said.code == 0
    assert "stale_lock" in said.out
    assert "killed" in said.out
    assert not files.exists(layout.LOCK)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "nothing was named to delete; add --url URL, --host HOST or --before DATE"),
        (("--url", "ftp://x"), "--url ftp://x is no http or https address"),
        (("--host", "https://x.example/"), "--host https://x.example/ is no name of a host"),
        (("--before", "spring"), "--before cannot be 'spring'"),
    ],
)
def test_a_deletion_that_names_nothing_is_refused(files: LocalFiles, arguments: tuple[str, ...], told: str) -> None:
    said = newsbeam("delete", files.root, *arguments)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


@pytest.mark.parametrize(
    "arguments", [("--url", "http://www.news.example/1/?utm_source=x"), ("--host", "news.example")]
)
def test_what_is_deleted_does_not_come_back(tmp_path: Path, archive: str, arguments: tuple[str, ...]) -> None:
    output = tmp_path / "out"
    assert run(archive, output).json["accounting"]["articles"] == 2
    said = newsbeam("delete", output, *arguments)
    assert (said.code, said.out.splitlines()[0]) == (0, "deleted: 1 articles, 1 fingerprints, 1 links")
    again = run(archive, output).json["accounting"]
    assert (again["articles"], again["drops"]) == (0, {"deleted": 1, "seen": 1})
    assert [row["url"] for row in rows(output, "articles")] == [TWO]
    below = b"".join(path.read_bytes() for path in output.rglob("*") if path.is_file())
    assert ONE.encode() not in below


@pytest.mark.parametrize("what", ["--url", "--host", "--before"])
def test_what_is_deleted_leaves_the_archives_of_its_runs_too(tmp_path: Path, what: str) -> None:
    output, folder = tmp_path / "out", tmp_path / "archive"
    with HostileServer() as server:
        for number in (1, 2):
            server.pages[f"/{number}"] = page("".join(f"<p>{each}</p>" for each in story(number)))
        server.pages["/feed"] = answer(200, rss(*(rss_item(server.url(f"/{number}")) for number in (1, 2))))
        arguments = ("--feeds", server.url("/feed"), *LOOPBACK, "--archive", folder, "--output", output, "--json")
        assert newsbeam("run", *arguments).json["accounting"]["articles"] == 2
        named = {"--url": server.url("/1"), "--host": "127.0.0.1", "--before": "2999-01-01"}[what]
        gone = [server.url("/1"), *([] if what == "--url" else [server.url("/2")])]
        said = newsbeam("delete", output, what, named)
        assert (said.code, "exchanges were taken out" in said.out) == (0, True)
        left = b"".join(gzip.decompress(each.read_bytes()) for each in folder.iterdir())
        assert [url for url in gone if url.encode() in left] == []
        assert (server.url("/2").encode() in left) == (what == "--url")
        asked = len(server.paths())
        again = newsbeam("run", *arguments).json["accounting"]
        assert again["articles"] == 0
        assert [path for path in server.paths()[asked:] if path in {"/1"}] == []


def test_an_archive_that_cannot_be_searched_is_named(files: LocalFiles, tmp_path: Path) -> None:
    said = newsbeam("delete", files.root, "--url", ONE, "--archive", tmp_path / "moved")
    assert said.code == 5
    assert "not searched (is not there); look into it yourself" in said.out
    (tmp_path / "moved").mkdir()
    (tmp_path / "moved" / "newsbeam-x-001.warc.gz.open").write_bytes(b"")
    assert (
        "a run may be writing it" in newsbeam("delete", files.root, "--url", ONE, "--archive", tmp_path / "moved").out
    )


def test_what_is_too_old_does_not_come_back_either(tmp_path: Path, archive: str) -> None:
    output = tmp_path / "out"
    run(archive, output)
    assert newsbeam("delete", output, "--before", "2026-11-21").code == 0  # the archive is of the day before
    assert rows(output, "articles") == []
    assert run(archive, output).json["accounting"]["drops"] == {"seen": 2}
    edited = write_warc(
        tmp_path / "new.warc.gz", [(ONE, html("New", *story(9))), ("https://x.example/", html("X", *story(8)))]
    )
    again = run(edited, output, "--refetch-after", "0m").json["accounting"]
    assert (again["articles"], again["drops"]) == (0, {"deleted": 2})


def test_a_run_may_keep_some_days_only(tmp_path: Path, archive: str) -> None:
    output = tmp_path / "out"
    assert run(archive, output, "--keep-days", "36500").json["accounting"]["articles"] == 2
    assert len(rows(output, "articles")) == 2
    fresh = write_warc(
        tmp_path / "new.warc.gz", [("https://x.example/", html("New", *story(9)))], f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    )
    files = LocalFiles(str(output))
    before = len(manifest_paths(files))
    run(fresh, output, "--keep-days", "36500")
    assert len(manifest_paths(files)) == before + 1  # nothing was too old, so nothing was written anew


def test_retention_is_part_of_the_run(tmp_path: Path, archive: str, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "out"
    run(archive, output)
    old = write_warc(tmp_path / "old.warc.gz", [("https://x.example/", html("Old", *story(9)))], "2020-01-01T00:00:00Z")
    said = run(old, output, "--keep-days", "1000")
    assert said.json["accounting"]["articles"] == 1  # the run counts what it read
    assert sorted(row["url"] for row in rows(output, "articles")) == [ONE, TWO]
    assert newsbeam("doctor", output).code == 0


def test_a_fingerprint_that_is_made_again_is_the_one_that_was_lost() -> None:
    made = candidate(*story(1), of=link(ONE), title="T", published_at=NOW)
    row = to_row(made.article)
    assert sketch_row(row) == fingerprint_candidate(made).fingerprint


def test_addresses_are_compared_as_runs_compare_them() -> None:
    assert address_of("HTTP://www.News.example/1/?utm_source=x#top") == address_of(ONE)
    assert address_of("not an address") is None


def test_upkeep_leaves_views_that_name_the_files_of_now(files: LocalFiles) -> None:
    agreement = read_agreement(files)
    assert agreement
    write_agreement(agreement, files)
    newsbeam("compact", files.root, "--grace", "0m")
    with files.open(layout.VIEWS) as file:
        views = file.read().decode()
    assert all(path in views for path in committed_paths("articles", files))
