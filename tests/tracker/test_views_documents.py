"""Pages of documents: every passage, what became of it, and what is doubtful."""

import re
from collections import Counter
from datetime import date

import pytest

from provinces.models import Organisation
from tests.factories import (
    make_organisation,
    make_province,
    make_recommendation,
    make_resolution,
    make_succession,
    make_topic,
    make_update,
    make_user,
)
from tests.tracker.test_views_resolutions import (
    LINKED_ID,
    page_of,
    queries_of,
    rows_of,
    section_of,
    text_of,
)
from tests.tracker.test_visible_documents import (
    make_document,
    make_finding,
    make_flag,
    make_indicator,
    make_participation,
    make_session,
    quote,
)
from tracker.choices import DocumentKind, Progress, RecommendationKind
from tracker.models import DataFlag, Document, Passage, Recommendation, Review
from tracker.models.documents import Sourced

LIST = "/documents/"
TOO_GREAT = 10**30
ROW = re.compile(r'<tr id="([^"]*)">(.*?)</tr>', re.DOTALL)
NOTHING = "Chưa ghi thành nội dung nào."


def cells_of(page):
    """Give what became of each passage, by its key."""
    rows = ROW.findall(section_of(page, "passages"))
    return {key: text_of(row.split("<td")[-1].partition(">")[2]) for key, row in rows}


@pytest.fixture
def client(sign_in, ha):
    return sign_in(ha)


@pytest.fixture
def report(quang_nam):
    session = make_session("Buổi làm việc với tỉnh", province=quang_nam)
    return make_document([session], title="Bản tin", province=quang_nam)


@pytest.fixture
def report_page(client, seeded):
    report = Document.objects.get(slug="bao-cao-quang-nam-2024-06-26")
    return page_of(client, report.get_absolute_url())


# -- the real report ------------------------------------------------------------------


def test_all_passages_stand_in_the_order_of_the_lines(report_page):
    rows = ROW.findall(section_of(report_page, "passages"))
    lines = [int(re.search(r"dòng (\d+)", text).group(1)) for _key, text in rows]

    assert len(rows) == len({key for key, _text in rows}) == 109
    assert lines == sorted(lines)
    assert lines[0] == 3
    assert lines[-1] > 80
    assert "109" in text_of(section_of(report_page, "passages"))[:80]


def test_every_record_read_out_of_the_report_is_shown_where_it_was(report_page):
    """Every row of every kind stands in the cell of its own passage."""
    cells = cells_of(report_page)
    missing, outcomes = [], Counter()

    for model in Sourced.__subclasses__():
        for one in model.objects.filter(passage__isnull=False):
            outcomes[model.__name__] += 1
            said = getattr(one, "problem", None) or getattr(one, "wording", None)
            said = text_of(said or getattr(one, "title", None) or one.name)
            if model.__name__ == "Resolution":
                said = one.number
            if said not in cells[one.passage.slug]:
                missing.append((one, cells[one.passage.slug]))

    assert missing == []
    assert outcomes["Recommendation"] == 27
    assert outcomes["DataFlag"] == 23
    assert outcomes["Participation"] == 13
    assert outcomes["Finding"] == 34


def test_nothing_is_said_to_be_made_only_of_bare_passages(report_page):
    bare = {key for key, text in cells_of(report_page).items() if text == NOTHING}

    assert bare == {
        one.slug
        for one in Passage.objects.all()
        if not any(
            model.objects.filter(passage=one).exists()
            for model in Sourced.__subclasses__()
        )
    }


def test_all_flags_stand_with_their_anchors(report_page):
    flags = section_of(report_page, "flags")
    keys = [key for key, _text in ROW.findall(flags)]

    assert keys == [f"AN-{number}" for number in range(1, 24)]
    assert text_of(flags).startswith("Cảnh báo dữ liệu 23 ")
    assert text_of(flags).count("Chưa quyết định") == 23
    assert "Năm tầm nhìn 2056 khác với quy hoạch được phê duyệt" in text_of(flags)


