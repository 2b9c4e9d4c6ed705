"""Who sees sessions, documents and what was read out of them (product rules §1).

First against a slow reading of the rules on random registers, then branch by branch,
then on the real report. The makers here serve the tests of the pages too.
"""

from functools import cached_property
from itertools import count
from random import Random

import pytest

from provinces.choices import OrganisationKind as Kind
from provinces.choices import Role
from provinces.models import Organisation, User
from tests.factories import (
    RAISED_ON,
    make_organisation,
    make_province,
    make_recommendation,
    make_succession,
    make_user,
)
from tests.tracker.test_visible_to import (
    World,
    make_bodies,
    make_provinces,
    make_successions,
    perhaps,
)
from tracker.choices import (
    DocumentKind,
    DocumentState,
    FindingKind,
    ParticipationRole,
    SessionKind,
)
from tracker.models import (
    DataFlag,
    Document,
    Finding,
    Indicator,
    Observation,
    Participation,
    Passage,
    WorkingSession,
)

numbers = count(1)
SEEDS = (1, 2, 3)
SEEN = (WorkingSession, Document, Passage, Finding, DataFlag, Observation)


# -- makers ---------------------------------------------------------------------------


def make_session(title="", resolutions=(), **fields):
    fields.setdefault("kind", SessionKind.WORKING_SESSION)
    fields.setdefault("held_on", RAISED_ON)
    title = title or f"Buổi làm việc số {next(numbers)}"
    session = WorkingSession.objects.create(title=title, **fields)
    session.resolutions.set(resolutions)
    return session


def make_participation(session, organisation=None, **fields):
    fields.setdefault("name", f"Nguyễn Văn số {next(numbers)}")
    fields.setdefault("role", ParticipationRole.PARTICIPANT)
    return Participation.objects.create(
        session=session, organisation=organisation, **fields
    )


def make_document(sessions=(), resolutions=(), **fields):
    number = next(numbers)
    fields.setdefault("slug", f"tai-lieu-{number}")
    fields.setdefault("title", f"Tài liệu số {number}")
    fields.setdefault("kind", DocumentKind.PLAN)
    fields.setdefault("state", DocumentState.ISSUED)
    document = Document.objects.create(**fields)
    document.sessions.set(sessions)
    document.resolutions.set(resolutions)
    return document


def quote(document, quotation="hoàn thiện cơ chế, chính sách", **fields):
    fields.setdefault("slug", f"cau-{next(numbers)}")
    fields.setdefault("locator", "dòng 60")
    return Passage.objects.create(document=document, quotation=quotation, **fields)


def make_flag(document, indicators=(), **fields):
    fields.setdefault("problem", f"Điều chưa rõ số {next(numbers)}")
    flag = DataFlag.objects.create(document=document, **fields)
    flag.indicators.set(indicators)
    return flag


def make_finding(session=None, **fields):
    fields.setdefault("kind", FindingKind.RESULT)
    fields.setdefault("wording", f"Kết quả số {next(numbers)}")
    return Finding.objects.create(session=session, **fields)


def make_indicator(resolutions=(), **fields):
    fields.setdefault("name", f"Chỉ số thứ {next(numbers)}")
    indicator = Indicator.objects.create(**fields)
    indicator.resolutions.set(resolutions)
    return indicator


def make_figure(indicator, document=None, **fields):
    if "numerator" not in fields:
        fields.setdefault("value", 14)
    if document is None:
        fields.setdefault("source", f"Báo số {next(numbers)}")
    return Observation.objects.create(indicator=indicator, document=document, **fields)


# -- the rules, read slowly -----------------------------------------------------------


class Reading(World):
    """The rules of §1 on what is not a recommendation, one sentence a method."""

    def own_provinces(self, user):
        """The province of the body, whatever its kind, and all that ended in it."""
        found = {user.organisation.province_id} - {None}
        while True:
            more = {one.pk for one in self.provinces if one.successor_id in found}
            if more <= found:
                return found
            found |= more

    def session(self, one, user):
        took_part = {person.organisation_id for person in one.participations.all()}
        took_part = (took_part | {one.host_id}) - {None}
        return bool(
            took_part & self.reach(user.organisation)
        ) or one.province_id in self.own_provinces(user)

    def place(self, province, user):
        return province is None or province in self.own_provinces(user)

    def document(self, one, user):
        sessions = list(one.sessions.all())
        if sessions:
            return any(self.session(each, user) for each in sessions)
        return self.place(one.province_id, user)

    def finding(self, one, user):
        if one.session:
            return self.session(one.session, user)
        return self.place(one.reported_by and one.reported_by.province_id, user)

    def observation(self, one, user):
        if one.document:
            return self.document(one.document, user)
        return self.place(one.indicator.province_id, user)

    def part(self, one, user):
        return self.document(one.document, user)

    @cached_property
    def readings(self):
        """Every row of each model with the rule for it, read once for all."""
        document = "document__sessions__participations"
        links = {
            WorkingSession: (self.session, "participations"),
            Document: (self.document, "sessions__participations"),
            Passage: (self.part, document),
            Finding: (self.finding, "session__participations", "reported_by"),
            DataFlag: (self.part, document),
            Observation: (self.observation, document, "indicator"),
        }
        return {
            model: (concerns, list(model.objects.prefetch_related(*names)))
            for model, (concerns, *names) in links.items()
        }

    def seen_by(self, user):
        return {
            model: sorted(
                one.pk
                for one in rows
                if user.organisation.oversees_all or concerns(one, user)
            )
            for model, (concerns, rows) in self.readings.items()
        }


