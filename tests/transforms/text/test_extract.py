import pickle
import unicodedata
from datetime import UTC, datetime

import pytest

from schemas.failures import Reason
from schemas.pages import AuthorsSource, DatePrecision, DateSource, Extraction, TitleSource
from schemas.policies import ExtractPolicy
from transforms.text.blocks import read_blocks
from transforms.text.extract import FOREST, extract_page
from transforms.text.rejections import Rejection
from transforms.text.repeats import drop_repeats
from transforms.text.second_reading import TRAFILATURA
from transforms.text.trees import parse_page

URL = "https://www.paper.example/local/harbour"
POLICY = ExtractPolicy()

TEXTS = {
    "en": (
        "The town council approved the plan for the harbour on Monday after a debate of six hours.",
        "Fishermen had asked for a longer quay since the storm of last winter destroyed eleven boats.",
        "The mayor said that the works would begin in spring and take two years, if the money holds.",
    ),
    "de": (
        "Der Stadtrat hat am Montag nach sechsstündiger Debatte den Plan für den Hafen gebilligt.",
        "Seit der Sturm im letzten Winter elf Boote zerstörte, fordern die Fischer einen längeren Kai.",
        "Die Bürgermeisterin sagte, die Arbeiten sollten im Frühling beginnen und zwei Jahre dauern.",
    ),
    "ru": (
        "Городской совет в понедельник после шестичасовых дебатов одобрил план строительства порта.",
        "Рыбаки просили удлинить причал с тех пор, как прошлой зимой шторм уничтожил одиннадцать лодок.",
        "Мэр сообщила, что работы начнутся весной и продлятся два года, если хватит денег.",
    ),
    "ar": (
        "وافق المجلس البلدي يوم الاثنين على خطة الميناء بعد نقاش دام ست ساعات في قاعة البلدية.",
        "وكان الصيادون قد طالبوا برصيف أطول منذ أن دمرت العاصفة أحد عشر قاربا في الشتاء الماضي.",
        "وقالت رئيسة البلدية إن الأعمال ستبدأ في الربيع وتستمر عامين إذا توفر المال اللازم لها.",
    ),
    "ja": (
        "市議会は月曜日、六時間にわたる議論のすえ港の再建計画を可決した。反対した議員は三人だった。",
        "昨年の冬の嵐で十一隻の船が失われて以来、漁師たちはより長い岸壁を求めてきた。",
        "市長は、資金が足りれば工事は春に始まり、二年で終わるだろうと述べた。",
    ),
    "zh": (
        "市议会星期一经过六个小时的辩论后通过了港口重建计划，三名议员投了反对票。",
        "自从去年冬天的风暴摧毁了十一条渔船以来，渔民们一直要求修建更长的码头。",
        "市长表示，如果资金充足，工程将于春季开始，预计需要两年时间才能完成。",
    ),
    "ko": (
        "시의회는 월요일 여섯 시간에 걸친 토론 끝에 항구 확장 계획을 승인했으며, 새 부두는 이 년 안에 완공될 예정이다.",
        "어민들은 지난겨울 폭풍으로 배 열한 척이 부서진 뒤로 더 긴 부두를 요구해 왔고, 이번 결정을 반겼다.",
        "시장은 예산이 유지된다면 공사가 봄에 시작되어 이 년 동안 이어질 것이라고 기자들에게 말했다.",
    ),
    "th": (
        "สภาเมืองอนุมัติแผนท่าเรือเมื่อวันจันทร์หลังการอภิปรายนานหกชั่วโมงในศาลากลาง",
        "ชาวประมงเรียกร้องท่าเรือที่ยาวขึ้นตั้งแต่พายุเมื่อฤดูหนาวที่แล้วทำลายเรือสิบเอ็ดลำ",
        "นายกเทศมนตรีกล่าวว่างานจะเริ่มในฤดูใบไม้ผลิและใช้เวลาสองปีถ้ามีเงินเพียงพอ",
    ),
}
NAVIGATION = '<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
FOOTER = '<footer><p>Copyright The Paper. All rights reserved. <a href="/imprint">Imprint</a></p></footer>'


def page(paragraphs: tuple[str, ...], head: str = "", title: str = "Harbour plan passes") -> bytes:
    story = "".join(f"<p>{each}</p>" for each in paragraphs)
    body = f"{NAVIGATION}<article><h1>{title}</h1>{story}</article>{FOOTER}"
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def extracted(body: bytes, content_type: str | None = "text/html", url: str | None = URL) -> Extraction:
    found = extract_page(body, content_type, url, POLICY)
    assert isinstance(found, Extraction)
    return found


