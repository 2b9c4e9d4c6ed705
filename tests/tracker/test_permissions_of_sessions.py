"""Every cell of tests/permissions.csv that asks about a session and its document.

The document belongs to the session, or in situations without one to its province.
"""

import pytest
from django.test import Client
from django.urls import reverse

from provinces.choices import OrganisationKind as Kind
from tests.factories import make_province, make_recommendation
from tests.tracker.test_permissions import (
    ROLES,
    TABLE,
    after,
    answer_of,
    before,
    followed,
    home_of,
    make_person,
    other,
    parent_of,
    partly_before,
    territory,
    under,
)
from tests.tracker.test_visible_documents import (
    make_document,
    make_participation,
    make_session,
)

ACTS_ON_A_SESSION = {"session", "document", "in document list"}
CELLS = {key: acts for key, acts in TABLE.items() if "session" in acts}
TITLE = "Biên bản họp bến thuyền Ưu Đàm"


def met(body):
    session = make_session(province=make_province())
    make_participation(session, body)
    return session


def led_by(own):
    session = met(other())
    make_recommendation(session=session, lead=own)
    return session


# By situation: the session, given the user's own body.
SESSIONS = {
    "session that own body had no part in": lambda own: met(other()),
    "session that own body took part in": met,
    "session that a body took part in that own body succeeded": (
        lambda own: met(before(own))
    ),
    "session that a body took part in that own body succeeded in two steps": (
        lambda own: met(before(before(own)))
    ),
    "session that a body took part in that passed to own body only partly": (
        lambda own: met(partly_before(own, before(other())))
    ),
    "session that the successor of own body took part in": (
        lambda own: met(after(own))
    ),
    "session that a subordinate of own body took part in": lambda own: met(under(own)),
    "session that the parent of own body took part in": lambda own: met(parent_of(own)),
    "session that a territory took part in that own body speaks for": (
        lambda own: met(territory(own))
    ),
    "session that own body was the host of": lambda own: make_session(host=own),
    "session in own province": lambda own: make_session(province=home_of(own)),
    "session in a predecessor of own province": (
        lambda own: make_session(province=make_province(successor=home_of(own)))
    ),
    "session in the successor of own province": (
        lambda own: make_session(province=followed(home_of(own)))
    ),
    "session in the province of own body, a ministry": (
        lambda own: make_session(province=home_of(own, Kind.MINISTRY))
    ),
    "session in the province of own body, a commune body": (
        lambda own: make_session(province=home_of(own, Kind.COMMUNE_BODY))
    ),
    "session of what own body leads": led_by,
}
# By situation: the province of a document without a session.
PLACES = {
    "document without session, in own province": home_of,
    "document without session, in a predecessor of own province": (
        lambda own: make_province(successor=home_of(own))
    ),
    "document without session, in another province": lambda own: make_province(),
    "document without session and province": lambda own: None,
}


def set_the_scene(situation, own):
    if situation in PLACES:
        document = make_document(title=TITLE, province=PLACES[situation](own))
        return met(other()), document
    session = SESSIONS[situation](own)
    return session, make_document([session], title=TITLE, province=make_province())


@pytest.mark.parametrize(
    ("role", "situation"), CELLS, ids=[f"{role}: {what}" for role, what in CELLS]
)
def test_cells_hold(role, situation, sign_in):
    user = make_person(role)
    session, document = set_the_scene(situation, user.organisation)
    client = Client() if role == "anonymous" else sign_in(user)

    listed = client.get(reverse("document-list"))
    said = {True: "yes", False: "no"}[TITLE in listed.content.decode()]
    answers = {
        "session": answer_of(client.get(session.get_absolute_url())),
        "document": answer_of(client.get(document.get_absolute_url())),
        "in document list": answer_of(listed).replace("200", said),
    }

    assert answers == CELLS[role, situation]


def test_table_asks_everybody_in_every_situation():
    assert {what for _role, what in CELLS} == {*SESSIONS, *PLACES}
    assert {role for role, _what in CELLS} == set(ROLES)
    assert all(set(acts) == ACTS_ON_A_SESSION for acts in CELLS.values())
    assert {("reporter", what) for what in (*SESSIONS, *PLACES)} <= set(CELLS)
    assert {("leader", what) for what in (*SESSIONS, *PLACES)} <= set(CELLS)
