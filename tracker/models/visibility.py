"""Which recommendations a person may know of (product rules §1)."""

from typing import Any

from django.db.models import QuerySet

from provinces.models import User
from provinces.succession import remit_of
from tracker.models.follow_ups import FollowUpAction
from tracker.models.standing import STATE_MODELS


def visible_ids(recommendations: Any, user: User, *, as_author: bool) -> QuerySet:
    """The union of the ways in which a row concerns a person.

    Without `as_author` what the person alone recorded brings no row.
    """
    remit = remit_of(user)
    rows = recommendations.objects.order_by()
    branches: list[QuerySet] = [
        rows.filter(**{f"{role}__in": remit.sees}).values("pk")
        for role in ("raised_by", "addressee", "lead")
    ]
    if remit.provinces:
        branches.append(rows.filter(province__in=remit.provinces).values("pk"))
    links = recommendations.coordinating.through.objects.order_by()
    branches.append(
        links.filter(organisation__in=remit.sees).values("recommendation_id")
    )
    actions = FollowUpAction.objects.order_by()
    branches.append(actions.filter(owner__in=remit.sees).values("recommendation_id"))
    if as_author:
        branches.append(actions.filter(entered_by=user).values("recommendation_id"))
    # Whoever such a row speaks for, and whoever wrote it, keeps seeing; evidence adds
    # nobody: it is written with the row that it proves.
    for history in STATE_MODELS:
        lines = history._default_manager.order_by()
        branches.append(
            lines.filter(spoken_for__in=remit.sees).values("recommendation_id")
        )
        if as_author:
            branches.append(lines.filter(author=user).values("recommendation_id"))
    first, *others = branches
    return first.union(*others)
