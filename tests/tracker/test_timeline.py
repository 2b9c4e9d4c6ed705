"""The course of events: every row of the chain and every edit, newest first."""

from datetime import UTC, date, datetime

import pytest

from provinces.register import read_register
from tests.chain import Chain, plan_action, say
from tests.factories import (
    make_deadline,
    make_organisation,
    make_passage,
    make_province,
    make_recommendation,
    make_resolution,
    make_topic,
    make_update,
)
from tracker.models import Difficulty, DifficultyClearance, Recommendation
from tracker.reports.timeline import build_timeline


@pytest.fixture
def chain(lan, ha):
    return Chain(make_recommendation([make_resolution()], code_number=13), lan, ha)


@pytest.fixture
def entries(chain, ha, settings):
    settings.LANGUAGE_CODE = "vi"
    return told(chain.one)


def told(recommendation):
    found = Recommendation.objects.get(pk=recommendation.pk)
    return build_timeline(found, read_register())


def at(entries, row):
    (found,) = [one for one in entries if one.row == row]
    return found


def test_every_row_but_evidence_is_told_once_at_its_number(chain, entries):
    told_numbers = sorted(one.sequence for one in entries if one.sequence)
    evidence = {one.sequence for one in chain.one.evidence.all()}

    assert told_numbers == sorted(set(range(1, chain.one.last_sequence + 1)) - evidence)


def test_the_newest_day_stands_first_and_the_later_row_of_a_day(entries):
    places = [(one.day, one.recorded_at) for one in entries if one.recorded_at]

    assert places == sorted(places, reverse=True)
    assert entries[-1].title == "Ghi nhận kiến nghị"


def test_an_update_says_what_it_came_from_and_what_was_said_of_it(chain, entries):
    done = at(entries, chain.done)

    assert (done.title, done.tone) == ("Hoàn thành", "completed")
    assert done.detail == "từ Đang thực hiện"
    assert done.confirmation == "Yêu cầu bổ sung"
    assert at(entries, chain.begun).confirmation == "Đã xác nhận"


def test_an_update_about_an_action_says_which(chain, entries):
    work = at(entries, chain.work)

    assert work.title == "Việc theo dõi số 1: Hoàn thành"
    assert work.about == chain.action.wording
    assert work.detail == "từ Chưa thực hiện"


def test_a_return_names_its_update_and_its_reason(chain, entries):
    returned = at(entries, chain.returned)

    assert (returned.title, returned.note) == ("Yêu cầu bổ sung", "Thiếu biên bản")
    assert returned.refers_to == chain.done
    assert returned.refers_title == "Hoàn thành"


def test_an_answer_says_outcome_finality_referral_and_what_it_corrects(chain, entries):
    answer, noted = at(entries, chain.answer), at(entries, chain.noted)

    assert answer.title == "Trả lời: Không thuộc thẩm quyền"
    assert answer.detail == "trả lời chính thức · chuyển đến Bộ Tài chính"
    assert answer.corrects_title == "Trả lời: Ghi nhận"
    assert [str(one) for one in answer.evidence] == ["99/BTC-NSNN"]
    assert (noted.detail, noted.is_corrected) == ("trả lời bước đầu", True)


def test_extensions_are_numbered_as_the_cached_state_counts_them(chain, entries):
    ledger = [one for one in entries if one.title.startswith("Thời hạn:")]

    assert [one.detail for one in ledger] == [
        "gia hạn lần 2 · thay cho 31/12/2025 · ban đầu 30/06/2025",
        "gia hạn lần 1 · thay cho 30/06/2025",
        "",
    ]
    assert chain.one.extension_count == 2


def test_a_corrected_deadline_is_no_extension(ha, settings):
    settings.LANGUAGE_CODE = "vi"
    one = make_recommendation()
    make_deadline(one, date(2025, 6, 30), by=ha)
    wrong = make_deadline(one, date(2025, 12, 31), by=ha)
    right = make_deadline(one, date(2025, 9, 30), by=ha, corrects=wrong)

    entries = told(one)

    assert at(entries, wrong).detail == ""
    assert at(entries, right).detail == "gia hạn lần 1 · thay cho 30/06/2025"
    assert one.extension_count == 1


