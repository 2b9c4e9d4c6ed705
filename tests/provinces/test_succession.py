"""What one organisation answers for and sees, and how then and now are named."""

from datetime import date

import pytest
from django.utils.translation import override

from provinces.choices import OrganisationKind as Kind
from provinces.models import Organisation, Province, ProvinceName, Succession
from provinces.register import read_register
from provinces.succession import (
    describe_province,
    find_merger,
    find_remit,
    name_organisations,
    register_of,
    remit_of,
)
from tests.factories import (
    make_organisation,
    make_province,
    make_succession,
    make_user,
)

RAISED_ON = date(2024, 6, 26)
# Then and now; the second is empty where nothing followed the first as a whole.
SUCCESSIONS = """
Ban Kinh tế Trung ương → Ban Chính sách, chiến lược Trung ương
Bộ Kế hoạch và Đầu tư → Bộ Tài chính
Bộ Thông tin và Truyền thông → Bộ Khoa học và Công nghệ
Bộ Tài nguyên và Môi trường → Bộ Nông nghiệp và Môi trường
Bộ Nông nghiệp và Phát triển nông thôn → Bộ Nông nghiệp và Môi trường
Bộ Giao thông vận tải → Bộ Xây dựng
Bộ Lao động - Thương binh và Xã hội → Bộ Nội vụ
Ủy ban Dân tộc → Bộ Dân tộc và Tôn giáo
Tỉnh ủy Quảng Nam → Thành ủy Đà Nẵng
UBND tỉnh Quảng Nam → UBND thành phố Đà Nẵng
HĐND tỉnh Quảng Nam → HĐND thành phố Đà Nẵng
tỉnh Quảng Nam → thành phố Đà Nẵng
thành phố Tam Kỳ → phường Tam Kỳ
UBND phường Tân Thạnh → UBND phường Bàn Thạch
phường Hòa Thuận → phường Bàn Thạch
xã Tam Thăng → phường Bàn Thạch
huyện Núi Thành →
Bộ Công Thương →
Thành ủy Hà Nội →
"""


def remit(body):
    return find_remit(body.pk, read_register())


def keys(*rows):
    return frozenset(row.pk for row in rows)


@pytest.fixture
def provinces(db):
    """Quảng Nam ended in Đà Nẵng; an imagined district once ended in Quảng Nam."""
    da_nang = make_province("Đà Nẵng", slug="48", abbreviation="DNG")
    quang_nam = make_province("Quảng Nam", slug="49", successor=da_nang)
    older = make_province("Quảng Nam cũ", slug="49-cu", successor=quang_nam)
    return da_nang, quang_nam, older


# -- S: who speaks for whom -----------------------------------------------------------


def test_body_speaks_for_itself_alone(db):
    body = make_organisation()
    make_organisation()

    assert remit(body).speaks_for == keys(body)


def test_body_speaks_for_all_it_succeeded_at_any_depth(db):
    first, second, third = (make_organisation() for _number in range(3))
    make_succession(first, second)
    make_succession(second, third)

    assert remit(third).speaks_for == keys(first, second, third)
    assert remit(second).speaks_for == keys(first, second)
    assert remit(first).speaks_for == keys(first)


def test_other_successors_speak_for_nothing_of_it(db):
    ended, main, minor = (make_organisation() for _number in range(3))
    make_succession(ended, main)
    make_succession(ended, minor, is_main=False)

    assert remit(main).speaks_for == keys(ended, main)
    assert remit(minor).speaks_for == keys(minor)


def test_voices_and_successions_mix_at_any_depth(db):
    committee, newer = make_organisation(), make_organisation()
    make_succession(committee, newer)
    territory = make_organisation(kind=Kind.TERRITORY, spoken_for_by=committee)
    older = make_organisation(kind=Kind.TERRITORY)
    make_succession(older, territory)

    assert remit(newer).speaks_for == keys(newer, committee, territory, older)


def test_territory_does_not_speak_for_its_committee(db):
    committee = make_organisation()
    territory = make_organisation(kind=Kind.TERRITORY, spoken_for_by=committee)

    assert remit(territory).speaks_for == keys(territory)


def test_circle_of_voices_ends(db):
    one, two = make_organisation(), make_organisation()
    one.spoken_for_by, two.spoken_for_by = two, one
    one.save()
    two.save()

    assert remit(one).speaks_for == keys(one, two)


