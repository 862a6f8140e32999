"""What the counters of work cost: a metered step beside the same step bare, and how much that is of a run.

python -m benchmarks.metering OUT

OUT is a dataset; the elements that its newest run counted are what the cost is multiplied with.
"""

import argparse
import sys
import time
from collections.abc import Iterable
from typing import Any

import apache_beam as beam

from transforms.filesystems import dataset_files
from transforms.metering import Calls, Metered
from transforms.storage.records import read_record, run_ids

ELEMENTS = 200_000


def same(element: Any) -> Iterable[Any]:
    """The least that a step can do."""
    return (element,)


def seconds(step: beam.DoFn) -> float:
    """CPU of one element through a step."""
    step.setup()
    step.start_bundle()
    began = time.thread_time()
    for number in range(ELEMENTS):
        for _ in step.process(number):
            pass
    return (time.thread_time() - began) / ELEMENTS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", metavar="OUT")
    files = dataset_files(parser.parse_args().output)
    record = read_record(run_ids(files)[-1], files)
    cost = seconds(Metered(Calls(same), "open")) - seconds(Calls(same))
    elements, cpu = sum(max(each.taken, each.given) for each in record.work), sum(each.cpu for each in record.work)
    print(f"{cost * 1e6:.2f} µs of CPU for an element of a verb")
    print(f"{elements:,} elements of all verbs: {cost * elements:.3f} s of {cpu:.1f} s, {cost * elements / cpu:.3%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