def rejected(body: bytes, content_type: str | None = "text/html", policy: ExtractPolicy = POLICY) -> Rejection:
    found = extract_page(body, content_type, URL, policy)
    assert isinstance(found, Rejection)
    return found


@pytest.mark.parametrize("language", TEXTS)
def test_paragraphs_come_out_as_blocks_in_order_and_language(language: str) -> None:
    found = extracted(page(TEXTS[language]))
    assert found.blocks == TEXTS[language]
    assert found.language == language


def test_metadata_stands_beside_the_text() -> None:
    head = """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
        "headline": "Harbour plan passes", "author": {"@type": "Person", "name": "Ana Lima"},
        "datePublished": "2026-03-04T10:20:30+01:00", "isAccessibleForFree": true}</script>"""
    found = extracted(page(TEXTS["en"], head))
    assert found == Extraction(
        blocks=TEXTS["en"],
        title="Harbour plan passes",
        title_source=TitleSource.HEADING,
        headlines=("Harbour plan passes",),
        authors=("Ana Lima",),
        authors_source=AuthorsSource.JSON_LD,
        published_at=datetime(2026, 3, 4, 9, 20, 30, tzinfo=UTC),
        published_source=DateSource.JSON_LD,
        published_precision=DatePrecision.SECOND,
        language="en",
        language_confidence=0.99,
        paywalled=False,
        extractor=FOREST,
    )


def test_where_the_forest_finds_too_little_trafilatura_reads_the_page() -> None:
    assert extracted(page(TEXTS["en"][:2])).extractor == TRAFILATURA


def test_subheadings_lists_and_quotes_are_blocks_of_their_own() -> None:
    first, second, third = TEXTS["en"]
    item = "Dredging of the basin, which has filled with sand since the storms of last winter"
    items = f"<ul><li>{second}</li><li>{item}</li></ul>"
    story = f"<p>{first}</p><h2>What comes next</h2>{items}<blockquote>{third}</blockquote>"
    html = f"<html><body><article><h1>Harbour plan</h1>{story}</article></body></html>"
    assert extracted(html.encode()).blocks == (
        first,
        "What comes next",
        second,
        "Dredging of the basin, which has filled with sand since the storms of last winter",
        third,
    )


def test_rows_of_a_table_are_blocks_with_parted_cells() -> None:
    table = "<table><tr><td>Quay</td><td>2 million</td></tr><tr><td>Basin</td><td>3 million</td></tr></table>"
    tree = parse_page(f"<html><body><article><p>Before</p>{table}</article></body></html>".encode())
    assert tree is not None
    assert [block.text for block in read_blocks(tree)] == ["Before", "Quay | 2 million", "Basin | 3 million"]


def test_texts_are_composed_folded_and_free_of_the_invisible() -> None:
    dirty = unicodedata.normalize("NFD", TEXTS["de"][0]).replace(" nach ", "\u00a0\n nach\u200b \u202e")
    assert extracted(page((dirty, *TEXTS["de"][1:]))).blocks == TEXTS["de"]


def test_legacy_charsets_are_read() -> None:
    body = page(TEXTS["ru"]).decode().encode("cp1251")
    assert extracted(body, "text/html; charset=windows-1251").blocks == TEXTS["ru"]


def test_a_page_gives_the_same_answer_again() -> None:
    body = page(TEXTS["en"] * 2)
    first = extracted(body)
    assert all(extracted(body) == first for _ in range(3))


def test_what_stands_twice_is_left_for_the_repeats_to_find() -> None:
    blocks = extracted(page(TEXTS["en"] + TEXTS["en"][1:])).blocks
    assert len(blocks) == 5
    assert drop_repeats(blocks).blocks == TEXTS["en"]


@pytest.mark.parametrize(
    "frame", ["{}", "<div>{}</div>", "<main>{}</main>", f"{NAVIGATION}<div><div>{{}}</div></div>{FOOTER}"]
)
def test_paragraphs_come_out_as_often_as_they_stand_there_whatever_their_frame(frame: str) -> None:
    paragraphs = TEXTS["en"] + TEXTS["en"][1:]
    story = "<h1>Harbour</h1>" + "".join(f"<p>{each}</p>" for each in paragraphs)
    html = f"<html><body>{frame.format(story)}</body></html>"
    assert extracted(html.encode()).blocks == paragraphs


