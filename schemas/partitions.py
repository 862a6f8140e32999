"""What a dataset's articles may be parted by: folders named key=value, with values from closed sets only."""

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT = ("published_date",)
UNKNOWN = "unknown"  # an empty value makes a folder that no reader agrees on with another
RUN_DATE = "run_date"  # key of the tables that are kept by the day of the run


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """One way to part articles. The key is nobody else's name: a reader cannot have a column twice."""

    key: str
    description: str


PARTITIONS: Mapping[str, Partition] = {
    "published_date": Partition(
        key="published_date",
        description="Day of published_at in UTC; the day of fetched_at where that is null",
    ),
    "language": Partition(key="lang", description=f"The column language; {UNKNOWN} where that is null"),
    "topic": Partition(
        key="topic", description=f"The column primary_topic, as medtop-11000000; {UNKNOWN} where that is null"
    ),
    "region": Partition(key="region", description=f"The column primary_region; {UNKNOWN} where that is null"),
}
RUN_DATE_IS = "Day on which the run started, in UTC"


def keys_of(partition_by: tuple[str, ...]) -> tuple[str, ...]:
    """The folders' keys, the outermost first."""
    return tuple(PARTITIONS[name].key for name in partition_by)
