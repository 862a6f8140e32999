"""Cases 68 to 78: pages that are made to break extraction, each through a whole pool of workers or a whole run."""

import json
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.failures import Reason
from schemas.pages import Extraction
from schemas.policies import ExtractPolicy, SandboxPolicy
from tests.fixtures.command import newsbeam
from tests.fixtures.datasets import rows
from tests.fixtures.records import html, story
from transforms.sandbox.pool import Killed, Pool
from transforms.text.extract import extract_page
from transforms.text.rejections import Rejection

URL = "https://www.paper.example/local/harbour"
TEXT = story(1, 6)
GOOD = html("Harbour plan passes", *TEXT)
DEADLINE = 20.0  # seconds; tests run on machines under load, and the bound is on what is beyond it
QUOTING = " ".join(f"a{n}='>'" for n in range(200_000))
ATTRIBUTES = " ".join(f"a{n}='</>'" for n in range(200_000))  # hides from the caps, which look for the start of a tag
PARAGRAPHS = "".join(f"<p>Paragraph number {n} of a page without an end.</p>" for n in range(150_000))
LINKS = "".join(f"<a href='/{n}'>link {n}</a>" for n in range(50_000))

Outcome = Extraction | Rejection


def with_body(extra: str, head: str = "") -> bytes:
    return html("Harbour plan passes", *TEXT, head=head).replace(b"</body>", extra.encode() + b"</body>")


def extracted(body: bytes, content_type: str | None = "text/html", url: str | None = URL) -> Outcome:
    return extract_page(body, content_type, url, ExtractPolicy())


def reason(body: bytes, content_type: str | None = "text/html") -> Reason | None:
    found = extracted(body, content_type)
    return found.reason if isinstance(found, Rejection) else None


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    policy = SandboxPolicy(deadline=DEADLINE, processes=1)
    with Pool("transforms.text.extract:extract_page", policy) as running:
        yield running


@pytest.mark.faults
@pytest.mark.parametrize(
    "extra",
    [
        pytest.param(PARAGRAPHS, id="150,000 paragraphs"),
        pytest.param(LINKS, id="50,000 links"),
        pytest.param("<div>" * 200_000, id="200,000 deep"),
        pytest.param("<b>" * 200_000, id="200,000 deep inline"),
        pytest.param(f"<p title='{'x' * 10_000_000}'>", id="an attribute of 10 MB"),
        pytest.param(f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>", id="100,000 attributes"),
        pytest.param(f"<p {QUOTING}>", id="200,000 attributes that quote the end of a tag"),
        pytest.param(f"<p>{'x' * 4_000_000}</p>", id="a word of 4 MB"),
        pytest.param("<br>" * 500_000, id="500,000 line breaks"),
        pytest.param("<h1>One | two - three</h1>" * 60_000, id="60,000 headlines"),
    ],
)
def test_case_68_a_giant_page_is_read_or_refused_within_the_deadline(pool: Pool, extra: str) -> None:
    pages = [pool.submit(body, None, URL, ExtractPolicy()) for body in (GOOD, with_body(extra), GOOD)]
    first, giant, last = [page.result() for page in pages]
    assert isinstance(giant, Extraction | Rejection | Killed)
    assert not isinstance(giant, Killed) or giant.reason is Reason.EXTRACT_TIMEOUT
    assert isinstance(first, Extraction)
    assert first.blocks == TEXT
    assert last == first


@pytest.mark.faults
def test_case_68_a_page_that_hangs_the_parser_is_killed_at_the_deadline_and_the_run_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "hangs.html").write_bytes(b"<html><body><p " + ATTRIBUTES.encode() + b">" + GOOD)
    for number in (1, 2, 3):
        (folder / f"{number}.html").write_bytes(html(f"Story {number}", *story(number, 6)))
    output = tmp_path / "dataset"
    said = newsbeam("run", "--html", folder, "--output", output, "--extract-deadline", 3, "--json")
    assert said.json["accounting"]["articles"] == 3
    failure = rows(output, "failures")[0]
    assert (failure["reason"], failure["detail"]) == ("extract_timeout", "killed after 3 s")


def test_case_68_a_call_ends_a_second_after_its_deadline_at_the_latest() -> None:
    with Pool("transforms.text.extract:extract_page", SandboxPolicy(deadline=1, processes=1)) as running:
        running.submit(GOOD, None, URL, ExtractPolicy()).result()  # the start of a worker is not the page's
        began = time.monotonic()
        hung = running.submit(b"<p " + ATTRIBUTES.encode() + b">", None, URL, ExtractPolicy()).result()
        assert hung == Killed(reason=Reason.EXTRACT_TIMEOUT, detail="killed after 1 s")
        assert time.monotonic() - began < 1 + 1 + 5  # and what a machine under load adds


