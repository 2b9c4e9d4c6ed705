"""One's own deadlines in a calendar: by a secret address, within today's rights."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    make_deadline,
    make_organisation,
    make_recommendation,
    make_update,
)
from tests.reminding import make_action
from tracker.choices import Progress
from tracker.models import CalendarFeed
from tracker.reports.calendars import Deadline
from tracker.reports.writers.ics import write_ics
from tracker.services.calendars import share_deadlines

TODAY = timezone.localdate()
WORDING = "Bổ sung chỉ tiêu đất; khu công nghiệp, \\ cụm\ncông nghiệp"


@pytest.fixture
def due(ha, lan):
    """Make what Lan's body leads, due so many days from today."""

    def make(days, **fields):
        made = make_recommendation(**{"lead": lan.organisation} | fields)
        make_deadline(made, TODAY + timedelta(days=days), by=ha)
        return made

    return make


def read(secret, client=None):
    return (client or Client()).get(f"/calendar/{secret}.ics")


def unfold(content):
    return content.decode().replace("\r\n ", "")


def events_of(answer):
    """Give the events of a calendar, each by the names of its lines."""
    found = re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", unfold(answer.content), re.S)
    lines = [[line.partition(":")[::2] for line in one.split("\r\n")] for one in found]
    return [{name: text for name, text in one if name} for one in lines]


def titles_of(user):
    secret = share_deadlines(language="vi", by=user)
    return [one["SUMMARY"] for one in events_of(read(secret))]


def share(client):
    """Press the button and give the address that the page shows."""
    page = client.post("/calendar/share/").content.decode()
    return re.search(r'value="http://testserver(/calendar/[^"]+\.ics)"', page)[1]


# -- the page ---------------------------------------------------------------------


def test_an_address_is_shown_once_and_opens_the_deadlines(sign_in, lan, due):
    due(3, wording="Việc của Lan")
    client = sign_in(lan)

    address = share(client)
    again = client.get("/calendar/").content.decode()

    assert "Việc của Lan" in unfold(Client().get(address).content)
    assert address not in again
    assert ".ics" not in again
    assert "Hiện có <strong>1</strong>" in again
    assert f"{TODAY:%d/%m/%Y}" in again


def test_a_new_address_and_a_revocation_close_the_old_one(sign_in, lan, due):
    due(3)
    client = sign_in(lan)

    first, second = share(client), share(client)
    closed = Client().get(first)
    revoked = client.post("/calendar/stop/")

    assert closed.status_code == 404
    assert revoked["Location"] == "/calendar/"
    assert Client().get(second).status_code == 404
    assert "Thu hồi" not in client.get("/calendar/").content.decode()


@pytest.mark.parametrize("act", ["share", "stop"])
def test_whoever_comes_without_the_form_is_led_to_it(sign_in, lan, act):
    answer = sign_in(lan).get(f"/calendar/{act}/")

    assert answer["Location"] == "/calendar/"
    assert CalendarFeed.objects.count() == 0


# -- the feed ---------------------------------------------------------------------


def test_unknown_disabled_and_foreign_addresses_are_not_found(lan, due):
    due(3)
    secret = share_deadlines(language="vi", by=lan)
    assert read(secret).status_code == 200

    lan.is_active = False
    lan.save(update_fields=["is_active"])

    assert [read(one).status_code for one in (secret, "x" * 32, "a")] == [404] * 3
    assert Client().post(f"/calendar/{secret}.ics").status_code == 405


def test_a_feed_sets_no_cookie_and_is_kept_by_nobody(lan):
    answer = read(share_deadlines(language="vi", by=lan))

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert not answer.cookies
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert CalendarFeed.objects.get().last_read_on == TODAY


def test_a_feed_holds_what_is_still_to_be_done_by_ones_body(lan, ha, due):
    late, soon = due(-40, wording="Quá hạn"), due(3, wording="Sắp hạn")
    asked = make_recommendation(addressee=lan.organisation, wording="Được hỏi")
    make_deadline(asked, TODAY, by=ha)
    mine = make_action(late, lan.organisation, by=ha, due_on=TODAY + timedelta(days=9))
    # Over, halted, without a deadline, withdrawn, kept outside, and somebody else's.
    make_update(due(5), Progress.DISCONTINUED, by=lan)
    make_update(due(5), Progress.SUSPENDED, by=lan)
    make_update(due(5), Progress.COMPLETED, by=lan)
    make_recommendation(lead=lan.organisation)
    due(5, withdrawn_on=TODAY)
    due(5, kept_outside=True)
    due(5, lead=make_organisation())
    make_action(soon, make_organisation(), by=ha, due_on=TODAY)

    assert titles_of(lan) == [
        f"{late.code} – Quá hạn",
        f"{asked.code} – Được hỏi",
        f"{soon.code} – Sắp hạn",
        f"{late.code}\\, việc {mine.number} – {mine.wording}",
    ]


