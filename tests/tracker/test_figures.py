"""Figures in words, in both languages, and the bar that draws a count to scale."""

import re
from collections import Counter
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.translation import override

from tracker.models import Observation, Target
from tracker.reports.counting import ProgressCount
from tracker.reports.figures import figure, target_words, write_number

TAG = re.compile(r"<[^>]+>")


def plain(html):
    """Give what a person reads, without the marks of language."""
    return TAG.sub("", html)


def in_both(write):
    said = []
    for language in ("vi", "en"):
        with override(language):
            said.append(plain(str(write())))
    return tuple(said)


# -- numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("81430.000", "81.430", "81,430"),
        ("71.220", "71,22", "71.22"),
        ("3676.000", "3.676", "3,676"),
        ("8.500", "8,5", "8.5"),
        ("100.000", "100", "100"),
        ("0.000", "0", "0"),
        ("0.125", "0,125", "0.125"),
        ("-1234.500", "-1.234,5", "-1,234.5"),
        ("123456789012345.678", "123.456.789.012.345,678", "123,456,789,012,345.678"),
    ],
)
def test_numbers_follow_the_language(value, vi, en):
    assert in_both(lambda: write_number(Decimal(value))) == (vi, en)


def test_year_is_never_grouped():
    assert in_both(lambda: write_number(Decimal("2035.000"), "năm")) == ("2035", "2035")


# -- targets --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "value", "unit", "scope", "vi", "en"),
    [
        ("gt", "40", "% GDP", "quốc gia", "trên 40% GDP", "more than 40% GDP"),
        ("gt", "8.500", "%/năm", "quốc gia", "trên 8,5%/năm", "more than 8.5%/năm"),
        ("ge", "45.000", "%", "quốc gia", "tối thiểu 45%", "at least 45%"),
        ("ge", "3", "đô thị", "", "tối thiểu 3 đô thị", "at least 3 đô thị"),
        ("approx", "30", "% GDP", "", "khoảng 30% GDP", "about 30% GDP"),
        ("eq", "7.500", "%/năm", "", "bằng 7,5%/năm", "equal to 7.5%/năm"),
        ("eq", "100", "% xã", "", "bằng 100% xã", "equal to 100% xã"),
        (
            "rank",
            "3.000",
            "",
            "ASEAN",
            "thuộc nhóm 3 nước dẫn đầu ASEAN",
            "among the 3 leading countries, ASEAN",
        ),
        ("qualitative", None, "", "quốc gia", "định tính", "qualitative"),
        ("vision", None, "", "quốc gia", "tầm nhìn", "vision"),
        ("gt", None, "%", "", "trên", "more than"),
    ],
)
def test_target_says_its_operator_in_words(operator, value, unit, scope, vi, en):
    target = Target(
        operator=operator, value=value and Decimal(value), unit=unit, scope=scope
    )

    assert in_both(lambda: target_words(target)) == (vi, en)


def test_rank_without_a_number_is_no_error():
    """An administrator may save a rank before its number is known."""
    vi, en = in_both(lambda: target_words(Target(operator="rank", scope="ASEAN")))

    assert vi.startswith("thuộc nhóm")
    assert en.startswith("among the")
    assert "None" not in vi + en


def test_database_text_in_a_target_is_marked_and_escaped():
    target = Target(operator="rank", value=3, scope="<b>ASEAN</b>")
    share = Target(operator="gt", value=3, unit="<i>%</i>")

    with override("en"):
        assert target_words(target) == (
            "among the 3 leading countries, "
            '<span lang="vi">&lt;b&gt;ASEAN&lt;/b&gt;</span>'
        )
        assert "<i>" not in target_words(share)


WANTED = """
23-01 trên 40% GDP | 23-02a khoảng 30% GDP | 23-02b trên 20% GDP
23-03 tối thiểu 45% | 23-04a trên 8,5%/năm | 23-04b trên 10%/năm | 23-05 bằng 7,5%/năm
23-06 thuộc nhóm 3 nước dẫn đầu ASEAN | 23-07 trên 70% | 23-08 định tính
23-45 tầm nhìn | 52-25-1 thuộc nhóm 3 nước dẫn đầu ASEAN | 52-25-2 định tính
52-25-3 bằng 100% xã | 52-25-4 khoảng 20% GDP | 52-25-5 trên 7%/năm | 52-25-6 định tính
52-25-7 thuộc nhóm 4 nước dẫn đầu ASEAN | 52-25-8 tối thiểu 3 đô thị
52-30-1 thuộc nhóm 40 nước dẫn đầu thế giới | 52-30-2 bằng 100% | 52-30-3 định tính
52-30-4 trên 30% GDP | 52-30-5 khoảng 7,5%/năm | 52-30-6 định tính
52-30-7 định tính | 52-45 tầm nhìn
"""


def test_every_target_of_the_two_resolutions_in_words(seeded):
    with override("vi"):
        said = {one.code: plain(target_words(one)) for one in Target.objects.all()}

    cells = [cell.strip() for cell in re.split(r"[|\n]", WANTED) if cell.strip()]
    assert said == dict(cell.split(" ", 1) for cell in cells)