# -- P and R: provinces and what is seen ----------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_only_provincial_kinds_have_provinces(provinces, kind):
    da_nang, quang_nam, older = provinces
    own = make_organisation(kind=kind, province=quang_nam)

    expected = keys(quang_nam, older) if kind.startswith("provincial_") else keys()

    assert remit(own).provinces == expected


@pytest.mark.parametrize("kind", Kind)
def test_only_public_bodies_of_the_provinces_are_seen(provinces, kind):
    da_nang, quang_nam, older = provinces
    own = make_organisation(kind=Kind.PROVINCIAL_PARTY, province=da_nang)
    there = make_organisation(kind=kind, province=quang_nam)
    make_organisation(kind=kind)
    is_seen = kind.startswith("provincial_") or kind == Kind.COMMUNE_BODY

    assert remit(own).sees == (keys(own, there) if is_seen else keys(own))


def test_bodies_of_the_following_province_are_not_seen(provinces):
    da_nang, quang_nam, older = provinces
    own = make_organisation(kind=Kind.PROVINCIAL_PARTY, province=quang_nam)
    make_organisation(kind=Kind.PROVINCIAL_PARTY, province=da_nang)

    assert remit(own).sees == keys(own)


def test_provincial_body_without_province_sees_no_other_without_one(db):
    own = make_organisation(kind=Kind.PROVINCIAL_COMMITTEE)
    make_organisation(kind=Kind.PROVINCIAL_COMMITTEE)

    assert remit(own).provinces == keys()
    assert remit(own).sees == keys(own)


def test_subordinates_at_any_depth_are_seen_and_not_spoken_for(db):
    own, ended = make_organisation(), make_organisation()
    make_succession(ended, own)
    child = make_organisation(parent=ended)
    grandchild = make_organisation(parent=child)

    assert remit(own).sees == keys(own, ended, child, grandchild)
    assert remit(own).speaks_for == keys(own, ended)
    assert remit(child).sees == keys(child, grandchild)


def test_register_is_one_query_and_read_once_for_a_user(db, django_assert_num_queries):
    user = make_user("lan", make_organisation())

    with django_assert_num_queries(1):
        first, again = remit_of(user), remit_of(user)
        register_of(user)

    assert first is again


def test_row_counts_for_its_unit_and_all_that_followed(provinces):
    da_nang, quang_nam, older = provinces
    register = read_register()

    assert register.units_counting(older.pk) == [older.pk, quang_nam.pk, da_nang.pk]
    assert register.units_counting(da_nang.pk) == [da_nang.pk]
    assert register.with_predecessors([quang_nam.pk]) == keys(quang_nam, older)
    assert register.with_predecessors([]) == keys()


# -- then and now ---------------------------------------------------------------------


def test_names_follow_main_successors_over_two_steps(db):
    first = make_organisation("Bộ Thương nghiệp")
    second = make_organisation("Bộ Thương mại")
    third = make_organisation("Bộ Công Thương")
    side = make_organisation("Bộ Nội thương")
    make_succession(first, second)
    make_succession(second, third)
    make_succession(first, side, is_main=False)

    with override("en"):
        names = name_organisations([first.pk, third.pk, None], read_register())

    assert names == {
        first.pk: "Bộ Thương nghiệp (now Bộ Công Thương)",
        third.pk: "Bộ Công Thương",
    }


def test_ended_body_without_main_successor_keeps_its_name_alone(db):
    ended, minor = make_organisation("Ủy ban Dân tộc"), make_organisation()
    make_succession(ended, minor, is_main=False)

    assert name_organisations([ended.pk], read_register()) == {
        ended.pk: "Ủy ban Dân tộc"
    }


def test_names_are_read_with_the_register(db, django_assert_num_queries):
    bodies = [make_organisation() for _number in range(5)]
    for body in bodies:
        make_succession(body, make_organisation())
    register = read_register()

    with django_assert_num_queries(0):
        assert len(name_organisations([body.pk for body in bodies], register)) == 5


def test_circle_of_successors_ends(db):
    one, two = make_organisation(), make_organisation()
    make_succession(one, two)
    make_succession(two, one)
    register = read_register()

    assert register.present_body(one.pk) == two.pk
    assert register.units_counting(make_province().pk)


