"""Of a whole country's bodies a field offers those that the place has to do with."""

import html
import re

import pytest

from provinces.choices import OrganisationKind
from provinces.succession import register_of
from tests.factories import make_organisation, make_province, make_recommendation
from tracker.forms import bodies as offering
from tracker.forms.leads import LeadForm


@pytest.fixture
def bodies(central, quang_nam):
    elsewhere = make_province("Hà Giang", slug="02", code="02", abbreviation="HGI")
    ministry = make_organisation("Bộ Công Thương", OrganisationKind.MINISTRY)
    kinds = {
        "here": (OrganisationKind.COMMUNE_BODY, quang_nam),
        "elsewhere": (OrganisationKind.COMMUNE_BODY, elsewhere),
        "party": (OrganisationKind.PROVINCIAL_PARTY, elsewhere),
    }
    made = {
        name: make_organisation(name, kind, province=province)
        for name, (kind, province) in kinds.items()
    }
    return made | {"ministry": ministry}


def offered(subject, user):
    form = LeadForm(subject=subject, user=user)
    named = {label for _pk, label in form.fields["lead"].choices}
    return named & {"here", "elsewhere", "party", "Bộ Công Thương"}


def test_few_bodies_are_all_offered(bodies, ha, quang_nam):
    one = make_recommendation(province=quang_nam)

    assert offered(one, ha) == {"here", "elsewhere", "party", "Bộ Công Thương"}


def test_of_many_those_of_the_province_are_offered(bodies, ha, quang_nam, monkeypatch):
    monkeypatch.setattr(offering, "CHOSEN_FROM_A_LIST", 2)
    one = make_recommendation(province=quang_nam)

    assert offered(one, ha) == {"here", "Bộ Công Thương"}


def test_without_a_province_whole_provinces_are_offered(bodies, ha, monkeypatch):
    monkeypatch.setattr(offering, "CHOSEN_FROM_A_LIST", 2)

    assert offered(make_recommendation(province=None), ha) == {
        "party",
        "Bộ Công Thương",
    }


def test_what_was_found_for_a_place_holds_for_no_other(
    bodies, ha, quang_nam, monkeypatch
):
    monkeypatch.setattr(offering, "CHOSEN_FROM_A_LIST", 2)
    register = register_of(ha)
    monkeypatch.setattr(offering, "register_of", lambda _user: register)
    here, there = quang_nam, bodies["elsewhere"].province

    for place, name in ((here, "here"), (there, "elsewhere"), (here, "here")):
        assert name in offered(make_recommendation(province=place), ha), place
    # Whoever stays in one form is not offered in the next.
    make = make_recommendation
    stays = make(province=here, lead=bodies["elsewhere"])
    assert "elsewhere" in offered(stays, ha)
    assert "elsewhere" not in offered(make(province=here), ha)


def test_bodies_of_elsewhere_are_offered_when_asked_for(
    client, bodies, ha, quang_nam, monkeypatch
):
    monkeypatch.setattr(offering, "CHOSEN_FROM_A_LIST", 2)
    one = make_recommendation(province=quang_nam)
    client.force_login(ha)
    address, elsewhere = one.get_absolute_url(), bodies["elsewhere"]
    choice = f'<option value="{elsewhere.pk}">'

    near = client.get(f"{address}?form=lead").content.decode()
    link = html.unescape(re.search(r'href="(\?bodies=lead)#([\w-]+)"', near)[1])
    page = client.get(address + link).content.decode()
    form = page.partition('id="recommendation-lead-form"')[2].partition("</form>")[0]

    assert choice not in near
    assert choice in form and form.partition(">")[0].endswith("open")
    # No other form grows, and nothing leads on with it.
    assert page.count(choice) == 1
    assert "bodies=lead" not in page
    sent = fields_of(form) | {"lead": elsewhere.pk}
    client.post(f"{address}lead/", sent)
    one.refresh_from_db()
    assert one.lead == elsewhere


def fields_of(form):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_what_is_chosen_already_stays(bodies, ha, quang_nam, monkeypatch):
    monkeypatch.setattr(offering, "CHOSEN_FROM_A_LIST", 2)
    one = make_recommendation(province=quang_nam, lead=bodies["elsewhere"])

    assert "elsewhere" in offered(one, ha)
