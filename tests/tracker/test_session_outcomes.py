"""What came out of a session: every row, what is told of it, every number's rows."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from provinces.register import read_register
from tests.factories import (
    append,
    make_action,
    make_answer,
    make_deadline,
    make_difficulty,
    make_organisation,
    make_recommendation,
    make_resolution,
    make_session,
    make_update,
    make_user,
)
from tests.tracker.test_views_resolutions import page_of, rows_of, section_of, text_of
from tests.tracker.test_visible_documents import make_participation
from tracker.choices import (
    AnswerOutcome,
    Flag,
    ParticipationRole,
    Progress,
    RecommendationKind,
)
from tracker.models import Evidence, Recommendation
from tracker.reports import session_outcomes
from tracker.reports.counting import count_progress
from tracker.reports.session_outcomes import build_session_outcomes
from tracker.reports.session_people import group_by_side

NUMBER = re.compile(
    r'href="(/recommendations/\?[^"]+)"><strong[^>]*>([\d.]+)</strong>', re.DOTALL
)
LIST_COUNT = re.compile(r'data-count="(\d+)"')
REQUEST, COMMITMENT = RecommendationKind.REQUEST, RecommendationKind.COMMITMENT


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def build(session):
    rows = Recommendation.objects.filter(session=session)
    return build_session_outcomes(rows, on=timezone.localdate())


def told(outcomes):
    """Give the summary as plain words: "2 recommendations: 1 answered, …"."""
    return [
        f"{group.whole.count} {group.whole.words}: "
        + ", ".join(f"{said.count} {said.words}" for said in group.happened)
        for group in outcomes.groups
    ]


@pytest.fixture
def session(quang_nam):
    return make_session("Buổi làm việc với tỉnh Quảng Nam", province=quang_nam)


@pytest.fixture
def ministry(db):
    return make_organisation("Bộ Công Thương")


@pytest.fixture
def busy(session, ministry, lan, ha):
    """A session of which something of everything came: done, late, silent, refused."""
    resolutions = [make_resolution("23-nq-tw")]
    placed = {"session": session, "province": session.province}
    done = make_recommendation(resolutions, **placed, lead=ministry)
    make_deadline(done, in_days(-3), by=ha)
    update = make_update(done, Progress.COMPLETED, by=ha)
    proof = Evidence(update=update, document_number="12/QĐ-BCT")
    append(done, proof, by=ha)
    late = make_recommendation(resolutions, **placed, addressee=ministry)
    make_deadline(late, in_days(-3), by=ha)
    make_update(late, by=ha)
    make_difficulty(late, by=ha)
    answer = make_answer(late, by=ha, effective_on=in_days(-9))
    append(late, Evidence(answer=answer, document_number="5120/BCT-CN"), by=ha)
    make_recommendation(kind=REQUEST, **placed, lead=lan.organisation)
    silent = make_recommendation(kind=COMMITMENT, **placed, lead=ministry)
    make_action(silent, ministry, by=ha, progress=Progress.COMPLETED)
    make_action(silent, ministry, by=ha)
    make_participation(session, ministry)
    return session


# -- what is told ---------------------------------------------------------------------


def test_each_kind_is_told_in_words(busy):
    assert told(build(busy)) == [
        "2 kiến nghị: 1 đã trả lời, 1 hoàn thành, 1 quá hạn,"
        " 1 chưa có cơ quan chủ trì, 1 có vướng mắc",
        "1 đề nghị: 0 đã trả lời, 0 hoàn thành, 0 quá hạn, 1 chưa báo cáo lần nào",
        "1 cam kết: 0 hoàn thành, 0 quá hạn, 1 chưa báo cáo lần nào",
    ]


def test_nothing_is_told_of_kinds_that_did_not_occur(session):
    assert build(session).groups == []
    assert build(session).count.total == 0


def test_count_is_the_count_of_the_list(busy):
    soon = make_recommendation(session=busy)
    soon.due_on = in_days(1)
    soon.save(update_fields=["due_on"])
    rows = Recommendation.objects.filter(session=busy)

    own, official = build(busy).count, count_progress(rows, on=timezone.localdate())

    assert own.segments == official.segments
    assert own.parts == official.parts
    assert own.total == 5


def test_row_tells_answer_actions_and_evidence(busy):
    recommendations, _requests, commitments = build(busy).groups
    done, late = recommendations.rows

    assert (done.has_evidence, late.has_evidence) == (True, False)
    assert (done.answer_document, late.answer_document) == ("", "5120/BCT-CN")
    assert (
        late.flags
        == (
            Flag.NO_LEAD,
            Flag.DIFFICULTY,
            Flag.ANSWERED_UNRESOLVED,
        )
        or Flag.STALE in late.flags
    )
    assert [one.label for one in late.labels][0] == Flag.DIFFICULTY.label
    silent = commitments.rows[0]
    assert (silent.actions_done, silent.actions) == (1, 2)
    assert not silent.is_answerable
    assert silent.never_reported


def test_evidence_of_what_was_corrected_proves_nothing(session, ha):
    one = make_recommendation(session=session)
    wrong = make_update(one, by=ha)
    append(one, Evidence(update=wrong, document_number="1/QĐ"), by=ha)
    make_update(one, by=ha, corrects=wrong)

    assert not build(session).groups[0].rows[0].has_evidence


def test_answer_by_file_alone_is_named_by_its_file(session, ha):
    one = make_recommendation(session=session)
    answer = make_answer(one, by=ha)
    file = Evidence(answer=answer, file_key="k", file_name="Trả lời.pdf")
    append(one, file, by=ha)

    assert build(session).groups[0].rows[0].answer_document == "Trả lời.pdf"


def test_more_of_a_kind_than_the_page_shows_is_still_counted(
    session, sign_in, ha, monkeypatch
):
    monkeypatch.setattr(session_outcomes, "SHOWN", 2)
    codes = [make_recommendation(session=session).code for _number in range(3)]

    table = section_of(
        page_of(sign_in(ha), session.get_absolute_url()), "session-outcomes"
    )

    assert re.findall(r'data-code="([^"]+)"', table) == codes[:2]
    head = re.search(r'<th scope="rowgroup".*?</th>', table, re.DOTALL).group()
    assert text_of(head).startswith("Kiến nghị xem cả 3")
    assert f'href="/recommendations/?session={session.pk}&amp;kind=' in head


# -- the page -------------------------------------------------------------------------


def test_row_of_the_page_says_what_became_of_it(busy, sign_in, ha):
    page = page_of(sign_in(ha), busy.get_absolute_url())
    rows = rows_of(section_of(page, "session-outcomes"))

    answered = in_days(-9).strftime("%d/%m/%Y")
    late = next(row for row in rows if "5120/BCT-CN" in row)
    assert f"Tiếp thu {answered} · 5120/BCT-CN Đã trả lời, chưa" in late
    assert "Bộ Công Thương Chưa xác định" in late
    assert "Quá hạn 3 ngày" in late
    assert "Có vướng mắc Chưa có minh chứng" in late
    assert any("1 trên 2 việc đã xong Chưa có minh chứng" in row for row in rows)
    (done,) = [row for row in rows if "Có minh chứng" in row]
    assert "Chưa trả lời Hoàn thành" in done


def test_who_was_referred_to_is_named(session, ministry, sign_in, ha):
    one = make_recommendation(session=session)
    make_answer(one, AnswerOutcome.OUTSIDE_REMIT, by=ha, referred_to=ministry)

    page = page_of(sign_in(ha), session.get_absolute_url())

    assert "Không thuộc thẩm quyền" in section_of(page, "session-outcomes")
    assert "Bộ Công Thương" in section_of(page, "session-outcomes")


@pytest.mark.parametrize("reader", ["ha", "lan", "minh", "boct"])
def test_every_number_leads_to_exactly_its_rows(
    reader, request, busy, ministry, sign_in
):
    user = (
        make_user("boct", ministry)
        if reader == "boct"
        else request.getfixturevalue(reader)
    )
    client = sign_in(user)
    page = page_of(client, busy.get_absolute_url())
    numbers = NUMBER.findall(page)

    assert len(numbers) > 20
    for address, number in numbers:
        shown = LIST_COUNT.search(page_of(client, unescape(address))).group(1)
        assert shown == number, address


def test_summary_counts_only_what_the_reader_sees(busy, ministry, sign_in):
    make_recommendation(session=busy, wording="Việc của người khác")
    client = sign_in(make_user("boct", ministry))

    page = page_of(client, busy.get_absolute_url())

    happened = text_of(section_of(page, "happened"))
    assert "2 kiến nghị:" in happened
    assert "đề nghị" not in happened
    assert "Việc của người khác" not in page


def test_reader_of_no_row_is_told_so(session, ministry, sign_in):
    make_participation(session, ministry)
    make_recommendation(session=session)

    page = page_of(sign_in(make_user("boct", ministry)), session.get_absolute_url())

    assert "Chưa có kiến nghị nào" in text_of(section_of(page, "happened"))
    assert "session-outcomes" not in page


# -- who met --------------------------------------------------------------------------


def sides_of(people, session):
    sides = group_by_side(people, session, read_register())
    return {side.key: [one.name for one in side.people] for side in sides}


def test_people_stand_by_the_side_they_came_with(session, quang_nam_committee):
    commission = make_organisation("Ban Kinh tế Trung ương")
    department = make_organisation("Vụ Công nghiệp", parent=commission)
    company = make_organisation("THACO")
    session.host = company
    roles = ParticipationRole
    people = [
        make_participation(session, body, name=name, role=role)
        for name, body, role in (
            ("Trưởng đoàn", commission, roles.HEAD_OF_DELEGATION),
            ("Vụ trưởng", department, roles.CONTRIBUTOR),
            ("Bí thư", quang_nam_committee, roles.PARTICIPANT),
            ("Giám đốc", make_organisation(parent=company), roles.PRESENTER),
            ("Người tiếp", make_organisation(), roles.HOST),
            ("Bộ khác", make_organisation(), roles.SPEAKER),
            ("Không rõ", None, roles.PARTICIPANT),
        )
    ]

    assert sides_of(people, session) == {
        "delegation": ["Trưởng đoàn", "Vụ trưởng"],
        "host": ["Bí thư", "Giám đốc", "Người tiếp"],
        "others": ["Bộ khác", "Không rõ"],
    }


def test_session_without_a_place_makes_nobody_local(db):
    session = make_session("Buổi chưa rõ")
    someone = make_participation(
        session, make_organisation(), role=ParticipationRole.PARTICIPANT
    )

    assert sides_of([someone], session) == {"others": [someone.name]}


def test_real_session_is_told_by_its_sides(seeded):
    session = Recommendation.objects.filter(kind=COMMITMENT).first().session
    people = session.participations.order_by("pk")

    sides = sides_of(people, session)

    assert sides["delegation"] == ["Nguyễn Đức Hiển", "Nguyễn Ngọc Trung"]
    assert len(sides["host"]) == 4
    assert len(sides["others"]) == 3
