"""A withdrawn recommendation: out of every list and count, its page still there."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.factories import (
    make_passage,
    make_recommendation,
    make_resolution,
    make_session,
    make_update,
)
from tracker.models import Recommendation, StatusUpdate, Submission

WORDING = "Mở bến thuyền Ưu Đàm"
REASON = "Nhập trùng với kiến nghị khác"


@pytest.fixture
def wrong(quang_nam, lan):
    passage, resolution = make_passage(), make_resolution()
    session = make_session(province=quang_nam, resolutions=[resolution])
    passage.document.sessions.add(session)
    return make_recommendation(
        wording=WORDING,
        province=quang_nam,
        session=session,
        passage=passage,
        resolutions=[resolution],
        lead=lan.organisation,
    )


def withdraw(client, row, **typed):
    form = {"form_key": str(uuid4()), "version": 1, "reason": REASON, **typed}
    return client.post(reverse("recommendation-withdraw", args=[row.code]), form)


def pages_that_list(row):
    listed = reverse("recommendation-list")
    return [
        listed,
        f"{listed}?q=ben+thuyen",
        reverse("recommendation-export-csv"),
        row.session.get_absolute_url(),
        row.province.get_absolute_url(),
        row.resolutions.get().get_absolute_url(),
        row.passage.document.get_absolute_url(),
    ]


def shown_on(client, pages):
    return [WORDING in client.get(page).getvalue().decode() for page in pages]


def test_what_was_withdrawn_has_left_every_list_and_count(sign_in, ha, lan, wrong):
    make_recommendation(lead=lan.organisation, province=wrong.province)
    pages = pages_that_list(wrong)
    assert shown_on(sign_in(lan), pages) == [True] * len(pages)

    answer = withdraw(sign_in(ha), wrong)

    assert (answer.status_code, answer["Location"]) == (302, wrong.get_absolute_url())
    for user in (ha, lan):
        assert shown_on(sign_in(user), pages) == [False] * len(pages)
        page = sign_in(user).get(pages[0])
        assert page.context["total"] == 1
        counts = [
            option.count
            for facet in page.context["facets"]
            if facet.name in {"progress", "kind", "lead", "resolution"}
            for option in facet.options
        ]
        assert sum(counts) == 3  # the other one, of no resolution


def test_its_page_stays_with_the_reason_and_no_forms(sign_in, ha, lan, wrong):
    make_update(wrong, by=lan)
    withdraw(sign_in(ha), wrong)

    for user in (ha, lan):
        answer = sign_in(user).get(wrong.get_absolute_url())
        page = answer.content.decode()
        assert answer.status_code == 200
        for words in (WORDING, REASON, ha.full_name, 'role="note"'):
            assert words in page
        main = page.split("<main")[1].split("</main>")[0]
        assert "<form" not in main
        assert "/edit/" not in main

    record = Recommendation.history.latest()
    assert (record.withdrawal_reason, record.history_user) == (REASON, ha)


def test_nothing_more_is_written_of_it(sign_in, ha, lan, wrong):
    withdraw(sign_in(ha), wrong)
    form = {"form_key": str(uuid4()), "version": 2, "reason": "Lần nữa"}
    form |= {"progress": "in_progress", "effective_on": "26/06/2024"}
    form |= {"kind": "request", "wording": "Khác", "raised_on": "26/06/2024"}
    form |= {"resolutions": [wrong.resolutions.get().pk]}

    statuses = {
        act: sign_in(ha)
        .post(reverse(f"recommendation-{act}", args=[wrong.code]), form)
        .status_code
        for act in ("withdraw", "edit", "record-progress", "assign-lead")
    }

    assert statuses.pop("record-progress") == statuses.pop("assign-lead") == 403
    assert set(statuses.values()) == {422}
    saved = Recommendation.objects.get()
    assert (saved.wording, saved.withdrawal_reason) == (WORDING, REASON)
    assert not StatusUpdate.objects.exists()
    edit = reverse("recommendation-edit", args=[wrong.code])
    assert sign_in(ha).get(edit)["Location"] == wrong.get_absolute_url()


def test_withdrawing_twice_answers_like_the_first(sign_in, ha, wrong):
    key = str(uuid4())

    answers = [withdraw(sign_in(ha), wrong, form_key=key) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert Submission.objects.count() == 1


def test_withdrawing_needs_a_reason_and_the_present_version(sign_in, ha, wrong):
    empty = withdraw(sign_in(ha), wrong, reason="  ")
    stale = withdraw(sign_in(ha), wrong, version=0)

    assert (empty.status_code, stale.status_code) == (422, 409)
    assert REASON in stale.content.decode()
    assert Recommendation.objects.get().withdrawn_on is None


def test_only_coordinators_withdraw(sign_in, ha, lan, minh, hoa, quan, wrong):
    statuses = {user: withdraw(sign_in(user), wrong) for user in (lan, minh, hoa, quan)}

    assert [one.status_code for one in statuses.values()] == [403, 403, 404, 403]
    assert Recommendation.objects.get().withdrawn_on is None
    address = reverse("recommendation-withdraw", args=[wrong.code])
    assert sign_in(ha).get(address).status_code == 200
    assert sign_in(ha).put(address).status_code == 405
