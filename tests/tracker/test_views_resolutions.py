"""Pages of resolutions: targets in words, figures with their doubts, the count."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from provinces.models import Organisation
from tests.factories import (
    make_organisation,
    make_recommendation,
    make_resolution,
    make_succession,
    make_user,
)
from tests.tracker.test_visible_documents import (
    make_document,
    make_figure,
    make_flag,
    make_indicator,
    make_session,
    quote,
)
from tracker.choices import DocumentKind, RecommendationKind
from tracker.models import Recommendation, Target

PAGE = "/resolutions/23-nq-tw/"
ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
LINKED_ID = re.compile(r'href="#([^"]+)"')


# -- reading pages --------------------------------------------------------------------


def page_of(client, address, language="vi"):
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def text_of(html):
    """Give what a person reads, with single spaces; drawings are looked at."""
    words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", unescape(words)).strip()
    return re.sub(r" ([,.%;:)])", r"\1", text)


def section_of(page, key):
    return re.search(rf'<section id="{key}".*?</section>', page, re.DOTALL).group()


def rows_of(html):
    return [text_of(row) for row in ROW.findall(html)]


def queries_of(client, address):
    """Count the queries of a page once whatever is read only once has been read."""
    page_of(client, address)
    with CaptureQueriesContext(connection) as captured:
        page_of(client, address)
    return len(captured)


def make_target(resolution, code, **fields):
    fields.setdefault("wording", f"Chỉ tiêu {code}")
    fields.setdefault("operator", "gt")
    fields.setdefault("value", 40 if fields["operator"] == "gt" else None)
    fields.setdefault("year", 2030)
    return Target.objects.create(resolution=resolution, code=code, **fields)


@pytest.fixture
def resolution(db):
    return make_resolution(objective="Hoàn thành công nghiệp hóa", term="khóa XII")


@pytest.fixture
def client(sign_in, ha):
    return sign_in(ha)


# -- the list -------------------------------------------------------------------------


def test_list_names_each_resolution_with_its_numbers(client):
    first, second = make_resolution("23-nq-tw"), make_resolution("52-nq-tw")
    for number in range(3):
        make_target(first, f"23-{number}")
    make_recommendation([first])
    make_recommendation([first, second])

    first_row, second_row = rows_of(page_of(client, "/resolutions/"))[1:]

    assert first_row.startswith("23-NQ/TW · 22/03/2018 Chính sách phát triển")
    assert first_row.endswith("3 2 0 0 –")
    assert second_row.endswith("0 1 0 0 –")
    assert "không nhất thiết cộng lại" in page_of(client, "/resolutions/")


def test_number_of_targets_is_what_its_link_shows(client, resolution):
    """The vision stands apart: it is no row of the table of targets."""
    make_target(resolution, "23-01")
    make_target(resolution, "23-02")
    make_target(resolution, "23-45", operator="vision", year=2045)

    listed = re.search(r'#targets">(\d+)<', page_of(client, "/resolutions/")).group(1)
    shown = section_of(page_of(client, PAGE), "targets").count('<tr id="')

    assert int(listed) == shown == 2


def test_empty_list_says_so(client):
    assert "Chưa nhập nghị quyết nào" in page_of(client, "/resolutions/")


# -- one resolution -------------------------------------------------------------------


def test_page_says_what_the_resolution_is(client, resolution):
    text = text_of(page_of(client, PAGE))

    assert "23-NQ/TW: Chính sách phát triển công nghiệp quốc gia" in text
    assert "Bộ Chính trị, khóa XII 22/03/2018" in text
    assert "Mục tiêu Hoàn thành công nghiệp hóa" in text


@pytest.mark.parametrize("address", ["/resolutions/99-nq-tw/", "/resolutions/0/"])
def test_unknown_resolution_is_not_found(client, address, resolution):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/resolutions/", PAGE])
def test_pages_only_read(client, resolution, address):
    assert client.post(address).status_code == 405


def test_targets_stand_by_year_and_the_vision_apart(client, resolution):
    make_target(resolution, "23-09", year=2030)
    make_target(resolution, "23-10", year=2025, operator="qualitative")
    make_target(resolution, "23-45", year=2045, operator="vision", wording="Hùng cường")
    other = make_resolution("52-nq-tw")
    make_target(other, "52-01", wording="Của nghị quyết khác")

    page = page_of(client, PAGE)
    targets = section_of(page, "targets")

    assert re.findall(r"<h3>(.*?)</h3>", targets) == ["Đến năm 2025", "Đến năm 2030"]
    assert re.findall(r'<tr id="([^"]+)"', targets) == ["23-10", "23-09"]
    assert "Hùng cường" not in targets
    assert "Tầm nhìn Hùng cường 23-45 · 2045" in text_of(page)
    assert "Của nghị quyết khác" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", "trên 40% GDP Quốc gia"), ("en", "more than 40% GDP Quốc gia")],
)
def test_target_row_says_the_operator_in_words(client, resolution, language, words):
    make_target(resolution, "23-01", unit="% GDP", scope="quốc gia")

    rows = rows_of(section_of(page_of(client, PAGE, language), "targets"))

    assert rows[1] == f"23-01 Chỉ tiêu 23-01 {words}"


def test_missing_parts_are_said_to_be_missing(client):
    make_resolution(objective="")

    text = text_of(page_of(client, PAGE))

    assert "Mục tiêu Chưa xác định Tầm nhìn Chưa xác định" in text
    assert "Chưa nhập chỉ tiêu nào" in text
    assert "Chưa có chỉ số nào" in text
    assert "Chưa có tỷ lệ hoàn thành" in text


def test_implementing_documents_are_listed_and_news_are_not(client, resolution):
    then = make_organisation("Tỉnh ủy Quảng Nam")
    make_succession(then, make_organisation("Thành ủy Đà Nẵng"))
    plan = make_document(resolutions=[resolution], number="16-CTr/TU", issuer=then)
    make_document(resolutions=[resolution], kind=DocumentKind.NEWS, title="Bản tin")
    make_document(title="Không liên quan")

    page = page_of(client, PAGE)

    assert f'href="/documents/{plan.pk}/"' in page
    assert "16-CTr/TU" in page
    assert "Tỉnh ủy Quảng Nam (nay là Thành ủy Đà Nẵng)" in page
    assert "Bản tin" not in page
    assert "Không liên quan" not in page


def test_at_most_ten_of_each_kind_are_shown_and_all_are_counted(client, resolution):
    for _number in range(12):
        make_recommendation([resolution])
    make_recommendation([resolution], kind=RecommendationKind.REQUEST)
    make_recommendation()

    excerpt = section_of(page_of(client, PAGE), "recommendation-excerpt")

    assert excerpt.count("data-code=") == 11
    heads = [text_of(head) for head in re.findall(r"<h3.*?</h3>", excerpt, re.DOTALL)]
    assert heads == ["Kiến nghị xem cả 12 – Kiến nghị", "Đề nghị 1 – Đề nghị"]


# -- figures --------------------------------------------------------------------------


def test_every_figure_has_its_source_its_day_and_its_doubts(client, resolution):
    report = make_document(title="Bản tin về buổi làm việc")
    passage = quote(report, locator="dòng 48")
    indicator = make_indicator([resolution], unit="khu", passage=passage)
    make_figure(indicator, report, numerator=11, denominator=14)
    make_figure(
        indicator,
        value=18,
        source="Báo Tin tức",
        source_date=date(2024, 6, 26),
        as_of=date(2024, 5, 31),
    )
    make_flag(report, [indicator], source_id="AN-7", problem="Hai nguồn trái nhau")

    page = page_of(client, PAGE)
    first, second = rows_of(section_of(page, "indicator-table"))[1:]

    assert "11 trên 14 khu Chưa xác định Bản tin về buổi làm việc dòng 48" in first
    assert first.endswith("Hai nguồn trái nhau")
    assert "AN-7" not in first
    assert second == "18 khu 31/05/2024 Báo Tin tức 26/06/2024"
    assert f'href="/documents/{report.pk}/#{passage.slug}"' in page
    assert f'href="/documents/{report.pk}/#AN-7"' in page


def test_figures_of_the_report_are_complete(client, seeded):
    page = page_of(client, "/resolutions/52-nq-tw/")
    rows = rows_of(section_of(page, "indicator-table"))

    share = next(row for row in rows if "GRDP" in row)
    assert "8,76% Chưa xác định năm 2023 Tin về buổi làm việc" in share
    industry = text_of(page_of(client, PAGE))
    for words in (
        "81.430 tỷ đồng",
        "71,22%",
        "trên 80.500 tỷ đồng",
        "11 trên 14 khu",
        "2035",
    ):
        assert words in industry
    assert "2.035" not in industry
    english = text_of(page_of(client, PAGE, "en"))
    assert "81,430 tỷ đồng" in english
    assert "71.22%" in english
    assert "11 of 14 khu" in english


@pytest.mark.parametrize("address", [PAGE, "/resolutions/52-nq-tw/", "/provinces/48/"])
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("vi", "không dùng để chấm chỉ tiêu của cả nước: tỷ trọng trong GRDP không"),
        ("en", "never scored against targets of the country: a share of GRDP is not"),
    ],
)
def test_provincial_share_is_never_scored(client, seeded, address, language, sentence):
    """The page says so, and no row or bar of it holds a figure beside a target."""
    page = page_of(client, address, language)

    assert sentence in text_of(page)
    indicators = section_of(page, "indicator-table")
    assert not re.search(r"\b(23|52)-\d\d", text_of(indicators))
    assert not re.search(r'<(meter|progress)|class="mark"', indicators)
    if 'id="targets"' in page:
        targets = section_of(page, "targets")
        assert "IND-" not in targets
        assert "8,76" not in text_of(targets)
        assert "8.76" not in text_of(targets)


def test_locator_stands_only_beside_the_document_it_is_in(client, resolution):
    """A second document that gives the figure has no such passage."""
    report, yearbook = make_document(), make_document()
    passage = quote(report, locator="dòng 48")
    indicator = make_indicator([resolution], passage=passage)
    make_figure(indicator, report)
    make_figure(indicator, yearbook, value=15)

    page = page_of(client, PAGE)

    assert f'href="/documents/{report.pk}/#{passage.slug}"' in page
    assert f'href="/documents/{yearbook.pk}/#{passage.slug}"' not in page


def test_links_to_flags_without_a_number_lead_to_them(client, resolution):
    document = make_document()
    for _number in range(2):
        indicator = make_indicator([resolution])
        make_figure(indicator, document)
        make_flag(document, [indicator])

    links = re.findall(r'class="flag" href="([^"]+)"', page_of(client, PAGE))

    target = page_of(client, document.get_absolute_url())
    for link in links:
        anchor = link.partition("#")[2]
        assert anchor, link
        assert target.count(f'id="{anchor}"') == 1
    assert len(set(links)) == 2


# -- rights ---------------------------------------------------------------------------


def make_secrets(resolution, quang_nam):
    """Make what a reader elsewhere may not learn, each with a word of its own."""
    session = make_session("Buổi mật-một", province=quang_nam)
    report = make_document(
        [session], [resolution], number="mật-hai", title="Tài liệu mật-ba"
    )
    passage = quote(report, "câu mật-bốn", locator="dòng mật-năm")
    indicator = make_indicator([resolution], passage=passage, name="Số khu")
    make_figure(indicator, report, value=77.77, note="mật-sáu")
    make_figure(
        make_indicator([resolution], province=quang_nam), value=88.88, source="mật-bảy"
    )
    make_flag(report, [indicator], source_id="AN-99", problem="mật-tám")
    make_recommendation([resolution], wording="Việc mật-chín", province=quang_nam)


SECRETS = ("mật-", "77,77", "88,88", "AN-99")


def test_reader_elsewhere_learns_nothing(sign_in, hoa, lan, quang_nam, resolution):
    make_secrets(resolution, quang_nam)
    make_recommendation(
        [resolution], wording="Việc của Hà Nội", addressee=hoa.organisation
    )

    open_ = page_of(sign_in(lan), PAGE)
    shut = page_of(sign_in(hoa), PAGE)

    assert [word for word in SECRETS if word not in open_] == []
    assert [word for word in SECRETS if word in shut] == []
    assert "Việc của Hà Nội" in shut
    assert section_of(shut, "recommendation-excerpt").count("data-code=") == 1
    assert "Không có số liệu liên quan" in shut


def test_doubt_about_a_paper_elsewhere_is_not_told(sign_in, lan, quang_nam, resolution):
    """The figure is theirs; what somebody doubts in another paper is not."""
    indicator = make_indicator([resolution], province=quang_nam)
    make_figure(indicator, value=555)
    paper = make_document([make_session()])
    make_flag(paper, [indicator], source_id="AN-99", problem="mật-một")

    table = section_of(page_of(sign_in(lan), PAGE), "indicator-table")

    assert "555" in table
    assert "mật-" not in table
    assert "AN-99" not in table


def test_list_counts_what_the_reader_may_see(sign_in, hoa, lan, quang_nam, resolution):
    make_secrets(resolution, quang_nam)

    assert rows_of(page_of(sign_in(lan), "/resolutions/"))[1].endswith("0 1 0 0 –")
    assert rows_of(page_of(sign_in(hoa), "/resolutions/"))[1].endswith("0 0 – 0 0 –")


def test_ministry_that_leads_sees_its_row_and_no_figure(sign_in, seeded):
    ministry = Organisation.objects.get(name="Bộ Công Thương")
    Recommendation.objects.filter(code_number=1).update(lead=ministry)

    page = page_of(sign_in(make_user("boct", ministry)), PAGE)

    table = section_of(page, "indicator-table")
    assert re.findall(r'data-code="([^"]+)"', page) == ["QNA-24-01"]
    assert not re.search(r"/documents/\d", page)
    assert not re.search(r"\bAN-\d", table), "a note tells of flags one may not see"
    assert "18 khu" not in table, "a note tells a figure one may not see"
    assert "248" not in table, "a scope tells a figure one may not see"


# -- cost -----------------------------------------------------------------------------


def fill(resolution, number, place):
    """Add one of everything a resolution shows, with names that need looking up."""
    then, lead = make_organisation(), make_organisation()
    make_succession(then, make_organisation())
    make_succession(lead, make_organisation())
    session = make_session(province=place)
    document = make_document([session], [resolution], issuer=then, province=place)
    indicator = make_indicator([resolution], passage=quote(document), province=place)
    make_figure(indicator, document)
    make_figure(indicator, value=number)
    make_flag(document, [indicator])
    make_target(resolution, f"23-{number}")
    make_target(resolution, f"23-{number}v", operator="vision")
    for kind in RecommendationKind:
        make_recommendation([resolution], kind=kind, lead=lead, province=place)


@pytest.mark.parametrize("reader", ["ha", "lan"])
def test_page_costs_the_same_with_three_of_everything(
    reader, request, sign_in, quang_nam
):
    client = sign_in(request.getfixturevalue(reader))
    resolution = make_resolution()
    fill(resolution, 1, quang_nam)
    with_one = queries_of(client, PAGE), queries_of(client, "/resolutions/")

    fill(resolution, 2, quang_nam)
    fill(resolution, 3, quang_nam)
    make_recommendation([resolution, make_resolution("52-nq-tw")], province=quang_nam)

    assert (queries_of(client, PAGE), queries_of(client, "/resolutions/")) == with_one
    assert with_one[0] <= 16
    assert with_one[1] <= 7
