"""The administration: who may enter, what it holds, what it keeps and never does."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import translation

from provinces.choices import Role
from provinces.models import (
    Organisation,
    Province,
    ProvinceName,
    Succession,
    User,
)
from tests.admin_forms import errors_in, page_of, save
from tests.factories import (
    make_organisation,
    make_passage,
    make_province,
    make_resolution,
    make_topic,
    make_user,
)
from tests.routes import MAKERS, address_of, route_names
from tracker.models import Indicator, Resolution, Review, Target, Topic

EDITED = {
    Province,
    Organisation,
    Succession,
    User,
    Resolution,
    Indicator,
    Topic,
    Review,
}
ROUTES = [name for name in route_names() if (name or "").startswith("admin:")]
OTHERS = ["ha", "lan", "minh", "hoa"]


def everything_there():
    return {
        model: list(model.objects.order_by("pk").values_list())
        for model in [*EDITED, ProvinceName, Target, LogEntry]
    }


# -- who may enter ------------------------------------------------------------------


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_writes_anything(request, sign_in, who):
    client = sign_in(request.getfixturevalue(who))
    for name in ROUTES:
        address = address_of(name)
        before = everything_there()

        response = client.post(address, {"name": "Tên khác", "post": "yes"})

        assert response.status_code == 403, name
        assert everything_there() == before, name


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER, Role.REPORTER])
def test_a_mark_of_the_framework_opens_nothing(central, sign_in, role):
    almighty = make_user("toan-quyen", central, role, is_superuser=True)

    assert sign_in(almighty).get("/admin/").status_code == 403
    assert sign_in(almighty).get(page_of(almighty)).status_code == 403


def test_an_administrator_elsewhere_does_not_enter(sign_in):
    elsewhere = make_user("noi-khac", make_organisation(), Role.ADMINISTRATOR)

    assert sign_in(elsewhere).get("/admin/").status_code == 403


def test_right_is_gone_at_the_next_click(sign_in, quan):
    client = sign_in(quan)
    assert client.get("/admin/").status_code == 200

    User.objects.filter(pk=quan.pk).update(role=Role.LEADER)
    assert client.get("/admin/").status_code == 403

    User.objects.filter(pk=quan.pk).update(is_active=False)
    assert client.get("/admin/")["Location"] == "/accounts/login/?next=/admin/"


def test_strangers_come_back_after_signing_in(client, quan):
    address = "/admin/provinces/user/?role__exact=leader"
    asked = client.get(address)["Location"]

    page = client.get(asked)
    data = {"login": "quan", "password": "mật khẩu của kiểm thử"}
    answer = client.post(asked, data | {"next": page.context["redirect_field_value"]})

    assert answer["Location"] == address


def test_own_account_is_kept_on_the_pages_of_the_product(sign_in, quan):
    client = sign_in(quan)

    assert client.get("/admin/login/")["Location"] == "/admin/"
    assert client.post("/admin/login/")["Location"] == "/admin/"
    assert client.get("/admin/logout/")["Location"] == "/accounts/logout/"
    change = client.get("/admin/password_change/")["Location"]
    assert change == "/accounts/password/change/"


def test_forms_without_a_token_are_refused(quan):
    client = Client(enforce_csrf_checks=True)
    client.force_login(quan)

    response = client.post(page_of(Topic, "add"), {"name": "Lạ", "slug": "la"})

    assert response.status_code == 403
    assert not Topic.objects.exists()


# -- what it holds ------------------------------------------------------------------


def test_it_edits_the_reference_data_and_nothing_else(central, sign_in, quan):
    quan.is_superuser = True
    quan.save()

    page = sign_in(quan).get("/admin/")

    offered = {m["model"] for app in page.context["app_list"] for m in app["models"]}
    assert offered == EDITED == set(admin.site._registry)


def test_packages_find_no_place_in_it():
    class Foreign(admin.ModelAdmin):
        pass

    admin.site.register(LogEntry, Foreign)
    admin.site.register(LogEntry)

    assert not admin.site.is_registered(LogEntry)


@pytest.mark.parametrize("noun", MAKERS)
def test_nothing_is_deleted(sign_in, quan, noun):
    client, row = sign_in(quan), MAKERS[noun]()
    listed = page_of(type(row), "changelist")
    data = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}

    assert client.get(page_of(row, "delete")).status_code == 403
    assert client.post(page_of(row, "delete"), {"post": "yes"}).status_code == 403
    client.post(listed, data)

    assert type(row).objects.filter(pk=row.pk).exists()
    for address in (listed, page_of(row)):
        text = client.get(address).content.decode()
        assert not re.search(r"/delete/|delete_selected|-DELETE", text), address


def test_rows_inside_are_not_deleted_either(sign_in, quan):
    province, resolution = make_province(), make_resolution()
    target = Target.objects.create(
        resolution=resolution, code="23-99", wording="Trên 40%", operator="gt", year=30
    )
    marks = {"names-0-DELETE": "on", "targets-0-DELETE": "on"}

    for row in (province, resolution):
        assert save(sign_in(quan), row, **marks).status_code == 302

    assert province.names.count() == 1
    assert Target.objects.get() == target


@pytest.mark.parametrize("noun", MAKERS)
def test_a_row_that_is_not_there_is_not_found(sign_in, quan, noun):
    row = MAKERS[noun]()
    for identifier in (row.pk + 1, "khong-co"):
        address = page_of(row, "history").replace(f"/{row.pk}/", f"/{identifier}/")
        assert sign_in(quan).get(address).status_code == 404


@pytest.mark.parametrize("noun", MAKERS)
def test_lists_cost_the_same_with_three_rows(sign_in, quan, noun, count_queries):
    client, address = sign_in(quan), page_of(type(linked(noun)), "changelist")
    few = count_queries(lambda: client.get(address))

    linked(noun), linked(noun)

    assert count_queries(lambda: client.get(address)) == few


@pytest.fixture
def count_queries(django_assert_max_num_queries):
    """Count the queries of an act, the ones of the first visit left out."""

    def count(act):
        act()
        with django_assert_max_num_queries(100) as captured:
            act()
        return len(captured)

    return count


def linked(noun):
    """Make one more row, with every row that a list names beside it."""
    central = Organisation.objects.get(oversees_all=True)
    body = make_organisation(province=make_province(), parent=central)
    row = MAKERS[noun]()
    links = {
        "province": {"successor": make_province()},
        "organisation": {"province": body.province, "parent": body},
        "user": {"organisation": body},
        "resolution": {"issuer": body},
        "indicator": {"organisation": body},
        "topic": {"passage": make_passage()},
        "review": {"owner": body, "reports_to": body, "part_of": MAKERS[noun]()},
    }
    for name, value in links.get(noun, {}).items():
        setattr(row, name, value)
    row.save()
    return row


@pytest.mark.parametrize("noun", MAKERS)
def test_forms_cost_the_same_with_three_choices(sign_in, quan, noun, count_queries):
    client, row = sign_in(quan), linked(noun)
    few = count_queries(lambda: client.get(page_of(row)))

    for other in ("organisation", "province", "resolution", "review"):
        linked(other), linked(other)

    assert count_queries(lambda: client.get(page_of(row))) == few


# What versions link to many of is read version by version.
@pytest.mark.parametrize("noun", sorted(set(MAKERS) - {"indicator", "review"}))
def test_histories_cost_the_same_with_three_rows(sign_in, quan, noun, count_queries):
    client, row = sign_in(quan), linked(noun)
    few = count_queries(lambda: client.get(page_of(row, "history")))

    row.save(), row.save()

    assert count_queries(lambda: client.get(page_of(row, "history"))) == few


# -- what it keeps ------------------------------------------------------------------


def test_history_says_who_added_and_changed(sign_in, quan):
    client = sign_in(quan)
    save(client, Topic, name="Quy hoạch", slug="quy-hoach")
    topic = Topic.objects.get()
    save(client, topic, name="Quy hoạch, kế hoạch")

    rows = topic.history.order_by("history_id")

    assert [(row.name, row.history_type, row.history_user) for row in rows] == [
        ("Quy hoạch", "+", quan),
        ("Quy hoạch, kế hoạch", "~", quan),
    ]
    text = client.get(page_of(topic, "history")).content.decode()
    assert "Đỗ Quân" in text
    assert "Quy hoạch → Quy hoạch, kế hoạch" in text


def test_history_of_a_page_tells_of_the_rows_inside(sign_in, quan):
    client, resolution = sign_in(quan), make_resolution()
    new = {"code": "23-01", "year": 2030, "operator": "gt", "value": "40"}
    new |= {"wording": "Tỷ trọng công nghiệp trong GDP", "unit": "%", "scope": ""}
    save(client, resolution, **{f"targets-0-{name}": v for name, v in new.items()})
    save(client, resolution, **{"targets-0-value": "45,5"})

    target = Target.objects.get()
    assert [row.history_user for row in target.history.all()] == [quan, quan]
    text = client.get(page_of(resolution, "history")).content.decode()
    assert "40 → 45,5" in text
    assert "23-01" in text


def test_history_speaks_as_the_pages_do(sign_in, quan, quang_nam):
    client, body = sign_in(quan), make_organisation("Ủy ban Dân tộc")
    save(client, body, valid_to="28/02/2025", kind="other", province=quang_nam.pk)

    with translation.override("vi"):
        history = client.get(page_of(body, "history"))

    told = history.context["page_obj"].object_list[0].history_delta_changes
    assert {(one["old"], one["new"]) for one in told} == {
        ("–", "28/02/2025"),
        ("Bộ, ngành", "Cơ quan, tổ chức khác"),
        ("–", "QNA (49)"),
    }


def test_an_old_version_cannot_be_written_back(sign_in, quan):
    client, topic = sign_in(quan), make_topic(name="Cũ")
    topic.name = "Mới"
    topic.save()
    oldest = topic.history.earliest("history_date")
    address = f"{page_of(topic, 'history')}{oldest.pk}/"

    for answer in (client.get(address), client.post(address, {"name": "Cũ"})):
        assert answer.status_code == 404
    topic.refresh_from_db()
    assert topic.name == "Mới"


# -- resolutions, indicators, topics, reviews ---------------------------------------


def type_value(client, resolution, typed):
    new = {"code": "23-01", "year": 2030, "operator": "gt", "wording": "Tỷ trọng"}
    names = {f"targets-0-{name}": value for name, value in new.items()}
    return save(client, resolution, **names, **{"targets-0-value": typed})


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("vi", "3.676", 3676),
        ("vi", "3.676,5", 3676.5),
        ("vi", "8,5", 8.5),
        ("vi", "1234567", 1234567),
        ("vi", "-7", -7),
        ("en", "3,676", 3676),
        ("en", "8.5", 8.5),
    ],
)
def test_numbers_are_read_the_way_of_the_language(
    sign_in, quan, language, typed, value
):
    client, resolution = sign_in(quan), make_resolution()
    client.cookies["django_language"] = language

    page = type_value(client, resolution, typed)
    assert page.status_code == 302, errors_in(page)

    assert Target.objects.get().value == value
    assert save(client, resolution).status_code == 302
    assert Target.objects.get().value == value


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("vi", "8.5"),
        ("vi", "3.6765"),
        ("vi", "3,676.5"),
        ("vi", "1.23.456"),
        ("vi", "năm"),
        ("vi", "１２"),
        ("en", "8,5"),
    ],
)
def test_numbers_that_could_be_misread_are_refused(sign_in, quan, language, typed):
    client, resolution = sign_in(quan), make_resolution()
    client.cookies["django_language"] = language

    page = type_value(client, resolution, typed)

    example = "3.676,5" if language == "vi" else "3,676.5"
    [message] = errors_in(page)["targets-0-value"]
    assert example in message
    assert typed in page.content.decode()
    assert not Target.objects.exists()


def test_resolutions_of_an_indicator_are_kept_with_who(sign_in, quan):
    client, indicator = sign_in(quan), MAKERS["indicator"]()
    resolution = make_resolution()

    save(client, indicator, resolutions=[resolution.pk])

    assert list(indicator.resolutions.all()) == [resolution]
    last = indicator.history.latest("history_id")
    assert [row.resolution for row in last.resolutions.all()] == [resolution]
    assert last.history_user == quan
    assert "23-NQ/TW" in client.get(page_of(indicator, "history")).content.decode()


def test_a_target_is_measured_only_in_its_own_scope_and_unit(sign_in, quan):
    client, resolution = sign_in(quan), make_resolution()
    both = {"scope": "quốc gia", "unit": "% GDP"}
    fitting = Indicator.objects.create(name="Tỷ trọng công nghiệp", **both)
    other = Indicator.objects.create(name="Số cụm", unit="cụm", scope="quốc gia")
    new = {"code": "23-01", "year": 2030, "operator": "gt", "value": "40"}
    new |= {"wording": "Tỷ trọng công nghiệp trong GDP", **both}
    names = {f"targets-0-{name}": value for name, value in new.items()}

    refused = save(client, resolution, **names, **{"targets-0-indicator": other.pk})
    kept = save(client, resolution, **names, **{"targets-0-indicator": fitting.pk})

    assert list(errors_in(refused)) == ["targets-0-indicator"]
    assert kept.status_code == 302
    assert Target.objects.get().indicator == fitting


def test_addresses_and_sources_stay_as_they_are(sign_in, quan):
    client = sign_in(quan)
    topic = make_topic(source_id="TOP-01", passage=make_passage("một câu trích"))

    save(client, topic, slug="khac", source_id="TOP-99", passage="", name="Tên mới")

    topic.refresh_from_db()
    assert (topic.slug, topic.source_id, topic.name) == (
        "quy-hoach",
        "TOP-01",
        "Tên mới",
    )
    assert topic.passage.quotation == "một câu trích"
    assert "một câu trích" in client.get(page_of(topic)).content.decode()


def test_a_review_is_no_part_of_itself(sign_in, quan):
    client, whole = sign_in(quan), MAKERS["review"]()
    part = Review.objects.create(title="Bước 1", owner=whole.owner, part_of=whole)

    for inner in (whole, part):
        page = save(client, whole, part_of=inner.pk)
        assert list(errors_in(page)) == ["part_of"]

    assert save(client, part, part_of=None).status_code == 302


def test_a_page_leads_to_what_readers_see(sign_in, quan):
    client, resolution = sign_in(quan), make_resolution()
    link = client.get(page_of(resolution)).context["absolute_url"]

    assert client.get(link)["Location"].endswith(
        reverse("resolution", args=["23-nq-tw"])
    )
