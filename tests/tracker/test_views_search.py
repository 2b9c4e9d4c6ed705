"""The search of everything: what is found first, in which groups, and by whom."""

import re
from datetime import date
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from provinces.choices import OrganisationKind
from provinces.models import Organisation, User
from tests.factories import (
    make_organisation,
    make_province,
    make_recommendation,
    make_resolution,
    make_session,
    make_succession,
    make_user,
)
from tests.markup import Markup
from tests.tracker.test_visible_documents import make_figure, make_indicator
from tests.tracker.test_visible_documents import quote as quote_passage
from tracker.choices import DocumentKind, DocumentState
from tracker.models import Document, DocumentText, Participation
from tracker.reports.search import NOUNS, search_everything

SEARCH, LIST = "/search/", "/recommendations/"
COUNT = re.compile(r'id="result-count" data-count="(\d+)"')


def make_document(title, **fields):
    slug = f"van-ban-{Document.objects.count()}"
    kind, state = DocumentKind.PLAN, DocumentState.ISSUED
    return Document.objects.create(
        slug=slug, title=title, **{"kind": kind, "state": state} | fields
    )


def found_by(user, query):
    """Give the total and the names of every group."""
    groups = search_everything(user, query, most=10).groups
    return {one.noun.key: (one.total, [hit.name for hit in one.hits]) for one in groups}


def first_hits(user, query):
    groups = search_everything(user, query, most=1).groups
    return {one.noun.key: (one.hits[0].key or one.hits[0].name) for one in groups}


@pytest.fixture
def coordinator(seeded):
    return make_user("dieuphoi", Organisation.objects.get(oversees_all=True))


REPORTED = [
    ("nq 23", "resolutions", "23-NQ/TW", 1),
    ("23nqtw", "resolutions", "23-NQ/TW", 1),
    ("23-nq/tw", "resolutions", "23-NQ/TW", 1),
    ("NQ23", "resolutions", "23-NQ/TW", 1),
    ("nghi quyet 52", "resolutions", "52-NQ/TW", 1),
    ("cmcn 4.0", "resolutions", "52-NQ/TW", 1),
    ("qna 24 3", "recommendations", "QNA-24-03", 1),
    ("QNA-24-03", "recommendations", "QNA-24-03", 1),
    ("qna2403", "recommendations", "QNA-24-03", 1),
    ("kcn", "recommendations", "QNA-24-03", 2),
    ("kcn", "organisations", "Khu công nghiệp THACO-Chu Lai", 1),
    ("khu cong nghiep", "organisations", "Khu công nghiệp THACO-Chu Lai", 1),
    ("lap day", "indicators", "Tỷ lệ lấp đầy cụm công nghiệp (%) · Quảng Nam", 1),
    ("312khtu", "documents", "312-KH/TU: Kế hoạch của Tỉnh ủy Quảng Nam", 1),
    ("tom tat", "documents", "Báo cáo tóm tắt tình hình", 1),
    ("26/06/2024", "sessions", "26/06/2024", 3),
    ("tan thanh", "sessions", "26/06/2024", 1),
    ("tp da nang", "organisations", "HĐND thành phố Đà Nẵng", 3),
    ("bo khdt", "organisations", "Bộ Kế hoạch và Đầu tư (nay là Bộ Tài chính)", 1),
    ("tt&tt", "organisations", "Bộ Thông tin và Truyền thông", 1),
    ("hdnd quang nam", "organisations", "HĐND tỉnh Quảng Nam", 1),
    ("quang nam", "provinces", "49", 1),
    ("qna", "provinces", "49", 1),
    ("thua thien", "provinces", "46", 1),
    ("dak", "provinces", "66", 3),
]


@pytest.mark.parametrize(("query", "noun", "first", "total"), REPORTED)
def test_report_is_found_by(coordinator, query, noun, first, total):
    groups = search_everything(coordinator, query, most=1).groups

    [group] = [one for one in groups if one.noun.key == noun]
    hit = group.hits[0]
    assert (hit.key or hit.name).startswith(first)
    assert group.total == total


