"""Follow-up actions on the page of their recommendation and on their own."""

import uuid
from datetime import date

import pytest
from django.utils import timezone

from tests.factories import (
    make_action,
    make_organisation,
    make_recommendation,
    make_succession,
    make_update,
    make_user,
)
from tracker.choices import Progress
from tracker.models import FollowUpAction, Recommendation


@pytest.fixture
def asked(quang_nam_committee):
    return make_recommendation(lead=quang_nam_committee)


@pytest.fixture
def mai(db):
    """Mai reports for a ministry that owns an action and leads nothing."""
    return make_user("mai", make_organisation("Bộ Xây dựng"))


@pytest.fixture
def action(asked, mai, ha):
    return make_action(asked, mai.organisation, by=ha, due_on=date(2024, 9, 30))


def url(action, act=""):
    return (
        f"/recommendations/{action.recommendation.code}/actions/{action.number}/{act}"
    )


def form_of(recommendation, **typed):
    version = Recommendation.objects.get(pk=recommendation.pk).version
    return {"form_key": str(uuid.uuid4()), "version": version} | typed


def progress_of(recommendation, progress="in_progress", **typed):
    typed = {"progress": progress, "effective_on": "01/07/2024"} | typed
    return form_of(recommendation, **typed)


def text_of(response):
    return response.content.decode()


def test_page_of_the_recommendation_lists_actions(sign_in, minh, asked, action):
    make_succession(action.owner, make_organisation("Bộ Kiến thiết"))

    text = text_of(sign_in(minh).get(asked.get_absolute_url()))

    late = (timezone.localdate() - action.due_on).days
    assert f'id="action-{action.number}"' in text
    assert f'href="{url(action)}"' in text
    assert "Bộ Xây dựng (nay là Bộ Kiến thiết)" in text
    assert f"Quá hạn {late:,} ngày".replace(",", ".") in text
    assert f"{asked.get_absolute_url()}actions/" in text
    assert f'action="{asked.get_absolute_url()}actions/"' not in text


def test_adding_an_action_changes_the_database_and_the_page(sign_in, lan, asked):
    owner = make_organisation("Bộ Tài chính")
    typed = form_of(
        asked, wording="Trình phương án", owner=owner.pk, due_on="30/09/2024"
    )

    response = sign_in(lan).post(
        f"{asked.get_absolute_url()}actions/", typed, follow=True
    )

    added = FollowUpAction.objects.get()
    assert response.redirect_chain == [(f"{asked.get_absolute_url()}#action-1", 302)]
    assert (added.owner, added.due_on) == (owner, date(2024, 9, 30))
    assert (added.entered_by, added.wording) == (lan, "Trình phương án")
    assert "Đã thêm việc theo dõi" in text_of(response)


def test_what_is_wrong_with_a_new_action_is_said_at_its_field(sign_in, lan, asked):
    typed = form_of(asked, wording="Trình phương án", owner="", due_on="25/06/2024")
    typed["owner"] = lan.organisation_id

    response = sign_in(lan).post(f"{asked.get_absolute_url()}actions/", typed)

    assert response.status_code == 422
    assert "26/06/2024" in response.context["action_form"].errors["due_on"][0]
    assert "Trình phương án" in text_of(response)
    assert not FollowUpAction.objects.exists()


@pytest.mark.parametrize(
    ("who", "act", "status"),
    [
        ("mai", "progress/", 302),
        ("mai", "edit/", 403),
        ("lan", "edit/", 302),
        ("lan", "progress/", 403),
        ("ha", "edit/", 302),
        ("ha", "progress/", 302),
        ("minh", "edit/", 403),
        ("minh", "progress/", 403),
        ("quan", "progress/", 403),
        ("hoa", "edit/", 404),
        ("hoa", "progress/", 404),
        ("hoa", "", 404),
    ],
)
def test_the_owner_reports_and_the_lead_edits(
    request, sign_in, who, act, status, asked, action
):
    user = request.getfixturevalue(who)
    typed = progress_of(
        asked, wording="Việc khác", owner=action.owner_id, spoken_for=action.owner_id
    )
    client = sign_in(user)

    response = client.post(url(action, act), typed) if act else client.get(url(action))

    assert response.status_code == status
    action.refresh_from_db()
    done = (action.wording == "Việc khác", action.progress == Progress.IN_PROGRESS)
    assert done == (act == "edit/" and status == 302, act[0:1] == "p" and status == 302)


