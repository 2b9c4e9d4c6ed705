"""Pages of indicators: figures by day, who contradicts whom, and what was corrected."""

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.factories import make_resolution
from tests.tracker.test_views_resolutions import (
    make_target,
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
    make_session,
    quote,
)
from tracker.models import Indicator, Observation, Target

DAYS = [date(2022, 12, 31), date(2023, 12, 31), date(2024, 12, 31)]
NATIONAL = {"scope": "quốc gia", "unit": "% GDP"}


@pytest.fixture
def indicator(quang_nam):
    return make_indicator(
        [make_resolution()], name="Tỷ lệ lấp đầy", unit="%", province=quang_nam
    )


@pytest.fixture
def client(sign_in, ha):
    return sign_in(ha)


def send(client, address, **typed):
    form = {"form_key": str(uuid4()), "version": 1, **typed}
    client.cookies["django_language"] = typed.pop("language", "vi")
    return client.post(address, form)


def enter(client, indicator, **typed):
    typed = {"source": "Niên giám thống kê"} | typed
    return send(client, f"{indicator.get_absolute_url()}observations/new/", **typed)


def correct(client, one, **typed):
    page = f"{one.indicator.get_absolute_url()}observations/{one.pk}/edit/"
    return send(client, page, **({"source": one.source} | typed))


def errors_of(answer):
    assert answer.status_code == 422
    return set(answer.context["form"].errors)


# -- what stands on the page ----------------------------------------------------------


def test_figures_stand_newest_first_and_those_without_a_day_last(client, indicator):
    make_figure(indicator, value=1, period="đầu năm", source="Danh bạ")
    for day in (DAYS[1], DAYS[2], DAYS[0]):
        make_figure(indicator, value=day.year - 2000, as_of=day, source="Niên giám")

    page = page_of(client, indicator.get_absolute_url())

    assert [row[:15] for row in rows_of(section_of(page, "observations"))[1:]] == [
        "31/12/2024 24% ",
        "31/12/2023 23% ",
        "31/12/2022 22% ",
        "Chưa xác định đ",
    ]


def test_a_course_is_drawn_where_figures_name_their_days(client, indicator):
    for day in DAYS:
        make_figure(indicator, value=day.year - 2000, as_of=day)

    course = section_of(page_of(client, indicator.get_absolute_url()), "course")

    assert course.count("<circle") == 3
    assert "31/12/2022: 22; 31/12/2023: 23; 31/12/2024: 24" in course
    assert re.search(r'<title id="[^"]+" lang="vi">Tỷ lệ lấp đầy \(%\)</title>', course)
    assert not re.search(r'="[^"]*\d,\d', course), "a browser reads 1,5 as two numbers"


def test_without_days_nothing_is_drawn_and_the_page_says_why(client, indicator):
    make_figure(indicator)
    make_figure(indicator, as_of=DAYS[0])

    course = section_of(page_of(client, indicator.get_absolute_url()), "course")

    assert "<svg" not in course
    assert "ít hơn hai số liệu ghi ngày" in course


def test_sources_that_differ_stand_side_by_side_with_their_flags(client, indicator):
    report = make_document(title="Bản tin")
    make_figure(indicator, report, value=14, as_of=DAYS[0])
    make_figure(indicator, value=18, as_of=DAYS[0], source="Báo Tin tức")
    make_figure(indicator, value=20, as_of=DAYS[1], source="Báo Tin tức")
    make_flag(report, [indicator], source_id="AN-7", problem="Trái nguồn khác")

    page = page_of(client, indicator.get_absolute_url())
    [differ] = re.findall(r'<section class="contradiction".*?</section>', page, re.S)
    first, second = differ.split('<div class="card">')[1:]

    assert "31/12/2022" in differ
    assert text_of(first) == "14% Bản tin Trái nguồn khác"
    assert text_of(second) == "18% Báo Tin tức"


def test_sources_that_agree_are_no_contradiction(client, indicator):
    for source in ("Niên giám", "Báo Tin tức"):
        make_figure(indicator, value=14, as_of=DAYS[0], source=source)

    assert "contradiction" not in page_of(client, indicator.get_absolute_url())