def test_groups_come_in_a_fixed_order(coordinator):
    keys = [noun.key for noun in NOUNS]

    assert list(found_by(coordinator, "cong nghiep")) == [
        key for key in keys if key not in {"provinces"}
    ]


def test_units_are_named_then_and_now(coordinator):
    assert found_by(coordinator, "quang nam")["provinces"] == (
        1,
        ["Tỉnh Quảng Nam (nay là thành phố Đà Nẵng)"],
    )
    assert found_by(coordinator, "thua thien hue")["provinces"] == (
        1,
        ["Thành phố Huế (trước đây là tỉnh Thừa Thiên Huế)"],
    )
    # In force first, then the one that ended.
    total, names = found_by(coordinator, "da nang")["provinces"]
    assert (total, names[0]) == (2, "Thành phố Đà Nẵng")


@pytest.mark.parametrize(
    "query", ["khu công nghiệp", "kcn", "qna 24 3", '"khu công nghiệp"', "nq 23", "qna"]
)
def test_all_results_are_as_many_as_the_list_has(coordinator, client, query):
    client.force_login(coordinator)
    groups = search_everything(coordinator, query, most=1).groups

    [group] = [one for one in groups if one.noun.key == "recommendations"]
    listed = client.get(group.all_at).content.decode()

    assert group.total == int(COUNT.search(listed).group(1)) > 0


def test_code_comes_before_what_is_more_urgent(ha):
    resolution = make_resolution()
    for number in (30, 3, 31):
        make_recommendation([resolution], code_number=number)

    total, _names = found_by(ha, "qna 24 3")["recommendations"]

    assert total == 3
    assert first_hits(ha, "qna 24 3")["recommendations"] == "QNA-24-03"


def test_exact_accents_come_first_in_every_group(ha):
    for word in ("Hóa", "Hòa"):
        make_recommendation(wording=f"Khánh {word}")
        make_document(f"Kế hoạch Khánh {word}")
        make_session(f"Làm việc tại Khánh {word}")
        make_province(f"Khánh {word}", abbreviation="KHA")
        make_organisation(f"Sở Khánh {word}")
        make_resolution(f"{len(word)}{ord(word[1])}-nq-tw", title=f"Về Khánh {word}")

    for word in ("Hóa", "Hòa"):
        found = found_by(ha, f"khánh {word.lower()}")
        assert len(found) == 6
        for _total, (first, second) in found.values():
            assert first.endswith(f"Khánh {word}")
            assert not second.endswith(f"Khánh {word}")


@pytest.fixture
def secrets(lan, hoa, ha, quang_nam):
    """What is of Quảng Nam, and one thing each of Hà Nội and of everybody."""
    make_recommendation(wording="Chuyện riêng", province=quang_nam)
    make_recommendation(wording="Chuyện riêng khác", lead=lan.organisation)
    session = make_session("Chuyện riêng tại chỗ", province=quang_nam)
    make_document("Chuyện riêng trên giấy", province=quang_nam)
    make_document("Chuyện riêng của buổi").sessions.add(session)
    make_document("Chuyện riêng mọi người biết")
    make_session("Chuyện riêng ở Hà Nội", province=hoa.organisation.province)


def totals(user, query):
    return {noun: total for noun, (total, _names) in found_by(user, query).items()}


def test_what_one_may_not_see_is_in_no_group_and_no_number(secrets, ha, lan, hoa):
    assert totals(hoa, "chuyen rieng") == {"documents": 1, "sessions": 1}
    assert totals(lan, "chuyen rieng") == {
        "recommendations": 2,
        "documents": 3,
        "sessions": 1,
    }
    assert totals(ha, "chuyen rieng") == {
        "recommendations": 2,
        "documents": 3,
        "sessions": 2,
    }


def test_indicators_are_found_by_name_and_tell_no_figure(hoa, quang_nam):
    one = make_indicator(
        name="Tỷ trọng kinh tế số",
        unit="% GRDP",
        province=quang_nam,
        scope="mật-một",
        note="mật-hai",
    )
    make_figure(one, value=77, source="mật-ba")
    make_indicator(name="Ty trong kinh te so")

    [group] = search_everything(hoa, "kinh tế số", most=5).groups

    assert group.noun.key == "indicators"
    hit, *others = group.hits
    assert (hit.name, hit.address) == (
        "Tỷ trọng kinh tế số (% GRDP) · Quảng Nam",
        one.get_absolute_url(),
    )
    assert (hit.key, hit.facts, len(others)) == ("", (), 1)
    for query in ("mật", "77", "quang nam grdp"):
        assert "indicators" not in totals(hoa, query)


