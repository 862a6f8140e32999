from transforms.reporting.flows import GAP, Box, flow

BOXES = [
    Box(name="links", links=10, kind="link", column=0),
    Box(name="articles", links=9, kind="article", column=1),
    Box(name="drops", links=1, kind="drop", column=1),
]
TIES = [("links", "articles", 9), ("links", "drops", 1)]


def test_heights_are_in_proportion_and_boxes_do_not_touch() -> None:
    drawn = {each.name: each for each in flow(BOXES, TIES, 200, 118, (0, 0)).boxes}
    assert (drawn["links"].height, drawn["articles"].height, drawn["drops"].height) == (100, 90, 10)
    assert drawn["drops"].y == drawn["articles"].y + 90 + GAP


def test_a_band_has_the_colour_of_where_it_goes_and_says_how_many() -> None:
    bands = flow(BOXES, TIES, 200, 118, (0, 0)).bands
    assert [(each.kind, each.label) for each in bands] == [
        ("article", "links to articles: 9"), ("drop", "links to drops: 1"),
    ]  # fmt: skip


def test_one_link_among_many_is_still_seen() -> None:
    boxes = [Box(name="a", links=1_000_000, kind="link", column=0), Box(name="b", links=1, kind="drop", column=1)]
    assert flow(boxes, [("a", "b", 1)], 200, 100, (0, 0)).boxes[1].height >= 2
