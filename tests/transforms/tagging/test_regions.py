import pytest

from schemas.tags import EvidenceSource, RegionKind, Regions, Role
from transforms.tagging.regions import RegionTagger

TAGGER = RegionTagger()
EXPOSE = (
    "Envoys of 22 nations asked China to close the camps in Xinjiang and called on Beijing to let observers in.\n\n"
    "The United Nations said that it had received the letter in Geneva.\n\n"
    "Belgium, Norway, Peru, Kenya and New Zealand were among those who signed it.\n\n"
    "Chinese officials in Xinjiang rejected the charge. Uyghurs, Kazakhs and other ethnic minorities live there. "
    "After a visit to Beijing, the Turkish president said that Xinjiang should not be exploited."
)


def tag(text: str, *, title: str | None = None, language: str | None = "en", home: str | None = None) -> Regions:
    return TAGGER.tag(title, text, language, home)


def countries(regions: Regions) -> set[str]:
    return {region.code for region in regions.regions if region.kind is RegionKind.COUNTRY}


def roles(regions: Regions) -> dict[str, Role]:
    return {region.code: region.role for region in regions.regions}


def test_a_story_is_about_the_country_it_tells_of_and_only_mentions_those_that_it_lists() -> None:
    tags = tag(EXPOSE)
    assert (tags.primary_region, tags.primary_subdivision) == ("CN", "CN-XJ")
    assert {code for code, role in roles(tags).items() if role is Role.ABOUT} == {"CN", "CN-XJ"}
    assert countries(tags) == {"BE", "NO", "PE", "KE", "NZ", "TR", "CH", "CN"}


def test_organisations_stand_apart_from_countries() -> None:
    (organization,) = tag(EXPOSE).organizations
    assert organization.code == "UN"
    assert [evidence.quote for evidence in organization.evidence] == ["United Nations"]


def test_an_ethnic_minority_is_no_citizenry() -> None:
    assert "KZ" not in roles(tag(EXPOSE))
    assert "KZ" in roles(tag("Kazakhs voted on Sunday."))


@pytest.mark.parametrize("title", [None, "BRÜSSEL WARNT: “China” & İstanbul", "Two 𝔘nicode 🇨🇳 letters from China"])
def test_every_quote_is_the_slice_of_its_column(title: str | None) -> None:
    columns = {EvidenceSource.TITLE: title or "", EvidenceSource.TEXT: EXPOSE}
    tags = tag(EXPOSE, title=title)
    for tagged in (*tags.regions, *tags.organizations):
        assert tagged.evidence
        for each in tagged.evidence:
            assert columns[each.source][each.start : each.end] == each.quote


def test_evidence_is_capped_and_in_reading_order() -> None:
    (region, *_) = tag("China acts. " * 50).regions
    starts = [each.start or 0 for each in region.evidence]
    assert len(starts) == 8
    assert starts == sorted(starts)


def test_regions_come_strongest_first_and_of_equals_the_one_named_first() -> None:
    assert [region.code for region in tag("Envoys of Norway and Chad met.").regions] == ["NO", "TD"]
    assert [region.code for region in tag("Envoys of Chad and Norway met.").regions] == ["TD", "NO"]
    assert [region.code for region in tag("Envoys of Chad, Norway and Kenya met.").regions] == ["TD", "KE", "NO"]


def test_scores_are_shares_of_the_weight_of_countries() -> None:
    regions = tag("Norway met Chad in Norway.").regions
    assert sum(region.score for region in regions if region.kind is RegionKind.COUNTRY) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PARIS (Reuters) - The company sold its shares.", "FR"),
        ("BEIJING, March 3 - The company sold its shares.", "CN"),
        ("Berlin (dpa) - The company sold its shares.", "DE"),
        ("LOS ANGELES — The company sold its shares.", "US"),
        ("HOUSTON, Tex., Feb 26 - The company sold its shares.", "US"),
    ],
)
def test_a_dateline_is_told_apart_and_decides_only_where_nothing_else_does(text: str, code: str) -> None:
    tags = tag(text)
    assert roles(tags)[code] is Role.DATELINE
    assert tags.primary_region == code
    assert tag(f"{text} Voters in Kenya went to the polls in Kenya.").primary_region == "KE"


