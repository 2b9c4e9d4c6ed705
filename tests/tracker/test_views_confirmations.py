"""The queue, the page of one update, and what the author's organisation reads."""

import re
from uuid import uuid4

import pytest

from provinces.choices import Role
from tests.factories import (
    make_confirmation,
    make_recommendation,
    make_update,
    make_user,
)
from tracker.models import Confirmation, FollowUpAction

QUEUE = "/confirmations/"


@pytest.fixture
def asked(quang_nam_committee):
    return make_recommendation(
        addressee=quang_nam_committee, wording="Làm rõ cơ chế cho cụm công nghiệp"
    )


@pytest.fixture
def reported(asked, lan):
    return make_update(asked, by=lan, note="Đã giao đơn vị khảo sát")


def url(update, act=""):
    return f"{update.recommendation.get_absolute_url()}updates/{update.sequence}/{act}"


def word_form(update, outcome="confirmed", **fields):
    update.recommendation.refresh_from_db()
    return {
        "form_key": str(uuid4()),
        "version": update.recommendation.version,
        "outcome": outcome,
        "note": "",
        **fields,
    }


def text_of(response):
    return response.content.decode()


def links_in(response):
    return dict(
        re.findall(r'<a rel="(prev|next)"[^>]* href="([^"]+)"', text_of(response))
    )


# -- the queue --------------------------------------------------------------------


def test_queue_holds_what_nobody_said_a_word_on_the_oldest_first(
    sign_in, ha, lan, asked
):
    other = make_recommendation(code_prefix="TW", addressee=lan.organisation)
    first = make_update(other, by=lan)
    second = make_update(asked, by=lan, note="Có 12 cụm đã khảo sát")
    make_update(asked, by=ha)
    make_confirmation(make_update(asked, by=lan), "returned", by=ha)
    make_update(asked, by=ha, corrects=make_update(asked, by=lan))
    for left in ({"withdrawn_on": "2026-01-01"}, {"kept_outside": True}):
        make_update(make_recommendation(**left), by=lan)

    page = sign_in(ha).get(QUEUE)

    assert [one.update for one in page.context["lines"]] == [first, second]
    assert "2 cập nhật chờ xác nhận" in text_of(page)
    assert "Có 12 cụm đã khảo sát" in text_of(page)
    assert "Chưa thực hiện" in text_of(page)


def test_queue_names_the_action_an_update_is_about(sign_in, ha, lan, asked):
    action = FollowUpAction.objects.create(
        recommendation=asked,
        number=1,
        wording="Lập danh mục cụm",
        owner=lan.organisation,
        entered_by=ha,
    )
    make_update(asked, "suspended", by=lan)
    update = make_update(asked, by=lan, action=action)

    page = sign_in(ha).get(QUEUE)

    line = page.context["lines"][1]
    assert (line.update, line.before) == (update, "not_started")
    assert "Lập danh mục cụm" in text_of(page)


def test_what_waits_is_for_coordinators(sign_in, lan, minh, quan, ha, reported):
    for person in (lan, minh, quan):
        client = sign_in(person)
        assert client.get(QUEUE).status_code == 403
        assert QUEUE not in text_of(client.get(url(reported)))
    assert QUEUE in text_of(sign_in(ha).get("/recommendations/"))
    assert sign_in(ha).post(QUEUE).status_code == 405


# -- walking it -------------------------------------------------------------------


def test_one_walks_the_queue_both_ways_and_lands_on_the_next(sign_in, ha, lan, asked):
    first, second, third = (make_update(asked, by=lan) for _ in range(3))
    client = sign_in(ha)

    page = client.get(url(second))

    assert "<strong>2 / 3</strong>" in text_of(page)
    assert links_in(page) == {"prev": url(first), "next": url(third)}
    assert links_in(client.get(url(first))) == {"next": url(second)}

    answers = [
        client.post(url(one, "confirm/"), word_form(one))["Location"]
        for one in (second, third, first)
    ]
    assert answers == [url(third), url(first), QUEUE]
    assert "Không còn cập nhật nào" in text_of(client.get(QUEUE))


def test_a_repeated_submit_answers_like_the_first(sign_in, ha, lan, asked):
    first, second = (make_update(asked, by=lan) for _ in range(2))
    client, form = sign_in(ha), word_form(first)

    answers = [client.post(url(first, "confirm/"), form) for _ in range(2)]

    assert [(one.status_code, one["Location"]) for one in answers] == [
        (302, url(second))
    ] * 2
    assert Confirmation.objects.count() == 1


def test_confirming_changes_the_database_and_says_so(sign_in, ha, reported, asked):
    client = sign_in(ha)

    text = text_of(
        client.post(url(reported, "confirm/"), word_form(reported), follow=True)
    )

    asked.refresh_from_db()
    assert (asked.confirmation, asked.confirmed_progress) == (
        "confirmed",
        "in_progress",
    )
    assert f"Đã xác nhận cập nhật của {asked.code}" in text


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"outcome": "returned"}, "note"), ({"outcome": "x"}, "outcome")],
)
def test_bad_input_is_named_at_its_field(sign_in, ha, reported, typed, field):
    form = word_form(reported) | {"note": "  "} | typed

    answer = sign_in(ha).post(url(reported, "confirm/"), form)

    assert answer.status_code == 422
    assert 'role="alert">Chưa lưu.' in answer.content.decode()
    assert list(answer.context["form"].errors) == [field]
    assert not Confirmation.objects.exists()


