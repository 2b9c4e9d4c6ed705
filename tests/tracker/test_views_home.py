"""What reporters land on: each thing to see to under its reasons, and nobody else's."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    RAISED_ON,
    make_answer,
    make_deadline,
    make_organisation,
    make_recommendation,
    make_succession,
    make_update,
)
from tests.markup import Markup
from tracker.choices import AnswerOutcome, ConfirmationState, Progress
from tracker.models import Answer, Confirmation, FollowUpAction, Recommendation
from tracker.reports.my_work import build_my_work
from tracker.services.history import append_row, refresh_cached_state

INSTRUCTION = {"kind": "instruction"}


def add(recommendation, row, *, by, on=RAISED_ON):
    row.author, row.spoken_for, row.effective_on = by, by.organisation, on
    append_row(recommendation, row)
    refresh_cached_state(recommendation)
    return row


def return_it(recommendation, update, *, by, note="Chưa nêu số liệu"):
    said = Confirmation(update=update, outcome=ConfirmationState.RETURNED, note=note)
    return add(recommendation, said, by=by)


def answer(recommendation, *, by, is_final):
    said = Answer(outcome=AnswerOutcome.ACCEPTED, is_final=is_final, note="Tiếp thu")
    return add(recommendation, said, by=by)


def make_action(recommendation, owner, *, by, **fields):
    return FollowUpAction.objects.create(
        recommendation=recommendation,
        number=recommendation.actions.count() + 1,
        wording="Trình phương án",
        owner=owner,
        entered_by=by,
        **fields,
    )


def days(number):
    return timezone.localdate() + timedelta(days=number)


def work_of(user):
    """Give code and number of the action of everything, by reason."""
    return {
        section.reason.value: [
            f"{task.code}/{task.action_number or ''}" for task in section.tasks
        ]
        for section in build_my_work(user, on=timezone.localdate())
    }


@pytest.fixture
def own(lan):
    """Give a maker of instructions that Lan's committee leads, reported today."""

    def make(due_on=None, *, by=lan, is_reported=True, **fields):
        one = make_recommendation(**INSTRUCTION | {"lead": lan.organisation} | fields)
        if is_reported:
            make_update(one, by=by)
        if due_on:
            make_deadline(one, due_on, by=by)
        return one

    return make


def test_each_section_holds_exactly_its_rows(lan, ha, own):
    late, later = own(days(-1)), own(days(-3))
    due_today, due_in_a_week = own(days(0)), own(days(7))
    own(days(8))
    silent = own(is_reported=False)
    with time_machine.travel(timezone.now() - timedelta(days=91)):
        stale = own()
    returned = own()
    return_it(returned, returned.current_update, by=ha)
    answered_again = own()
    return_it(answered_again, answered_again.current_update, by=ha)
    make_update(answered_again, by=lan)

    assert work_of(lan) == {
        "returned": [f"{returned.code}/"],
        "overdue": [f"{later.code}/", f"{late.code}/"],
        "due_soon": [f"{due_today.code}/", f"{due_in_a_week.code}/"],
        "never_reported": [f"{silent.code}/"],
        "stale": [f"{stale.code}/"],
    }


def test_one_row_stands_under_every_reason_it_has(lan, own):
    one = own(days(-1), is_reported=False, kind="request")

    assert work_of(lan) == dict.fromkeys(
        ("overdue", "unanswered", "never_reported"), [f"{one.code}/"]
    )


def test_answers_are_awaited_until_the_final_one(lan, ha, own):
    silent, preliminary, final = (own(kind="recommendation") for _ in range(3))
    addressed = own(kind="request", lead=ha.organisation, addressee=lan.organisation)
    done = own(kind="request")
    make_update(done, Progress.COMPLETED, by=lan)
    answer(preliminary, by=lan, is_final=False)
    answer(final, by=lan, is_final=True)

    waiting = [f"{one.code}/" for one in (silent, preliminary, addressed)]
    assert work_of(lan) == {"unanswered": waiting}


