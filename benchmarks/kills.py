"""Kill runs at random moments, and see that nothing is lost, doubled, torn or asked for twice.

    python -m benchmarks.kills --kills 60

Each kill: a dataset with a part of the sample site in it, a run over the whole site that is killed with SIGKILL,
and a normal run, while one reader of snapshots and one of globs loop over the dataset. What comes out must be what
two undisturbed runs leave. Of three kills one comes at any moment of a run, one after the first page was staged,
and one is aimed at the commit, which is too short to be met by chance.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipelines.demo.server import SampleSite
from transforms.storage import layout
from transforms.storage.files import LocalFiles
from transforms.storage.manifests import committed_paths, manifest_paths
from transforms.storage.staging import left_drafts, staging_files
from transforms.storage.tables import read_table
from transforms.storage.upkeep.doctor import examine

FIRST_PART = 10  # URLs of the list that are in the dataset before
AIM_SPREAD = 0.05  # seconds after the commit's first sign; one of the site's files takes about as long
PAUSE = 0.02  # seconds of a reader between two looks, which leaves the run something of the machine
DEADLINE = 120.0  # seconds for a run that ought to take ten
KEPT = (
    "article_id, url, title, text, language, published_at, cluster_id, topics, regions, primary_topic, primary_region"
)
ROWS = {
    "articles": f"SELECT {KEPT} FROM read_parquet(?) ORDER BY ALL",
    "duplicates": "SELECT article_id, url, duplicate_of, cluster_id, method FROM read_parquet(?) ORDER BY ALL",
    "failures": "SELECT DISTINCT subject, url, stage, reason FROM read_parquet(?) ORDER BY ALL",  # a try is a row
}


@dataclass(kw_only=True)
class Readers:
    """Two threads that read a dataset over and over: by its manifests, and by a glob."""

    files: LocalFiles
    right: Sequence[frozenset[str]]  # sets of ids that a snapshot may hold
    snapshots: int = 0
    globs: int = 0
    wrong: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Readers":
        self._threads = [threading.Thread(target=each) for each in (self._read_snapshots, self._read_globs)]
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for each in self._threads:
            each.join()

    def _read_snapshots(self) -> None:
        while not self._stop.is_set():
            try:
                ids = _ids(committed_paths("articles", self.files), self.files)
            except (OSError, ValueError) as error:
                self.wrong.append(f"{type(error).__name__}: {error}")
            else:
                if len(ids) != len(set(ids)) or frozenset(ids) not in self.right:
                    self.wrong.append(f"{len(ids)} rows, {len(set(ids))} distinct")
            self.snapshots += 1
            self._stop.wait(PAUSE)

    def _read_globs(self) -> None:
        pattern = f"{self.files.folder}/articles/**/*.parquet"
        whole = self.right[-1]
        with duckdb.connect() as connection:
            while not self._stop.is_set():
                try:
                    ids = connection.execute("SELECT article_id, text FROM read_parquet(?)", [pattern]).fetchall()
                except duckdb.Error as error:
                    self.torn.append(str(error))
                else:
                    found = [each for each, _ in ids]
                    if len(found) != len(set(found)) or not self.right[0] <= set(found) <= whole:
                        self.torn.append(f"{len(found)} rows, {len(set(found))} distinct")
                self.globs += 1
                self._stop.wait(PAUSE)


@dataclass(frozen=True, kw_only=True)
class Aim:
    """From which sign of a run on its kill may come, and how long after it."""

    sign: Callable[[LocalFiles], bool]
    spread: float | None  # seconds; as long as a run lasts where it is None


AIMS = (
    Aim(sign=lambda _: True, spread=None),
    Aim(sign=lambda files: bool(staging_files(files)), spread=None),
    Aim(sign=lambda files: bool(files.list(layout.PENDING)), spread=AIM_SPREAD),
)


@dataclass(frozen=True, kw_only=True)
class Kill:
    """What one kill came to."""

    moment: float  # seconds after the start
    met: str  # what the run had in hand
    staged: int  # pages that were staged, and so must not be asked for again
    asked_again: tuple[str, ...]
    lost: int
    doubled: int
    equal: bool
    damage: tuple[str, ...]  # that the doctor found between the runs
    code: int  # of the normal run


@dataclass(frozen=True, kw_only=True)
class Site:
    """The sample site, and how to run on it."""

    server: SampleSite
    folder: Path
    asked: Counter[str] = field(default_factory=Counter)  # by an undisturbed run; twice where two links lead

    def command(self, output: Path, urls: Path, *, whole: bool) -> list[str]:
        inputs = ["--urls", str(urls)]
        if whole:
            inputs += ["--feeds", str(self.server.opml_path), "--sitemap", self.server.sitemap_url]
        options = ["--allow-private-networks", "127.0.0.0/8", "--delay", "0.01", "--deadline", "5", "--json"]
        return [sys.executable, "-m", "pipelines", "run", *inputs, "--output", str(output), *options]

    def start(self, output: Path, urls: Path | None = None) -> "subprocess.Popen[str]":
        command = self.command(output, urls or self.server.url_list, whole=urls is None)
        pipe = subprocess.PIPE
        return subprocess.Popen(command, text=True, start_new_session=True, stdout=pipe, stderr=pipe)

    def run(self, output: Path, urls: Path | None = None) -> int:
        process = self.start(output, urls)
        _, trouble = process.communicate(timeout=DEADLINE)
        if process.returncode:
            print(trouble[-2000:], file=sys.stderr)
        return process.returncode


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, and print what came of it; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="newsbeam-kills-") as folder, SampleSite(fixed_ports=False) as server:
        report = measure(Site(server=server, folder=Path(folder)), given.kills, given.seed)
    print(json.dumps(report, indent=1))
    return 1 if broken(report) else 0


def measure(site: Site, kills: int, seed: int) -> dict[str, Any]:
    """The figures of so many kills."""
    chance, before, undisturbed = random.Random(seed), site.folder / "before", site.folder / "undisturbed"
    part = site.folder / "part.txt"
    part.write_text("\n".join(site.server.url_list.read_text().splitlines()[:FIRST_PART]))
    site.run(before, part)
    shutil.copytree(before, undisturbed)
    start, asked_before = time.monotonic(), len(site.server.log)
    site.run(undisturbed)
    duration = time.monotonic() - start
    site.asked.update(asked_of(site.server, asked_before))
    right = [ids_in(before), ids_in(undisturbed)]
    found, readers = [], []
    for number in range(kills):
        output = site.folder / f"kill{number}"
        shutil.copytree(before, output)
        with Readers(files=LocalFiles(str(output)), right=right) as reading:
            aim = AIMS[number % len(AIMS)]
            found.append(one_kill(site, output, undisturbed, aim, chance.random() * (aim.spread or duration)))
        readers.append(reading)
        print(f"{number + 1}/{kills} {found[-1]}", file=sys.stderr)
        shutil.rmtree(output)
    return summary(found, readers, duration, right)


def one_kill(site: Site, output: Path, undisturbed: Path, aim: Aim, later: float) -> Kill:
    """Kill a run some time after a sign, run again, compare."""
    files, process, start = LocalFiles(str(output)), site.start(output), time.monotonic()
    wait_for(lambda: aim.sign(files), process)
    with_patience(process, later)
    moment = time.monotonic() - start
    process.kill()
    process.communicate()
    end_session(process)
    met = in_hand(files)
    staged, asked_before = staged_urls(files), len(site.server.log)
    damage = tuple(each.detail for each in examine(files).findings if each.is_damage)
    code = site.run(output)
    asked, owed = asked_of(site.server, asked_before), site.asked - staged
    ids, wanted = list_ids(output), list_ids(undisturbed)
    return Kill(
        moment=round(moment, 2),
        met=met,
        staged=len(staged),
        asked_again=tuple(sorted(url for url in staged if asked[url] > owed[url])),
        lost=len(set(wanted) - set(ids)),
        doubled=len(ids) - len(set(ids)),
        equal=all(rows_in(output, name) == rows_in(undisturbed, name) for name in ROWS),
        damage=damage,
        code=code,
    )


def wait_for(sign: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Look for a sign as often as can be, until it is there or the process has ended."""
    while process.poll() is None and not sign():
        time.sleep(0.001)


