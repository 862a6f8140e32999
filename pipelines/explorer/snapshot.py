"""One state of a dataset, opened for reading: narrow tables in memory first, then stories, tags and words behind them.

The narrow tables have the names of the dataset's own views and lie before them, so what is asked here can be asked of
the dataset too. Texts stay in their files.
"""

import os.path
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.explorer.selection import DAY
from pipelines.explorer.words import Term, WordIndex
from schemas.dialects import sql_text
from transforms.storage import layout
from transforms.storage.files import Files, StorageError
from transforms.storage.views import views_sql

MEMORY = "400MB"  # of DuckDB; the index of words and the process itself come on top
BATCH = 1_000  # texts that are indexed at a time: a search waits no longer than they take
NARROW = f"""\
CREATE TABLE explorer.articles_current AS
SELECT article_id, revision, coalesce(canonical_url, url) AS url, host, title, description, language, published_at,
    fetched_at, primary_topic, primary_region, cluster_id, cluster_size, {DAY} AS day
FROM main.articles_current"""
STORIES = "CREATE TABLE explorer.cluster_members AS FROM main.cluster_members"
# A story grows after its articles were committed: rows say what is so today.
TODAY = """\
UPDATE explorer.articles_current AS article SET cluster_id = story.cluster_id, cluster_size = story.size
FROM (
    SELECT article_id, cluster_id, count(*) OVER (PARTITION BY cluster_id) AS size FROM explorer.cluster_members
) AS story
WHERE story.article_id = article.article_id
    AND (story.cluster_id <> article.cluster_id OR story.size <> article.cluster_size)"""
CODES = """\
CREATE TABLE explorer.codes AS
SELECT DISTINCT narrow.rowid AS number, unnest(
    list_transform(list_concat(wide.topics, wide.tags), lambda tag: tag.code)
    || list_transform(list_concat(wide.regions, wide.places), lambda tag: tag.code)
    || list_transform(wide.organizations, lambda tag: tag.code)) AS code
FROM explorer.articles_current AS narrow JOIN main.articles AS wide USING (article_id, revision)"""
TEXTS = """\
SELECT narrow.rowid, wide.title, wide.text
FROM main.articles AS wide JOIN explorer.articles_current AS narrow USING (article_id, revision)"""


class Snapshot:
    """The dataset as of one commit."""

    def __init__(self, files: Files) -> None:
        self.version = version_of(files)
        self._words = WordIndex()
        self._indexed, self._closing, self._deepened = 0, Event(), Event()
        self._trouble = ""
        self._database = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": ""})
        self._database.execute(views_sql(files))
        self._database.execute("CREATE SCHEMA explorer")
        self._shut(files.root)
        self._database.execute(NARROW)
        self.articles = int(self._asked("SELECT count(*) FROM explorer.articles_current"))
        self._reader = Thread(target=self._read_on, name="newsbeam-explore", daemon=True)
        self._reader.start()

    @property
    def indexed(self) -> float:
        """Share of the texts whose words can be found, 0 to 1."""
        return self._indexed / self.articles if self.articles else 1.0

    @contextmanager
    def cursor(self, found: pa.Table | None = None) -> Iterator[Any]:
        """A connection of one request; `found` holds the numbers of articles that a search found."""
        cursor = self._database.cursor()
        try:
            cursor.execute("SET search_path = 'explorer,main'")
            if found is not None:
                cursor.register("found", found)
            yield cursor
        finally:
            cursor.close()

    def find(self, terms: Sequence[Term], *, ranked: bool = False) -> pa.Table:
        """Numbers of the articles that have these words, as far as they are indexed, and how well each fits."""
        found = self._words.find(terms, ranked=ranked)
        return pa.table({"number": found.numbers, "score": found.scores})

    def wait_for_stories(self) -> None:
        """Return once stories and tags are known, a second after the start; StorageError where they cannot be read."""
        self._deepened.wait()
        if self._trouble:
            raise StorageError(self._trouble)

    def wait(self) -> None:
        """Return once every word can be found; StorageError where texts cannot be read."""
        self._reader.join()
        if self._trouble:
            raise StorageError(self._trouble)

    def close(self) -> None:
        """Let go of the files; requests under way end first or fail."""
        self._closing.set()
        self._reader.join()
        self._words.close()
        self._database.close()

    def _shut(self, root: str) -> None:
        """From here on DuckDB reads this dataset, writes nothing, and asks no network."""
        allowed = sql_text(os.path.abspath(root) + "/")  # noqa: PTH100  # keeps links, as the views do
        self._database.execute(f"SET allowed_directories = [{allowed}]")
        self._database.execute("SET enable_external_access = false")
        self._database.execute("SET lock_configuration = true")

    def _read_on(self) -> None:
        """Stories, tags, then words; the first views do not wait for them."""
        try:
            with self._database.cursor() as cursor:
                for step in (STORIES, TODAY, CODES):
                    cursor.execute(step)
                self._deepened.set()
                self._index(cursor)
        except duckdb.Error as error:  # files that a deletion took away, or a damaged one
            self._trouble = str(error)
        finally:
            self._deepened.set()

    def _index(self, cursor: Any) -> None:
        reader = cursor.execute(TEXTS)
        while not self._closing.is_set() and (rows := reader.fetchmany(BATCH)):
            self._words.add(rows)
            self._indexed += len(rows)

    def _asked(self, sql: str) -> Any:
        return self._database.execute(sql).fetchone()[0]


def version_of(files: Files) -> tuple[tuple[str, str], ...]:
    """Changes with every commit, deletions and compactions too."""
    return tuple(sorted(files.versions(layout.MANIFESTS).items()))
