import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.articles import Method, Relation
from schemas.fingerprints import Fingerprint, Known, Verdict
from schemas.stories import Merge, Notice
from transforms.similarity.resolve import resolve
from transforms.similarity.stories import LARGE_TEXTS

Make = Callable[..., Fingerprint]
Tell = Callable[..., str]


def told(new: Sequence[Fingerprint], known: Sequence[Known] = ()) -> dict[str, Verdict]:
    return {each.article_id: each for each in resolve(new, known).verdicts}


def known(one: Fingerprint, cluster_id: str | None = None, size: int = 1, duplicate_of: str | None = None) -> Known:
    cluster_id = cluster_id or one.article_id
    return Known(fingerprint=one, cluster_id=cluster_id, cluster_size=size, duplicate_of=duplicate_of)


def edited(text: str, every: int = 40) -> str:
    return " ".join("newword" if at % every == every - 1 else word for at, word in enumerate(text.split()))


def test_different_stories_stand_for_themselves(document: Make, story: Tell) -> None:
    assert told([document("b", story(1)), document("a", story(2))]) == {
        "a": Verdict(article_id="a", cluster_id="a", cluster_size=1),
        "b": Verdict(article_id="b", cluster_id="b", cluster_size=1),
    }


def test_nothing_new_resolves_to_nothing(document: Make, story: Tell) -> None:
    assert resolve([], [known(document("a", story(1)))]).verdicts == ()
    assert resolve([], []).merges == ()


def test_verdicts_come_in_the_order_of_the_documents(document: Make, story: Tell) -> None:
    new = [document(name, story(1)) for name in "cab"]
    assert [each.article_id for each in resolve(new, []).verdicts] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("given", "text", "method"),
    [
        ({"url_key": "u", "guid_key": "g"}, "same", Method.URL),
        ({"guid_key": "g"}, "same", Method.GUID),
        ({}, "same", Method.EXACT),
        ({"url_key": "u"}, "edited", Method.URL),
        ({"guid_key": "g"}, "edited", Method.GUID),
        ({}, "edited", Method.NEAR),
    ],
)
def test_the_cheapest_method_is_named(
    document: Make, story: Tell, given: dict[str, Any], text: str, method: Method
) -> None:
    first = document("z", story(1), **given)
    copy = document("a", {"same": story(1), "edited": edited(story(1))}[text], days=1, **given)
    verdict = told([first, copy])["a"]
    assert (verdict.duplicate_of, verdict.cluster_id, verdict.cluster_size) == ("z", "a", 2)
    assert verdict.method is method
    assert (verdict.similarity == 1.0) == (text == "same")
    assert (verdict.tied_to, verdict.relation) == ("z", Relation.COPY)
    assert verdict.similarity > 0.7


def test_a_page_that_changed_is_still_the_same_address(document: Make, story: Tell) -> None:
    one = document("a", story(1), url_key="u", site="s.example")
    other = document("b", story(2), url_key="u", site="s.example")
    assert told([one, other])["b"].method is Method.URL


def test_a_canonical_link_to_another_site_needs_a_text_that_is_alike(document: Make, story: Tell) -> None:
    one = document("a", story(1), url_key="u")
    assert told([one, document("b", story(2), url_key="u")])["b"].duplicate_of is None
    assert told([one, document("b", edited(story(1)), url_key="u", days=90)])["b"].method is Method.URL


def test_a_feed_that_gives_one_guid_to_all_items_merges_none(document: Make, story: Tell) -> None:
    new = [document(f"d{each}", story(each), guid_key="g", site="s.example") for each in range(20)]
    assert all(each.duplicate_of is None for each in resolve(new, []).verdicts)


def test_the_earliest_published_survives_then_the_earliest_read_then_the_smallest_id(
    document: Make, story: Tell
) -> None:
    text = story(1)
    early, late = document("c", text), document("a", text, days=1)
    assert told([late, early])["a"].duplicate_of == "c"
    read_early = replace(document("b", text), fetched_at=early.fetched_at - timedelta(minutes=1))
    assert told([early, read_early])["c"].duplicate_of == "b"
    assert told([early, document("d", text)])["d"].duplicate_of == "c"
    undated = document("0", text, published_at=None)
    assert told([undated, late])["0"].duplicate_of == "a"


