"""How long the explorer takes on a large dataset, and how much memory.

    python -m benchmarks.explore [--rows 200000] [--days 60] [--work FOLDER]

A dataset of made articles (those of benchmarks.pruning) is written as a run writes it, once for a folder. The explorer
is the real command in its own process; times are those of a client on loopback, the best and the worst of some, with
the CPU time of the explorer for one of them.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pyarrow as pa

from benchmarks.pruning import made_articles
from schemas.version import SCHEMA_VERSION
from transforms.reporting.drawings import shaded
from transforms.storage.agreement import Agreement, read_agreement, write_agreement
from transforms.storage.files import LocalFiles
from transforms.storage.manifests import Manifest, commit
from transforms.storage.partitions import folders
from transforms.storage.tables import read_table, write_aside

RUN_ID = "20261123T120000Z-000001"
ROUNDS = 5
FIRST_VIEW, FILTER, MEMORY = 1.0, 0.3, 1_000  # asked for: seconds, seconds, MB
PROBES = {
    "a region, the most frequent": "?region=AD",
    "a topic and a language": "?topic=medtop:01000000&language=de",
    "a source": "?source=site7.example",
    "a week": "?since=2026-11-01&until=2026-11-07",
    "the hundredth page": "?page=100",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table; exit 1 when something takes longer, or more memory, than was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explore", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--work", type=Path, help="keeps the dataset for the next time")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="newsbeam-explore-") as folder:
        return measure(made_dataset(given.work or Path(folder), given.rows, given.days))


def made_dataset(folder: Path, rows: int, days: int) -> LocalFiles:
    """A committed dataset of made articles; one that is there is taken as it is."""
    files = LocalFiles(str(folder))
    if read_agreement(files):
        return files
    table = made_articles(rows, days, [each.code for each in shaded({})])
    place = table.schema.get_field_index("cluster_id")
    table = table.set_column(place, table.schema.field(place), table["article_id"])
    agreed = Agreement(
        schema_version=SCHEMA_VERSION, partition_by=("published_date",), created_at=datetime.now(UTC).isoformat()
    )
    write_agreement(agreed, files)
    names = np.array(folders(table, agreed.partition_by))
    written = [
        write_aside(table.take(np.flatnonzero(names == name)), "articles", name, files, RUN_ID)
        for name in np.unique(names)
    ]
    commit(Manifest(run_id=RUN_ID, files=tuple(written)), files)
    return files


def measure(files: LocalFiles) -> int:
    """Start the explorer and ask it; whether all is as was asked for."""
    asked = PROBES | searches(read_table(next(iter(files.list("articles"))), files, ["article_id", "title"]))
    begun = time.perf_counter()
    command = (sys.executable, "-m", "pipelines", "explore", files.root, "--port", "0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            return _measured(process, begun, asked)
        finally:
            process.terminate()


def searches(table: pa.Table) -> dict[str, str]:
    """What is looked for: words that many, some and few headlines have, and an article."""
    counts = Counter(word for title in table["title"].to_pylist() for word in set(title.split()))
    words = [word for word, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]
    common, some, rare = words[0], words[len(words) // 100], words[-1]
    return {
        "a word that most texts have": f"?q={common}",
        "a word that some have": f"?q={some}",
        "that and a rare one": f"?q={some}+{rare}",
        "that and a region": f"?q={some}&region=AE",
        "that, in headlines, newest first": f"?q=title:{some}&order=newest",
        "an article": f"article/{table['article_id'][0]}",
    }


def _measured(process: "subprocess.Popen[str]", begun: float, asked: Mapping[str, str]) -> int:
    address = urlsplit((process.stdout or sys.stdin).readline().strip())
    ready = time.perf_counter() - begun
    first = _ask(address.netloc, parse_qs(address.query)["token"][0], "")
    good = _told("start of the command, to the printed address", [ready], None)
    good &= _told("first view, asked for at once", [first], FIRST_VIEW)
    token = parse_qs(address.query)["token"][0]
    while "Words are still being read" in _page(address.netloc, token, "?q=word"):
        time.sleep(0.2)
    print(f"{'every word can be found, after the start':<48} {time.perf_counter() - begun:8.2f} s")
    for name, path in asked.items():
        before = _cpu(process.pid)
        good &= _told(name, [_ask(address.netloc, token, path) for _ in range(ROUNDS)], FILTER)
        print(f"{'':<48} {(_cpu(process.pid) - before) / ROUNDS:8.3f} s of CPU")
    peak = _peak_mb(process.pid)
    print(f"{'memory, at most':<48} {peak:8.0f} MB{'' if peak < MEMORY else '   more than asked for'}")
    return 0 if good and peak < MEMORY else 1


def _told(name: str, times: Sequence[float], most: float | None) -> bool:
    good = most is None or max(times) < most
    print(f"{name:<48} {min(times):8.3f} to {max(times):.3f} s{'' if good else '   more than asked for'}")
    return good


def _ask(host: str, token: str, path: str) -> float:
    begun = time.perf_counter()
    _page(host, token, path)
    return time.perf_counter() - begun


def _page(host: str, token: str, path: str) -> str:
    connection = HTTPConnection(host, timeout=60)
    connection.request("GET", f"/{path}", headers={"Cookie": f"newsbeam-{host.partition(':')[2]}={token}"})
    response = connection.getresponse()
    text = response.read().decode()
    if response.status != 200:
        raise AssertionError(text)
    return text


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    used = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1_000


if __name__ == "__main__":
    sys.exit(main())
