"""The whole job beside what people would use instead: WARC archives to deduplicated Parquet, in one alternating run.

python -m benchmarks.beside --data ../shared/data --pages 5000 --rounds 3 --write docs/performance.md

Each peer gets an environment of its own under build/peers, made once. What each contestant wrote is counted: a rate
of pages that were lost is none.
"""

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from benchmarks.measure import Measured, measure

ROOT = Path(__file__).parent.parent
ENVIRONMENTS = ROOT / "build" / "peers"
ARCHIVES = 2  # one for each core: datatrove parts its work by files
MIB = 1024 * 1024
HEAD = """# Performance

{pages:,} made pages in {archives} WARC archives, {rounds} alternating rounds; medians, with the spread of rates behind.
{machine}. Machines are noisy: read the ratios.

Made by `python -m benchmarks.beside`; each peer does the job as its own documentation says, in its own environment.

| who | pages/s | wall, newsbeam = 1 | CPU a page | peak memory | rows | what it does |
| --- | --- | --- | --- | --- | --- | --- |"""
LEAST_ROWS = 0.9  # of the pages; a contestant that wrote fewer did another job


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """Who does the job, what it does, in which environment, and where its articles lie below the output."""

    name: str
    job: str
    command: Callable[[Sequence[str], Path], list[str]]
    articles: str
    requirements: str | None = None  # a file beside this; none: our own environment
    pins: tuple[str, ...] = ()  # distributions whose versions are told
    waits: bool = True  # for its processes, so that the system counts their CPU


def module(name: str, output: str) -> Callable[[Sequence[str], Path], list[str]]:
    return lambda archives, folder: ["-m", f"benchmarks.peers.{name}", *archives, str(folder / output)]


def newsbeam(archives: Sequence[str], folder: Path) -> list[str]:
    named = [word for each in archives for word in ("--warc", each)]
    return ["-m", "pipelines", "run", *named, "--output", str(folder / "out")]


CONTESTANTS = (
    Contestant(
        name="newsbeam",
        job="all verbs: extract, clean, tag by topic and region, deduplicate, partition, commit",
        command=newsbeam,
        articles="out/articles/**/*.parquet",
        pins=("trafilatura", "apache-beam"),
    ),
    Contestant(
        name="bare trafilatura",
        job="extract with metadata, two processes, one Parquet file",
        command=module("bare_trafilatura", "bare.parquet"),
        articles="bare.parquet",
        pins=("trafilatura",),
    ),
    Contestant(
        name="datatrove",
        job="extract text with trafilatura, MinHash in four stages, Parquet",
        command=module("datatrove_job", "out"),
        articles="out/articles/*.parquet",
        requirements="datatrove",
        pins=("datatrove", "trafilatura"),
        waits=False,
    ),
    Contestant(
        name="newspaper4k",
        job="extract with metadata, two processes, one Parquet file",
        command=module("bare_newspaper4k", "bare.parquet"),
        articles="bare.parquet",
        requirements="newspaper4k",
        pins=("newspaper4k",),
    ),
    Contestant(
        name="news-please",
        job="extract with metadata, two processes, one Parquet file",
        command=module("bare_news_please", "bare.parquet"),
        articles="bare.parquet",
        requirements="news-please",
        pins=("news-please",),
    ),
)


@dataclass(slots=True, kw_only=True)
class Result:
    """All rounds of one contestant, and the rows of the last."""

    contestant: Contestant
    python: str
    runs: list[Measured] = field(default_factory=list)
    rows: int = 0


def main() -> int:
    arguments = parse()
    chosen = [each for each in CONTESTANTS if each.name in (arguments.only or [each.name])]
    with tempfile.TemporaryDirectory() as scratch:
        archives = make_archives(arguments.data, arguments.pages, Path(scratch))
        results = [Result(contestant=each, python=python_of(each)) for each in chosen]
        for number in range(arguments.rounds):
            for each in results:
                one_round(each, number, archives, Path(scratch))
    told = "\n".join(report(results, arguments.pages, arguments.rounds))
    print(told)
    if arguments.write:
        arguments.write.write_text(told + "\n", encoding="utf-8")
    return int(any(run.exit_code for each in results for run in each.runs))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", choices=[each.name for each in CONTESTANTS])
    parser.add_argument("--write", type=Path, help="write the page there")
    return parser.parse_args()


