"""What rows of the register have in common: days of force, names, links that end."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provinces.folding import sort_key

if TYPE_CHECKING:
    from provinces.models.bodies import Organisation
    from provinces.models.places import Province, ProvinceName

LEADS_BACK = _("This leads back to where it began.")


def in_force(on: date, prefix: str = "") -> Q:
    """Match rows whose valid days include `on`; an open end is unknown or not yet."""
    return (
        Q(**{f"{prefix}valid_from__isnull": True})
        | Q(**{f"{prefix}valid_from__lte": on})
    ) & (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on}))


def with_sort_key(
    named: "ProvinceName | Organisation", kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Let the key that lists sort by follow the name, in a partial save too."""
    named.sort_key = sort_key(named.name)
    fields = kwargs.get("update_fields")
    if fields is not None and "name" in fields:
        return kwargs | {"update_fields": {*fields, "sort_key"}}
    return kwargs


def forbid_ending_before_beginning(
    named: "Province | ProvinceName | Organisation",
) -> None:
    if named.valid_from and named.valid_to and named.valid_to < named.valid_from:
        message = _("The last day comes before the first.")
        raise ValidationError({"valid_to": message})


def leads_back(row: models.Model, link: str) -> bool:
    """Say whether a link followed from row to row comes back to this one: one query."""
    rows = type(row)._default_manager.filter(**{f"{link}__isnull": False})
    links = dict(rows.order_by().values_list("pk", f"{link}_id"))
    return comes_to(row.pk, getattr(row, f"{link}_id"), links)


def comes_to(end: int | None, start: int | None, links: dict[int, int]) -> bool:
    """Follow the links; a loop among others ends the walk too."""
    seen = set()
    while start is not None and start not in seen:
        if start == end:
            return True
        seen.add(start)
        start = links.get(start)
    return False