# -- targets --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "measured", "fits"),
    [
        (NATIONAL, NATIONAL, True),
        (NATIONAL, {"scope": "Quốc gia ", "unit": "%  GDP"}, True),
        (NATIONAL, {"scope": "tỉnh Quảng Nam", "unit": "% GDP"}, False),
        (NATIONAL, {"scope": "quốc gia", "unit": "% GRDP"}, False),
        (NATIONAL, {"scope": "quốc gia", "unit": "%"}, False),
        ({"scope": "", "unit": ""}, {"scope": "", "unit": ""}, False),
        ({"scope": "quốc gia", "unit": ""}, {"scope": "quốc gia", "unit": ""}, False),
    ],
)
def test_a_target_fits_only_the_same_scope_and_unit(target, measured, fits):
    assert Target(**target).fits(Indicator(**measured)) is fits


@pytest.mark.parametrize("scope", ["quốc gia", "ASEAN", "thế giới"])
def test_a_figure_of_a_province_fits_no_target_beyond_it(quang_nam, scope):
    both = {"scope": scope, "unit": "%"}

    assert Target(**both).fits(Indicator(**both))
    assert not Target(**both).fits(Indicator(**both, province=quang_nam))


def test_a_figure_of_a_province_fits_a_target_for_it(quang_nam):
    both = {"scope": "tỉnh Quảng Nam", "unit": "%"}

    assert Target(**both).fits(Indicator(**both, province=quang_nam))


def test_a_target_that_fits_stands_beside_the_figures(client):
    resolution = make_resolution()
    measured = make_indicator([resolution], **NATIONAL)
    make_target(resolution, "23-01", **NATIONAL, indicator=measured)
    make_target(resolution, "23-02", **NATIONAL)
    make_figure(measured, value=33)

    own = page_of(client, measured.get_absolute_url())
    table = section_of(
        page_of(client, resolution.get_absolute_url()), "indicator-table"
    )

    for html in (section_of(own, "targets"), table):
        assert "Chỉ tiêu 23-01, đến 2030: trên 40% GDP" in text_of(html)
        assert "23-02" not in html
    assert table.count('class="mark"') == 1
    assert "không dùng để chấm" not in own


def test_a_target_of_another_scope_stands_beside_no_figure(client, indicator):
    """Also where somebody tied them together, and changed one of them later."""
    make_target(indicator.resolutions.get(), "23-01", **NATIONAL, indicator=indicator)
    make_figure(indicator, value=33)

    page = page_of(client, indicator.get_absolute_url())

    assert "23-01" not in page
    assert 'class="mark"' not in page
    assert 'id="targets"' not in page
    assert "không dùng để chấm chỉ tiêu của cả nước" not in page


def test_beside_a_target_of_a_province_the_page_says_what_is_never_scored(
    client, indicator, quang_nam
):
    both = {"scope": "tỉnh Quảng Nam", "unit": "%"}
    for name, value in both.items():
        setattr(indicator, name, value)
    indicator.save()
    make_target(indicator.resolutions.get(), "23-01", **both, indicator=indicator)
    make_figure(indicator, value=33)

    beside = section_of(page_of(client, indicator.get_absolute_url()), "targets")

    assert "23-01" in beside
    assert "không dùng để chấm chỉ tiêu của cả nước" in beside


# -- entering -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "typed", "kept"),
    [
        ("vi", "3.676", (3676, None, None)),
        ("en", "3,676", (3676, None, None)),
        ("vi", "11/14", (None, 11, 14)),
    ],
)
def test_a_figure_is_kept_as_it_was_meant(client, indicator, language, typed, kept):
    indicator.unit = "khu"
    indicator.save()

    answer = enter(client, indicator, amount=typed, language=language)

    one = Observation.objects.get()
    assert answer["Location"] == one.get_absolute_url()
    assert (one.value, one.numerator, one.denominator) == kept
    assert one.as_of is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("8.76", "dấu chấm ngăn hàng nghìn, dấu phẩy ngăn phần thập phân"),
        ("71,22%", "Chỉ ghi số, không ghi đơn vị."),
        ("nhiều", "không phải là số. Ghi số như 81.430 hoặc 71,22"),
        ("15/14", "Tử số không thể lớn hơn mẫu số."),
        ("15/0", "Mẫu số của tỷ số không thể bằng 0."),
        ("-1/14", "Số lượng không thể là số âm."),
        ("1/9999999999", "Số lượng tối đa là 2.147.483.647."),
        ("11/14/2024", "Cả hai phần của tỷ số đều là số nguyên, như 11 trên 14."),
        ("9" * 30, "Phần nguyên có tối đa 15 chữ số."),
        ("0,12345", "Phần thập phân có tối đa 3 chữ số, cần làm tròn số liệu."),
        (f"0,{'0' * 50}1", "Phần thập phân có tối đa 3 chữ số"),
    ],
)
def test_each_mistake_in_a_figure_has_its_own_words(client, indicator, typed, said):
    answer = enter(client, indicator, amount=typed)

    assert errors_of(answer) == {"amount"}
    page = answer.content.decode()
    assert f'value="{typed}"' in page
    [message] = answer.context["form"].errors["amount"]
    assert said in message
    assert not Observation.objects.exists()


