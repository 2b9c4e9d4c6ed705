"""The pages of what to urge: who has something open, and what it is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    make_confirmation,
    make_deadline,
    make_organisation,
    make_recommendation,
    make_succession,
    make_update,
)
from tests.markup import Markup
from tests.reminding import make_action
from tracker.choices import (
    ConfirmationState,
    Progress,
    RecommendationKind,
    ReminderStage,
)
from tracker.models import Reminder

TODAY = timezone.localdate()
GROUPS = ["overdue", "due_soon", "returned", "unconfirmed", "unanswered"]


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


@pytest.fixture
def everything(due, ha, lan):
    """One row or more of every group, and rows that are in none."""
    body = lan.organisation
    late, soon = due(-40), due(3)
    make_confirmation(make_update(soon, by=lan), ConfirmationState.RETURNED, by=ha)
    make_update(late, by=lan)
    make_recommendation(addressee=body)
    make_action(late, body, by=ha, due_on=TODAY - timedelta(days=50))
    due(30)
    make_update(due(-3), Progress.DISCONTINUED, by=lan)
    due(-3, kept_outside=True, addressee=body, kind=RecommendationKind.REQUEST)
    due(-3, withdrawn_on=TODAY)
    return late, soon


def counts(client):
    """Give the numbers of each line by the name of its body."""
    lines = {}
    for line in client.get("/reminders/").context["lines"]:
        figures = {one.group.value: one.count for one in line.figures}
        lines[line.name] = [figures[group] for group in GROUPS]
    return lines


def sheet(client, body):
    answer = client.get(f"/reminders/{body.pk}/")
    assert answer.status_code == 200
    return {one.group.value: one for one in answer.context["groups"]}


@pytest.mark.parametrize("who", ["ha", "lan", "minh"])
def test_counts_are_the_rows_of_the_sheet(everything, who, request, sign_in, lan):
    client = sign_in(request.getfixturevalue(who))

    groups = sheet(client, lan.organisation)

    # What was given up is still to be confirmed.
    assert counts(client) == {"Tỉnh ủy Quảng Nam": [2, 1, 1, 2, 1]}
    assert {name: len(one.rows) for name, one in groups.items()} == dict(
        zip(GROUPS, [2, 1, 1, 2, 1], strict=True)
    )
    assert {name: one.count for name, one in groups.items()} == dict(
        zip(GROUPS, [2, 1, 1, 2, 1], strict=True)
    )


def test_the_most_urgent_stands_first_and_links_to_its_page(
    everything, ha, lan, sign_in
):
    late, _soon = everything
    client = sign_in(ha)

    rows = sheet(client, lan.organisation)["overdue"].rows

    assert [row.thing.due_on for row in rows] == [
        TODAY - timedelta(days=50),
        TODAY - timedelta(days=40),
    ]
    page = Markup(client.get(f"/reminders/{lan.organisation_id}/").content.decode())
    links = {one["href"] for one in page.all("a")}
    assert {late.get_absolute_url(), f"{late.get_absolute_url()}#action-1"} <= links


def test_nobody_counts_what_they_may_not_see(everything, hoa, lan, sign_in):
    client = sign_in(hoa)

    assert counts(client) == {}
    assert sheet(client, lan.organisation) == {}
    assert "không có việc nào quá hạn" in client.get("/reminders/").content.decode()


def test_work_of_an_ended_body_stands_at_its_successor(due, ha, lan, sign_in):
    due(-3)
    city = make_organisation("Thành ủy Đà Nẵng")
    make_succession(lan.organisation, city)
    client = sign_in(ha)

    assert counts(client) == {"Thành ủy Đà Nẵng": [1, 0, 0, 0, 0]}
    assert len(sheet(client, city)["overdue"].rows) == 1
    answer = client.get(f"/reminders/{lan.organisation_id}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/reminders/{city.pk}/")


def test_an_answer_is_asked_of_the_addressee_and_work_of_the_lead(due, ha, sign_in):
    lead, asked = make_organisation("Bộ A"), make_organisation("Bộ B")
    due(-3, lead=lead, addressee=asked, kind=RecommendationKind.REQUEST)
    due(-3, lead=None)

    assert counts(sign_in(ha)) == {
        "Bộ A": [1, 0, 0, 0, 0],
        "Bộ B": [0, 0, 0, 0, 1],
        "": [1, 0, 0, 0, 0],
    }


def test_the_sheet_says_what_was_reminded_and_when(due, ha, lan, sign_in):
    one = due(-3)
    for body in (lan.organisation, make_organisation()):
        Reminder.objects.create(
            organisation=body,
            recommendation=one,
            stage=ReminderStage.OVERDUE,
            about=one.due_on,
        )

    answer = sign_in(ha).get(f"/reminders/{lan.organisation_id}/")

    text = answer.content.decode()
    assert text.count(f"Quá hạn: {TODAY:%d/%m/%Y}") == 1
    assert "Chưa nhắc" not in text


def test_only_who_sees_all_has_the_tab(ha, minh, sign_in):
    def tabs(user):
        page = Markup(sign_in(user).get("/resolutions/").content.decode())
        return [one for one in page.all("a") if one["href"] == "/reminders/"]

    assert (len(tabs(ha)), len(tabs(minh))) == (1, 0)


def test_a_body_that_is_not_there_is_404_and_pages_are_only_read(ha, sign_in):
    client = sign_in(ha)

    assert client.get("/reminders/999999/").status_code == 404
    assert client.post("/reminders/").status_code == 405
    assert client.post(f"/reminders/{ha.organisation_id}/").status_code == 405


@pytest.mark.parametrize("who", ["ha", "lan"])
def test_pages_cost_the_same_for_many_rows(everything, due, who, request, sign_in):
    lan, ha = request.getfixturevalue("lan"), request.getfixturevalue("ha")
    client = sign_in(request.getfixturevalue(who))

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get("/reminders/")
            client.get(f"/reminders/{lan.organisation_id}/")
        return len(queries)

    before = cost()
    for _time in range(2):
        one = due(-3)
        make_action(one, make_organisation(), by=ha, due_on=TODAY)
        make_action(one, lan.organisation, by=ha, due_on=TODAY)
        Reminder.objects.create(
            organisation=lan.organisation,
            recommendation=one,
            stage=ReminderStage.OVERDUE,
            about=one.due_on,
        )

    assert cost() == before