def test_readers_have_the_deadlines_of_their_body_and_strangers_none(minh, hoa, due):
    one = due(3, wording="Việc của Tỉnh ủy")

    assert titles_of(minh) == [f"{one.code} – Việc của Tỉnh ủy"]
    assert titles_of(hoa) == []


def test_coordinators_have_besides_the_deadlines_they_set(ha, quan, due):
    one = due(3, wording="Việc của tỉnh")
    secret_one = due(4, wording="MẬT", kept_outside=True)
    own = due(5, wording="Việc của Ban", lead=ha.organisation)

    assert titles_of(ha) == [
        f"{one.code} – Việc của tỉnh",
        secret_one.code,
        f"{own.code} – Việc của Ban",
    ]
    assert titles_of(quan) == [f"{own.code} – Việc của Ban"]


def test_rights_are_asked_at_every_reading(lan, due):
    due(3)
    secret = share_deadlines(language="vi", by=lan)
    assert len(events_of(read(secret))) == 1

    lan.organisation = make_organisation()
    lan.save(update_fields=["organisation"])

    assert events_of(read(secret)) == []


def test_an_event_is_told_the_way_calendars_read_it(lan, ha, due):
    one = due(3, wording=WORDING)
    moved_to = TODAY + timedelta(days=30)
    answer = read(share_deadlines(language="vi", by=lan))
    make_deadline(one, moved_to, by=ha, note="Gia hạn")

    (before,), (after,) = (
        events_of(answer),
        events_of(read(share_deadlines(language="vi", by=lan))),
    )

    changed = one.deadline_changes.latest("sequence").recorded_at.astimezone(UTC)
    address = f"http://testserver{one.get_absolute_url()}"
    assert after == {
        "UID": before["UID"],
        "DTSTAMP": f"{changed:%Y%m%dT%H%M%SZ}",
        "LAST-MODIFIED": f"{changed:%Y%m%dT%H%M%SZ}",
        "DTSTART;VALUE=DATE": f"{moved_to:%Y%m%d}",
        "DTEND;VALUE=DATE": f"{moved_to + timedelta(days=1):%Y%m%d}",
        "SUMMARY": f"{one.code} – Bổ sung chỉ tiêu đất\\; khu công nghiệp\\,"
        r" \\ cụm\ncông nghiệp",
        "DESCRIPTION": address,
        "URL": address,
        "TRANSP": "TRANSPARENT",
    }
    assert before["DTSTART;VALUE=DATE"] == f"{TODAY + timedelta(days=3):%Y%m%d}"


@pytest.mark.parametrize(
    ("language", "name"), [("vi", "Thời hạn: {}"), ("en", "Deadlines: {}")]
)
def test_a_feed_speaks_the_language_of_its_owner(lan, sign_in, language, name):
    client = sign_in(lan)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    text = unfold(Client().get(share(client)).content)

    assert f"X-WR-CALNAME:{name.format(lan)}\r\n" in text


def test_a_feed_costs_the_same_with_one_deadline_and_with_many(lan, ha, due):
    secret = share_deadlines(language="vi", by=lan)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            count = len(events_of(read(secret)))
        return len(queries), count

    make_action(due(3), lan.organisation, by=ha, due_on=TODAY)
    read(secret)
    first = cost()
    for days in range(3):
        make_action(due(days), lan.organisation, by=ha, due_on=TODAY)

    assert first[1] == 2
    assert cost() == (first[0], 8)
    assert first[0] <= 12


# -- the format -------------------------------------------------------------------


def deadline(title):
    return Deadline(
        "action-7", title, date(2026, 12, 31), "/x/", datetime(2026, 1, 1, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    "title", ["Ệ" * 200, "a" + "Ệ" * 200, "aa😀" * 90, "", "a" * 67]
)
def test_long_lines_are_folded_between_letters(title):
    content = write_ics([deadline(title)], name="Lịch", site="https://a.example")

    lines = content.split(b"\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    # Each is whole letters, and all that is printed comes back.
    assert [line.decode() for line in lines]
    assert f"SUMMARY:{title}\r\n" in unfold(content)


def test_no_title_can_begin_a_line_of_its_own():
    title = "Một\r\nEND:VEVENT\rBEGIN:VEVENT\x00\x1b\x7f\ttab"

    content = write_ics([deadline(title)], name="a\nb", site="https://a.example")

    assert content.count(b"\r\nBEGIN:VEVENT") == content.count(b"\r\nEND:VEVENT") == 1
    assert "SUMMARY:Một\\nEND:VEVENTBEGIN:VEVENT tab\r\n" in unfold(content)
    assert b"X-WR-CALNAME:a\\nb\r\n" in content
