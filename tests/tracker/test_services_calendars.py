"""Secret addresses: one a person, kept as a digest, revoked at once."""

import re
from datetime import date

from django.db import connection

from tracker.models import CalendarFeed
from tracker.services.calendars import (
    note_reading,
    share_deadlines,
    stop_sharing_deadlines,
)


def opened(secret):
    return CalendarFeed.objects.opened_by(secret).first()


def test_share_deadlines_keeps_nothing_that_opens_the_feed(lan):
    secret = share_deadlines(language="vi", by=lan)

    # 192 bits, in letters an address may hold.
    assert re.fullmatch("[A-Za-z0-9_-]{32}", secret)
    assert opened(secret).user == lan
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tracker_calendarfeed")
        assert secret not in str(cursor.fetchall())


def test_share_deadlines_gives_a_new_address_and_closes_the_old_one(lan, hoa):
    old, other = (share_deadlines(language="vi", by=one) for one in (lan, hoa))

    new = share_deadlines(language="en", by=lan)

    assert old != new
    assert opened(old) is None
    assert opened(new).language == "en"
    assert opened(other).user == hoa
    assert CalendarFeed.objects.in_use().filter(user=lan).count() == 1
    assert CalendarFeed.objects.filter(user=lan).count() == 2


def test_stop_sharing_deadlines_closes_the_own_address_alone(lan, hoa):
    own, other = (share_deadlines(language="vi", by=one) for one in (lan, hoa))

    stop_sharing_deadlines(by=lan)
    stop_sharing_deadlines(by=lan)

    assert opened(own) is None
    assert opened(other).user == hoa
    assert CalendarFeed.objects.get(user=lan).revoked_at is not None


def test_the_address_of_somebody_who_may_not_sign_in_opens_nothing(lan):
    secret = share_deadlines(language="vi", by=lan)
    lan.is_active = False
    lan.save(update_fields=["is_active"])

    assert opened(secret) is None
    assert opened("") is None


def test_note_reading_writes_once_a_day(lan, django_assert_num_queries):
    feed = opened(share_deadlines(language="vi", by=lan))

    note_reading(feed, on=date(2026, 11, 27))
    with django_assert_num_queries(0):
        note_reading(feed, on=date(2026, 11, 27))
    note_reading(feed, on=date(2026, 11, 28))

    feed.refresh_from_db()
    assert feed.last_read_on == date(2026, 11, 28)
