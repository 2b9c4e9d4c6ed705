"""Letters that urge one body: what they ask, that they are kept, and their sending."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tests.chain import plan_action, say
from tests.factories import (
    RAISED_ON,
    make_answer,
    make_confirmation,
    make_deadline,
    make_organisation,
    make_recommendation,
    make_succession,
    make_update,
)
from tracker.choices import ConfirmationState, Progress, ReportFormat
from tracker.models import Recommendation, Report, Sending, StatusUpdate, Submission
from tracker.reports.letters import build_letter

TODAY = timezone.localdate
DAY = date(2025, 6, 30)
EARLIER = datetime(2024, 7, 1, tzinfo=UTC)


@pytest.fixture
def late(lan, ha):
    """What Lan's body leads and let the deadline pass."""
    one = make_recommendation(lead=lan.organisation)
    make_update(one, by=lan, effective_on=date(2025, 3, 1), note="Đã khởi công")
    make_deadline(one, date(2025, 5, 31), by=ha, effective_on=RAISED_ON)
    return one


def write(ha, addressee, *, on=DAY, at=None):
    return build_letter(
        addressee,
        as_of=on,
        frozen_at=at or timezone.now(),
        issuer=ha.organisation,
        viewer=ha,
    )


def asked(letter):
    """Give what is asked, by the code of the recommendation."""
    [table] = letter.content.tables
    rows = [row for group in table.groups for row in group.rows]
    return {row[1].split(". ")[0]: row[-1] for row in rows}


def address_of(body):
    return f"/reminders/{body.pk}/letter/"


def keep(client, body, **typed):
    form = {"form_key": uuid4(), "as_of": f"{TODAY():%d/%m/%Y}", **typed}
    return client.post(f"{address_of(body)}keep/", form)


# -- what it asks -------------------------------------------------------------------


def test_each_reason_is_asked_in_its_own_words(lan, ha, late):
    body = lan.organisation
    soon = make_recommendation(lead=body)
    make_update(soon, by=lan, effective_on=date(2025, 6, 1))
    make_deadline(soon, DAY + timedelta(days=3), by=ha, effective_on=RAISED_ON)
    silent = make_recommendation(lead=body, kind="instruction")
    with time_machine.travel(DAY - timedelta(days=120)):
        stale = make_recommendation(lead=body, entered_at=timezone.now())
        make_update(stale, by=lan, effective_on=RAISED_ON)
    unanswered = make_recommendation(addressee=body)
    make_update(unanswered, by=lan, effective_on=date(2025, 6, 1))
    returned = make_recommendation(lead=body, kind="commitment")
    update = make_update(returned, by=lan, effective_on=date(2025, 6, 1))
    make_confirmation(update, ConfirmationState.RETURNED, by=ha)

    told = asked(write(ha, body))

    assert told == {
        late.code: "hoàn thành, báo cáo nguyên nhân chậm",
        soon.code: "hoàn thành đúng hạn",
        silent.code: "báo cáo tiến độ (chưa có báo cáo)",
        stale.code: "cập nhật tiến độ",
        unanswered.code: "trả lời kiến nghị",
        returned.code: "bổ sung báo cáo đã bị trả lại",
    }
    # The most urgent first, what has no deadline last.
    assert list(told)[:2] == [late.code, soon.code]


def test_who_leads_is_asked_for_work_and_the_addressee_for_the_answer(lan, ha, late):
    ministry = make_organisation("Bộ Tài chính")
    Recommendation.objects.filter(pk=late.pk).update(addressee=ministry)

    assert asked(write(ha, ministry)) == {late.code: "trả lời kiến nghị"}
    content = write(ha, ministry).content
    assert not [line for line in content.opening if "quá hạn" in line]
    told = asked(write(ha, lan.organisation))
    assert told == {late.code: "hoàn thành, báo cáo nguyên nhân chậm"}


def test_what_was_referred_waits_for_the_body_that_received_it(lan, ha):
    receiver = make_organisation("Bộ Y tế")
    one = make_recommendation(addressee=receiver, lead=ha.organisation)
    make_answer(one, "outside_remit", by=ha, referred_to=receiver)

    assert asked(write(ha, receiver)) == {one.code: "trả lời kiến nghị"}