def test_a_dash_alone_makes_no_dateline() -> None:
    assert roles(tag("Paris - a city of light - is where the talks go on."))["FR"] is Role.ABOUT


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Officials in Paris said that the city is calm.", "FR"),
        ("The fire in Paris, Texas, burnt for two days.", "US"),
        ("Voters in Georgia, Alabama and Florida chose senators.", "US"),
        ("Protesters in Georgia filled the squares of Tbilisi.", "GE"),
        ("Rebels crossed into the Democratic Republic of Congo.", "CD"),
        ("The army of Niger took Niamey.", "NE"),
        ("Nigeria closed its border.", "NG"),
        ("Guinea-Bissau elected a president.", "GW"),
        ("Officials in Papua New Guinea felt the quake.", "PG"),
        ("The mayor of Geneva resigned.", "CH"),
        ("Lawmakers in Washington passed the bill.", "US"),
        ("Talks in New Zealand ended.", "NZ"),
        ("TURKEY SAYS TROOPS STAY", "TR"),
        ("NEW YORK OFFICIALS MEET", "US"),
    ],
)
def test_names_that_several_places_bear(text: str, code: str) -> None:
    assert tag(text).primary_region == code


@pytest.mark.parametrize(
    "text",
    [
        "Roast turkey and fine china stood on the table.",
        "Jordan Smith won the race.",
        "Mr London asked for more. London left early, his wife said.",
        "The New York Times wrote about it.",
        "Human Rights Watch and CNN asked for comment.",
        "Reading books is fun. Nice weather helps.",
        "Latin American dance and French fries were on offer.",
        "",
    ],
)
def test_words_persons_and_papers_are_no_places(text: str) -> None:
    assert tag(text) == Regions()


def test_a_word_is_a_place_where_the_words_around_it_say_so() -> None:
    assert tag("Police in Reading arrested two men. The UK has seen more such cases.").primary_region == "GB"
    assert "FR-PAC" in roles(tag("The attack in Nice shook France."))


def test_a_capital_is_a_government_unless_a_word_of_place_stands_before_it() -> None:
    assert "CN-BJ" not in roles(tag("Beijing denies the charge."))
    assert "CN-BJ" in roles(tag("She landed in Beijing."))


def test_a_list_never_gives_the_primary_region() -> None:
    assert tag("Belgium, Norway, Peru, Kenya and Chad signed it.").primary_region is None


def test_the_home_country_decides_where_the_text_says_little() -> None:
    tags = tag("The council will vote on the new bridge on Monday.", home="AT")
    assert tags.primary_region == "AT"
    assert [each.source for each in tags.regions[0].evidence] == [EvidenceSource.HOME_COUNTRY]
    assert tag("Chad and its neighbours met. Chad won. Chad lost.", home="AT").primary_region == "TD"
    assert tag("The council will vote.", home="nowhere") == Regions()


def test_a_title_weighs_more_than_the_text() -> None:
    tags = tag("Envoys of Norway met those of Chad.", title="Chad holds talks")
    assert tags.primary_region == "TD"


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("de", "Die chinesische Regierung und Bayern verhandeln in Brüssel.", {"CN", "DE", "DE-BY", "BE"}),
        ("fr", "Le gouvernement français a reçu à Genève des envoyés de la Chine.", {"FR", "CH", "CN"}),
        ("es", "La policía argentina detuvo a dos hombres de México; Pekín calla.", {"AR", "MX", "CN"}),
        ("it", "A Pechino i ministri tedeschi parlano della Francia.", {"CN", "DE", "FR"}),
        ("pt", "O governo brasileiro recebeu a França em São Paulo.", {"BR", "BR-SP", "FR"}),
        ("nl", "De Nederlandse regering overlegt met Duitsland.", {"NL", "DE"}),
        ("pl", "Prezydent Ukrainy przyjechał do Warszawy z Niemcami.", {"UA", "PL", "DE"}),
        ("ru", "В Китае прошли переговоры о Россией, а под Харьковом идут бои.", {"CN", "RU", "UA", "UA-63"}),
        ("uk", "Президент України говорив про Польщу та Німеччину.", {"UA", "PL", "DE"}),
        ("tr", "Türkiye'nin başkenti Ankara'da Almanya ve Pekin konuşuldu.", {"TR", "DE", "CN"}),
        ("ar", "وصل الوفد إلى بكين بينما دعت فرنسا وألمانيا إلى الهدوء في القاهرة.", {"CN", "FR", "DE", "EG"}),
        ("fa", "رئیس جمهور ایران با وزیر چین دیدار کرد.", {"IR", "CN"}),
        ("zh", "新疆的发展有目共睹，美国和日本表示关切。", {"CN", "CN-XJ", "US", "JP"}),
        ("ja", "首相は東京で中国の外相と、パリではドイツの代表と会談した。", {"JP", "CN", "FR", "DE"}),
        ("ko", "서울에서 중국과 미국이 회담했다.", {"KR", "CN", "US"}),
        ("hi", "भारत के मंत्री ने चीन से बात की।", {"IN", "CN"}),
        ("id", "Presiden Indonesia bertemu menteri Tiongkok di Jakarta.", {"ID", "CN"}),
        ("sv", "Sveriges regering mötte Tyskland i Stockholm.", {"SE", "DE"}),
        ("fi", "Kiinassa ja Venäjällä asiaa seurataan.", {"CN", "RU"}),
        ("el", "Η κυβέρνηση της Ελλάδας μίλησε με την Κίνα.", {"GR", "CN"}),
        ("he", "ממשלת ישראל נפגשה עם גרמניה.", {"IL", "DE"}),
        ("vi", "Chính phủ Việt Nam gặp Trung Quốc tại Hà Nội.", {"VN", "CN"}),
        ("th", "รัฐบาลไทยพบรัฐมนตรีจีน", {"TH", "CN"}),
        ("cs", "Čína a Rusko reagovaly, v Polsku se volí.", {"CN", "RU", "PL"}),
        ("sw", "Rais wa Kenya alikutana na waziri wa Uchina.", {"KE", "CN"}),
    ],
)
def test_names_in_many_languages(language: str, text: str, codes: set[str]) -> None:
    tags = tag(text, language=language)
    assert codes <= set(roles(tags))
    assert countries(tags) == {code for code in codes if "-" not in code}


