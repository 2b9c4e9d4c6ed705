"""The way back: from a row, through an act, to the list as it was left."""

from datetime import date
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_deadline,
    make_province,
    make_recommendation,
    make_session,
    make_update,
)
from tests.markup import Markup
from tests.tracker.test_conflicts import read_form
from tests.tracker.test_views_letters import keep
from tests.tracker.test_visible_documents import make_document, make_flag, quote
from tracker.addresses import LISTS
from tracker.models import DocumentText, Report, SavedView
from tracker.templatetags.sections import LIST_NAMES

WITHIN = "from=document-list%3Fpage%3D2%23document-7"
BACK = "/documents/?page=2#document-7"


@pytest.fixture
def client(ha, sign_in):
    return sign_in(ha)


@pytest.fixture(autouse=True)
def two_rows_a_page(settings):
    settings.LIST_PAGE_SIZE = 2


def get(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer)
    return Markup(answer.content.decode())


def links(page, start):
    """Give the addresses on a page that begin so, without those of the menu."""
    found = [a for a in page.all("a") if a["href"].startswith(start)]
    return [a["href"] for a in found if any(one.tag == "main" for one in a.around)]


def rows(page):
    """Give the addresses of the rows of a table, each once."""
    found = [a for a in page.all("a") if any(one.tag == "tbody" for one in a.around)]
    return list(dict.fromkeys(a["href"] for a in found))


def way_back(page):
    """Give the first step of the breadcrumbs: where it leads, and its words."""
    first = next(
        a for a in page.all("a") if any("crumbs" in one["class"] for one in a.around)
    )
    return first["href"], first.text


def submit(client, address, action="", **typed):
    """Send a form as it stands on a page, with this typed over it."""
    page = client.get(address)
    found = read_form(page, action, form_key=str(uuid4()), **typed)
    answer = client.post(action or address, found)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_an_edited_document_leads_back_to_its_page_of_the_list(client):
    for _number in range(5):
        make_document()
    listed = get(client, "/documents/?page=2")
    opened = rows(listed)[1]
    place = f"document-{opened.split('/')[2]}"

    page = get(client, opened)
    edit = next(one for one in links(page, "/documents/") if "/edit/" in one)
    done = submit(client, edit, title="Tên mới")
    back = f"/documents/?page=2#{place}"

    assert [way_back(get(client, one)) for one in (opened, edit, done)] == [
        (back, "Văn bản")
    ] * 3
    assert urlsplit(done).path == urlsplit(opened).path
    assert rows(get(client, back)) == rows(listed)
    assert place in listed.ids


def test_a_session_leads_back_through_all_that_is_entered_in_it(client):
    for _number in range(5):
        make_session()
    opened = rows(get(client, "/sessions/?page=2"))[0]
    page = get(client, opened)
    parts = [one for one in links(page, "/") if "/edit/" in one or "/new/" in one]

    finding = next(one for one in parts if "findings" in one)
    done = submit(client, finding, kind="result", wording="Đã có kết quả")
    saved = submit(client, next(one for one in parts if "/edit/" in one))

    number = opened.split("/")[2]
    back = (f"/sessions/?page=2#session-{number}", "Buổi làm việc")
    assert len(parts) == 5
    assert {way_back(get(client, one)) for one in (opened, *parts, done)} == {back}
    assert saved == done == opened
    [edit] = [one for one in links(get(client, done), "/") if "findings/" in one][1:]
    assert way_back(get(client, edit)) == back


def test_confirming_leads_on_within_the_queue_and_back_to_its_page(client, lan):
    made = [make_update(make_recommendation(), by=lan) for _number in range(4)]
    listed = get(client, "/confirmations/?page=2")
    opened = rows(listed)[0]
    back = f"/confirmations/?page=2#update-{made[2].pk}"

    at, seen = opened, []
    for _number in range(4):
        page = get(client, at)
        seen.append(way_back(page))
        action = next(
            one["action"] for one in page.all("form") if "confirm/" in one["action"]
        )
        at = submit(client, at, action, outcome="confirmed")

    assert f"update-{made[2].pk}" in listed.ids
    assert seen == [(back, "Chờ xác nhận")] * 4
    assert at == back


