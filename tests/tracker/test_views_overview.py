"""The overview: what a person sees at one glance, as of a day."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.factories import (
    RAISED_ON,
    make_answer,
    make_deadline,
    make_difficulty,
    make_organisation,
    make_province,
    make_recommendation,
    make_resolution,
    make_succession,
    make_update,
)
from tests.markup import Markup
from tests.numbers import faults_of_numbers, numbers_of
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
    make_flag,
    make_indicator,
)
from tracker.choices import Progress
from tracker.reports.tallies import MEASURES

PAGE = "/overview/"
TILE = re.compile(r'<a class="shade-\d" href="[^"]+" lang="vi" aria-label="([^"]+)"')


def days(number):
    return timezone.localdate() + timedelta(days=number)


def made_of_everything(ha, province, **fields):
    """Make rows such that every measure has a number of its own."""
    put = {"province": province} | fields

    def make(times, *acts, **more):
        for _number in range(times):
            one = make_recommendation(**put | more)
            for act in acts:
                act(one)

    def report(progress):
        return lambda one: make_update(one, progress, by=ha)

    def due(number):
        return lambda one: make_deadline(one, days(number), by=ha)

    make(1, report(Progress.COMPLETED), due(1))
    make(2, due(-1), kind="instruction")
    make(3, due(2), lambda one: make_answer(one, by=ha))
    make(2, report(Progress.IN_PROGRESS), lambda one: make_difficulty(one, by=ha))
    make(1, report(Progress.SUSPENDED), lead=ha.organisation)


@pytest.fixture
def client(sign_in, ha):
    return sign_in(ha)


# -- the count ------------------------------------------------------------------------


def test_every_number_leads_to_its_rows(client, ha, quang_nam):
    first, second = make_resolution("23-nq-tw"), make_resolution("52-nq-tw")
    made_of_everything(ha, quang_nam, resolutions=[first])
    made_of_everything(ha, None, resolutions=[first, second])

    for query in ("", "resolution=52-nq-tw", "province=49", f"as_of={days(-1)}"):
        page = page_of(client, f"{PAGE}?{query}")
        assert list(faults_of_numbers(page, ha)) == []
        assert len(numbers_of(page)) > 25


@pytest.mark.parametrize("key", MEASURES)
def test_map_shows_the_number_of_each_measure(client, ha, quang_nam, key):
    made_of_everything(ha, quang_nam)
    with time_machine.travel(timezone.now() - timedelta(days=100)):
        make_update(make_recommendation(province=quang_nam), by=ha)

    page = page_of(client, f"{PAGE}?count={key}")

    (name,) = TILE.findall(page)
    assert re.fullmatch(r"Quảng Nam: [1-9]\d*", name)
    assert list(faults_of_numbers(page, ha)) == []
    assert f'<option value="{key}" selected>' in page


def test_count_has_its_rate_with_what_was_left_out(client, ha, quang_nam):
    made_of_everything(ha, quang_nam)

    text = text_of(section_of(page_of(client, PAGE), "progress-count"))

    assert "9 kiến nghị 1 Hoàn thành 2 Đang thực hiện 1 Tạm dừng" in text
    assert "33,3% = 1 trên 3" in text
    assert "Không tính vào tỷ lệ: 6" in text


def test_everything_is_as_of_the_day(client, ha, quang_nam):
    resolution = make_resolution()
    one = make_recommendation([resolution], province=quang_nam, lead=ha.organisation)
    make_deadline(one, RAISED_ON + timedelta(days=5), by=ha)
    make_update(one, Progress.COMPLETED, by=ha, effective_on=date(2025, 3, 1))

    before = page_of(client, f"{PAGE}?as_of=28/02/2025")
    after = page_of(client, f"{PAGE}?as_of=2025-03-01")
    never = page_of(client, f"{PAGE}?as_of=2024-06-25")

    assert "Số liệu tính đến ngày 28/02/2025" in text_of(before)
    assert rows_of(section_of(before, "overview-resolutions"))[1].endswith("0 / 1 1 –")
    assert "Quá hạn 242 ngày" in text_of(section_of(before, "overview-attention"))
    assert "1 / 1 0" in rows_of(section_of(after, "overview-resolutions"))[1]
    assert "Không có nội dung nào quá hạn" in after
    assert "Không có kiến nghị nào." in never
    assert 'value="28/02/2025"' in before


def test_by_resolution_each_counts_its_own(client):
    first, second = make_resolution("23-nq-tw"), make_resolution("52-nq-tw")
    make_recommendation([first, second])
    make_recommendation([first])

    whole = rows_of(section_of(page_of(client, PAGE), "overview-resolutions"))
    one = section_of(page_of(client, f"{PAGE}?resolution=52-nq-tw"), "progress-count")

    assert ["0 / 2 0 –" in whole[1], "0 / 1 0 –" in whole[2]] == [True, True]
    assert "1 kiến nghị" in text_of(one)


# -- what needs attention -------------------------------------------------------------


def test_most_overdue_stand_first_and_at_most_twelve(client, ha):
    lead = ha.organisation
    for number in range(10):
        make_deadline(make_recommendation(lead=lead), days(-number - 1), by=ha)
    for number in range(5):
        make_deadline(make_recommendation(), days(number), by=ha)
    make_deadline(make_recommendation(), days(30), by=ha)

    section = section_of(page_of(client, PAGE), "overview-attention")
    rows = rows_of(section)[1:]

    assert len(rows) == 12
    assert "Quá hạn 10 ngày" in rows[0]
    assert "Quá hạn 1 ngày" in rows[9]
    assert "đến hạn hôm nay" in rows[10].lower()
    assert str(lead) in rows[0]
    assert "Chưa xác định" in rows[11]
    assert "Toàn bộ nội dung quá hạn hoặc sắp đến hạn: 15" in section


def test_gaps_are_counted(client, ha):
    make_recommendation(lead=ha.organisation)
    make_deadline(make_recommendation(), days(30), by=ha)
    make_recommendation()

    gaps = text_of(section_of(page_of(client, PAGE), "overview-gaps"))

    assert gaps.endswith("2 Chưa có cơ quan chủ trì 2 Chưa có thời hạn")


def test_silence_names_who_has_something_to_report(client, quang_nam):
    make_province("Bình Định")
    make_recommendation(province=quang_nam)

    text = text_of(section_of(page_of(client, PAGE), "overview-silence"))

    assert "2 trên 2 địa phương chưa có báo cáo trong quý" in text
    assert "1 địa phương còn nội dung phải báo cáo Quảng Nam Quảng Nam," in text
    assert "chưa kết thúc: 1" in text
    assert "1 địa phương không có nội dung phải báo cáo Bình Định" in text


# -- figures --------------------------------------------------------------------------


def test_share_is_drawn_beside_its_own_whole(client, quang_nam):
    resolution, report = make_resolution(), make_document(title="Bản tin")
    ratio = make_indicator([resolution], name="Khu có dự án", unit="khu")
    make_figure(ratio, report, numerator=11, denominator=14)
    share = make_indicator([resolution], name="Tỷ trọng", unit="%", province=quang_nam)
    make_figure(share, report, value=8.76, period="năm 2023")
    make_flag(report, [share], problem="Hai nguồn trái nhau")
    make_figure(make_indicator([resolution], name="Số khu", unit="khu"), value=18)
    make_figure(make_indicator([resolution], name="Tăng", unit="%/năm"), value=8)

    section = section_of(page_of(client, PAGE), "overview-figures")
    lines = [text_of(one) for one in re.findall(r"<li>.*?</li>", section, re.DOTALL)]

    assert lines[0].startswith("Khu có dự án 11 trên 14 khu Chưa xác định")
    assert lines[1].startswith("Tỷ trọng 8,76% năm 2023 ·")
    assert lines[1].endswith("Có cảnh báo về số liệu này: Tỷ trọng")
    assert len(lines) == 2
    assert re.findall(r'in_progress" width="([\d.]+)"', section) == ["78.57", "8.76"]
    address = f"/resolutions/23-nq-tw/#indicator-{share.pk}"
    assert f'href="{address}"' in section
    assert f'id="indicator-{share.pk}"' in page_of(client, "/resolutions/23-nq-tw/")
    assert "không dùng để chấm chỉ tiêu của cả nước" in section


def test_figure_of_a_later_day_is_not_told(client):
    indicator = make_indicator(name="Tỷ trọng", unit="%")
    make_figure(indicator, value=5, as_of=date(2026, 3, 1))

    assert "Tỷ trọng" in section_of(page_of(client, PAGE), "overview-figures")
    earlier = page_of(client, f"{PAGE}?as_of=2026-02-28")
    assert "Tỷ trọng" not in section_of(earlier, "overview-figures")


# -- rights ---------------------------------------------------------------------------


def test_reader_elsewhere_learns_nothing(sign_in, ha, hoa, lan, quang_nam):
    made_of_everything(ha, quang_nam, wording="Việc tuyệt mật")
    indicator = make_indicator(name="Tỷ trọng", unit="%", province=quang_nam)
    make_figure(indicator, value=77, source="Nguồn tuyệt mật")

    open_ = page_of(sign_in(lan), PAGE)
    shut = page_of(sign_in(hoa), PAGE)

    assert "Việc tuyệt mật" in open_
    assert "Nguồn tuyệt mật" in open_
    assert "tuyệt mật" not in shut
    assert {number for _address, number in numbers_of(shut)} == {0}
    assert "Chưa có kiến nghị của địa phương nào" in shut


def test_reporter_finds_it_after_own_work(sign_in, lan, ha):
    own = Markup(page_of(sign_in(lan), PAGE)).all("nav")[0].text
    others = Markup(page_of(sign_in(ha), PAGE)).all("nav")[0].text

    assert own.startswith("Việc của tôi Tổng quan Nghị quyết")
    assert others.startswith("Tổng quan Nghị quyết")


# -- the address ----------------------------------------------------------------------


def test_what_is_not_understood_is_named_and_ignored(client, quang_nam):
    make_recommendation(province=quang_nam)

    page = page_of(client, f"{PAGE}?count=x&colour=red&province=99&progress=completed")

    alert = re.search(r'<p class="notice warning".*?</p>', page, re.DOTALL).group()
    for wrong in ("count=x", "colour=red", "province=99", "progress=completed"):
        assert wrong in alert
    assert "1 kiến nghị" in text_of(page)


@pytest.mark.parametrize("typed", ["31/02/2026", "khong", "2099-01-01", "%00", "2025"])
def test_wrong_day_is_said_beside_the_field_and_stays_typed(client, typed):
    page = page_of(client, f"{PAGE}?as_of={typed}")

    assert 'aria-describedby="as_of_error"' in page
    assert "số liệu dưới đây tính đến hôm nay" in page
    assert 'role="alert"' not in page


@pytest.mark.parametrize("query", ["", "?as_of=&province=&resolution=&count=total"])
def test_empty_or_known_values_are_no_mistake(client, query):
    page = page_of(client, f"{PAGE}{query}")

    assert 'role="alert"' not in page
    assert 'class="error"' not in page


def test_report_leads_to_the_same_rows(client, quang_nam):
    page = page_of(client, f"{PAGE}?province=49&as_of=2025-06-30&count=stale")

    links = [one for one in Markup(page).all("a") if one.text == "Báo cáo chính thức"]
    assert [one["href"] for one in links] == ["/reports/?province=49&as_of=2025-06-30"]


def test_htmx_gets_the_part_that_the_page_holds(client, quang_nam):
    make_recommendation(province=quang_nam)

    part = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()

    assert part.startswith('<div id="overview-content"')
    assert part.strip() in page_of(client, PAGE)


def test_page_only_reads(client):
    assert client.post(PAGE).status_code == 405


# -- cost -----------------------------------------------------------------------------


def fill(ha, province, number):
    for place in (province, make_province(f"Tỉnh số {number}", successor=None)):
        resolution = make_resolution(f"{number}{place.pk}-nq-tw")
        lead = make_organisation(valid_to=date(2025, 6, 30))
        make_succession(lead, make_organisation())
        late = make_recommendation([resolution], province=place, lead=lead)
        make_deadline(late, RAISED_ON, by=ha)
        make_update(late, by=ha)
        indicator = make_indicator([resolution], unit="%", province=place)
        make_figure(indicator, make_document([], [resolution]), value=5)


@pytest.mark.parametrize("reader", ["ha", "lan"])
@pytest.mark.parametrize("query", ["", "?as_of=2025-12-31&count=stale&province=49"])
def test_page_costs_the_same_with_many_rows(
    reader, query, request, sign_in, ha, quang_nam
):
    client = sign_in(request.getfixturevalue(reader))
    fill(ha, quang_nam, 1)
    with_few = queries_of(client, f"{PAGE}{query}")

    fill(ha, quang_nam, 2)
    fill(ha, quang_nam, 3)

    assert queries_of(client, f"{PAGE}{query}") == with_few <= 12
