"""Choosing bodies of the register: which a form offers, and what comes back."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from provinces.choices import PROVINCIAL_KINDS
from provinces.models import Organisation, User
from provinces.register import BODY_COLUMNS, Body, Register
from provinces.succession import name_organisations, register_of
from tracker.models.lookups import IsOneOf

# More bodies than these nobody looks through to find one.
CHOSEN_FROM_A_LIST = 200
# In the place of a province, which may be none.
EVERYWHERE = -1

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


class BodiesOffered:
    """What a form offers where it asks for a body.

    Of thousands nobody chooses from a list: offered first are the bodies of the place
    that the form is about, and those of none. `is_widened` offers those of everywhere,
    and what comes back may name any of them.
    """

    subject: Any
    user: User
    is_bound: bool
    is_widened: bool
    offer: Callable[..., None]
    fields: dict[str, forms.Field]
    # True once bodies of elsewhere were left out.
    leaves_out_bodies = False

    def offer_bodies(
        self,
        name: str,
        may: Callable[[Body, date], bool] | None = None,
        present: Iterable[int | None] = (),
    ) -> None:
        """Let a field choose among bodies of the register, also those it has now.

        `may` is a question to a body as on a day, known by its name.
        """
        register = register_of(self.user)
        wanted = self._find_bodies(register, may)
        if stay := {*present} - {None, *wanted}:
            stay |= {*wanted}
            wanted = [pk for pk in register.bodies if pk in stay]
        field = self.fields[name]
        if isinstance(field, BodyField):
            field.bodies = {pk: register.bodies[pk] for pk in wanted}
        labels = name_organisations(wanted, register)
        self.offer(name, Organisation.objects.filter(IsOneOf("pk", wanted)), labels)

    def _find_bodies(
        self, register: Register, may: Callable[[Body, date], bool] | None
    ) -> list[int]:
        """Give who may be chosen: worked out once for each place and question."""
        today = timezone.localdate()
        place: int | None = EVERYWHERE
        are_many = len(register.bodies) > CHOSEN_FROM_A_LIST
        if are_many and not (self.is_widened or self.is_bound):
            about = getattr(self.subject, "recommendation", self.subject)
            place = getattr(about, "province_id", None)
            self.leaves_out_bodies = True
        question = (may, today, place)
        if question not in register.offered:
            is_near = _say_who_is_near(register, place)
            register.offered[question] = [
                pk
                for pk, one in register.bodies.items()
                if is_near(one) and (may is None or may(one, today))
            ]
        return register.offered[question]


def _say_who_is_near(
    register: Register, province: int | None
) -> Callable[[Body], bool]:
    """Match bodies of a province, and those of none.

    Without a province its departments and communes are left out.
    """
    if province == EVERYWHERE:
        return lambda body: True
    if province is None:
        return lambda body: body.province is None or body.kind in PROVINCIAL_KINDS
    present = register.units_counting(province)[-1]
    family = register.with_predecessors([present])
    return lambda body: body.province is None or body.province in family