def with_patience(process: "subprocess.Popen[str]", seconds: float) -> None:
    """Wait, but not for a process that has ended."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.001)


def end_session(process: "subprocess.Popen[str]") -> None:
    """End what the killed process may have left."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def in_hand(files: LocalFiles) -> str:
    """How far a killed run had come."""
    if files.list(layout.PENDING):
        return "pending commit"
    if len(manifest_paths(files)) > 1:
        return "committed"
    if any("/finished/" in path for path in staging_files(files)):
        return "finished files"
    return "staged drafts" if staging_files(files) else "nothing"


def staged_urls(files: LocalFiles) -> Counter[str]:
    """How often each address was asked for what the next run takes up: the page's own, and one that led to it."""
    left = [] if files.list(layout.PENDING) else left_drafts("", files)
    rows = [row for each in left for row in read_table(each.path, files, ["link", "final_url"]).to_pylist()]
    pairs = ({_bare(row["link"]["url"]), _bare(row["final_url"])} for row in rows)
    return Counter(url for pair in pairs for url in pair)


def asked_of(server: SampleSite, since: int) -> Counter[str]:
    """How often the server was asked for each address."""
    return Counter(f"{server.hosts[each.host]}{_bare(each.path)}" for each in server.log[since:])


def _bare(url: str) -> str:
    return url.partition("?")[0].partition("#")[0]


