"""Every number of the overview and of the map leads to exactly its rows."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from provinces.models import User
from tests.markup import Markup
from tests.numbers import LIST, faults_of_numbers, numbers_of
from tests.pages import install, visitor

pytestmark = [pytest.mark.once, pytest.mark.django_db]
PEOPLE = (
    *("dieuphoi", "quantri", "lanhdao", "lanhdaoqn"),
    *("quangnam", "danang", "boct", "hanoi"),
)
DAYS_AGO = (0, 30)


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker):
    """Install once: the tests that use this leave nothing behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("createcachetable", verbosity=0)
        yield install()
        transaction.set_rollback(True)


def day_of(days_ago):
    return timezone.localdate() - timedelta(days=days_ago)


def shown(who, address):
    answer = visitor(who).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("days_ago", DAYS_AGO)
def test_every_number_of_the_overview_leads_to_its_rows(places, who, days_ago):
    page = shown(who, f"/overview/?as_of={day_of(days_ago)}")

    assert len(numbers_of(page)) > 75
    # Where somebody sees nothing all numbers are nought.
    assert who == "hanoi" or max(number for _address, number in numbers_of(page)) > 0
    assert list(faults_of_numbers(page, User.objects.get(username=who))) == []


@pytest.mark.parametrize("key", ["stale", "unconfirmed"])
@pytest.mark.parametrize("days_ago", [0, 100, 600])
def test_narrowed_numbers_lead_to_their_rows_too(places, key, days_ago):
    query = f"count={key}&province=49&resolution=52-nq-tw&as_of={day_of(days_ago)}"
    page = shown("dieuphoi", f"/overview/?{query}")

    assert list(faults_of_numbers(page, User.objects.get(username="dieuphoi"))) == []


@pytest.mark.parametrize("who", ["dieuphoi", "danang"])
@pytest.mark.parametrize(
    "query", ["", "?in_force_on=2025-06-30&count=never_reported", "?count=no_lead"]
)
def test_every_number_of_the_provinces_leads_to_its_rows(places, who, query):
    page = shown(who, f"/provinces/{query}")

    assert len(numbers_of(page)) > 130
    assert list(faults_of_numbers(page, User.objects.get(username=who))) == []


def test_the_list_itself_says_the_same_number(places):
    """The filter counts for the other tests; here the page of the list does."""
    page = shown("dieuphoi", f"/overview/?as_of={day_of(30)}")
    client = visitor("dieuphoi")
    asked = {one for one in numbers_of(page) if "province" not in one[0] or one[1]}
    assert len(asked) > 20

    for address, number in asked:
        counted = Markup(client.get(address).content.decode())
        (total,) = [one for one in counted.elements if one["id"] == "result-count"]
        assert int(total["data-count"]) == number, address


def test_every_link_of_a_past_day_keeps_the_day(places):
    day = day_of(30)
    page = shown("dieuphoi", f"/overview/?as_of={day}")

    queries = [urlsplit(address).query for address, _number in numbers_of(page)]
    assert [one for one in queries if f"as_of={day}" not in one] == []
    assert LIST in page