def test_actions_of_own_body_stand_beside_recommendations(lan, ha, own):
    elsewhere = own(lead=ha.organisation, by=ha)
    action = make_action(elsewhere, lan.organisation, by=ha, due_on=days(-2))
    make_action(elsewhere, ha.organisation, by=ha, due_on=days(-2))
    update = make_update(elsewhere, by=lan, action=action)
    return_it(elsewhere, update, by=ha)
    make_action(elsewhere, lan.organisation, by=ha)

    assert work_of(lan) == {
        "returned": [f"{elsewhere.code}/1"],
        "overdue": [f"{elsewhere.code}/1"],
        "never_reported": [f"{elsewhere.code}/3"],
    }


def test_what_is_to_be_done_for_something_over_is_no_work(lan, ha, own):
    over = own(lead=ha.organisation, by=ha)
    make_action(over, lan.organisation, by=ha, due_on=days(-2))
    assert work_of(lan) != {}

    make_update(over, Progress.COMPLETED, by=ha)

    assert work_of(lan) == {}
    assert over.actions.get().judge_timeliness(on=days(0)) == "not_counted"


def test_what_was_referred_waits_for_the_body_that_received_it(lan, ha):
    one = make_recommendation(addressee=ha.organisation)
    make_answer(
        one,
        by=ha,
        outcome="outside_remit",
        is_final=True,
        referred_to=lan.organisation,
    )
    Recommendation.objects.update(addressee=lan.organisation)

    assert work_of(lan)["unanswered"] == [f"{one.code}/"]


def test_nothing_of_other_bodies_and_nothing_closed_to_records(lan, hoa, own):
    own(days(-1), lead=hoa.organisation, addressee=lan.organisation)
    own(days(-1), lead=None, addressee=hoa.organisation, raised_by=lan.organisation)
    outside = own(days(-1), kept_outside=True)
    withdrawn = own(days(-1), withdrawn_on=date(2025, 1, 1))
    for one in (outside, withdrawn):
        make_action(one, lan.organisation, by=hoa, due_on=days(-1))

    assert work_of(lan) == {}


def test_work_comes_with_succession(lan, own):
    before = make_succession(make_organisation(), lan.organisation).predecessor
    led = own(days(-1), lead=before)
    addressed = own(days(-1), lead=None, addressee=before)
    action = make_action(led, before, by=lan, due_on=days(-1))
    make_update(led, by=lan, action=action)

    codes = [f"{led.code}/", f"{addressed.code}/", f"{led.code}/1"]
    assert work_of(lan) == {"overdue": codes}


# -- the page -----------------------------------------------------------------------


def test_reporter_is_one_click_from_each_form(sign_in, lan, ha, own):
    one = own(days(-12), kind="request")
    return_it(one, one.current_update, by=ha, note="Chưa nêu số liệu đất")
    action = make_action(one, lan.organisation, by=ha)

    page = sign_in(lan).get("/").content.decode()

    buttons = [a["href"] for a in Markup(page).all("a") if a["class"] == "button"]
    assert {re.sub(r"[?&]from=[^&#]*", "", one) for one in buttons} == {
        f"{one.get_absolute_url()}#recommendation-progress-form",
        f"{one.get_absolute_url()}?form=answer#recommendation-answer-form",
        action.get_absolute_url(),
    }
    assert "Quá hạn 12 ngày" in page
    assert "Chưa nêu số liệu đất" in page
    assert f"Lê Thu Hà, {ha.organisation}" in page
    assert '<a href="/my-work/" aria-current="page">Việc của tôi</a>' in page


def test_a_long_section_leads_to_all_of_it(sign_in, lan, ha, own, monkeypatch):
    monkeypatch.setattr("tracker.reports.my_work.SHOWN", 2)
    late = [own(days(-number)) for number in (1, 2, 3)]
    make_action(late[0], lan.organisation, by=ha, due_on=days(-4))

    page = sign_in(lan).get("/").content.decode()

    section = page[page.index('id="my-work-section-overdue"') :]
    section = section[: section.index("</section>")]
    assert re.findall(r'data-code="([^"]+)"', section) == [late[0].code, late[2].code]
    assert '<a href="/my-work/?reason=overdue">Xem tất cả 4 việc' in section


