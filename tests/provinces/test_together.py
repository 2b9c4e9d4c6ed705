"""Several tables in one statement: each as it would have been read by itself."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import F

from provinces.models import Organisation, Province
from provinces.models.together import read_together
from tests.factories import (
    make_organisation,
    make_province,
    make_recommendation,
    make_update,
)
from tracker.models import Indicator, Observation, Report, StatusUpdate


def plain(row):
    """Give what a row holds, column by column, without those of bytes."""
    loaded = row.__dict__.items()
    return {name: one for name, one in loaded if not name.startswith("_")}


@pytest.fixture
def bodies(db):
    there = make_province("Đắk Lắk", valid_to=date(2025, 6, 30))
    for name in ("Sở Đất đai", "Sở Cà phê", "Đảng ủy Ý Yên"):
        make_organisation(name, province=there if "Sở" in name else None)
    return there


def test_rows_are_those_of_each_table_in_its_order(bodies, django_assert_num_queries):
    asked = (
        Organisation.objects.defer("sort_key"),
        Province.objects.order_by(F("valid_to").desc(nulls_last=True)),
        Organisation.objects.none(),
        Organisation.objects.only("name").order_by("-name"),
    )
    alone = [list(rows) for rows in asked]

    with django_assert_num_queries(1):
        together = read_together(*asked)
        told = [[plain(row) for row in rows] for rows in together]

    assert together == alone
    assert [len(rows) for rows in together] == [3, 1, 0, 3]
    assert told == [[plain(row) for row in rows] for rows in alone]
    assert [*told[3][0]] == ["id", "name"]


def test_what_is_joined_comes_along(bodies, django_assert_num_queries):
    rows = Organisation.objects.select_related("province", "parent")

    with django_assert_num_queries(1):
        [found] = read_together(rows)
        places = [one.province for one in found]
        parents = [one.parent for one in found]

    assert places == [one.province for one in rows]
    assert {*places} == {bodies, None}
    assert plain(next(filter(None, places))) == plain(Province.objects.get())
    assert parents == [None, None, None]


@pytest.mark.parametrize("value", ["71.22", "3676", "0.001", "123456789012.125"])
def test_numbers_stay_what_they_are(db, value):
    indicator = Indicator.objects.create(name="Tỉ trọng")
    Observation.objects.create(
        indicator=indicator, value=Decimal(value), source="Niên giám", as_of=None
    )

    [[found]] = read_together(Observation.objects.all())

    alone = Observation.objects.get()
    assert (found.value, str(found.value)) == (alone.value, str(alone.value))
    assert plain(found) == plain(alone)


def test_moments_and_keys_stay_what_they_are(lan, ha):
    make_update(make_recommendation(lead=lan.organisation), by=lan)
    columns = ("recorded_at", "effective_on", "author_id", "hash")
    rows = StatusUpdate.objects.only(*columns)

    [[found], kept] = read_together(rows, Report.objects.defer("payload"))

    alone = rows.get()
    assert [getattr(found, name) for name in columns] == [
        getattr(alone, name) for name in columns
    ]
    assert kept == []
