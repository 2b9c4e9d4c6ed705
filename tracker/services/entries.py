"""Rows that people enter and edit by hand: one act, one record of the history."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import models
from django.db.models.signals import post_save

from provinces.models import User
from tracker.models import Finding, Participation, Passage
from tracker.services.submissions import (
    Stamp,
    accept,
    open_for_writing,
    refuse_repeated,
    remember,
)

Thing = TypeVar("Thing", bound=models.Model)

EDIT = "edit"


def name_entry(thing: models.Model) -> str:
    """Say what is entered, as submissions keep it: "finding new"."""
    return f"{thing._meta.model_name} new"


def address_of(thing: Any) -> str:
    """Give the page that shows a row; parts are shown with their whole."""
    if isinstance(thing, Participation | Finding):
        return thing.session.get_absolute_url() if thing.session else "/"
    if isinstance(thing, Passage):
        return f"{thing.document.get_absolute_url()}#{thing.slug}"
    return thing.get_absolute_url()


def enter_row(
    thing: Thing,
    values: Mapping[str, Any],
    *,
    stamp: Stamp,
    by: User,
    insert: Callable[[], None] | None = None,
) -> Thing:
    """Keep a new row with its links; of a repeated submit there is one row."""
    act = name_entry(thing)
    refuse_repeated(stamp.key, act=act, by=by)
    write_row(thing, values, by=by, insert=insert)
    remember(stamp.key, act=act, by=by, answer=address_of(thing))
    return thing


def edit_row(
    thing: Thing, values: Mapping[str, Any], *, stamp: Stamp, by: User
) -> Thing:
    """Keep an edit; raises EditConflictError and AlreadySubmittedError."""
    current = open_for_writing(thing, stamp=stamp, act=EDIT, by=by)
    write_row(current, values, by=by)
    accept(current, stamp=stamp, act=EDIT, by=by, answer=address_of(current))
    return current


def write_row(
    thing: Any,
    values: Mapping[str, Any],
    *,
    by: User,
    insert: Callable[[], None] | None = None,
) -> None:
    """Write columns and links so that the history keeps them in one record."""
    is_new = thing.pk is None
    columns = {name: thing._meta.get_field(name) for name in values}
    links = {name for name, column in columns.items() if column.many_to_many}
    for name in columns.keys() - links:
        columns[name].save_form_data(thing, values[name])
    thing._history_user = by
    thing.skip_history_when_saving = True
    if is_new:
        (insert or thing.save)()
    for name in links:
        columns[name].save_form_data(thing, values[name])
    del thing.skip_history_when_saving
    if is_new:
        # The library keeps a record when it hears of a save: the links are there now.
        post_save.send(type(thing), instance=thing, created=True, raw=False)
    else:
        thing.save(update_fields=sorted(columns.keys() - links))
