"""The register as administrators edit it: its rules, told beside the field."""

from datetime import date

import pytest

from provinces.choices import OrganisationKind, Role
from provinces.folding import sort_key
from provinces.models import Organisation, Province, ProvinceName, Succession, User
from tests.admin_forms import errors_in, in_english, listed, page_of, save
from tests.factories import (
    make_organisation,
    make_province,
    make_recommendation,
    make_succession,
    make_user,
)


@pytest.fixture
def client(sign_in, quan):
    """Quân has signed in."""
    return sign_in(quan)


@pytest.fixture
def english(client):
    return in_english(client)


# -- provinces ----------------------------------------------------------------------


def name_of(province="Đà Nẵng", **fields):
    fields = {"name": province, "name_en": "Da Nang", "kind": "city"} | fields
    return {f"names-0-{name}": value for name, value in fields.items()}


def test_a_province_comes_with_its_name(client):
    new = {
        "code": "48",
        "slug": "48",
        "abbreviation": "DNG",
        "valid_from": "01/07/2025",
    }

    assert save(client, Province, **new, **name_of()).status_code == 302

    name = ProvinceName.objects.get()
    assert (name.full_name, bytes(name.sort_key)) == (
        "thành phố Đà Nẵng",
        sort_key("Đà Nẵng"),
    )
    assert name.province.valid_from == date(2025, 7, 1)
    assert name.history.get().history_user.username == "quan"


def test_a_province_without_a_name_is_refused(english):
    new = {"code": "48", "slug": "48", "abbreviation": "DNG"}

    for rows in ({}, {"names-TOTAL_FORMS": "0"}):
        page = save(english, Province, **new, **rows)
        assert page.status_code == 200
        assert not Province.objects.exists()


def test_a_new_name_is_added_beside_the_old_one(client):
    province = make_province("Thừa Thiên Huế")
    new = {"name": "Huế", "name_en": "Hue", "kind": "city", "valid_from": "01/01/2025"}

    save(client, province, **{f"names-1-{name}": text for name, text in new.items()})

    assert [name.full_name for name in province.names.order_by("pk")] == [
        "tỉnh Thừa Thiên Huế",
        "thành phố Huế",
    ]
    assert listed(client, Province, "?q=hue") == [f"Huế ({province.slug})"]


def test_a_renamed_province_sorts_by_its_new_name(client):
    province = make_province("Ân Giang")

    save(client, province, **name_of("An Giang", kind="province"))

    name = province.names.get()
    assert bytes(name.sort_key) == sort_key("An Giang")


def test_days_that_end_before_they_begin_are_refused(english):
    province, body = make_province(), make_organisation()
    wrong = {"valid_from": "02/07/2025", "valid_to": "01/07/2025"}
    inside = {f"names-0-{name}": text for name, text in wrong.items()}
    message = ["The last day comes before the first."]

    assert errors_in(save(english, province, **wrong)) == {"valid_to": message}
    assert errors_in(save(english, body, **wrong)) == {"valid_to": message}
    assert errors_in(save(english, province, **inside)) == {"names-0-valid_to": message}
    one_day = {"valid_from": "01/07/2025", "valid_to": "01/07/2025"}
    assert save(english, body, **one_day).status_code == 302


def test_successors_of_provinces_lead_to_no_loop(english):
    ends = {"valid_to": date(2025, 6, 30)}
    third = make_province(abbreviation="CCC")
    second = make_province(abbreviation="BBB", successor=third, **ends)
    first = make_province(abbreviation="AAA", successor=second, **ends)

    for province in (first, second, third):
        typed = {"successor": province.pk, "valid_to": "30/06/2025"}
        errors = errors_in(save(english, third, **typed))
        assert errors == {"successor": ["This leads back to where it began."]}


def test_a_loop_elsewhere_does_not_stop_anybody(english):
    one = make_province(abbreviation="AAA", valid_to=date(2025, 6, 30))
    other = make_province(abbreviation="BBB", successor=one)
    Province.objects.filter(pk=one.pk).update(successor=other)
    third = make_province(abbreviation="CCC", valid_to=date(2025, 6, 29))

    assert save(english, third, successor=other.pk).status_code == 302


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [
        (date(2025, 7, 1), "30/06/2025", None),
        (None, "30/06/2025", None),
        (date(2025, 7, 2), "30/06/2025", "successor"),
        (date(2025, 7, 1), "", "valid_to"),
    ],
)
def test_a_province_ends_when_its_successor_begins(english, begins, ends, field):
    ended = make_province(abbreviation="QNA")
    successor = make_province(abbreviation="DNG", valid_from=begins)

    page = save(english, ended, successor=successor.pk, valid_to=ends)

    if field is None:
        assert page.status_code == 302
    else:
        assert list(errors_in(page)) == [field]