def codes_on(client, address):
    page = client.get(address).content.decode()
    return re.findall(r'data-code="([^"]+)"', page), page


def test_all_of_one_reason_stands_in_pages_by_urgency(sign_in, lan, ha, own, settings):
    settings.LIST_PAGE_SIZE = 2
    own(days(3))
    late = [own(days(-number)) for number in (1, 2, 3)]
    make_action(late[0], lan.organisation, by=ha, due_on=days(-2))
    client = sign_in(lan)

    first, page = codes_on(client, "/my-work/?reason=overdue")
    assert first == [late[2].code, late[1].code]
    assert 'rel="next" href="?reason=overdue&amp;page=2"' in page
    assert "Sắp đến hạn" not in page

    last, page = codes_on(client, "/my-work/?reason=overdue&page=2")
    assert last == [late[0].code, late[0].code]
    assert '#action-1"' in page
    assert '<a href="/my-work/">Việc của tôi</a>' in page
    assert codes_on(client, "/my-work/?reason=overdue&page=99")[0] == last


def test_a_reason_without_work_says_so_and_an_unknown_one_is_none(sign_in, lan, own):
    own(days(-1))
    client = sign_in(lan)

    assert (
        "Không có việc nào cần xử lý." in codes_on(client, "/my-work/?reason=stale")[1]
    )
    assert codes_on(client, "/my-work/?reason=x%00")[0]


def test_nothing_to_see_to_says_what_it_means(sign_in, lan):
    page = sign_in(lan).get("/").content.decode()

    assert "Không có việc nào cần xử lý." in page
    assert 'href="/recommendations/"' in page


def test_others_are_led_to_the_overview(sign_in, ha, minh, quan):
    for user in (ha, minh, quan):
        client = sign_in(user)
        assert client.get("/")["Location"] == "/overview/"
        assert "Việc của tôi" not in client.get("/recommendations/").content.decode()


def test_my_work_costs_the_same_with_one_row_and_with_three(sign_in, lan, ha, own):
    client = sign_in(lan)

    def grow():
        with time_machine.travel(timezone.now() - timedelta(days=91)):
            one = own(days(-1), kind="request")
        return_it(one, one.current_update, by=ha)
        answer(one, by=lan, is_final=False)
        make_action(one, lan.organisation, by=ha, due_on=days(-1))

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    grow()
    with_one = cost()
    grow()
    grow()

    assert cost() == with_one <= 12
    assert Recommendation.objects.count() == 3


def leads_told(client, *, language="vi"):
    """Give the cells of the lead in what waits for an answer, with the head first."""
    client.cookies["django_language"] = language
    page = client.get("/").content.decode()
    section = re.search(r'id="my-work-section-unanswered".*?</table>', page, re.DOTALL)
    told = re.search(r'<th scope="col">(Chủ trì|Lead)</th>', section.group())
    cells = re.findall(r'<td class="lead".*?</td>', section.group(), re.DOTALL)
    words = [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]
    return ([told.group(1)] if told else []) + words


def test_reader_of_several_bodies_sees_who_leads_what_waits(sign_in, lan, ha):
    territory = make_organisation("tỉnh Quảng Nam", spoken_for_by=lan.organisation)
    asked = {"kind": "request", "addressee": territory}
    for lead in (make_organisation("Bộ Công Thương"), None):
        make_update(make_recommendation(lead=lead, **asked), by=ha)

    assert leads_told(sign_in(lan)) == ["Chủ trì", "Bộ Công Thương", "Chưa xác định"]


def test_reader_of_one_body_needs_no_column_for_it(sign_in, lan, own):
    own(kind="request")

    assert leads_told(sign_in(lan)) == []
