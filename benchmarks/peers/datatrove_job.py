"""datatrove's own pipeline for the same job: WARC, trafilatura, MinHash in its four stages, Parquet.

python -m benchmarks.peers.datatrove_job made-0.warc.gz made-1.warc.gz OUTPUT_FOLDER

Each process reads whole archives, so there are as many archives as processes, all in one folder. It extracts text only.
"""

import sys
from pathlib import Path

# mypy: disable-error-code=import-not-found
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers import JsonlReader, WarcReader
from datatrove.pipeline.writers import JsonlWriter, ParquetWriter

CONFIG = MinhashConfig()
DEADLINE = 20.0  # seconds for a page, as ours; the default of one second is used up where its worker starts slowly


def stages(archives: list[Path], work: str) -> list[tuple[list[object], int]]:
    """The blocks of each stage, and its tasks; MinHash wants one for each of its buckets."""
    texts = JsonlReader(f"{work}/texts")
    return [
        (
            [
                WarcReader(str(archives[0].parent), glob_pattern="*.warc.gz"),
                Trafilatura(favour_precision=False, timeout=DEADLINE),
                JsonlWriter(f"{work}/texts"),
            ],
            len(archives),
        ),
        ([texts, MinhashDedupSignature(f"{work}/signatures", config=CONFIG)], len(archives)),
        ([MinhashDedupBuckets(f"{work}/signatures", f"{work}/buckets", config=CONFIG)], CONFIG.num_buckets),
        ([MinhashDedupCluster(f"{work}/buckets", f"{work}/removed", config=CONFIG)], 1),
        ([texts, MinhashDedupFilter(f"{work}/removed"), ParquetWriter(f"{work}/articles")], len(archives)),
    ]


def main() -> None:
    *archives, work = sys.argv[1:]
    for number, (blocks, tasks) in enumerate(stages([Path(each) for each in archives], work)):
        logs = f"{work}/logs/{number}"
        LocalPipelineExecutor(blocks, tasks=tasks, workers=len(archives), logging_dir=logs).run()


if __name__ == "__main__":
    main()
