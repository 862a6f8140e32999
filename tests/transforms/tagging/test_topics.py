import pytest

from schemas.tags import EvidenceSource, Topic
from transforms.tagging.publisher_topics import PublisherWords
from transforms.tagging.topics import TopicTagger, primary_topic

TAGGER = TopicTagger()
RIGHTS = (
    "Diplomats of 22 nations wrote to the High Commissioner for Human Rights about torture and arbitrary detention.\n\n"
    "The government denies torture. Detainees told of indoctrination, and an ethnic minority fears for its own.\n\n"
    "Envoys at the United Nations want access, and the foreign ministry rejected the joint statement."
)


def codes(topics: tuple[Topic, ...]) -> list[str]:
    return [topic.code for topic in topics]


def test_a_story_on_rights_has_society_and_politics_with_what_lies_below_and_no_science() -> None:
    found = codes(TAGGER.tag(None, RIGHTS, "en"))
    assert {"medtop:11000000", "medtop:14000000", "medtop:20000592", "medtop:20000638"} <= set(found)
    assert "medtop:13000000" not in found


def test_a_topic_below_never_stands_without_its_top() -> None:
    found = codes(TAGGER.tag("Earthquake of magnitude 7", "An earthquake struck; aftershocks followed.", "en"))
    assert found[0] == "medtop:03000000"
    assert "medtop:20000153" in found


def test_every_topic_has_evidence_and_every_quote_is_the_slice_of_its_column() -> None:
    title = "Ministers – “İstanbul” summit: elections & sanctions"
    columns = {EvidenceSource.TITLE: title, EvidenceSource.TEXT: RIGHTS}
    topics = TAGGER.tag(
        title, RIGHTS, "en", PublisherWords(section="Politics", url="https://news.example/world/politics/a-b")
    )
    assert topics
    for topic in topics:
        assert 1 <= len(topic.evidence) <= 8
        for each in topic.evidence:
            if each.source in columns:
                assert columns[each.source][each.start : each.end] == each.quote
            else:
                assert each.start is None
                assert each.end is None


def test_topics_come_strongest_first_with_scores_between_0_and_1() -> None:
    topics = TAGGER.tag(None, RIGHTS * 20, "en", PublisherWords(section="Society", feed_categories=["Society"] * 40))
    scores = [topic.score for topic in topics]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_a_title_speaks_louder_than_the_text() -> None:
    plain = TAGGER.tag(None, "The election is near. " + "Nothing else is told here. " * 20, "en")
    titled = TAGGER.tag("Election", "The vote is near. " + "Nothing else is told here. " * 20, "en")
    assert plain == ()
    assert "medtop:20000574" in codes(titled)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ({"section": "Sport"}, EvidenceSource.SECTION),
        ({"feed_categories": ["Local", "Fußball"]}, EvidenceSource.FEED_CATEGORY),
        ({"url": "https://www.example.org/de/sport/2026/some-story.html"}, EvidenceSource.URL),
        ({"url": "https://sport.example.org/some-story"}, EvidenceSource.URL),
        ({"keywords": ["tennis", "football"]}, EvidenceSource.KEYWORD),
    ],
)
def test_the_publisher_is_heard(said: dict[str, str], source: EvidenceSource) -> None:
    topics = TAGGER.tag(None, "", "en", PublisherWords(**said))  # type: ignore[arg-type]  # one case for each field
    assert primary_topic(topics) == "medtop:15000000"
    assert topics[0].evidence[0].source is source


def test_words_of_publisher_and_text_join_in_one_score() -> None:
    text = "The striker scored twice in the final, and the fans of the league leader sang."
    alone = TAGGER.tag(None, text, "en")[0]
    joined = TAGGER.tag(None, text, "en", PublisherWords(section="Sport"))[0]
    assert alone.code == joined.code == "medtop:15000000"
    assert alone.score < joined.score < 1


def test_the_primary_topic_is_the_strongest_top_level_one() -> None:
    assert primary_topic(()) is None
    low = Topic(code="medtop:20000592", name="human rights", score=0.9, evidence=())
    top = Topic(code="medtop:14000000", name="society", score=0.9, evidence=())
    assert primary_topic((low, top)) == "medtop:14000000"


@pytest.mark.parametrize("text", ["", "Nothing to see here.", "1234 5678", "?" * 100])
def test_no_words_no_topics(text: str) -> None:
    assert TAGGER.tag(None, text, "en") == ()


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("de", "Der Bundestag debattiert: Die Regierung und die Opposition streiten vor der Wahl.", "11"),
        ("fr", "Le joueur a marqué deux buts et son équipe gagne le championnat de football.", "15"),
        ("es", "El hospital informó de más pacientes y de una nueva vacuna contra el virus.", "07"),
        ("it", "Il film vince al festival del cinema, la cantante presenta un album.", "01"),
        ("pt", "A inflação subiu e o mercado espera que os bancos e as empresas cortem preços.", "04"),
        ("nl", "De politie heeft een verdachte aangehouden, de rechter beslist morgen.", "02"),
        ("pl", "Żołnierze i wojsko: trwa wojna, rakiety spadły na miasto, atak trwa.", "16"),
        ("ru", "Сборная выиграла матч, тренер похвалил команду, чемпионат продолжается.", "15"),
        ("uk", "Уряд і парламент: президент підписав закон, депутати проголосували.", "11"),
        ("tr", "Deprem sonrası kurtarma ekipleri enkazda çalışıyor, yaralılar var.", "03"),
        ("ar", "سجل اللاعب هدفا في المباراة وفاز المنتخب في البطولة.", "15"),
        ("zh", "球队在比赛中夺得冠军，教练称赞球员。", "15"),
        ("ja", "選手は試合で優勝し、監督は大会を振り返った。", "15"),
        ("sw", "Wachezaji wa timu walishinda mechi ya ligi, kocha alifurahi.", "15"),
        ("id", "Pemain tim itu mencetak gol, pelatih senang dengan pertandingan liga.", "15"),
        ("hi", "टीम ने मैच जीता, खिलाड़ी और कोच खुश हैं, क्रिकेट विश्व कप।", "15"),
    ],
)
def test_words_in_many_languages(language: str, text: str, code: str) -> None:
    assert primary_topic(TAGGER.tag(None, text, language)) == f"medtop:{code}000000"


@pytest.mark.parametrize(
    "url", ["http://[::1", "::::", "https://h/%ff%fe/" + "a/" * 5000, "", "http://x/" + "sport" * 9]
)
def test_broken_addresses_say_nothing(url: str) -> None:
    assert TAGGER.tag(None, "", "en", PublisherWords(url=url)) == ()


def test_hundreds_of_keywords_are_bounded() -> None:
    assert TAGGER.tag(None, "", "en", PublisherWords(keywords=["x" * 10_000] * 10_000)) == ()
