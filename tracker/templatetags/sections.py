"""Where in the product a page stands: its section's name, icon and breadcrumbs."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.addresses import find_list, show_list, within_list

register = template.Library()


@dataclass(frozen=True)
class Section:
    """A part of the product: its first page, and the nouns whose pages it holds.

    A noun is the first word of a route's name.
    """

    route: str
    label: str | Promise
    icon: str
    nouns: frozenset[str]

    @property
    def address(self) -> str:
        return reverse(self.route)


SECTIONS = [
    Section(route, label, icon, frozenset(nouns.split()))
    for route, label, icon, nouns in (
        (
            "resolution-list",
            _("Resolutions"),
            "resolution",
            "resolution indicator observation",
        ),
        (
            "recommendation-list",
            _("Recommendations"),
            "recommendation",
            "recommendation bulk saved answer follow difficulty evidence",
        ),
        ("province-list", _("Provinces"), "province", "province"),
        (
            "session-list",
            _("Working sessions"),
            "session",
            "session participation finding",
        ),
        ("document-list", _("Documents"), "document", "document passage data"),
        ("report-list", _("Reports"), "report", "report job"),
        (
            "confirmation-queue",
            _("To be confirmed"),
            "recommendation",
            "confirmation",
        ),
        ("reminder-list", _("Reminders"), "recommendation", "reminder letter"),
    )
]

# What lists are called on the way back to them, also those beside the sections.
LIST_NAMES: dict[str, str | Promise] = {
    **{one.route: one.label for one in SECTIONS},
    "my-work": _("My work"),
    "search": _("Search"),
}


def find_section(route: str) -> Section | None:
    """Give the section that a route belongs to; None for pages beside them all."""
    noun = route.partition("-")[0]
    return next((one for one in SECTIONS if noun in one.nouns), None)


def _route_of(context: Context) -> str:
    """Name the route of the page; pages of what went wrong may have none."""
    match = getattr(context.get("request"), "resolver_match", None)
    return (match and match.url_name) or ""


@register.simple_tag(takes_context=True)
def section_icon(context: Context) -> str:
    """Give the address of the picture in the tab of the browser."""
    section = find_section(_route_of(context))
    name = f"icon-{section.icon}" if section else "icon"
    return static(f"tracker/{name}.svg")


@register.simple_tag(takes_context=True)
def section_title(context: Context) -> str | Promise:
    """Name the section in the title of a page below it; its first page says it."""
    route = _route_of(context)
    section = find_section(route)
    return section.label if section and section.route != route else ""


@register.simple_tag(takes_context=True)
def row_address(context: Context, route: str, address: str, *anchor: Any) -> str:
    """Give the address of a row so that its page leads back to the list shown here.

    The parts of its `anchor` say to which place in the list.
    """
    place = "-".join(f"{part}" for part in anchor)
    return show_list(context["request"], route, place).lead_to(address)


@register.inclusion_tag("components/breadcrumbs.html", takes_context=True)
def breadcrumbs(
    context: Context,
    *,
    name: Any = "",
    here: str | Promise = "",
    above: str = "",
    above_name: Any = "",
    section: str = "",
    list_address: str = "",
) -> dict[str, Any]:
    """Show the way from the list that the page was opened from, or its section's.

    The page is called by a `name` from the database or by words, `here`; `above` is
    the address of the row between. The list may be that of a `list_address`.
    """
    found, request = find_section(section or _route_of(context)), context["request"]
    shown = None if list_address else find_list(request)
    if shown:
        list_address = shown.address
    elif found:
        list_address = list_address or within_list(request, found.address)
        # In a list that somebody came through, back to its row.
        if (code := name or above_name) and "?" in list_address:
            list_address += f"#{code}"
    return {
        "list_name": LIST_NAMES[shown.route] if shown else found and found.label,
        "list_address": list_address,
        "above": above and within_list(request, above),
        "above_name": above_name,
        "name": name,
        "here": here,
    }
