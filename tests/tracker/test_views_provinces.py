"""Pages of provinces: today's and those before, and what came from each."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from provinces.choices import OrganisationKind as Kind
from provinces.models import Province, ProvinceName
from tests.factories import (
    make_organisation,
    make_province,
    make_recommendation,
    make_succession,
    make_user,
)
from tests.tracker.test_views_resolutions import (
    page_of,
    queries_of,
    rows_of,
    section_of,
    text_of,
)
from tests.tracker.test_visible_documents import (
    make_document,
    make_figure,
    make_finding,
    make_flag,
    make_indicator,
    make_session,
    quote,
)
from tracker.choices import RecommendationKind

LIST = "/provinces/"
BEFORE = "/provinces/?in_force_on=2025-06-30"
RESOLUTION_202 = "Nghị quyết 202/2025/QH15"
TODAY = """
An Giang, Bắc Ninh, Cà Mau, Cao Bằng, Cần Thơ, Đà Nẵng, Đắk Lắk, Điện Biên, Đồng Nai,
Đồng Tháp, Gia Lai, Hà Nội, Hà Tĩnh, Hải Phòng, Hồ Chí Minh, Huế, Hưng Yên, Khánh Hòa,
Lai Châu, Lạng Sơn, Lào Cai, Lâm Đồng, Nghệ An, Ninh Bình, Phú Thọ, Quảng Ngãi,
Quảng Ninh, Quảng Trị, Sơn La, Tây Ninh, Thái Nguyên, Thanh Hóa, Tuyên Quang, Vĩnh Long
"""
NAME = re.compile(r'<td class="wording"[^>]*><a href="[^"]+" lang="vi">([^<]+)</a>')


def listed(page):
    """Give names without their kind, in the order of the page."""
    names = NAME.findall(page)
    return [re.sub(r"^(Tỉnh|Thành phố) ", "", name) for name in names]


def row_about(page, name):
    return next(row for row in rows_of(page) if name in row)


def make_name(province, name, start, **fields):
    fields.setdefault("kind", "province")
    ProvinceName.objects.filter(province=province, valid_to=None).update(
        valid_to=start - timedelta(days=1)
    )
    return ProvinceName.objects.create(
        province=province, name=name, name_en=name, valid_from=start, **fields
    )


@pytest.fixture
def client(sign_in, ha):
    return sign_in(ha)


@pytest.fixture
def da_nang(quang_nam):
    """The city that Quảng Nam ended in on 01/07/2025, as the register tells it."""
    city = make_province("Đà Nẵng", slug="48", code="48", valid_from=date(2025, 7, 1))
    city.names.update(kind="city", valid_from=date(2025, 7, 1))
    quang_nam.successor, quang_nam.valid_to = city, date(2025, 6, 30)
    quang_nam.instrument = RESOLUTION_202
    quang_nam.save()
    return city


# -- the list -------------------------------------------------------------------------


def test_thirty_four_units_today_by_the_vietnamese_alphabet(client, seeded):
    page = page_of(client, LIST)

    assert listed(page) == [name.strip() for name in TODAY.split(",")]
    assert "34 đơn vị hiện nay" in page
    assert "34 units today" in page_of(client, LIST, "en")


def test_sixty_three_units_before_the_merger(client, seeded):
    page = page_of(client, BEFORE)
    names = listed(page)

    assert len(names) == len(set(names)) == 63
    assert "63 đơn vị tại ngày 30/06/2025" in page
    assert "63 units in force on 30/06/2025" in page_of(client, BEFORE, "en")
    assert names.index("Cà Mau") < names.index("Cao Bằng") < names.index("Cần Thơ")
    assert names[:6] == [
        *("An Giang", "Bà Rịa - Vũng Tàu", "Bạc Liêu", "Bắc Giang"),
        *("Bắc Kạn", "Bắc Ninh"),
    ]
    assert "→ Thành phố Đà Nẵng" in row_about(page, "Quảng Nam")
    assert "giữ nguyên" in row_about(page, "Cao Bằng")
    region = "Bắc Trung Bộ và duyên hải miền Trung"
    assert region in row_about(page, "Quảng Nam")


def test_day_after_the_merger_there_are_thirty_four(client, seeded):
    page = page_of(client, "/provinces/?in_force_on=2025-07-01")

    assert len(listed(page)) == 34
    assert "34 đơn vị tại ngày 01/07/2025" in page


def test_d_with_a_stroke_follows_d(client):
    for name in (
        "Đà Nẵng",
        "Dương Hà",
        "Cao Bằng",
        "Ê Đê",
        "Cà Mau",
        "Ân Thi",
        "An Giang",
    ):
        make_province(name)

    assert listed(page_of(client, LIST)) == [
        *("An Giang", "Ân Thi", "Cà Mau", "Cao Bằng", "Dương Hà", "Đà Nẵng", "Ê Đê")
    ]


@pytest.mark.parametrize("typed", ["2025-06-31", "khong", "31/06/2025", "%00", "2025"])
@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", "bỏ qua: in_force_on"), ("en", "ignored: in_force_on")],
)
def test_invalid_day_is_ignored_and_said(client, quang_nam, typed, language, words):
    page = page_of(client, f"/provinces/?in_force_on={typed}", language)

    assert words in text_of(page)
    assert listed(page) == ["Quảng Nam"]
    assert "1 unit today" in page or "1 đơn vị hiện nay" in page


@pytest.mark.parametrize(
    "query",
    ["", "?in_force_on=", "?in_force_on=2025-06-30", "?in_force_on=30/6/25"],
)
def test_valid_or_empty_day_is_no_mistake(client, quang_nam, query):
    assert 'role="alert"' not in page_of(client, LIST + query)


def test_names_are_those_of_the_day(client, seeded):
    """Huế was tỉnh Thừa Thiên Huế until the end of 2024."""
    assert "Tỉnh Thừa Thiên Huế" in page_of(
        client, "/provinces/?in_force_on=2024-12-31"
    )
    page = page_of(client, "/provinces/?in_force_on=2025-01-01")
    assert "Thành phố Huế" in page
    assert "Thừa Thiên Huế" not in page


def test_bac_ninh_became_a_city_on_20_09_2026(client, seeded, time_machine):
    time_machine.move_to("2026-09-19 23:59 +0700")
    assert '<h1 lang="vi">Tỉnh Bắc Ninh</h1>' in page_of(client, "/provinces/24/")
    assert "Tỉnh Bắc Ninh" in page_of(client, LIST)

    time_machine.move_to("2026-09-20 00:01 +0700")
    assert '<h1 lang="vi">Thành phố Bắc Ninh</h1>' in page_of(client, "/provinces/24/")
    page = page_of(client, LIST)
    assert "Thành phố Bắc Ninh" in page
    assert "Tỉnh Bắc Ninh" not in page


def test_unit_counts_what_its_predecessors_raised(client, da_nang, quang_nam):
    make_recommendation(province=quang_nam)
    make_recommendation(province=da_nang)

    assert row_about(page_of(client, LIST), "Đà Nẵng").endswith("Quảng Nam 2 0 0")
    before = row_about(page_of(client, BEFORE), "Quảng Nam")
    assert before.endswith("→ Thành phố Đà Nẵng 1 0 0")


def test_unit_that_will_end_is_still_there_today(client, quang_nam):
    new = make_province(
        "Nam Trung", valid_from=timezone.localdate() + timedelta(days=2)
    )
    quang_nam.valid_to = timezone.localdate() + timedelta(days=1)
    quang_nam.successor = new
    quang_nam.save()
    make_recommendation(province=quang_nam)

    page = page_of(client, LIST)

    assert listed(page) == ["Quảng Nam"]
    assert "data-code" not in page_of(client, new.get_absolute_url())


# -- one province ---------------------------------------------------------------------


def test_succession_reads_as_one_line_on_both_pages(client, seeded):
    line = f"Tỉnh Quảng Nam → thành phố Đà Nẵng, 01/07/2025, {RESOLUTION_202}"

    for slug in ("48", "49"):
        page = page_of(client, f"/provinces/{slug}/")
        assert line in text_of(page)
        assert line in text_of(page_of(client, f"/provinces/{slug}/", "en"))
    own = "Thành phố Đà Nẵng → thành phố Đà Nẵng, 01/07/2025"
    assert own in text_of(page_of(client, "/provinces/48/"))
    assert own not in text_of(page_of(client, "/provinces/49/"))


def test_mergers_stand_in_the_order_of_the_alphabet(client, da_nang, quang_nam):
    for name in ("Vĩnh Phúc", "Hòa Bình", "Đắk Nông"):
        make_province(name, successor=da_nang, valid_to=date(2025, 6, 30))

    page = page_of(client, "/provinces/48/")

    line = re.search(r'<ul class="plain succession">.*?</ul>', page, re.DOTALL).group()
    names = re.findall(r"Tỉnh ([^<]+)</a> →", line)
    assert names == ["Đắk Nông", "Hòa Bình", "Quảng Nam", "Vĩnh Phúc"]


def test_names_and_regions_are_told_over_time(client, seeded):
    text = text_of(page_of(client, "/provinces/46/"))

    names = text[text.index("Tên gọi và vùng") : text.index("Nội dung ghi nhận")]
    assert names == (
        "Tên gọi và vùng "
        "Tỉnh Thừa Thiên Huế đến hết ngày 31/12/2024 · "
        "Bắc Trung Bộ và duyên hải miền Trung "
        "Thành phố Huế từ ngày 01/01/2025 đến hết ngày 04/10/2025 · "
        "Bắc Trung Bộ và duyên hải miền Trung · Nghị quyết 175/2024/QH15 "
        "Thành phố Huế từ ngày 05/10/2025 · Bắc Trung Bộ · Nghị quyết 306/NQ-CP "
    )


def test_ended_unit_says_until_when_and_keeps_its_last_name(client, seeded):
    text = text_of(page_of(client, "/provinces/48-cu/"))

    assert "Thành phố Đà Nẵng Mã 48 Bắc Trung Bộ và duyên hải miền Trung" in text
    assert "có hiệu lực đến hết ngày 30/06/2025" in text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_title_names_the_unit_in_its_own_language(client, seeded, language):
    page = page_of(client, "/provinces/48/", language)

    assert '<title lang="vi">Thành phố Đà Nẵng –' in page


@pytest.mark.parametrize("slug", ["99", "0", "49-cu", "x", "9" * 40])
def test_unknown_unit_is_not_found(client, quang_nam, slug):
    assert client.get(f"/provinces/{slug}/").status_code == 404


@pytest.mark.parametrize("address", [LIST, "/provinces/49/"])
def test_pages_only_read(client, quang_nam, address):
    assert client.post(address).status_code == 405


def test_bodies_stand_with_then_and_now_names(client, seeded):
    page = page_of(client, "/provinces/48/")
    today, ended = text_of(
        page[page.index("Cơ quan, đơn vị") : page.index("Tên gọi và vùng")]
    ).split("Đã kết thúc")

    assert "Thành ủy Đà Nẵng" in today
    assert "Tỉnh ủy Quảng Nam" not in today
    then_now = "Tỉnh ủy Quảng Nam (nay là Thành ủy Đà Nẵng) · đến hết ngày 30/06/2025"
    assert then_now in ended
    assert "UBND phường Tân Thạnh (nay là UBND phường Bàn Thạch)" in ended
    assert "huyện Núi Thành · đến hết ngày" in ended
    assert "Thành ủy Hà Nội" not in page
    ward = page_of(client, "/provinces/49/")
    assert "phường Bàn Thạch)" in ward
    assert "(now UBND phường Bàn Thạch)" in page_of(client, "/provinces/49/", "en")


@pytest.mark.parametrize("last_day", [date(2025, 6, 30), None])
def test_rows_of_predecessors_are_shown_and_marked(
    client, da_nang, quang_nam, last_day
):
    """Also those of a unit whose last day nobody entered."""
    quang_nam.valid_to = last_day
    quang_nam.save()
    old = make_recommendation(province=quang_nam, wording="Việc của tỉnh")
    new = make_recommendation(province=da_nang, wording="Việc của thành phố")
    elsewhere = make_recommendation(province=make_province("Hà Tĩnh"))

    page = page_of(client, "/provinces/48/")

    assert set(re.findall(r'data-code="([^"]+)"', page)) == {old.code, new.code}
    excerpt = section_of(page, "recommendation-excerpt")
    assert "Tỉnh Quảng Nam" in row_about(excerpt, "Việc của tỉnh")
    assert "Quảng Nam" not in row_about(excerpt, "Việc của thành phố")
    assert elsewhere.code not in page


def test_page_of_a_predecessor_shows_its_own_rows_only(client, da_nang, quang_nam):
    old = make_recommendation(province=quang_nam)
    make_recommendation(province=da_nang)
    make_session("Buổi sau sáp nhập", province=da_nang)
    make_session("Buổi trước sáp nhập", province=quang_nam)

    page = page_of(client, "/provinces/49/")

    assert re.findall(r'data-code="([^"]+)"', page) == [old.code]
    assert "Buổi trước sáp nhập" in page
    assert "Buổi sau sáp nhập" not in page
    assert "chip place" not in page


def test_everything_heard_and_measured_there_is_shown(client, da_nang, quang_nam):
    session = make_session("Buổi ở Quảng Nam", province=quang_nam)
    make_finding(session, wording="Kết quả ở tỉnh")
    body = make_organisation("Tỉnh ủy", Kind.PROVINCIAL_PARTY, province=quang_nam)
    make_finding(wording="Khó khăn của tỉnh", kind="difficulty", reported_by=body)
    make_finding(make_session(), wording="Chuyện nơi khác")
    make_figure(make_indicator(name="Số khu", province=quang_nam), value=14)
    make_figure(make_indicator(name="Số cụm", province=make_province()), value=59)

    text = text_of(page_of(client, "/provinces/48/"))

    assert "Buổi ở Quảng Nam" in text
    assert text.index("Kết quả ở tỉnh") < text.index("Khó khăn của tỉnh")
    assert "Số khu" in text
    assert "Chuyện nơi khác" not in text
    assert "Số cụm" not in text


# -- rights ---------------------------------------------------------------------------

SECRETS = ("mật-", ">777<", ">888<", "AN-99")


def make_secrets(province):
    """Make what a reader elsewhere may not learn, each with a word of its own."""
    session = make_session("Buổi mật-một", province=province)
    report = make_document([session], title="Tài liệu mật-hai", number="mật-ba")
    passage = quote(report, "câu mật-bốn", locator="dòng mật-năm")
    indicator = make_indicator(province=province, passage=passage)
    make_figure(indicator, report, value=777)
    make_figure(make_indicator(province=province), value=888, source="mật-sáu")
    make_flag(report, [indicator], source_id="AN-99", problem="mật-bảy")
    make_finding(session, wording="Kết quả mật-tám", passage=passage)
    body = make_organisation(kind=Kind.PROVINCIAL_COMMITTEE, province=province)
    make_finding(wording="Kết quả mật-chín", reported_by=body)
    make_recommendation(province=province, wording="Việc mật-mười")


def test_reader_elsewhere_learns_nothing(sign_in, hoa, lan, da_nang, quang_nam):
    make_secrets(quang_nam)
    committee = make_organisation("Thành ủy", Kind.PROVINCIAL_PARTY, province=da_nang)
    successor = make_user("nga", committee)

    for slug in ("48", "49"):
        shut = page_of(sign_in(hoa), f"/provinces/{slug}/")
        open_ = page_of(sign_in(successor), f"/provinces/{slug}/")
        assert [word for word in SECRETS if word in shut] == []
        assert [word for word in SECRETS if word not in open_] == []
        assert not re.search(r"/sessions/\d", shut)
        assert "data-code" not in shut
    assert row_about(page_of(sign_in(hoa), LIST), "Đà Nẵng").endswith(" 0 – 0 0")
    assert row_about(page_of(sign_in(lan), LIST), "Đà Nẵng").endswith(" 1 0 0")


def test_old_unit_learns_nothing_of_what_came_after(sign_in, lan, da_nang):
    make_secrets(da_nang)

    page = page_of(sign_in(lan), "/provinces/48/")

    assert [word for word in SECRETS if word in page] == []


def test_locator_of_a_document_one_may_not_see_is_not_told(sign_in, lan, quang_nam):
    """What was heard is theirs; the paper it was read from belongs elsewhere."""
    paper = make_document([make_session(province=make_province())], title="mật-một")
    passage = quote(paper, "mật-hai", locator="dòng mật-ba")
    session = make_session(province=quang_nam)
    make_finding(session, wording="Kết quả của tỉnh", passage=passage)

    page = page_of(sign_in(lan), "/provinces/49/")

    assert "Kết quả của tỉnh" in page
    assert "mật-" not in page
    assert f"/documents/{paper.pk}/" not in page


# -- cost -----------------------------------------------------------------------------


def fill(place):
    """Add one of everything a province shows, with names that need looking up."""
    old = make_province(successor=place, valid_to=date(2025, 6, 30))
    make_name(old, "Tên mới", date(2020, 1, 1))
    lead, body = make_organisation(), make_organisation(province=place)
    make_succession(lead, make_organisation())
    make_succession(body, make_organisation())
    make_organisation(province=old, valid_to=date(2025, 6, 30))
    session = make_session(province=place)
    document = make_document([session], province=place)
    passage = quote(document)
    make_finding(session, passage=passage)
    indicator = make_indicator(province=place, passage=passage)
    make_figure(indicator, document)
    make_figure(indicator)
    make_flag(document, [indicator])
    for kind in RecommendationKind:
        for unit in (place, old):
            make_recommendation(kind=kind, lead=lead, province=unit)


@pytest.mark.parametrize("reader", ["ha", "lan"])
def test_pages_cost_the_same_with_three_of_everything(
    reader, request, sign_in, quang_nam
):
    client = sign_in(request.getfixturevalue(reader))
    addresses = (LIST, BEFORE, "/provinces/49/")
    fill(quang_nam)
    with_one = [queries_of(client, address) for address in addresses]

    fill(quang_nam)
    fill(quang_nam)

    assert [queries_of(client, address) for address in addresses] == with_one
    assert max(with_one) <= 19


@pytest.mark.once
def test_every_unit_there_is_or_was_has_a_page(client, seeded):
    for province in Province.objects.all():
        assert client.get(province.get_absolute_url()).status_code == 200
