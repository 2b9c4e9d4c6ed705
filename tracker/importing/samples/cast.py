"""Who and what made-up recommendations may name."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from provinces.choices import DocumentForm, OrganisationKind, ProvinceKind, Role
from provinces.folding import sort_key
from provinces.models import (
    Organisation,
    Province,
    ProvinceName,
    Succession,
    User,
)
from tracker.importing.samples.rows import insert
from tracker.importing.samples.words import FURTHER, RESOLUTIONS, SAMPLE, TOPICS
from tracker.models import (
    Resolution,
    Topic,
)

MERGER = date(2025, 7, 1)
# The country has as many of these; fewer recommendations name fewer of them.
COMMUNES, RECOMMENDATIONS_PER_COMMUNE = 3321, 30
FURTHER_RESOLUTIONS, RECOMMENDATIONS_PER_RESOLUTION = 34, 1000


@dataclass(frozen=True)
class Unit:
    """A province with the bodies that may appear in its recommendations."""

    province: Province
    names: tuple[ProvinceName, ...]
    bodies: dict[str, list[Organisation]]

    def is_in_force_on(self, day: date) -> bool:
        one = self.province
        return (one.valid_from or date.min) <= day <= (one.valid_to or date.max)

    def name_on(self, day: date) -> str:
        begun = [n for n in self.names if (n.valid_from or date.min) <= day]
        return (begun or list(self.names))[-1].full_name


@dataclass(frozen=True)
class Cast:
    """Everything a recommendation may name, read once."""

    units: tuple[Unit, ...]
    central: tuple[Organisation, ...]
    ministries: tuple[Organisation, ...]
    resolutions: tuple[Resolution, ...]
    topics: tuple[Topic, ...]
    coordinators: tuple[User, ...]
    reporters: dict[int, User]


def find_cast(now: datetime, *, scale: int) -> Cast:
    """Read who and what there is, once the made-up part of it has been made.

    The first `scale`, in recommendations, says how many communes and resolutions.
    """
    if not User.objects.filter(username__startswith=SAMPLE).exists():
        make_references(
            min(FURTHER_RESOLUTIONS, scale // RECOMMENDATIONS_PER_RESOLUTION)
        )
        make_bodies(timezone.localdate(now))
        make_communes(min(COMMUNES, scale // RECOMMENDATIONS_PER_COMMUNE))
        make_people()
    bodies = list(Organisation.objects.order_by("pk"))
    own = [body for body in bodies if body.province_id is None]
    people = list(User.objects.filter(username__startswith=SAMPLE).order_by("pk"))
    return Cast(
        units=tuple(read_units(bodies)),
        central=tuple(b for b in own if b.kind == OrganisationKind.CENTRAL_PARTY),
        ministries=tuple(b for b in own if b.kind == OrganisationKind.MINISTRY),
        resolutions=tuple(Resolution.objects.order_by("issued_on", "slug")),
        topics=tuple(Topic.objects.order_by("slug")),
        coordinators=tuple(one for one in people if one.role == Role.COORDINATOR),
        reporters={
            one.organisation_id: one for one in people if one.role == Role.REPORTER
        },
    )


def read_units(bodies: list[Organisation]) -> Iterator[Unit]:
    pools: dict[int, dict[str, list[Organisation]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for body in bodies:
        if body.province_id is not None:
            pools[body.province_id][body.kind].append(body)
    names: dict[int, list[ProvinceName]] = defaultdict(list)
    for name in ProvinceName.objects.order_by("province", "valid_from", "pk"):
        names[name.province_id].append(name)
    for unit in Province.objects.order_by("pk"):
        # An open beginning sorts differently on the two databases.
        own = sorted(names[unit.pk], key=lambda name: name.valid_from or date.min)
        yield Unit(unit, tuple(own), pools[unit.pk])


def make_references(further: int) -> None:
    """Make the sample resolutions and topics."""
    numbered = [
        (
            f"{107 + n}-NQ/TW",
            date(2018 + n % 8, 1 + n % 12, 5),
            FURTHER.format(n + 1),
        )
        for n in range(further)
    ]
    issuer = Resolution.objects.earliest("issued_on").issuer
    resolutions = [
        Resolution(
            slug=f"{SAMPLE}{number.split('-')[0]}-nq-tw",
            number=f"{number} (dữ liệu mẫu)",
            title=f"{title} (dữ liệu mẫu)",
            issuer=issuer,
            issued_on=issued_on,
        )
        for number, issued_on, title in (*RESOLUTIONS, *numbered)
    ]
    insert(resolutions)
    topics = [
        Topic(slug=f"{SAMPLE}{slug}", name=f"{name} (mẫu)") for slug, name in TOPICS
    ]
    insert(topics)


def make_bodies(today: date) -> None:
    """Make seven bodies for every province; those of ended ones have successors."""
    units = Province.objects.with_last_name(today).select_related("successor")
    by_unit = {unit: list(bodies_of_unit(unit)) for unit in units.order_by("pk")}
    insert([body for made in by_unit.values() for body in made[:2]])
    for committee, council, territory, *departments in by_unit.values():
        territory.spoken_for_by = committee
        for department in departments:
            department.parent = council
    insert([body for made in by_unit.values() for body in made[2:]])
    successions = [
        Succession(
            predecessor=ended,
            successor=following,
            on=MERGER,
            instrument="Nghị quyết 202/2025/QH15 (mẫu)",
            is_main=True,
        )
        for unit, made in by_unit.items()
        if unit.successor
        for ended, following in zip(made, by_unit[unit.successor], strict=True)
    ]
    insert(successions)


def make_communes(number: int) -> None:
    """Make communes under the people's committees of the units of today, in turn."""
    places = Organisation.objects.filter(
        kind=OrganisationKind.PROVINCIAL_COMMITTEE,
        name__endswith="(mẫu)",
        valid_to__isnull=True,
    )
    committees = list(places.order_by("pk"))
    communes = []
    for position in range(number if committees else 0):
        committee = committees[position % len(committees)]
        where = committee.name.removeprefix("UBND ").removesuffix(" (mẫu)")
        name = f"UBND xã số {position // len(committees) + 1}, {where} (mẫu)"
        commune = Organisation(
            name=name,
            kind=OrganisationKind.COMMUNE_BODY,
            document_form=DocumentForm.STATE,
            province_id=committee.province_id,
            parent=committee,
            valid_from=MERGER,
            sort_key=sort_key(name),
        )
        commune.write_search_columns()
        communes.append(commune)
    insert(communes)


