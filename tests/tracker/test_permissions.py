"""Every cell of tests/permissions.csv, asked of the running product.

The table was written by hand from the product rules §1. `login` stands for being sent
to the sign-in page; 302 for having been let through.
"""

import csv
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from provinces.choices import OrganisationKind as Kind
from provinces.choices import Role
from provinces.models import User
from tests.factories import (
    make_deadline,
    make_organisation,
    make_province,
    make_recommendation,
    make_resolution,
    make_succession,
    make_topic,
    make_update,
    make_user,
)
from tests.routes import arguments_of, route_names
from tracker.choices import Progress, RecommendationKind
from tracker.models import Recommendation, Submission

FILE = Path(__file__).parent.parent / "permissions.csv"
ROLES = {
    "anonymous": Role.REPORTER,
    "coordinator": Role.COORDINATOR,
    "administrator": Role.ADMINISTRATOR,
    "central leader": Role.LEADER,
    "central reporter": Role.REPORTER,
    "reporter": Role.REPORTER,
    "leader": Role.LEADER,
}
AT_ORDINARY_BODIES = {"anonymous", "reporter", "leader"}
ACTS_ON_A_ROW = {
    "recommendation",
    "recommendation-record-progress",
    "recommendation-assign-lead",
    "recommendation-set-deadline",
    "recommendation-record-answer",
    "follow-up-action-add",
    "difficulty-open",
    "confirmation",
    "recommendation-confirm-update",
    "recommendation-edit",
    "recommendation-withdraw",
}
# What the form of one act carries beside what all of them do.
OF_ONE_ACT = {
    "recommendation-record-answer": {"outcome": "accepted", "is_final": "final"},
    "recommendation-confirm-update": {"outcome": "confirmed"},
}
SHOWN = {"recommendation", "confirmation"}
# Acts on no row of the scene, and what their forms carry.
POSTED = {
    "report-keep": {"query": ""},
    "report-add-file": {},
    "report-template-upload": {},
    "report-template-take-back": {},
    "letter-keep": {},
    "letter-record-sending": {},
    "job-cancel": {},
    "saved-view-remove": {},
    "saved-view-start": {},
    "saved-view-usual-start": {},
    "calendar-share": {},
    "calendar-stop": {},
}
QUESTIONS = {"in list", "in count", "in facet", "in search", "in export"}
ANSWERS = {"200", "302", "401", "403", "404", "422", "login", "yes", "no"}
ANY = "any"
WORDING = "Lập bến thuyền ngược dòng Ưu Đàm"