def python_of(contestant: Contestant) -> str:
    """The interpreter of a contestant's environment, which is made where there is none."""
    if contestant.requirements is None:
        return sys.executable
    folder = ENVIRONMENTS / contestant.requirements
    python, ready = folder / "bin" / "python", folder / ".installed"
    wanted = ROOT / "benchmarks" / "peers" / f"requirements-{contestant.requirements}.txt"
    if not ready.exists() or ready.read_text() != wanted.read_text():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", str(wanted)], check=True)
        ready.write_text(wanted.read_text())
    return str(python)


def versions(result: Result) -> str:
    names = result.contestant.pins
    asked = f"import importlib.metadata as m; print(', '.join(f'{{e}} {{m.version(e)}}' for e in {names!r}))"
    return subprocess.run([result.python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()


def make_archives(data: Path, pages: int, scratch: Path) -> list[str]:
    made = ["--data", str(data), "--pages", str(pages), "--parts", str(ARCHIVES)]
    folder = scratch / "archives"
    folder.mkdir()
    command = [sys.executable, "-m", "benchmarks.pages", "made", *made, "--output", str(folder / "made.warc.gz")]
    subprocess.run(command, check=True)
    return sorted(map(str, folder.iterdir()))


def one_round(result: Result, number: int, archives: Sequence[str], scratch: Path) -> None:
    """The contestant once more."""
    contestant = result.contestant
    folder = scratch / f"{contestant.name} {number}"
    folder.mkdir()
    run = measure([result.python, *contestant.command(archives, folder)])
    result.runs.append(run)
    result.rows = count_rows(folder / contestant.articles)
    print(f"{contestant.name}: {run.wall:.1f} s, {run.cpu:.1f} s of CPU, {result.rows:,} rows", file=sys.stderr)


def count_rows(path: Path) -> int:
    try:
        found = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
    except duckdb.IOException:
        return 0
    return int(found[0]) if found else 0


def report(results: Sequence[Result], pages: int, rounds: int) -> Iterator[str]:
    """The page: medians, spread, and ratios to newsbeam in the same rounds."""
    machine = f"{platform.machine()}, {cores()} cores, Python {platform.python_version()}"
    yield HEAD.format(pages=pages, archives=ARCHIVES, rounds=rounds, machine=machine)
    ours = results[0]
    for each in results:
        yield line(each, ours, pages)
    yield ""
    yield from (f"- {each.contestant.name}: {versions(each)}" for each in results)


def line(result: Result, ours: Result, pages: int) -> str:
    if any(run.exit_code for run in result.runs) or result.rows < LEAST_ROWS * pages:
        return f"| {result.contestant.name} | did not finish the job: {result.rows:,} rows |  |  |  |  |  |"
    rates = sorted(pages / run.wall for run in result.runs)
    times = statistics.median(one.wall / other.wall for one, other in zip(result.runs, ours.runs, strict=True))
    cpu = statistics.median(1000 * run.cpu / pages for run in result.runs)
    peak = max(run.peak_bytes for run in result.runs) // MIB
    rate = f"{statistics.median(rates):.1f} ({rates[0]:.1f} to {rates[-1]:.1f})"
    used = f"{cpu:.1f} ms" if result.contestant.waits else "not counted"
    cells = (result.contestant.name, rate, f"{times:.2f}", used, f"{peak:,} MiB", f"{result.rows:,}")
    return f"| {' | '.join(cells)} | {result.contestant.job} |"


def cores() -> int:
    return len(list(Path("/sys/devices/system/cpu").glob("cpu[0-9]*")))


if __name__ == "__main__":
    sys.exit(main())
