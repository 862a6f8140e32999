import random

from benchmarks.sentences import Sentences

TEXTS = [
    ("en", ["The council approved another harbour after many stormy debates about money and fishing boats. Yes."]),
    ("zh", ["市议会星期一经过六个小时的辩论后通过了港口重建计划。"]),
]


def test_new_sentences_keep_the_small_words_and_marks() -> None:
    text = Sentences(TEXTS).write("en", 1, random.Random(1))
    assert text.startswith("The ")
    assert text.endswith(".")
    assert " and " in text


def test_the_same_generator_gives_the_same_sentences() -> None:
    sentences = Sentences(TEXTS)
    assert sentences.write("zh", 30, random.Random(7)) == sentences.write("zh", 30, random.Random(7))


def test_sentences_hardly_ever_come_twice() -> None:
    sentences, draw = Sentences(TEXTS), random.Random(3)
    assert len({sentences.write("en", 1, draw) for _ in range(500)}) == 500


def test_sentences_with_too_few_words_to_replace_are_no_pattern() -> None:
    assert not Sentences([("en", ["Yes. No, he said."])]).knows("en")
