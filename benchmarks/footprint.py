"""Peak memory of a run's whole process tree at two sizes.

python -m benchmarks.footprint --data ../shared/data --pages 2000 10000
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Measured
from benchmarks.throughput import MIB, newsbeam, show


def measured(pages: int, seed: int, data: Path, folder: Path) -> Measured:
    """A run over so many made pages."""
    archive = folder / f"{pages}.warc.gz"
    made = ["--data", str(data), "--pages", str(pages), "--seed", str(seed), "--output", str(archive)]
    subprocess.run([sys.executable, "-m", "benchmarks.pages", "made", *made], check=True)
    return newsbeam(archive, folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, nargs="+", default=[2_000, 10_000])
    arguments = parser.parse_args()
    runs = []
    for seed, pages in enumerate(arguments.pages):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(measured(pages, seed, arguments.data, Path(folder)))
        show(f"{pages:,}", [runs[-1]], pages)
    growth = runs[-1].peak_bytes / runs[0].peak_bytes - 1
    print(f"peak memory at the last size: {runs[-1].peak_bytes // MIB} MiB, {growth:+.0%} against the first")
    return max(each.exit_code for each in runs)


if __name__ == "__main__":
    sys.exit(main())
