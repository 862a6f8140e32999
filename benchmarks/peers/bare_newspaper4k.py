"""newspaper4k alone: python -m benchmarks.peers.bare_newspaper4k made.warc.gz bare.parquet --processes 2"""

import newspaper  # type: ignore[import-not-found]  # in its own environment

from benchmarks.peers.loop import Row, main

FIELDS = ("title", "authors", "date", "text")


def extract(page: tuple[str, bytes]) -> Row | None:
    url, html = page
    article = newspaper.Article(url, fetch_images=False)
    article.download(input_html=html.decode("utf-8", "replace"))
    article.parse()
    if not article.text:
        return None
    date = str(article.publish_date) if article.publish_date else None
    return {
        "url": url,
        "title": article.title,
        "authors": ", ".join(article.authors),
        "date": date,
        "text": article.text,
    }


if __name__ == "__main__":
    main(extract, FIELDS)
