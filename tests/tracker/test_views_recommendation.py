"""One recommendation: what its page says, and the three acts on it."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from provinces.choices import OrganisationKind
from tests.chain import Chain
from tests.factories import (
    make_deadline,
    make_organisation,
    make_passage,
    make_province,
    make_recommendation,
    make_resolution,
    make_succession,
    make_update,
)
from tests.markup import Markup
from tracker.choices import Progress
from tracker.models import Evidence, StatusUpdate, WorkingSession


@pytest.fixture
def asked(quang_nam, quang_nam_committee):
    """A request to the province, spoken for by Lan's committee."""
    territory = make_organisation(
        "tỉnh Quảng Nam",
        OrganisationKind.TERRITORY,
        province=quang_nam,
        spoken_for_by=quang_nam_committee,
    )
    return make_recommendation(
        [make_resolution()],
        code_number=13,
        wording="Làm rõ cơ chế cho cụm công nghiệp",
        province=quang_nam,
        addressee=territory,
        passage=make_passage("nhất là cụm liên kết"),
    )


def progress_data(recommendation, **changed):
    return {
        "form_key": str(uuid.uuid4()),
        "version": recommendation.version,
        "progress": "in_progress",
        "effective_on": "01/07/2024",
        "note": "Đã họp rà soát",
        "document_number": "",
        "url": "",
    } | changed


def url(recommendation, act=""):
    return f"/recommendations/{recommendation.code}/{act}"


def text_of(response):
    return response.content.decode()


def test_page_shows_quotation_source_and_what_is_not_determined(sign_in, lan, asked):
    text = text_of(sign_in(lan).get(url(asked)))

    assert "“nhất là cụm liên kết”" in text
    assert asked.passage.document.title in text
    assert "dòng 60" in text
    assert text.count("Chưa xác định") == 2


def test_page_names_bodies_then_and_now(sign_in, ha, asked, quang_nam):
    new = make_province("Đà Nẵng", slug="48", valid_from=date(2025, 7, 1))
    new.names.update(kind="city", valid_from=date(2025, 7, 1))
    quang_nam.successor = new
    quang_nam.save()
    make_succession(asked.addressee, make_organisation("thành phố Đà Nẵng"))

    text = text_of(sign_in(ha).get(url(asked)))

    assert "tỉnh Quảng Nam (nay là thành phố Đà Nẵng)" in text
    assert "từ 01/07/2025: thành phố Đà Nẵng" in text


def test_reader_gets_the_page_without_forms(sign_in, minh, asked):
    assert "<textarea" not in text_of(sign_in(minh).get(url(asked)))


def test_reporter_gets_the_update_form_only(sign_in, lan, asked):
    text = text_of(sign_in(lan).get(url(asked)))

    assert url(asked, "progress/") in text
    assert url(asked, "lead/") not in text
    assert 'name="spoken_for"' not in text


def test_coordinator_speaks_for_the_addressee_unless_there_is_a_lead(
    sign_in, ha, asked
):
    text = text_of(sign_in(ha).get(url(asked)))

    assert f'<option value="{asked.addressee_id}" selected>' in text


def test_recording_progress_changes_the_database_and_the_page(sign_in, lan, asked):
    client = sign_in(lan)

    response = client.post(url(asked, "progress/"), progress_data(asked), follow=True)

    asked.refresh_from_db()
    update = asked.updates.get()
    assert response.redirect_chain == [(f"{url(asked)}#row-1", 302)]
    assert asked.progress == Progress.IN_PROGRESS
    assert (update.author, update.spoken_for) == (lan, lan.organisation)
    assert update.effective_on == date(2024, 7, 1)
    assert "Đã họp rà soát" in text_of(response)


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"effective_on": "31/12/2099"}, "effective_on", "chưa đến"),
        ({"effective_on": "25/06/2024"}, "effective_on", "26/06/2024"),
        ({"effective_on": "31/02/2025"}, "effective_on", ""),
        ({"effective_on": "06/27/2024"}, "effective_on", ""),
        ({"effective_on": ""}, "effective_on", ""),
        ({"progress": "completed"}, "document_number", "minh chứng"),
        ({"progress": "suspended", "note": ""}, "note", "lý do"),
        ({"progress": "discontinued"}, "document_number", "văn bản"),
        ({"progress": "finished"}, "progress", ""),
        ({"url": "javascript:alert(1)"}, "url", ""),
        ({"url": "ftp://quangnam.example/15"}, "url", ""),
    ],
)
def test_bad_input_is_named_at_its_field_and_keeps_what_was_typed(
    sign_in, lan, asked, changed, field, message
):
    data = progress_data(asked, **({"note": "Giữ nguyên chữ này"} | changed))

    response = sign_in(lan).post(url(asked, "progress/"), data)
    form = response.context["progress_form"]

    assert response.status_code == 422
    assert list(form.errors) == [field] or field in form.errors
    assert message in " ".join(form.errors[field])
    assert data["note"] in text_of(response)
    assert not StatusUpdate.objects.exists()