def fresh(user):
    """Give the user as the next request would read it."""
    return User.objects.get(pk=user.pk)


def seen_by(user):
    user = fresh(user)
    return {
        model: sorted(model.objects.visible_to(user).values_list("pk", flat=True))
        for model in SEEN
    }


def make_things(random, provinces, bodies):
    for _number in range(20):
        session = make_session(
            province=perhaps(random, 0.4, provinces),
            host=perhaps(random, 0.3, bodies),
        )
        for _person in range(random.choice([0, 0, 1, 2])):
            make_participation(session, perhaps(random, 0.8, bodies))
    sessions = list(WorkingSession.objects.all())
    for _number in range(25):
        document = make_document(
            random.sample(sessions, k=random.choice([0, 0, 1, 2])),
            province=perhaps(random, 0.6, provinces),
        )
        quote(document)
        make_flag(document)
        indicator = make_indicator(province=perhaps(random, 0.6, provinces))
        make_figure(indicator, perhaps(random, 0.5, [document]))
        make_finding(
            perhaps(random, 0.5, sessions), reported_by=perhaps(random, 0.7, bodies)
        )


@pytest.fixture(params=SEEDS)
def users(request, central):
    """A random register with things to see: one user for each body."""
    random = Random(request.param)
    provinces = make_provinces(random)
    bodies = make_bodies(random, provinces)
    make_successions(random, bodies)
    make_things(random, provinces, bodies)
    return [make_user(f"u{body.pk}", body) for body in [*bodies, central]]


def test_everyone_sees_what_the_rules_say_and_nothing_twice(users):
    world = Reading.read()

    for user in users:
        assert seen_by(user) == world.seen_by(user), user.username


def test_random_worlds_are_worth_looking_at(users):
    seen = [seen_by(user) for user in users]

    for model in SEEN:
        numbers = [len(one[model]) for one in seen]
        assert max(numbers) == model.objects.count(), "somebody sees all"
        assert len(set(numbers)) > 3, f"people differ: {model}"
        # What lies in no session and no province is everybody's.
        assert min(numbers) < max(numbers) / 2, f"somebody sees little: {model}"


# -- branch by branch -----------------------------------------------------------------


def province_of(own, kind=Kind.PROVINCIAL_PARTY):
    own.kind, own.province = kind, make_province()
    own.save()
    return own.province


def before(body):
    return make_succession(make_organisation(), body).predecessor


def took_part(body):
    session = make_session(province=make_province())
    make_participation(session, body)
    return session


def led_only(own):
    """Make a recommendation of a session that its lead knew nothing of."""
    session = took_part(make_organisation())
    make_recommendation(session=session, lead=own)
    return session


SITUATIONS = {
    "own body took part": (took_part, True),
    "a body took part that own body succeeded": (
        lambda own: took_part(before(own)),
        True,
    ),
    "a body took part that own body succeeded in two steps": (
        lambda own: took_part(before(before(own))),
        True,
    ),
    "a body took part that only partly passed to own body": (
        lambda own: took_part(
            make_succession(make_organisation(), own, is_main=False).predecessor
        ),
        False,
    ),
    "the successor of own body took part": (
        lambda own: took_part(make_succession(own, make_organisation()).successor),
        False,
    ),
    "a subordinate took part": (
        lambda own: took_part(make_organisation(parent=own)),
        True,
    ),
    "a territory took part that own body speaks for": (
        lambda own: took_part(
            make_organisation(kind=Kind.TERRITORY, spoken_for_by=own)
        ),
        True,
    ),
    "own body was the host": (lambda own: make_session(host=own), True),
    "the host was another body": (
        lambda own: make_session(host=make_organisation()),
        False,
    ),
    "held in own province": (
        lambda own: make_session(province=province_of(own)),
        True,
    ),
    "held in the province of own body, an enterprise": (
        lambda own: make_session(province=province_of(own, Kind.ENTERPRISE)),
        True,
    ),
    "held in the province of own body, a commune body": (
        lambda own: make_session(province=province_of(own, Kind.COMMUNE_BODY)),
        True,
    ),
    "held in a predecessor of own province": (
        lambda own: make_session(province=make_province(successor=province_of(own))),
        True,
    ),
    "held in the successor of own province": (
        lambda own: make_session(province=_followed(province_of(own))),
        False,
    ),
    "held in another province": (
        lambda own: province_of(own) and make_session(province=make_province()),
        False,
    ),
    "held nowhere, by nobody": (lambda own: make_session(), False),
    "own body leads what came of it and took no part": (led_only, False),
}


