"""Drawings of figures: to scale, in words too, and nothing where nothing is known."""

from datetime import date

import pytest
from django.utils.translation import override

from tests.factories import make_resolution
from tests.tracker.test_views_resolutions import make_target
from tests.tracker.test_visible_documents import make_figure, make_indicator
from tracker.models import Indicator
from tracker.reports.charts import (
    BASE,
    BULLET_WIDTH,
    LEFT,
    RIGHT,
    TOP,
    build_bullet_chart,
    build_line_charts,
)
from tracker.reports.indicators import lay_beside

OF_GDP = {"unit": "% GDP", "scope": "quốc gia"}
ENDS = [date(2021, 12, 31), date(2022, 12, 31), date(2025, 12, 31)]


def read(indicator, user):
    [found] = Indicator.objects.filter(pk=indicator.pk).with_figures(user)
    return lay_beside([found], list(indicator.targets.all()))[0]


def lines_of(indicator, user):
    return build_line_charts(read(indicator, user))


def bullet_of(unit, **fields):
    indicator = make_indicator(unit=unit)
    return build_bullet_chart(make_figure(indicator, **fields), indicator)


# -- shares as bars -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "fields", "part"),
    [
        ("%", {"value": 71.25}, 0.7125),
        ("% khối phố", {"value": 100}, 1),
        ("%", {"value": 0}, 0),
        ("khu", {"numerator": 11, "denominator": 16}, 0.6875),
    ],
)
def test_a_share_is_drawn_to_scale(db, unit, fields, part):
    assert bullet_of(unit, **fields).length == pytest.approx(
        BULLET_WIDTH * part, abs=0.1
    )


@pytest.mark.parametrize(
    ("unit", "value"), [("khu", 14), ("%/năm", 8.5), ("%", 108.5), ("%", -2), ("", 14)]
)
def test_what_is_no_part_of_a_whole_is_not_drawn(db, unit, value):
    assert bullet_of(unit, value=value) is None


def test_a_bar_says_in_words_what_it_shows(ha):
    indicator = make_indicator(unit="% GDP", scope="quốc gia")
    make_target(make_resolution(), "23-01", **OF_GDP, indicator=indicator)
    figure = make_figure(indicator, value=33.5)

    with override("vi"):
        chart = build_bullet_chart(figure, read(indicator, ha))
        said = chart.words, chart.description

    assert said == (
        "33,5%",
        "Thanh từ 0 đến 100%; Chỉ tiêu 23-01, đến 2030: trên 40",
    )
    assert [mark.at for mark in chart.marks] == [BULLET_WIDTH * 0.4]


# -- lines over time ------------------------------------------------------------------


def test_a_line_is_to_scale_from_zero(ha):
    indicator = make_indicator(unit="ha")
    for day, value in zip(ENDS, (50, 100, 75), strict=True):
        make_figure(indicator, value=value, as_of=day)

    [chart] = lines_of(indicator, ha)

    width, height = RIGHT - LEFT, BASE - TOP
    assert [dot.x for dot in chart.dots] == pytest.approx(
        [LEFT, LEFT + width * 365 / 1461, RIGHT], abs=0.1
    )
    assert [dot.y for dot in chart.dots] == pytest.approx(
        [BASE - height / 2, TOP, BASE - height * 0.75], abs=0.1
    )
    assert chart.base == BASE
    assert [[a.day, b.day] for a, b in chart.lines] == [ENDS[:2], ENDS[1:]]


def test_a_line_says_in_words_what_it_shows(ha):
    indicator = make_indicator(unit="tỷ đồng")
    make_figure(indicator, value=80500, as_of=ENDS[1], qualifier="over")
    make_figure(indicator, value=78446, as_of=ENDS[0])

    with override("vi"):
        [chart] = lines_of(indicator, ha)

    assert chart.description == "31/12/2021: 78.446; 31/12/2022: trên 80.500"
    assert [one.words for one in chart.labels] == ["78.446", "trên 80.500"]


def test_sources_that_contradict_each_other_are_not_joined(ha):
    indicator = make_indicator(unit="ha")
    for day, value in zip(ENDS, (50, 60, 70), strict=True):
        make_figure(indicator, value=value, as_of=day)
    make_figure(indicator, value=90, as_of=ENDS[1])
    # Who says the same contradicts nobody.
    make_figure(indicator, value=70, as_of=ENDS[2])

    [chart] = lines_of(indicator, ha)

    assert chart.lines == []
    assert [dot.is_contradicted for dot in chart.dots] == [False, True, True, False]


@pytest.mark.parametrize(
    ("unit", "days"),
    [("ha", (ENDS[0], None)), ("ha", (ENDS[0], ENDS[0])), ("năm", ENDS[:2])],
)
def test_what_cannot_be_drawn_honestly_is_not(ha, unit, days):
    indicator = make_indicator(unit=unit)
    for value, day in enumerate(days, start=2030):
        make_figure(indicator, value=value, as_of=day)

    assert lines_of(indicator, ha) == []


def test_unlike_things_have_lines_of_their_own(ha):
    indicator = make_indicator(unit="khu")
    for day in ENDS[:2]:
        make_figure(indicator, label="Nhà nước", as_of=day)
        make_figure(indicator, label="tư nhân", as_of=day)
        make_figure(indicator, numerator=1, denominator=2, as_of=day)

    charts = lines_of(indicator, ha)

    assert [(one.label, len(one.dots)) for one in charts] == [
        ("Nhà nước", 2),
        ("tư nhân", 2),
        ("", 2),
    ]
    assert len({one.key for one in charts}) == 3


@pytest.mark.parametrize(("values", "low"), [((0, 0), 0), ((-5, 5), -5)])
def test_zero_is_always_on_the_scale(ha, values, low):
    indicator = make_indicator(unit="ha")
    for day, value in zip(ENDS[:2], values, strict=True):
        make_figure(indicator, value=value, as_of=day)

    [chart] = lines_of(indicator, ha)

    assert chart.base == (BASE if low == 0 else (TOP + BASE) / 2)
    assert all(TOP <= dot.y <= BASE for dot in chart.dots)


def test_a_target_is_drawn_where_its_value_is_a_place_on_the_scale(ha):
    indicator = make_indicator(unit="% GDP", scope="quốc gia")
    resolution = make_resolution()
    make_target(resolution, "23-01", **OF_GDP, value=80, indicator=indicator)
    make_target(
        resolution, "23-06", **OF_GDP, value=3, operator="rank", indicator=indicator
    )
    for day in ENDS[:2]:
        make_figure(indicator, value=40, as_of=day)

    [chart] = lines_of(indicator, ha)

    assert [(one.target.code, one.at) for one in chart.marks] == [("23-01", TOP)]
    assert chart.dots[0].y == (TOP + BASE) / 2
