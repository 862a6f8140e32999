import pytest

from transforms.text.blocks import MAX_BLOCKS, Block, read_blocks
from transforms.text.boxes import BITS, kinds_of
from transforms.text.trees import parse_page


def blocks(html: str) -> list[Block]:
    tree = parse_page(f"<html><body>{html}</body></html>".encode())
    assert tree is not None
    return read_blocks(tree)


def texts(html: str) -> list[str]:
    return [block.text for block in blocks(html)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One <b>and</b> <a href=x>two</a></p>tail<p>three</p>", ["One and two", "tail", "three"]),
        ("<div>One<br>line<br><br>Two</div>", ["One line", "Two"]),
        ("<ul><li>One</li><li>Two</li></ul><h2>Three</h2>", ["One", "Two", "Three"]),
        ("<p>One</p><script>two()</script><style>three</style><noscript>four</noscript>", ["One"]),
        ("<p>…</p><p>|</p><p> </p>", []),
    ],
)
def test_text_between_two_boundaries_is_a_block(html: str, expected: list[str]) -> None:
    assert texts(html) == expected


def test_links_bold_and_italic_are_measured() -> None:
    (block,) = blocks("<p><a href=x>1234</a><b>56</b><i>7</i>890</p>")
    assert (block.letters, block.linked, block.bold, block.italic) == (10, 4, 2, 1)


def test_a_block_knows_the_names_of_its_boxes() -> None:
    (block,) = blocks('<aside class="related-stories"><p class="teaser">One</p></aside>')
    assert block.box.own & BITS["related"]
    assert block.box.all == kinds_of("related-stories") | kinds_of("teaser")
    assert block.box.tag == "p"


def test_what_nobody_sees_is_called_hidden() -> None:
    hidden, shown = blocks('<p style="display: none">One</p><p>Two</p>')
    assert hidden.box.own & BITS["hidden"]
    assert not shown.box.own & BITS["hidden"]


def test_nesting_is_no_recursion() -> None:
    assert texts("<div>" * 1_900 + "deep" + "</div>" * 1_900) == ["deep"]


def test_a_page_of_endless_blocks_is_cut() -> None:
    assert len(blocks("<p>x</p>" * 20_000)) == MAX_BLOCKS


def test_a_name_may_speak_of_several_kinds() -> None:
    assert kinds_of("newsletter-teaser") == BITS["subscribe"] | BITS["related"]
    assert kinds_of("") == 0
