"""Near-duplicates by MinHash as datasketch and datatrove set it by default, over the same documents.

Run by benchmarks.duplicates with a Python that has either of the two (requirements-peers.txt): reads documents as
JSON lines, writes the cluster of each as JSON lines. Nothing of newsbeam is imported here.
"""

import json
import struct
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

SHINGLE_WORDS = 5  # datatrove's default; datasketch leaves it to its user


def main() -> None:
    tool, source, target = sys.argv[1:]
    documents = {each["id"]: each["text"] for each in map(json.loads, Path(source).read_text().splitlines())}
    clusters = {"datasketch": by_datasketch, "datatrove": by_datatrove}[tool](documents)
    Path(target).write_text("".join(json.dumps([each, clusters[each]]) + "\n" for each in documents))


def by_datasketch(documents: dict[str, str]) -> dict[str, str]:
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found]  # noqa: PLC0415  # its own environment

    index, pairs = MinHashLSH(), list[tuple[str, str]]()
    for name, text in documents.items():
        words = text.lower().split()
        sketch = MinHash()
        sketch.update_batch([" ".join(words[at : at + SHINGLE_WORDS]).encode() for at in range(len(words))])
        pairs += [(name, other) for other in index.query(sketch)]
        index.insert(name, sketch)
    return connected(documents, pairs)


def by_datatrove(documents: dict[str, str]) -> dict[str, str]:
    """Its four stages on one worker; the third leaves clusters of more than one document."""
    from datatrove.data import Document  # type: ignore[import-not-found]  # noqa: PLC0415  # the same
    from datatrove.pipeline.dedup import (  # type: ignore[import-not-found]  # noqa: PLC0415  # the same
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig  # type: ignore[import-not-found]  # noqa: PLC0415

    config = MinhashConfig()
    with tempfile.TemporaryDirectory() as folder:
        signatures, buckets, clusters = (f"{folder}/{each}" for each in ("signatures", "buckets", "clusters"))
        read = (Document(id=name, text=text) for name, text in documents.items())
        MinhashDedupSignature(output_folder=signatures, config=config).run(read, 0, 1)
        for bucket in range(config.num_buckets):
            stage = MinhashDedupBuckets(input_folder=signatures, output_folder=buckets, config=config)
            stage.run(None, bucket, config.num_buckets)
        MinhashDedupCluster(buckets, clusters, config=config, save_cluster_id=True).run(None, 0, 1)
        found = dict(struct.iter_unpack("<II", Path(clusters, "000000.clusters").read_bytes()))
    return {name: str(found.get(at, name)) for at, name in enumerate(documents)}


def connected(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The name of each one's cluster."""
    parents = {name: name for name in names}

    def root(name: str) -> str:
        while parents[name] != name:
            parents[name] = name = parents[parents[name]]
        return name

    for one, other in pairs:
        parents[root(one)] = root(other)
    return {name: root(name) for name in parents}


if __name__ == "__main__":
    main()