def test_provinces_of_one_day_share_no_code(english):
    make_province(code="24", abbreviation="BGI", valid_to=date(2025, 6, 30))
    later = make_province(code="25", abbreviation="BNI", valid_from=date(2025, 7, 1))

    assert save(english, later, code="24", abbreviation="BGI").status_code == 302
    errors = errors_in(save(english, later, valid_from="30/06/2025"))
    assert list(errors) == ["code"]
    errors = errors_in(save(english, later, valid_from="", code="25"))
    assert list(errors) == ["abbreviation"]


def test_lists_can_be_narrowed_to_what_is_in_force(client):
    make_province("Quảng Nam", slug="49", valid_to=date(2025, 6, 30))
    make_province("Đà Nẵng", slug="48", valid_from=date(2025, 7, 1))
    make_province("Mai sau", slug="99", valid_from=date(2099, 1, 1))

    assert listed(client, Province, "?in_force=today") == ["Đà Nẵng (48)"]
    outside = listed(client, Province, "?in_force=not")
    assert set(outside) == {"Quảng Nam (49)", "Mai sau (99)"}
    assert len(listed(client, Province, "?in_force=sai")) == 3


def test_the_register_in_use_keeps_every_rule(seeded):
    for model in (Province, ProvinceName, Organisation, Succession):
        assert model.objects.exists()
        for row in model.objects.all():
            row.full_clean()


# -- bodies -------------------------------------------------------------------------


@pytest.mark.parametrize("link", ["parent", "spoken_for_by"])
def test_no_body_is_above_itself(english, link):
    top = make_organisation()
    middle = make_organisation(**{link: top})
    bottom = make_organisation(**{link: middle})

    for body in (top, middle, bottom):
        errors = errors_in(save(english, top, **{link: body.pk}))
        assert errors == {link: ["This leads back to where it began."]}
    assert save(english, bottom, **{link: top.pk}).status_code == 302


def test_main_successions_lead_to_no_loop(english):
    one, two, three = (make_organisation() for _ in range(3))
    make_succession(one, two)
    make_succession(two, three)
    part = {"predecessor": three.pk, "successor": one.pk, "on": "01/07/2025"}

    page = save(english, Succession, **part, is_main="on")
    assert errors_in(page) == {"successor": ["This leads back to where it began."]}
    # A body may pass a part of its work to one that it will itself end in later.
    assert save(english, Succession, **part).status_code == 302


def test_a_body_has_one_main_successor(english):
    ended = make_organisation()
    make_succession(ended, make_organisation())
    new = {"predecessor": ended.pk, "successor": make_organisation().pk}

    page = save(english, Succession, **new, on="01/07/2025", is_main="on")

    assert "This body already has a main successor." in page.content.decode()


@pytest.mark.parametrize("model", [Organisation, Succession, User])
def test_an_empty_form_is_no_failure(english, model):
    page = english.post(page_of(model, "add"), {})

    assert "This field is required." in page.content.decode()


def test_a_renamed_body_sorts_and_shows_by_its_new_name(client, lan):
    body = lan.organisation
    make_recommendation(raised_by=body)

    save(client, body, name="Ban Thường vụ Tỉnh ủy Quảng Nam")

    body.refresh_from_db()
    assert bytes(body.sort_key) == sort_key("Ban Thường vụ Tỉnh ủy Quảng Nam")
    shown = client.get("/recommendations/").content.decode()
    assert "Ban Thường vụ Tỉnh ủy Quảng Nam" in shown


def test_rights_follow_the_register_at_the_next_request(client, sign_in, lan):
    territory = make_organisation("tỉnh Quảng Nam", OrganisationKind.TERRITORY)
    row = make_recommendation(addressee=territory)
    reporter = sign_in(lan)
    assert reporter.get(row.get_absolute_url()).status_code == 404

    save(client, territory, spoken_for_by=lan.organisation_id)
    assert reporter.get(row.get_absolute_url()).status_code == 200

    save(client, territory, spoken_for_by="")
    assert reporter.get(row.get_absolute_url()).status_code == 404


def test_a_body_keeps_overseeing_while_its_people_need_it(english, central, ha):
    message = ["Its coordinators and administrators need it to oversee all."]

    page = save(english, central, oversees_all=None)
    assert errors_in(page) == {"oversees_all": message}

    elsewhere = make_organisation(oversees_all=True)
    make_user("doc-gia", elsewhere, Role.LEADER)
    make_user("nghi-viec", elsewhere, Role.COORDINATOR, is_active=False)
    assert save(english, elsewhere, oversees_all=None).status_code == 302


def test_search_finds_names_with_their_accents(client):
    make_organisation("Bộ Công Thương", short_name="BCT")
    make_organisation("Bộ Tài chính")

    assert listed(client, Organisation, "?q=công") == ["Bộ Công Thương"]
    assert listed(client, Organisation, "?q=bct") == ["Bộ Công Thương"]


def test_lists_follow_the_alphabet(client, central):
    for name in ("Đảng ủy", "Cục", "Chi cục", "Ủy ban"):
        make_organisation(name)

    assert listed(client, Organisation)[1:] == ["Chi cục", "Cục", "Đảng ủy", "Ủy ban"]
