"""The whole job beside what people would use instead: WARC archives to deduplicated Parquet, in one alternating run.

python -m benchmarks.beside --data ../shared/data --pages 5000 --rounds 3 --write docs/performance.md

Each peer gets an environment of its own under build/peers, made once. What each contestant wrote is counted: a rate
of pages that were lost is none. Without --data the pages are made in the frames of the sample site, which are small.
With --archives FOLDER what is made is kept there, and taken from there the next time.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from benchmarks.environments import python_in, versions
from benchmarks.measure import Measured, measure
from benchmarks.performance import Bar, machine, write_chart, write_section
from schemas.work import Work, outside_extraction

ARCHIVES = 2  # one for each core: datatrove parts its work by files
MIB = 1024 * 1024
HEAD = """## From WARC to Parquet

{pages:,} made pages in {archives} WARC archives, {rounds} alternating rounds{slow}, {machine}; medians, with
the spread of rates behind. Each peer does the job as its own documentation says. Made by `python -m benchmarks.beside`.

| who | pages/s | wall, newsbeam = 1 | CPU a page | peak memory | rows | what it does |
| --- | --- | --- | --- | --- | --- | --- |"""
LEAST_ROWS = 0.9  # of the pages; a contestant that wrote fewer did another job, and so did one that wrote more


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
    slow: bool = False  # it takes several times as long as we do


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
        slow=True,
        pins=("newspaper4k",),
    ),
    Contestant(
        name="news-please",
        job="extract with metadata, two processes, one Parquet file",
        command=module("bare_news_please", "bare.parquet"),
        articles="bare.parquet",
        requirements="news-please",
        slow=True,
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
    outside: list[float] = field(default_factory=list)  # extraction: our share of CPU, as the record of a run tells it


def main() -> int:
    arguments = parse()
    chosen = [each for each in CONTESTANTS if each.name in (arguments.only or [each.name])]
    with tempfile.TemporaryDirectory() as scratch:
        archives = make_archives(arguments.data, arguments.pages, arguments.archives or Path(scratch))
        results = [Result(contestant=each, python=python_in(each.requirements)) for each in chosen]
        for number in range(arguments.rounds):
            for each in results:
                if number < (arguments.rounds_slow or arguments.rounds) or not each.contestant.slow:
                    one_round(each, number, archives, Path(scratch))
    told = "\n".join(report(results, arguments))
    if arguments.write:
        told += "\n\n" + write_chart(
            arguments.write, "performance-pages", "Pages a second", list(bars(results, arguments))
        )
        write_section(arguments.write, "pages", told)
    print(told)
    return int(any(run.exit_code for each in results for run in each.runs))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--pages", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rounds-slow", type=int, help="rounds of newspaper4k and news-please, where fewer do")
    parser.add_argument("--archives", type=Path, help="folder where made archives are kept")
    parser.add_argument("--only", action="append", choices=[each.name for each in CONTESTANTS])
    parser.add_argument("--write", type=Path, help="write the section into that page")
    return parser.parse_args()


def make_archives(data: Path | None, pages: int, folder: Path) -> list[str]:
    """Archives of so many made pages, those in the folder if they are there already."""
    folder = folder / f"{'made' if data else 'sample'}-{pages}"  # of its own: datatrove reads all that lies there
    folder.mkdir(parents=True, exist_ok=True)
    found = [folder / f"{number}.warc.gz" for number in range(ARCHIVES)]
    if not all(each.exists() for each in found):
        given = ["--data", str(data)] if data else []
        making = folder / "making.warc.gz"  # so that what is not whole is never taken for made
        command = ["benchmarks.pages", "made", *given, "--pages", str(pages), "--parts", str(ARCHIVES)]
        subprocess.run([sys.executable, "-m", *command, "--output", str(making)], check=True)
        for number, each in enumerate(found):
            (folder / f"making-{number}.warc.gz").rename(each)
    return [str(each) for each in found]


def one_round(result: Result, number: int, archives: Sequence[str], scratch: Path) -> None:
    """The contestant once more."""
    contestant = result.contestant
    folder = scratch / f"{contestant.name} {number}"
    folder.mkdir()
    run = measure([result.python, *contestant.command(archives, folder)])
    result.runs.append(run)
    result.rows = count_rows(folder / contestant.articles)
    for record in (folder / "out" / "_meta" / "runs").glob("*.json"):
        work = [Work(**each) for each in json.loads(record.read_text(encoding="utf-8"))["work"]]
        result.outside += [share for share in (outside_extraction(work),) if share is not None]
    shutil.rmtree(folder)
    print(f"{contestant.name}: {run.wall:.1f} s, {run.cpu:.1f} s of CPU, {result.rows:,} rows", file=sys.stderr)


def count_rows(path: Path) -> int:
    try:
        found = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
    except duckdb.IOException:
        return 0
    return int(found[0]) if found else 0


def report(results: Sequence[Result], arguments: argparse.Namespace) -> Iterator[str]:
    """The section: medians, spread, and ratios to newsbeam in the same rounds."""
    fewer = arguments.rounds_slow and any(each.contestant.slow for each in results)
    slow = f" ({arguments.rounds_slow} of newspaper4k and news-please)" if fewer else ""
    yield HEAD.format(pages=arguments.pages, archives=ARCHIVES, rounds=arguments.rounds, slow=slow, machine=machine())
    for each in results:
        yield line(each, results[0], arguments.pages)
    yield ""
    if results[0].outside:
        yield f"Of newsbeam's CPU {statistics.median(results[0].outside):.0%} was used outside extraction.\n"
    yield from (f"- {each.contestant.name}: {versions(each.python, each.contestant.pins)}" for each in results)


def bars(results: Sequence[Result], arguments: argparse.Namespace) -> Iterator[Bar]:
    """Rates of those who did the job."""
    for each in results:
        if finished(each, arguments.pages):
            rate = statistics.median(arguments.pages / run.wall for run in each.runs)
            yield Bar(name=each.contestant.name, value=rate, shown=f"{rate:.1f}/s")


def finished(result: Result, pages: int) -> bool:
    """Whether a contestant did the job in every round."""
    return not any(run.exit_code for run in result.runs) and LEAST_ROWS * pages <= result.rows <= pages


def line(result: Result, ours: Result, pages: int) -> str:
    if not finished(result, pages):
        return f"| {result.contestant.name} | did not finish the job: {result.rows:,} rows |  |  |  |  |  |"
    rates = sorted(pages / run.wall for run in result.runs)
    times = statistics.median(one.wall / other.wall for one, other in zip(result.runs, ours.runs, strict=False))
    cpu = statistics.median(1000 * run.cpu / pages for run in result.runs)
    peak = max(run.peak_bytes for run in result.runs) // MIB
    rate = f"{statistics.median(rates):.1f} ({rates[0]:.1f} to {rates[-1]:.1f})"
    used = f"{cpu:.1f} ms" if result.contestant.waits else "not counted"
    cells = (result.contestant.name, rate, f"{times:.2f}", used, f"{peak:,} MiB", f"{result.rows:,}")
    return f"| {' | '.join(cells)} | {result.contestant.job} |"


if __name__ == "__main__":
    sys.exit(main())