# -- rights -----------------------------------------------------------------------


def test_second_person_rule_is_kept_on_the_page_too(sign_in, ha, central, asked):
    own = make_update(asked, by=ha)
    client = sign_in(ha)

    assert "<textarea" not in text_of(client.get(url(own)))
    assert client.post(url(own, "confirm/"), word_form(own)).status_code == 403
    thu = sign_in(make_user("thu", central, Role.COORDINATOR))
    assert thu.post(url(own, "confirm/"), word_form(own)).status_code == 302


def test_others_read_and_may_not_confirm(sign_in, lan, minh, hoa, reported):
    for person in (lan, minh):
        page = sign_in(person).get(url(reported))
        assert page.status_code == 200
        assert "<textarea" not in text_of(page)
        answer = sign_in(person).post(url(reported, "confirm/"), word_form(reported))
        assert answer.status_code == 403
    client = sign_in(hoa)
    assert client.get(url(reported)).status_code == 404
    answer = client.post(url(reported, "confirm/"), word_form(reported))
    assert answer.status_code == 404
    assert not Confirmation.objects.exists()


def test_addresses_of_no_update_and_wrong_methods(sign_in, ha, reported, asked):
    client, detail = sign_in(ha), asked.get_absolute_url()

    for sequence in (0, 2, "9" * 30):
        assert client.get(f"{detail}updates/{sequence}/").status_code == 404
    assert client.get(url(reported, "confirm/"))["Location"] == url(reported)
    assert client.post(url(reported)).status_code == 405


# -- what the author's organisation reads -----------------------------------------


def test_page_shows_reported_and_confirmed_side_by_side(sign_in, lan, ha, asked):
    make_confirmation(make_update(asked, by=lan), "confirmed", by=ha)
    done = make_update(asked, "completed", by=lan)

    text = text_of(sign_in(lan).get(asked.get_absolute_url()))

    part = text.split('id="recommendation-confirmation"')[1].split("</section>")[0]
    words = " ".join(re.sub("<[^>]+>", " ", part).split())
    assert "Đã báo cáo Hoàn thành Đã xác nhận Đang thực hiện" in words
    assert "Chưa xác nhận" in words
    assert url(done) in part


def test_what_was_returned_and_why_is_read_by_all_who_see_it(
    sign_in, lan, minh, ha, reported, asked
):
    make_confirmation(reported, "returned", by=ha, note="Thiếu quyết định phê duyệt")
    for person in (lan, minh):
        page = text_of(sign_in(person).get(asked.get_absolute_url()))
        for words in ("Yêu cầu bổ sung", "Thiếu quyết định phê duyệt", "Lê Thu Hà"):
            assert words in page
            assert words in text_of(sign_in(person).get(url(reported)))
        can_record = 'href="#recommendation-progress-form"' in page
        assert can_record == (person == lan)

    # Recorded again, the present report waits for a word of its own.
    make_update(asked, by=lan)
    page = text_of(sign_in(lan).get(asked.get_absolute_url()))
    assert 'href="#recommendation-progress-form"' not in page


def test_what_was_returned_of_an_action_is_read_too(sign_in, lan, ha, asked):
    action = FollowUpAction.objects.create(
        recommendation=asked,
        number=1,
        wording="Lập danh mục cụm",
        owner=lan.organisation,
        entered_by=ha,
    )
    update = make_update(asked, by=lan, action=action)
    make_confirmation(update, "returned", by=ha, note="Thiếu danh mục kèm theo")

    page = text_of(sign_in(lan).get(asked.get_absolute_url()))

    part = page.split('id="recommendation-confirmation"')[1].split("</section>")[0]
    assert "Lập danh mục cụm" in part
    assert "Thiếu danh mục kèm theo" in part


def test_two_words_at_once_stand_side_by_side(sign_in, ha, central, reported):
    form = word_form(reported, "returned", note="Thiếu minh chứng")
    thu = sign_in(make_user("thu", central, Role.COORDINATOR))
    thu.post(url(reported, "confirm/"), word_form(reported))

    answer = sign_in(ha).post(url(reported, "confirm/"), form)

    assert answer.status_code == 409
    said = {
        one.name: (one.theirs, one.mine) for one in answer.context["form"].differences
    }
    assert said == {
        "outcome": ("Xác nhận", "Yêu cầu bổ sung"),
        "note": ("", "Thiếu minh chứng"),
    }
    assert Confirmation.objects.get().author.username == "thu"


def test_a_repeat_answers_like_the_first_when_the_right_is_gone(sign_in, ha, reported):
    client, form = sign_in(ha), word_form(reported)
    first = client.post(url(reported, "confirm/"), form)
    ha.role = Role.LEADER
    ha.save(update_fields=["role"])

    again = client.post(url(reported, "confirm/"), form)
    other = client.post(url(reported, "confirm/"), word_form(reported))

    assert (first.status_code, again.status_code, other.status_code) == (302, 302, 403)
    assert again["Location"] == first["Location"]
