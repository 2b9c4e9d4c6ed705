"""Walking a list row by row: in its order, within its filter, back to its page."""

from datetime import date
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    make_action,
    make_deadline,
    make_difficulty,
    make_organisation,
    make_recommendation,
    make_resolution,
    make_update,
)
from tests.markup import Markup
from tracker.choices import Progress
from tracker.filters import SORTS, RecommendationFilter
from tracker.reports.walks import build_walk

ORDERS = ["", *SORTS, *(f"-{name}" for name in SORTS)]
TODAY = timezone.localdate


@pytest.fixture
def client(ha, sign_in):
    return sign_in(ha)


@pytest.fixture
def rows(ha):
    """Seven rows that share leads, deadlines, wordings, or lack them."""
    bodies = [make_organisation(name) for name in ("Bộ Đất đai", "Bộ Cà phê")]
    wordings = ("Đồng Nai", "Cà Mau", "Cao Bằng", "Cà Mau", "cà mau", "ca mau", "Ý Yên")
    made = []
    for number, wording in enumerate(wordings, start=1):
        lead = bodies[number % 3] if number % 3 < 2 else None
        one = make_recommendation(code_number=number, wording=wording, lead=lead)
        if number % 2:
            make_deadline(one, date(2027, 1, 1 + number % 4), by=ha)
        if number > 4:
            make_update(one, by=ha, effective_on=date(2025, 1, number))
        made.append(one)
    return made


def get(client, address):
    return Markup(client.get(address).content.decode())


def link(page, relation):
    """Give the address of the link that leads on or back, if there is one."""
    return next((a["href"] for a in page.all("a") if a["rel"] == relation), "")


def listed(client, query):
    page = get(client, f"/recommendations/?{query}")
    return [row["id"] for row in page.all("tr") if row["data-code"]]


def walk(client, address, relation):
    """Follow the links of one kind to the end; give the codes on the way."""
    codes = []
    while address and len(codes) < 20:
        codes.append(address.split("/")[2])
        address = link(get(client, address), relation)
    return codes


def links_of_rows(client, query):
    page = get(client, f"/recommendations/?{query}")
    return [a["href"] for a in page.all("a") if a.around[-1]["class"] == "wording"]


