"""Saved views: named, shared, changed, started with; and never silently wrong."""

from uuid import uuid4

import pytest
from django.urls import reverse

from provinces.choices import Role
from tests.factories import (
    make_organisation,
    make_recommendation,
    make_resolution,
    make_session,
    make_succession,
    make_topic,
    make_user,
)
from tests.markup import Markup
from tracker.models import SavedView, StartPage
from tracker.services.saved_views import MOST_VIEWS

LIST = "/recommendations/"
VIEWS = f"{LIST}views/"


@pytest.fixture
def client(ha, sign_in):
    return sign_in(ha)


@pytest.fixture
def linh(ha):
    """Linh leads at Hà's."""
    return make_user("linh", ha.organisation, Role.LEADER)


def make_view(owner, query="kind=request", **fields):
    fields = {"name": "Việc của tôi", "organisation": owner.organisation} | fields
    return SavedView.objects.create(owner=owner, query=query, **fields)


def send(client, address, **typed):
    form = {"form_key": uuid4(), "version": 1, **typed}
    return client.post(address, form)


def get(client, address, status=200):
    answer = client.get(address, follow=True)
    assert answer.status_code == status
    return Markup(answer.content.decode())


def tabs(page):
    """Give what stands in the tabs, the present one with a star."""
    return [
        f"{a.text}{'*' if a['aria-current'] else ''}"
        for a in page.all("a")
        if any(one["class"] == "views" for one in a.around)
    ][:-1]


def warnings(page):
    found = [one for one in page.elements if one["class"] == "notice warning"]
    return " ".join(one.text for one in found)


def codes(page):
    return [row["id"] for row in page.all("tr") if row["data-code"]]


def form_on(page, address):
    """Give what a form of the page would send, as it stands."""
    forms = page.all("form")
    form = next(one for one in forms if one["action"].partition("?")[0] == address)
    inside = [one for one in page.all("input") if form in one.around]
    boxes = [one for one in inside if one["type"] != "checkbox"]
    return {one["name"]: one["value"] for one in boxes}


# -- saving ------------------------------------------------------------------------


def test_the_list_saves_its_filter_and_shows_it_as_the_present_tab(client, ha):
    asked = make_recommendation(kind="request")
    make_recommendation(kind="instruction")
    page = get(client, f"{LIST}?kind=request&page=1&q=")

    form = form_on(page, f"{VIEWS}new/") | {"name": "Đề nghị", "is_shared": "on"}
    answer = client.post(f"{VIEWS}new/", form)
    view = SavedView.objects.get()
    page = get(client, answer["Location"])

    assert (view.owner, view.organisation, view.is_shared) == (
        ha,
        ha.organisation,
        True,
    )
    assert view.query == "kind=request"
    assert tabs(page)[1:] == ["Đề nghị*"]
    assert codes(page) == [asked.code]
    assert view.history.get().history_user == ha


def test_a_form_that_comes_twice_saves_once_and_answers_alike(client):
    typed = {"form_key": uuid4(), "version": 1, "name": "A", "query": "kind=request"}

    first, second = (client.post(f"{VIEWS}new/", typed) for _time in range(2))

    assert SavedView.objects.count() == 1
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": "việc CỦA tôi"}, "Việc của tôi"),
        ({"name": "…!"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "Một tên khác", "query": "page=3&view=1"}, ""),
    ],
    ids=["the name of another", "no letters", "no name", "too long", "no filter"],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, ha, typed, wrong):
    make_view(ha)
    typed = {"query": "kind=request", **typed}

    answer = send(client, f"{VIEWS}new/", **typed)
    text = answer.content.decode()

    assert answer.status_code == 422
    assert SavedView.objects.count() == 1
    assert f'value="{typed["name"]}"' in text if typed["name"] else True
    assert f'value="{typed["query"].replace("&", "&amp;")}"' in text
    assert wrong in text


