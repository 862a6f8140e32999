from schemas.work import VERBS, Work, outside_extraction


def work(verb: str, cpu: float) -> Work:
    return Work(verb=verb, seconds=1.0, cpu=cpu)


def test_the_share_outside_extraction_is_of_all_cpu() -> None:
    assert outside_extraction([work("open", 0.5), work("extract", 3.0), work("rest", 0.5)]) == 0.25


def test_no_share_is_told_where_nothing_was_extracted_or_the_rest_is_not_known() -> None:
    assert outside_extraction([work("open", 0.5), work("rest", 0.5)]) is None
    assert outside_extraction([work("open", 0.5), work("extract", 3.0)]) is None
    assert outside_extraction([]) is None


def test_every_verb_is_named_once() -> None:
    assert len(set(VERBS)) == len(VERBS)