def choose(user, query):
    return RecommendationFilter(QueryDict(query), user=user, on=TODAY())


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("more", ["", "&q=ca", "&q=cà", "&as_of=2026-01-31"])
def test_every_row_stands_between_its_neighbours(ha, rows, sort, more):
    chosen = choose(ha, f"sort={sort}{more}")
    codes = [row.code for row in chosen.qs]

    walks = [
        build_walk(chosen.qs, chosen.queryset, row.pk, page_size=3) for row in chosen.qs
    ]

    assert len(codes) >= 4
    assert [walk.number for walk in walks] == [*range(1, len(codes) + 1)]
    assert {walk.total for walk in walks} == {len(codes)}
    stops = [(stop.code, stop.page) for walk in walks if (stop := walk.following)]
    assert stops == [(code, n // 3 + 1) for n, code in enumerate(codes)][1:]
    stops = [(stop.code, stop.page) for walk in walks if (stop := walk.previous)]
    assert stops == [(code, n // 3 + 1) for n, code in enumerate(codes)][:-1]


def test_links_walk_the_list_from_its_first_row_to_its_last_and_back(client, rows):
    query = "sort=-wording&q=ca"
    addresses = links_of_rows(client, query)
    codes = listed(client, query)

    assert len(codes) == 5
    assert walk(client, addresses[0], "next") == codes
    assert walk(client, addresses[-1], "prev") == codes[::-1]


def test_the_page_of_a_row_says_its_place_and_leads_back_to_it(client, rows, settings):
    settings.LIST_PAGE_SIZE = 2
    query = "sort=code&kind=recommendation"
    first = links_of_rows(client, query)[0]

    second = link(get(client, first), "next")
    third = link(get(client, second), "next")
    page = get(client, third)
    back = [a["href"] for a in page.all("a") if a["href"].endswith("#QNA-24-03")]

    assert urlsplit(third).query == f"{query}&page=2"
    assert [p.text for p in page.all("strong") if p.text == "3 / 7"]
    assert set(back) == {f"/recommendations/?{query}&page=2#QNA-24-03"}
    assert "QNA-24-03" in get(client, back[0]).ids


def test_a_row_of_a_list_of_an_earlier_day_says_that_it_is_of_today(client, rows):
    said = "Danh sách tính đến ngày 01/10/2024; trang này cho biết tình hình hôm nay"
    address = rows[3].get_absolute_url()

    of_then = client.get(f"{address}?as_of=2024-10-01&page=1").content.decode()
    of_today = client.get(f"{address}?sort=code&page=1").content.decode()

    assert said in of_then
    assert "trang này cho biết" not in of_today


def test_an_address_of_no_list_offers_no_walk(client, rows):
    page = get(client, rows[3].get_absolute_url())

    assert link(page, "next") == link(page, "prev") == ""


def test_a_row_that_left_the_list_still_leads_on(client, rows, ha):
    query = "progress=not_started&sort=code"
    second = links_of_rows(client, query)[1]
    make_update(rows[1], Progress.COMPLETED, by=ha)

    page = get(client, second)

    assert listed(client, query) == ["QNA-24-01", "QNA-24-03", "QNA-24-04"]
    assert link(page, "prev") == f"/recommendations/QNA-24-01/?{query}&page=1"
    assert link(page, "next") == f"/recommendations/QNA-24-03/?{query}&page=1"
    assert not [one for one in page.all("strong") if "/" in one.text]


def test_nobody_is_led_to_what_they_do_not_see(lan, sign_in, rows):
    mine = [make_recommendation(code_number=n, lead=lan.organisation) for n in (90, 92)]
    make_recommendation(code_number=91)

    page = get(sign_in(lan), f"{mine[0].get_absolute_url()}?page=1&sort=code")

    assert link(page, "prev") == ""
    assert link(page, "next").startswith("/recommendations/QNA-24-92/")


def test_a_walk_costs_two_queries_in_a_list_of_any_length(ha, rows):
    def cost():
        chosen = choose(ha, "")
        with CaptureQueriesContext(connection) as queries:
            build_walk(chosen.qs, chosen.queryset, rows[2].pk, page_size=50)
        return len(queries)

    few = cost()
    for _number in range(20):
        make_recommendation()

    assert few == cost() == 2


# -- the way back ------------------------------------------------------------------

WITHIN = "sort=code&kind=recommendation&page=1"


def send(client, address, **typed):
    form = {"form_key": uuid4(), "effective_on": "01/07/2024", **typed}
    answer = client.post(address, form)
    assert answer.status_code in {302, 409, 422}, answer.content.decode()
    return answer


def acts_on(one, ha):
    """What is done on the page of a recommendation, and what is typed into it."""
    body = ha.organisation.pk
    proof = {
        "document_number": "15/BC-UBND",
        "spoken_for": body,
        "note": "Đã làm bước đầu",
    }
    return {
        "progress/": {"progress": "in_progress", **proof},
        "answer/": {"outcome": "accepted", "is_final": "final", **proof},
        "lead/": {"lead": body},
        "deadline/": {"due_on": "30/11/2027", **proof},
        "actions/": {"wording": "Lập danh mục", "owner": body},
        "difficulties/": {"category": "capital", **proof},
        "edit/": {
            **{"kind": "recommendation", "wording": "Lời mới"},
            **{"raised_on": "26/06/2024", "resolutions": resolution_of(one)},
        },
        "withdraw/": {"reason": "Nhập trùng"},
    }


def resolution_of(one):
    one.resolutions.add(make_resolution())
    return one.resolutions.get().pk


def test_every_act_on_a_row_leads_back_within_the_list(client, ha):
    one = make_recommendation(code_number=1)
    for act, typed in acts_on(one, ha).items():
        one.refresh_from_db()
        address = f"{one.get_absolute_url()}{act}?{WITHIN}"
        form = {"version": one.version, **typed}

        done = send(client, address, **form)["Location"]

        path, _mark, rest = done.partition("?")
        assert path == one.get_absolute_url(), act
        assert rest.partition("#")[0] == WITHIN, act


def test_a_second_submit_and_a_plain_visit_lead_back_too(client, ha):
    one = make_recommendation()
    address = f"{one.get_absolute_url()}lead/?{WITHIN}"
    form = {"form_key": uuid4(), "version": 1, "lead": ha.organisation_id}

    answers = [client.post(address, form), client.post(address, form)]
    answers.append(client.get(address))

    back = f"{one.get_absolute_url()}?{WITHIN}"
    assert [answer["Location"] for answer in answers] == [back] * 3


@pytest.mark.parametrize("version", ["1", "99"], ids=["wrong", "conflict"])
def test_a_form_that_comes_back_keeps_the_list(client, rows, version):
    address = f"{rows[1].get_absolute_url()}progress/?{WITHIN}"

    answer = send(client, address, version=version, progress="completed", note="Xong")
    page = Markup(answer.content.decode())
    actions = {form["action"] for form in page.all("form")}

    assert answer.status_code in {409, 422}
    assert link(page, "next").endswith(f"?{WITHIN}")
    assert address in actions
    assert f"/recommendations/?{WITHIN}#QNA-24-02" in {a["href"] for a in page.all("a")}


def test_parts_of_a_recommendation_lead_back_within_the_list(client, ha):
    one = make_recommendation(code_number=1)
    make_action(one, ha.organisation, by=ha)
    hindered = make_difficulty(one, by=ha).sequence
    reported = make_update(one, by=ha).sequence
    detail = one.get_absolute_url()
    parts = ("actions/1/", f"difficulties/{hindered}/", f"updates/{reported}/", "edit/")
    linked = {a["href"] for a in get(client, f"{detail}?{WITHIN}").all("a")}

    for part in parts:
        address = f"{detail}{part}?{WITHIN}"
        page = get(client, address)
        back = {a["href"].partition("#")[0] for a in page.all("a")}
        sent = {form["action"] for form in page.all("form")}

        assert address in linked
        assert f"{detail}?{WITHIN}" in back
        assert not [one for one in sent if detail in one and WITHIN not in one]


def test_reports_on_actions_and_difficulties_lead_back_within_the_list(client, ha):
    one = make_recommendation(code_number=1)
    make_action(one, ha.organisation, by=ha)
    hindered = make_difficulty(one, by=ha).sequence
    detail, body = one.get_absolute_url(), ha.organisation_id
    acts = {
        "actions/1/progress/": {"progress": "in_progress", "spoken_for": body},
        f"difficulties/{hindered}/clear/": {"note": "Đã có", "spoken_for": body},
    }

    for act, typed in acts.items():
        one.refresh_from_db()
        address = f"{detail}{act}?{WITHIN}"
        done = send(client, address, version=one.version, **typed)["Location"]
        assert done.partition("#")[0] == f"{detail}?{WITHIN}"
        shown = client.get(address)["Location"]
        assert shown.endswith(f"?{WITHIN}")


def test_recording_together_leads_back_to_the_list(client, rows):
    page = get(client, f"/recommendations/?{WITHIN}")
    carried = {
        one["name"]: one["value"]
        for one in page.all("input")
        if any(around["id"] == "bulk-form" for around in one.around)
    }
    chosen = get(client, f"/recommendations/bulk/?code=QNA-24-01&{WITHIN}")
    record = f"/recommendations/bulk/record/?{WITHIN}"

    done = send(
        client,
        record,
        code="QNA-24-01",
        seen=f"QNA-24-01 {rows[0].__class__.objects.get(pk=rows[0].pk).version}",
        progress="in_progress",
    )["Location"]
    act = get(client, done)

    assert carried == dict(part.split("=") for part in WITHIN.split("&"))
    actions = {form["action"] for form in chosen.all("form")}
    assert f"/recommendations/bulk/preview/?{WITHIN}" in actions
    for shown in (chosen, act):
        back = {a["href"] for a in shown.all("a")}
        assert f"/recommendations/?{WITHIN}" in back
    undo = next(form["action"] for form in act.all("form") if "undo" in form["action"])
    assert send(client, undo)["Location"].endswith(f"/?{WITHIN}")


def test_one_answer_for_several_leads_back_to_the_list(client, ha):
    one = make_recommendation(code_number=1, addressee=ha.organisation)
    query = f"code=QNA-24-01&{WITHIN}"
    page = get(client, f"/answers/several/?{query}")

    done = send(
        client,
        f"/answers/several/record/?{query}",
        chosen=f"{one.code}:{one.version}",
        outcome="accepted",
        is_final="preliminary",
        note="Tiếp thu",
        spoken_for=ha.organisation_id,
        document_number="15/BC",
    )

    assert f"/recommendations/?{WITHIN}" in {a["href"] for a in page.all("a")}
    assert done["Location"] == f"/recommendations/?{WITHIN}"