def test_names_of_two_people_may_be_the_same(client, lan):
    make_view(lan)

    answer = send(client, f"{VIEWS}new/", name="Việc của tôi", query="kind=request")

    assert answer.status_code == 302


def test_nobody_keeps_more_than_the_tabs_can_bear(client, ha):
    for number in range(MOST_VIEWS):
        make_view(ha, name=f"Bộ lọc {number}")

    answer = send(client, f"{VIEWS}new/", name="Thêm nữa", query="kind=request")

    assert answer.status_code == 422
    assert SavedView.objects.count() == MOST_VIEWS


# -- tabs --------------------------------------------------------------------------


def test_a_tab_is_present_when_the_filter_asks_the_same_in_any_order(client, ha):
    make_resolution("23-nq-tw")
    make_view(ha, "kind=commitment&kind=request&resolution=23-nq-tw")

    same = f"{LIST}?resolution=23-nq-tw&kind=request&q=+&kind=commitment&page=1"
    other = f"{LIST}?resolution=23-nq-tw&kind=request"

    assert tabs(get(client, same))[1:] == ["Việc của tôi*"]
    assert tabs(get(client, other))[1:] == ["Việc của tôi"]
    assert tabs(get(client, LIST))[0].endswith("*")


def test_a_changed_filter_is_saved_in_its_tab(client, ha):
    view = make_view(ha)
    address = f"{VIEWS}{view.pk}/edit/"
    page = get(client, f"{LIST}?kind=request&lead=none&view={view.pk}")

    answer = client.post(address, form_on(page, address))
    view.refresh_from_db()

    assert tabs(page)[1:] == ["Việc của tôi*"]
    assert answer.status_code == 302
    assert (view.query, view.version) == ("kind=request&lead=none", 2)
    assert view.name == "Việc của tôi"
    assert view.history.latest().history_user == ha


def test_two_changes_of_one_view_meet_in_a_conflict(client, ha):
    view = make_view(ha)
    address = f"{VIEWS}{view.pk}/edit/"
    form = form_on(get(client, f"{LIST}?lead=none&view={view.pk}"), address)
    send(client, address, name="Tên mới", query="kind=request")

    answer = client.post(address, form)
    view.refresh_from_db()

    assert answer.status_code == 409
    assert "Tên mới" in answer.content.decode()
    assert (view.name, view.query) == ("Tên mới", "kind=request")


def test_sorting_and_filtering_keep_the_tab(client, ha):
    view = make_view(ha)
    make_recommendation(kind="request")

    page = get(client, f"{LIST}?kind=request&view={view.pk}")
    sorts = [a["href"] for a in page.all("a") if "sort=" in a["href"]]
    carried = [one["value"] for one in page.all("input") if one["name"] == "view"]

    assert all(f"view={view.pk}" in href for href in sorts) and sorts
    # By the form of the filter, and by that which takes rows along.
    assert carried == [f"{view.pk}"] * 2


def test_a_changed_view_of_a_colleague_is_saved_as_ones_own(linh, ha, sign_in):
    view = make_view(ha, is_shared=True)

    page = get(sign_in(linh), f"{LIST}?lead=none&view={view.pk}")
    actions = {form["action"].partition("?")[0] for form in page.all("form")}

    assert f"{VIEWS}new/" in actions
    assert f"{VIEWS}{view.pk}/edit/" not in actions


# -- who sees what -----------------------------------------------------------------


def test_colleagues_see_what_is_shared_and_others_do_not(ha, linh, lan, hoa, sign_in):
    make_view(ha, name="Riêng")
    shared = make_view(ha, name="Chung", is_shared=True)

    assert tabs(get(sign_in(linh), LIST))[1:] == [f"Chung · {ha}"]
    for stranger in (lan, hoa):
        client = sign_in(stranger)
        assert tabs(get(client, LIST))[1:] == []
        assert "Chung" not in client.get(VIEWS).content.decode()
        for act in ("", "edit/", "start/", "remove/"):
            address = f"{VIEWS}{shared.pk}/{act}"
            ask = client.post if act[:1] in {"s", "r"} else client.get
            assert ask(address).status_code == 404


