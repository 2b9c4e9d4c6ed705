"""Difficulties on the page of their recommendation, and clearing them."""

import uuid
from datetime import date

import pytest

from tests.factories import (
    make_action,
    make_clearance,
    make_difficulty,
    make_organisation,
    make_recommendation,
    make_update,
    make_user,
)
from tracker.choices import Progress
from tracker.models import Difficulty, DifficultyClearance, Recommendation


@pytest.fixture
def asked(quang_nam_committee):
    return make_recommendation(lead=quang_nam_committee)


@pytest.fixture
def mai(db):
    """Mai reports for a ministry that leads nothing."""
    return make_user("mai", make_organisation("Bộ Xây dựng"))


def url(thing, act=""):
    if isinstance(thing, Recommendation):
        return f"{thing.get_absolute_url()}difficulties/"
    return f"{url(thing.recommendation)}{thing.sequence}/{act}"


def form_of(recommendation, **typed):
    version = Recommendation.objects.get(pk=recommendation.pk).version
    typed = {"effective_on": "01/08/2024"} | typed
    return {"form_key": str(uuid.uuid4()), "version": version} | typed


def text_of(response):
    return response.content.decode()


def test_open_difficulties_stand_before_cleared_ones(sign_in, minh, lan, asked):
    cleared = make_difficulty(asked, by=lan, note="Thiếu số liệu", category="data")
    make_clearance(cleared, by=lan, note="Đã đủ số liệu")
    still = make_difficulty(asked, by=lan, note="Vướng mặt bằng")

    text = text_of(sign_in(minh).get(asked.get_absolute_url()))

    marks = ["Có vướng mắc: Đất đai", f'id="difficulty-{still.sequence}"']
    assert all(mark in text for mark in marks)
    assert "1 vướng mắc đã tháo gỡ" in text
    order = ["Vướng mặt bằng", "Từ ngày 26/06/2024", "Thiếu số liệu", "Đã đủ số liệu"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "Ghi nhận đã tháo gỡ" not in text


def test_an_open_difficulty_is_told_at_the_head_of_the_page(sign_in, lan, asked):
    client, badge = sign_in(lan), '<a class="flag" href="#recommendation-difficulties">'
    assert badge not in client.get(asked.get_absolute_url()).content.decode()

    make_difficulty(asked, by=lan)

    assert badge in client.get(asked.get_absolute_url()).content.decode()


def test_opening_a_difficulty_changes_the_database_and_the_page(sign_in, lan, asked):
    typed = form_of(asked, category="capital", note="Chưa bố trí vốn")

    response = sign_in(lan).post(url(asked), typed, follow=True)

    difficulty = Difficulty.objects.get()
    asked.refresh_from_db()
    assert response.redirect_chain[0][0] == difficulty.get_absolute_url()
    assert (difficulty.category, difficulty.note) == ("capital", "Chưa bố trí vốn")
    assert (difficulty.spoken_for, difficulty.author) == (lan.organisation, lan)
    assert asked.open_difficulties == 1
    assert "Có vướng mắc: Nguồn vốn" in text_of(response)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"category": ""}, "category"),
        ({"category": "x"}, "category"),
        ({"note": ""}, "note"),
        ({"effective_on": "25/06/2024"}, "effective_on"),
    ],
)
def test_what_is_wrong_with_a_difficulty_is_said_at_its_field(
    sign_in, lan, asked, changed, field
):
    typed = form_of(asked, category="capital", note="Giữ nguyên chữ này") | changed

    response = sign_in(lan).post(url(asked), typed)

    assert response.status_code == 422
    assert set(response.context["difficulty_form"].errors) == {field}
    assert ("Giữ nguyên chữ này" in text_of(response)) == (field != "note")
    assert not Difficulty.objects.exists()


