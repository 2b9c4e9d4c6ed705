"""Reminders: each stage of each item once, to who answers today, with working links."""

import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from provinces.choices import OrganisationKind, Role
from tests.factories import (
    make_answer,
    make_confirmation,
    make_deadline,
    make_organisation,
    make_recommendation,
    make_succession,
    make_update,
    make_user,
)
from tests.reminding import make_action, told
from tracker.choices import ConfirmationState, Progress, RecommendationKind
from tracker.models import FollowUpAction, Reminder
from tracker.reports.reminders import build_digests
from tracker.services.reminders import send_digest

SITE = "https://theodoi.example"
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def addresses(lan, settings):
    settings.SITE_URL = SITE
    lan.email = "lan@quangnam.example"
    lan.save(update_fields=["email"])


@pytest.fixture
def due(ha, lan):
    """Make an instruction of Lan's body that is due so many days from today."""

    def make(days, **fields):
        fields.setdefault("kind", RecommendationKind.INSTRUCTION)
        fields.setdefault("lead", lan.organisation)
        made = make_recommendation(**fields)
        make_deadline(made, TODAY + timedelta(days=days), by=ha)
        return made

    return make


def run(**options):
    out, errors = StringIO(), StringIO()
    call_command("send_reminders", stdout=out, stderr=errors, **options)
    return out.getvalue() + errors.getvalue()


def send_back(update, *, by):
    make_confirmation(update, ConfirmationState.RETURNED, by=by)


def stages(on=TODAY):
    return [
        (item.code, item.stage.value)
        for digest in build_digests(on=on)
        for item in digest.items
    ]


# -- what is told, and once ---------------------------------------------------------


def test_a_second_run_tells_nothing_again(due):
    due(3), due(-2)

    run()
    run()

    assert len(mail.outbox) == 1
    assert Reminder.objects.count() == 2


@pytest.mark.parametrize(
    ("days", "stage"),
    [(8, None), (7, "due_soon"), (0, "due_soon"), (-1, "overdue")]
    + [(-30, "overdue"), (-31, "overdue_month"), (-900, "overdue_month")],
)
def test_only_the_last_stage_of_a_deadline_is_told(due, days, stage):
    one = due(days)

    assert stages() == ([(one.code, stage)] if stage else [])


def test_days_without_a_run_lose_nothing_and_every_stage_comes_once(due):
    one = due(5)
    seen = []
    # The second week fell out; then the machine stood still for a month.
    for day in (0, 1, 14, 15, 50, 51):
        on = TODAY + timedelta(days=day)
        for digest in build_digests(on=on):
            send_digest(digest, site=SITE)
            seen.append((day, [item.stage.value for item in digest.items]))

    assert seen == [(0, ["due_soon"]), (14, ["overdue"]), (50, ["overdue_month"])]
    assert {row.about for row in Reminder.objects.all()} == {one.due_on}


def test_a_deadline_that_was_moved_is_told_anew(due, ha):
    one = due(-2)
    run()

    make_deadline(one, TODAY + timedelta(days=2), by=ha)
    run()

    stages_told = [stage for _body, _code, stage in told()]
    assert stages_told == ["overdue", "due_soon"]


@pytest.mark.parametrize(
    "progress", [Progress.COMPLETED, Progress.SUSPENDED, Progress.DISCONTINUED]
)
def test_what_is_over_or_halted_is_not_told(due, ha, lan, progress):
    one = due(-2)
    make_action(one, lan.organisation, by=ha, due_on=TODAY - timedelta(days=2))
    assert len(stages()) == 2

    make_update(one, progress, by=lan)

    assert stages() == []


@pytest.mark.parametrize(
    "fields", [{"kept_outside": True}, {"withdrawn_on": date(2026, 1, 5)}]
)
def test_secret_and_withdrawn_rows_never_leave_the_house(due, ha, lan, fields):
    one = due(-2, **fields, kind=RecommendationKind.REQUEST, addressee=lan.organisation)
    send_back(make_update(one, by=lan), by=ha)
    make_action(one, lan.organisation, by=ha, due_on=TODAY)

    assert stages() == []