# -- observations ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "unit", "vi", "en"),
    [
        ({"value": 81430}, "tỷ đồng", "81.430 tỷ đồng", "81,430 tỷ đồng"),
        ({"value": "71.22"}, "%", "71,22%", "71.22%"),
        ({"value": "8.76"}, "% GRDP", "8,76% GRDP", "8.76% GRDP"),
        (
            {"value": 80500, "qualifier": "over"},
            "tỷ đồng",
            "trên 80.500 tỷ đồng",
            "over 80,500 tỷ đồng",
        ),
        (
            {"value": "51.57", "qualifier": "about"},
            "%",
            "khoảng 51,57%",
            "about 51.57%",
        ),
        (
            {"value": 1440, "qualifier": "at_least"},
            "doanh nghiệp",
            "tối thiểu 1.440 doanh nghiệp",
            "at least 1,440 doanh nghiệp",
        ),
        ({"numerator": 11, "denominator": 14}, "khu", "11 trên 14 khu", "11 of 14 khu"),
        (
            {"numerator": 1530, "denominator": 2059},
            "",
            "1.530 trên 2.059",
            "1,530 of 2,059",
        ),
        (
            {"numerator": 53, "denominator": 59, "qualifier": "about"},
            "cụm",
            "khoảng 53 trên 59 cụm",
            "about 53 of 59 cụm",
        ),
        ({"numerator": 0, "denominator": 14}, "khu", "0 trên 14 khu", "0 of 14 khu"),
        ({"value": 2035}, "năm", "2035", "2035"),
        ({"value": 0}, "ha", "0 ha", "0 ha"),
    ],
)
def test_figure_says_what_was_observed(fields, unit, vi, en):
    fields = {
        name: Decimal(value) if name == "value" else value
        for name, value in fields.items()
    }

    assert in_both(lambda: figure(Observation(**fields), unit)) == (vi, en)


def test_unit_is_marked_as_vietnamese():
    with override("en"):
        said = figure(Observation(value=Decimal(81430)), "tỷ đồng")

    assert said == '81,430 <span lang="vi">tỷ đồng</span>'


FIGURES = {
    "IND-1": ["14 khu", "13 khu", "18 khu"],
    "IND-3": ["11 trên 14 khu"],
    "IND-5": ["81.430 tỷ đồng", "78.446 tỷ đồng"],
    "IND-6": ["53 trên 59 cụm"],
    "IND-7": ["71,22%", "khoảng 51,57%"],
    "IND-8": ["8,76%"],
    "IND-13": ["trên 1.200 ha"],
    "IND-15": ["trên 80.500 tỷ đồng", "trên 80.500 tỷ đồng"],
    "IND-17": ["2035", "2056", "2050"],
    "IND-18": ["2030"],
}


def test_figures_of_the_report_in_words(seeded):
    rows = Observation.objects.select_related("indicator").order_by("pk")
    said = {}
    with override("vi"):
        for one in rows.filter(indicator__source_id__in=FIGURES):
            words = plain(figure(one, one.indicator.unit))
            said.setdefault(one.indicator.source_id, []).append(words)

    assert said == FIGURES


# -- the bar --------------------------------------------------------------------------

BAR = Template("{% load figures %}{% progress_bar count width 8 %}")
RECTANGLE = re.compile(r'<rect class="(\w+)" x="([\d.]+)" y="0" width="([\d.]+)"')


def draw(width=120, **progress):
    count = ProgressCount(Counter(progress))
    html = BAR.render(Context({"count": count, "width": width}))
    found = RECTANGLE.findall(html)
    return html, [(name, float(x), float(wide)) for name, x, wide in found]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_bar_is_to_scale_and_full(language):
    with override(language):
        _html, drawn = draw(
            1100, not_started=4, completed=1, discontinued=1, suspended=2, in_progress=8
        )

    names = [name for name, _x, _width in drawn]
    assert names == [
        "completed",
        "in_progress",
        "suspended",
        "not_started",
        "discontinued",
    ]
    assert [width for _name, _x, width in drawn] == pytest.approx(
        [68.25, 546, 136.5, 273, 68.25]
    )
    ends = [x + width for _name, x, width in drawn]
    starts = [x for _name, x, _width in drawn]
    assert starts == pytest.approx([0, *(end + 2 for end in ends[:-1])], abs=0.02)
    assert ends[-1] == pytest.approx(1100, abs=0.02)


def test_bar_leaves_out_what_is_not_there():
    html, drawn = draw(suspended=3)

    assert drawn == [("suspended", 0, 120)]
    assert html.count("<rect") == 1


def test_bar_of_nothing_is_one_empty_ground():
    _html, drawn = draw()

    assert drawn == [("nothing", 0, 120)]


def test_bar_says_its_numbers_to_who_cannot_see_it():
    with override("en"):
        html, _drawn = draw(completed=1200, not_started=3)

    assert (
        'role="img" aria-label="Completed: 1,200, In progress: 0, Suspended: 0, '
        'Not started: 3, Discontinued: 0"' in html
    )
