import pytest

from transforms.inputs.plain_text import clean_html, clean_plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("wh<b>o</b>le", "whole"),
        ("a<br>b<br/>c", "a b c"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("AT&amp;T &lt;b&gt; &#8217;", "AT&T <b> ’"),
        ("a<script>alert('<p>')</script>b<style>p{}</style>c", "a b c"),
        ("a<SCRIPT>never closed", "a"),
        ("a<!-- <p>hidden --> b<!-- never closed", "a b"),
        ("<img src='a.png'>", None),
        ("  \n\t ", None),
        ("İ<script>x</script>y", "İ y"),
    ],
)
def test_markup_becomes_text(markup: str, text: str | None) -> None:
    assert clean_html(markup, 100) == text


def test_the_cap_leaves_no_space_at_the_end() -> None:
    assert clean_plain("one two", 4) == "one"


def test_controls_surrogates_and_overrides_go() -> None:
    assert clean_plain("a\x00b\x85c\ud83dd\u202ee\u2066f\ufffeg", 100) == "ab cdefg"


@pytest.mark.parametrize("unit", ["<", "<a ", "<!--", "<script>", "&amp"])
def test_hostile_markup_is_read_once(unit: str) -> None:
    assert len(clean_html(unit * 300_000, 50) or "") <= 50
