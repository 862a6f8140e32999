import apache_beam as beam
import pytest

from schemas.failures import Drop, DropReason, Failure, Fate, Reason, Stage, Subject
from schemas.links import Link
from schemas.sources import FeedSource, SourceKind, SourceRead, SourceStatus
from tests.fixtures.records import candidate, draft, link, page, story
from tests.fixtures.verbs import run_verb
from transforms.outcomes import Attempt, AttemptEach, Part, bug, failed, fate_of, link_of

ONE, TWO, THREE, FOUR = (link(f"https://news.example/{number}") for number in (1, 2, 3, 4))


def judge(each: Link) -> Link | Failure | Drop:
    if each == TWO:
        return Failure(url=each.url, stage=Stage.OPEN, reason=Reason.NOT_FOUND)
    if each == THREE:
        return Drop(url=each.url, reason=DropReason.SEEN)
    if each == FOUR:
        raise KeyError("surprise")
    return each


def test_each_element_has_one_fate_and_is_counted_once() -> None:
    done = run_verb(lambda ledger: Attempt(judge, Stage.OPEN, ledger), [ONE, TWO, THREE, FOUR])
    assert done.outputs == [ONE]
    assert done.reasons == [Reason.NOT_FOUND, DropReason.SEEN, Reason.INTERNAL_ERROR]
    assert done.counts == {
        "open": {"in": 4, "ok": 1, "failed/not_found": 1, "dropped/seen": 1, "failed/internal_error": 1},
    }


def test_a_fate_keeps_its_link_and_the_source_that_named_it() -> None:
    done = run_verb(lambda ledger: Attempt(judge, Stage.OPEN, ledger), [TWO, FOUR])
    assert [(each.link, each.record.source) for each in done.entries] == [(TWO, "list.txt"), (FOUR, "list.txt")]


def each_twice(number: Link) -> object:
    yield number
    yield SourceRead(source=number.url, kind=SourceKind.FEED, status=SourceStatus.READ)
    if number == TWO:
        raise ValueError("torn")
    yield number


def test_an_exception_ends_the_results_of_its_element_only() -> None:
    done = run_verb(lambda ledger: AttemptEach(each_twice, Stage.READ, ledger, Link), [ONE, TWO])
    assert done.outputs == [ONE, ONE, TWO]
    assert done.reasons == [Reason.INTERNAL_ERROR]
    assert [type(each) for each in done.entries] == [SourceRead, SourceRead, Fate]
    assert done.counts == {"read": {"in": 2, "ok": 3, "failed/internal_error": 1}}


def with_prepared(number: Link, prepared: list[Link]) -> Link:
    prepared.append(number)
    return prepared[0]


def test_what_is_prepared_is_made_once_for_a_worker() -> None:
    done = run_verb(lambda ledger: Attempt(with_prepared, Stage.TAG, ledger, prepare=list), [ONE, TWO])
    assert done.outputs == [ONE, ONE]


def test_a_collection_of_two_kinds_is_parted_and_typed() -> None:
    done = run_verb(lambda _: Part(Link, str), [ONE, "a", "b"])
    assert done.outputs == [ONE, "a", "b"]
    pipeline = beam.Pipeline()
    links, others = pipeline | beam.Create([ONE, "a"]) | Part(Link, str)
    assert (links.element_type, others.element_type) == (Link, str)


def test_the_type_of_the_results_is_that_of_the_function_without_its_fates() -> None:
    kinds = []

    def attempt(ledger: object) -> object:
        transform = Attempt(judge, Stage.OPEN, ledger)  # type: ignore[arg-type]
        kinds.append(transform._kind())
        return transform

    run_verb(attempt, [ONE])
    assert kinds == [Link]


@pytest.mark.parametrize("element", [ONE, page(b"x", link=ONE), draft("x", of=ONE), candidate(*story(1), of=ONE)])
def test_every_element_of_the_flow_knows_its_link(element: object) -> None:
    assert link_of(element) == ONE


def test_a_bug_in_a_link_counts_for_the_link() -> None:
    failure = bug(page(b"secret body", link=ONE), Stage.EXTRACT, ValueError("boom"))
    assert (failure.url, failure.subject, failure.detail) == (ONE.url, Subject.LINK, "ValueError: boom")


@pytest.mark.parametrize("element", [FeedSource(url="https://news.example/feed", source="l"), "feeds.opml"])
def test_a_bug_in_a_source_has_no_part_in_the_equation_of_links(element: object) -> None:
    failure = bug(element, Stage.READ, ValueError("boom"))
    assert (failure.url, failure.subject) == (getattr(element, "url", element), Subject.SOURCE)


def test_the_detail_of_a_bug_is_short() -> None:
    failure = bug(ONE, Stage.OPEN, ValueError("x" * 9_000))
    assert failure.detail is not None
    assert len(failure.detail) == 500


def test_no_failure_shows_a_password() -> None:
    secret = link("https://user:secret@news.example/1", source="https://user:secret@news.example/feed")
    for failure in (failed(secret, Stage.EXTRACT, Reason.TOO_SHORT), fate_of(bug(secret, Stage.OPEN, _error()), None)):
        assert "secret" not in repr(failure.record)
    assert failed(secret, Stage.EXTRACT, Reason.TOO_SHORT).record.url == "https://***@news.example/1"


def _error() -> ValueError:
    return ValueError("no answer from https://user:secret@news.example/1")


def test_a_record_that_names_its_source_keeps_it() -> None:
    record = Drop(url=ONE.url, reason=DropReason.SEEN, source="another list")
    assert fate_of(record, ONE) == Fate(record=record, link=ONE)
    assert fate_of(record, None) == Fate(record=record)


def test_failed_says_stage_reason_and_detail() -> None:
    assert failed(ONE, Stage.OPEN, Reason.GONE, "it is gone").record == Failure(
        url=ONE.url, stage=Stage.OPEN, reason=Reason.GONE, detail="it is gone", source="list.txt"
    )
