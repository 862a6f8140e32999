"""All benchmarks that need no peer's own environment, one after the other: python -m benchmarks --data FOLDER."""

import argparse
import subprocess
import sys

SCRIPTS = ("seed", "extraction", "duplicates", "tagging", "feeds")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    data = parser.parse_args().data
    worst = 0
    for script in SCRIPTS:
        print(f"\n== {script}", flush=True)
        worst = max(
            worst,
            subprocess.run([sys.executable, "-m", f"benchmarks.{script}", "--data", data], check=False).returncode,
        )
    return worst


if __name__ == "__main__":
    sys.exit(main())
