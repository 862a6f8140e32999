import json

from pipelines.plan import Plan, json_lines, plan_lines
from schemas.failures import Drop, DropReason, Failure, Reason, Stage
from schemas.links import Link

PLAN = Plan(
    links=(
        Link(url="http://a.example/x?utm_source=f", canonical_url="http://a.example/x", source="feed"),
        Link(url="pages/y.html", source="pages"),
    ),
    drops=(Drop(url="http://a.example/z", reason=DropReason.SEEN, detail="read at noon", source="feed"),),
    failures=(Failure(url="ftp://a.example/", stage=Stage.CANONICALIZE, reason=Reason.BAD_SCHEME, detail="only http"),),
)


def test_a_plan_says_what_would_be_read_and_why_not_the_rest() -> None:
    assert list(plan_lines(PLAN)) == [
        "2 links would be read",
        "  read     http://a.example/x",
        "  read     pages/y.html",
        "  seen     http://a.example/z  (read at noon)",
        "  failed   ftp://a.example/  (bad_scheme: only http)",
    ]


def test_a_plan_as_json_has_a_line_for_each_link_as_it_was_given() -> None:
    assert [json.loads(line) for line in json_lines(PLAN)] == [
        {"url": "http://a.example/x?utm_source=f", "fate": "read", "source": "feed"},
        {"url": "pages/y.html", "fate": "read", "source": "pages"},
        {"url": "http://a.example/z", "fate": "seen", "detail": "read at noon", "source": "feed"},
        {"url": "ftp://a.example/", "fate": "bad_scheme", "detail": "only http", "source": None},
    ]


def test_an_empty_plan_is_one_line() -> None:
    assert list(plan_lines(Plan(links=(), drops=(), failures=()))) == ["0 links would be read"]
    assert list(json_lines(Plan(links=(), drops=(), failures=()))) == []
