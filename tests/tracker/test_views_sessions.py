"""Pages of sessions: who met, what was asked, found and read there."""

import re

import pytest

from provinces.models import Organisation
from tests.factories import (
    make_organisation,
    make_province,
    make_recommendation,
    make_resolution,
    make_succession,
    make_user,
)
from tests.tracker.test_views_resolutions import (
    page_of,
    queries_of,
    section_of,
    text_of,
)
from tests.tracker.test_visible_documents import (
    make_document,
    make_finding,
    make_flag,
    make_participation,
    make_session,
    quote,
)
from tracker.choices import RecommendationKind
from tracker.models import Participation, Review, WorkingSession

TOO_GREAT = 10**30
HEAD = re.compile(r"<h3>(.*?)</h3>", re.DOTALL)
# Of each session of the report: who was there, in the order of the source.
PEOPLE = {
    "EVT-1": [
        *("Nguyễn Đức Hiển", "Lương Nguyễn Minh Triết", "Trần Xuân Minh"),
        *("Hồ Quang Bửu", "Lê Thủy Trung", "Đinh Quang Trung", "Nguyễn Ngọc Trung"),
    ],
    "EVT-2": ["Nguyễn Đức Hiển"],
    "EVT-3": ["Nguyễn Đức Hiển", "Nguyễn Quang Bảo"],
}
GROUPS = {"EVT-1": 2, "EVT-2": 0, "EVT-3": 1}
# By kind: results, difficulties, acknowledgements, facts of the site.
FINDINGS = {
    "EVT-1": ["Kết quả 9", "Khó khăn 9", "Ghi nhận, đánh giá 4"],
    "EVT-2": ["Kết quả 6", "Thông tin thực địa 2"],
    "EVT-3": ["Khó khăn 1", "Thông tin thực địa 3"],
}


def people_of(page):
    """Give the lines of who met, side by side."""
    lines = re.findall(r"<li>.*?</li>", section_of(page, "people"), re.DOTALL)
    return [text_of(line) for line in lines]


def report_page(client, source_id, language="vi"):
    session = WorkingSession.objects.get(source_id=source_id)
    return page_of(client, session.get_absolute_url(), language)


@pytest.fixture
def client(sign_in, ha):
    return sign_in(ha)


@pytest.fixture
def session(quang_nam):
    return make_session("Buổi làm việc với tỉnh Quảng Nam", province=quang_nam)


# -- the real sessions ----------------------------------------------------------------


@pytest.mark.parametrize("source_id", PEOPLE)
def test_everybody_who_met_is_named_with_the_post_as_printed(client, seeded, source_id):
    lines = people_of(report_page(client, source_id))
    rows = Participation.objects.filter(session__source_id=source_id).order_by("pk")

    assert len(lines) == len(PEOPLE[source_id]) + GROUPS[source_id] == len(rows)
    assert set(PEOPLE[source_id]) <= {row.name for row in rows}
    for row in rows:
        (line,) = [one for one in lines if row.name in one]
        assert row.post in line
        assert ("nhóm không nêu tên" in line) == row.is_group
        assert ("suy ra từ nguồn" in line) == row.is_inferred


def test_thirteen_participations_four_of_them_inferred(client, seeded):
    pages = [report_page(client, one, "en") for one in PEOPLE]
    lines = [line for page in pages for line in re.findall(r"<li>.*?</li>", page)]

    assert sum("· inferred" in line for line in lines) == 4
    assert sum("· group without names" in line for line in lines) == 3
    assert sum(len(PEOPLE[one]) + GROUPS[one] for one in PEOPLE) == 13


def test_person_stands_with_form_of_address_post_role_and_body(client, seeded):
    lines = people_of(report_page(client, "EVT-1"))

    trung = next(line for line in lines if "Lê Thủy Trung" in line)
    assert trung.startswith(
        "Đồng chí Lê Thủy Trung, Phó Vụ trưởng vụ Kinh tế công nghiệp "
        "Tham gia ý kiến · Bộ Kế hoạch và Đầu tư (nay là Bộ Tài chính)"
    )
    bao = people_of(report_page(client, "EVT-3"))[1]
    assert bao.startswith("Ông Nguyễn Quang Bảo, Tổng Giám đốc ")


