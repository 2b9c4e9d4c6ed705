"""Who sees which rows, against a slow reading of the product rules §1.

The register and the rows are made at random from a seed, so that combinations nobody
thought of come up, and come up again.
"""

import stat
from dataclasses import dataclass
from datetime import date
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from provinces.choices import OrganisationKind as Kind
from provinces.choices import Role
from provinces.models import Organisation, Province, Succession, User
from tests.factories import (
    make_deadline,
    make_organisation,
    make_province,
    make_recommendation,
    make_succession,
    make_update,
    make_user,
)
from tracker.models import DeadlineChange, Recommendation, StatusUpdate, Topic
from tracker.permissions import can_correct

SEEDS = (1, 2, 3, 4)
BODIES = 40
ROWS = 60
PROVINCIAL = {
    "provincial_party",
    "provincial_council",
    "provincial_committee",
    "provincial_department",
}


# -- a random register and random rows ----------------------------------------------


def perhaps(random, chance, choices):
    """Give one of the choices with that chance, else nothing."""
    return random.choice(choices) if choices and random.random() < chance else None


def make_provinces(random):
    provinces = []
    for _number in range(9):
        # The ones made before may be what this one ended in, over several steps.
        successor = perhaps(random, 0.7, provinces)
        provinces.append(make_province(successor=successor))
    return provinces


def make_bodies(random, provinces):
    kinds = [*Kind, *random.choices(sorted(PROVINCIAL), k=BODIES - len(Kind))]
    random.shuffle(kinds)
    bodies = []
    for kind in kinds:
        bodies.append(
            make_organisation(
                kind=kind,
                province=perhaps(random, 0.6, provinces),
                parent=perhaps(random, 0.3, bodies),
                spoken_for_by=perhaps(random, 0.25, bodies),
            )
        )
    return bodies


def make_successions(random, bodies):
    for position, predecessor in enumerate(bodies[:-3]):
        later = bodies[position + 1 :]
        successors = random.sample(later, k=random.choice([0, 0, 1, 2]))
        main = random.randrange(3)
        for number, successor in enumerate(successors):
            make_succession(predecessor, successor, is_main=number == main)


def make_rows(random, provinces, bodies, users):
    for _number in range(ROWS):
        row = make_recommendation(
            province=perhaps(random, 0.3, provinces),
            raised_by=perhaps(random, 0.3, bodies),
            addressee=perhaps(random, 0.3, bodies),
            lead=perhaps(random, 0.3, bodies),
            coordinating=random.sample(bodies, k=random.choice([0, 0, 0, 1, 2])),
        )
        for _step in range(random.choice([0, 0, 0, 1, 2])):
            make_update(row, by=random.choice(users), spoken_for=random.choice(bodies))
        if random.random() < 0.2:
            make_deadline(
                row,
                date(2025, 1, 31),
                by=random.choice(users),
                spoken_for=random.choice(bodies),
            )


@pytest.fixture(params=SEEDS)
def users(request, central):
    """A random register with rows: one user for each body, and one who sees all."""
    random = Random(request.param)
    provinces = make_provinces(random)
    bodies = make_bodies(random, provinces)
    make_successions(random, bodies)
    roles = [Role.REPORTER, Role.LEADER]
    users = [
        make_user(f"u{body.pk}", body, random.choice(roles))
        for body in [*bodies, central]
    ]
    make_rows(random, provinces, bodies, users)
    return users


# -- the rules, read slowly -----------------------------------------------------------


@dataclass
class World:
    """All there is, in lists to walk through again and again."""

    bodies: list
    provinces: list
    successions: list
    rows: list
    # What was reported and set: the row, the body spoken for, the author.
    lines: list

    @classmethod
    def read(cls):
        rows = Recommendation.objects.prefetch_related("coordinating")
        columns = ("recommendation", "spoken_for", "author")
        histories = (StatusUpdate, DeadlineChange)
        lines = [one.objects.values_list(*columns) for one in histories]
        return cls(
            bodies=list(Organisation.objects.all()),
            provinces=list(Province.objects.all()),
            successions=list(Succession.objects.all()),
            rows=list(rows),
            lines=[line for of_one in lines for line in of_one],
        )

    def spoken_for(self, own):
        """S: the own organisation, all it succeeded, all it speaks for, any depth."""
        found = {own.pk}
        while True:
            more = {
                step.predecessor_id
                for step in self.successions
                if step.is_main and step.successor_id in found
            }
            more |= {one.pk for one in self.bodies if one.spoken_for_by_id in found}
            if more <= found:
                return found
            found |= more

    def home(self, own):
        """P: the province and its predecessors, for the provincial kinds alone."""
        if own.kind not in PROVINCIAL or own.province_id is None:
            return set()
        found = {own.province_id}
        while True:
            more = {one.pk for one in self.provinces if one.successor_id in found}
            if more <= found:
                return found
            found |= more

    def reach(self, own):
        """R: S, everything under S, and the public bodies of P."""
        found = self.spoken_for(own)
        while True:
            more = {one.pk for one in self.bodies if one.parent_id in found}
            if more <= found:
                break
            found |= more
        home = self.home(own)
        for one in self.bodies:
            if one.province_id in home and one.kind in PROVINCIAL | {"commune_body"}:
                found.add(one.pk)
        return found

    def concerns(self, row, user):
        own = user.organisation
        if own.oversees_all:
            return True
        bodies = {row.raised_by_id, row.addressee_id, row.lead_id}
        bodies |= {one.pk for one in row.coordinating.all()}
        for recommendation, spoken_for, author in self.lines:
            if recommendation == row.pk:
                bodies.add(spoken_for)
                if author == user.pk:
                    return True
        bodies.discard(None)
        return bool(bodies & self.reach(own)) or row.province_id in self.home(own)