def test_every_link_inside_the_page_has_its_target(report_page):
    wanted = set(LINKED_ID.findall(report_page))
    # The reader leads back from its notes by the whole address of the page.
    address = Document.objects.get(
        slug="bao-cao-quang-nam-2024-06-26"
    ).get_absolute_url()
    wanted |= set(re.findall(rf'href="{address}#([^"]+)"', report_page))

    ids = re.findall(r'\bid="([^"]+)"', report_page)

    assert len(wanted) > 40
    assert wanted - set(ids) == set()
    assert len(ids) == len(set(ids)), "two places under one key"


@pytest.mark.once
def test_every_link_out_of_the_page_leads_somewhere(report_page, client):
    links = set(re.findall(r'href="(/[a-z][^"]*)"', report_page))

    kept = [link.replace("&amp;", "&") for link in links if "/static/" not in link]
    statuses = {link: client.get(link).status_code for link in kept}

    assert {link for link, status in statuses.items() if status != 200} <= {
        "/",
        "/help/",
    }
    assert len(statuses) > 40


# -- made-up documents ----------------------------------------------------------------


def test_passage_says_everything_that_became_of_it(client, report, ha):
    passage = quote(report, "tạo điều kiện", slug="cau-1")
    row = make_recommendation(wording="Bổ sung đất", passage=passage)
    make_update(row, Progress.IN_PROGRESS, by=ha)
    session = make_session("Buổi khảo sát", passage=passage)
    make_finding(session, wording="Kết quả tốt", passage=passage)
    make_indicator(name="Số khu", passage=passage)
    make_participation(session, name="Lê Văn An", passage=passage)
    make_document(title="Kế hoạch năm", passage=passage)
    make_topic(passage=passage)
    make_resolution(passage=passage)
    Review.objects.create(title="Sơ kết", owner=ha.organisation, passage=passage)
    make_flag(report, passage=passage, source_id="AN-7", problem="In nhầm")

    said = cells_of(page_of(client, report.get_absolute_url()))["cau-1"]

    assert said.startswith(f"Kiến nghị {row.code} Bổ sung đất Đang thực hiện ")
    for words in (
        *("Kết quả tốt", "Số khu", "Lê Văn An – Buổi khảo sát", "Kế hoạch năm"),
        *("Quy hoạch", "23-NQ/TW", "Sơ kết", "Cảnh báo In nhầm"),
    ):
        assert words in said


def test_kinds_are_named_in_the_language_of_the_reader(client, report):
    passage = quote(report, slug="cau-1")
    make_finding(report.sessions.get(), wording="Kết quả tốt", passage=passage)
    make_flag(report, passage=passage, source_id="AN-7", problem="In nhầm")
    make_recommendation(wording="Bổ sung đất", passage=passage, code_number=3)

    said = cells_of(page_of(client, report.get_absolute_url(), "en"))["cau-1"]

    assert "Recommendation QNA-24-03 Bổ sung đất Not started" in said
    assert "Finding Kết quả tốt" in said
    assert "Flag In nhầm" in said


def test_places_are_ordered_by_their_numbers(client, report):
    for number, place in enumerate(
        ("dòng 48", "dòng 6", "dòng 100", "trang 6, dòng 2")
    ):
        quote(report, slug=f"cau-{number}", locator=place)
    quote(make_document(), slug="noi-khac")

    rows = ROW.findall(page_of(client, report.get_absolute_url()))

    assert [key for key, _text in rows] == ["cau-1", "cau-3", "cau-0", "cau-2"]


def test_flags_without_a_number_have_anchors_of_their_own(client, report):
    passage = quote(report)
    for problem in ("Điều một", "Điều hai"):
        make_flag(report, passage=passage, problem=problem)

    page = page_of(client, report.get_absolute_url())

    keys = [key for key, _text in ROW.findall(section_of(page, "flags"))]
    linked = re.findall(r'href="[^"]*#([^"]*)" lang="vi">Điều', page)
    assert len(set(keys)) == 2
    assert "" not in keys
    assert linked == keys


def test_flag_of_another_document_is_neither_told_nor_linked(sign_in, lan, report):
    """Its clause stands here; the flag itself was raised about a paper elsewhere."""
    paper = make_document([make_session()])
    passage = quote(report)
    make_flag(paper, passage=passage, source_id="AN-9", problem="Điều mật-một")

    page = page_of(sign_in(lan), report.get_absolute_url())

    assert "mật-" not in page
    assert "AN-9" not in page