def test_the_owner_sees_only_the_form_to_report(sign_in, mai, lan, minh, action):
    forms = {
        user: [name in text_of(sign_in(user).get(url(action))) for name in names]
        for user in (mai, lan, minh)
        for names in [(url(action, "progress/"), url(action, "edit/"))]
    }

    assert forms == {mai: [True, False], lan: [False, True], minh: [False, False]}


def test_reporting_shows_in_the_history_with_its_evidence(sign_in, mai, asked, action):
    client = sign_in(mai)
    typed = progress_of(
        asked, "completed", document_number="15/BC-BXD", note="Đã trình"
    )

    response = client.post(url(action, "progress/"), typed)

    assert response["Location"] == f"{asked.get_absolute_url()}#row-1"
    text = text_of(client.get(url(action)))
    assert "15/BC-BXD" in text
    assert "Đã trình" in text
    update = action.updates.get()
    assert (update.spoken_for, update.author) == (mai.organisation, mai)


def test_completing_an_action_without_evidence_keeps_what_was_typed(
    sign_in, mai, asked, action
):
    typed = progress_of(asked, "completed", note="Giữ nguyên chữ này")

    response = sign_in(mai).post(url(action, "progress/"), typed)

    assert response.status_code == 422
    assert "minh chứng" in response.context["typed"].errors["document_number"][0]
    assert "Giữ nguyên chữ này" in text_of(response)
    assert not action.updates.exists()


def test_a_form_made_on_an_older_version_shows_what_was_typed(
    sign_in, lan, ha, asked, action
):
    typed = form_of(asked, wording="Lời của Lan", owner=action.owner_id)
    other = form_of(asked, wording="Lời của Hà", owner=action.owner_id)
    sign_in(ha).post(url(action, "edit/"), other)

    response = sign_in(lan).post(url(action, "edit/"), typed)

    assert response.status_code == 409
    assert "Lời của Hà" in text_of(response)
    assert text_of(response).count("Lời của Lan") >= 2


def test_edits_are_told_with_who_and_when(sign_in, lan, asked, action):
    client, owner = sign_in(lan), make_organisation("Bộ Tài chính")
    typed = form_of(asked, wording="Việc khác", owner=owner.pk, due_on="30/11/2024")
    client.post(url(action, "edit/"), typed)

    text = text_of(client.get(url(action)))

    assert "Nội dung trước khi sửa: Lập danh mục dự án cần vốn" in text
    assert "Cơ quan thực hiện: Bộ Tài chính" in text
    assert "Thời hạn: 30/11/2024" in text
    assert "Trần Thị Lan" in text


def test_completing_the_recommendation_warns_of_open_actions(
    sign_in, lan, asked, action
):
    client, address = sign_in(lan), f"{asked.get_absolute_url()}progress/"
    typed = progress_of(asked, "completed", document_number="15/BC-TU")
    assert "confirm_open_actions" not in text_of(client.get(asked.get_absolute_url()))

    response = client.post(address, typed)

    assert response.status_code == 422
    assert 'name="confirm_open_actions"' in text_of(response)
    warning = response.context["typed"].errors["confirm_open_actions"][0]
    assert "1. Lập danh mục dự án cần vốn" in warning
    assert (
        client.post(address, typed | {"confirm_open_actions": "on"}).status_code == 302
    )
    asked.refresh_from_db()
    assert asked.progress == Progress.COMPLETED


def test_completing_asks_nothing_when_every_action_is_done(sign_in, lan, asked, action):
    make_update(asked, Progress.COMPLETED, action=action, by=lan)
    typed = progress_of(asked, "completed")

    response = sign_in(lan).post(f"{asked.get_absolute_url()}progress/", typed)

    assert response.status_code == 422
    assert set(response.context["typed"].errors) == {"document_number"}
    assert "confirm_open_actions" not in text_of(response)


def test_earlier_entries_of_an_action_are_no_entries_of_the_recommendation(
    sign_in, lan, asked, action
):
    make_update(asked, action=action, by=lan)

    page = sign_in(lan).get(asked.get_absolute_url())

    assert "corrects" not in page.context["progress_form"].fields


def test_acts_are_posted(sign_in, lan, asked, action):
    client = sign_in(lan)

    assert client.get(f"{asked.get_absolute_url()}actions/").status_code == 302
    assert client.get(url(action, "edit/"))["Location"] == url(action)
    assert client.put(url(action, "progress/")).status_code == 405
    assert client.post(url(action)).status_code == 405
    assert client.get(url(action).replace("/1/", "/2/")).status_code == 404
