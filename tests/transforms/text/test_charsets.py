import pytest

from transforms.text.charsets import codec_of, decode_html

RUSSIAN = "Городской совет одобрил план набережной после долгих споров, работы начнутся весной."
FRENCH = "Le conseil a voté le projet du port après un long débat ; les travaux débuteront à l’été."
JAPANESE = "市議会は長い議論のすえ港の計画を可決した。工事は春に始まる。"
KOREAN = "시의회는 오랜 논의 끝에 항구 계획을 통과시켰다. 공사는 봄에 시작된다."
CHINESE = "市议会经过长时间辩论后通过了港口计划，工程将于春季开始。"
CZECH = "Zastupitelé po dlouhé debatě schválili plán přístavu, práce začnou na jaře."
GREEK = "Το δημοτικό συμβούλιο ενέκρινε το σχέδιο του λιμανιού ύστερα από μακρά συζήτηση."
ARABIC = "وافق المجلس البلدي على خطة الميناء بعد نقاش طويل وستبدأ الأعمال في الربيع"
THAI = "สภาเมืองอนุมัติแผนท่าเรือหลังการอภิปรายอันยาวนาน"

LEGACY = [
    (RUSSIAN, "windows-1251"),
    (RUSSIAN, "koi8-r"),
    (FRENCH, "windows-1252"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "euc-jp"),
    (JAPANESE, "iso-2022-jp"),
    (KOREAN, "euc-kr"),
    (CHINESE, "gb2312"),
    (CHINESE, "gb18030"),
    (CZECH, "iso-8859-2"),
    (GREEK, "iso-8859-7"),
    (ARABIC, "windows-1256"),
    (THAI, "tis-620"),
]


def page(text: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(("text", "charset"), LEGACY)
def test_the_charset_of_the_header_is_used(text: str, charset: str) -> None:
    assert text in decode_html(page(text).encode(charset), f"text/html; charset={charset}")


@pytest.mark.parametrize(("text", "charset"), LEGACY)
def test_the_charset_of_a_meta_element_is_used(text: str, charset: str) -> None:
    html = page(text, f'<meta charset="{charset}">')
    assert decode_html(html.encode(charset), "text/html") == html


def test_the_old_form_of_the_meta_element_is_read() -> None:
    head = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'
    assert RUSSIAN in decode_html(page(RUSSIAN, head).encode("cp1251"), None)


def test_a_meta_element_after_the_first_1024_bytes_is_found() -> None:
    head = f"<script>{'x' * 5000}</script><meta charset='windows-1251'>"
    assert RUSSIAN in decode_html(page(RUSSIAN, head).encode("cp1251"), None)


def test_an_xml_declaration_is_read() -> None:
    html = f'<?xml version="1.0" encoding="windows-1251"?>{page(RUSSIAN)}'
    assert RUSSIAN in decode_html(html.encode("cp1251"), None)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_wins_over_the_header(codec: str) -> None:
    assert decode_html(page(RUSSIAN).encode(codec), "text/html; charset=windows-1252") == page(RUSSIAN)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_bytes(codec: str) -> None:
    assert decode_html(page(CHINESE).encode(codec), None) == page(CHINESE)


@pytest.mark.parametrize("header", ["text/html; charset=iso-8859-1", "text/html; charset=windows-1251"])
def test_valid_utf_8_wins_over_a_header_that_says_otherwise(header: str) -> None:
    assert decode_html(page(RUSSIAN).encode(), header) == page(RUSSIAN)


def test_a_header_that_the_bytes_refute_gives_way_to_the_page() -> None:
    html = page(RUSSIAN, "<meta charset=windows-1251>")
    assert decode_html(html.encode("cp1251"), "text/html; charset=utf-8") == html


def test_of_two_possible_charsets_the_one_with_whole_words_is_taken() -> None:
    cyrillic = page(RUSSIAN, "<meta charset=windows-1251>")
    assert decode_html(cyrillic.encode("cp1251"), "text/html; charset=iso-8859-1") == cyrillic
    latin = page(FRENCH, "<meta charset=windows-1251>")
    assert decode_html(latin.encode("cp1252"), "text/html; charset=iso-8859-1") == latin


def test_one_broken_byte_does_not_turn_a_page_into_another_charset() -> None:
    body = page(RUSSIAN * 5).encode() + b"\xff"
    assert RUSSIAN in decode_html(body, "text/html; charset=windows-1252")


@pytest.mark.parametrize(("text", "charset"), [(RUSSIAN, "cp1251"), (JAPANESE, "shift_jis"), (CHINESE, "gb18030")])
def test_without_any_declaration_the_charset_is_guessed(text: str, charset: str) -> None:
    assert text in decode_html(page(text * 8).encode(charset), None)


@pytest.mark.parametrize("header", ["text/html; charset=", "text/html; charset=zip", "text/html; charset=utf-7", "ä"])
def test_labels_that_the_web_does_not_know_are_ignored(header: str) -> None:
    assert decode_html(b"<p>plain</p>", header) == "<p>plain</p>"


def test_labels_mean_what_browsers_take_them_for() -> None:
    assert [codec_of(label) for label in ("latin1", " US-ASCII ", "GB2312", "x-sjis", "rot13")] == [
        "cp1252",
        "cp1252",
        "gb18030",
        "cp932",
        None,
    ]


def test_any_bytes_come_out_as_text() -> None:
    assert isinstance(decode_html(bytes(range(256)) * 40, "text/html; charset=utf-8"), str)
