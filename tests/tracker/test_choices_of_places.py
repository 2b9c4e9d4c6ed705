"""Selects of provinces and bodies: by the alphabet, what ended marked as such."""

import re
from datetime import date
from html import unescape

import pytest

from provinces.folding import sort_key
from provinces.models import Province
from tests.factories import (
    make_organisation,
    make_province,
    make_recommendation,
    make_succession,
)

LAST_DAY = date(2025, 6, 30)
ENTRY = ["/sessions/new/", "/documents/new/", "/recommendations/new/"]
REGISTER = "/admin/provinces"
ADMINISTRATION = [f"{REGISTER}/organisation/add/", f"{REGISTER}/province/add/"]


@pytest.fixture
def units(db):
    """Three units, one of them of a name that lives on."""
    now = make_province("Đà Nẵng", slug="48", valid_from=date(2025, 7, 1))
    ended = {"valid_to": LAST_DAY, "successor": now}
    make_province("Đà Nẵng", slug="48-cu", **ended)
    make_province("Quảng Nam", slug="49", **ended)
    make_province("Cao Bằng", slug="04")
    make_province("Cà Mau", slug="96")


def offered(page, name):
    """Give the words of the options of a field, without the one for nothing."""
    field = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL).group()
    options = re.findall(r"<option value=\"\d+\".*?>(.*?)</option>", field, re.DOTALL)
    return [unescape(one).strip() for one in options]


def english(sign_in, user):
    client = sign_in(user)
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("address", ENTRY)
def test_provinces_stand_by_their_names_in_forms(sign_in, ha, units, address):
    page = english(sign_in, ha).get(address).content.decode()

    assert offered(page, "province") == [
        "Cà Mau",
        "Cao Bằng",
        "Đà Nẵng",
        "Đà Nẵng (former, until 30/06/2025)",
        "Quảng Nam (former, until 30/06/2025)",
    ]


@pytest.mark.parametrize("address", ADMINISTRATION)
def test_provinces_stand_by_their_names_in_the_administration(
    sign_in, quan, units, address
):
    page = english(sign_in, quan).get(address).content.decode()
    field = "province" if "organisation" in address else "successor"

    names = offered(page, field)

    assert names[:2] == ["Cà Mau", "Cao Bằng"]
    assert "Đà Nẵng (former, until 30/06/2025)" in names
    assert not [one for one in names if re.search(r"\(\d|-cu", one)]


def test_unit_that_is_still_to_end_is_not_marked(sign_in, ha):
    make_province("Quảng Nam", valid_to=date(2099, 1, 1))

    page = english(sign_in, ha).get(ENTRY[0]).content.decode()

    assert offered(page, "province") == ["Quảng Nam"]


def test_all_63_and_34_are_named_and_in_order(sign_in, ha, seeded):
    page = english(sign_in, ha).get(ENTRY[0]).content.decode()

    names = offered(page, "province")

    assert len(names) == Province.objects.count()
    plain = [sort_key(one.split(" (")[0]) for one in names]
    assert plain == sorted(plain)
    assert len([one for one in names if "(former, until 30/06/2025)" in one]) == 52


def test_body_that_ended_is_named_with_its_present_one(sign_in, ha, quan, lan):
    ended = make_organisation("Bộ Kế hoạch và Đầu tư", valid_to=date(2025, 2, 28))
    now = make_organisation("Bộ Tài chính")
    make_succession(ended, now, on=date(2025, 3, 1))
    make_recommendation(lead=ended)
    words = "Bộ Kế hoạch và Đầu tư (now Bộ Tài chính)"

    entry = english(sign_in, ha).get("/sessions/new/").content.decode()
    report = english(sign_in, ha).get("/reports/").content.decode()
    administration = english(sign_in, quan).get(
        f"{REGISTER}/organisation/{now.pk}/change/"
    )

    assert words in offered(entry, "host")
    assert words in unescape(report)
    assert words in offered(administration.content.decode(), "parent")