@pytest.mark.parametrize("typed", ["123456789012345", "-0,125", "8,7600"])
def test_what_the_column_holds_is_kept_whole(client, indicator, typed):
    answer = enter(client, indicator, amount=typed, is_as_printed="on")

    assert answer.status_code == 302
    value = Decimal(typed.replace(",", "."))
    assert Observation.objects.get().value == value


UNUSUAL = {"-3": "Số liệu này là số âm.", "120": "Số liệu này vượt 100%."}


@pytest.mark.parametrize(
    ("unit", "typed", "is_asked"),
    [
        ("%", "-3", True),
        ("% GDP", "-3", True),
        ("khu", "-3", True),
        ("%/năm", "-3", False),
        ("%", "120", True),
        ("% GDP", "120", True),
        ("%/năm", "120", False),
        ("khu", "120", False),
        ("%", "100", False),
        ("%", "0", False),
    ],
)
def test_an_unusual_figure_is_asked_about_and_kept_when_the_source_says_so(
    client, indicator, unit, typed, is_asked
):
    indicator.unit = unit
    indicator.save()

    first = enter(client, indicator, amount=typed)

    if not is_asked:
        assert first.status_code == 302
        return
    assert errors_of(first) == {"is_as_printed"}
    assert UNUSUAL[typed] in first.content.decode()
    assert enter(client, indicator, amount=typed, is_as_printed="on").status_code == 302
    assert Observation.objects.get().value == int(typed)


def test_nobody_is_asked_before_or_twice(client, indicator):
    one = make_figure(indicator, value=120, source="Niên giám")
    edit = f"{indicator.get_absolute_url()}observations/{one.pk}/edit/"

    assert "is_as_printed" not in page_of(client, edit)
    assert correct(client, one, amount="120", note="theo niên giám").status_code == 302
    wrong = correct(client, one, amount="12", source="", version=2)
    assert "is_as_printed" not in wrong.content.decode()


def test_a_figure_has_one_source(client, indicator):
    document = make_document()

    neither = enter(client, indicator, amount="1", source="")
    both = enter(client, indicator, amount="1", document=document.pk)
    loose = {"source": "", "source_date": "01/01/2024", "document": document.pk}

    assert errors_of(neither) == errors_of(both) == {"source"}
    assert errors_of(enter(client, indicator, amount="1", **loose)) == {"source_date"}
    assert not Observation.objects.exists()


def test_no_figure_holds_for_a_day_to_come(client, indicator):
    tomorrow = timezone.localdate() + timedelta(days=1)

    answer = enter(client, indicator, amount="1", as_of=f"{tomorrow:%d/%m/%Y}")

    assert errors_of(answer) == {"as_of"}


def test_a_source_says_one_figure_for_a_day(client, indicator):
    days = ("31/12/2022", "31/12/2023", "")
    for day in days:
        assert enter(client, indicator, amount="1", as_of=day).status_code == 302

    for day in days:
        assert errors_of(enter(client, indicator, amount="2", as_of=day)) == {"as_of"}
    for other in ({"label": "Nhà nước"}, {"period": "quý IV"}, {"source": "Báo"}):
        answer = enter(client, indicator, amount="2", as_of=days[0], **other)
        assert answer.status_code == 302


# -- correcting -----------------------------------------------------------------------


def test_a_correction_is_told_with_who_and_when_and_what_stood_before(
    client, indicator, ha
):
    paper = make_document(title="Niên giám 2024")
    one = make_figure(indicator, value=57.2, source="Niên giám")
    given = {"amount": "75,2", "source": "", "document": paper.pk, "note": "gõ nhầm"}

    answer = correct(client, one, **given, as_of="31/12/2024", qualifier="about")

    assert answer.status_code == 302
    page = page_of(client, indicator.get_absolute_url())
    [row] = rows_of(section_of(page, "edits"))[1:]
    assert f"{timezone.localdate():%d/%m/%Y} {ha.full_name} khoảng 75,2%" in row
    for change in (
        "Số liệu: 57,2% → khoảng 75,2%",
        "Văn bản: – → Niên giám 2024",
        "Số liệu tính đến ngày: – → 31/12/2024",
        "Nguồn khác: Niên giám → –",
        "Ghi chú: – → gõ nhầm",
    ):
        assert change in row
    assert "Thời kỳ" not in row