def test_bodies_then_and_now_are_linked(seeded):
    pairs = [line.split("→") for line in SUCCESSIONS.strip().splitlines()]
    main = dict(
        Succession.objects.filter(is_main=True).values_list(
            "predecessor__name", "successor__name"
        )
    )
    others = Succession.objects.filter(is_main=False)

    assert {then.strip(): main.get(then.strip(), "") for then, _now in pairs} == {
        then.strip(): now.strip() for then, now in pairs
    }
    names = {name.strip() for pair in pairs for name in pair} - {""}
    assert Organisation.objects.filter(name__in=names).count() == len(names)
    assert set(others.values_list("predecessor__name", "successor__name")) == {
        ("Bộ Thông tin và Truyền thông", "Bộ Văn hóa, Thể thao và Du lịch"),
        ("thành phố Tam Kỳ", "phường Bàn Thạch"),
        ("thành phố Tam Kỳ", "phường Quảng Phú"),
        ("thành phố Tam Kỳ", "phường Hương Trà"),
    }
    for link in Succession.objects.select_related("predecessor", "successor"):
        assert link.predecessor.valid_to < link.on, link
        assert (link.successor.valid_from or link.on) <= link.on, link


@pytest.fixture
def hue(db):
    """Huế as the register tells it: a province until the end of 2024, then a city."""
    province = make_province("Thừa Thiên Huế", slug="46", abbreviation="HUE")
    first = province.names.get()
    first.valid_to = date(2024, 12, 31)
    first.save()
    for start, end in [
        (date(2025, 1, 1), date(2025, 10, 4)),
        (date(2025, 10, 5), None),
    ]:
        ProvinceName.objects.create(
            province=province,
            name="Huế",
            name_en="Hue",
            kind="city",
            valid_from=start,
            valid_to=end,
        )
    return province


@pytest.mark.parametrize("day", [RAISED_ON, date(2024, 12, 31)])
def test_hue_before_2025_is_named_then_and_now(hue, day):
    told = describe_province(hue.pk, read_register(), on=day)

    assert (told.then, told.now) == ("tỉnh Thừa Thiên Huế", "thành phố Huế")
    assert told.since == date(2025, 1, 1)


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2026, 1, 1)])
def test_hue_from_2025_has_one_name(hue, day):
    told = describe_province(hue.pk, read_register(), on=day)

    assert (told.then, told.now, told.since) == ("thành phố Huế", "", None)


def test_quang_nam_is_named_then_and_now(seeded, django_assert_num_queries):
    register = read_register()
    quang_nam = Province.objects.get(slug="49")

    with django_assert_num_queries(0):
        told = describe_province(quang_nam.pk, register, on=RAISED_ON)
        describe_province(quang_nam.pk, register, on=LAST_DAY)

    assert (told.then, told.now) == ("tỉnh Quảng Nam", "thành phố Đà Nẵng")
    assert told.since == date(2025, 7, 1)


def test_name_that_begins_after_the_day_is_still_the_first_known(db):
    province = make_province("Quảng Ngãi")
    name = province.names.get()
    name.valid_from = date(2025, 7, 1)
    name.save()

    told = describe_province(province.pk, read_register(), on=RAISED_ON)

    assert (told.then, told.now) == ("tỉnh Quảng Ngãi", "")


def test_unit_followed_by_one_with_an_older_name_says_since_when(db):
    """The successor bore its name from before anybody noted, then changed region."""
    thanh_hoa = make_province("Thanh Hóa", slug="38")
    older = thanh_hoa.names.get()
    older.valid_to = date(2025, 10, 4)
    older.save()
    ProvinceName.objects.create(
        province=thanh_hoa,
        name="Thanh Hóa",
        name_en="Thanh Hoa",
        kind="province",
        region="Bắc Trung Bộ",
        valid_from=date(2025, 10, 5),
    )
    ended = make_province("Quảng Xương", slug="39", successor=thanh_hoa)

    told = describe_province(ended.pk, read_register(), on=RAISED_ON)

    assert (told.then, told.now) == ("tỉnh Quảng Xương", "tỉnh Thanh Hóa")


def test_succession_still_to_come_gives_nobody_rights_yet(db):
    predecessor, successor = make_organisation(), make_organisation()
    make_succession(predecessor, successor, on=date(2026, 1, 1))

    before = read_register(on=date(2025, 12, 31))
    after = read_register(on=date(2026, 1, 1))

    assert before.present_body(predecessor.pk) == predecessor.pk
    assert find_remit(successor.pk, before).speaks_for == {successor.pk}
    assert find_remit(successor.pk, after).speaks_for == {predecessor.pk, successor.pk}


