"""Who has not reported in a quarter: of how many, and whether anything was expected."""

from datetime import date

import pytest
import time_machine
from django.http import QueryDict

from tests.factories import make_action, make_province, make_recommendation, make_update
from tracker.choices import Progress
from tracker.filters import RecommendationFilter
from tracker.reports.overview import build_overview
from tracker.reports.tallies import TOTAL
from tracker.views.overview import _scope_of

TODAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to("2026-11-27 12:00 +0700")


def silence_of(user, on=TODAY, query=""):
    asked = QueryDict(f"as_of={on}&{query}")
    user.__dict__.pop("register", None)
    user.__dict__.pop("remit", None)
    chosen = RecommendationFilter(asked, user=user, on=TODAY)
    return build_overview(_scope_of(chosen), TOTAL).silence


def names(units):
    return [one.name for one in units]


def report(one, moment, *, by, **fields):
    with time_machine.travel(f"{moment} +0700"):
        return make_update(one, by=by, **fields)


def test_silent_are_those_without_a_report_in_the_quarter(ha, quang_nam):
    other, quiet = make_province("Bình Định"), make_province("An Giang")
    told, untold = (make_recommendation(province=one) for one in (quang_nam, other))
    report(told, "2026-10-01 00:00", by=ha)
    report(untold, "2026-09-30 23:59", by=ha)

    silence = silence_of(ha)

    assert (silence.count, silence.total) == (2, 3)
    assert (silence.quarter, silence.year) == ("IV", "2026")
    assert silence.since == date(2026, 10, 1)
    assert names(silence.waiting) == ["Bình Định"]
    assert names(silence.idle) == [quiet.names.get().name]


def test_of_a_past_day_only_what_was_recorded_by_then_counts(ha, quang_nam):
    one = make_recommendation(province=quang_nam)
    report(one, "2026-08-15 09:00", by=ha)

    assert silence_of(ha, date(2026, 8, 14)).count == 1
    assert silence_of(ha, date(2026, 8, 15)).count == 0
    assert silence_of(ha, date(2026, 9, 30)).count == 0
    assert silence_of(ha, date(2026, 9, 30)).quarter == "III"
    assert silence_of(ha, date(2026, 10, 1)).count == 1


def test_report_about_an_action_is_a_report(ha, quang_nam):
    one = make_recommendation(province=quang_nam)
    # The key of the action that tells is not the one of the province.
    for _number in range(3):
        action = make_action(one, ha.organisation, by=ha)
    report(one, "2026-11-01 09:00", by=ha, action=action)

    assert silence_of(ha).count == 0


def test_successor_has_reported_when_its_predecessor_was_spoken_of(ha, quang_nam):
    city = make_province("Đà Nẵng", valid_from=date(2025, 7, 1))
    quang_nam.successor, quang_nam.valid_to = city, date(2025, 6, 30)
    quang_nam.save()
    one = make_recommendation(province=quang_nam)

    assert names(silence_of(ha).waiting) == ["Đà Nẵng"]
    assert silence_of(ha).total == 1
    assert names(silence_of(ha, date(2025, 6, 30)).waiting) == ["Quảng Nam"]

    report(one, "2026-11-01 09:00", by=ha)
    assert silence_of(ha).count == 0


@pytest.mark.parametrize(
    "state", ["completed", "discontinued", "kept outside", "withdrawn"]
)
def test_nothing_open_is_nothing_to_report(ha, quang_nam, state):
    one = make_recommendation(
        province=quang_nam,
        kept_outside=state == "kept outside",
        withdrawn_on=date(2026, 1, 1) if state == "withdrawn" else None,
    )
    if state in Progress.values:
        report(one, "2026-02-01 09:00", by=ha, progress=state)

    silence = silence_of(ha)

    assert names(silence.idle) == ["Quảng Nam"]
    assert silence.waiting == ()


def test_number_beside_a_silent_unit_is_what_is_not_closed(ha, quang_nam):
    for progress in Progress.values:
        one = make_recommendation(province=quang_nam)
        report(one, "2026-02-01 09:00", by=ha, progress=progress)

    (unit,) = silence_of(ha).waiting

    assert unit.tally.still_open == 3


def test_nobody_calls_silent_of_whom_they_see_nothing(ha, lan, hoa, quang_nam):
    make_recommendation(province=quang_nam)

    assert silence_of(ha).total == 2
    assert names(silence_of(lan).waiting) == ["Quảng Nam"]
    assert silence_of(lan).total == 1
    assert silence_of(hoa).total == 0


def test_narrowed_to_a_province_it_speaks_of_that_one_alone(ha, quang_nam):
    make_province("Bình Định")
    make_recommendation(province=quang_nam)

    silence = silence_of(ha, query="province=49")

    assert silence.total == 1
    assert names(silence.waiting) == ["Quảng Nam"]
