import pytest

from transforms.web.signals import read_signals


def noai(body: bytes = b"", **headers: str | None) -> bool | None:
    return read_signals(body, **{"robots_tag": None, **headers}).noai


@pytest.mark.parametrize(
    ("said", "reserved"),
    [
        ("noai", True), ("noindex, NoAI", True), ("noimageai", None), ("all", None), ("otherbot: noai", None),
        ("newsbeam: noai", True), ("otherbot: noai, newsbeam: noai", True), ("unavailable_after: 2026, noai", True),
    ],
)  # fmt: skip
def test_x_robots_tag(said: str, reserved: bool | None) -> None:  # a column of the table
    assert noai(robots_tag=said) is reserved


@pytest.mark.parametrize(
    ("head", "reserved"),
    [
        ("<meta name=robots content=noai>", True),
        ("<META NAME='Robots' CONTENT='index, noai'>", True),
        ('<meta content="noai" name="robots">', True),
        ('<meta name="newsbeam" content="noai">', True),
        ('<meta name="googlebot" content="noai">', None),
        ('<meta name="tdm-reservation" content="1">', True),
        ('<meta name="tdm-reservation" content="0">', False),
        ('<meta name="tdm-reservation" content="yes">', None),
    ],
)
def test_meta_elements(head: str, reserved: bool | None) -> None:  # a column of the table
    assert noai(f"<html><head>{head}</head>".encode()) is reserved
    assert noai(f"<html><head>{head}</head>".encode("utf-16-le")) is reserved


def test_a_header_goes_before_a_meta_element() -> None:
    body = b'<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="https://x.example/p">'
    signals = read_signals(body, robots_tag=None, tdm_reservation="0")
    assert (signals.tdm_reservation, signals.tdm_policy) == (False, "https://x.example/p")


def test_what_a_publisher_says_is_kept_within_bounds() -> None:
    assert len(read_signals(b"", robots_tag="x" * 9_999).robots_tag or "") == 500
    assert read_signals(b"<meta " * 100_000, robots_tag=None).noai is None