def test_the_recommendation_of_an_update_leads_back_to_the_queue(client, lan):
    one = make_recommendation()
    make_update(one, by=lan)
    opened = rows(get(client, "/confirmations/"))[0]

    above = links(get(client, opened), one.get_absolute_url())[0]

    assert urlsplit(above).path == one.get_absolute_url()
    assert way_back(get(client, above))[0].startswith("/confirmations/#update-")


@pytest.mark.parametrize(
    ("listed", "name"), [("/documents/", "Văn bản"), ("/sessions/", "Buổi làm việc")]
)
def test_a_new_row_leads_back_to_the_page_it_was_begun_on(client, listed, name):
    make = make_document if name == "Văn bản" else make_session
    for _number in range(3):
        make()
    page = get(client, f"{listed}?page=2")
    [begun] = links(page, f"{listed}new/")
    kinds = {"kind": "plan" if name == "Văn bản" else "working_session"}
    days = {"state": "issued", "held_on": "26/06/2024"}

    made = submit(client, begun, title="Đất đai", **kinds, **days)

    for address in (begun, made):
        assert way_back(get(client, address)) == (f"{listed}?page=2", name)
    assert "Đất đai" in [one.text for one in get(client, made).all("h1")]


@pytest.mark.parametrize("start", ["/", "/my-work/"])
def test_what_was_done_of_my_work_leads_back_to_its_section(sign_in, lan, ha, start):
    one = make_recommendation(lead=lan.organisation)
    make_deadline(one, date(2025, 5, 31), by=ha, effective_on=date(2024, 7, 1))
    client = sign_in(lan)
    listed = get(client, start)
    opened = links(listed, one.get_absolute_url())[0]

    page = get(client, opened)
    action = next(
        form["action"] for form in page.all("form") if "progress/" in form["action"]
    )
    done = submit(client, opened, action, progress="in_progress", note="Đã giao đơn vị")

    assert opened.endswith("#recommendation-progress-form")
    for address in (opened, done):
        assert way_back(get(client, address)) == ("/my-work/#overdue", "Việc của tôi")
    assert "overdue" in listed.ids


@pytest.mark.parametrize("more", ["", "&group=recommendations&page=2"])
def test_a_hit_leads_back_to_the_search_through_an_act(client, ha, more):
    for _number in range(3):
        make_recommendation(wording="Đất đai & quy hoạch")
    query = f"q=%C4%91%E1%BA%A5t+%26{more}"
    listed = get(client, f"/search/?{query}")
    opened = links(listed, "/recommendations/Q")[-1]

    page = get(client, opened)
    unfolded = next(a["href"] for a in page.all("a") if "form=lead" in a["href"])
    action = next(p["data-act"] for p in page.all("p") if "lead/" in p["data-act"])
    done = submit(client, unfolded, action, lead=str(ha.organisation_id))

    back, name = way_back(get(client, done))
    address, _mark, place = back.partition("#")
    assert (address, name) == (f"/search/?{query}", "Tìm kiếm")
    assert place in listed.ids
    assert links(get(client, back), "/recommendations/Q")[-1] == opened


def test_every_noun_that_is_found_leads_back_to_the_search(client, ha):
    province = make_province("Cà Mau")
    made = [make_session("Cà Mau họp"), make_document(title="Cà Mau báo cáo"), province]
    listed = get(client, "/search/?q=ca+mau")

    for one in made:
        [opened] = links(listed, one.get_absolute_url())
        assert way_back(get(client, opened))[0].startswith("/search/?q=ca+mau#hit-")


def test_a_hit_that_is_a_list_itself_is_asked_nothing_else(client, ha):
    make_recommendation(lead=ha.organisation)

    listed = links(get(client, "/search/?q=ban"), "/recommendations/?")

    assert f"/recommendations/?lead={ha.organisation_id}" in listed


def test_a_province_leads_back_to_the_map_of_its_day(client):
    province = make_province("Cà Mau", valid_to=date(2025, 6, 30))
    asked = "in_force_on=2025-06-30&count=overdue"

    [opened] = links(get(client, f"/provinces/?{asked}"), province.get_absolute_url())

    back = f"/provinces/?{asked}#province-{province.slug}"
    assert way_back(get(client, opened)) == (back, "Địa phương")


