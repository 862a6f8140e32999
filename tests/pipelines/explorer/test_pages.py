import pytest

from pipelines.explorer.pages import chips, name_of, web_address
from pipelines.explorer.selection import Chosen


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://news.example/a", "https://news.example/a"),
        ("javascript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("data:text/html,x", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_become_links(address: str | None, link: str | None) -> None:
    assert web_address(address) == link


def test_codes_have_names() -> None:
    assert name_of("region", "CN") == "China"
    assert name_of("topic", "medtop:07000000") == "health"
    assert name_of("region", "nowhere") == "nowhere"
    assert name_of("topic", None) == "unknown"


def test_each_choice_can_be_taken_back_alone() -> None:
    chosen = Chosen(q="ice", region=("CN", "TR"), tag="UN")
    assert [(each.label, each.without.query()) for each in chips(chosen)] == [
        ("“ice”", "region=CN&region=TR&tag=UN"),
        ("region: China", "q=ice&region=TR&tag=UN"),
        ("region: Türkiye", "q=ice&region=CN&tag=UN"),
        ("tag: UN", "q=ice&region=CN&region=TR"),
    ]