def test_what_came_with_the_report_was_entered_by_nobody(client, indicator):
    make_figure(indicator)
    assert "edits" not in page_of(client, indicator.get_absolute_url())

    enter(client, indicator, amount="1")

    page = page_of(client, indicator.get_absolute_url())
    assert len(rows_of(section_of(page, "edits"))) == 2


def test_a_figure_of_another_indicator_is_not_at_this_address(client, indicator):
    one = make_figure(make_indicator())
    address = f"{indicator.get_absolute_url()}observations/{one.pk}/edit/"

    assert client.get(address).status_code == 404


# -- rights ---------------------------------------------------------------------------


def test_reader_elsewhere_learns_nothing(sign_in, ha, lan, hoa, quang_nam):
    report = make_document([make_session(province=quang_nam)], title="mật-một")
    passage = quote(report, "câu mật-hai")
    one = make_indicator(
        province=quang_nam, passage=passage, scope="mật-ba", note="mật-bốn"
    )
    make_figure(one, report, value=77.77, note="mật-năm")
    make_flag(report, [one], problem="mật-sáu")
    other = make_figure(one, value=88.88, source="mật-bảy", as_of=DAYS[0])
    correct(sign_in(ha), other, amount="99,99", note="mật-tám")
    words = ("mật-", "77,77", "88,88", "99,99")

    open_ = page_of(sign_in(lan), one.get_absolute_url())
    shut = page_of(sign_in(hoa), one.get_absolute_url())

    assert [word for word in words if word not in open_] == []
    assert [word for word in words if word in shut] == []
    assert "Không có số liệu liên quan" in shut
    edit = f"{one.get_absolute_url()}observations/{other.pk}/edit/"
    assert sign_in(hoa).get(edit).status_code == 404
    assert sign_in(lan).get(edit).status_code == 403


def test_what_a_figure_said_under_a_source_elsewhere_is_not_told(
    sign_in, ha, lan, quang_nam
):
    secret = make_document([make_session()], title="mật-một")
    indicator = make_indicator(province=quang_nam)
    one = make_figure(indicator, secret, value=77.77)
    correct(sign_in(ha), one, amount="5", source="Niên giám")

    page = page_of(sign_in(lan), indicator.get_absolute_url())

    assert "Niên giám" in page
    assert "77,77" not in page
    assert "mật-" not in page
    assert "mật-một" in page_of(sign_in(ha), indicator.get_absolute_url())


@pytest.mark.parametrize("number", [0, 999, "9" * 25])
def test_unknown_indicator_is_not_found(client, indicator, number):
    for act in ("", "observations/new/", "observations/1/edit/"):
        assert client.get(f"/indicators/{number}/{act}").status_code == 404


def test_the_page_only_reads(client, indicator):
    assert client.post(indicator.get_absolute_url()).status_code == 405


# -- cost -----------------------------------------------------------------------------


def fill(indicator, number, place, ha):
    document = make_document([make_session(province=place)], province=place)
    one = make_figure(indicator, document, as_of=date(2000 + number, 1, 1))
    one.value = number
    one._history_user = ha
    one.save()
    make_figure(indicator, value=number)
    make_flag(document, [indicator])
    resolution = make_resolution(f"{number}-nq-tw")
    indicator.resolutions.add(resolution)
    make_target(resolution, f"{number}-1", indicator=indicator)


@pytest.mark.parametrize("who", ["ha", "lan"])
def test_page_costs_the_same_with_three_of_everything(
    who, request, sign_in, indicator, ha, quang_nam
):
    reader = sign_in(request.getfixturevalue(who))
    indicator.passage = quote(make_document())
    indicator.save()
    fill(indicator, 1, quang_nam, ha)
    with_one = queries_of(reader, indicator.get_absolute_url())

    fill(indicator, 2, quang_nam, ha)
    fill(indicator, 3, quang_nam, ha)

    assert queries_of(reader, indicator.get_absolute_url()) == with_one
    assert with_one <= 12