def fresh(user):
    """Give the user as the next request would read it."""
    return User.objects.get(pk=user.pk)


def seen_by(user):
    return list(Recommendation.objects.visible_to(fresh(user)))


# -- the tests ------------------------------------------------------------------------


def test_everyone_sees_what_the_rules_say(users):
    """In a random world: all that concerns them, once, by two statements at most."""
    world = World.read()
    seen = {}
    for user in users:
        person = fresh(user)
        with CaptureQueriesContext(connection) as captured:
            seen[user] = [row.pk for row in Recommendation.objects.visible_to(person)]
        assert len(captured) == (1 if person.oversees_all else 2), user.username

    for user, keys in seen.items():
        assert len(keys) == len(set(keys)), user.username
        concerning = {row.pk for row in world.rows if world.concerns(row, user)}
        assert set(keys) == concerning, user.username
    # The world is worth looking at.
    numbers = [len(keys) for keys in seen.values()]
    assert max(numbers) == ROWS, "somebody sees all"
    assert len(set(numbers)) > 10, "people differ"
    assert sum(0 < number < ROWS for number in numbers) > 20, "most see a part"


def test_seeing_costs_the_same_with_one_row_and_with_many(lan, quang_nam):
    def queries():
        person = fresh(lan)
        with CaptureQueriesContext(connection) as captured:
            assert list(Recommendation.objects.visible_to(person))
        return len(captured)

    make_recommendation(province=quang_nam)
    with_one = queries()
    for _number in range(20):
        body = make_organisation(parent=lan.organisation)
        make_succession(make_organisation(), body)
        make_recommendation(
            province=make_province(successor=quang_nam), coordinating=[body]
        )

    assert queries() == with_one == 2


def test_rights_are_read_once_a_request(lan, quang_nam, django_assert_num_queries):
    make_recommendation(province=quang_nam)
    person = fresh(lan)
    list(Recommendation.objects.visible_to(person))

    with django_assert_num_queries(1):
        list(Recommendation.objects.visible_to(person))


def test_row_that_concerns_somebody_in_every_way_comes_once(lan, quang_nam):
    own = lan.organisation
    row = make_recommendation(
        province=quang_nam,
        raised_by=own,
        addressee=own,
        lead=own,
        coordinating=[own, make_organisation(parent=own)],
    )
    make_update(row, by=lan)
    make_update(row, by=lan)
    make_deadline(row, date(2025, 1, 31), by=lan)

    assert seen_by(lan) == [row]
    assert Recommendation.objects.visible_to(fresh(lan)).count() == 1


@pytest.mark.parametrize("kind", Kind)
def test_empty_never_matches_empty(kind, db):
    """Neither side has a province, a parent, a speaker or a lead."""
    own = make_organisation(kind=kind)
    user = make_user("khong", own)
    make_organisation(kind=kind)
    make_recommendation()
    make_recommendation(raised_by=make_organisation(kind=Kind.COMMUNE_BODY))
    make_recommendation(lead=make_organisation(kind=Kind.PROVINCIAL_PARTY))

    assert seen_by(user) == []


def test_visible_rows_narrow_further(hoa, lan):
    """A filter put after the rights never widens them."""
    mine = make_recommendation(raised_by=hoa.organisation)
    make_recommendation(raised_by=lan.organisation)

    visible = Recommendation.objects.visible_to(fresh(hoa))

    assert list(visible.filter(lead__isnull=True).most_urgent_first()) == [mine]
    assert not visible.filter(raised_by=lan.organisation).exists()


