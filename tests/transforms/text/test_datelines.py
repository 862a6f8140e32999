import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.text.datelines import dateline_agency


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("PARIS (AP) — The ferry is back.", "AP"),
        ("(Reuters) - The ferry is back.", "Reuters"),
        ("WASHINGTON, Nov 23 (Reuters) - The ferry is back.", "Reuters"),
        ("BEIJING, Nov. 23 (Xinhua) -- The ferry is back.", "Xinhua"),
        ("Berlin (dpa) - Die Fähre fährt wieder.", "dpa"),
        ("Kiel/Berlin (dpa/lno) - Die Fähre fährt wieder.", "dpa"),
        ("Berlin (AFP) – Die Fähre fährt wieder.", "AFP"),
        ("Madrid, 23 nov (EFE).- El ferry ha vuelto.", "EFE"),
        ("(ANSA) - ROMA, 23 NOV - Il traghetto è tornato.", "ANSA"),
        ("MOSCOW, November 23. /TASS/. The ferry is back.", "TASS"),
        ("МОСКВА, 23 ноября. /ТАСС/. Паром вернулся.", "TASS"),
        ("МОСКВА, 23 ноя - РИА Новости. Паром вернулся.", "RIA Novosti"),
        ("新华社北京11月23日电 渡轮恢复运营。", "Xinhua"),
        ("【ワシントン共同】フェリーが戻った。", "Kyodo"),
        ("(서울=연합뉴스) 홍길동 기자 = 여객선이 돌아왔다.", "Yonhap"),
        ("The Associated Press (AP) said it would open an office.", None),
        ("The ferry is back, Reuters reported on Monday - and others.", None),
        ("PARIS (LOCAL) — The ferry is back.", None),
        ("The ferry is back. " * 6 + "PARIS (AP) — More.", None),
        ("停电之后，渡轮恢复运营。", None),
        ("( ) - x", None),
        ("", None),
    ],
)
def test_the_agency_of_a_dateline(text: str, agency: str | None) -> None:
    assert dateline_agency(text) == agency


@given(st.text("()/【】-=电 .共同AP\n", max_size=120))
def test_any_text_has_an_agency_or_none(text: str) -> None:
    assert dateline_agency(text) in (None, "AP", "Kyodo", "Anadolu Ajansı")
