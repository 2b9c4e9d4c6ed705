"""Who leads a recommendation and who coordinates with the lead."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import Organisation, User
from tracker.models import Recommendation
from tracker.services.submissions import Stamp, accept, open_for_writing


@transaction.atomic
def assign_lead(
    recommendation: Recommendation,
    *,
    lead: Organisation | None,
    coordinating: Iterable[Organisation],
    stamp: Stamp,
    by: User,
) -> Recommendation:
    """Give a recommendation to a lead in force, with its coordinating bodies.

    The edit is kept with who and when. Raises EditConflictError,
    AlreadySubmittedError, and ValidationError by field.
    """
    current = open_for_writing(recommendation, stamp=stamp, act="lead", by=by)
    coordinating = list(coordinating)
    check_lead(lead, is_keeper=current.kept_outside, present=current.lead_id)
    _check_coordinating(current, lead, coordinating)

    # One edit, one record: the links first, then the row that is recorded.
    current.skip_history_when_saving = True
    current.coordinating.set(coordinating)
    del current.skip_history_when_saving
    current.lead = lead
    current._history_user = by
    current.save(update_fields=["lead"])
    accept(current, stamp=stamp, act="lead", by=by, answer=current.get_absolute_url())
    return current


def check_lead(
    lead: Organisation | None, *, is_keeper: bool, present: int | None = None
) -> None:
    """Refuse a lead that cannot lead; a secret item has one that keeps it.

    A lead that has ended since stays until another is chosen. Raises ValidationError.
    """
    if lead is None:
        if is_keeper:
            raise ValidationError({"lead": _("Give the body that keeps this item.")})
        return
    if lead.pk == present:
        return
    able = Organisation.objects.able_to_lead(timezone.localdate())
    if not able.filter(pk=lead.pk).exists():
        message = _("A lead is a body in force, never a group.")
        raise ValidationError({"lead": message})


def _check_coordinating(
    current: Recommendation,
    lead: Organisation | None,
    coordinating: list[Organisation],
) -> None:
    message = ""
    if current.kept_outside and coordinating:
        message = _("Leave this empty: the item is kept outside the system.")
    elif lead in coordinating:
        message = _("The lead does not coordinate with itself.")
    if message:
        raise ValidationError({"coordinating": message})