def test_evidence_is_kept_with_its_update(sign_in, lan, asked):
    data = progress_data(
        asked,
        progress="completed",
        document_number="15-BC/TU",
        url="https://quangnam.example/15",
    )

    text = text_of(sign_in(lan).post(url(asked, "progress/"), data, follow=True))

    evidence = Evidence.objects.get()
    assert evidence.update == asked.updates.get()
    assert "15-BC/TU" in text
    assert 'href="https://quangnam.example/15"' in text


def test_correction_strikes_the_earlier_entry_through(sign_in, lan, asked):
    wrong = make_update(asked, Progress.COMPLETED, by=lan)
    asked.refresh_from_db()
    data = progress_data(asked, corrects=wrong.pk)

    text = text_of(sign_in(lan).post(url(asked, "progress/"), data, follow=True))

    asked.refresh_from_db()
    assert (asked.progress, asked.completed_on) == (Progress.IN_PROGRESS, None)
    assert "completed corrected" in text


def test_stale_version_shows_both_versions_and_loses_nothing(sign_in, lan, ha, asked):
    data = progress_data(asked, note="Ghi chú của Lan")
    mine = progress_data(asked, note="Ghi chú của Hà", spoken_for=asked.addressee_id)
    sign_in(ha).post(url(asked, "progress/"), mine)
    client = sign_in(lan)

    response = client.post(url(asked, "progress/"), data)
    text = text_of(response)

    assert response.status_code == 409
    assert text.count("Ghi chú của Lan") == 2
    assert "Ghi chú của Hà" in text
    assert asked.updates.count() == 1
    # What stands in the form now can be sent again.
    again = {**data, "version": response.context["progress_form"]["version"].value()}
    assert client.post(url(asked, "progress/"), again).status_code == 302
    assert asked.updates.count() == 2


def test_double_click_makes_one_row_and_both_answers_succeed(sign_in, lan, asked):
    data, client = progress_data(asked), sign_in(lan)

    answers = [client.post(url(asked, "progress/"), data) for _ in range(2)]

    assert [(one.status_code, one["Location"]) for one in answers] == [
        (302, f"{url(asked)}#row-1")
    ] * 2
    assert asked.updates.count() == 1


def test_forged_fields_change_nothing(sign_in, lan, asked, hoa):
    data = progress_data(
        asked,
        spoken_for=hoa.organisation_id,
        author=hoa.pk,
        sequence=99,
        recorded_at="2020-01-01",
        hash="0" * 64,
    )

    sign_in(lan).post(url(asked, "progress/"), data)

    update = asked.updates.get()
    assert (update.author, update.spoken_for) == (lan, lan.organisation)
    assert update.sequence == 1
    assert update.recorded_at.date() >= date(2026, 1, 1)


def test_broken_stamp_is_refused_without_an_error_page(sign_in, lan, asked):
    data = progress_data(asked, form_key="not a key", version="")

    assert sign_in(lan).post(url(asked, "progress/"), data).status_code == 422


def test_another_province_gets_404_for_page_and_acts(sign_in, hoa, asked):
    client = sign_in(hoa)

    assert client.get(url(asked)).status_code == 404
    for act in ("progress/", "lead/", "deadline/"):
        assert client.post(url(asked, act), progress_data(asked)).status_code == 404


