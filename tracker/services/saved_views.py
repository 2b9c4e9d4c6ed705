"""Saved views: a filter under a name, shared or not, to start with or not."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.folding import fold
from provinces.models import User
from tracker.models import SavedView, StartPage
from tracker.services.entries import edit_row, enter_row
from tracker.services.submissions import Stamp

MOST_VIEWS = 30


@transaction.atomic
def save_view(
    view: SavedView, *, name: str, is_shared: bool, query: str, stamp: Stamp, by: User
) -> SavedView:
    """Keep a filter under a name of its own; raises ValidationError by field."""
    view.owner, view.organisation = by, by.organisation

    def insert() -> None:
        _check_name(view, name, by=by)
        if SavedView.objects.of(by).count() >= MOST_VIEWS:
            message = _("There are %(most)s saved views already: remove one first.")
            raise ValidationError(message % {"most": MOST_VIEWS})
        view.save()

    values = {"name": name, "is_shared": is_shared, "query": query}
    return enter_row(view, values, stamp=stamp, by=by, insert=insert)


@transaction.atomic
def change_view(
    view: SavedView, *, name: str, is_shared: bool, query: str, stamp: Stamp, by: User
) -> SavedView:
    """Rename it, let it ask otherwise, share it with the present colleagues or not.

    Raises EditConflictError, AlreadySubmittedError, and ValidationError by field.
    """
    _check_name(view, name, by=by)
    values = {
        "name": name,
        "is_shared": is_shared,
        "query": query,
        "organisation": by.organisation,
    }
    return edit_row(view, values, stamp=stamp, by=by)


@transaction.atomic
def remove_view(view: SavedView, *, by: User) -> None:
    """Take it out of every list; its history stays, and its name is free again."""
    current = SavedView.objects.select_for_update().get(pk=view.pk)
    if current.removed_at is None:
        current.removed_at = timezone.now()
        current._history_user = by
        current.save(update_fields=["removed_at"])


@transaction.atomic
def set_start_page(view: SavedView | None, *, by: User) -> None:
    """Let the person start with this view, or with the usual page again."""
    start, _is_new = StartPage.objects.get_or_create(user=by)
    start.view = view
    start.save(update_fields=["view"])


def _check_name(view: SavedView, name: str, *, by: User) -> None:
    """Two views of one person are told apart by more than accents and case."""
    # Of two forms that ask for the same name at once the second waits for the first.
    User.objects.select_for_update().get(pk=by.pk)
    folded = fold(name)
    if not folded:
        raise ValidationError({"name": _("Give it a name of letters or digits.")})
    others = SavedView.objects.of(by).exclude(pk=view.pk)
    same = others.filter(name_folded=folded).first()
    if same is not None:
        message = _("There is a saved view of this name already: %(name)s.")
        raise ValidationError({"name": message % {"name": same.name}})