def test_merger_still_to_come_changes_nothing_yet(db):
    new = make_province("Hà Nội", slug="01")
    old = make_province("Hà Tây", slug="28", successor=new, valid_to=date(2027, 6, 30))

    before = read_register(on=date(2027, 6, 30))
    after = read_register(on=date(2027, 7, 1))

    assert before.units_counting(old.pk) == [old.pk]
    assert before.with_predecessors([new.pk]) == {new.pk}
    assert after.units_counting(old.pk) == [old.pk, new.pk]
    assert after.with_predecessors([new.pk]) == {new.pk, old.pk}


# -- units over time ------------------------------------------------------------------

LAST_DAY, FIRST_DAY = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(1900, 1, 1), "tỉnh Thừa Thiên Huế"),
        (date(2024, 12, 31), "tỉnh Thừa Thiên Huế"),
        (date(2025, 1, 1), "thành phố Huế"),
        (date(2025, 10, 4), "thành phố Huế"),
        (date(2099, 1, 1), "thành phố Huế"),
    ],
)
def test_unit_has_the_name_of_the_day(hue, day, name):
    unit = read_register().units[hue.pk]

    assert unit.name_on(day).full_name == name
    assert [one.valid_from for one in unit.names] == [
        None,
        date(2025, 1, 1),
        date(2025, 10, 5),
    ]


def test_unit_is_named_by_its_first_name_before_that_began(db):
    province = make_province("Bắc Ninh", valid_from=FIRST_DAY)
    province.names.update(valid_from=FIRST_DAY)

    assert read_register().units[province.pk].name_on(LAST_DAY).name == "Bắc Ninh"


@pytest.mark.parametrize(
    ("start", "end", "before", "within", "after"),
    [
        (None, None, True, True, True),
        (FIRST_DAY, None, False, True, True),
        (None, FIRST_DAY, True, True, False),
        (FIRST_DAY, FIRST_DAY, False, True, False),
    ],
)
def test_first_and_last_day_are_in_force(db, start, end, before, within, after):
    province = make_province(valid_from=start, valid_to=end)

    unit = read_register().units[province.pk]

    days = (LAST_DAY, FIRST_DAY, date(2025, 7, 2))
    assert [unit.is_in_force(day) for day in days] == [before, within, after]


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (RAISED_ON, 63),
        (LAST_DAY, 63),
        (FIRST_DAY, 34),
        (date(2026, 9, 20), 34),
    ],
)
def test_units_in_force_are_those_the_register_gives(seeded, day, number):
    units = read_register().units

    in_force = {pk for pk, unit in units.items() if unit.is_in_force(day)}

    assert len(units) == 86
    assert len(in_force) == number
    assert in_force == {one.pk for one in Province.objects.in_force(day)}


def test_units_are_one_query_however_many(seeded, django_assert_num_queries):
    with django_assert_num_queries(1):
        units = read_register().units
        for unit in units.values():
            merger = find_merger(unit, units)
            assert unit.names[0].province.slug
            assert merger is None or merger.followed_by.province.slug


def test_fifty_two_units_ended_in_twenty_three_by_one_instrument(seeded):
    units = read_register().units

    mergers = [find_merger(unit, units) for unit in units.values()]

    made = [one for one in mergers if one]
    assert len(made) == 52
    assert len({one.followed_by.province_id for one in made}) == 23
    assert {(one.on, one.instrument) for one in made} == {
        (FIRST_DAY, "Nghị quyết 202/2025/QH15")
    }
    ended = {one.ended.province_id for one in made}
    assert ended == {pk for pk, one in units.items() if one.province.valid_to}


def test_merger_is_told_with_the_names_of_its_day(seeded):
    """Bắc Ninh was a province when Bắc Giang ended in it, and a city later."""
    units = read_register().units
    bac_giang = next(one for one in units.values() if one.province.slug == "24-cu")

    merger = find_merger(bac_giang, units)

    assert merger.ended.full_name == "tỉnh Bắc Giang"
    assert merger.followed_by.full_name == "tỉnh Bắc Ninh"
    successor = units[merger.followed_by.province_id]
    assert successor.name_on(date(2026, 9, 20)).full_name == "thành phố Bắc Ninh"


def test_unit_in_force_or_without_successor_became_nothing(provinces):
    da_nang, quang_nam, older = provinces
    lost = make_province("Hà Tây", valid_to=LAST_DAY)
    units = read_register().units

    mergers = [find_merger(units[one.pk], units) for one in (da_nang, lost)]

    assert mergers == [None, None]
