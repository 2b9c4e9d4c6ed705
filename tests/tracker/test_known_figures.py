"""Which figures are known of a day: the same for one of them and for a query."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.tracker.test_visible_documents import make_document, make_indicator
from tracker.models import Observation

DAY = date(2024, 6, 26)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.fixture
def figures(db):
    """Figures of every kind of day, by name: their own, their source's, none."""
    indicator = make_indicator(name="Số khu")

    def add(period, **fields):
        one = Observation(indicator=indicator, value=1, period=period, **fields)
        one.save()

    for name, day in (("before", BEFORE), ("day", DAY), ("after", AFTER)):
        issued = make_document(slug=f"issued-{name}", issued_on=day)
        add(f"own {name}", as_of=day, source="A")
        add(f"issued {name}", document=issued)
        add(f"dated {name}", source="A", source_date=day)
    add("own before its source", as_of=BEFORE, source="A", source_date=AFTER)
    add("undated source", document=make_document(slug="undated"))
    add("nothing", source="A")
    return list(Observation.objects.select_related("document"))


@pytest.mark.parametrize("on", [BEFORE, DAY, AFTER, None])
def test_one_figure_and_the_query_say_the_same(figures, on):
    on = on or timezone.localdate()
    known = set(Observation.objects.known_on(on).values_list("pk", flat=True))

    assert {one.pk for one in figures if one.is_known_on(on)} == known
    assert known


def test_what_names_no_day_is_known_from_the_day_of_its_source(figures):
    known = {one.period for one in figures if one.is_known_on(DAY)}

    assert known == {
        *("own before", "own day", "issued before", "issued day"),
        *("dated before", "dated day", "own before its source"),
    }


@pytest.mark.parametrize(("unit", "is_share"), [("%", 1), ("% GDP", 1), ("%/năm", 0)])
def test_shares_are_the_same_for_one_indicator_and_the_query(db, unit, is_share):
    indicator = make_indicator(name="Tỷ lệ", unit=unit)
    Observation.objects.create(indicator=indicator, value=40, source="A")

    assert indicator.is_share == bool(is_share)
    assert Observation.objects.shares().count() == is_share