def test_an_update_sent_back_is_told_until_another_one_stands(ha, lan):
    one = make_recommendation(
        kind=RecommendationKind.INSTRUCTION, lead=lan.organisation
    )
    send_back(make_update(one, Progress.COMPLETED, by=lan), by=ha)

    [digest] = build_digests(on=TODAY)
    assert [(i.stage.value, i.about) for i in digest.items] == [("returned", TODAY)]

    make_update(one, by=lan, note="Đã bổ sung")
    assert stages() == []


def test_an_answer_is_asked_of_the_addressee_after_a_month(ha, lan):
    asked, lead = lan.organisation, make_organisation()
    long_ago, lately = TODAY - timedelta(days=31), TODAY - timedelta(days=30)
    one = make_recommendation(addressee=asked, lead=lead, raised_on=long_ago)
    make_recommendation(addressee=asked, lead=lead, raised_on=lately)
    make_recommendation(
        addressee=asked, kind=RecommendationKind.INSTRUCTION, raised_on=long_ago
    )

    [digest] = build_digests(on=TODAY)
    assert (digest.organisation, [i.about for i in digest.items]) == (
        asked.pk,
        [long_ago],
    )

    make_answer(one, by=lan)
    assert stages() == []


def test_of_what_is_completed_no_answer_is_asked(ha, lan):
    one = make_recommendation(
        addressee=lan.organisation, raised_on=TODAY - timedelta(days=31)
    )
    assert [stage for _code, stage in stages()] == ["unanswered"]

    make_update(one, Progress.COMPLETED, by=lan)

    assert stages() == []


# -- to whom ------------------------------------------------------------------------


def test_lead_and_owner_each_get_their_own(due, ha, lan):
    ministry = make_organisation("Bộ Công Thương", email="bo@ct.example")
    one = due(-2)
    make_action(one, ministry, by=ha, due_on=TODAY)

    run()

    assert told() == [
        ("Bộ Công Thương", one.code, "due_soon"),
        ("Tỉnh ủy Quảng Nam", one.code, "overdue"),
    ]
    assert [sent.to for sent in mail.outbox] == [
        ["bo@ct.example"],
        ["lan@quangnam.example"],
    ]
    assert Reminder.objects.get(stage="due_soon").action == FollowUpAction.objects.get()


def test_without_a_lead_the_addressee_is_told(due, lan):
    due(-2, lead=None, addressee=lan.organisation)
    due(-2, lead=None)

    assert [d.organisation for d in build_digests(on=TODAY)] == [lan.organisation_id]


def test_a_group_is_told_nothing(due):
    group = make_organisation(
        "các bộ, ngành", OrganisationKind.GROUP, email="nhom@example.vn"
    )

    due(-2, lead=None, addressee=group)

    assert build_digests(on=TODAY) == []


def test_who_took_over_and_who_speaks_for_it_is_told(due, lan):
    city = make_organisation("Thành ủy Đà Nẵng", email="tu@dn.example")
    make_succession(lan.organisation, city)
    territory = make_organisation(
        "tỉnh Quảng Nam", OrganisationKind.TERRITORY, spoken_for_by=lan.organisation
    )
    one, other = due(-2), due(-3, lead=territory)

    [digest] = build_digests(on=TODAY)

    assert digest.organisation == city.pk
    assert {item.code for item in digest.items} == {one.code, other.code}


def test_each_address_is_written_to_once_and_only_reporters_are(due, lan):
    body = lan.organisation
    body.email = "LAN@quangnam.example"
    body.save(update_fields=["email"])
    make_user("an", body, email="an@quangnam.example")
    make_user("binh", body, email="binh@quangnam.example", is_active=False)
    make_user("chi", body, Role.LEADER, email="chi@quangnam.example")
    make_user("dung", body)
    due(1)

    run()

    assert mail.outbox[0].to == ["LAN@quangnam.example", "an@quangnam.example"]


def test_who_has_no_address_is_named_and_told_later(due):
    body = make_organisation("Bộ Công Thương")
    due(1, lead=body)

    assert "Bộ Công Thương: no address for 1 items" in run()
    assert told() == []

    body.email = "bo@ct.example"
    body.save(update_fields=["email"])
    run()
    assert [sent.to for sent in mail.outbox] == [["bo@ct.example"]]


# -- the mail -----------------------------------------------------------------------