@pytest.mark.parametrize(
    "body",
    [b"%PDF-1.7\n%\xe2\xe3", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04\x14\0", b"\0\0\0\x18ftypmp42"],
)
def test_case_70_what_is_called_html_and_is_none_is_known_by_its_bytes(body: bytes) -> None:
    assert reason(body + bytes(500)) is Reason.UNSUPPORTED_TYPE


def test_case_70_a_page_without_a_type_is_a_page() -> None:
    assert extracted(GOOD, None) == extracted(GOOD)


@pytest.mark.parametrize(
    ("header", "meta"),
    [
        (None, ""),
        ("text/html; charset=utf-8", ""),
        (None, "<meta charset=windows-1251>"),
        ("text/html; charset=iso-8859-1", "<meta charset=windows-1251>"),
        ("text/html; charset=utf-8", "<meta charset=windows-1251>"),
    ],
)
def test_case_71_the_charset_is_found_late_against_the_header_or_not_at_all(header: str | None, meta: str) -> None:
    text = ("Городской совет принял план расширения порта после шести часов прений в понедельник вечером.",) * 2
    page = html("План порта", *text, "Рыбаки просили об этом с прошлой зимы, когда буря разбила одиннадцать лодок.")
    late = page.decode().replace("<head>", f"<head><!--{'x' * 2_000}-->{meta}").encode("cp1251", "xmlcharrefreplace")
    found = extracted(late, header)
    assert isinstance(found, Extraction)
    assert found.blocks[0] == text[0]
    assert found.title == "План порта"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<h1>Page not found</h1><p>The page you were looking for doesn't exist.</p>", Reason.SOFT_404),
        ("<p>We value your privacy. We and our partners store data.</p><a>Accept all</a>", Reason.CONSENT_WALL),
        ("<div id=app></div><noscript>Please enable JavaScript.</noscript>", Reason.NEEDS_JAVASCRIPT),
        ("<p>You need to enable JavaScript to run this app.</p>", Reason.NEEDS_JAVASCRIPT),
    ],
)
def test_case_72_walls_and_shells_are_named_and_are_no_articles(body: str, expected: Reason) -> None:
    assert reason(f"<html><head><title>The Paper</title></head><body>{body}</body></html>".encode()) is expected


def test_case_72_the_free_beginning_of_an_article_is_flagged() -> None:
    head = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
    found = extracted(html("Harbour plan passes", *TEXT[:3], head=head))
    assert isinstance(found, Extraction)
    assert "paywall_stub" in found.quality


def test_case_74_scripts_in_titles_and_addresses_stay_text_or_go() -> None:
    head = '<link rel="canonical" href="javascript:alert(1)"><meta property="og:image" content="javascript:alert(2)">'
    title = "<title>&lt;script&gt;alert(3)&lt;/script&gt;</title>"
    data = '<script type="application/ld+json">{"@type":"NewsArticle","description":"a<\\/script><b>b"}</script>'
    page = html("Harbour", *TEXT, head=head + data).decode().replace("<title>Harbour</title>", title)
    found = extracted(page.encode())
    assert isinstance(found, Extraction)
    assert (found.canonical_url, found.image_url, found.description) == (None, None, "a b")
    assert "<script>alert(3)</script>" in found.headlines


@pytest.mark.parametrize("href", ["https://other.example/harbour", "/", "https://www.paper.example/index.html"])
def test_case_75_a_canonical_address_of_another_page_is_ignored(href: str) -> None:
    found = extracted(html("Harbour plan passes", *TEXT, head=f'<link rel="canonical" href="{href}">'))
    assert isinstance(found, Extraction)
    assert found.canonical_url is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param('{"@type": "NewsArticle", "headline": ', id="cut off"),
        pytest.param("[" * 150_000, id="deep"),
        pytest.param('{"@type":"NewsArticle","author":[' + '{"name":"A B"},' * 300_000, id="4.5 MB"),
        pytest.param(json.dumps([{"@graph": [{"@type": "WebSite"}]}] * 50), id="array of graphs"),
    ],
)
def test_case_76_json_ld_that_cannot_be_used_costs_nothing_else(data: str) -> None:
    found = extracted(html("Harbour plan passes", *TEXT, head=f'<script type="application/ld+json">{data}</script>'))
    assert isinstance(found, Extraction)
    assert (found.title, found.blocks) == ("Harbour plan passes", TEXT)


def test_case_78_a_worker_that_takes_too_much_memory_is_refused_it_and_we_do_not_feel_it() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Pool("builtins:eval", SandboxPolicy(deadline=30, memory=300_000_000, processes=1)) as running:
        killed, well = (running.submit(each).result() for each in ("len(bytes(4_000_000_000))", "1 + 1"))
    assert isinstance(killed, Killed)
    assert killed.reason is Reason.EXTRACTOR_OOM
    assert well == 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000
