"""Several recommendations at once: looking, recording and taking back on the pages."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_organisation, make_recommendation, make_update
from tracker.choices import Progress
from tracker.models import Recommendation, StatusUpdate

PREVIEW, RECORD = "/recommendations/bulk/preview/", "/recommendations/bulk/record/"


@pytest.fixture
def rows(lan):
    return [make_recommendation(lead=lan.organisation) for _ in range(3)]


def typed(rows, **changed):
    saved = Recommendation.objects.filter(pk__in=[row.pk for row in rows])
    return {
        "form_key": str(uuid.uuid4()),
        "code": [row.code for row in rows],
        "seen": [f"{row.code} {row.version}" for row in saved],
        "progress": "in_progress",
        "effective_on": "01/07/2024",
        "note": "Đã giao các phòng",
        "document_number": "",
        "url": "",
    } | changed


def text_of(response):
    return response.content.decode()


def record(client, rows):
    client.post(RECORD, typed(rows))
    return StatusUpdate.objects.latest("pk").act


def test_list_offers_boxes_to_whoever_may_record(sign_in, lan, ha, minh, quan, rows):
    for user, count in ((lan, 3), (ha, 3), (minh, 0), (quan, 0)):
        page = text_of(sign_in(user).get("/recommendations/"))
        assert page.count('name="code"') == count
        assert ("Cập nhật tiến độ hàng loạt" in page) == bool(count)


def test_preview_says_what_would_change_and_saves_nothing(sign_in, lan, rows):
    make_update(rows[0], by=lan)

    page = text_of(
        sign_in(lan).post(
            PREVIEW, typed(rows, progress="suspended", document_number="12-QĐ/TU")
        )
    )

    assert "Sắp thay đổi 3 kiến nghị" in page
    assert re.findall(r'data-label="Từ"><span class="status (\w+)', page) == [
        "in_progress",
        "not_started",
        "not_started",
    ]
    assert page.count('data-label="Thành"><span class="status suspended') == 3
    assert StatusUpdate.objects.count() == 1


def test_recording_leads_to_the_page_of_the_act(sign_in, lan, rows):
    client, data = sign_in(lan), typed(rows)

    first, again = client.post(RECORD, data), client.post(RECORD, data)

    (act,) = set(StatusUpdate.objects.values_list("act", flat=True))
    assert first["Location"] == again["Location"] == f"/recommendations/bulk/{act}/"
    assert StatusUpdate.objects.count() == 3
    page = text_of(client.get(first["Location"]))
    assert page.count("data-code=") == 3
    assert "Đã ghi nhận cập nhật của 3 kiến nghị." in page
    assert "Hoàn tác 3 cập nhật" in page


def test_row_changed_meanwhile_is_named_and_nothing_lost(sign_in, lan, ha, rows):
    data = typed(rows)
    record(sign_in(ha), rows[1:2])

    answer = sign_in(lan).post(RECORD, data)

    assert answer.status_code == 409
    conflict = re.search(
        r'<section class="notice warning".*?</section>', text_of(answer), re.DOTALL
    )[0]
    assert re.findall(r"[A-Z]{3}-24-\d+(?=</a>)", conflict) == [rows[1].code]
    assert "Đã giao các phòng" in text_of(answer)
    assert StatusUpdate.objects.count() == 1
    seen = re.findall(r'name="seen" value="([^"]*)"', text_of(answer))
    assert sign_in(lan).post(RECORD, data | {"seen": seen}).status_code == 302


def test_demand_that_fails_blocks_and_is_named(sign_in, lan, rows):
    make_update(rows[2], Progress.COMPLETED, by=lan)

    answer = sign_in(lan).post(PREVIEW, typed(rows, note=""))

    page = text_of(answer)
    assert answer.status_code == 422
    assert re.findall(r'data-refused="([^"]*)"', page) == [rows[2].code]
    assert RECORD not in page
    assert sign_in(lan).post(RECORD, typed(rows, note="")).status_code == 422
    assert StatusUpdate.objects.count() == 1


def test_bad_input_keeps_what_was_typed(sign_in, lan, rows):
    for address in (PREVIEW, RECORD):
        answer = sign_in(lan).post(address, typed(rows, effective_on="31/02/2024"))
        assert answer.status_code == 422
        assert 'value="31/02/2024"' in text_of(answer)
        assert "Đã giao các phòng" in text_of(answer)


def test_rows_of_others_are_unknown_and_only_seen_ones_left_out(sign_in, lan, rows):
    unknown = make_recommendation(lead=make_organisation())
    seen = make_recommendation(lead=make_organisation(), raised_by=lan.organisation)
    query = "&".join(f"code={one.code}" for one in (unknown, seen, rows[0]))

    page = text_of(sign_in(lan).get(f"/recommendations/bulk/?{query}&code=x"))

    assert unknown.code not in page
    assert re.findall(r'name="code" value="([^"]*)"', page) == [rows[0].code]
    assert f">{seen.code}</a>" in page
    for one in (unknown, seen):
        assert sign_in(lan).post(RECORD, typed([one])).status_code == 422
    assert StatusUpdate.objects.count() == 0


def test_a_row_that_is_gone_stops_all_and_is_named(sign_in, lan, rows):
    gone = typed(rows)
    Recommendation.objects.filter(pk=rows[1].pk).update(withdrawn_on="2025-01-05")

    for address in (PREVIEW, RECORD):
        answer = sign_in(lan).post(address, gone)
        assert answer.status_code == 422
        assert f"Không còn trong danh sách, đã bỏ ra: {rows[1].code}" in text_of(answer)
    assert StatusUpdate.objects.count() == 0


def test_a_repeated_confirmation_answers_like_the_first_though_a_row_is_gone(
    sign_in, lan, rows
):
    client, form = sign_in(lan), typed(rows)
    first = client.post(RECORD, form)
    Recommendation.objects.filter(pk=rows[1].pk).update(withdrawn_on="2025-01-05")

    again = client.post(RECORD, form)

    assert again.headers["Location"] == first.headers["Location"]


def test_readers_may_not_and_other_methods_are_refused(sign_in, lan, minh, rows):
    act = record(sign_in(lan), rows)
    undo = f"/recommendations/bulk/{act}/undo/"

    assert sign_in(minh).get("/recommendations/bulk/").status_code == 403
    for address in (PREVIEW, RECORD, undo):
        data = {"form_key": str(uuid.uuid4())}
        assert sign_in(minh).post(address, data).status_code == 403
        assert sign_in(lan).put(address).status_code == 405
    assert StatusUpdate.objects.count() == 3
    assert "Hoàn tác" not in text_of(sign_in(minh).get(f"/recommendations/bulk/{act}/"))


def test_act_of_others_does_not_exist(sign_in, ha, lan, hoa, rows):
    elsewhere = make_recommendation(lead=make_organisation())
    act = record(sign_in(ha), [*rows, elsewhere])
    address = f"/recommendations/bulk/{act}/"

    assert text_of(sign_in(lan).get(address)).count("data-code=") == 3
    assert text_of(sign_in(ha).get(address)).count("data-code=") == 4
    assert sign_in(hoa).get(address).status_code == 404
    assert sign_in(hoa).post(f"{address}undo/").status_code == 404


def test_undo_is_said_and_twice_is_nothing(sign_in, lan, rows):
    client = sign_in(lan)
    address = f"/recommendations/bulk/{record(client, rows)}/undo/"

    first = client.post(address, {"form_key": str(uuid.uuid4())}, follow=True)
    again = client.post(address, {"form_key": str(uuid.uuid4())}, follow=True)
    damaged = client.post(address, {"form_key": "x"})

    assert "Đã hoàn tác cập nhật của 3 kiến nghị." in text_of(first)
    assert "Không còn cập nhật nào để hoàn tác." in text_of(again)
    assert damaged.status_code == 422
    assert StatusUpdate.objects.count() == 6
    assert {one.progress for one in Recommendation.objects.all()} == {"not_started"}


def test_preview_costs_the_same_with_one_row_and_with_three(sign_in, lan, rows):
    client = sign_in(lan)
    costs = set()
    for chosen in (rows[:1], rows):
        with CaptureQueriesContext(connection) as queries:
            client.post(PREVIEW, typed(chosen, progress="completed", url="a.vn"))
        costs.add(len(queries))
    assert len(costs) == 1
