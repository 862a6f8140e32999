import pytest

from transforms.text.languages import Language, claimed_code, detect_language

TEXTS = {
    "en": "The town council approved the plan for the harbour on Monday after a debate of six hours.",
    "de": "Der Stadtrat hat am Montag nach sechsstündiger Debatte den Plan für den Hafen gebilligt.",
    "ru": "Городской совет в понедельник после шестичасовых дебатов одобрил план строительства порта.",
    "ar": "وافق المجلس البلدي يوم الاثنين على خطة الميناء بعد نقاش دام ست ساعات",
    "ja": "市議会は月曜日、六時間にわたる議論のすえ港の計画を可決した。",
    "zh": "市议会星期一经过六个小时的辩论后通过了港口计划。",
    "ko": "시의회는 월요일 여섯 시간의 토론 끝에 항구 계획을 통과시켰다.",
    "th": "สภาเมืองอนุมัติแผนท่าเรือเมื่อวันจันทร์หลังการอภิปรายนานหกชั่วโมง",
    "he": "מועצת העיר אישרה ביום שני את תוכנית הנמל לאחר דיון של שש שעות",
    "no": "Bystyret vedtok mandag planen for havnen etter en debatt som varte i seks timer, sier ordføreren.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_text_tells_its_language_whatever_the_page_claims(language: str) -> None:
    found = detect_language(TEXTS[language], None)
    assert found.code == language
    assert found.confidence is not None
    assert found.confidence > 0.9


def test_a_text_that_tells_nothing_leaves_the_claim() -> None:
    assert detect_language("12:30 – 14:45", "fr-CA") == Language(code="fr")
    assert detect_language("", None) == Language()


def test_a_text_in_two_languages_is_less_sure() -> None:
    mixed = detect_language(f"{TEXTS['en']} {TEXTS['en']} {TEXTS['ru']}", None)
    assert mixed.code == "en"
    assert mixed.confidence is not None
    assert 0.4 < mixed.confidence < 0.9


@pytest.mark.parametrize(
    ("claimed", "code"),
    [
        ("en-GB", "en"),
        ("DE_at", "de"),
        (" fr ", "fr"),
        ("nb-NO", "no"),
        ("iw", "he"),
        ("english", None),
        ("", None),
        (None, None),
    ],
)
def test_claims_are_cut_to_iso_639_1(claimed: str | None, code: str | None) -> None:
    assert claimed_code(claimed) == code


@pytest.mark.parametrize("text", ["\ufffd\ufffd", "\u0378", "a" * 100_000])
def test_odd_texts_do_no_harm(text: str) -> None:
    assert detect_language(text, "en").code in ("en", None)
