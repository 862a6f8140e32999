import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from schemas.reports import Failed, SourceCount
from schemas.runs import Accounting, Outcome
from tests.fixtures.reported import COUNTS, HOSTILE, NOW, RECORD, copied, feed, recent, reported
from transforms.reporting.counts import counted, health, reasons, stories, turned
from transforms.reporting.drawings import countries, narrow_flow, wide_flow
from transforms.reporting.page import page


def test_the_page_asks_nobody_for_anything_and_runs_nothing() -> None:
    made = page(reported(), "committed")
    assert not re.search(r"<script|<link|<img|<iframe|<object|@import|url\(|\son\w+=|\sstyle=|javascript:", made)
    assert set(re.findall(r'(?:href|src)="([^"#]*)', made)) == {""}


def test_the_policy_allows_the_one_style_that_the_page_has() -> None:
    made = page(reported(), "committed")
    style = re.search(r"<style>(.*?)</style>", made, re.DOTALL)
    assert style
    assert f"style-src 'sha256-{b64encode(sha256(style[1].encode()).digest()).decode()}'" in made
    assert "default-src 'none'" in made


def test_whatever_publishers_write_stays_text() -> None:
    one = recent(1, title=HOSTILE, host=HOSTILE, language=HOSTILE, primary_region=HOSTILE, primary_topic=HOSTILE)
    failed = Failed(url=HOSTILE, subject="link", reason=HOSTILE, detail=HOSTILE, retry_at=None)
    ailing = feed(title=HOSTILE, feed_url=HOSTILE, reason=HOSTILE, status="failed")
    record = replace(RECORD, notices=(HOSTILE,), output=HOSTILE)
    copies = (copied(one, HOSTILE),)
    made = page(reported(record=record, recent=(one,), copies=copies, failures=(failed,), feeds=(ailing,)), "done")
    assert "<script" not in made
    assert "<img" not in made
    assert made.count("</style>") == 1
    assert "{{ 7*7 }}" in made


def test_what_is_not_there_has_no_section() -> None:
    empty = Accounting(links=0, articles=0, duplicates=0, sources={"unchanged": 1})
    record = replace(RECORD, accounting=empty, stages={}, work=(), outcome=Outcome.NOTHING_NEW)
    made = page(reported(record=record, recent=(), feeds=(), sources=()), "done, and nothing was new")
    assert re.findall(r'<section id="(\w+)"', made) == ["flow"]
    assert "No source named a link: 1 unchanged." in " ".join(made.split())


def test_a_full_page_has_all_sections_and_each_is_in_the_navigation() -> None:
    one = recent(1)
    before = replace(RECORD, run_id="R1")
    failed = Failed(url="https://a.example/", subject="link", reason="gone", detail=None, retry_at=NOW)
    made = page(reported(before=before, recent=(one,), copies=(copied(one, "b.example"),), failures=(failed,)), "done")
    ids = re.findall(r'<section id="(\w+)"', made)
    assert ids == ["flow", "changes", "failures", "feeds", "time", "map", "topics", "stories", "steps", "speed"]
    assert re.findall(r'<li><a href="#(\w+)"', made) == ids


def test_the_speed_of_each_verb_is_told_with_the_share_outside_extraction() -> None:
    made = " ".join(page(reported(), "committed").split())
    assert "Of the CPU of this run 25% was used outside extraction." in made
    assert '<th scope="row">extract</th><td class="n">30.0</td>' in made
    assert '<td class="n">1.5 MB</td><td class="n">820 B</td><td class="n"></td>' in made


def test_the_flow_names_what_no_source_of_this_run_named() -> None:
    source = SourceCount(source="f", kind="feed", status="read", links=7, detail=None)
    drawn = wide_flow(COUNTS, [source])
    assert drawn
    assert {each.name: each.links for each in drawn.boxes if each.column == 0} == {"feeds": 7, "taken up again": 2}


def test_many_reasons_are_few_boxes_that_add_up() -> None:
    many = {f"reason_{number:02}": 1 for number in range(20)}
    drawn = narrow_flow(Accounting(links=20, articles=0, duplicates=0, failures=many))
    assert drawn
    ends = [each for each in drawn.boxes if each.column == 1]
    assert (len(ends), sum(each.links for each in ends), ends[-1].name) == (6, 20, "15 other failures")


def test_equally_frequent_names_stand_in_their_order() -> None:
    found, more = counted(["b", "a", None, "b", "a", "c"], 2, "unknown")
    assert ([(each.name, each.count) for each in found], more) == ([("a", 2), ("b", 2)], 2)


def test_a_story_is_told_with_its_sites_the_first_first() -> None:
    one = recent(1)
    (told,) = stories([one, recent(2)], [copied(one, "b.example"), copied(one, "b.example")])
    assert (told.title, told.texts, told.articles, told.hosts, told.methods) == (
        "Title 1", 3, 1, ("news.example", "b.example"), "2 near",
    )  # fmt: skip


def test_reasons_come_with_their_remedy_and_a_few_examples() -> None:
    failed = [Failed(url=f"https://a.example/{n}", subject="link", reason="gone", detail=None, retry_at=None)
              for n in range(5)]  # fmt: skip
    (told,) = reasons(failed, {"gone": "take it off the input"})
    assert (told.links, told.remedy, len(told.examples)) == (5, "take it off the input", 3)


def test_a_feed_is_quiet_when_it_is_silent_for_longer_than_it_ever_is() -> None:
    day = timedelta(days=1)
    assert health(feed(newest_item_at=NOW - day / 2), NOW).state == "fine"
    assert health(feed(newest_item_at=NOW - day * 2), NOW).state == "quiet"
    assert health(feed(newest_item_at=NOW - day * 2, cadence_minutes=24 * 60), NOW).state == "fine"
    assert health(feed(status="failed"), NOW).state == "failing"
    assert health(feed(disabled_at=NOW), NOW).state == "disabled"


def test_what_broke_did_not_fail_in_the_run_before() -> None:
    before = replace(RECORD, run_id="R1", ended_at="2026-11-22T12:00:00+00:00")
    broken = feed(status="failed", reason="gone")
    known = reported(before=before, feeds=(broken,), feeds_before=(feed(),))
    assert [each.feed.feed_url for each in turned(known, "failing")] == [broken.feed_url]
    assert turned(replace(known, feeds_before=(broken,)), "failing") == []


def test_every_country_is_drawn_or_a_dot_and_the_busiest_is_darkest() -> None:
    drawn = {each.code: each for each in countries([recent(1), recent(2), recent(3, primary_region="SG")])}
    assert (drawn["FR"].level, drawn["SG"].level, drawn["DE"].level) == (5, 4, 0)
    assert drawn["SG"].dot
    assert sum(1 for each in drawn.values() if not each.path and not each.dot) < 20
