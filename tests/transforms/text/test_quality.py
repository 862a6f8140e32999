from dataclasses import replace

from transforms.text.metadata import read_metadata
from transforms.text.quality import quality_flags
from transforms.text.trees import parse_page

TREE = parse_page(b"<html><head><title>Harbour</title></head><body><p>x</p></body></html>")
assert TREE is not None
PLAIN = read_metadata(TREE, [], None)
STUB = ("The town council approved the plan for the harbour.",)


def test_a_plain_article_has_no_flag() -> None:
    assert quality_flags(STUB, PLAIN, truncated=False) == ()


def test_only_a_short_text_behind_a_paywall_is_a_stub() -> None:
    paid = replace(PLAIN, paywalled=True)
    assert quality_flags(STUB, paid, truncated=False) == ("paywall_stub",)
    assert quality_flags(STUB * 30, paid, truncated=False) == ()


def test_flags_come_in_a_fixed_order() -> None:
    odd = replace(PLAIN, live_blog=True)
    flags = quality_flags(("broken \ufffd text",), odd, truncated=True, gallery=True)
    assert flags == ("truncated_page", "broken_characters", "gallery", "live_blog")
