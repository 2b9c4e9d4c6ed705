"""Many people, or one impatient one, sending the same form at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories import RAISED_ON, make_organisation, make_recommendation
from tests.factories import make_update as make_report
from tracker.models import (
    Confirmation,
    DeadlineChange,
    Recommendation,
    StatusUpdate,
    Submission,
)
from tracker.services.verification import find_faults

at_once = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(quang_nam_committee):
    return make_recommendation(addressee=quang_nam_committee)


def progress_form(recommendation, number=0, **fields):
    return {
        "form_key": str(uuid4()),
        "version": recommendation.version,
        "progress": "in_progress",
        "effective_on": f"{RAISED_ON:%d/%m/%Y}",
        "note": text_of(number),
        **fields,
    }


def deadline_form(recommendation, number=0, **fields):
    due_on = date(2027, 1, 1) + timedelta(days=number)
    return {
        "form_key": str(uuid4()),
        "version": recommendation.version,
        "due_on": f"{due_on:%d/%m/%Y}",
        "effective_on": f"{RAISED_ON:%d/%m/%Y}",
        "note": text_of(number),
        **fields,
    }


def text_of(number):
    return f"Đã giao đơn vị số {number:02d} khảo sát, lập danh mục"


def address(act, recommendation):
    return reverse(f"recommendation-{act}", args=[recommendation.code])


def send_at_once(user, sendings):
    """Send every form from a client, a thread and a connection of its own."""
    start = Barrier(len(sendings))

    def send(client, url, form):
        try:
            start.wait(timeout=30)
            return client.post(url, form)
        finally:
            connection.close()

    clients = [Client() for _ in sendings]
    for client in clients:
        client.force_login(user)
    with ThreadPoolExecutor(len(sendings)) as pool:
        sending = [
            pool.submit(send, client, *one)
            for client, one in zip(clients, sendings, strict=True)
        ]
        return [one.result() for one in sending]


def all_to(act, recommendation, forms):
    return [(address(act, recommendation), form) for form in forms]


def assert_one_won(answers, forms, words_of):
    """One is accepted; everybody else reads what they typed, still in the form."""
    assert Counter(answer.status_code for answer in answers) == {
        302: 1,
        409: len(forms) - 1,
    }
    for answer, form in zip(answers, forms, strict=True):
        if answer.status_code == 409:
            page = answer.content.decode()
            assert words_of(form) in page
            assert form["form_key"] in page
    assert Submission.objects.count() == 1
    assert list(find_faults()) == []


def assert_equal_answers(answers):
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, answers[0]["Location"])
    }
    assert Submission.objects.get().answer == answers[0]["Location"]
    assert Recommendation.objects.get().version == 2
    assert list(find_faults()) == []


# -- progress ---------------------------------------------------------------------


@at_once
def test_of_sixteen_reports_on_one_version_one_is_accepted(lan, asked):
    forms = [progress_form(asked, number) for number in range(16)]

    answers = send_at_once(lan, all_to("record-progress", asked, forms))

    assert_one_won(answers, forms, lambda form: form["note"])
    won = [answer.status_code for answer in answers].index(302)
    row = StatusUpdate.objects.get()
    assert (row.note, row.author) == (text_of(won), lan)
    assert answers[won]["Location"] == row.get_absolute_url()
    saved = Recommendation.objects.get()
    assert (saved.progress, saved.version, saved.last_sequence) == ("in_progress", 2, 1)


@at_once
def test_sixteen_submits_of_one_report_make_one_row(lan, asked):
    forms = [progress_form(asked, 7)] * 16

    answers = send_at_once(lan, all_to("record-progress", asked, forms))

    assert_equal_answers(answers)
    row = StatusUpdate.objects.get()
    assert (row.note, row.get_absolute_url()) == (text_of(7), answers[0]["Location"])


@at_once
def test_reports_on_different_recommendations_do_not_wait_in_vain(lan):
    asked = [make_recommendation(addressee=lan.organisation) for _ in range(4)]

    answers = send_at_once(
        lan, [(address("record-progress", one), progress_form(one)) for one in asked]
    )

    assert [answer.status_code for answer in answers] == [302] * 4
    assert StatusUpdate.objects.count() == Submission.objects.count() == 4
    assert list(find_faults()) == []


# -- lead -------------------------------------------------------------------------


def lead_form(recommendation, body):
    return {
        "form_key": str(uuid4()),
        "version": recommendation.version,
        "lead": body.pk,
    }


@at_once
def test_of_four_assignments_on_one_version_one_is_accepted(ha, asked):
    bodies = [make_organisation(f"Bộ được giao thứ {n}") for n in range(4)]
    forms = [lead_form(asked, body) for body in bodies]
    edits = Recommendation.history.count()

    answers = send_at_once(ha, all_to("assign-lead", asked, forms))

    chosen = {body.pk: f'value="{body.pk}" selected' for body in bodies}
    assert_one_won(answers, forms, lambda form: chosen[form["lead"]])
    won = [answer.status_code for answer in answers].index(302)
    saved = Recommendation.objects.get()
    assert (saved.lead, saved.version) == (bodies[won], 2)
    assert Recommendation.history.count() == edits + 1


@at_once
def test_four_submits_of_one_assignment_make_one_edit(ha, asked):
    body = make_organisation("Bộ Công Thương")
    edits = Recommendation.history.count()

    answers = send_at_once(
        ha, all_to("assign-lead", asked, [lead_form(asked, body)] * 4)
    )

    assert_equal_answers(answers)
    assert Recommendation.objects.get().lead == body
    assert Recommendation.history.count() == edits + 1


# -- deadline ---------------------------------------------------------------------


@at_once
def test_of_four_deadlines_on_one_version_one_is_accepted(ha, asked):
    forms = [deadline_form(asked, number) for number in range(4)]

    answers = send_at_once(ha, all_to("set-deadline", asked, forms))

    assert_one_won(answers, forms, lambda form: form["note"])
    won = [answer.status_code for answer in answers].index(302)
    row, saved = DeadlineChange.objects.get(), Recommendation.objects.get()
    assert f"{row.due_on:%d/%m/%Y}" == forms[won]["due_on"]
    assert (saved.due_on, saved.version) == (row.due_on, 2)


@at_once
def test_four_submits_of_one_deadline_make_one_line(ha, asked):
    forms = [deadline_form(asked, 2)] * 4

    answers = send_at_once(ha, all_to("set-deadline", asked, forms))

    assert_equal_answers(answers)
    assert DeadlineChange.objects.get().due_on == date(2027, 1, 3)


@at_once
def test_different_acts_on_one_version_are_a_conflict_too(ha, asked):
    body = make_organisation("Bộ Công Thương")
    report = progress_form(asked, spoken_for=ha.organisation_id)
    sendings = [
        (address("record-progress", asked), report),
        (address("set-deadline", asked), deadline_form(asked)),
        (address("assign-lead", asked), lead_form(asked, body)),
    ]

    answers = send_at_once(ha, sendings)

    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: 2}
    assert Recommendation.objects.get().version == 2
    assert Submission.objects.count() == 1


# -- confirmation -----------------------------------------------------------------


def confirmation_form(recommendation, number=0):
    return {
        "form_key": str(uuid4()),
        "version": recommendation.version,
        "outcome": "returned" if number % 2 else "confirmed",
        "note": text_of(number),
    }


def confirm_at_once(user, update, forms):
    place = [update.recommendation.code, update.sequence]
    url = reverse("recommendation-confirm-update", args=place)
    return send_at_once(user, [(url, form) for form in forms])


@at_once
def test_of_eight_words_on_one_version_one_is_accepted(ha, lan, asked):
    update = make_report(asked, by=lan)
    forms = [confirmation_form(asked, number) for number in range(8)]

    answers = confirm_at_once(ha, update, forms)

    assert_one_won(answers, forms, lambda form: form["note"])
    won = [answer.status_code for answer in answers].index(302)
    word, saved = Confirmation.objects.get(), Recommendation.objects.get()
    assert (word.note, word.outcome) == (text_of(won), forms[won]["outcome"])
    assert (saved.confirmation, saved.version) == (word.outcome, 2)
    assert (saved.progress, saved.last_sequence) == ("in_progress", 2)


@at_once
def test_four_submits_of_one_word_make_one_row(ha, lan, asked):
    update = make_report(asked, by=lan)
    forms = [confirmation_form(asked, 3)] * 4

    assert_equal_answers(confirm_at_once(ha, update, forms))
    assert Confirmation.objects.get().note == text_of(3)


# -- one after the other ----------------------------------------------------------


def conflict_of(answer):
    """Cut out what the page says of the two versions."""
    page = answer.content.decode()
    above = page.split('id="recommendation-conflict"')[1].split("</section>")[0]
    in_form = page.split('class="notice warning conflict"')[1].split("</section>")[0]
    return above + in_form


def test_the_page_of_a_conflict_shows_both_versions(sign_in, lan, ha, asked):
    make_report(asked, "suspended", note="Hà ghi trước", by=ha)
    stale = progress_form(asked, 3, version=0, url="https://quangnam.gov.vn/3")

    answer = sign_in(lan).post(address("record-progress", asked), stale)

    assert answer.status_code == 409
    for words in ("Hà ghi trước", "Lê Thu Hà", text_of(3), "https://quangnam.gov.vn/3"):
        assert words in conflict_of(answer)
    assert StatusUpdate.objects.count() == 1

    # The form stands on the version that is there now: sent again, it is accepted.
    form = answer.context["progress_form"]
    again = {**stale, "version": form["version"].value()}
    assert sign_in(lan).post(answer.wsgi_request.path, again).status_code == 302
    assert StatusUpdate.objects.latest("pk").note == text_of(3)


def test_a_correction_sent_twice_answers_like_the_first(sign_in, lan, asked):
    wrong = make_report(asked, "completed", by=lan)
    make_report(asked, by=lan)
    client, url = sign_in(lan), address("record-progress", asked)
    form = progress_form(asked, corrects=wrong.pk)

    answers = [client.post(url, form) for _ in range(2)]

    # Corrected by the first submit, the row is no longer offered to the second.
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert StatusUpdate.objects.count() == 3


def test_correcting_what_somebody_else_corrected_is_a_conflict(sign_in, lan, ha, asked):
    wrong = make_report(asked, "completed", by=lan)
    form = progress_form(asked, 5, corrects=wrong.pk)
    make_report(asked, by=lan)
    first = progress_form(asked, 1, corrects=wrong.pk, spoken_for=lan.organisation_id)
    url = address("record-progress", asked)
    assert sign_in(ha).post(url, first).status_code == 302

    answer = sign_in(lan).post(url, form)

    assert answer.status_code == 409
    assert text_of(5) in answer.content.decode()


def test_keeping_a_lead_that_somebody_else_replaced_is_a_conflict(sign_in, ha):
    ended = make_organisation("Bộ đã hết", valid_to=date(2025, 2, 28))
    asked = make_recommendation(lead=ended)
    form, other = lead_form(asked, ended), make_organisation("Bộ Công Thương")
    client, url = sign_in(ha), address("assign-lead", asked)
    assert client.post(url, lead_form(asked, other)).status_code == 302

    answer = client.post(url, form)

    assert answer.status_code == 409
    assert "Bộ đã hết" in conflict_of(answer)