def test_an_unknown_language_is_read_by_its_letters() -> None:
    assert tag("Президент России прибыл.", language=None).primary_region == "RU"
    assert tag("Norway voted.", language="xx").primary_region == "NO"


def test_text_behind_the_limit_is_not_read() -> None:
    assert RegionTagger(max_chars=10).tag(None, "Nothing. Norway voted.", "en").primary_region is None


@pytest.mark.parametrize("text", ["China " * 20_000, "A" * 200_000, "(" * 100_000, "Mr " * 50_000, "\n\n" * 100_000])
def test_hostile_texts_end(text: str) -> None:
    assert isinstance(tag(text), Regions)


def codes_of(kind: RegionKind, text: str, language: str | None = "en") -> set[str]:
    return {region.code for region in tag(text, language=language).regions if region.kind is kind}


def test_a_city_is_told_with_its_geonames_id_beside_its_subdivision_and_country() -> None:
    tags = tag("A fire destroyed a market in Lyon on Monday. Lyon has seen nothing like it.")
    assert [(region.code, region.kind, region.role) for region in tags.regions] == [
        ("FR", RegionKind.COUNTRY, Role.ABOUT),
        ("FR-ARA", RegionKind.SUBDIVISION, Role.ABOUT),
        ("geonames:2996944", RegionKind.CITY, Role.ABOUT),
    ]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "Two ships collided in the Black Sea.", "SEA:black"),
        ("en", "Unrest spreads across Africa.", "M49:002"),
        ("de", "In Europa steigen die Preise, auf der Ostsee liegt Eis.", "SEA:baltic"),
        ("ru", "Корабли вошли в Чёрное море.", "SEA:black"),
        ("zh", "南海局势紧张。", "SEA:southchina"),
        ("ar", "سفن في البحر الأحمر", "SEA:red"),
    ],
)
def test_seas_and_parts_of_the_world_are_areas_and_never_the_primary_region(
    language: str, text: str, code: str
) -> None:
    assert code in codes_of(RegionKind.AREA, text, language)
    assert tag(text, language=language).primary_region is None


def test_an_organisation_is_no_country_of_the_same_code() -> None:
    tags = tag("The African Union met in Addis Ababa.")
    assert [each.code for each in tags.organizations] == ["AU"]
    assert countries(tags) == {"ET"}


def test_a_place_of_learning_says_where_an_expert_works_and_not_where_the_story_is() -> None:
    tags = tag("The study, by a professor at the University of California, looks at sleep.")
    assert tag("Talks in California went on.").primary_region == "US"
    assert tags.primary_region is None
    assert roles(tags)["US"] is Role.MENTIONED


def test_a_title_of_nobility_is_half_a_mention() -> None:
    assert tag("The Duke of Edinburgh met envoys of Chad.").regions[0].code == "TD"


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("tr", "Ankara'da toplantı var.", "TR-06"),
        ("ja", "東京で会議が開かれた。", "JP-13"),
        ("ja", "ケニアのナイロビには客が多い。", "KE-30"),
        ("zh", "代表团抵达东京。", "JP-13"),
        ("ko", "서울에서 회의가 열렸다.", "KR-11"),
        ("ar", "وصل الوفد إلى بغداد", "IQ-BG"),
        ("ar", "افتتح المعرض ببغداد أمس", "IQ-BG"),
        ("fi", "Kokous pidettiin Pariisissa.", "FR-IDF"),
    ],
)
def test_words_and_parts_of_place_make_a_capital_a_city(language: str, text: str, code: str) -> None:
    assert code in codes_of(RegionKind.SUBDIVISION, text, language)