def test_a_successor_takes_over_what_its_predecessor_shared(lan, hoa, sign_in):
    make_view(lan, name="Chung", is_shared=True)
    make_succession(lan.organisation, hoa.organisation)

    assert tabs(get(sign_in(hoa), LIST))[1:] == [f"Chung · {lan}"]


def test_a_shared_view_gives_its_readers_their_own_rows(lan, hoa, sign_in):
    make_succession(lan.organisation, hoa.organisation)
    view = make_view(hoa, is_shared=True)
    mine = make_user("mai", hoa.organisation)
    seen = make_recommendation(kind="request", lead=hoa.organisation)
    make_recommendation(kind="request")

    assert codes(get(sign_in(mine), view.address)) == [seen.code]


def test_a_colleague_uses_a_view_and_changes_nothing_of_it(linh, ha, sign_in):
    view = make_view(ha, is_shared=True)
    client = sign_in(linh)

    assert client.get(f"{VIEWS}{view.pk}/edit/").status_code == 403
    assert send(client, f"{VIEWS}{view.pk}/edit/", name="X").status_code == 403
    assert client.post(f"{VIEWS}{view.pk}/remove/").status_code == 403
    view.refresh_from_db()
    assert (view.name, view.removed_at) == ("Việc của tôi", None)


def test_who_moved_shares_with_the_new_colleagues_when_they_save_again(
    client, ha, central, sign_in
):
    view = make_view(ha, is_shared=True, organisation=make_organisation())

    send(client, f"{VIEWS}{view.pk}/edit/", name="A", query=view.query, is_shared="on")
    view.refresh_from_db()

    assert view.organisation == central


def test_what_is_removed_is_gone_for_all_and_kept_in_its_history(client, ha):
    view = make_view(ha, is_shared=True)

    client.post(f"{VIEWS}{view.pk}/remove/")
    view.refresh_from_db()

    assert view.removed_at is not None
    assert view.history.latest().history_user == ha
    assert tabs(get(client, LIST))[1:] == []
    assert client.get(f"{VIEWS}{view.pk}/").status_code == 404
    assert send(client, f"{VIEWS}new/", name=view.name, query="q=a").status_code == 302


# -- what a view asks for and what is no longer there -------------------------------


def test_a_body_that_was_renamed_is_called_by_its_new_name(client, ha):
    body = make_organisation("Bộ Cũ")
    view = make_view(ha, f"lead={body.pk}")
    body.name = "Bộ Mới"
    body.save(update_fields=["name"])

    for address in (view.address, VIEWS):
        text = client.get(address).content.decode()
        assert "Bộ Mới" in text
        assert "Bộ Cũ" not in text


def test_a_body_that_ended_is_named_with_its_successor_which_the_view_may_ask_for(
    client, ha
):
    old, new = make_organisation("Bộ Cũ"), make_organisation("Bộ Mới")
    of_old = make_recommendation(code_number=1, lead=old)
    of_new = make_recommendation(code_number=2, lead=new)
    view = make_view(ha, f"kind=recommendation&lead={old.pk}")
    make_succession(old, new)

    page = get(client, view.address)
    offers = [a["href"] for a in page.all("a") if a.around[-1]["class"] == "choices"]
    switched = get(client, offers[0])

    assert "Bộ Cũ" in warnings(page)
    assert "Bộ Mới" in warnings(page)
    assert codes(page) == [of_old.code]
    assert codes(switched) == [of_new.code]
    assert codes(get(client, offers[1])) == [of_old.code, of_new.code]
    address = f"{VIEWS}{view.pk}/edit/"
    client.post(address, form_on(switched, address))
    view.refresh_from_db()
    assert view.query == f"kind=recommendation&lead={new.pk}"
    assert "Bộ Cũ" not in warnings(get(client, view.address))