def test_reader_gets_403_for_acts(sign_in, minh, asked):
    for act in ("progress/", "lead/", "deadline/"):
        answer = sign_in(minh).post(url(asked, act), progress_data(asked))
        assert answer.status_code == 403


def test_acts_lead_to_the_page_when_only_looked_at(sign_in, ha, hoa, asked):
    """So does signing in again after the session ended in the middle of a form."""
    for act in ("progress/", "lead/", "deadline/"):
        assert sign_in(ha).get(url(asked, act))["Location"] == url(asked)
        assert sign_in(hoa).get(url(asked, act)).status_code == 404
        assert sign_in(ha).put(url(asked, act)).status_code == 405


def test_text_typed_when_the_session_ended_is_shown_and_not_lost(client, asked):
    data = progress_data(asked, note="Dòng một\nDòng hai <b>")

    response = client.post(url(asked, "progress/"), data)
    text = text_of(response)

    assert response.status_code == 401
    assert "Dòng một\nDòng hai &lt;b&gt;" in text
    assert f'href="/accounts/login/?next={url(asked, "progress/")}"' in text
    assert data["form_key"] not in text
    assert not asked.updates.exists()


def test_passwords_are_never_shown_when_a_session_ended(client, db):
    data = {"oldpassword": "OLD-secret", "password1": "NEW-secret"}

    response = client.post("/accounts/password/change/", data)

    assert response["Location"].startswith("/accounts/login/")
    assert b"secret" not in response.content


def test_text_typed_is_shown_when_the_right_is_gone_meanwhile(sign_in, lan, ha, asked):
    data, client = progress_data(asked, note="Chữ không được mất"), sign_in(lan)
    asked.lead = make_organisation("Bộ Công Thương")
    asked.save(update_fields=["lead"])

    refused = client.post(url(asked, "progress/"), data)

    assert refused.status_code == 403
    assert "Chữ không được mất" in text_of(refused)
    asked.province = asked.addressee = asked.raised_by = None
    asked.save()
    gone = client.post(url(asked, "progress/"), data)
    assert gone.status_code == 404
    assert "Chữ không được mất" in text_of(gone)
    assert asked.wording not in text_of(gone)


def test_session_is_named_only_to_who_may_see_it(sign_in, lan, hoa, asked, quang_nam):
    asked.session = WorkingSession.objects.create(
        kind="working_session",
        title="Buổi làm việc kín",
        held_on=date(2024, 6, 26),
        province=quang_nam,
    )
    asked.lead = hoa.organisation
    asked.save()

    assert "Buổi làm việc kín" in text_of(sign_in(lan).get(url(asked)))
    page = sign_in(hoa).get(url(asked))
    assert page.status_code == 200
    assert "Buổi làm việc kín" not in text_of(page)


@pytest.mark.parametrize("typed", ["9223372036854775808", "9" * 5000, "²", "x"])
@pytest.mark.parametrize("version", [1, 99])
def test_ids_that_no_row_can_have_are_refused(sign_in, ha, asked, typed, version):
    data = {"form_key": str(uuid.uuid4()), "version": version}
    client = sign_in(ha)
    for act, names in (
        ("lead/", ("lead", "coordinating")),
        ("progress/", ("corrects",)),
    ):
        for name in names:
            answer = client.post(
                url(asked, act), progress_data(asked) | data | {name: typed}
            )
            assert answer.status_code in {409, 422}, (act, name)


def test_correction_of_what_was_corrected_never_becomes_news(sign_in, lan, ha, asked):
    wrong = make_update(asked, Progress.COMPLETED, by=lan)
    make_update(asked, by=ha, corrects=wrong)
    asked.refresh_from_db()
    data = progress_data(asked, corrects=wrong.pk)

    answer = sign_in(lan).post(url(asked, "progress/"), data)

    assert answer.status_code == 422
    assert "corrects" in answer.context["progress_form"].errors
    assert asked.updates.count() == 2


def test_back_dated_deadline_says_what_stays(sign_in, ha, asked):
    make_deadline(asked, date(2026, 12, 31), by=ha, effective_on=date(2025, 11, 1))
    asked.refresh_from_db()
    data = deadline_data(
        asked, "30/11/2026", effective_on="01/10/2025", note="Ghi bổ sung"
    )

    text = text_of(sign_in(ha).post(url(asked, "deadline/"), data, follow=True))

    assert "thời hạn hiện tại vẫn là: 31/12/2026" in text


