"""trafilatura alone, with metadata: the limit of a design that extracts with it.

python -m benchmarks.peers.bare_trafilatura made.warc.gz bare.parquet --processes 2
"""

from trafilatura.core import bare_extraction

from benchmarks.peers.loop import Row, main

FIELDS = ("title", "author", "date", "sitename", "description", "text")


def extract(page: tuple[str, bytes]) -> Row | None:
    url, html = page
    found = bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    if found is None:
        return None
    return {"url": url} | {name: getattr(found, name) for name in FIELDS}


if __name__ == "__main__":
    main(extract, FIELDS)
