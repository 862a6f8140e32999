from transforms.text.caps import MAX_TAG
from transforms.text.caps import cap_tags as cap_bytes


def cap_tags(html: str) -> str:
    return cap_bytes(html.encode()).decode()


def test_a_usual_page_is_left_as_it_is() -> None:
    html = '<html><p class="a">One</p><br/><a href="x">two</a></html>'
    assert cap_tags(html) == html


def test_a_giant_tag_loses_its_attributes_and_nothing_else() -> None:
    attributes = " ".join(f"a{n}=1" for n in range(20_000))
    assert cap_tags(f"<p>before<div {attributes}>inside</div>") == "<p>before<div>inside</div>"


def test_a_giant_tag_is_seen_though_its_values_hold_what_ends_a_tag() -> None:
    attributes = " ".join(f'a{n}="x>y"' for n in range(20_000))
    assert cap_tags(f"<p>before<div {attributes}>inside</div>") == "<p>before<div>inside</div>"


def test_long_data_in_one_attribute_costs_the_tag_nothing_else() -> None:
    data = "{&quot;a&quot;: &quot;x > y&quot;}, " * MAX_TAG
    html = f'<div class="story" data-page="{data}" id="s"><p>text</p></div>'
    assert cap_tags(html) == '<div class="story" data-page="" id="s"><p>text</p></div>'
    short = html.replace(data, data[:9_000])
    assert cap_tags(short) == short


def test_a_tag_that_never_ends_is_cut() -> None:
    assert cap_tags("<p>text</p><img src='" + "x" * MAX_TAG) == "<p>text</p><img"


def test_long_text_and_scripts_are_no_tags() -> None:
    text = f"<p>{'word ' * MAX_TAG}</p>"
    script = f"<script>{'a<b; ' * MAX_TAG}</script><p>after</p>"
    assert cap_tags(text) == text
    assert cap_tags(script) == script


def test_characters_that_xml_has_no_place_for_are_taken_out_raw_or_as_references() -> None:
    assert cap_tags("<p>\ufffeo\0n\x1f\uffff&#1;&#x1F;&#11;&#65534;e</p>") == "<p>one</p>"


def test_other_references_stay() -> None:
    html = "<p>&#39;&#10;&#13;&#9;&#x9;&#100;&#x10;0 &#xA0;&amp;#1; &#150;</p>"
    assert cap_tags(html) == html.replace("&#x10;", "")