def test_what_is_gone_is_named_beside_what_is_shown(client, ha):
    topic = make_topic("dat-dai")
    make_recommendation(kind="request", topics=[topic])
    view = make_view(ha, "kind=request&topic=dat-dai&topic=quy-hoach")
    all_gone = make_view(ha, "topic=quy-hoach", name="Quy hoạch")

    partly, wholly = get(client, view.address), get(client, all_gone.address)

    for page, name in ((partly, view.name), (wholly, all_gone.name)):
        assert f"{name}* " in f"{' '.join(tabs(page))} "
        assert warnings(page).startswith(f"{name}: ")
        assert ": quy-hoach" in warnings(page)
    assert "dat-dai" not in warnings(partly)
    listed = client.get(VIEWS).content.decode()
    assert listed.count(": quy-hoach") == 2


def test_a_colleague_is_told_of_a_session_that_is_not_theirs(lan, hoa, sign_in):
    make_succession(lan.organisation, hoa.organisation)
    session = make_session("Buổi làm việc kín", host=make_organisation())
    view = make_view(hoa, f"session={session.pk}", is_shared=True)
    seen = make_recommendation(lead=hoa.organisation)

    page = get(sign_in(make_user("mai", hoa.organisation)), view.address)

    assert f": {session.pk}" in warnings(page)
    assert "Buổi làm việc kín" not in page.elements[0].text
    assert codes(page) == [seen.code]


def test_renaming_keeps_what_is_gone_in_the_view(client, ha):
    view = make_view(ha, "kind=request&topic=quy-hoach")

    send(client, f"{VIEWS}{view.pk}/edit/", name="Tên mới", query=view.query)
    view.refresh_from_db()

    assert (view.name, view.query) == ("Tên mới", "kind=request&topic=quy-hoach")


# -- the start page ----------------------------------------------------------------


def test_people_start_with_the_view_they_chose_and_with_the_usual_page_again(
    ha, lan, linh, sign_in
):
    shared, own = make_view(ha, is_shared=True), make_view(lan)

    for user, view, usual in ((linh, shared, 302), (lan, own, 200)):
        client = sign_in(user)
        client.post(f"{VIEWS}{view.pk}/start/")
        assert client.get("/")["Location"] == view.address
        client.post(f"{VIEWS}usual-start/")
        assert client.get("/").status_code == usual
    assert StartPage.objects.count() == 2


def test_reporters_still_reach_their_work(lan, sign_in):
    client = sign_in(lan)
    client.post(f"{VIEWS}{make_view(lan).pk}/start/")

    page = get(client, "/")

    assert "/my-work/" in [a["href"] for a in page.all("a")]
    assert client.get("/my-work/").status_code == 200


def test_a_start_page_that_is_gone_says_so(ha, linh, sign_in):
    view = make_view(ha, is_shared=True)
    client = sign_in(linh)
    client.post(f"{VIEWS}{view.pk}/start/")
    sign_in(ha).post(f"{VIEWS}{view.pk}/remove/")

    answer = client.get("/", follow=True)

    assert answer.redirect_chain[-1][0] == reverse("overview")
    assert warnings(Markup(answer.content.decode()))
    assert form_on(get(client, VIEWS), f"{VIEWS}usual-start/")


def test_reports_are_written_of_what_a_view_asks_for(client, ha):
    resolution = make_resolution("23-nq-tw")
    make_recommendation([resolution], kind="request")
    make_view(ha, "kind=request&resolution=23-nq-tw")

    page = get(client, "/reports/")
    [address] = [a["href"] for a in page.all("a") if a["class"] == "chip"]
    form = get(client, address).elements
    kinds = [one["value"] for one in form if one["name"] == "kind"]
    chosen = [one["value"] for one in form if "selected" in one.attributes]

    assert address == "/reports/?kind=request&resolution=23-nq-tw"
    assert kinds == ["request"]
    assert "23-nq-tw" in chosen