def test_facts_of_a_document(client, quang_nam):
    then = make_organisation("Tỉnh ủy Quảng Nam")
    make_succession(then, make_organisation("Thành ủy Đà Nẵng"))
    document = make_document(
        [make_session("Buổi làm việc", province=quang_nam)],
        [make_resolution()],
        kind=DocumentKind.PROGRAMME,
        number="16-CTr/TU",
        number_as_printed="16-Ctr/TU",
        issuer=then,
        issued_on=date(2018, 6, 5),
        url="https://example.vn/16",
        note="Chưa rõ ngày",
    )

    text = text_of(page_of(client, document.get_absolute_url()))

    assert "16-CTr/TU như trong nguồn: 16-Ctr/TU" in text
    assert "Tỉnh ủy Quảng Nam (nay là Thành ủy Đà Nẵng)" in text
    assert "Ngày ban hành 05/06/2018" in text
    assert "Buổi làm việc" in text
    assert "Chưa rõ ngày" in text
    assert "Chương trình hành động · Đã ban hành 23-NQ/TW" in text


def test_what_is_not_known_is_said(client):
    text = text_of(page_of(client, make_document().get_absolute_url()))

    assert "Số, ký hiệu Chưa xác định" in text
    assert "Cơ quan ban hành Chưa xác định" in text
    assert "Ngày ban hành Chưa xác định" in text
    assert "Chưa có đoạn trích nào" in text
    assert "Chưa có cảnh báo nào" in text


# -- the list -------------------------------------------------------------------------


def test_list_stands_newest_first_and_undated_last(client, report):
    old = make_document(title="Cũ", issued_on=date(2018, 3, 22))
    new = make_document(title="Mới", issued_on=date(2024, 6, 26))
    quote(old)
    quote(old)
    make_flag(new)

    rows = rows_of(page_of(client, LIST))[1:]

    assert [row.split()[0] for row in rows] == ["Mới", "Cũ", "Bản"]
    assert rows[0].endswith("26/06/2024 Đã ban hành 0 1")
    assert rows[1].endswith("22/03/2018 Đã ban hành 2 0")
    assert "3 văn bản" in page_of(client, LIST)


def test_list_goes_on_over_pages(client, settings):
    settings.LIST_PAGE_SIZE = 2
    for _number in range(5):
        make_document()

    pages = [page_of(client, f"{LIST}?page={number}") for number in (1, 2, 3)]

    assert [page.count("<tr id=") for page in pages] == [2, 2, 1]
    links = [set(re.findall(r"/documents/(\d+)/\?", page)) for page in pages]
    assert len(set.union(*links)) == 5
    assert 'rel="next"' in pages[0]
    assert 'rel="prev"' in pages[2]
    assert "5 văn bản" in pages[1]


@pytest.mark.parametrize("typed", ["0", "-1", "x", "99", str(TOO_GREAT)])
def test_page_that_is_not_there_gives_one_that_is(client, typed):
    make_document(title="Duy nhất")

    assert "Duy nhất" in page_of(client, f"{LIST}?page={typed}")


# -- rights ---------------------------------------------------------------------------


def test_list_holds_what_one_may_see(sign_in, lan, hoa, report):
    make_document(title="Chung")

    seen = page_of(sign_in(lan), LIST)
    elsewhere = page_of(sign_in(hoa), LIST)

    assert ("Bản tin" in seen, "Chung" in seen, "2 văn bản" in seen) == (True,) * 3
    assert "Chung" in elsewhere
    assert "1 văn bản" in elsewhere
    assert "Bản tin" not in elsewhere


def test_document_one_may_not_see_does_not_exist(sign_in, ha, lan, hoa, report):
    statuses = {
        user.username: sign_in(user).get(report.get_absolute_url()).status_code
        for user in (ha, lan, hoa)
    }

    assert statuses == {"ha": 200, "lan": 200, "hoa": 404}


@pytest.mark.parametrize("pk", [0, 999, 2**63, TOO_GREAT])
def test_document_that_no_row_can_be_is_not_found(sign_in, ha, lan, report, pk):
    assert sign_in(ha).get(f"/documents/{pk}/").status_code == 404
    assert sign_in(lan).get(f"/documents/{pk}/").status_code == 404