def test_actions_are_asked_of_their_owner(lan, ha):
    owner = make_organisation("Bộ Xây dựng")
    one = make_recommendation(lead=lan.organisation)
    plan_action(one, by=ha, owner=owner, due_on=date(2025, 5, 1), entered_at=EARLIER)
    done = plan_action(one, by=ha, owner=owner, number=2, entered_at=EARLIER)
    say(one, StatusUpdate, by=ha, action=done, progress="completed")

    letter = write(ha, owner)

    told = "hoàn thành, báo cáo nguyên nhân chậm; báo cáo tiến độ (chưa có báo cáo)"
    assert asked(letter) == {f"{one.code}.1": told}
    assert letter.recommendations == (one.pk,)


def test_a_letter_is_in_vietnamese_whatever_the_screen(lan, ha, late):
    with translation.override("en"):
        content = write(ha, lan.organisation).content

    assert content.header.nation == "ĐẢNG CỘNG SẢN VIỆT NAM"
    assert content.language == "vi"


def test_nothing_is_asked_of_what_is_over_or_secret(lan, ha, late):
    make_update(late, Progress.COMPLETED, by=lan, effective_on=date(2025, 6, 1))
    make_recommendation(lead=lan.organisation, kept_outside=True)
    halted = make_recommendation(lead=lan.organisation)
    say(halted, StatusUpdate, by=lan, progress="suspended")

    assert asked(write(ha, lan.organisation)) == {}


def test_it_speaks_of_its_day(lan, ha, late):
    day = date(2025, 5, 28)

    assert asked(write(ha, lan.organisation, on=date(2025, 4, 1))) == {}
    told = asked(write(ha, lan.organisation, on=day))
    assert told == {late.code: "hoàn thành đúng hạn"}


def test_a_successor_is_urged_for_the_body_that_ended(lan, ha, late):
    successor = make_organisation("Thành ủy Đà Nẵng")
    make_succession(lan.organisation, successor, on=date(2025, 7, 1), is_main=True)

    assert late.code in asked(write(ha, successor))
    assert asked(write(ha, make_organisation("Bộ Y tế"))) == {}


def test_it_has_the_form_of_its_issuer_and_leaves_open_what_a_signer_knows(
    lan, ha, late
):
    letter = write(ha, lan.organisation).content

    assert letter.header.form == "party"
    assert letter.header.number == "Số ……-CV/……"
    assert letter.addressee == "Kính gửi: Tỉnh ủy Quảng Nam"
    assert letter.subject == "V/v đôn đốc thực hiện nhiệm vụ, kiến nghị"
    assert letter.title == ""
    assert "còn 1 nhiệm vụ, kiến nghị" in letter.opening[0]
    assert letter.opening[1] == "Trong đó có 1 nhiệm vụ, kiến nghị quá hạn."


def test_it_costs_the_same_for_one_row_and_for_three(lan, ha, late):
    costs = []
    write(ha, lan.organisation)
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            write(ha, lan.organisation)
        costs.append(len(queries))
        for _row in range(2):
            make_recommendation(lead=lan.organisation)

    assert costs[0] == costs[1]


# -- the pages ----------------------------------------------------------------------


def test_looked_at_kept_and_printed(sign_in, lan, ha, late):
    client = sign_in(ha)
    sheet = client.get(f"/reminders/{lan.organisation.pk}/").content.decode()
    assert address_of(lan.organisation) in sheet

    shown = client.get(address_of(lan.organisation))
    assert late.code in shown.content.decode()
    page = keep(client, lan.organisation).headers["Location"]

    kept = Report.objects.get()
    assert (kept.kind, kept.addressee) == ("letter", lan.organisation)
    assert list(kept.recommendations.all()) == [late]
    assert set(kept.files.values_list("format", flat=True)) == {"docx", "pdf"}
    assert late.code in client.get(page).content.decode()
    for kind in (ReportFormat.DOCX, ReportFormat.PDF):
        assert client.get(f"{page}report.{kind}").status_code == 200
    assert page in client.get(f"/reminders/{lan.organisation.pk}/").content.decode()