def test_the_mail_is_in_vietnamese_and_says_what_when_and_how_long(due, ha):
    one = due(-2, wording="Bổ sung chỉ tiêu\nđất khu công nghiệp")
    make_action(one, one.lead, by=ha, due_on=TODAY)

    run()

    [sent] = mail.outbox
    assert sent.subject == "Đôn đốc thực hiện nghị quyết: 1 quá hạn, 1 sắp đến hạn"
    day = f"{TODAY - timedelta(days=2):%d/%m/%Y}"
    assert sent.body.splitlines()[:9] == [
        "Kính gửi: Tỉnh ủy Quảng Nam",
        "",
        f"Tính đến ngày {TODAY:%d/%m/%Y}, có 2 việc cần quý cơ quan quan tâm.",
        "",
        "QUÁ HẠN (1)",
        "",
        f"{one.code} – Bổ sung chỉ tiêu đất khu công nghiệp",
        f"  Thời hạn {day}: quá hạn 2 ngày",
        f"  {SITE}{one.get_absolute_url()}",
    ]


def test_every_link_opens_for_a_reporter_of_the_body(due, ha, lan, sign_in):
    one, other = due(-2), due(-2, lead=make_organisation())
    make_action(other, lan.organisation, by=ha, due_on=TODAY)
    make_recommendation(addressee=lan.organisation)
    send_back(make_update(one, by=lan), by=ha)

    run()

    links = re.findall(rf"{SITE}(/\S*)", mail.outbox[0].body)
    client = sign_in(lan)
    assert len(links) == 5
    assert {client.get(link).status_code for link in links} == {200}


# -- when something goes wrong ------------------------------------------------------


class HalfBroken(EmailBackend):
    def send_messages(self, messages):
        if "bo@ct.example" in messages[0].to:
            raise ConnectionRefusedError("máy chủ thư không trả lời")
        return super().send_messages(messages)


def test_a_failed_mail_is_told_again_and_stops_no_other(due, settings, monkeypatch):
    due(1), due(1, lead=make_organisation("Bộ Công Thương", email="bo@ct.example"))
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.HalfBroken"

    with pytest.raises(CommandError, match="1 not sent"):
        run()

    assert [body for body, _code, _stage in told()] == ["Tỉnh ủy Quảng Nam"]
    settings.EMAIL_BACKEND = working
    run()
    assert [sent.to for sent in mail.outbox] == [
        ["lan@quangnam.example"],
        ["bo@ct.example"],
    ]


def test_a_run_that_was_overtaken_tells_nothing(due):
    due(1)
    [early] = build_digests(on=TODAY)
    run()

    assert send_digest(early, site=SITE) == 0
    assert len(mail.outbox) == 1


def test_a_dry_run_says_all_and_does_nothing(due):
    one = due(20)

    said = run(dry_run=True, on=TODAY + timedelta(days=21))

    assert "Tỉnh ủy Quảng Nam: lan@quangnam.example\n" in said
    assert f"  overdue {one.due_on:%d/%m/%Y} /recommendations/{one.code}/" in said
    assert (mail.outbox, told()) == ([], [])
    with pytest.raises(CommandError, match="--on needs --dry-run"):
        run(on=TODAY)


def test_production_says_what_to_set_before_anything_is_sent(due, settings):
    due(1)
    settings.PRODUCTION, settings.SITE_URL = True, ""
    with pytest.raises(CommandError, match="Set SITE_URL to"):
        run()
    settings.SITE_URL, settings.EMAIL_HOST = SITE, ""
    with pytest.raises(CommandError, match="Set EMAIL_HOST to"):
        run()

    assert (mail.outbox, told()) == ([], [])


def test_looking_costs_the_same_for_many_bodies(due, ha, lan):
    def grow():
        body = make_organisation(email="x@y.example")
        one = due(-2, lead=body, addressee=body, kind=RecommendationKind.REQUEST)
        send_back(make_update(one, by=lan), by=ha)
        make_action(one, make_organisation(), by=ha, due_on=TODAY)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            digests = build_digests(on=TODAY)
        return len(queries), len(digests)

    grow()
    first = cost()
    grow(), grow()

    assert cost() == (first[0], 3 * first[1])
    assert first[1] == 2