def test_reporter_corrects_what_was_recorded_for_bodies_it_speaks_for(lan, hoa, ha):
    row = make_recommendation(addressee=lan.organisation)
    update = make_update(row, by=lan)

    assert can_correct(fresh(lan), update)
    assert not can_correct(fresh(hoa), update)
    assert can_correct(fresh(ha), update)


# -- the people of the demonstration --------------------------------------------------

CENTRAL = "Ban Chính sách, chiến lược Trung ương"
# Role, body, and how many of the 27 recommendations of the report they see.
DEMO_USERS = {
    "quantri": (Role.ADMINISTRATOR, CENTRAL, 27),
    "dieuphoi": (Role.COORDINATOR, CENTRAL, 27),
    "dieuphoi2": (Role.COORDINATOR, CENTRAL, 27),
    "lanhdao": (Role.LEADER, CENTRAL, 27),
    "quangnam": (Role.REPORTER, "Tỉnh ủy Quảng Nam", 27),
    "lanhdaoqn": (Role.LEADER, "Tỉnh ủy Quảng Nam", 27),
    "danang": (Role.REPORTER, "Thành ủy Đà Nẵng", 27),
    "boct": (Role.REPORTER, "Bộ Công Thương", 0),
    "hanoi": (Role.REPORTER, "Thành ủy Hà Nội", 0),
}


@pytest.fixture
def demo_users(seeded, settings, tmp_path, monkeypatch):
    """Give what runs the command and returns its words; data go to a folder apart."""
    settings.DATA_DIR = tmp_path
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)

    def run():
        words = StringIO()
        call_command("demo_users", stdout=words)
        return words.getvalue()

    return run


def test_demo_users_see_what_their_bodies_answer_for(demo_users):
    demo_users()

    assert {
        user.username: (user.role, user.organisation.name, len(seen_by(user)))
        for user in User.objects.all()
    } == DEMO_USERS


def test_ministry_sees_what_it_is_given_to_lead(demo_users):
    demo_users()
    boct = User.objects.get(username="boct")
    given = Recommendation.objects.get(code_number=3)
    given.lead = boct.organisation
    given.save(update_fields=["lead"])

    assert seen_by(boct) == [given]


def test_demo_password_is_kept_beside_the_data_for_its_owner_alone(
    demo_users, tmp_path
):
    words = demo_users()
    kept = tmp_path / "demo-password"
    password = kept.read_text()

    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(password) >= 10
    assert password in words
    assert all(name in words for name in DEMO_USERS)
    assert all(user.check_password(password) for user in User.objects.all())


def test_second_run_repeats_nothing(demo_users):
    first = demo_users()
    User.objects.get(username="hanoi").delete()
    before = dict(User.objects.values_list("username", "password"))

    assert demo_users() == first
    after = dict(User.objects.values_list("username", "password"))
    assert set(after) - set(before) == {"hanoi"}
    assert before.items() <= after.items()


def test_password_of_the_environment_is_given_to_all(demo_users, tmp_path, monkeypatch):
    demo_users()
    monkeypatch.setenv("DEMO_PASSWORD", "mật khẩu đặt sẵn")
    (tmp_path / "demo-password").chmod(0o644)

    words = demo_users()

    assert "mật khẩu đặt sẵn" in words
    assert (tmp_path / "demo-password").read_text() == "mật khẩu đặt sẵn"
    assert stat.S_IMODE((tmp_path / "demo-password").stat().st_mode) == 0o600
    assert User.objects.count() == len(DEMO_USERS)
    assert all(one.check_password("mật khẩu đặt sẵn") for one in User.objects.all())


def test_demo_users_are_never_made_in_production(demo_users, settings, tmp_path):
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        demo_users()

    assert not User.objects.exists()
    assert not list(tmp_path.iterdir())


@pytest.fixture
def bootstrap(db, settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    monkeypatch.setenv("PORT", "8123")

    def run():
        words = StringIO()
        call_command("bootstrap", stdout=words)
        return words.getvalue()

    return run


def test_start_fills_an_empty_database_once(bootstrap):
    first = bootstrap()
    Topic.objects.get(slug="quy-hoach").delete()
    second = bootstrap()

    assert Recommendation.objects.count() == 27
    assert User.objects.count() == len(DEMO_USERS)
    assert "http://127.0.0.1:8123/" in second
    assert second in first, "the second start says where to go and loads nothing"
    assert Topic.objects.count() == 3


def test_start_in_production_names_no_logins(bootstrap, settings):
    settings.PRODUCTION = True

    words = bootstrap()

    assert "http://127.0.0.1:8123/" in words
    assert not any(name in words for name in DEMO_USERS)
    assert not User.objects.exists()