def read_table():
    """Give the expected answers by (role, situation) and act."""
    cells = {}
    with open(FILE, encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            expected = cells.setdefault((line["role"], line["situation"]), {})
            assert line["act"] not in expected, f"twice in the table: {line}"
            expected[line["act"]] = line["expected"]
    return cells


TABLE = read_table()
# Sessions have situations of their own: test_permissions_of_sessions.py.
CELLS = {key: acts for key, acts in TABLE.items() if "session" not in acts}


# -- how a recommendation may lie to the user's own body ----------------------------


def other(kind=Kind.MINISTRY, **fields):
    return make_organisation(kind=kind, **fields)


def before(body):
    """Give a body whose main successor is this one."""
    return make_succession(other(), body).predecessor


def partly_before(body, ended):
    """Give a body that passed a part of its work to this one."""
    return make_succession(ended, body, is_main=False).predecessor


def after(body):
    return make_succession(ended(body), other()).successor


def alter(thing, **fields):
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.save(update_fields=[*fields])
    return thing


def ended(body):
    return alter(body, valid_to=date(2025, 6, 30))


def territory(speaker):
    return other(Kind.TERRITORY, spoken_for_by=speaker)


def under(body):
    return other(parent=body)


def parent_of(body):
    return alter(body, parent=other()).parent


def home_of(body, kind=Kind.PROVINCIAL_PARTY):
    """Make the body one of this kind in a province, and give the province."""
    return alter(body, kind=kind, province=make_province()).province


def homeless(body):
    """Make the body provincial without a province, and give a fellow of its kind."""
    return other(alter(body, kind=Kind.PROVINCIAL_PARTY).kind)


def followed(province):
    return alter(province, successor=make_province()).successor


# By situation: the columns of the recommendation, given the user's own body.
SITUATIONS = {
    "nothing to do with it": lambda own: dict(
        raised_by=other(),
        addressee=other(),
        lead=other(),
        coordinating=[other()],
        province=make_province(),
    ),
    "raised by own body": lambda own: dict(raised_by=own, lead=other()),
    "addressee is own body": lambda own: dict(addressee=own),
    "lead is own body": lambda own: dict(lead=own, addressee=other()),
    "lead is another body, addressee is own body": lambda own: dict(
        lead=other(), addressee=own
    ),
    "no lead, no addressee, raised by own body": lambda own: dict(raised_by=own),
    "no lead, no addressee, raised by nobody": lambda own: dict(),
    "coordinating body is own body": lambda own: dict(
        lead=other(), coordinating=[other(), own]
    ),
    # succession
    "lead is a body that own body succeeded": lambda own: dict(lead=before(own)),
    "lead is a body that own body succeeded in two steps": lambda own: dict(
        lead=before(before(own))
    ),
    "addressee is a body that own body succeeded": lambda own: dict(
        addressee=before(own)
    ),
    "raised by a body that own body succeeded": lambda own: dict(raised_by=before(own)),
    "lead is a body that own body succeeded, but not as the main successor": (
        lambda own: dict(lead=partly_before(own, before(other())))
    ),
    "lead is a body without a main successor, own body is another one": (
        lambda own: dict(lead=partly_before(own, other()))
    ),
    "lead is the successor of own body, which has ended": lambda own: dict(
        lead=after(own)
    ),
    "lead is own body, which has ended": lambda own: dict(lead=ended(own)),
    # spoken for
    "lead is a territory that own body speaks for": lambda own: dict(
        lead=territory(own)
    ),
    "addressee is a territory that own body speaks for": lambda own: dict(
        addressee=territory(own)
    ),
    "addressee is a territory spoken for by a body that own body succeeded": (
        lambda own: dict(addressee=territory(before(own)))
    ),
    "addressee is the predecessor of a territory that own body speaks for": (
        lambda own: dict(addressee=before(territory(own)))
    ),
    "lead is another body, addressee is a territory that own body speaks for": (
        lambda own: dict(lead=other(), addressee=territory(own))
    ),
    "raised by a territory that own body speaks for": lambda own: dict(
        raised_by=territory(own)
    ),
    # parents and subordinates
    "lead is a subordinate of own body": lambda own: dict(lead=under(own)),
    "lead is a subordinate of a subordinate of own body": lambda own: dict(
        lead=under(under(own))
    ),
    "lead is a subordinate of a body that own body succeeded": lambda own: dict(
        lead=under(before(own))
    ),
    "addressee is a subordinate of own body": lambda own: dict(addressee=under(own)),
    "lead is the parent of own body": lambda own: dict(lead=parent_of(own)),
    "lead is another subordinate of the parent of own body": lambda own: dict(
        lead=under(parent_of(own))
    ),
    # provinces
    "province is own province": lambda own: dict(province=home_of(own)),
    "province is a predecessor of own province": lambda own: dict(
        province=make_province(successor=home_of(own))
    ),
    "province is the successor of own province": lambda own: dict(
        province=followed(home_of(own))
    ),
    "province is the province of own body, a ministry": lambda own: dict(
        province=home_of(own, Kind.MINISTRY)
    ),
    "province is the province of own body, a commune body": lambda own: dict(
        province=home_of(own, Kind.COMMUNE_BODY)
    ),
    "raised by a department of own province": lambda own: dict(
        raised_by=other(Kind.PROVINCIAL_DEPARTMENT, province=home_of(own))
    ),
    "raised by a commune body of own province": lambda own: dict(
        raised_by=other(Kind.COMMUNE_BODY, province=home_of(own))
    ),
    "lead is the people's committee of a predecessor of own province": lambda own: dict(
        lead=other(
            Kind.PROVINCIAL_COMMITTEE, province=make_province(successor=home_of(own))
        )
    ),
    "coordinating body is a commune body of own province": lambda own: dict(
        coordinating=[other(Kind.COMMUNE_BODY, province=home_of(own))]
    ),
    "raised by an enterprise of own province": lambda own: dict(
        raised_by=other(Kind.ENTERPRISE, province=home_of(own))
    ),
    "addressee is a territory of own province that nobody speaks for": lambda own: dict(
        addressee=other(Kind.TERRITORY, province=home_of(own))
    ),
    "addressee is a group of own province": lambda own: dict(
        addressee=other(Kind.GROUP, province=home_of(own))
    ),
    "own body is provincial without a province, and so is who raised it": (
        lambda own: dict(raised_by=homeless(own))
    ),
    # groups
    "addressee is a group": lambda own: dict(addressee=other(Kind.GROUP)),
    "lead is a group": lambda own: dict(lead=other(Kind.GROUP)),
    "lead is a group, addressee is own body": lambda own: dict(
        lead=other(Kind.GROUP), addressee=own
    ),
    "own user is inactive": lambda own: dict(lead=own),
}


def somebody():
    return make_user("ai-do", other())


def move(user):
    alter(user, organisation=other())


# By situation: what happened to a recommendation that another body leads.
HAPPENINGS = {
    "a status update speaks for own body": lambda user, row: make_update(
        row, by=somebody(), spoken_for=user.organisation
    ),
    "a status update speaks for a body that own body succeeded": lambda user, row: (
        make_update(row, by=somebody(), spoken_for=before(user.organisation))
    ),
    "a deadline change speaks for own body": lambda user, row: make_deadline(
        row, date(2024, 12, 31), by=somebody(), spoken_for=user.organisation
    ),
    "user recorded progress, then the lead moved away": lambda user, row: make_update(
        row, by=user
    ),
    "user recorded progress, then moved to another body": lambda user, row: (
        make_update(row, by=user),
        move(user),
    ),
    "user recorded a deadline, then moved to another body": lambda user, row: (
        make_deadline(row, date(2024, 12, 31), by=user),
        move(user),
    ),
    "own user is inactive": lambda user, row: alter(user, is_active=False),
}


def make_person(role):
    own = other(oversees_all=role not in AT_ORDINARY_BODIES)
    return make_user("nguoi-dung", own, ROLES[role])


def set_the_scene(situation, user):
    """Make the recommendation of the situation, and one that the user does see."""
    row = make_recommendation(
        wording=WORDING,
        kind=RecommendationKind.RECOMMENDATION,
        resolutions=[make_resolution("99-nq-tw")],
        topics=[make_topic("duong-thuy", name="Đường thủy")],
        **SITUATIONS.get(situation, lambda own: dict(lead=other()))(user.organisation),
    )
    if situation in HAPPENINGS:
        HAPPENINGS[situation](user, row)
    make_recommendation(
        code_prefix="TW",
        kind=RecommendationKind.REQUEST,
        wording="Việc ai ở cơ quan mình cũng thấy",
        raised_by=user.organisation,
        lead=other(),
    )
    return row


# -- asking the product -------------------------------------------------------------


def answer_of(response):
    """Give the status, or `login` when the person was sent to sign in."""
    login = response.status_code == 302 and response["Location"].startswith(
        reverse("account_login")
    )
    return "login" if login else str(response.status_code)


def facets_in(page):
    """Give the counts beside the boxes of the filter, by facet and value."""
    option = r'name="(\w+)" value="([^"]*)"[^\n]*class="count">([\d.]+)<'
    return {(name, value): int(n) for name, value, n in re.findall(option, page)}


@dataclass
class Visit:
    """One person and one recommendation: each act asks what the person gets."""

    client: Client
    user: User
    row: Recommendation

    def ask(self, act):
        """Ask on a scene that no earlier act of the visit has changed."""
        with transaction.atomic():
            if act in QUESTIONS:
                answer = getattr(self, act.replace(" ", "_"))()
            elif act in POSTED:
                form = {"form_key": str(uuid4()), **POSTED[act]}
                answer = answer_of(self.client.post(self.address(act), form))
            elif act in SHOWN | (set(route_names()) - ACTS_ON_A_ROW):
                response = self.client.get(self.address(act))
                b"".join(response)  # a file is closed when it has been read
                answer = answer_of(response)
            else:
                answer = self.post(act)
            transaction.set_rollback(True)
        return answer

    def address(self, act):
        own = [self.row.code] if act in ACTS_ON_A_ROW else arguments_of(act)
        if act in {"confirmation", "recommendation-confirm-update"}:
            # What somebody else reported, for somebody else.
            row, by = (
                Recommendation.objects.get(pk=self.row.pk),
                make_user("ke", other()),
            )
            own.append(make_update(row, by=by).sequence)
        return reverse(act, args=own)

    def post(self, act):
        """Send a form that has nothing wrong with it; it counts or leaves no trace."""
        form = {
            "form_key": str(uuid4()),
            "version": Recommendation.objects.get(pk=self.row.pk).version,
            "effective_on": "26/06/2024",
            "progress": Progress.IN_PROGRESS,
            "note": "Đã làm bước đầu",
            "document_number": "15/BC-UBND",
            "spoken_for": self.user.organisation_id,
            "lead": other().pk,
            "due_on": "30/11/2024",
            "owner": other().pk,
            "category": "capital",
            "kind": RecommendationKind.REQUEST,
            "wording": WORDING,
            "raised_on": "26/06/2024",
            "resolutions": self.row.resolutions.get().pk,
            "reason": "Nhập trùng",
        }
        form |= OF_ONE_ACT.get(act, {})
        response = self.client.post(self.address(act), form)

        answer = answer_of(response)
        accepted = list(Submission.objects.values_list("key", "user"))
        expected = [(form["form_key"], self.user.pk)] if answer == "302" else []
        assert [(str(key), pk) for key, pk in accepted] == expected, act
        if answer == "302":
            # Who confirmed is led on, to what waits next.
            ends = (self.row.get_absolute_url(), reverse("confirmation-queue"))
            assert response["Location"].startswith(ends)
        return answer

    @cached_property
    def list_page(self):
        return self.client.get(reverse("recommendation-list"))

    def said(self, found, response=None):
        """Say whether it was there; what contradicts itself is no answer."""
        if answer_of(response or self.list_page) != "200":
            return answer_of(response or self.list_page)
        assert len(set(found)) == 1, f"half told: {found}"
        return "yes" if found[0] else "no"

    def in_list(self):
        page = self.list_page.content.decode()
        return self.said([f'data-code="{self.row.code}"' in page, WORDING in page])

    def in_count(self):
        count = re.search(r'data-count="(\d+)"', self.list_page.content.decode())
        return self.said([count and {"1": False, "2": True}[count[1]]])

    def in_facet(self):
        counts = facets_in(self.list_page.content.decode())
        own = [("topic", "duong-thuy"), ("resolution", "99-nq-tw")]
        own += [("kind", "recommendation"), ("lead", str(self.row.lead_id or "none"))]
        if self.row.province:
            own.append(("province", self.row.province.slug))
        if not self.row.lead:
            own.append(("flag", "no_lead"))
        found = [{0: False, 1: True}[counts.get(mark, 0)] for mark in own]
        for facet in ("progress", "timeliness", "kind", "lead"):
            total = sum(n for (name, _value), n in counts.items() if name == facet)
            found.append({0: None, 1: False, 2: True}[total])
        return self.said(found)

    def in_search(self):
        query = {"q": f"ben thuyen uu dam {self.row.code}"}
        found = self.client.get(reverse("recommendation-list"), query)
        marks = (f'data-code="{self.row.code}"', 'data-count="1"')
        return self.said([mark in found.content.decode() for mark in marks], found)

    def in_export(self):
        table = self.client.get(reverse("recommendation-export-csv"))
        book = self.client.get(reverse("recommendation-export-xlsx"))
        if answer_of(table) != "200":
            return self.said([], table if answer_of(book) != "200" else book)
        text = b"".join(table).decode()
        with zipfile.ZipFile(BytesIO(b"".join(book))) as parts:
            sheets = "".join(parts.read(name).decode() for name in parts.namelist())
        marks = (self.row.code, WORDING)
        return self.said([mark in file for file in (text, sheets) for mark in marks])


@pytest.mark.parametrize(
    ("role", "situation"), CELLS, ids=[f"{role}: {what}" for role, what in CELLS]
)
def test_cells_hold(role, situation, sign_in):
    user = make_person(role)
    row = set_the_scene(
        "nothing to do with it" if situation == ANY else situation, user
    )
    visit = Visit(Client() if role == "anonymous" else sign_in(user), user, row)
    expected = CELLS[role, situation]

    answers = {act: visit.ask(act) for act in expected}

    assert answers == expected


# -- the table itself ---------------------------------------------------------------


def test_every_route_has_a_row_for_every_role():
    asked = {(act, role) for (role, _situation), acts in TABLE.items() for act in acts}

    routes = list(route_names())

    assert None not in routes, "a route without a name"
    assert {(act, role) for act in routes for role in ROLES} - asked == set()


def test_table_names_only_what_there_is():
    acts = {act for expected in CELLS.values() for act in expected}
    answers = {one for expected in CELLS.values() for one in expected.values()}

    assert acts - QUESTIONS - set(route_names()) == set()
    assert {role for role, _situation in CELLS} == set(ROLES)
    assert {what for _role, what in CELLS} == {*SITUATIONS, *HAPPENINGS, ANY}
    assert all(("reporter", what) in CELLS for _role, what in CELLS)
    assert answers <= ANSWERS


def test_every_situation_is_asked_about_every_act_on_a_row():
    holes = {
        key: (ACTS_ON_A_ROW | QUESTIONS) - set(expected)
        for key, expected in CELLS.items()
        if key[1] != ANY
    }

    assert {key: missing for key, missing in holes.items() if missing} == {}


def test_coordinator_elsewhere_has_no_wider_rights(db, sign_in):
    user = make_user("nguoi-dung", other(), Role.COORDINATOR)
    visit = Visit(sign_in(user), user, set_the_scene("raised by own body", user))

    assert visit.ask("recommendation-record-progress") == "403"
    assert visit.ask("recommendation-assign-lead") == "403"
    assert visit.ask("recommendation-set-deadline") == "403"
    assert visit.ask("recommendation-record-answer") == "403"
