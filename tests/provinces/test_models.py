"""The register's own rules: names composed, one main successor, wide roles."""

import unicodedata
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from provinces.choices import OrganisationKind as Kind
from provinces.choices import Role
from provinces.folding import VietnameseCharField, VietnameseTextField, sort_key
from provinces.models import Organisation, Province, ProvinceName, Succession, User
from tests.factories import (
    make_organisation,
    make_province,
    make_succession,
    make_user,
)

DECOMPOSED = unicodedata.normalize("NFD", "Tỉnh ủy Quảng Nam")
COMPOSED = "Tỉnh ủy Quảng Nam"
MERGER = date(2025, 7, 1)


def refused_by_the_database(row):
    """Say whether the table itself refuses the row."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return True
    return False


# -- what people write is kept composed -----------------------------------------------


def test_organisation_keeps_names_composed(db):
    body = Organisation(name=DECOMPOSED, short_name=DECOMPOSED, kind=Kind.MINISTRY)
    body.save()

    assert body.name == COMPOSED
    kept = Organisation.objects.values_list("name", "short_name").get()
    assert kept == (COMPOSED, COMPOSED)
    assert Organisation.objects.get(name=DECOMPOSED) == body


def test_province_name_and_user_keep_names_composed(db):
    make_province(DECOMPOSED)
    make_user("lan", make_organisation(), full_name=DECOMPOSED)

    assert ProvinceName.objects.get().name == COMPOSED
    assert User.objects.get().full_name == COMPOSED


def test_history_of_a_name_is_composed_too(db):
    body = make_organisation(DECOMPOSED)

    assert [entry.name for entry in body.history.all()] == [COMPOSED]


@pytest.mark.parametrize("model", [Organisation, ProvinceName, Succession, User])
def test_every_column_for_vietnamese_composes(model):
    """A slug, a code or a choice is plain; what people write is not."""
    plain = {"slug", "code", "username", "password", "email", "name_en"}
    columns = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and field.name not in plain
        and field.editable
        and not field.choices
    ]

    assert columns or model is Succession
    assert [
        column.name
        for column in columns
        if not isinstance(column, VietnameseCharField | VietnameseTextField)
    ] == []


# -- order and days -------------------------------------------------------------------


def test_organisations_come_in_the_order_of_the_alphabet(db):
    for name in ("Sở Y tế", "Đảng ủy", "Bộ Nội vụ", "Cục Thuế", "Ban Dân vận"):
        make_organisation(name)

    names = list(Organisation.objects.values_list("name", flat=True))

    assert names == ["Ban Dân vận", "Bộ Nội vụ", "Cục Thuế", "Đảng ủy", "Sở Y tế"]


@pytest.mark.parametrize("columns", [None, ["name"]], ids=["whole row", "one column"])
def test_renamed_body_moves_in_the_order(db, columns):
    body = make_organisation("Ban Kinh tế Trung ương")
    body.name = "Văn phòng Trung ương"

    body.save(update_fields=columns)

    body.refresh_from_db()
    assert bytes(body.sort_key) == sort_key("Văn phòng Trung ương")


@pytest.mark.parametrize("columns", [None, ["name"]], ids=["whole row", "one column"])
def test_renamed_province_moves_in_the_order(db, columns):
    name = make_province("Thừa Thiên Huế").names.get()
    name.name = "Huế"

    name.save(update_fields=columns)

    name.refresh_from_db()
    assert bytes(name.sort_key) == sort_key("Huế")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 6, 30), {"open", "ended"}),
        (date(2025, 7, 1), {"open", "begun"}),
        (date(1990, 1, 1), {"open", "ended"}),
    ],
)
def test_first_and_last_day_are_in_force(db, day, expected):
    make_province(slug="open")
    make_province(slug="ended", valid_to=date(2025, 6, 30))
    make_province(slug="begun", valid_from=MERGER)
    make_organisation("open")
    make_organisation("ended", valid_to=date(2025, 6, 30))
    make_organisation("begun", valid_from=MERGER)

    provinces = Province.objects.in_force(day).values_list("slug", flat=True)
    bodies = Organisation.objects.in_force(day).values_list("name", flat=True)

    assert set(provinces) == set(bodies) == expected


def test_group_and_ended_body_cannot_lead(db):
    able = make_organisation()
    make_organisation(kind=Kind.GROUP)
    make_organisation(valid_to=date(2025, 6, 30))
    make_organisation(valid_from=date(2025, 7, 2))

    assert list(Organisation.objects.able_to_lead(MERGER)) == [able]


def test_last_name_is_that_of_the_day(db):
    province = make_province("Bắc Ninh", slug="24")
    ProvinceName.objects.create(
        province=province,
        name="Bắc Ninh",
        name_en="Bac Ninh",
        kind="city",
        valid_from=date(2026, 9, 20),
    )

    def kind_on(day):
        return Province.objects.with_last_name(day).get().kind

    assert kind_on(date(2026, 9, 19)) == "province"
    assert kind_on(date(2026, 9, 20)) == "city"


def test_ended_unit_keeps_its_last_name(db):
    name = make_province("Quảng Nam").names.get()
    name.valid_to = date(2025, 6, 30)
    name.save()

    assert Province.objects.with_last_name(date(2026, 1, 1)).get().name == "Quảng Nam"


# -- constraints ----------------------------------------------------------------------


def test_body_has_one_main_successor(db):
    ended = make_organisation("thành phố Tam Kỳ")
    make_succession(ended, make_organisation("phường Tam Kỳ"))
    second = Succession(
        predecessor=ended, successor=make_organisation(), on=MERGER, is_main=True
    )

    with pytest.raises(ValidationError) as refusal:
        second.full_clean()

    assert len(refusal.value.messages) == 1
    assert refused_by_the_database(second)


def test_body_ends_in_several_others(db):
    ended = make_organisation("thành phố Tam Kỳ")
    make_succession(ended, make_organisation())
    for _number in range(3):
        make_succession(ended, make_organisation(), is_main=False)

    assert ended.successions.count() == 4


def test_body_is_main_successor_of_several_others(db):
    ward = make_organisation("phường Bàn Thạch")
    for _number in range(3):
        make_succession(make_organisation(), ward)

    assert ward.inheritances.filter(is_main=True).count() == 3


def test_pair_is_linked_once_and_never_to_itself(db):
    one, two = make_organisation(), make_organisation()
    make_succession(one, two, is_main=False)

    assert refused_by_the_database(
        Succession(predecessor=one, successor=two, on=MERGER)
    )
    assert refused_by_the_database(
        Succession(predecessor=one, successor=one, on=MERGER)
    )


def test_names_slugs_and_first_days_are_unique(db):
    body, province = make_organisation("Bộ Nội vụ"), make_province(slug="46")
    ProvinceName.objects.create(
        province=province, name="Huế", name_en="Hue", kind="city", valid_from=MERGER
    )

    assert refused_by_the_database(Organisation(name=body.name, kind=Kind.MINISTRY))
    assert refused_by_the_database(Province(slug="46", code="46", abbreviation="HUE"))
    assert refused_by_the_database(
        ProvinceName(
            province=province, name="Huế", name_en="Hue", kind="city", valid_from=MERGER
        )
    )


@pytest.mark.parametrize("abbreviation", ["QN", "qna", "QNAM", "ĐNG", "Q1A"])
def test_abbreviation_is_three_plain_capitals(abbreviation):
    province = Province(slug="49", code="49", abbreviation=abbreviation)

    with pytest.raises(ValidationError) as refusal:
        province.clean_fields()

    assert set(refusal.value.error_dict) == {"abbreviation"}


def test_what_is_referred_to_is_not_deleted(db):
    province = make_province()
    body = make_organisation(province=province)
    make_user("lan", body)

    for row in (province, body):
        with pytest.raises(models.ProtectedError):
            row.delete()


# -- people ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("oversees_all", [True, False])
def test_wide_roles_need_a_body_that_oversees_all(db, role, oversees_all):
    body = make_organisation(oversees_all=oversees_all)
    wide = role in {Role.COORDINATOR, Role.ADMINISTRATOR}

    def create():
        return User.objects.create_user(
            "lan", "mật khẩu rất dài", full_name="Lan", organisation=body, role=role
        )

    if wide and not oversees_all:
        with pytest.raises(ValidationError) as refusal:
            create()
        assert set(refusal.value.error_dict) == {"role"}
        assert not User.objects.exists()
    else:
        assert create().check_password("mật khẩu rất dài")


def test_first_administrator_comes_from_the_command_line(db):
    body = make_organisation(oversees_all=True)

    by_key = User.objects.create_superuser(
        "a", "x", full_name="A", organisation=body.pk
    )
    by_row = User.objects.create_superuser("b", "x", full_name="B", organisation=body)

    for user in (by_key, by_row):
        assert (user.role, user.is_superuser) == (Role.ADMINISTRATOR, True)
        assert user.organisation == body


def test_user_comes_with_the_organisation(db, django_assert_num_queries):
    make_user("lan", make_organisation(oversees_all=True))

    with django_assert_num_queries(1):
        assert User.objects.get().oversees_all


def test_history_of_people_holds_no_password(db):
    user = make_user("lan", make_organisation())

    names = {field.name for field in user.history.model._meta.fields}

    assert "full_name" in names
    assert names.isdisjoint({"password", "last_login"})


def test_rows_call_themselves_by_their_names(db):
    quang_nam = make_province("Quảng Nam", slug="49", abbreviation="QNA")
    one, two = make_organisation("Bộ A"), make_organisation("Bộ B")

    assert str(quang_nam) == "QNA (49)"
    assert str(quang_nam.names.get()) == "tỉnh Quảng Nam"
    assert str(make_succession(one, two)) == "Bộ A → Bộ B"
    assert str(make_user("lan", one, full_name="Trần Thị Lan")) == "Trần Thị Lan"
    assert str(User(username="khong-ten")) == "khong-ten"
