"""Two versions of one thing, field by field: what is there now and what was typed."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _

# What a form sends along for each field that differs.
TAKE, THEIRS = "take-", "theirs-"


@dataclass(frozen=True)
class Difference:
    """A field in which the two versions differ; the values as a browser sends them."""

    name: str
    label: str
    theirs: str
    mine: str
    values: tuple[str, ...]
    # Whether what is there now stands until the person chooses.
    takes_theirs: bool = False

    @property
    def take_name(self) -> str:
        return TAKE + self.name

    @property
    def theirs_name(self) -> str:
        return THEIRS + self.name


def is_comparable(field: forms.Field) -> bool:
    """Tell what can be shown again from what browsers never send back: files."""
    widget = field.widget
    is_shown = not (widget.is_hidden or widget.needs_multipart_form)
    return is_shown and not isinstance(widget, forms.MultiWidget)


def as_sent(field: forms.Field, value: Any) -> tuple[str, ...]:
    """Give a value the way a browser sends it; nothing is no value at all."""
    if isinstance(field.widget, forms.CheckboxInput):
        return ("on",) if value else ()
    shown: Any = field.widget.format_value(field.prepare_value(value))
    values = shown if isinstance(shown, list | tuple) else [shown]
    return tuple(str(one) for one in values if one not in (None, ""))


def say(field: forms.Field, values: tuple[str, ...]) -> str:
    """Say values in words: the labels of what was chosen, days as they are typed."""
    if isinstance(field.widget, forms.CheckboxInput):
        return _("Yes") if values else _("No")
    labels = _labels(field, values)
    return ", ".join(labels.get(one, one) for one in values)


def fingerprint(values: tuple[str, ...]) -> str:
    """Shorten values to what tells them apart."""
    text = "\0".join("\n".join(one.splitlines()) for one in values)
    return sha256(text.encode()).hexdigest()[:12]


def is_id(typed: Any) -> bool:
    """Tell whether text can be the id of a row: no database holds a longer one."""
    text = str(typed)
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _labels(field: forms.Field, values: tuple[str, ...]) -> dict[str, str]:
    """Name what was chosen, also what is no longer offered."""
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        ids = [one for one in values if is_id(one)]
        rows = field.queryset.model._default_manager.filter(pk__in=ids)
        named = {str(row.pk): field.label_from_instance(row) for row in rows}
        offered: Any = field.choices
        if isinstance(offered, ModelChoiceIterator):
            return named
        return named | {str(key): str(label) for key, label in offered}
    return {str(key): str(label) for key, label in getattr(field, "choices", ())}
