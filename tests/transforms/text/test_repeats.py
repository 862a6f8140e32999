from transforms.text.repeats import Repeats, drop_repeats

A = "The council voted on Monday to rebuild the harbour."
B = "Fishermen had asked for a longer quay since the storm."
C = "The mayor said that the works would begin in spring."
D = "A group of residents wants to see the plans once more."


def test_each_paragraph_of_a_tail_that_stands_twice_is_kept_once() -> None:
    assert drop_repeats((A, B, C, D, C, D)) == Repeats(blocks=(A, B, C, D), removed=(C, D))


def test_a_text_that_stands_twice_as_a_whole_is_kept_once() -> None:
    assert drop_repeats((A, B, C) * 3) == Repeats(blocks=(A, B, C), removed=(A, B, C) * 2)


def test_a_single_long_paragraph_is_dropped_where_it_comes_again() -> None:
    assert drop_repeats((A, B, A)).blocks == (A, B)


def test_a_teaser_at_the_start_is_what_stays() -> None:
    assert drop_repeats((C, A, B, C, D)) == Repeats(blocks=(C, A, B, D), removed=(C,))


def test_copies_may_differ_in_case_quotes_and_spaces() -> None:
    assert drop_repeats((A, B, A.upper(), f"“{B}”")).blocks == (A, B)


def test_a_lone_short_paragraph_stays() -> None:
    assert drop_repeats(("Yes.", A, "Yes.", B)).removed == ()


def test_a_refrain_stays_however_often_it_comes() -> None:
    song = ("We are still here.", A, "We are still here.", B, "We are still here.", C, "We are still here.")
    assert drop_repeats(song) == Repeats(blocks=song, removed=())


def test_a_short_paragraph_inside_a_repeated_run_goes_with_it() -> None:
    assert drop_repeats((A, "No.", B, A, "No.", B)).removed == (A, "No.", B)


def test_a_short_paragraph_of_a_dense_script_counts_fairly() -> None:
    text = "市議会は月曜日に港の再建計画を可決した。"
    assert drop_repeats((text, "終わり", text)).removed == (text,)


def test_a_clean_article_and_an_empty_one_are_left_alone() -> None:
    assert drop_repeats((A, B, C, D)) == Repeats(blocks=(A, B, C, D), removed=())
    assert drop_repeats(()) == Repeats(blocks=(), removed=())


def test_paragraphs_without_letters_are_compared_as_they_are() -> None:
    assert drop_repeats(("* * *", A, "* * *", B)).removed == ()


def test_one_line_over_and_over_is_bounded_work() -> None:
    assert drop_repeats((A,) * 5_000).blocks == (A,)


LONG = (
    "The council voted on Monday to rebuild the harbour wall before the storms of the winter come.",
    "Engineers had warned for years that the old stones would not bear another flood like the last.",
    "The mayor thanked the volunteers who carried sand for two nights, and promised them a new pier.",
)


def test_a_tail_that_comes_again_with_a_word_changed_goes() -> None:
    edited = tuple(each.replace("the ", "the famous ", 1) for each in LONG[1:])
    found = drop_repeats((*LONG, *edited))
    assert (found.blocks, found.removed, found.edited) == (LONG, edited, 2)


def test_a_refrain_that_comes_three_times_stays() -> None:
    sung = (LONG[0], "One.", LONG[0], "Two.", LONG[0], "Three.")
    assert drop_repeats(sung).blocks == sung


def test_lines_of_a_template_that_differ_in_their_figures_stay() -> None:
    scores = tuple(
        f"In the {n}th race of the day boats of the {n + 3} clubs came in after {n * 7} minutes and {n * 3} seconds."
        for n in range(2, 12)
    )
    assert drop_repeats(scores).blocks == scores


def test_endless_words_are_bounded_work() -> None:
    blocks = tuple("word " * 2_000 + f"number{n}" for n in range(60))
    assert drop_repeats(blocks).blocks[0] == blocks[0]
