"""What becomes of stories after their rows were written, and what somebody should look at."""

from dataclasses import dataclass
from typing import Annotated

from schemas.columns import Column
from schemas.version import SCHEMA_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two stories of earlier runs that a new text showed to be one; a row of `merges`.

    `new_id` is the smaller of the two, so that chains of merges end.
    """

    old_id: Annotated[str, Column("cluster_id of the story that is no more")]
    new_id: Annotated[str, Column("cluster_id of the story that it is a part of")]
    run_id: Annotated[str, Column("The run that committed this row")] = ""
    schema_version: Annotated[int, Column("Version of these columns")] = SCHEMA_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that stands, but that somebody should look at."""

    kind: str  # large_story, hot_keys, quiet_feed
    subject: str | None  # cluster_id, or the feed
    count: int
    examples: tuple[str, ...] = ()  # article_ids; of a feed the time from item to item, which it kept before
    run_id: str = ""

    def sentence(self) -> str:
        if self.kind == HOT_KEYS:
            return f"{self.count} phrases stand in so many texts that they were not used to find copies"
        if self.kind == QUIET_FEED:
            habit = ", ".join(self.examples)
            return f"{self.subject} has named nothing new for {self.count} hours; before, it did every {habit}"
        return f"story {self.subject} has {self.count} different texts in this run; see {', '.join(self.examples)}"


HOT_KEYS, LARGE_STORY, QUIET_FEED = "hot_keys", "large_story", "quiet_feed"
