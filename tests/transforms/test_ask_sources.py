from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import apache_beam as beam

from schemas.failures import Failure, Fate, Reason, Stage, Subject
from schemas.links import Link
from schemas.policies import FetchPolicy
from schemas.sources import FeedHealth, SourceRead, SourceStatus
from tests.fixtures.hostile_server import HostileServer, answer, page, redirect
from tests.fixtures.records import NOW, run_in
from tests.fixtures.verbs import Done, run_verb
from transforms.ask_sources import AskSources, key_by_owner, refuse_request, source_failed
from transforms.open_links import owner_of
from transforms.web.fetches import Fetched, Kind, Request

POLICY = FetchPolicy(allow_private_networks=("127.0.0.0/8",), per_host_delay=0.0, retries=0, deadline=5.0)
URL = "https://news.example/feed"
FAILURE = Failure(
    url=URL, stage=Stage.READ, reason=Reason.HTTP_SERVER_ERROR, subject=Subject.SOURCE, status=503, at=NOW
)


@dataclass
class Answers(beam.PTransform):
    """Stands for a parser: a link that tells of each answer."""

    def expand(self, answers: beam.PCollection) -> beam.PCollection:
        return answers | beam.Map(told)


def told(answer: Fetched) -> Link:
    version = f"{answer.status} {answer.body.decode()}"
    return Link(url=answer.final_url, source=answer.request.link.url, version=version)


def ask(folder: Path, *requests: Request) -> Done:
    return run_verb(lambda ledger: AskSources(POLICY, run_in(folder), Answers(), ledger), requests)


def request(url: str = URL, kind: Kind = Kind.FEED, failed_before: int = 0) -> Request:
    link = Link(url=url, source="feeds.opml", failed_before=failed_before)
    return Request(link=link, url=url, kind=kind, ask_robots=False)


def test_feeds_and_pages_of_a_host_have_one_owner() -> None:
    assert key_by_owner(request())[0] == owner_of("https://news.example/some/page")


def test_a_failed_feed_has_a_failure_a_count_and_its_health() -> None:
    failure, count, health = source_failed(request(failed_before=2), FAILURE)
    assert failure == Fate(record=FAILURE)
    assert isinstance(count, SourceRead)
    assert count.status is SourceStatus.FAILED
    assert isinstance(health, FeedHealth)
    assert (health.failures, health.http_status, health.reason) == (3, 503, Reason.HTTP_SERVER_ERROR)


def test_a_feed_is_asked_again_at_once_after_its_first_failure_and_then_ever_later() -> None:
    times, asked = [], request()
    for _ in range(4):
        *_, health = source_failed(asked, FAILURE)
        assert isinstance(health, FeedHealth)
        assert health.retry_at is not None
        times.append(health.retry_at - NOW)
        asked = replace(asked, before=health)
    assert times[0] == timedelta()
    assert times[1:] == sorted(set(times[1:]))


def test_a_failed_sitemap_has_no_health() -> None:
    kinds = [type(each) for each in source_failed(request(kind=Kind.SITEMAP), FAILURE)]
    assert kinds == [Fate, SourceRead]


def test_answers_go_on_and_failures_are_entered(server: HostileServer, tmp_path: Path) -> None:
    server.pages["/feed"] = page("<rss/>")
    server.pages["/down"] = answer(500)
    done = ask(tmp_path, request(server.url("/feed")), request(server.url("/down")))
    assert [each.version for each in done.outputs] == ["200 <rss/>"]
    assert [type(each) for each in done.entries] == [Fate, SourceRead, FeedHealth]
    assert done.counts == {"read": {"in": 1, "ok": 1, "failed/http_server_error": 1}}
    assert "/robots.txt" not in server.paths()


def test_a_feed_may_move_to_another_host(server: HostileServer, tmp_path: Path) -> None:
    with HostileServer(address="127.0.0.2") as other:
        other.pages["/feed"] = page("<rss/>")
        server.pages["/feed"] = redirect(other.url("/feed"))
        done = ask(tmp_path, request(server.url("/feed")))
        assert [(each.url, each.source) for each in done.outputs] == [(other.url("/feed"), server.url("/feed"))]


def test_validators_are_sent_and_an_unchanged_feed_says_so(server: HostileServer, tmp_path: Path) -> None:
    server.pages["/feed"] = answer(304)
    known = replace(request(server.url("/feed")), etag='"1"', last_modified="Fri, 20 Nov 2026 20:00:00 GMT")
    done = ask(tmp_path, known)
    assert [each.version for each in done.outputs] == ["304 "]
    (asked,) = server.asked("/feed")
    assert (asked.headers["if-none-match"], asked.headers["if-modified-since"]) == (
        '"1"',
        "Fri, 20 Nov 2026 20:00:00 GMT",
    )


def test_a_feed_that_is_sent_from_host_to_host_ends(server: HostileServer, tmp_path: Path) -> None:
    servers = [HostileServer(address=f"127.0.0.{number}") for number in (2, 3, 4)]
    for each in servers:
        each.__enter__()
    chain = [server, *servers]
    for here, there in pairwise(chain):
        here.pages["/feed"] = redirect(there.url("/feed"))
    done = ask(tmp_path, request(server.url("/feed")))
    for each in servers:
        each.__exit__()
    assert done.reasons == [Reason.TOO_MANY_REDIRECTS]
    assert [len(each.log) for each in chain] == [1, 1, 1, 0]


def test_a_source_that_is_sent_on_too_often_is_a_failed_source() -> None:
    failure, count, *_ = refuse_request(request())
    assert isinstance(failure, Fate)
    assert (failure.record.reason, count.status) == (Reason.TOO_MANY_REDIRECTS, SourceStatus.FAILED)  # type: ignore[union-attr]