def ids_in(output: Path) -> frozenset[str]:
    return frozenset(list_ids(output))


def list_ids(output: Path) -> list[str]:
    files = LocalFiles(str(output))
    return _ids(committed_paths("articles", files), files)


def _ids(paths: Sequence[str], files: LocalFiles) -> list[str]:
    return [id_ for path in paths for id_ in read_table(path, files, ["article_id"])["article_id"].to_pylist()]


def rows_in(output: Path, table: str) -> list[tuple[Any, ...]]:
    """Rows of a table by its manifests, without what names the run."""
    paths = [str(output / path) for path in committed_paths(table, LocalFiles(str(output)))]
    return duckdb.execute(ROWS[table], [paths]).fetchall() if paths else []


def summary(found: Sequence[Kill], readers: Sequence[Readers], duration: float, right: Sequence[Any]) -> dict[str, Any]:
    """All kills in figures."""
    return {
        "kills": len(found),
        "seconds of an undisturbed run": round(duration, 1),
        "articles before and after": [len(each) for each in right],
        "met": dict(sorted(Counter(each.met for each in found).items())),
        "rows lost": sum(each.lost for each in found),
        "rows doubled": sum(each.doubled for each in found),
        "datasets unequal": sum(not each.equal for each in found),
        "second runs that failed": sum(each.code != 0 for each in found),
        "pages staged": sum(each.staged for each in found),
        "of them asked for again": [url for each in found for url in each.asked_again],
        "damage found between the runs": sorted({each for kill in found for each in kill.damage}),
        "snapshot reads": sum(each.snapshots for each in readers),
        "snapshot reads wrong": list(first_few(each.wrong for each in readers)),
        "glob reads": sum(each.globs for each in readers),
        "glob reads torn": list(first_few(each.torn for each in readers)),
    }


def first_few(lists: Iterator[list[str]]) -> Iterator[str]:
    """Some of what was wrong; the rest is as a rule the same."""
    yield from [each for one in lists for each in one][:10]


def broken(report: dict[str, Any]) -> list[str]:
    """Promises that were not kept."""
    promised = (
        "rows lost", "rows doubled", "datasets unequal", "second runs that failed", "of them asked for again",
        "damage found between the runs", "snapshot reads wrong", "glob reads torn",
    )  # fmt: skip
    return [name for name in promised if report[name]]


if __name__ == "__main__":
    sys.exit(main())