@pytest.mark.parametrize("address", [LIST, "/documents/1/"])
def test_pages_only_read(client, address):
    assert client.post(address).status_code == 405


def make_secrets(passage):
    """Let things elsewhere become of a passage, each with a word of its own."""
    session = make_session("Buổi mật-một", passage=passage)
    make_finding(session, wording="Kết quả mật-hai", passage=passage)
    make_participation(session, name="Ông mật-ba", passage=passage)
    make_document([session], title="Văn bản mật-bốn", passage=passage)
    make_recommendation(
        wording="Việc mật-năm", passage=passage, lead=make_organisation()
    )
    body = make_organisation(province=make_province())
    make_finding(wording="Khó khăn mật-sáu", passage=passage, reported_by=body)
    return session


def test_reader_learns_nothing_of_what_became_elsewhere(sign_in, ha, lan, report):
    passage = quote(report, slug="cau-1")
    hidden = make_secrets(passage)
    report.sessions.add(hidden)

    open_ = page_of(sign_in(ha), report.get_absolute_url())
    shut = page_of(sign_in(lan), report.get_absolute_url())

    assert len(set(re.findall("mật-[a-zăáố]+", open_))) == 6
    assert "mật-" not in shut
    assert cells_of(shut)["cau-1"] == NOTHING
    assert hidden.get_absolute_url() not in shut


def test_clause_in_a_paper_one_may_not_see_is_not_quoted(sign_in, lan, report):
    paper = make_document([make_session()], title="mật-một")
    report.passage = quote(paper, "mật-hai", locator="dòng mật-ba")
    report.save()

    page = page_of(sign_in(lan), report.get_absolute_url())

    assert "mật-" not in page
    assert f"/documents/{paper.pk}/" not in page


def test_ministry_of_the_session_sees_no_recommendation_of_others(sign_in, seeded):
    ministry = Organisation.objects.get(name="Bộ Tài chính")
    report = Document.objects.get(slug="bao-cao-quang-nam-2024-06-26")
    given = Recommendation.objects.get(code_number=3)
    Recommendation.objects.filter(pk=given.pk).update(lead=ministry)

    page = page_of(sign_in(make_user("botc", ministry)), report.get_absolute_url())

    assert set(re.findall(r"QNA-24-\d\d", text_of(page))) == {"QNA-24-03"}
    assert "Buổi làm việc với tỉnh Quảng Nam" in page
    for title in ("Khảo sát chuyển đổi số", "Khảo sát, làm việc tại khu công nghiệp"):
        assert title not in page
    assert DataFlag.objects.count() == section_of(page, "flags").count('<tr id="AN-')


# -- cost -----------------------------------------------------------------------------


def fill(report, number):
    """Add one of everything that a document shows."""
    passage = quote(report)
    session = report.sessions.create(
        title=f"Buổi số {number}",
        held_on=date(2024, 6, 26),
        kind="working_session",
        province=report.province,
        passage=passage,
    )
    make_finding(session, passage=passage)
    make_participation(session, passage=passage)
    make_indicator(passage=passage)
    make_topic(f"chu-de-{number}", passage=passage)
    resolution = make_resolution(f"{number}-nq-tw", passage=passage)
    report.resolutions.add(resolution)
    issuer = make_organisation()
    make_succession(issuer, make_organisation())
    make_document([session], issuer=issuer, passage=passage)
    make_flag(report, passage=passage)
    Review.objects.create(title="Sơ kết", owner=issuer, passage=passage)
    for kind in RecommendationKind:
        make_recommendation(kind=kind, passage=passage, province=report.province)


@pytest.mark.parametrize("reader", ["ha", "lan"])
def test_pages_cost_the_same_with_three_of_everything(reader, request, sign_in, report):
    client = sign_in(request.getfixturevalue(reader))
    report.issuer = make_organisation()
    report.save()
    addresses = (LIST, report.get_absolute_url())
    fill(report, 1)
    with_one = [queries_of(client, address) for address in addresses]

    fill(report, 2)
    fill(report, 3)

    assert [queries_of(client, address) for address in addresses] == with_one
    assert max(with_one) <= 14
