"""Which recommendations a person may know of (product rules §1)."""

from typing import Any

from django.db.models import QuerySet

from provinces.models import User
from provinces.succession import remit_of
from tracker.models.follow_ups import FollowUpAction
from tracker.models.lookups import IsOneOf
from tracker.models.standing import STATE_MODELS


def visible_ids(recommendations: Any, user: User, *, as_author: bool) -> QuerySet:
    """The union of the ways in which a row concerns a person.

    Without `as_author` what the person alone recorded brings no row.
    """
    remit = remit_of(user)
    rows = recommendations.objects.order_by()
    branches: list[QuerySet] = [
        rows.filter(IsOneOf(role, remit.sees)).values("pk")
        for role in ("raised_by", "addressee", "lead")
    ]
    if remit.provinces:
        of_place = rows.filter(IsOneOf("province", remit.provinces))
        branches.append(of_place.values("pk"))
    links = recommendations.coordinating.through.objects.order_by()
    coordinated = links.filter(IsOneOf("organisation", remit.sees))
    branches.append(coordinated.values("recommendation_id"))
    actions = FollowUpAction.objects.order_by()
    owned = actions.filter(IsOneOf("owner", remit.sees))
    branches.append(owned.values("recommendation_id"))
    if as_author:
        branches.append(actions.filter(entered_by=user).values("recommendation_id"))
    # Whoever such a row speaks for, and whoever wrote it, keeps seeing; evidence adds
    # nobody: it is written with the row that it proves.
    for history in STATE_MODELS:
        lines = history._default_manager.order_by()
        spoken = lines.filter(IsOneOf("spoken_for", remit.sees))
        branches.append(spoken.values("recommendation_id"))
        if as_author:
            branches.append(lines.filter(author=user).values("recommendation_id"))
    first, *others = branches
    return first.union(*others)