def test_answers_travel_between_processes() -> None:
    found = extracted(page(TEXTS["en"]))
    assert pickle.loads(pickle.dumps(found)) == found
    refused = rejected(b"%PDF-1.7")
    assert pickle.loads(pickle.dumps(refused)) == refused


def test_a_page_without_an_address_is_read_too() -> None:
    assert extracted(page(TEXTS["en"]), url=None).blocks == TEXTS["en"]


@pytest.mark.parametrize("body", [b"", b" \r\n\t "])
def test_an_empty_body_is_named(body: bytes) -> None:
    assert rejected(body).reason is Reason.EMPTY_BODY


def test_bytes_that_are_no_html_are_named() -> None:
    assert rejected(b"%PDF-1.7\n1 0 obj") == Rejection(
        reason=Reason.UNSUPPORTED_TYPE, detail="the page is a PDF, not HTML"
    )


@pytest.mark.parametrize("body", [b"<html></html>", b"<!-- nothing -->", b"<div id=app></div><script>run()</script>"])
def test_a_page_without_text_is_never_silent(body: bytes) -> None:
    assert rejected(body).reason is Reason.NO_TEXT


def test_too_little_text_is_told_with_figures() -> None:
    found = rejected(page(("The council meets on Monday.",)))
    assert found.reason is Reason.TOO_SHORT
    assert found.detail == "28 characters of text where 120 are asked for"


def test_a_short_text_in_a_dense_script_is_not_too_short() -> None:
    brief = TEXTS["ja"][:1]
    assert len(brief[0]) < POLICY.min_chars
    assert extracted(page(brief)).blocks == brief


def test_a_giant_attribute_is_cut_and_the_text_kept() -> None:
    body = page(TEXTS["en"]).replace(b"<article>", b"<article data-state='" + b"x" * 6_000_000 + b"'>")
    found = extracted(body)
    assert (found.blocks, found.quality) == (TEXTS["en"], ())


def test_a_hundred_thousand_attributes_cost_nothing() -> None:
    attributes = b" ".join(b"a%d=1" % n for n in range(100_000))
    assert extracted(page(TEXTS["en"]).replace(b"<article>", b"<article %b>" % attributes)).blocks == TEXTS["en"]


def test_a_page_over_the_limit_is_cut_and_flagged() -> None:
    body = page(TEXTS["en"]).replace(b"</body>", b"<!--" + b"x" * 9_000 + b"--></body>")
    found = extract_page(body, "text/html", URL, ExtractPolicy(max_page_bytes=5_000))
    assert isinstance(found, Extraction)
    assert (found.blocks, found.quality) == (TEXTS["en"], ("truncated_page",))


@pytest.mark.parametrize("depth", [300, 1_000])
def test_deeply_nested_text_is_found(depth: int) -> None:
    story = "".join(f"<p>{each}</p>" for each in TEXTS["en"])
    assert extracted(f"<html><body>{'<div>' * depth}{story}</body></html>".encode()).blocks == TEXTS["en"]


@pytest.mark.parametrize("script", ["{", "[" * 50_000, '{"@type":"NewsArticle","headline":"x', "x" * 900_000])
def test_broken_json_ld_leaves_the_text_alone(script: str) -> None:
    found = extracted(page(TEXTS["en"], f'<script type="application/ld+json">{script}</script>'))
    assert (found.blocks, found.title) == (TEXTS["en"], "Harbour plan passes")


def test_nuls_and_controls_do_not_end_the_page() -> None:
    assert extracted(page(TEXTS["en"]).replace(b"council", b"coun\0\x01&#1;&#x0C;&#xFFFE;cil")).blocks == TEXTS["en"]


def test_a_paragraph_in_the_footer_of_the_page_is_no_text() -> None:
    paragraphs = "".join(f"<p>{each}</p>" for each in TEXTS["en"])
    below = "Get the most important news of the day by e-mail every morning. Sign up free of charge, it takes a minute."
    article = f"<html><body><main><h1>Council</h1><article>{paragraphs}</article></main>"
    assert extracted(f"{article}<footer><p>{below}</p></footer></body></html>".encode()).blocks == TEXTS["en"]
