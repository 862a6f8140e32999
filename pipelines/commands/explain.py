"""`newsbeam fetch URL` and `newsbeam explain URL`: one page through the whole way, and all that happened to it."""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.exits import Exit
from pipelines.inputs import is_url, want_no_passwords
from pipelines.options import UsageError
from pipelines.tag_marks import COLUMNS, TaggedText, of_article, of_row, tag_lines, terminal_marks
from pipelines.terminal import put, say
from pipelines.visits import Visits, add_options, policy_of, visiting
from schemas.articles import Article
from schemas.errors import Code
from schemas.failures import Drop, Failure, Stage
from schemas.links import Link
from schemas.pages import Draft, Extraction, Page
from schemas.policies import ExtractPolicy, FetchPolicy, SandboxPolicy
from transforms.sandbox.pool import Pool
from transforms.web.client import Response
from transforms.web.fetches import Fetched, Request
from transforms.web.masking import without_credentials
from transforms.web.memory import Witnessed
from transforms.web.urls import BadUrl, canonicalize_url, host_of, url_key

EXTRACT = "transforms.text.extract:extract_page"
SHOWN = ("content-type", "content-encoding", "location", "retry-after", "etag", "last-modified", "cache-control",
         "expires", "x-robots-tag", "tdm-reservation", "tdm-policy", "server")  # fmt: skip
KEPT = f"SELECT {', '.join(COLUMNS)} FROM articles_current WHERE $id IN (article_id, canonical_url, url) LIMIT 1"  # noqa: S608  # our own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What became of one URL: as far as it came, and why no further."""

    url: str
    canonical_url: str | None = None
    url_key: str | None = None
    host: str | None = None
    exchanges: tuple[Witnessed, ...] = ()
    page: Page | None = None
    extraction: Extraction | None = None
    article: Article | None = None
    end: Failure | Drop | None = None


def fetch_options(parser: argparse.ArgumentParser) -> None:
    """Options of `newsbeam fetch`."""
    parser.add_argument("url", metavar="URL")
    parser.add_argument("--raw", action="store_true", help="print the page as it came, decoded")
    add_options(parser)
    parser.set_defaults(command=fetch)


def explain_options(parser: argparse.ArgumentParser) -> None:
    """Options of `newsbeam explain`."""
    parser.add_argument("url", metavar="URL|ID")
    parser.add_argument("--on", metavar="OUT", help="explain the tags of an article of this dataset, and ask no host")
    add_options(parser)
    parser.set_defaults(command=explain)


def fetch(arguments: argparse.Namespace) -> int:
    """`newsbeam fetch`."""
    story = _told(arguments, tags=not arguments.raw)
    if arguments.raw and story.page:
        sys.stdout.buffer.write(story.page.body)
        return Exit.DONE
    if story.article is None:
        say(f"newsbeam: {_end(story)}")
        return Exit.ALL_FAILED
    put(_json(asdict(story.article)) if arguments.json else "\n".join(_article_lines(story.article)))
    return Exit.DONE


def explain(arguments: argparse.Namespace) -> int:
    """`newsbeam explain`."""
    if arguments.on:
        kept = _kept(arguments.on, arguments.url)
        put(_json(asdict(kept)) if arguments.json else "\n".join(tag_lines(kept, terminal_marks())))
        return Exit.DONE
    if not re.search(r"[.:/]", arguments.url) and arguments.url != "localhost":
        raise UsageError(
            f"{arguments.url} is no address; an article is explained by its id with --on OUT, its dataset",
            Code.NOT_AN_ADDRESS,
        )
    story = _told(arguments, tags=True)
    put(_json(_plain(story)) if arguments.json else "\n".join(story_lines(story)))
    return Exit.DONE if story.article else Exit.ALL_FAILED


def tell(url: str, visits: Visits, *, tags: bool = True) -> Story:
    """Send one URL along the way that a run would send it."""
    try:
        canonical = canonicalize_url(url)
    except BadUrl as bad:
        failure = Failure(url=without_credentials(url), stage=Stage.CANONICALIZE, reason=bad.reason, detail=bad.detail)
        return Story(url=without_credentials(url), end=failure)
    link = Link(url=url, source=url, canonical_url=canonical, url_key=url_key(canonical))
    outcome = visits.ask([Request(link=link, url=canonical)])[0]
    known: dict[str, Any] = {"url": without_credentials(url), "canonical_url": without_credentials(canonical),
             "url_key": link.url_key,
             "host": host_of(canonical), "exchanges": tuple(visits.trail)}  # fmt: skip
    if not isinstance(outcome, Fetched):
        return Story(**known, end=getattr(outcome, "failure", None))
    page = outcome.page()
    return Story(**known, page=page) if not tags else _article_of(page, known, visits.policy)


def story_lines(story: Story) -> Iterator[str]:
    """A story for people."""
    yield f"url            {story.url}"
    if story.canonical_url:
        yield f"asked as       {story.canonical_url}"
        yield f"host           {story.host}  (one owner, one request at a time)"
        yield f"key            {story.url_key}"
    for each in story.exchanges:
        yield from _exchange_lines(each)
    if story.page:
        yield from _page_lines(story.page)
    if story.extraction:
        yield f"extraction     {story.extraction.extractor}, {len(story.extraction.blocks)} paragraphs"
        yield from (f"quality        {flag}" for flag in story.extraction.quality)
    if story.article:
        yield from _article_heads(story.article)
    yield f"decision       {_end(story)}"
    if story.article:
        yield from tag_lines(of_article(story.article), terminal_marks())