def test_a_letter_leads_back_to_the_reports_when_its_sending_is_recorded(
    client, lan, ha, monkeypatch
):
    monkeypatch.setattr("tracker.views.reports.SHOWN_EARLIER", 1)
    one = make_recommendation(lead=lan.organisation)
    make_deadline(one, date(2025, 5, 31), by=ha, effective_on=date(2024, 7, 1))
    for _number in range(2):
        assert keep(client, lan.organisation).status_code == 302
    listed = get(client, "/reports/?page=2")
    [opened] = [href for href in rows(listed) if "from=" in href]

    action = next(
        form["action"]
        for form in get(client, opened).all("form")
        if "sending/" in form["action"]
    )
    sent = {"number": "12-CV/BCĐ", "sent_on": f"{timezone.localdate():%d/%m/%Y}"}
    done = submit(client, opened, action, **sent)

    [letter] = Report.objects.filter(key=opened.split("/")[2])
    back = (f"/reports/?page=2#report-{letter.pk}", "Báo cáo")
    assert [way_back(get(client, one)) for one in (opened, done)] == [back] * 2
    assert f"report-{letter.pk}" in listed.ids


# -- saved views -------------------------------------------------------------------

ASKED = "kind=request&sort=-code"


@pytest.fixture
def asked():
    return [make_recommendation(kind="request") for _number in range(5)]


def test_a_filter_saved_from_a_page_of_the_list_stays_on_it(client, asked):
    listed = f"/recommendations/?{ASKED}&page=2"
    action = next(
        form["action"]
        for form in get(client, listed).all("form")
        if "views/new/" in form["action"]
    )

    done = client.get(submit(client, listed, action, name="Đề nghị"))["Location"]

    view = SavedView.objects.get()
    assert done == f"{view.address}&page=2"
    rows = [row["id"] for row in get(client, done).all("tr") if row["data-code"]]
    assert rows == [one.code for one in asked[::-1][2:4]]


def test_a_saved_view_that_was_refused_leads_back_to_the_list(client, asked):
    listed = f"/recommendations/?{ASKED}&page=2"
    action = next(
        form["action"]
        for form in get(client, listed).all("form")
        if "views/new/" in form["action"]
    )

    answer = client.post(action, {"form_key": uuid4(), "name": "", "query": ASKED})

    assert answer.status_code == 422
    assert way_back(Markup(answer.content.decode())) == (listed, "Kiến nghị")


def test_the_saved_views_lead_back_to_the_list_they_were_opened_from(client, ha, asked):
    view = SavedView.objects.create(
        owner=ha, organisation=ha.organisation, name="Khác", query="kind=instruction"
    )
    listed = f"/recommendations/?{ASKED}&page=2"
    opened = next(
        one
        for one in links(get(client, listed), "/recommendations/views/")
        if "?" in one
    )
    page = get(client, opened)
    edit = next(one for one in links(page, "/recommendations/views/"))
    start = next(
        form["action"] for form in page.all("form") if "start/" in form["action"]
    )

    started = client.post(start)["Location"]
    renamed = client.get(submit(client, edit, name="Tên mới"))["Location"]

    for address in (opened, edit, started):
        assert way_back(get(client, address)) == (listed, "Kiến nghị")
    # It is another filter than that of the list: its page says nothing here.
    assert renamed == view.address


# -- parts -------------------------------------------------------------------------


def test_parts_of_a_document_lead_back_to_the_list(client):
    paper = make_document()
    quote(paper, "quy hoạch tỉnh", locator="dòng 1")
    quote(paper, "không có ở đó", locator="dòng 2")
    make_flag(paper)
    lines = ["Đề nghị quy hoạch tỉnh.", *("Dòng khác nữa." for _number in range(300))]
    DocumentText.objects.create(document=paper, text="\n".join(lines))
    detail = f"/documents/{paper.pk}/"
    parts = {"edit", "text", "passages", "lines", "flags"}

    todo, done = [f"{detail}?{WITHIN}"], set()
    while todo:
        address = todo.pop()
        page = get(client, address)
        done.add(address)
        assert way_back(page)[0] == BACK, address
        found = {one.partition("#")[0] for one in links(page, (detail, "?"))}
        assert not [one for one in found if WITHIN not in one], address
        below = {one if one[0] == "/" else f"{detail}{one}" for one in found}
        # Of all the lines one is enough.
        few = {one for one in below if "/lines/" not in one or "/lines/1/" in one}
        todo += few - done - {*todo}

    assert {one.removeprefix(detail).split("/")[0] for one in done} >= parts


