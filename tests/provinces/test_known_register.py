"""A process knows the register, and reads it again once anything in it has changed."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from provinces import register
from provinces.register import known_register
from provinces.succession import remit_of
from tests.factories import make_organisation, make_province, make_succession, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_known():
    register._known.clear()
    yield
    register._known.clear()


def test_what_is_known_is_not_read_again():
    body = make_organisation("Bộ Công Thương")
    first = known_register()

    with CaptureQueriesContext(connection) as queries:
        again = known_register()

    assert again is first
    assert first.bodies[body.pk].name == "Bộ Công Thương"
    assert len(queries) == 1


@pytest.mark.parametrize("change", ["body", "name", "unit", "unit name", "succession"])
def test_every_change_is_known_at_once(change):
    body, other = make_organisation("Bộ A"), make_organisation("Bộ B")
    unit = make_province("Quảng Nam")
    first = known_register()

    if change == "body":
        make_organisation("Bộ C")
    elif change == "name":
        body.name = "Bộ A mới"
        body.save()
    elif change == "unit":
        unit.valid_to = date(2025, 6, 30)
        unit.save()
    elif change == "unit name":
        name = unit.names.get()
        name.name = "Quảng Nam mới"
        name.save()
    else:
        make_succession(body, other)

    assert known_register() is not first
    assert known_register() is known_register()


def test_a_new_day_reads_anew(monkeypatch):
    ending = make_organisation("Bộ A")
    following = make_organisation("Bộ B")
    make_succession(ending, following, on=date(2026, 1, 1))

    def on(day):
        monkeypatch.setattr(register.timezone, "localdate", lambda: day)
        return known_register().present_body(ending.pk)

    assert on(date(2025, 12, 31)) == ending.pk
    assert on(date(2026, 1, 1)) == following.pk


def test_what_a_transaction_takes_back_was_never_known():
    make_organisation("Bộ A")
    before = known_register()

    class TakenBack(Exception):
        pass

    with pytest.raises(TakenBack), transaction.atomic():
        made = make_organisation("Bộ B")
        assert made.pk in known_register().bodies
        raise TakenBack

    assert known_register() is before
    # The next row may bear the very key that was taken back.
    other = make_organisation("Bộ C")
    assert known_register().bodies[other.pk].name == "Bộ C"


def test_rights_follow_a_body_that_changed_its_parent():
    parent, child = make_organisation("Bộ A"), make_organisation("Cục B")
    person = make_user("an", parent)
    assert child.pk not in remit_of(person).sees

    child.parent = parent
    child.save()

    again = type(person).objects.get(pk=person.pk)
    assert child.pk in remit_of(again).sees