def test_bodies_count_only_what_the_reader_sees(lan, hoa, ha, quang_nam):
    body = make_organisation("Bộ Công Thương")
    make_recommendation(lead=body, province=quang_nam)
    make_recommendation(addressee=body, province=quang_nam)

    def said_to(user):
        [group] = search_everything(user, "cong thuong", most=5).groups
        return group.hits[0].facts, group.hits[0].address

    assert said_to(ha) == said_to(lan)
    assert said_to(ha) == (
        ("chủ trì 1", "được kiến nghị 1"),
        f"{LIST}?lead={body.pk}",
    )
    assert said_to(hoa) == ((), f"{LIST}?lead={body.pk}")


def test_bodies_lead_to_what_there_is_of_them(ha, quang_nam_committee, quang_nam):
    asked = make_organisation("Bộ Xây dựng")
    make_recommendation(addressee=asked)

    def address(query):
        [hit] = search_everything(ha, query, most=5).groups[-1].hits
        return hit.address

    assert address("bo xay dung") == f"{LIST}?addressee={asked.pk}"
    assert address("tinh uy quang nam") == quang_nam.get_absolute_url()


def test_ended_body_is_told_with_the_present_one(ha):
    before = make_organisation("Bộ Cũ", valid_to=date(2025, 6, 30))
    make_succession(before, make_organisation("Bộ Mới"))

    assert found_by(ha, "bo cu")["organisations"] == (1, ["Bộ Cũ (nay là Bộ Mới)"])


def test_withdrawn_rows_are_not_found(ha):
    make_recommendation(wording="Đã rút", withdrawn_on=date(2025, 1, 1))

    assert found_by(ha, "da rut") == {}


# -- the page -------------------------------------------------------------------------


@pytest.fixture
def ask(sign_in, ha):
    client = sign_in(ha)
    return lambda query="", **headers: client.get(SEARCH + query, headers=headers)


def texts(response, **wanted):
    elements = Markup(response.content.decode()).elements
    return [one for one in elements if all(one[k] == v for k, v in wanted.items())]


def test_page_shows_ten_of_each_and_leads_to_all(ask):
    for number in range(12):
        make_recommendation(wording=f"Việc số {number}")
        make_session(f"Buổi về việc số {number}")

    response = ask("?q=viec+so")
    content = response.content.decode()

    assert 'id="search-count" data-count="24"' in content
    assert content.count('class="name"') == 20
    assert f"{LIST}?q=viec+so" in content
    whole = ask("?q=viec+so&group=sessions").content.decode()
    assert 'data-count="12"' in whole
    assert whole.count('class="name"') == 12


def test_group_is_read_page_by_page(ask, settings):
    settings.LIST_PAGE_SIZE = 5
    for number in range(12):
        make_session(f"Buổi số {number}")

    last = ask("?q=buoi&group=sessions&page=99").content.decode()

    assert last.count('class="name"') == 2
    assert 'rel="prev" href="?q=buoi&amp;group=sessions&amp;page=2"' in last


def test_page_without_a_query_explains_by_examples(ask):
    response = ask()

    examples = [
        one["href"] for one in texts(response, lang="vi") if SEARCH in one["href"]
    ]
    assert len(examples) == 6
    assert response.status_code == 200


