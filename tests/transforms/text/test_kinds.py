import pytest

from schemas.failures import Reason
from schemas.pages import Extraction
from schemas.policies import ExtractPolicy
from tests.fixtures.records import story
from transforms.text.extract import extract_page
from transforms.text.kinds import is_gallery
from transforms.text.rejections import Rejection
from transforms.text.trees import parse_page

URL = "https://paper.example/local/harbour"


def page(*paragraphs: str, title: str = "Harbour plan", extra: str = "") -> bytes:
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}{extra}</body></html>".encode()


def read(body: bytes, url: str = URL) -> Extraction | Rejection:
    return extract_page(body, "text/html", url, ExtractPolicy())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (page("Verify you are human by completing the action below.", title="Just a moment"), Reason.CHALLENGE_PAGE),
        (
            page("We value your privacy. We and our partners store and/or access information on a device."),
            Reason.CONSENT_WALL,
        ),
        (page("You need to enable JavaScript to run this app."), Reason.NEEDS_JAVASCRIPT),
        (page("Sorry. Try the search, or go back to the front page.", title="Page not found"), Reason.SOFT_404),
        (page("Leider.", title="Seite nicht gefunden"), Reason.SOFT_404),
    ],
)
def test_walls_and_friendly_errors_are_told_apart(body: bytes, reason: Reason) -> None:
    found = read(body)
    assert isinstance(found, Rejection)
    assert found.reason is reason


def test_an_article_that_speaks_of_such_pages_is_an_article() -> None:
    told = "Visitors were greeted with the words page not found, and told to please enable JavaScript."
    assert isinstance(read(page(*story(1, 8), told)), Extraction)


def test_a_section_page_is_no_article() -> None:
    teasers = "".join(f'<li><a href="/a/{n}">{" ".join(story(n, 1))[:90]}</a></li>' for n in range(40))
    found = read(page("All news of the harbour.", extra=f"<ul>{teasers}</ul>"), "https://paper.example/tag/harbour")
    assert isinstance(found, Rejection)
    assert found.reason is Reason.SECTION_PAGE


def test_a_short_text_over_the_notice_of_a_paywall_is_a_stub() -> None:
    found = read(page(*story(2, 2), "Subscribe to continue reading"))
    assert isinstance(found, Extraction)
    assert "paywall_stub" in found.quality


def test_many_pictures_with_little_text_are_a_gallery() -> None:
    pictures = "".join(f"<figure><img src='{n}.jpg'><figcaption>Picture {n}</figcaption></figure>" for n in range(9))
    tree = parse_page(f"<html><body><main><article>{pictures}</article></main></body></html>".encode())
    assert tree is not None
    assert is_gallery(tree, ["The harbour in nine pictures."])
    assert not is_gallery(tree, ["A long story of the harbour, told in a paragraph. " * 20])