def test_refusal_brings_the_reader_to_the_field(sign_in, lan, asked):
    data = progress_data(asked, effective_on="31/02/2025")

    text = text_of(sign_in(lan).post(url(asked, "progress/"), data))

    assert "<title>Chưa lưu: QNA-24-13" in text
    assert 'href="#progressform-effective_on_error"' in text
    assert text.count("autofocus") == 1


def test_lines_are_kept_with_one_kind_of_end(sign_in, lan, asked):
    note = "a\r\n" * 2400
    assert len(note) > 5000 > len(note.replace("\r", ""))

    sign_in(lan).post(url(asked, "progress/"), progress_data(asked, note=note))

    assert asked.updates.get().note == note.replace("\r", "").strip()


def test_long_text_is_refused_and_never_cut(sign_in, lan, asked):
    client = sign_in(lan)
    assert 'name="note" cols="40" rows="4" maxlength' not in text_of(
        client.get(url(asked))
    )

    response = client.post(
        url(asked, "progress/"), progress_data(asked, note="a" * 5001)
    )

    assert response.status_code == 422
    assert "a" * 5001 in text_of(response)


def test_back_dated_update_says_what_stays(sign_in, lan, asked):
    make_update(asked, Progress.COMPLETED, by=lan, effective_on=date(2025, 1, 1))
    asked.refresh_from_db()

    text = text_of(
        sign_in(lan).post(url(asked, "progress/"), progress_data(asked), follow=True)
    )

    assert "tiến độ hiện tại vẫn là: Hoàn thành" in text


def test_assigning_a_lead_shows_in_facts_and_course_of_events(sign_in, ha, asked):
    ministry, other = make_organisation("Bộ Công Thương"), make_organisation("Bộ Y")
    data = {
        "form_key": str(uuid.uuid4()),
        "version": asked.version,
        "lead": ministry.pk,
        "coordinating": [other.pk],
    }

    text = text_of(sign_in(ha).post(url(asked, "lead/"), data, follow=True))

    asked.refresh_from_db()
    assert asked.lead == ministry
    assert list(asked.coordinating.all()) == [other]
    assert "Chủ trì: Bộ Công Thương" in text
    assert "Phối hợp: Bộ Y" in text
    record = asked.history.first()
    assert (record.history_user, record.lead_id) == (ha, ministry.pk)


def test_group_is_refused_as_lead_at_its_field(sign_in, ha, asked):
    group = make_organisation("các bộ, ngành", OrganisationKind.GROUP)
    data = {"form_key": str(uuid.uuid4()), "version": 1, "lead": group.pk}

    response = sign_in(ha).post(url(asked, "lead/"), data)

    assert response.status_code == 422
    assert "lead" in response.context["lead_form"].errors


def deadline_data(recommendation, due_on, **changed):
    return {
        "form_key": str(uuid.uuid4()),
        "version": recommendation.version,
        "due_on": due_on,
        "effective_on": f"{timezone.localdate():%d/%m/%Y}",
    } | changed


def test_first_deadline_writes_the_ledger(sign_in, ha, asked):
    data = deadline_data(asked, "31/12/2026")

    text = text_of(sign_in(ha).post(url(asked, "deadline/"), data, follow=True))

    asked.refresh_from_db()
    assert asked.due_on == date(2026, 12, 31)
    assert asked.deadline_changes.get().due_on == date(2026, 12, 31)
    assert "Thời hạn: 31/12/2026" in text


def test_extending_a_deadline_needs_reason_and_document(sign_in, ha, asked):
    make_deadline(asked, date(2026, 6, 30), by=ha)
    asked.refresh_from_db()
    client = sign_in(ha)

    refused = client.post(url(asked, "deadline/"), deadline_data(asked, "31/12/2026"))
    assert refused.status_code == 422
    assert set(refused.context["deadline_form"].errors) == {"note", "document_number"}

    complete = deadline_data(
        asked, "31/12/2026", note="Chờ nghị định", document_number="12-CV/TW"
    )
    assert client.post(url(asked, "deadline/"), complete).status_code == 302
    assert asked.deadline_changes.count() == 2


