"""Forms of what coordinators enter by hand: a field is the column it fills."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from provinces.folding import VietnameseCharField, VietnameseTextField
from provinces.models import Organisation, Province, User
from provinces.succession import name_units, register_of
from tracker.forms.days import DayField
from tracker.forms.leads import BodiesField
from tracker.forms.stamped import ComposedCharField, StampedForm
from tracker.services.entries import EDIT, name_entry

LONGEST = 5000


def entered(model: type[models.Model], name: str, **options: Any) -> Any:
    """Make the field that asks for a column, the way this product asks."""
    column: Any = model._meta.get_field(name)
    if column.many_to_many:
        options.setdefault("widget", forms.CheckboxSelectMultiple)
        return column.formfield(form_class=BodiesField, **options)
    if isinstance(column, VietnameseCharField):
        options["form_class"] = ComposedCharField
    if isinstance(column, VietnameseTextField):
        options["form_class"] = ComposedCharField
        options["max_length"] = LONGEST
        options.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
    if column.choices and (column.blank or not column.has_default()):
        nothing = _("Not determined") if column.blank else _("Choose…")
        options.setdefault("choices", [("", nothing), *column.choices])
    if isinstance(column, models.DateField):
        options["form_class"] = DayField
    if isinstance(column, models.ForeignKey) and column.null:
        options.setdefault("empty_label", _("Not determined"))
    return column.formfield(**options)


class EntryForm(StampedForm):
    """A new row or an edit: what the subject holds stands in the fields."""

    def __init__(self, *args: Any, subject: Any, user: User, **kwargs: Any) -> None:
        known = {one.name for one in subject._meta.get_fields() if one.concrete}
        held = forms.model_to_dict(subject, fields=known & set(self.base_fields))
        initial = {
            name: [one.pk for one in value] if isinstance(value, list) else value
            for name, value in held.items()
        }
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, subject=subject, user=user, **kwargs)
        self.act = EDIT if subject.pk else name_entry(subject)
        for name, field in self.fields.items():
            rows = getattr(field, "queryset", None)
            if rows is not None and rows.model is Organisation:
                self.offer_bodies(name)
            elif rows is not None and rows.model is Province:
                self.offer(name, rows, name_units(register_of(user)))
