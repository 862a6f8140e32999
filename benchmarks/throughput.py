"""A WARC to the committed dataset, beside a bare two-process trafilatura loop that writes Parquet, in one run.

python -m benchmarks.throughput --data ../shared/data --pages 2000
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Measured, measure

MIB = 1024 * 1024


def newsbeam(archive: Path, folder: Path) -> Measured:
    output = tempfile.mkdtemp(dir=folder)
    return measure([sys.executable, "-m", "pipelines", "run", "--warc", str(archive), "--output", output])


def bare(archive: Path, folder: Path) -> Measured:
    output = tempfile.mkdtemp(dir=folder)
    module = "benchmarks.peers.bare_trafilatura"
    return measure([sys.executable, "-m", module, str(archive), f"{output}/bare.parquet", "--processes", "2"])


def show(name: str, runs: list[Measured], pages: int) -> None:
    wall = statistics.median(each.wall for each in runs)
    cpu = statistics.median(each.cpu for each in runs)
    peak = max(each.peak_bytes for each in runs) // MIB
    print(
        f"{name:<12} {wall:8.1f} s {pages / wall:8.1f} pages/s {1000 * cpu / pages:8.1f} ms of CPU a page {peak:6} MiB"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--warc", type=Path, help="an archive that benchmarks.pages made before")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        archive = arguments.warc or folder / "made.warc.gz"
        if not arguments.warc:
            given = ["--data", str(arguments.data), "--pages", str(arguments.pages), "--output", str(archive)]
            subprocess.run([sys.executable, "-m", "benchmarks.pages", "made", *given], check=True)
        ours, theirs = [], []
        for _ in range(arguments.rounds):
            ours.append(newsbeam(archive, folder))
            theirs.append(bare(archive, folder))
    show("newsbeam", ours, arguments.pages)
    show("bare", theirs, arguments.pages)
    pairs = [mine.wall / other.wall for mine, other in zip(ours, theirs, strict=True)]
    print(f"wall time, newsbeam to bare: {statistics.median(pairs):.2f}")
    return max(each.exit_code for each in ours + theirs)


if __name__ == "__main__":
    sys.exit(main())