def test_a_known_story_keeps_its_representative_and_its_id(document: Make, story: Tell) -> None:
    text = story(1)
    verdict = told([document("a", text, days=-1)], [known(document("m", text), "k", size=4)])["a"]
    assert (verdict.duplicate_of, verdict.cluster_id, verdict.cluster_size) == ("m", "k", 5)


def test_a_known_copy_leads_to_what_stands_for_its_story(document: Make, story: Tell) -> None:
    copy = known(document("m", story(1)), "k", size=2, duplicate_of="k")
    verdict = told([document("z", story(1))], [copy])["z"]
    assert (verdict.duplicate_of, verdict.cluster_id, verdict.cluster_size) == ("k", "k", 3)


def test_members_of_a_known_story_count_once(document: Make, story: Tell) -> None:
    history = [known(document("k", story(1)), "k", size=2), known(document("m", story(1)), "k", 2, "k")]
    assert told([document("z", story(1))], history)["z"].cluster_size == 3


def test_a_bridge_between_known_stories_is_reported_as_a_merge(document: Make, story: Tell) -> None:
    left, right = story(1, 200), story(2, 200)
    history = [known(document("q", left), "q", size=3), known(document("p", right), "p", size=2)]
    resolution = resolve([document("z", f"{left} {right}")], history)
    assert resolution.merges == (Merge(old_id="q", new_id="p"),)
    verdict = resolution.verdicts[0]
    assert (verdict.cluster_id, verdict.duplicate_of, verdict.cluster_size) == ("p", "p", 6)


def test_known_stories_are_not_compared_among_themselves(document: Make, story: Tell) -> None:
    history = [known(document("p", story(1), url_key="u")), known(document("q", story(1), url_key="u"))]
    resolution = resolve([document("z", story(2))], history)
    assert resolution.merges == ()
    assert resolution.verdicts[0].cluster_size == 1


def test_a_twin_of_a_near_copy_is_folded_by_the_cheaper_method(document: Make, story: Tell) -> None:
    original = document("a", story(1))
    near = document("b", edited(story(1)), url_key="u", site="s.example", days=1)
    twin = document("c", story(9), url_key="u", site="s.example", days=2)
    verdicts = told([original, near, twin])
    assert (verdicts["b"].method, verdicts["c"].method) == (Method.NEAR, Method.URL)
    assert {each.duplicate_of for each in verdicts.values()} == {None, "a"}
    assert (verdicts["b"].tied_to, verdicts["c"].tied_to) == ("a", "b")
    assert (verdicts["c"].similarity, verdicts["c"].relation) == (0.0, Relation.UPDATE)


def test_a_survivor_of_twins_is_as_near_as_its_twin(document: Make, story: Tell) -> None:
    original = document("a", story(1))
    first = document("b", story(9), url_key="u", site="s.example", days=1)
    near = document("c", edited(story(1)), url_key="u", site="s.example", days=2)
    verdicts = told([original, first, near])
    assert verdicts["b"].method is Method.NEAR
    assert 0.7 < verdicts["b"].similarity < 1.0


def test_stories_in_one_frame_of_a_site_stay_apart(document: Make, story: Tell) -> None:
    frame = story(1000, 120)
    new = [document(f"d{each}", f"{frame} {story(each, 80)}", site="s.example") for each in range(8)]
    assert all(each.duplicate_of is None for each in resolve(new, []).verdicts)


def test_furniture_is_counted_over_history_too(document: Make, story: Tell) -> None:
    frame = story(1000, 200)
    pages = [document(f"d{each}", f"{frame} {story(each, 12)}", site="s.example") for each in range(6)]
    assert told(pages[:2])["d1"].duplicate_of == "d0"
    assert told(pages[:2], [known(each) for each in pages[2:]])["d1"].duplicate_of is None


def test_many_versions_of_one_story_on_one_site_are_one(document: Make, story: Tell) -> None:
    versions = [document(f"v{each}", f"{story(1, 400)} {story(each + 2, 2)}", site="s.example") for each in range(9)]
    assert {each.cluster_size for each in resolve(versions, []).verdicts} == {9}


def test_copies_of_one_text_are_no_hot_keys(document: Make, story: Tell) -> None:
    base = document("d", story(1))
    copies = [replace(base, article_id=f"d{each:04}", site=f"s{each % 7}") for each in range(1000)]
    resolution = resolve([*copies, document("x", edited(story(1)), days=1)], [])
    assert {each.cluster_id for each in resolution.verdicts} == {"d0000"}
    assert resolution.notices == ()


