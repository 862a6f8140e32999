from benchmarks.region_sets import counted, newsbeam, place_code, plain_gazetteer
from benchmarks.topic_sets import CLASS_OF_NEWS, macro_f1, told
from schemas.tags import Topic


def topic(code: str) -> Topic:
    return Topic(code=code, name="", score=1.0, evidence=())


def test_macro_f1_is_over_the_classes_that_the_gold_has() -> None:
    pairs = [("sports", "sports"), ("health", "sports"), ("health", "health")]
    assert round(macro_f1(pairs, ["health", "politics", "sports"]), 3) == 0.667
    assert macro_f1([("health", "none")], ["health"]) == 0.0


def test_the_first_topic_that_has_a_class_is_the_one_told() -> None:
    assert told([topic("medtop:02000000"), topic("medtop:15000000")], CLASS_OF_NEWS) == "sports"
    assert told([topic("medtop:02000000")], CLASS_OF_NEWS) == "none"


def test_countries_are_counted_over_all_stories() -> None:
    pairs = [(frozenset({"FR", "US"}), {"FR"}), (frozenset(), {"DE"})]
    assert counted(pairs) == "0.500 (precision 0.500, recall 0.500)"


def test_places_of_1987_have_codes_of_today() -> None:
    assert [place_code(each) for each in ("ussr", "france", "ec")] == ["RU", "FR", None]


def test_the_plain_peer_knows_no_rules() -> None:
    assert newsbeam("", "Jordan Smith won in France.").named == {"FR"}
    assert plain_gazetteer("", "Jordan Smith won in France.").named == {"FR", "JO"}
