"""news-please alone: python -m benchmarks.peers.bare_news_please made.warc.gz bare.parquet --processes 2"""

from newsplease import NewsPlease  # type: ignore[import-not-found]  # in its own environment

from benchmarks.peers.loop import Row, main

FIELDS = ("title", "authors", "date", "text")


def extract(page: tuple[str, bytes]) -> Row | None:
    url, html = page
    found = NewsPlease.from_html(html, url, fetch_images=False)
    if not found.maintext:
        return None
    date = str(found.date_publish) if found.date_publish else None
    return {"url": url, "title": found.title, "authors": ", ".join(found.authors), "date": date, "text": found.maintext}


if __name__ == "__main__":
    main(extract, FIELDS)