def test_facts_say_how_late_it_is_against_both_deadlines(
    sign_in, lan, ha, asked, time_machine
):
    Chain(asked, lan, ha)
    make_update(asked, by=lan, effective_on=date(2025, 6, 1))
    client = sign_in(ha)
    time_machine.move_to("2026-07-12 09:00 +0700")

    page = text_of(client.get(url(asked)))
    said, beside = (
        re.sub(r"(\s|<[^>]+>)+", " ", page.split(f'id="recommendation-{part}"')[1])
        for part in ("facts", "confirmation")
    )

    assert "Thời hạn 30/06/2026 Quá hạn 12 ngày" in said
    assert "Thời hạn ban đầu 30/06/2025 quá hạn 377 ngày so với thời hạn ban" in said
    assert "Số lần gia hạn 2" in said
    assert "Đã xác nhận Đang thực hiện" in beside
    assert "Trả lời Không thuộc thẩm quyền · 01/02/2025 Đã trả lời, chưa giải" in said


def test_conflict_on_a_lead_shows_what_is_there_now(sign_in, ha, asked):
    ministry = make_organisation("Bộ Công Thương")
    make_update(asked, by=ha, note="Vừa có tin mới")
    data = {"form_key": str(uuid.uuid4()), "version": 99, "lead": ministry.pk}

    response = sign_in(ha).post(url(asked, "lead/"), data)

    assert response.status_code == 409
    assert "Vừa có tin mới" in text_of(response)
    assert "Bộ Công Thương" in text_of(response)


def test_page_costs_the_same_whatever_its_history(
    sign_in, ha, asked, django_assert_num_queries
):
    client = sign_in(ha)
    make_update(asked, by=ha)
    make_deadline(asked, date(2026, 6, 30), by=ha)
    with CaptureQueriesContext(connection) as first:
        client.get(url(asked))
    assert len(first) <= 46

    for _ in range(3):
        make_update(asked, by=ha)
    with django_assert_num_queries(len(first)):
        client.get(url(asked))


def forms_of(page):
    """Give the forms of acts on a page, and the acts whose form is closed."""
    markup = Markup(text_of(page))
    forms = [one["action"] for one in markup.all("form") if one["method"] == "post"]
    closed = [one["data-act"] for one in markup.all("p") if one["data-act"]]
    return (
        {one.split("/")[3] for one in forms if "/recommendations/" in one},
        {one.split("/")[3] for one in closed},
    )


def test_forms_come_when_they_are_opened(sign_in, ha, asked):
    client, closed = (
        sign_in(ha),
        {"answer", "lead", "deadline", "actions", "difficulties"},
    )
    page = url(asked)

    assert forms_of(client.get(page)) == ({"progress"}, closed)
    opened = client.get(f"{page}?form=deadline")
    assert forms_of(opened) == ({"progress", "deadline"}, closed - {"deadline"})
    # Nothing leads on with it.
    assert "form=deadline" not in text_of(opened)


def test_each_link_to_a_closed_form_opens_it(sign_in, ha, asked):
    client = sign_in(ha)
    links = [a for a in Markup(text_of(client.get(url(asked)))).all("a") if a["hx-get"]]

    assert len(links) == 5
    for link in links:
        for address in (link["href"].partition("#")[0], link["hx-get"]):
            there = Markup(text_of(client.get(address)))
            [place] = [
                e for e in there.elements if e["id"] == link["href"].split("#")[1]
            ]
            assert "open" in place.attributes
            assert any(place in form.around for form in there.all("form"))


def test_a_form_opens_for_nobody_who_may_not_use_it(sign_in, minh, asked):
    page = sign_in(minh).get(f"{url(asked)}?form=deadline")

    assert forms_of(page) == (set(), set())


def test_a_refused_form_leaves_the_others_closed(sign_in, ha, asked):
    answer = sign_in(ha).post(url(asked, "deadline/"), deadline_data(asked, "morgen"))

    assert answer.status_code == 422
    forms, closed = forms_of(answer)
    assert forms == {"progress", "deadline"}
    assert closed == {"answer", "lead", "actions", "difficulties"}
