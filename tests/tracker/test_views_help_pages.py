"""Help pages: everybody is led to the own role, and may read the others."""

import pytest

from provinces.choices import Role
from tests.markup import Markup


@pytest.mark.parametrize(
    ("who", "role"), [("ha", "coordinator"), ("lan", "reporter"), ("minh", "leader")]
)
def test_help_leads_to_the_own_role(who, role, request, sign_in):
    client = sign_in(request.getfixturevalue(who))

    assert client.get("/help/")["Location"] == f"/help/{role}/"


@pytest.mark.parametrize("role", Role)
def test_help_of_each_role_names_it_and_leads_to_the_others(role, sign_in, lan):
    page = Markup(sign_in(lan).get(f"/help/{role}/").content.decode())

    assert [one.text for one in page.all("h1")] == [f"Trợ giúp: {role.label}"]
    (nav,) = (one for one in page.all("nav") if one["class"] == "choices")
    links = [one for one in page.all("a") if nav in one.around]
    assert [one["href"] for one in links] == [
        *(f"/help/{one}/" for one in Role),
        "/help/shortcuts/",
    ]
    assert [one["href"] for one in links if one["aria-current"]] == [f"/help/{role}/"]
    pictures = [one for one in page.all("img") if "/help/" in one["src"]]
    assert len(pictures) == 2
    for one in pictures:
        assert one["alt"]
        assert one["loading"] == "lazy"
        assert one["width"].isdecimal()
        assert one["height"].isdecimal()


def test_help_says_how_soon_is_soon(sign_in, lan, settings):
    settings.DUE_SOON_DAYS = 11

    page = sign_in(lan).get("/help/reporter/").content.decode()

    assert "còn nhiều nhất 11 ngày" in page


@pytest.mark.parametrize("role", ["khong-co", "page", "words"])
def test_there_is_help_for_roles_alone(role, sign_in, lan):
    assert sign_in(lan).get(f"/help/{role}/").status_code == 404


def test_help_and_calendar_stand_in_the_menu_and_help_on_error_pages(sign_in, lan):
    page = Markup(sign_in(lan).get("/khong-co/").content.decode())

    sheet = [one["href"] for one in page.all("a") if "sheet" in str(around(one))]
    assert sheet[:2] == ["/calendar/", "/help/"]
    error = [one["href"] for one in page.all("a") if "error" in ids_around(one)]
    assert error == ["/", "/help/"]


def around(one):
    return [outer["class"] for outer in one.around]


def ids_around(one):
    return [outer["id"] for outer in one.around]


def test_shortcuts_are_listed_for_whom_they_lead_somewhere(sign_in, lan, ha):
    def listed(user):
        page = Markup(sign_in(user).get("/help/shortcuts/").content.decode())
        links = [one for one in page.all("a") if one["data-go"]]
        keys = [one["data-go"] for one in links if "main" in ids_around(one)]
        assert len(keys) == len(set(keys))
        return set(keys)

    assert listed(ha) - listed(lan) == {"c"}