@pytest.mark.parametrize(
    ("language", "text"), [("ja", "福島さんは話した。"), ("zh", "东京先生来了。"), ("de", "Frau Paris ging.")]
)
def test_a_person_is_told_by_the_word_beside_the_name(language: str, text: str) -> None:
    assert tag(text, language=language) == Regions()


def test_a_particle_before_a_small_arabic_city_is_a_letter_of_another_word() -> None:
    assert tag("كان الإقبال كبيرا", language="ar") == Regions()
    assert countries(tag("ووصل وفد من وفرنسا", language="ar")) == {"FR"}
    assert tag("", home="GB", language="ar").primary_region == "GB"


def test_a_city_is_not_where_its_country_is_named_if_a_great_place_bears_the_name() -> None:
    assert "US-FL" in roles(tag("The storm left Cuba for Florida.", language="en"))


@pytest.mark.parametrize(
    ("home", "text", "code"),
    [
        (None, "Police in Hamilton arrested two men.", "CA"),
        ("NZ", "Police in Hamilton arrested two men.", "NZ"),
        ("CA", "Police in Hamilton arrested two men.", "CA"),
        ("BM", "Police in Hamilton arrested two men.", "BM"),
        (None, "Bermuda fears the storm. Police in Hamilton closed roads.", "BM"),
        (None, "The army of Jamaica patrols Kingston.", "JM"),
        (None, "Police in Kingston arrested two men.", "JM"),
    ],
)
def test_a_small_capital_gives_way_to_a_far_larger_namesake_unless_its_country_is_spoken_of(
    home: str | None, text: str, code: str
) -> None:
    assert tag(text, home=home).primary_region == code


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("ru", "Переговоры о Северной Корее прошли в Южной Корее и Соединённых Штатах.", {"KP", "KR", "US"}),
        ("ru", "Армия Южного Судана отошла.", {"SS"}),
        ("ru", "Центральный банк ждёт.", set()),
        ("uk", "Про Північну Корею говорили у Великій Британії.", {"KP", "GB"}),
        ("pl", "O Korei Północnej mówiono w Nowej Zelandii.", {"KP", "NZ"}),
        ("cs", "O Severní Koreji se jednalo v Saúdské Arábii.", {"KP", "SA"}),
    ],
)
def test_names_of_two_words_take_the_endings_of_both(language: str, text: str, codes: set[str]) -> None:
    assert countries(tag(text, language=language)) == codes


def test_a_town_that_is_unknown_in_its_state_is_not_its_famous_namesake() -> None:
    tags = tag("GREENWICH, Conn., March 6 - The company said it sold a unit. It is based in Greenwich.")
    assert countries(tags) == {"US"}
    assert "GB" in countries(tag("The observatory in Greenwich, England, is open."))


def test_a_headline_in_capitals_does_not_tell_a_small_town_from_a_word() -> None:
    text = "The firm, which has stores in England, said it sold a unit."
    assert "geonames:2651468" not in roles(tag(text, title="FIRM SEES GAIN IN DEAL"))
    assert "geonames:2651468" in roles(tag(text + " It began in Deal."))


def test_a_word_that_is_a_little_known_district_needs_its_country_too() -> None:
    assert "PG" not in countries(tag("Six ships were seen near Gulf ports."))
    assert "PG-GPK" in roles(tag("Papua New Guinea sent help to Gulf province. Roads in Gulf were cut."))


def test_a_city_named_after_its_state_is_a_city() -> None:
    assert {"US-OK", "geonames:4544349"} <= roles(tag("The bank in Oklahoma City failed.")).keys()


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("kk", "Делегация Қытайға барды. Үрімжіде және Шыңжаңда кездесулер өтті.", {"CN", "CN-XJ"}),
        (
            "ug",
            "جۇڭگونىڭ شىنجاڭ رايونىدا ۋە تۈركىيەدە يىغىن ئېچىلدى. ئامېرىكا قوشما ئىشتاتلىرى",
            {"CN", "CN-XJ", "TR", "US"},
        ),
    ],
)
def test_names_in_kazakh_and_uyghur_take_their_endings(language: str, text: str, codes: set[str]) -> None:
    found = tag(text, language=language).regions
    assert {each.code for each in found if each.kind in {RegionKind.COUNTRY, RegionKind.SUBDIVISION}} == codes