def test_difficulties_are_opened_and_cleared(chain, entries):
    land, cleared = at(entries, chain.land), at(entries, chain.cleared)

    assert land.title == "Khó khăn, vướng mắc: Đất đai, giải phóng mặt bằng"
    assert land.detail == "đã tháo gỡ ngày 10/01/2025"
    assert at(entries, chain.capital).detail == ""
    assert cleared.title == "Đã tháo gỡ: Đất đai, giải phóng mặt bằng"
    assert (cleared.refers_to, cleared.refers_title) == (chain.land, "Vướng đền bù")


def test_an_action_is_added_and_changed(chain, lan, ha, settings):
    settings.LANGUAGE_CODE = "vi"
    action = chain.action
    action.owner = make_organisation("Sở Công Thương")
    action.due_on = date(2025, 4, 30)
    action._history_user = lan
    action.save()

    changed, added = [
        one for one in told(chain.one) if one.title.startswith(("Thêm", "Sửa"))
    ]

    assert added.title == "Thêm việc theo dõi số 1"
    assert added.detail == "thời hạn: 31/03/2025"
    about = f"{action.wording} – {ha.organisation}"
    assert (added.author, added.about) == ("Lê Thu Hà", about)
    assert changed.title == "Sửa việc theo dõi số 1"
    assert changed.detail == "thời hạn: 30/04/2025"
    assert changed.about == f"{action.wording} – Sở Công Thương"
    assert changed.author == "Trần Thị Lan"


def test_edits_of_the_recommendation_are_told_with_who(chain, ha, settings):
    settings.LANGUAGE_CODE = "vi"
    one = chain.one
    one.history.update(history_date=datetime(2024, 7, 1, tzinfo=UTC))
    told_before = {entry.title for entry in told(one)}
    one._history_user = ha
    body = make_organisation("Bộ Công Thương")
    one.lead = one.addressee = one.raised_by = body
    one.kind, one.raised_on = "request", date(2024, 6, 25)
    before, one.wording = one.wording, "Lời mới"
    one.province, one.passage = make_province("Quảng Ngãi"), make_passage()
    one.withdrawn_on, one.withdrawal_reason = date(2026, 1, 5), "Trùng kiến nghị"
    one.save()
    one.resolutions.add(make_resolution("52-nq-tw"))
    one.topics.add(make_topic(name="Chuyển đổi số"))

    edits = {
        entry.title: entry for entry in told(one) if entry.title not in told_before
    }

    assert set(edits) == {
        "Chủ trì: Bộ Công Thương",
        "Cơ quan được kiến nghị: Bộ Công Thương",
        "Cơ quan kiến nghị: Bộ Công Thương",
        "Loại: Đề nghị",
        "Ngày kiến nghị: 25/06/2024",
        "Địa phương: Quảng Ngãi",
        "Sửa đoạn trích",
        "Chủ đề: Chuyển đổi số",
        "Sửa nội dung kiến nghị",
        "Đã rút",
        "Nghị quyết: 23-NQ/TW, 52-NQ/TW",
    }
    assert edits["Sửa nội dung kiến nghị"].note == f"Trước đó: {before}"
    assert edits["Đã rút"].note == "Trùng kiến nghị"
    assert edits["Đã rút"].author == "Lê Thu Hà"


def test_what_is_linked_while_entering_is_no_edit(ha):
    body = make_organisation()
    one = make_recommendation([make_resolution()], coordinating=[body])

    assert len(told(one)) == 1


def test_the_page_costs_the_same_however_long_the_history(
    chain, lan, ha, sign_in, django_assert_num_queries
):
    client, one = sign_in(ha), chain.one
    one.lead = lan.organisation
    one.save()
    address = one.get_absolute_url()
    client.get(address)
    with django_assert_num_queries(12, exact=False) as first:
        client.get(address)
    for number in (2, 3, 4):
        action = plan_action(one, by=ha, number=number)
        make_update(one, by=lan, action=action)
        wrong = make_update(one, by=lan)
        chain.judge(make_update(one, by=lan, corrects=wrong), "returned", by=ha)
        make_deadline(one, date(2026, 12, number), by=ha)
        hard = say(one, Difficulty, by=lan, category="data", note=f"Số {number}")
        say(one, DifficultyClearance, by=ha, difficulty=hard)
        one.lead = make_organisation()
        one.save()

    with django_assert_num_queries(len(first)):
        page = client.get(address).content.decode()
    assert page.count('id="row-') == one.last_sequence - 1
    assert f'href="#row-{chain.done.sequence}"' in page