def test_a_story_of_very_many_texts_is_reported_and_stands(document: Make, story: Tell) -> None:
    texts = [f"{story(1, 250)} {story(each + 2, 20)}" for each in range(LARGE_TEXTS + 1)]
    resolution = resolve([document(f"d{each:03}", text) for each, text in enumerate(texts)], [])
    large = Notice(kind="large_story", subject="d000", count=LARGE_TEXTS + 1, examples=("d000", "d001", "d002"))
    assert large in resolution.notices
    assert {each.cluster_size for each in resolution.verdicts} == {LARGE_TEXTS + 1}


def test_hot_keys_are_counted(document: Make, story: Tell) -> None:
    new = [document(f"d{each:03}", f"{story(1, 30)} {story(each + 2, 120)}") for each in range(210)]
    resolution = resolve(new, [])
    assert [each.kind for each in resolution.notices] == ["hot_keys"]
    assert resolution.notices[0].count > 0
    assert all(each.duplicate_of is None for each in resolution.verdicts)


CHINESE = (
    "港口管理局星期一宣布，经过三个星期的修缮，北侧闸门将于本周四重新开放，渔船可以在清晨涨潮时驶入内港。"
    "负责工程的工程师表示，旧的木制门板已经全部换成钢板，并加装了新的水位仪。渔民协会对此表示欢迎，"
    "但同时要求当局公布维修费用。市议会将在下个月的会议上讨论这份账单，并决定是否提高停泊费。"
)
THAI = (
    "การท่าเรือประกาศเมื่อวันจันทร์ว่าประตูน้ำด้านเหนือจะเปิดอีกครั้งในวันพฤหัสบดีหลังการซ่อมแซมสามสัปดาห์ "
    "เรือประมงจะเข้าจอดในท่าชั้นในได้ในช่วงน้ำขึ้นตอนเช้า วิศวกรกล่าวว่าบานประตูไม้เก่าถูกเปลี่ยนเป็นแผ่นเหล็กทั้งหมด "
    "สมาคมชาวประมงยินดีกับข่าวนี้แต่ขอให้เปิดเผยค่าใช้จ่ายในการซ่อม"
)


@pytest.mark.parametrize(("text", "old", "new"), [(CHINESE, "星期一", "周一"), (THAI, "วันจันทร์", "วันนี้")])
def test_copies_are_found_in_scripts_without_spaces(document: Make, story: Tell, text: str, old: str, new: str) -> None:
    verdicts = told([document("a", text), document("b", text.replace(old, new), days=1), document("c", story(1))])
    assert verdicts["b"].method is Method.NEAR
    assert verdicts["c"].duplicate_of is None


@st.composite
def batches(draw: st.DrawFn) -> list[tuple[int, int, int, int, int]]:
    """Documents as (story, kind of edit, day, address, guid), many of them tied to each other."""
    few = st.integers(0, 3)
    return draw(st.lists(st.tuples(few, few, few, few, few), min_size=1, max_size=12))


@given(batches(), st.integers(0, 12), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_the_order_of_arrival_changes_nothing(
    document: Make, story: Tell, batch: list[tuple[int, int, int, int, int]], split: int, rng: random.Random
) -> None:
    variants = [
        lambda text: text,
        edited,
        lambda text: " ".join(text.split()[:150]),
        lambda text: f"{text} {story(99, 40)}",
    ]
    documents = [
        document(
            f"d{at:02}",
            variants[edit](story(number)),
            days=day,
            url_key=f"u{address}" if address else None,
            guid_key=f"g{guid}" if guid else None,
            site=f"s{address}.example",
        )
        for at, (number, edit, day, address, guid) in enumerate(batch)
    ]
    new, old = documents[split:], [known(each) for each in documents[:split]]
    straight = resolve(new, old)
    shuffled_new, shuffled_old = rng.sample(new, len(new)), rng.sample(old, len(old))
    shuffled = resolve(shuffled_new, shuffled_old)
    assert told(shuffled_new, shuffled_old) == {each.article_id: each for each in straight.verdicts}
    assert (shuffled.merges, shuffled.notices) == (straight.merges, straight.notices)
    for verdict in straight.verdicts:
        assert (verdict.duplicate_of is None) == (verdict.method is None)
        assert verdict.duplicate_of != verdict.article_id
