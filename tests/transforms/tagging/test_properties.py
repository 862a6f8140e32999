"""Over any text: every tag has evidence, and what stands in title or text is a slice of it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.tags import Evidence, EvidenceSource
from transforms.tagging.evidence import marked, spans
from transforms.tagging.publisher_topics import PublisherWords
from transforms.tagging.regions import RegionTagger
from transforms.tagging.taxonomy import parse_taxonomy
from transforms.tagging.topics import TopicTagger

LANGUAGES = [None, "en", "de", "tr", "ru", "ar", "he", "zh", "ja", "ko", "am", "hi", "th", "xh", "fi", "xx"]
WORDS = [
    "China", "CHINA", "Xinjiang", "İstanbul'da", "Urumqi", "Kiinassa", "в Китае", "وبألمانيا", "ببغداد", "פריז", "北京",
    "ケニアのナイロビで", "서울에서", "NATOは", "Paris, Texas", "Georgia", "South China Sea", "Mr London", "ethnic",
    "Kazakhs", "PARIS (Reuters) -", "BEIJING, March 3 -", "University of California", "election", "ELECTIONS!",
    "human rights", "Krieg", "战争", "ምርጫው", "kwezemidlalo", "forced labour", "U.S.", "Ill.", "São Paulo",
    "Sa\u0303o Paulo", "Zu\u0308rich", "𝔘𝔫𝔦", "🇨🇳", "\u200f", "\u202eabc\u202c", "ẞ", "ﬁ", "ǅ", "\ud800", "\x00",
    "\n", "\n\n", ".", "。", "\t", "’s", "—",
]  # fmt: skip
PIECES = st.one_of(st.sampled_from(WORDS), st.text(max_size=6))
TEXTS = st.lists(PIECES, max_size=40).flatmap(
    lambda parts: st.sampled_from(["", " ", ", "]).map(lambda by: by.join(parts))
)
TAXONOMY = parse_taxonomy(
    "topics: [{name: A, keywords: [forced labour, 'elect*', 北京, '*rights'], patterns: ['[a-z]{3}\\b', 'н.']}]"
)


def holds(evidence: tuple[Evidence, ...], title: str | None, text: str) -> bool:
    columns = {EvidenceSource.TITLE: title or "", EvidenceSource.TEXT: text}
    inside = [each for each in evidence if each.source in columns]
    return bool(evidence) and all(
        each.quote and columns[each.source][each.start : each.end] == each.quote for each in inside
    )


@settings(max_examples=100, deadline=None)
@given(
    title=st.none() | TEXTS, text=TEXTS, language=st.sampled_from(LANGUAGES), home=st.sampled_from([None, "AT", "?"])
)
def test_regions_and_organisations_show_where_they_stand(
    title: str | None, text: str, language: str | None, home: str | None
) -> None:
    tags = RegionTagger().tag(title, text, language, home_country=home)
    assert all(holds(each.evidence, title, text) for each in (*tags.regions, *tags.organizations))
    assert all(0 <= region.score <= 1 for region in tags.regions)
    assert len({region.code for region in tags.regions}) == len(tags.regions)
    assert tags == RegionTagger().tag(title, text, language, home_country=home)


@settings(max_examples=100, deadline=None)
@given(title=st.none() | TEXTS, text=TEXTS, language=st.sampled_from(LANGUAGES), keyword=TEXTS)
def test_topics_and_own_tags_show_where_they_stand(
    title: str | None, text: str, language: str | None, keyword: str
) -> None:
    words = PublisherWords(keywords=[keyword], section=keyword, url=f"https://a.example/{keyword}/b")
    for tag in (*TopicTagger().tag(title, text, language, words), *TAXONOMY.tag(title, text, language, words)):
        assert holds(tag.evidence, title, text)
        assert 0 < tag.score <= 1


@settings(max_examples=50, deadline=None)
@given(text=TEXTS, language=st.sampled_from(LANGUAGES))
def test_marks_are_added_and_nothing_else(text: str, language: str | None) -> None:
    evidence = [each for region in RegionTagger().tag(None, text, language).regions for each in region.evidence]
    shown = marked(text, evidence, marks=("\ue000", "\ue001"))
    assert shown.count("\ue000") - text.count("\ue000") == len(spans(text, evidence))
    assert shown.replace("\ue000", "").replace("\ue001", "") == text.replace("\ue000", "").replace("\ue001", "")
