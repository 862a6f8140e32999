"""Case 82: the disk is full, whatever is being written. Cases 85 and 87: the same again; damage of the small files."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.archives import write_warc
from tests.fixtures.command import LOOPBACK, Said, newsbeam
from tests.fixtures.datasets import rows
from tests.fixtures.hostile_server import HostileServer, page
from tests.fixtures.records import html, story
from transforms.storage import layout
from transforms.storage.files import LocalFiles
from transforms.storage.manifests import committed, committed_paths, manifest_paths

pytestmark = pytest.mark.faults

LIMITED = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from pipelines.cli import main
sys.exit(main(sys.argv[1:]))
"""
NO_LIMIT = 10_000_000
PROVENANCE = {"run_id", "fetched_at", "first_seen_at", "at", "retry_at"}  # docs/running.md


def archive(folder: Path, name: str, count: int) -> str:
    pages = [(f"https://news.example/{n}", html(f"Title {n}", *story(n, 12))) for n in range(count)]
    return write_warc(folder / name, pages)


def limited(limit: int, source: str, output: Path) -> Said:
    command = [sys.executable, "-c", LIMITED, str(limit), "run", "--warc", source, "--output", str(output), "--json"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, text=True, capture_output=True, env=environment, check=False)
    return Said(code=done.returncode, out=done.stdout, err=done.stderr)


def test_case_82_a_full_disk_is_told_with_path_and_bytes_and_the_old_rows_stay(tmp_path: Path) -> None:
    output, many = tmp_path / "out", archive(tmp_path, "many.warc.gz", 60)
    assert newsbeam("run", "--warc", archive(tmp_path, "few.warc.gz", 2), "--output", output).code == 0
    before, told = rows(output, "articles"), set()
    for limit in (100, 2_000, 8_000, 20_000):  # the lock, small tables, state, staging
        said = limited(limit, many, output)
        assert (said.code, said.out) == (5, ""), said
        assert f"{output}/_meta/" in said.err
        assert "bytes): File too large" in said.err
        assert "Traceback" not in said.err
        assert rows(output, "articles") == before
        told.add(said.err.split(" could not be written")[0].split("/")[-2])
    assert len(told) > 1  # it was met at more than one place
    assert limited(NO_LIMIT, many, output).code == 0
    assert len({row["url"] for row in rows(output, "articles")}) == len(rows(output, "articles")) == 60
    assert newsbeam("doctor", output).code == 0


def test_case_85_the_same_input_three_times_leaves_the_same_files(tmp_path: Path) -> None:
    output, source = tmp_path / "out", archive(tmp_path, "pages.warc.gz", 5)
    seen = []
    for _ in range(3):
        assert newsbeam("run", "--warc", source, "--output", output).code == 0
        listed = committed(LocalFiles(str(output)))
        tables = ("articles", "duplicates", "failures", "fingerprints", "links")
        seen.append([(each.path, each.sha256) for each in listed if each.table in tables])
    assert seen[0] == seen[1] == seen[2]


def test_case_85_three_orders_of_one_input_make_the_same_rows(tmp_path: Path) -> None:
    pages = [(f"https://news.example/{n}", html(f"Title {n}", *story(n % 7))) for n in range(10)]
    made = []
    for number, order in enumerate((pages, pages[::-1], pages[5:] + pages[:5])):
        output = tmp_path / f"out{number}"
        newsbeam("run", "--warc", write_warc(tmp_path / f"{number}.warc.gz", order), "--output", output)
        made.append([_without_provenance(output, table) for table in ("articles", "duplicates")])
    assert made[0] == made[1] == made[2]
    assert [len(each) for each in made[0]] == [7, 3]


def test_case_85_three_orders_of_a_list_make_the_same_rows_but_for_when_they_were_read(tmp_path: Path) -> None:
    made = []
    with HostileServer() as server:
        for number in range(10):
            server.pages[f"/{number}"] = page(html(f"Title {number}", *story(number % 7)).decode())
        urls = [server.url(f"/{number}") for number in (*range(10), 99)]
        for number in range(3):
            output, listed = tmp_path / f"out{number}", tmp_path / "urls.txt"
            listed.write_text("\n".join(random.Random(number).sample(urls, len(urls))))
            assert newsbeam("run", "--urls", listed, "--output", output, *LOOPBACK, "--workers", "1").code == 0
            made.append([_without_provenance(output, table) for table in ("articles", "duplicates", "failures")])
    assert made[0] == made[1] == made[2]
    assert [len(each) for each in made[0]] == [7, 3, 1]


def _without_provenance(output: Path, table: str) -> list[dict[str, object]]:
    found = [{name: value for name, value in row.items() if name not in PROVENANCE} for row in rows(output, table)]
    return sorted(found, key=lambda row: str(row["url"]))


@pytest.fixture
def output(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    newsbeam("run", "--warc", archive(tmp_path, "first.warc.gz", 3), "--output", made)
    return made


def assert_named_and_mended(output: Path, tmp_path: Path, path: str, rows_left: int) -> None:
    source = archive(tmp_path, "again.warc.gz", 4)
    refused = newsbeam("run", "--warc", source, "--output", output)
    assert refused.code == 5, refused
    assert path in refused.err
    assert "newsbeam doctor" in refused.err
    found = newsbeam("doctor", output)
    assert found.code == 5
    assert path in found.out
    assert newsbeam("doctor", output, "--repair").code == 0
    assert len(rows(output, "articles")) == rows_left
    assert newsbeam("run", "--warc", source, "--output", output).code == 0
    assert len({row["url"] for row in rows(output, "articles")}) == len(rows(output, "articles")) == 4


@pytest.mark.parametrize("table", ["links", "fingerprints"])
def test_case_87_a_damaged_file_of_state_stops_the_run_and_is_remade(output: Path, tmp_path: Path, table: str) -> None:
    (path,) = committed_paths(table, LocalFiles(str(output)))
    content = bytearray((output / path).read_bytes())
    content[-6] ^= 0xFF  # in the footer, which all read; a run does not look at columns that it does not need
    (output / path).write_bytes(content)
    assert_named_and_mended(output, tmp_path, path, 3)


def test_case_87_a_truncated_manifest_stops_the_run_and_is_restored(output: Path, tmp_path: Path) -> None:
    (path,) = manifest_paths(LocalFiles(str(output)))
    content = (output / path).read_bytes()
    (output / path).write_bytes(content[: len(content) // 2])
    assert_named_and_mended(output, tmp_path, path, 3)


def test_case_87_a_lost_folder_stops_the_run_and_its_pages_may_be_read_again(output: Path, tmp_path: Path) -> None:
    (path,) = committed_paths("articles", LocalFiles(str(output)))
    LocalFiles(str(output)).delete("articles")
    assert_named_and_mended(output, tmp_path, path, 0)


def test_case_87_a_foreign_file_is_named_and_put_aside(output: Path) -> None:
    (output / "articles" / "notes.txt").write_text("mine")
    found = newsbeam("doctor", output)
    assert (found.code, "foreign_file       articles/notes.txt" in found.out) == (5, True)
    assert newsbeam("doctor", output, "--repair").code == 0
    (kept,) = (output / layout.QUARANTINE).rglob("notes.txt")
    assert kept.read_text() == "mine"