def _followed(province):
    province.successor = make_province()
    province.save()
    return province.successor


def make_all_of(session):
    """Make one of everything that is seen as the session is."""
    document = make_document([session], province=make_province())
    return [
        session,
        document,
        quote(document),
        make_finding(session),
        make_flag(document),
        make_figure(make_indicator(), document),
    ]


def visible(things, user):
    user = fresh(user)
    found = [type(one).objects.visible_to(user).filter(pk=one.pk) for one in things]
    return [rows.exists() for rows in found]


@pytest.mark.parametrize("role", [Role.REPORTER, Role.LEADER, Role.COORDINATOR])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_came_of_a_session_is_seen_as_the_session(situation, role, db):
    """A role opens nothing at a body that does not oversee all."""
    happen, expected = SITUATIONS[situation]
    user = make_user("ai-do", make_organisation(), role)

    things = make_all_of(happen(user.organisation))

    assert visible(things, user) == [expected] * 6


@pytest.mark.parametrize("role", Role)
def test_who_oversees_all_sees_everything(role, central):
    user = make_user("ai-do", central, role)

    things = make_all_of(make_session(province=make_province()))

    assert visible(things, user) == [True] * 6


def without_session(province):
    """Make one of everything that is seen as its province is."""
    document = make_document(province=province)
    body = province and make_organisation(kind=Kind.PROVINCIAL_PARTY, province=province)
    return [
        document,
        quote(document),
        make_flag(document),
        make_finding(reported_by=body),
        make_figure(make_indicator(province=province), document),
        make_figure(make_indicator(province=province)),
    ]


def test_without_a_session_things_are_seen_as_their_province(lan, hoa, quang_nam):
    old, new = make_province(successor=quang_nam), _followed(quang_nam)

    own, before = without_session(quang_nam), without_session(old)

    assert visible(own, lan) == visible(before, lan) == [True] * 6
    assert visible(own, hoa) == visible(before, hoa) == [False] * 6
    assert visible(without_session(new), lan) == [False] * 6


def test_without_session_and_province_things_are_everybodys(lan, hoa):
    nobody = make_user("khong-tinh", make_organisation())

    things = without_session(None)

    assert visible(things, lan) == visible(things, hoa) == [True] * 6
    assert visible(things, nobody) == [True] * 6


def test_province_does_not_open_what_belongs_to_a_session(lan, quang_nam):
    """A document of somebody else's session stays shut, though it names the place."""
    session = make_session(province=make_province())
    document = make_document([session], province=quang_nam)
    reported = make_finding(session, reported_by=lan.organisation)

    assert visible([document, quote(document), reported], lan) == [False] * 3


def test_one_session_of_several_opens_a_document(lan, quang_nam):
    shut, open_ = make_session(), make_session(province=quang_nam)
    document = make_document([shut, open_])

    assert visible([document, shut, open_], lan) == [True, False, True]


# -- the real report ------------------------------------------------------------------

EVERYTHING = {"sessions": 3, "documents": 12, "passages": 109}
EVERYTHING |= {"findings": 34, "flags": 23, "figures": 28}
NOTHING = dict.fromkeys(EVERYTHING, 0)
# Bodies after the mergers, and what they see of the report of 26/06/2024.
READERS = {
    "Tỉnh ủy Quảng Nam": EVERYTHING,
    "Thành ủy Đà Nẵng": EVERYTHING,
    "UBND phường Bàn Thạch": EVERYTHING,
    "Ban Chính sách, chiến lược Trung ương": EVERYTHING,
    "Bộ Công Thương": NOTHING,
    "Thành ủy Hà Nội": NOTHING,
}
# Their predecessors gave an opinion on 26/06/2024, and saw no site.
AT_THE_FIRST_SESSION = ("Bộ Tài chính", "Bộ Khoa học và Công nghệ")


def shown_of_the_report(user):
    seen = seen_by(user)
    return dict(zip(EVERYTHING, (len(seen[model]) for model in SEEN), strict=True))


@pytest.mark.parametrize("name", READERS)
def test_bodies_of_today_see_what_concerned_those_before(name, seeded):
    user = make_user("ai-do", Organisation.objects.get(name=name))

    assert shown_of_the_report(user) == READERS[name]


@pytest.mark.parametrize("name", AT_THE_FIRST_SESSION)
def test_successor_of_who_took_part_sees_that_session_alone(name, seeded):
    user = make_user("ai-do", Organisation.objects.get(name=name))
    first = WorkingSession.objects.get(source_id="EVT-1")

    shown = shown_of_the_report(user)

    assert shown["sessions"] == 1
    assert shown["findings"] == Finding.objects.filter(session=first).count() < 34
    assert shown["documents"] == Document.objects.filter(sessions=first).count() < 12
    assert shown["passages"] == 109, "the report tells of the session"
    # Figures of other sources belong to the province.
    assert shown["figures"] == 19