def test_owners_of_open_actions_report_difficulties(sign_in, mai, ha, asked):
    action = make_action(asked, mai.organisation, by=ha)
    client = sign_in(mai)

    def post():
        typed = form_of(asked, category="capital", note="Chưa bố trí vốn")
        return client.post(url(asked), typed).status_code

    assert 'id="recommendation-difficulty-form"' in text_of(
        client.get(asked.get_absolute_url())
    )
    assert post() == 302
    asked.refresh_from_db()
    make_update(asked, Progress.COMPLETED, action=action, by=ha)
    assert post() == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ha", 302),
        ("lan", 302),
        ("mai", 302),
        ("minh", 403),
        ("quan", 403),
        ("hoa", 404),
    ],
)
def test_who_clears_a_difficulty(request, sign_in, who, status, ha, mai, asked):
    user = request.getfixturevalue(who)
    difficulty = make_difficulty(asked, by=ha, spoken_for=mai.organisation)
    typed = form_of(asked, note="Đã tháo gỡ", spoken_for=user.organisation_id)

    response = sign_in(user).post(url(difficulty, "clear/"), typed)

    assert response.status_code == status
    asked.refresh_from_db()
    assert asked.open_difficulties == (0 if status == 302 else 1)


def test_another_body_that_sees_it_does_not_clear_it(sign_in, ha, mai, asked):
    asked.coordinating.add(mai.organisation)
    difficulty = make_difficulty(asked, by=ha)
    client = sign_in(mai)

    page = client.get(url(difficulty))
    response = client.post(url(difficulty, "clear/"), form_of(asked, note="Xong"))

    assert page.status_code == 200
    assert "<textarea" not in text_of(page)
    assert response.status_code == 403


def test_clearing_is_kept_with_how_and_when(sign_in, lan, asked):
    difficulty = make_difficulty(asked, by=lan)
    client = sign_in(lan)
    typed = form_of(asked, note="Đã bàn giao đất", effective_on="15/07/2024")

    response = client.post(url(difficulty, "clear/"), typed)

    clearance = DifficultyClearance.objects.get()
    assert response["Location"] == clearance.get_absolute_url()
    assert (clearance.difficulty, clearance.effective_on) == (
        difficulty,
        date(2024, 7, 15),
    )
    page = text_of(client.get(url(difficulty)))
    assert "Đã bàn giao đất" in page
    assert "đã tháo gỡ ngày 15/07/2024" in page
    assert "<textarea" not in page


def test_what_is_wrong_with_a_clearance_is_said_at_its_field(sign_in, lan, asked):
    difficulty = make_difficulty(asked, by=lan, effective_on=date(2024, 7, 10))
    typed = form_of(asked, note="Giữ nguyên chữ này", effective_on="09/07/2024")

    response = sign_in(lan).post(url(difficulty, "clear/"), typed)

    assert response.status_code == 422
    assert "10/07/2024" in response.context["clear_form"].errors["effective_on"][0]
    assert "Giữ nguyên chữ này" in text_of(response)
    assert not DifficultyClearance.objects.exists()


def test_a_second_clearance_is_a_conflict_and_then_refused(sign_in, lan, ha, asked):
    difficulty = make_difficulty(asked, by=lan)
    late = form_of(asked, note="Lời đến sau")
    client = sign_in(lan)
    client.post(url(difficulty, "clear/"), form_of(asked, note="Lời đến trước"))

    conflict = client.post(url(difficulty, "clear/"), late)
    again = client.post(url(difficulty, "clear/"), form_of(asked, note="Lần nữa"))

    assert (conflict.status_code, again.status_code) == (409, 422)
    assert "Lời đến trước" in text_of(conflict)
    assert "Lời đến sau" in text_of(conflict)
    assert "đã được tháo gỡ" in text_of(again)
    assert DifficultyClearance.objects.count() == 1


def test_acts_are_posted(sign_in, lan, asked):
    difficulty, client = make_difficulty(asked, by=lan), sign_in(lan)

    assert client.get(url(asked))["Location"] == asked.get_absolute_url()
    assert client.get(url(difficulty, "clear/"))["Location"] == url(difficulty)
    assert client.put(url(difficulty, "clear/")).status_code == 405
    assert client.post(url(difficulty)).status_code == 405
    assert client.get(url(asked) + "999/").status_code == 404
