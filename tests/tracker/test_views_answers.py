"""Answering on the page of one recommendation, and several in one act."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from provinces.choices import Role
from tests.factories import (
    RAISED_ON,
    make_answer,
    make_organisation,
    make_recommendation,
    make_user,
)
from tracker.choices import AnswerOutcome, Progress, RecommendationKind
from tracker.models import Answer, Recommendation
from tracker.permissions import can_answer, keep_answerable

SEVERAL = "/answers/several/"
TEXT = "Tiếp thu, sẽ đưa vào quy hoạch"


@pytest.fixture
def asked(quang_nam_committee):
    return make_recommendation(addressee=quang_nam_committee, code_number=13)


def url(recommendation, act="answer/"):
    return f"{recommendation.get_absolute_url()}{act}"


def answer_data(**changed):
    return {
        "form_key": str(uuid.uuid4()),
        "version": 1,
        "outcome": "accepted",
        "is_final": "final",
        "effective_on": "01/07/2024",
        "note": TEXT,
        "document_number": "345/BCT-KH",
        "url": "",
    } | changed


def text_of(response):
    return response.content.decode()


def test_an_answer_is_recorded_and_stands_on_the_page(sign_in, lan, asked):
    client = sign_in(lan)

    response = client.post(url(asked), answer_data(), follow=True)

    asked.refresh_from_db()
    assert response.redirect_chain == [(f"{url(asked, '')}#row-1", 302)]
    assert (asked.answer, asked.progress) == ("accepted", Progress.NOT_STARTED)
    assert asked.current_answer.spoken_for == lan.organisation
    section = text_of(response).split('id="recommendation-answer"')[1]
    section = section.split("</section>")[0]
    for words in ("Tiếp thu", "Trả lời chính thức", TEXT, "345/BCT-KH", "01/07/2024"):
        assert words in section


@pytest.mark.parametrize(
    ("progress", "is_told"), [("in_progress", True), ("completed", False)]
)
def test_what_is_answered_and_open_shows_its_age(
    sign_in, lan, asked, progress, is_told
):
    answered_on = timezone.localdate() - timedelta(days=40)
    make_answer(asked, by=lan, effective_on=answered_on)
    Recommendation.objects.update(progress=progress)

    text = text_of(sign_in(lan).get(url(asked, "")))

    assert ("Đã trả lời, chưa giải quyết – 40 ngày" in text) == is_told


def test_bad_input_is_named_and_keeps_what_was_typed(sign_in, lan, asked):
    data = answer_data(document_number="", outcome="resolved")

    response = sign_in(lan).post(url(asked), data)
    again = sign_in(lan).post(url(asked), data | {"outcome": "noted"})

    assert (response.status_code, again.status_code) == (422, 422)
    assert list(response.context["answer_form"].errors) == ["outcome"]
    assert list(again.context["answer_form"].errors) == ["document_number"]
    assert TEXT in text_of(again)
    assert not Answer.objects.exists()


def test_others_are_refused(sign_in, lan, minh, hoa, asked):
    one, data = url(asked), answer_data()
    order = make_recommendation(
        addressee=lan.organisation, kind=RecommendationKind.INSTRUCTION
    )

    assert sign_in(hoa).post(one, data).status_code == 404
    assert sign_in(minh).post(one, data).status_code == 403
    assert sign_in(lan).post(url(order), data).status_code == 403
    assert sign_in(lan).delete(one).status_code == 405
    assert sign_in(lan).get(one)["Location"] == asked.get_absolute_url()
    assert not Answer.objects.exists()


def test_coordinator_answers_for_the_addressee(sign_in, ha, asked):
    Recommendation.objects.update(lead=ha.organisation)

    form = sign_in(ha).get(f"{url(asked, '')}?form=answer").context["answer_form"]

    assert form["spoken_for"].value() == asked.addressee_id


def test_a_double_click_on_a_referral_answers_the_same_twice(sign_in, lan, asked):
    receiver = make_organisation("Bộ Tài chính")
    data = answer_data(outcome="outside_remit", referred_to=receiver.pk)
    client = sign_in(lan)

    answers = [client.post(url(asked), data) for _ in range(2)]

    assert {one.status_code for one in answers} == {302}
    assert len({one["Location"] for one in answers}) == 1
    # The earlier addressee reads on, and answers no more.
    text = text_of(client.get(url(asked, "")))
    assert "cơ quan tiếp nhận chưa trả lời" in text
    assert "recommendation-answer-form" not in text
    assert client.post(url(asked), answer_data()).status_code == 403
    nga = make_user("nga", receiver)
    data = answer_data(version=2)
    assert sign_in(nga).post(url(asked), data).status_code == 302


def test_a_stale_form_shows_the_conflict(sign_in, lan, ha, asked):
    Recommendation.objects.update(version=7)

    response = sign_in(lan).post(url(asked), answer_data())

    assert response.status_code == 409
    assert TEXT in text_of(response)


# -- several in one act -----------------------------------------------------------


@pytest.fixture
def three(quang_nam_committee):
    return [
        make_recommendation(
            addressee=quang_nam_committee, code_number=n, wording=f"Kiến nghị số {n}"
        )
        for n in (1, 2, 3)
    ]


def several_data(rows, **changed):
    data = answer_data(chosen=[f"{one.code}:{one.version}" for one in rows])
    del data["version"]
    return data | changed


def query(rows):
    return "?" + "&".join(f"code={one.code}" for one in rows)


def test_the_page_offers_what_the_person_may_answer(sign_in, lan, hoa, three):
    seen = make_recommendation(raised_by=lan.organisation, code_number=8)
    page = SEVERAL + query([*three[:2], seen])

    response = sign_in(lan).get(page)

    assert response.context["candidates"].rows == three[:2]
    assert response.context["candidates"].left_out == [seen.code]
    assert text_of(response).count(':1" checked>') == 2
    by_filter = sign_in(lan).get(f"{SEVERAL}?q=kien+nghi+so+3")
    assert by_filter.context["candidates"].rows == [three[2]]
    assert sign_in(hoa).get(page).context["candidates"].rows == []


def test_many_rows_are_allowed_as_each_alone_is(ha, lan, minh, three):
    lead = make_recommendation(lead=lan.organisation)
    make_recommendation(addressee=lan.organisation, kept_outside=True)
    make_recommendation(lead=lan.organisation, kind=RecommendationKind.COMMITMENT)
    make_recommendation(lead=lan.organisation, withdrawn_on=RAISED_ON)
    rows = Recommendation.objects.order_by("pk")

    for person in (ha, lan, minh):
        alone = [row for row in rows if can_answer(person, row)]
        assert list(keep_answerable(rows, person)) == alone
    assert lead in keep_answerable(rows, lan)


def test_several_are_previewed_and_then_recorded(sign_in, lan, three):
    client, two = sign_in(lan), three[:2]

    preview = client.post(f"{SEVERAL}preview/{query(three)}", several_data(two))

    text = text_of(preview)
    assert preview.status_code == 200
    assert "Sắp trả lời 2 kiến nghị" in text
    assert "Tỉnh ủy Quảng Nam" in text
    assert not Answer.objects.exists()
    carried = {}
    for name, value in preview.context["form"].carried():
        carried.setdefault(name, []).append(value)
    answers = [client.post(f"{SEVERAL}record/", carried) for _ in range(2)]
    assert [one["Location"] for one in answers] == ["/recommendations/"] * 2
    made = Answer.objects.order_by("recommendation")
    assert [one.recommendation for one in made] == two
    assert {one.act for one in made} == {made[0].act}
    assert {one.note for one in made} == {TEXT}
    assert "Đã trả lời 2 kiến nghị." in text_of(client.get("/recommendations/"))


@pytest.mark.parametrize("step", ["preview/", "record/"])
def test_one_stale_row_saves_nothing_and_is_named(sign_in, lan, three, step):
    data = several_data(three)
    make_answer(three[1], AnswerOutcome.NOTED, by=lan)
    Recommendation.objects.filter(pk=three[1].pk).update(version=5)

    response = sign_in(lan).post(f"{SEVERAL}{step}{query(three)}", data)

    assert response.status_code == 409
    assert response.context["changed"] == [three[1]]
    text = text_of(response)
    assert TEXT in text
    assert f'value="{three[1].code}:5" checked' in text
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("step", ["preview/", "record/"])
def test_rights_are_asked_of_every_row(sign_in, lan, minh, hoa, three, step):
    seen = make_recommendation(raised_by=lan.organisation, code_number=8)
    unseen = make_recommendation(addressee=hoa.organisation, code_number=9)
    address = f"{SEVERAL}{step}{query(three)}"

    refused = sign_in(lan).post(address, several_data([*three, seen]))
    hidden = sign_in(lan).post(address, several_data([*three, unseen]))
    reader = sign_in(minh).post(address, several_data(three))

    assert (refused.status_code, hidden.status_code) == (422, 404)
    assert f"Không thuộc quyền trả lời: {seen.code}." in text_of(refused)
    assert reader.status_code == 403
    assert sign_in(lan).get(address)["Location"] == SEVERAL + query(three)
    assert sign_in(lan).put(address).status_code == 405
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"chosen": []}, "chosen"),
        ({"chosen": ["QNA-24-01"]}, "chosen"),
        ({"chosen": [f"QNA-24-{n}:1" for n in range(100, 201)]}, "chosen"),
        ({"form_key": "x"}, "form_key"),
        ({"document_number": ""}, "document_number"),
        ({"note": " "}, "note"),
        ({"effective_on": "25/06/2024"}, "effective_on"),
    ],
)
def test_what_is_wrong_with_several_is_named(sign_in, lan, three, changed, name):
    data = several_data(three, **changed)

    response = sign_in(lan).post(f"{SEVERAL}preview/{query(three)}", data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name]
    assert "345/BCT-KH" in text_of(response) or "document_number" in changed
    assert not Answer.objects.exists()


def test_readers_and_administrators_have_no_such_page(sign_in, minh, quan):
    reader = make_user("an", quan.organisation, Role.LEADER)
    for person in (minh, quan, reader):
        assert sign_in(person).get(SEVERAL).status_code == 403