@pytest.mark.parametrize("source_id", FINDINGS)
def test_findings_stand_by_kind_with_their_number(client, seeded, source_id):
    findings = section_of(report_page(client, source_id), "finding-list")

    assert [text_of(head) for head in HEAD.findall(findings)] == FINDINGS[source_id]
    items = findings.count("<li>")
    assert items == sum(int(head.split()[-1]) for head in FINDINGS[source_id])


def test_facts_of_the_session_are_told_then_and_now(client, seeded):
    text = text_of(report_page(client, "EVT-2"))

    assert "26/06/2024, buổi chiều · Khảo sát thực tế" in text
    assert "Nghị quyết 52-NQ/TW" in text
    assert "Trưởng đoàn Nguyễn Đức Hiển Phó Trưởng Ban Kinh tế Trung ương" in text
    assert "UBND phường Tân Thạnh, thành phố Tam Kỳ" in text
    assert "UBND phường Tân Thạnh (nay là UBND phường Bàn Thạch)" in text
    assert "Tỉnh Quảng Nam · từ 01/07/2025: thành phố Đà Nẵng" in text
    assert "Các buổi làm việc với cơ quan, địa phương phục vụ sơ kết" in text


def test_documents_stand_with_passages_and_flags(client, seeded):
    page = report_page(client, "EVT-1")
    text = text_of(page)

    assert "109 đoạn trích" in text
    assert "23 cảnh báo" in text
    assert "16-CTr/TU: Chương trình của Tỉnh ủy Quảng Nam" in text
    report = re.search(r'href="(/documents/\d+/)#flags"', page).group(1)
    assert 'id="flags"' in page_of(client, report)


def test_quotation_links_to_its_place_in_the_document(client, seeded):
    page = report_page(client, "EVT-1")

    link = re.search(r'<figcaption[^>]*><a href="([^"#]+)#([^"]+)"', page)
    assert "“buổi làm việc với tỉnh Quảng Nam”" in page
    assert f'<tr id="{link.group(2)}">' in page_of(client, link.group(1))


# -- made-up sessions -----------------------------------------------------------------


def test_only_what_came_of_this_session_is_shown(client, session):
    other = make_session("Buổi khác")
    own = make_recommendation(session=session)
    elsewhere = make_recommendation(session=other)
    make_finding(session, wording="Kết quả ở đây")
    make_finding(other, wording="Kết quả nơi khác")
    make_document([session], title="Văn bản ở đây")
    make_document([other], title="Văn bản nơi khác")
    make_participation(other, name="Người nơi khác")

    page = page_of(client, session.get_absolute_url())

    assert re.findall(r'data-code="([^"]+)"', page) == [own.code]
    assert "Kết quả ở đây" in page
    assert "Văn bản ở đây" in page
    assert "nơi khác" not in page
    assert elsewhere.code not in page


def test_what_is_not_known_is_said(client, db):
    session = make_session("Buổi chưa rõ")

    text = text_of(page_of(client, session.get_absolute_url()))

    assert "Địa điểm Chưa xác định" in text
    assert "Chưa nhập thành phần tham dự" in text
    assert "Chưa ghi nhận nội dung nào" in text
    assert "Chưa có văn bản nào" in text


def test_link_to_the_province_says_where_it_leads(client, seeded):
    """The link of a fact leads to a page with that title."""
    page = report_page(client, "EVT-1")

    address, words = re.search(r'href="(/provinces/[^"]+)">([^<]+)</a>', page).groups()

    title = re.search(r"<h1[^>]*>([^<]+)</h1>", page_of(client, address)).group(1)
    assert words == title


def test_long_kinds_of_findings_are_folded_and_short_ones_open(client, seeded):
    findings = section_of(report_page(client, "EVT-1"), "finding-list")

    folded = re.findall(r'<details class="kind"( open)?>', findings)
    assert folded == ["", "", " open"]


def test_session_and_its_rows_can_be_exported_and_reported(client, session):
    page = page_of(client, session.get_absolute_url())

    for path in (
        "recommendations/export.xlsx",
        "recommendations/export.csv",
        "reports/",
    ):
        assert f'href="/{path}?session={session.pk}"' in page


@pytest.mark.parametrize("pk", [0, 999, 2**63, TOO_GREAT])
def test_session_that_no_row_can_be_is_not_found(sign_in, ha, lan, session, pk):
    assert sign_in(ha).get(f"/sessions/{pk}/").status_code == 404
    assert sign_in(lan).get(f"/sessions/{pk}/").status_code == 404


