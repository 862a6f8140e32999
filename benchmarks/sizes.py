"""Bytes that an article leaves in a dataset, by folder, from a run over made pages; and what that is for many.

nice python -m benchmarks.sizes --data ../shared/data [--pages 2000]
"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

HISTORY = (1_000_000, 10_000_000, 100_000_000)
GB = 1e9


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=2_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive, output = Path(folder, "made.warc.gz"), Path(folder, "out")
        made = ["--data", str(given.data), "--pages", str(given.pages), "--output", str(archive)]
        subprocess.run([sys.executable, "-m", "benchmarks.pages", "made", *made], check=True)
        run = ["run", "--warc", str(archive), "--output", str(output)]
        subprocess.run([sys.executable, "-m", "pipelines", *run], check=True, capture_output=True)
        tell(output)
    return 0


def tell(output: Path) -> None:
    articles = sum(pq.read_metadata(each).num_rows for each in (output / "articles").rglob("*.parquet"))
    sizes, files = folders(output)
    print(f"{articles:,} articles; files that hold rows: {sum(files.values())}")
    print(f"{'bytes an article':>18} {'files':>6}  " + " ".join(f"{f'{count / 1e6:g} M':>10}" for count in HISTORY))
    for name, size in [*sizes.most_common(), ("all", sizes.total())]:
        each = size / articles
        grown = " ".join(f"{each * count / GB:7.1f} GB" for count in HISTORY)
        print(f"{each:18,.0f} {files[name]:6}  {grown}  {name}")


def folders(output: Path) -> tuple[Counter[str], Counter[str]]:
    """Bytes and files of each table, and of each kind of state."""
    sizes: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for path in output.rglob("*"):
        if path.is_file():
            parts = path.relative_to(output).parts
            name = (
                "/".join(parts[:3]) if parts[:2] == ("_meta", "state") else "/".join(parts[: 1 + (parts[0] == "_meta")])
            )
            sizes[name] += path.stat().st_size
            files[name] += 1
    return sizes, files


if __name__ == "__main__":
    raise SystemExit(main())
