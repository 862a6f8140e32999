"""docs/performance.md: a page of sections, each written by its own benchmark and left alone by the others.

python -m benchmarks.performance --data ../shared/data --pages 5000 --rounds 3

calls them all, the slowest last; `--only feeds` refreshes one section, as the benchmark itself does with --write.
"""

import argparse
import platform
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "performance.md"
PICTURES = "pictures"  # beside the page
HEAD = """# Performance

How fast newsbeam is, beside what people would use instead: each section is one run of one benchmark, in which the
contestants take turns on the same machine, each with its documented settings, in an environment of its own. Machines
are noisy: read the ratios. `make bench DATA=…` writes the whole page anew, and `python -m benchmarks.performance --only
NAME` a section of it. Where the time of your own run goes, [its report says](running.md#where-the-time-goes).
"""
SECTIONS = ("pages", "feeds", "fetch", "idle", "start", "footprint")  # in the order of the page
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1c1f26}.n{fill:#5b6270}.b{fill:#6b7f99}.us{fill:#2f7d5b}"
    "@media(prefers-color-scheme:dark){text{fill:#e8e6e1}.n{fill:#a3a9b5}.b{fill:#7f93ad}.us{fill:#58b48a}}"
)
WIDTH, LABEL, VALUE, LINE = 720, 190, 110, 28  # of a chart: all of it, names, figures, one bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A contestant in a chart."""

    name: str
    value: float
    shown: str


def write_section(page: Path, name: str, text: str) -> None:
    """Put a section where it belongs, in place of the last of that name; the page is made where it is missing."""
    found = dict(sections(page.read_text(encoding="utf-8"))) if page.exists() else {}
    found[name] = text.strip()
    parts = [f"<!-- {each} -->\n{found[each]}\n<!-- end -->\n" for each in SECTIONS if each in found]
    page.write_text("\n".join([HEAD, *parts]), encoding="utf-8")


def sections(page: str) -> Iterator[tuple[str, str]]:
    """The sections of a page, by name."""
    for found in re.finditer(r"<!-- (\w+) -->\n(.*?)\n<!-- end -->", page, re.DOTALL):
        yield found[1], found[2]


def write_chart(page: Path, name: str, title: str, bars: Sequence[Bar]) -> str:
    """Write a chart beside the page; the Markdown that shows it."""
    folder = page.parent / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.svg").write_text(chart(title, bars), encoding="utf-8")
    return f"![{title}: {', '.join(f'{each.name} {each.shown}' for each in bars)}]({PICTURES}/{name}.svg)"


def chart(title: str, bars: Sequence[Bar]) -> str:
    """Bars as SVG, for light and dark; ours, the first, in a colour of its own."""
    most = max(each.value for each in bars)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {LINE * (len(bars) + 1)}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<text class="n" x="0" y="17">{escape(title)}</text>',
    ]
    for number, each in enumerate(bars, 1):
        width = (WIDTH - LABEL - VALUE) * each.value / most
        kind, top = "b" if number > 1 else "us", number * LINE
        lines.append(f'<text x="0" y="{top + 17}">{escape(each.name)}</text>')
        lines.append(f'<rect class="{kind}" x="{LABEL}" y="{top + 5}" width="{width:.1f}" height="16" rx="3"/>')
        lines.append(f'<text class="n" x="{LABEL + width + 8:.1f}" y="{top + 17}">{escape(each.shown)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def machine() -> str:
    """Where it was measured."""
    cores = len(list(Path("/sys/devices/system/cpu").glob("cpu[0-9]*")))
    return f"{platform.machine()}, {cores} cores, Python {platform.python_version()}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the public data; the bundled sample unless it is there")
    parser.add_argument("--pages", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rounds-slow", type=int, help="of peers that take five times as long as we do")
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 20_000, 100_000], help="of the footprint")
    parser.add_argument("--archives", type=Path, help="folder where made archives are kept for the next time")
    parser.add_argument("--only", action="append", choices=SECTIONS)
    parser.add_argument("--write", type=Path, default=PAGE, help="%(default)s")
    arguments = parser.parse_args()
    worst = 0
    for name in ("feeds", "start", "fetch", "idle", "pages", "footprint"):  # the quick ones first
        if name in (arguments.only or SECTIONS):
            print(f"\n== {name}", file=sys.stderr, flush=True)
            worst = max(worst, subprocess.run(command(name, arguments), check=False).returncode)
    return worst


def command(name: str, arguments: argparse.Namespace) -> list[str]:
    """How the benchmark of a section is called."""
    module = {"pages": "beside", "feeds": "beside_feeds", "start": "starting"}.get(name, name)
    words = [sys.executable, "-m", f"benchmarks.{module}", "--write", str(arguments.write)]
    given = ["--data", str(arguments.data)] if arguments.data else []
    archives = ["--archives", str(arguments.archives)] if arguments.archives else []
    rounds = ["--rounds", str(arguments.rounds)]
    slow = ["--rounds-slow", str(arguments.rounds_slow)] if arguments.rounds_slow else []
    more = {
        "pages": [*given, *archives, *rounds, *slow, "--pages", str(arguments.pages)],
        "footprint": [*given, *archives, "--pages", *map(str, arguments.sizes)],
    }
    return [*words, *more.get(name, rounds)]


if __name__ == "__main__":
    sys.exit(main())