def test_deciding_on_a_flag_leads_back_to_the_list(client):
    flag = make_flag(make_document())
    address = f"/documents/{flag.document_id}/flags/{flag.pk}/?{WITHIN}"

    done = submit(client, address, decision="Giữ nguyên")

    assert done == f"/documents/{flag.document_id}/?{WITHIN}#{flag.anchor}"


def test_a_document_entered_for_a_session_leads_back_to_the_sessions(client):
    met = make_session()
    within = urlencode({"from": "session-list?page=3"})
    page = get(client, f"{met.get_absolute_url()}?{within}")
    [address] = links(page, "/documents/new/")

    assert parse_qs(urlsplit(address).query) == {
        "session": [f"{met.pk}"],
        "from": ["session-list?page=3"],
    }
    assert way_back(get(client, address))[0] == "/sessions/?page=3"


# -- what addresses may not do -----------------------------------------------------


@pytest.mark.parametrize(
    "named",
    [
        *("https://evil.example/", "//evil.example/", "/documents/?page=2", ""),
        *("account_logout", "admin:index", "document", "session-list/../?page=2"),
        *("\x00", "javascript:alert(1)", "#document-list"),
    ],
)
def test_an_address_names_no_place_to_go(client, named):
    flag = make_flag(make_document())
    within = urlencode({"from": named})
    address = f"/documents/{flag.document_id}/flags/{flag.pk}/?{within}"

    done = submit(client, address, decision="Giữ nguyên")

    assert way_back(get(client, address)) == ("/documents/", "Văn bản")
    assert done == f"/documents/{flag.document_id}/#{flag.anchor}"


def test_nobody_is_led_to_a_list_that_is_closed_to_them(sign_in, lan, ha, minh):
    one = make_recommendation(lead=lan.organisation).get_absolute_url()
    lists = {"confirmation-queue": "/confirmations/", "my-work": "/my-work/"}
    led = {
        (user.username, address)
        for user in (lan, ha, minh)
        for route, address in lists.items()
        if way_back(get(sign_in(user), f"{one}?from={route}"))[0] == address
    }

    assert led == {("ha", "/confirmations/"), ("lan", "/my-work/")}


@pytest.mark.parametrize(
    ("asked", "back"),
    [
        ("?next=//evil.example/", "/documents/?next=%2F%2Fevil.example%2F"),
        ('?q="><b>#"><i>', "/documents/?q=%22%3E%3Cb%3E#%22%3E%3Ci%3E"),
        ("?page=2\r\nX: y", "/documents/?page=2%0D%0AX%3A+y"),
        ("?page=%00&page", "/documents/?page=%00&page="),
        ("#//evil.example/", "/documents/#//evil.example/"),
    ],
)
def test_what_a_list_is_asked_is_no_more_than_that(client, asked, back):
    paper = make_document().get_absolute_url()
    within = urlencode({"from": f"document-list{asked}"})

    page = get(client, f"{paper}?{within}")

    assert way_back(page) == (back, "Văn bản")
    assert not page.all("i")


def test_a_list_that_is_opened_from_a_list_keeps_only_what_it_is_asked(client):
    make_document()

    [opened] = rows(get(client, f"/documents/?page=1&q=&{WITHIN}"))

    assert parse_qs(urlsplit(opened).query)["from"][0].split("#")[0] == (
        "document-list?page=1"
    )


def test_every_list_has_a_name_and_an_address():
    assert {reverse(one) for one in LISTS}
    assert {*LIST_NAMES} >= LISTS


def test_the_way_back_costs_no_query(client, ha):
    paper = make_document().get_absolute_url()

    with CaptureQueriesContext(connection) as plain:
        get(client, paper)
    with CaptureQueriesContext(connection) as within:
        get(client, f"{paper}?{WITHIN}")

    assert len(within) == len(plain)