def bodies_of_unit(unit: Province) -> Iterator[Organisation]:
    """Name the Party committee, people's committee, territory and departments."""
    is_city = unit.kind == ProvinceKind.CITY
    place = f"{'thành phố' if is_city else 'tỉnh'} {unit.name}"
    mark = "(mẫu, đến 30/06/2025)" if unit.valid_to else "(mẫu)"
    department = OrganisationKind.PROVINCIAL_DEPARTMENT
    planning = "Kế hoạch và Đầu tư" if unit.valid_to else "Tài chính"
    party = f"{'Thành ủy' if is_city else 'Tỉnh ủy'} {unit.name}"
    for name, kind, form in (
        (party, OrganisationKind.PROVINCIAL_PARTY, DocumentForm.PARTY),
        (f"UBND {place}", OrganisationKind.PROVINCIAL_COMMITTEE, DocumentForm.STATE),
        (place, OrganisationKind.TERRITORY, ""),
        (f"Sở Công Thương {place}", department, DocumentForm.STATE),
        (f"Sở Khoa học và Công nghệ {place}", department, DocumentForm.STATE),
        (f"Sở {planning} {place}", department, DocumentForm.STATE),
        (f"Ban Quản lý các khu công nghiệp {place}", department, DocumentForm.STATE),
    ):
        body = Organisation(
            name=f"{name} {mark}",
            kind=kind,
            document_form=form,
            province=unit,
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            sort_key=sort_key(f"{name} {mark}"),
        )
        body.write_search_columns()
        yield body


def make_people() -> None:
    """Make four coordinators and a reporter at every body; none of them can sign in."""
    overseeing = Organisation.objects.filter(oversees_all=True).earliest("pk")
    mute = {OrganisationKind.GROUP, OrganisationKind.TERRITORY}
    reporting = Organisation.objects.exclude(kind__in=mute).filter(oversees_all=False)
    people = [
        User(
            username=f"{SAMPLE}dieuphoi-{number}",
            full_name=f"Điều phối viên mẫu số {number}",
            organisation=overseeing,
            role=Role.COORDINATOR,
        )
        for number in range(1, 5)
    ]
    people += [
        User(
            username=f"{SAMPLE}{body.pk}",
            full_name=f"Cán bộ báo cáo mẫu số {body.pk}",
            organisation=body,
            role=Role.REPORTER,
        )
        for body in reporting.order_by("pk")
    ]
    for person in people:
        person.password, person.is_active = make_password(None), False
    insert(people)


def able_on(bodies: tuple[Organisation, ...], day: date) -> list[Organisation]:
    """Give the bodies in force on a day."""
    return [
        body
        for body in bodies
        if (body.valid_from or date.min) <= day <= (body.valid_to or date.max)
    ]
