"""PackLinks: links travel in packed chunks, so that a million of them cost a shuffle some tens of megabytes."""

import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam
import xxhash
import zstandard
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from schemas.links import Link, LinkChunk
from transforms.metering import Metered, Weigh

HELD_LINKS = 8_192  # of all shards together, before they leave as chunks; 8 MB
LEVEL = 1  # of zstd: links of one shard repeat each other, and a tenth is left of them


@dataclass
class PackLinks(beam.PTransform):
    """Chunks of links by the shard that `shard_of` names; each shard comes out once, with all its chunks.

    `unpack` makes links of them again. The order of links within a shard is not kept.
    """

    shard_of: Callable[[Link], str]
    verb: str  # for which it is done

    def expand(self, links: beam.PCollection) -> beam.PCollection:
        pack = Metered(_Pack(self.shard_of), self.verb)
        packed = links | "Pack" >> beam.ParDo(pack).with_output_types(tuple[str, LinkChunk])
        weighed = packed | "Weigh" >> beam.ParDo(Weigh(self.verb)).with_output_types(tuple[str, LinkChunk])
        return weighed | "GroupByShard" >> beam.GroupByKey()


def pack(links: list[Link]) -> LinkChunk:
    """A chunk of links."""
    return LinkChunk(packed=zstandard.compress(pickle.dumps(links, protocol=5), LEVEL))


def unpack(chunks: Iterable[LinkChunk]) -> Iterator[Link]:
    """The links of some chunks."""
    for chunk in chunks:
        yield from pickle.loads(zstandard.decompress(chunk.packed))  # noqa: S301  # our own workers packed it, as Beam does


def shard(name: str, shards: int) -> int:
    """The shard of a name: the same everywhere and always."""
    return xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogatepass")) % shards


class _Pack(beam.DoFn):
    def __init__(self, shard_of: Callable[[Link], str]) -> None:
        self._shard_of = shard_of

    def start_bundle(self) -> None:
        self._held: dict[str, list[Link]] = {}
        self._count = 0

    def process(self, link: Link) -> Iterator[tuple[str, LinkChunk]]:
        self._held.setdefault(self._shard_of(link), []).append(link)
        self._count += 1
        if self._count >= HELD_LINKS:
            yield from self._chunks()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for chunk in self._chunks():
            yield WindowedValue(chunk, MIN_TIMESTAMP, [GlobalWindow()])

    def _chunks(self) -> Iterator[tuple[str, LinkChunk]]:
        held, self._held, self._count = self._held, {}, 0
        for name, links in held.items():
            yield name, pack(links)
