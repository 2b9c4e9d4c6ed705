"""People as administrators edit them: passwords, roles, and who must stay."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from provinces.choices import Role
from provinces.models import User
from tests.admin_forms import errors_in, in_english, listed, page_of, save
from tests.factories import make_organisation, make_user


@pytest.fixture
def client(sign_in, quan):
    """Quân has signed in."""
    return sign_in(quan)


@pytest.fixture
def english(client):
    return in_english(client)


def new_user(body, **fields):
    """Give what is typed for a new person."""
    password = "bến thuyền Ưu Đàm 1959"
    typed = {"username": "moi", "full_name": "Người Mới", "role": Role.REPORTER}
    typed |= {"organisation": body.pk, "is_active": "on"}
    return typed | {"password1": password, "password2": password} | fields


def test_a_new_person_signs_in_with_the_password(client, lan):
    assert save(client, User, **new_user(lan.organisation)).status_code == 302

    user = User.objects.get(username="moi")
    assert user.organisation == lan.organisation
    assert user.check_password("bến thuyền Ưu Đàm 1959")
    assert not user.is_superuser
    assert user.history.latest("history_id").history_user.username == "quan"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"password2": "khác hẳn 1959"}, "password2"),
        ({"password1": "12345678", "password2": "12345678"}, "password2"),
        ({"username": "LAN"}, "username"),
        ({"role": Role.COORDINATOR}, "role"),
        ({"role": Role.ADMINISTRATOR}, "role"),
        ({"organisation": ""}, "organisation"),
        ({"full_name": " "}, "full_name"),
    ],
)
def test_a_new_person_that_breaks_a_rule_is_refused(english, lan, typed, field):
    page = save(english, User, **new_user(lan.organisation, **typed))

    assert list(errors_in(page)) == [field]
    assert not User.objects.filter(username="moi").exists()


def test_wide_roles_stay_at_a_body_that_oversees_all(english, ha, lan):
    message = ["Coordinators and administrators belong to a body that oversees all."]

    moved = save(english, ha, organisation=lan.organisation_id)
    raised = save(english, lan, role=Role.ADMINISTRATOR)

    assert errors_in(moved) == errors_in(raised) == {"role": message}
    assert save(english, lan, role=Role.LEADER).status_code == 302


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"is_active": None}, "is_active"), ({"role": Role.LEADER}, "role")],
)
def test_the_last_administrator_stays(english, quan, ha, typed, field):
    make_user("nghi-viec", quan.organisation, Role.ADMINISTRATOR, is_active=False)
    make_user("noi-khac", make_organisation(), Role.ADMINISTRATOR)
    message = ["This is the last administrator. Make another one first."]

    assert errors_in(save(english, quan, **typed)) == {field: message}
    assert save(english, quan, full_name="Đỗ Minh Quân").status_code == 302
    assert save(english, ha, is_active=None).status_code == 302

    make_user("thu-hai", quan.organisation, Role.ADMINISTRATOR)
    assert save(english, quan, **typed).status_code == 302


def test_administrators_wait_for_each_other(client, quan):
    with CaptureQueriesContext(connection) as captured:
        save(client, quan)

    locking = [query for query in captured if "FOR UPDATE" in query["sql"]]
    # SQLite has one writer at a time: a form is read and written alone.
    assert len(locking) == (1 if connection.vendor == "postgresql" else 0)


def test_a_new_password_ends_the_visits_of_before(client, sign_in, lan):
    visit = sign_in(lan)
    address = f"{page_of(lan)[: -len('change/')]}password/"
    new = {"password1": "bến thuyền Ưu Đàm 1959", "password2": "bến thuyền Ưu Đàm 1959"}
    assert "password" in client.get(page_of(lan)).content.decode()

    wrong = client.post(address, new | {"password2": "khác"})
    answer = client.post(address, new)

    assert wrong.context["form"].errors.keys() == {"password2"}
    assert answer["Location"] == page_of(lan)
    lan.refresh_from_db()
    assert lan.check_password("bến thuyền Ưu Đàm 1959")
    assert visit.get("/recommendations/").status_code == 302
    assert lan.history.latest("history_id").history_user.username == "quan"


def test_a_password_is_never_taken_away_by_the_way(client, lan):
    address = f"{page_of(lan)[: -len('change/')]}password/"

    client.post(address, {"unset-password": "1", "usable_password": "false"})

    lan.refresh_from_db()
    assert lan.has_usable_password()


def test_nothing_of_a_password_is_shown(client, lan):
    for address in (page_of(lan), page_of(lan, "history"), page_of(User, "changelist")):
        text = client.get(address).content.decode()
        assert lan.password.split("$")[0] not in text
        assert lan.password.split("$")[-1][:6] not in text


def test_people_have_no_other_marks_than_their_role(client, lan):
    save(client, lan, is_superuser="on", is_staff="on", groups="1")

    lan.refresh_from_db()
    assert not lan.is_superuser
    text = client.get(page_of(lan)).content.decode()
    assert "superuser" not in text
    assert "group" not in text.lower().replace("form-group", "")


def test_list_of_people_says_where_they_are_and_when_they_came(client, quan, lan):
    page = client.get(page_of(User, "changelist"))

    text = page.content.decode()
    quan.refresh_from_db()
    for told in ("Trần Thị Lan", "Tỉnh ủy Quảng Nam", "Cán bộ báo cáo"):
        assert told in text
    assert f"{timezone.localtime(quan.last_login):%H:%M %d/%m/%Y}" in text
    assert listed(client, User, "?q=tỉnh+ủy") == ["Trần Thị Lan"]
