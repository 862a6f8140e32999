from datetime import UTC, datetime

from benchmarks.frames import fill, make_frame
from benchmarks.gold import GoldPage
from schemas.pages import Extraction
from schemas.policies import ExtractPolicy
from transforms.text.extract import extract_page

STORY = tuple(
    f"The council of town {name} approved the plan for its harbour on Monday after a debate of six hours in the hall."
    for name in ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir")
)
URL = "https://paper.example/harbour"
HTML = f"""<html><head><title>Harbour plan</title><link rel="canonical" href="{URL}">
<meta property="article:published_time" content="2024-01-02T03:04:05Z">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Harbour plan", "url": "{URL}"}}</script>
</head>
<body><nav><a href="/">Home</a></nav><article><h1>Harbour plan</h1>{"".join(f"<p>{each}</p>" for each in STORY)}
<p>Subscribe to our letter for more stories about all the harbours of the country every week.</p>
</article></body></html>"""
PAGE = GoldPage(
    id="one",
    url=URL,
    html=HTML.encode(),
    paragraphs=STORY,
    title="Harbour plan",
    authors=(),
    published=None,
    crawled=datetime(2024, 1, 3, tzinfo=UTC),
)


def test_a_filled_frame_is_a_page_of_the_new_article_and_of_nothing_else() -> None:
    frame = make_frame(PAGE)
    assert frame is not None
    texts = [f"Quite another story number {n} was told in this place by <someone> & friends." for n in range(6)]
    html = fill(frame, texts, "Another title", "https://fresh.example/a", "2026-05-06T07:08:09Z")
    found = extract_page(html, None, "https://fresh.example/a", ExtractPolicy())
    assert isinstance(found, Extraction)
    assert sorted(found.blocks) == texts
    assert (found.title, found.canonical_url) == ("Another title", "https://fresh.example/a")
    assert found.published_at == datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert b"paper.example" not in html
