"""Who may do what with a row they can see; whether they see it is `visible_to`.

Rules: product rules §1.
"""

from datetime import date

from django.db.models import Q

from provinces.choices import OrganisationKind
from provinces.models import Organisation, User
from provinces.models.bodies import OrganisationQuerySet
from provinces.succession import remit_of
from tracker.choices import ANSWERABLE
from tracker.models import (
    Difficulty,
    FollowUpAction,
    Recommendation,
    SavedView,
    StatusUpdate,
)
from tracker.models.history import HistoryRow
from tracker.models.recommendations import RecommendationQuerySet


def can_record_progress(user: User, recommendation: Recommendation) -> bool:
    """Reporters write for the lead; while there is none, for the addressee."""
    if not recommendation.is_writable:
        return False
    if user.is_coordinator:
        return True
    if not user.is_reporter:
        return False
    answerable = recommendation.lead_id or recommendation.addressee_id
    return answerable is not None and answerable in remit_of(user).speaks_for


def can_correct(user: User, row: HistoryRow) -> bool:
    """Reporters correct what was recorded for bodies they speak for."""
    if user.is_coordinator:
        return True
    return row.spoken_for_id in remit_of(user).speaks_for


def can_answer(user: User, recommendation: Recommendation) -> bool:
    """Who is asked answers, and so does who leads: the addressee and the lead.

    Only recommendations and requests are answered (product rules §2.3).
    """
    if not recommendation.is_writable or recommendation.kind not in ANSWERABLE:
        return False
    if user.is_coordinator:
        return True
    asked = {recommendation.addressee_id, recommendation.lead_id}
    return user.is_reporter and not asked.isdisjoint(remit_of(user).speaks_for)


def keep_answerable(rows: RecommendationQuerySet, user: User) -> RecommendationQuerySet:
    """Keep the rows that `can_answer` allows, in one statement."""
    if not can_answer_several(user):
        return rows.none()
    rows = rows.filter(
        kind__in=ANSWERABLE, kept_outside=False, withdrawn_on__isnull=True
    )
    if user.is_coordinator:
        return rows
    own = remit_of(user).speaks_for
    return rows.filter(Q(addressee__in=own) | Q(lead__in=own))


def can_answer_several(user: User) -> bool:
    """Whoever answers at all may do so in one act; each row is asked about alone."""
    return user.is_coordinator or user.is_reporter


def can_assign_lead(user: User, recommendation: Recommendation) -> bool:
    return user.is_coordinator and recommendation.withdrawn_on is None


def can_enter(user: User) -> bool:
    """Coordinators enter and edit what was met, read, found and asked."""
    return user.is_coordinator


def can_edit(user: User, recommendation: Recommendation) -> bool:
    """What was withdrawn stays as it was."""
    return can_enter(user) and recommendation.withdrawn_on is None


def can_set_deadline(user: User, recommendation: Recommendation) -> bool:
    return user.is_coordinator and recommendation.is_writable


def can_add_action(user: User, recommendation: Recommendation) -> bool:
    return can_record_progress(user, recommendation)


def can_edit_action(user: User, action: FollowUpAction) -> bool:
    return can_add_action(user, action.recommendation)


def can_record_action_progress(user: User, action: FollowUpAction) -> bool:
    """Reporters write for the owner of the action, whoever leads."""
    if not action.recommendation.is_writable:
        return False
    if user.is_coordinator:
        return True
    return user.is_reporter and action.owner_id in remit_of(user).speaks_for


def can_open_difficulty(user: User, recommendation: Recommendation) -> bool:
    """Whoever works on it knows what is in the way: also owners of open actions."""
    if can_record_progress(user, recommendation):
        return True
    if not (user.is_reporter and recommendation.is_writable):
        return False
    own = remit_of(user).speaks_for
    return any(
        action.owner_id in own and action.is_open
        for action in recommendation.numbered_actions
    )


def can_clear_difficulty(user: User, difficulty: Difficulty) -> bool:
    """Reporters clear what was opened for bodies they speak for, or what they lead."""
    if can_record_progress(user, difficulty.recommendation):
        return True
    if not (user.is_reporter and difficulty.recommendation.is_writable):
        return False
    return difficulty.spoken_for_id in remit_of(user).speaks_for


def can_open_confirmations(user: User) -> bool:
    """Those who confirm see what waits for it."""
    return user.is_coordinator


def can_confirm(user: User, update: StatusUpdate) -> bool:
    """A second person confirms: nobody says a word on an update of their own."""
    is_second = update.author_id != user.pk
    return user.is_coordinator and is_second and update.recommendation.is_writable


def can_record_together(user: User) -> bool:
    """Whoever may record progress at all may choose several recommendations."""
    return user.is_coordinator or user.is_reporter


def can_undo(user: User, row: HistoryRow) -> bool:
    """Their author and coordinators take the rows of one act back."""
    return user.is_coordinator or (user.is_reporter and row.author_id == user.pk)


# In their names no document of the Party or the State is written.
WITHOUT_DOCUMENTS = (
    OrganisationKind.GROUP,
    OrganisationKind.TERRITORY,
    OrganisationKind.ENTERPRISE,
    OrganisationKind.FOREIGN,
    OrganisationKind.OTHER,
)


def issuing_bodies(user: User, *, on: date) -> OrganisationQuerySet:
    """In whose name one may write a report: the own body and those it speaks for.

    Whoever sees all may write for any body in force; the form follows the body.
    """
    own = Q(pk=user.organisation_id)
    bodies = Organisation.objects.all()
    current = bodies.in_force(on).exclude(kind__in=WITHOUT_DOCUMENTS)
    if not user.is_coordinator:
        current = current.filter(pk__in=remit_of(user).speaks_for)
    return bodies.filter(own | Q(pk__in=current.order_by().values("pk")))


def can_keep_templates(user: User) -> bool:
    """Whoever writes reports lays down how those of the own body look."""
    return user.is_coordinator or user.is_reporter


def can_write_letters(user: User) -> bool:
    """Those who oversee all urge the others in writing."""
    return user.is_coordinator


def can_save_views(user: User) -> bool:
    """A filter under a name is a comfort of one's own: whoever works here has some."""
    return user.is_active


def can_change_view(user: User, view: SavedView) -> bool:
    """A saved view is its owner's, also where colleagues use it."""
    return view.owner_id == user.pk