def test_nothing_to_urge_is_said_and_not_kept(sign_in, lan, ha):
    client = sign_in(ha)

    shown = client.get(address_of(lan.organisation)).content.decode()

    assert "không có nội dung nào cần đôn đốc" in shown
    answer = keep(client, lan.organisation)
    assert answer.headers["Location"].startswith(address_of(lan.organisation))
    assert not Report.objects.exists()


def test_a_key_that_was_used_elsewhere_is_said_and_keeps_nothing(
    sign_in, lan, ha, late
):
    key = uuid4()
    Submission.objects.create(key=key, user=ha, act="khác", answer="/")

    answer = keep(sign_in(ha), lan.organisation, form_key=key)

    assert answer.headers["Location"].startswith(address_of(lan.organisation))
    assert not Report.objects.exists()


def test_a_wrong_day_keeps_what_was_typed(sign_in, lan, ha, late):
    for day in ("31/02/2025", "01/01/2999"):
        page = sign_in(ha).get(f"{address_of(lan.organisation)}?as_of={day}")
        assert f'value="{day}"' in page.content.decode()
        assert page.context["report"] is None
        answer = keep(sign_in(ha), lan.organisation, as_of=day)
        assert "as_of=" in answer.headers["Location"]
    assert not Report.objects.exists()


def test_only_coordinators_write_letters(sign_in, lan, minh, quan, late):
    for user in (lan, minh, quan):
        client = sign_in(user)
        assert client.get(address_of(lan.organisation)).status_code == 403
        assert keep(client, lan.organisation).status_code == 403
        sheet = client.get(f"/reminders/{lan.organisation.pk}/").content.decode()
        assert address_of(lan.organisation) not in sheet


# -- the sending --------------------------------------------------------------------


@pytest.fixture
def letter(sign_in, lan, ha, late):
    keep(sign_in(ha), lan.organisation)
    return Report.objects.get()


def send(client, letter, **typed):
    form = {
        "form_key": uuid4(),
        "number": "12-CV/BCSCLTW",
        "sent_on": f"{TODAY():%d/%m/%Y}",
        **typed,
    }
    return client.post(f"{letter.get_absolute_url()}sending/", form)


def test_number_and_day_are_recorded_and_stand_in_the_timeline(
    sign_in, lan, ha, late, letter
):
    client, key = sign_in(ha), uuid4()

    for _twice in range(2):
        answer = send(client, letter, form_key=key)
        assert answer.headers["Location"] == letter.get_absolute_url()

    assert Sending.objects.count() == 1
    page = client.get(letter.get_absolute_url()).content.decode()
    assert "Đã gửi theo số 12-CV/BCSCLTW" in page
    timeline = sign_in(lan).get(late.get_absolute_url()).content.decode()
    assert "Đã gửi công văn đôn đốc" in timeline
    assert "số 12-CV/BCSCLTW gửi Tỉnh ủy Quảng Nam" in timeline


def test_a_newer_record_holds(sign_in, ha, late, letter):
    client = sign_in(ha)
    send(client, letter)
    send(client, letter, number="13-CV/BCSCLTW")

    assert Sending.objects.count() == 2
    page = client.get(letter.get_absolute_url()).content.decode()
    timeline = client.get(late.get_absolute_url()).content.decode()
    assert "13-CV/BCSCLTW" in page
    assert "12-CV/BCSCLTW" not in page
    assert "12-CV/BCSCLTW" not in timeline


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": ""}, "number"),
        ({"sent_on": "01/01/2020"}, "ngày này sớm hơn"),
        ({"sent_on": "01/01/2999"}, "chưa đến"),
        ({"sent_on": "31/02/2025"}, "sent_on"),
    ],
)
def test_a_wrong_sending_is_refused_and_kept_on_the_page(
    sign_in, ha, letter, typed, said
):
    answer = send(sign_in(ha), letter, **typed)

    assert answer.status_code == 422
    page = answer.content.decode()
    form = answer.context["sending_form"]
    assert said in page if " " in said else said in form.errors
    for value in typed.values():
        assert value in page
    assert not Sending.objects.exists()


def test_only_coordinators_record_sendings(sign_in, lan, quan, ha, late, letter):
    assert send(sign_in(quan), letter).status_code == 403
    assert send(sign_in(lan), letter).status_code == 404
    assert not Sending.objects.exists()
