"""Who met whom at a session: its people by the side they came with."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from provinces.register import Register
from tracker.choices import ParticipationRole
from tracker.models import Participation, WorkingSession

DELEGATION, HOST, OTHERS = "delegation", "host", "others"
SIDES: dict[str, str | Promise] = {
    DELEGATION: _("The delegation"),
    HOST: _("The host and the province"),
    OTHERS: _("Others present"),
}


@dataclass(frozen=True)
class Side:
    """One side of a meeting and its people, in the order of the source."""

    key: str
    label: str | Promise
    people: list[Participation]


def group_by_side(
    people: Iterable[Participation], session: WorkingSession, register: Register
) -> list[Side]:
    """Tell the sides apart by what people did there, else by their bodies."""
    people = list(people)
    heads = {
        one.organisation_id
        for one in people
        if one.role == ParticipationRole.HEAD_OF_DELEGATION
    }
    sided = [(_side_of(one, heads, session, register), one) for one in people]
    return [
        Side(key, label, own)
        for key, label in SIDES.items()
        if (own := [one for side, one in sided if side == key])
    ]


def _side_of(
    one: Participation,
    heads: set[int | None],
    session: WorkingSession,
    register: Register,
) -> str:
    if one.role == ParticipationRole.HEAD_OF_DELEGATION:
        return DELEGATION
    if one.role == ParticipationRole.HOST:
        return HOST
    if one.organisation_id is None:
        return OTHERS
    above = register.with_superiors(one.organisation_id)
    if above & heads:
        return DELEGATION
    body = register.bodies[one.organisation_id]
    is_local = body.province is not None and body.province == session.province_id
    return HOST if is_local or session.host_id in above else OTHERS