def _told(arguments: argparse.Namespace, *, tags: bool) -> Story:
    url = arguments.url if is_url(arguments.url) or ":" in arguments.url else f"https://{arguments.url}"
    want_no_passwords([url])
    with visiting(policy_of(arguments)) as visits:
        return tell(url, visits, tags=tags)


def _article_of(page: Page, known: dict[str, Any], policy: FetchPolicy) -> Story:
    """Extract, clean and tag by the functions that the verbs of a run apply."""
    from transforms.articles.cleaning import clean_draft  # noqa: PLC0415  # names of places take their time to load
    from transforms.articles.tagging import Taggers, tag_candidate  # noqa: PLC0415
    from transforms.extract_articles import settle_draft  # noqa: PLC0415

    with Pool(EXTRACT, SandboxPolicy(processes=1)) as pool:
        limits = ExtractPolicy(max_page_bytes=policy.max_body)
        future = pool.submit(page.body, page.content_type, page.final_url, limits)
        answer = future.exception() or future.result()
    draft = next(settle_draft(page, answer))
    if not isinstance(draft, Draft):
        return Story(**known, page=page, end=draft.record)
    cleaned = clean_draft(draft)
    if isinstance(cleaned, Drop):
        return Story(**known, page=page, extraction=draft.extraction, end=cleaned)
    article = tag_candidate(cleaned, Taggers()).article
    return Story(**known, page=page, extraction=draft.extraction, article=article)


def _end(story: Story) -> str:
    if story.article:
        return "an article, unless a run finds that it repeats another"
    if story.end is None:
        return "no article"
    told = f"{story.end.reason}: {story.end.detail}"
    return f"{told} (stage {story.end.stage})" if isinstance(story.end, Failure) else told


def _exchange_lines(seen: Witnessed) -> Iterator[str]:
    answer = seen.answer
    name = "asked robots" if seen.request is None else "asked page"
    status = str(answer.status) if isinstance(answer, Response) else f"{answer.reason}: {answer.detail}"
    yield f"{name:<14} {without_credentials(answer.url)}  ->  {status}"
    if seen.request is not None:
        yield f"  robots.txt   {seen.robots}"
    if answer.raw is not None:
        yield from (f"  > {key}: {value}" for key, value in answer.raw.sent)
    if isinstance(answer, Response):
        yield from (f"  < {key}: {without_credentials(value)}" for key, value in answer.headers if key in SHOWN)


def _page_lines(page: Page) -> Iterator[str]:
    yield f"page           {len(page.body)} bytes, {page.content_type}, after {page.attempts} requests"
    signals = {key: value for key, value in asdict(page.signals).items() if value is not None}
    yield f"signals        {', '.join(f'{key}={value}' for key, value in signals.items()) or 'none'}"


def _article_heads(article: Article) -> Iterator[str]:
    yield from (f"title          {article.title}" for _ in [0] if article.title)
    yield f"published      {article.published_at} ({article.published_source}, {article.published_precision})"
    yield f"text           {article.word_count} words, {article.language}; {article.repeats_removed} repeats removed"


def _kept(output: str, wanted: str) -> TaggedText:
    """An article of a dataset, by its id or address, with the tags that were committed."""
    import duckdb  # noqa: PLC0415  # only where a dataset is read

    from pipelines.datasets import readable_dataset  # noqa: PLC0415
    from transforms.storage.views import views_sql  # noqa: PLC0415

    views = views_sql(readable_dataset(output))
    with duckdb.connect() as connection:
        connection.execute(views)
        row = connection.execute(KEPT, {"id": wanted}).fetchone()
    if row is None:
        raise UsageError(
            f"{output} has no article {wanted}; give an article_id, or its url as the dataset has it",
            Code.NOT_IN_DATASET,
        )
    return of_row(dict(zip(COLUMNS, row, strict=True)))


def _article_lines(article: Article) -> Iterator[str]:
    yield from filter(None, (article.title, ", ".join(article.authors), article.canonical_url))
    yield from (f"published {article.published_at}" for _ in [0] if article.published_at)
    yield f"topics: {', '.join(each.name for each in article.topics) or 'none'}"
    yield f"regions: {', '.join(f'{each.name} ({each.role})' for each in article.regions) or 'none'}"
    yield f"\n{article.text}"


def _plain(story: Story) -> dict[str, Any]:
    """A story as JSON: bodies are left out."""
    return {
        "url": story.url,
        "canonical_url": story.canonical_url,
        "url_key": story.url_key,
        "host": story.host,
        "exchanges": [_plain_exchange(each) for each in story.exchanges],
        "page": {key: value for key, value in asdict(story.page).items() if key not in ("body", "link")}
        if story.page
        else None,
        "extraction": asdict(story.extraction) if story.extraction else None,
        "article": asdict(story.article) if story.article else None,
        "end": asdict(story.end) if story.end else None,
    }


def _plain_exchange(seen: Witnessed) -> dict[str, Any]:
    answer = seen.answer
    told: dict[str, Any] = {
        "at": seen.at,
        "kind": "robots" if seen.request is None else "page",
        "url": without_credentials(answer.url),
        "robots": seen.robots,
        "sent": dict(answer.raw.sent) if answer.raw else None,
    }
    if isinstance(answer, Response):
        return told | {"status": answer.status, "headers": list(answer.headers)}
    return told | {"reason": answer.reason, "detail": answer.detail}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str, indent=1)
