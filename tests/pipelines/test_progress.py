import io

from pipelines.progress import CLEAR, DIM, Progress, Teller, progress_of, showing_progress
from transforms.progress import counted, forget, note

COUNTS = {
    ("select", "in"): 100, ("canonicalize", "ok"): 80, ("canonicalize", "failed/bad_scheme"): 1, ("open", "in"): 9,
    ("open", "ok"): 38, ("open", "failed/gone"): 2, ("tag", "ok"): 30, ("look_up", "dropped/seen"): 19,
}  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_counts_of_the_verbs_become_what_people_want_to_know() -> None:
    assert progress_of(COUNTS) == Progress(links=100, due=80, pages=40, articles=30, failures=3)


def test_rate_and_time_left_are_told_while_pages_are_read() -> None:
    told = progress_of(COUNTS).sentence(2.0)
    assert told == "100 links, 40 of 80 pages, 30 articles, 3 failures, 2.0 pages/s, 20 s left for pages"
    assert (
        Progress(links=9, due=9, pages=9, articles=9, failures=0).sentence(3.0) == "9 links, 9 of 9 pages, 9 articles"
    )
    assert Progress(links=9, due=0, pages=0, articles=0, failures=0).sentence(None) == "9 links"


def test_the_rate_is_of_what_came_since_the_first_pages_were_seen() -> None:
    moments = iter([10.0, 10.0, 12.0])
    stream = io.StringIO()
    teller = Teller(stream=stream, live=False, colour=False, clock=lambda: next(moments))
    teller.tell(COUNTS)
    teller.tell(COUNTS | {("open", "ok"): 58})
    first, second = stream.getvalue().splitlines()
    assert "pages/s" not in first
    assert second.endswith("60 of 80 pages, 30 articles, 3 failures, 10.0 pages/s, 2 s left for pages")


def test_a_pipe_gets_plain_lines_and_none_twice() -> None:
    stream = io.StringIO()
    teller = Teller(stream=stream, live=False, colour=False, clock=lambda: 0.0)
    for _ in range(3):
        teller.tell(COUNTS)
    teller.end()
    assert stream.getvalue() == "newsbeam: 100 links, 40 of 80 pages, 30 articles, 3 failures\n"


def test_a_terminal_gets_one_line_that_changes_and_is_gone_at_the_end() -> None:
    stream = Terminal()
    teller = Teller(stream=stream, live=True, colour=True, clock=lambda: 0.0)
    teller.tell(COUNTS)
    teller.end()
    assert stream.getvalue().startswith(f"{CLEAR}{DIM}100 links")
    assert stream.getvalue().endswith(CLEAR)
    assert "\n" not in stream.getvalue()


def test_without_colour_nothing_is_coloured() -> None:
    stream = Terminal()
    Teller(stream=stream, live=True, colour=False).tell(COUNTS)
    assert DIM not in stream.getvalue()


def test_a_short_run_says_nothing() -> None:
    note("select", "in")
    stream = io.StringIO()
    with showing_progress(stream, {}):
        assert counted() == {}
    assert stream.getvalue() == ""


def test_counts_of_this_process_add_up() -> None:
    forget()
    for _ in range(3):
        note("open", "ok")
    assert counted() == {("open", "ok"): 3}