def test_page_only_reads(client, session):
    assert client.post(session.get_absolute_url()).status_code == 405


# -- rights ---------------------------------------------------------------------------


def test_session_one_may_not_see_does_not_exist(sign_in, ha, lan, hoa, session):
    statuses = {
        user.username: sign_in(user).get(session.get_absolute_url()).status_code
        for user in (ha, lan, hoa)
    }

    assert statuses == {"ha": 200, "lan": 200, "hoa": 404}


def test_answer_for_what_one_may_not_see_is_that_for_nothing(sign_in, hoa, session):
    client = sign_in(hoa)

    answers = [
        client.get(address).content.decode().partition("<main")[2]
        for address in (session.get_absolute_url(), "/sessions/999/")
    ]

    assert answers[0] == answers[1]


def make_part_of(session, body):
    """Let a body take part in a session, and nothing else of it concern the body."""
    make_participation(session, body)
    report = make_document([session], title="Bản tin")
    make_finding(session, wording="Kết quả chung", passage=quote(report))
    make_recommendation(session=session, wording="Việc mật-một")
    make_recommendation(session=session, wording="Việc giao bộ", lead=body)


def test_who_took_part_sees_no_recommendation_of_others(sign_in, session):
    ministry = make_organisation("Bộ Công Thương")
    make_part_of(session, ministry)

    page = page_of(sign_in(make_user("boct", ministry)), session.get_absolute_url())

    assert "Kết quả chung" in page
    assert "Bản tin" in page
    assert "Việc giao bộ" in page
    assert "mật-" not in page
    count = section_of(page, "progress-count")
    assert "<strong>1</strong>" in count
    assert "<strong>2</strong>" not in count


def test_paper_of_another_session_is_neither_told_nor_linked(sign_in, lan, session):
    """The clauses that prove a session and a finding may stand in a paper elsewhere."""
    paper = make_document([make_session("mật-một")], title="mật-hai")
    session.passage = quote(paper, "mật-ba", locator="dòng mật-bốn")
    session.save()
    make_finding(session, passage=session.passage, wording="Kết quả chung")

    page = page_of(sign_in(lan), session.get_absolute_url())

    assert "Kết quả chung" in page
    assert "mật-" not in page
    assert f"/documents/{paper.pk}/" not in page


def test_successor_of_a_ministry_sees_the_session_it_took_part_in(sign_in, seeded):
    ministry = Organisation.objects.get(name="Bộ Tài chính")
    client = sign_in(make_user("botc", ministry))

    page = report_page(client, "EVT-1")

    assert "Lê Thủy Trung" in page
    assert "data-code" not in page
    for source_id in ("EVT-2", "EVT-3"):
        shut = WorkingSession.objects.get(source_id=source_id)
        assert client.get(shut.get_absolute_url()).status_code == 404
        assert shut.title not in page


# -- cost -----------------------------------------------------------------------------


def fill(session):
    """Add one of everything a session shows, with names that need looking up."""
    body, lead, issuer = (make_organisation() for _number in range(3))
    for one in (body, lead, issuer):
        make_succession(one, make_organisation())
    make_participation(session, body)
    document = make_document([session], issuer=issuer)
    passage = quote(document)
    make_flag(document, passage=passage)
    for kind in ("result", "difficulty"):
        make_finding(session, kind=kind, passage=passage, reported_by=body)
    session.resolutions.add(make_resolution(f"{body.pk}-nq-tw"))
    for kind in RecommendationKind:
        make_recommendation(
            session.resolutions.all(),
            kind=kind,
            lead=lead,
            session=session,
            province=session.province,
        )


@pytest.mark.parametrize("reader", ["ha", "lan"])
def test_page_costs_the_same_with_three_of_everything(
    reader, request, sign_in, session
):
    client = sign_in(request.getfixturevalue(reader))
    session.province.successor = make_province("Đà Nẵng", slug="48")
    session.province.save()
    session.host = make_organisation()
    session.review = Review.objects.create(title="Sơ kết", owner=session.host)
    session.save()
    fill(session)
    with_one = queries_of(client, session.get_absolute_url())

    fill(session)
    fill(session)

    assert queries_of(client, session.get_absolute_url()) == with_one
    assert with_one <= 15