def test_examples_of_the_page_find_something(coordinator, client):
    client.force_login(coordinator)

    for one in texts(client.get(SEARCH), lang="vi"):
        if SEARCH in one["href"]:
            assert 'id="search-count"' in client.get(one["href"]).content.decode()


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("!?…", 200, "Chưa có chữ hoặc số nào để tìm."),
        ("😀", 200, "Chưa có chữ hoặc số nào để tìm."),
        ("khongthayoday", 200, "Không có nội dung nào chứa đủ các từ này."),
        ("a" * 201, 422, "Chỉ tìm được tối đa 200 ký tự."),
        ("a" * 10_000, 422, "Chỉ tìm được tối đa 200 ký tự."),
        ("a\0b", 422, "Nội dung nhập có ký tự không dùng trong văn bản."),
        ("a b " * 49 + "a", 200, "Không có nội dung nào chứa đủ các từ này."),
        ("nq23" * 40, 200, "Không có nội dung nào chứa đủ các từ này."),
    ],
)
def test_nonsense_is_answered_clearly_and_kept(ask, query, status, said):
    response = ask(f"?q={quote(query)}")

    assert response.status_code == status
    assert said in response.content.decode()
    [box] = texts(response, id="search-box")
    assert box["value"].replace("\ufffd", "\0") == query.strip()


def test_unknown_group_is_ignored_and_named(ask):
    make_session("Buổi làm việc")

    response = ask("?q=buoi&group=khong-co")

    assert response.status_code == 200
    assert "group=khong-co" in response.content.decode()
    assert 'data-count="1"' in response.content.decode()


def test_box_is_on_every_page_and_its_page_has_one(ask, sign_in, ha):
    elsewhere = sign_in(ha).get(LIST)

    for response in (elsewhere, ask("?q=a")):
        assert len(texts(response, id="search-box")) == 1
        assert len(texts(response, role="search")) == 1


def test_fragment_has_five_of_each_as_options(ask):
    for number in range(7):
        make_session(f"Buổi số {number}")
    make_organisation("Sở Buổi")

    response = ask("?q=buoi", **{"HX-Request": "true"})
    options = texts(response, role="option")

    assert response.content.decode().startswith('<div id="search-results"')
    assert [one["href"] for one in options][-1] == "/search/?q=buoi&all=1"
    assert len(options) == 5 + 1 + 1
    assert len({one["id"] for one in options}) == len(options)
    [whole] = texts(response, role="listbox")
    assert whole["data-said"] == "8 kết quả"
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("query", ["", "!", "%00", "a" * 201])
def test_fragment_without_anything_to_find_is_hidden(ask, query):
    response = ask(f"?q={query}", **{"HX-Request": "true"})

    [whole] = texts(response, role="listbox")
    assert "hidden" in whole.attributes
    assert not texts(response, role="option")


def test_fragment_that_found_nothing_says_so(ask):
    response = ask("?q=khongthayoday", **{"HX-Request": "true"})

    [option] = texts(response, role="option")
    assert option.text == "Không tìm thấy kết quả. Cách tìm kiếm"


def test_search_costs_the_same_with_one_row_and_fifty(sign_in, lan, ha, quang_nam):
    clients = [sign_in(lan), sign_in(ha)]
    present = make_organisation("Sở Mới")

    def add(number):
        fields = {"province": quang_nam, "valid_to": date(2025, 6, 30)}
        kind = OrganisationKind.PROVINCIAL_DEPARTMENT
        body = make_organisation(f"Sở số {number}", kind, **fields)
        make_succession(body, present)
        make_recommendation(
            [make_resolution(f"{number}-nq-tw", title="Số")],
            wording="Việc số",
            lead=body,
            province=quang_nam,
        )
        session = make_session(f"Buổi số {number}", province=quang_nam)
        Participation.objects.create(
            session=session, name="A", organisation=body, role="host"
        )
        document = make_document(f"Số {number}", province=quang_nam, issuer=body)
        quote_passage(document, f"Câu số {number}", slug=f"cau-{number}")
        DocumentText.objects.create(document=document, text="Đầu\nDòng số ở đây")
        make_province(f"Tỉnh số {number}", abbreviation="TSO")
        make_indicator(name=f"Chỉ số {number}", province=quang_nam)

    def cost(client):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"{SEARCH}?q=so")
        assert response.content.decode().count("data-total") == 8
        return len(queries)

    add(100)
    with_one = [cost(client) for client in clients]
    for number in range(101, 150):
        add(number)

    assert [cost(client) for client in clients] == with_one
    assert max(with_one) <= 12


def test_wrong_method_is_refused(sign_in, ha):
    assert sign_in(ha).post(SEARCH).status_code == 405
    assert User.objects.count() == 1
