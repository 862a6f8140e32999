import io

import pytest

from transforms.buckets.objects import PART, TAIL, Tail, open_object

CONTENT = bytes(range(251)) * 60_000  # 15 MB


def _open(content: bytes, brought: list[tuple[int, int]]) -> io.BufferedReader:
    def part(start: int, end: int) -> bytes:
        brought.append((start, end))
        return content[start:end]

    return open_object(Tail(content[-TAIL:], len(content), "1"), part)  # type: ignore[return-value]  # it is one


def test_what_the_tail_holds_is_not_asked_for_again() -> None:
    brought: list[tuple[int, int]] = []
    with _open(CONTENT[:TAIL], brought) as file:
        assert file.read() == CONTENT[:TAIL]
    with _open(CONTENT, brought) as file:
        file.seek(-TAIL, io.SEEK_END)
        assert file.read() == CONTENT[-TAIL:]
    assert brought == []


def test_a_whole_object_comes_in_parts_and_each_byte_once() -> None:
    brought: list[tuple[int, int]] = []
    with _open(CONTENT, brought) as file:
        assert file.read() == CONTENT
    assert brought[0][0] == 0
    assert brought[-1][1] == len(CONTENT) - TAIL
    assert [start for start, _ in brought[1:]] == [end for _, end in brought[:-1]]
    assert max(end - start for start, end in brought) == PART


def test_a_long_read_is_not_cut_into_parts() -> None:
    brought: list[tuple[int, int]] = []
    with _open(CONTENT, brought) as file:
        file.seek(1_000)
        assert file.read(9_000_000) == CONTENT[1_000:9_001_000]
    long, rest = brought
    assert long[1] - long[0] > 2 * PART
    assert rest == (long[1], long[1] + PART)  # the last bytes, and what comes after them


def test_small_reads_side_by_side_are_one_request() -> None:
    brought: list[tuple[int, int]] = []
    with _open(CONTENT, brought) as file:
        for start in range(0, 100_000, 10_000):
            file.seek(start)
            assert file.read(100) == CONTENT[start : start + 100]
    assert len(brought) == 1


def test_a_read_over_the_edge_of_the_tail_is_whole() -> None:
    with _open(CONTENT, []) as file:
        file.seek(-TAIL - 10, io.SEEK_END)
        assert file.read(20) == CONTENT[-TAIL - 10 : -TAIL + 10]


def test_places_before_the_beginning_are_refused_and_those_behind_the_end_are_empty() -> None:
    with _open(b"abc", []) as file:
        with pytest.raises(ValueError, match="seek"):
            file.seek(-4, io.SEEK_END)
        file.seek(10)
        assert (file.tell(), file.read(5)) == (10, b"")
        assert file.readable()
        assert file.seekable()
        assert not file.writable()
