"""Choosing one body of the register."""

from typing import Any

from django import forms

from provinces.models import Organisation
from provinces.register import BODY_COLUMNS, Body

# What a body of the register says of its row; the last tells of another one.
KNOWN = ("id", *BODY_COLUMNS[:-1])


class BodyField(forms.ModelChoiceField):
    """One of the bodies offered, made from the register: no statement reads it again.

    What else its row says is read when somebody asks for it.
    """

    # By their ids; the form that offers them hands them over.
    bodies: dict[int, Body] | None = None

    def to_python(self, value: Any) -> Organisation | None:
        if self.bodies is None or value in self.empty_values:
            return super().to_python(value)
        offered = {str(pk): pk for pk in self.bodies}
        chosen = offered.get(str(getattr(value, "pk", value)))
        if chosen is None:
            message = self.error_messages["invalid_choice"]
            raise forms.ValidationError(message, "invalid_choice", {"value": value})
        return Organisation.from_db(None, KNOWN, (chosen, *self.bodies[chosen][:-1]))
