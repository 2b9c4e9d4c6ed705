"""Saved views above the list: which one is shown, and what of it holds no longer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from provinces.folding import sort_key
from provinces.models import User
from provinces.succession import (
    OrganisationNames,
    name_organisations,
    register_of,
)
from tracker.addresses import canonical_asked, canonical_query, pairs_of
from tracker.filter_words import describe_filter
from tracker.filters import FILTER_LABELS, RecommendationFilter
from tracker.models import SavedView
from tracker.models.reference_names import ReferenceNames
from tracker.models.saved_views import write_query

SHOWN = 7
BODIES = ("lead", "addressee")


@dataclass(frozen=True)
class Follower:
    """A body that ended and the one that followed it, with addresses that ask so."""

    ended: str
    present: str
    instead: str
    beside: str


@dataclass(frozen=True)
class Line:
    """A saved view as the list of them shows it: what it asks, what of it is gone."""

    view: SavedView
    in_words: str
    gone: str
    ended: tuple[str, ...]
    is_own: bool


@dataclass(frozen=True)
class Tabs:
    """The views a person sees, and the one that the present filter belongs to."""

    views: tuple[SavedView, ...]
    active: SavedView | None
    is_changed: bool
    is_all: bool

    @property
    def first(self) -> tuple[SavedView, ...]:
        return self.views[:SHOWN]

    @property
    def further(self) -> tuple[SavedView, ...]:
        return self.views[SHOWN:]

    @property
    def untouched(self) -> SavedView | None:
        """The view that is shown just as it was saved."""
        return None if self.is_changed else self.active


def list_views(user: User) -> tuple[SavedView, ...]:
    """Give the views a person sees, the own ones first, each by the alphabet."""
    visible = SavedView.objects.visible_to(user).with_list_relations(user)
    return order_views(visible, user)


def order_views(views: Iterable[SavedView], user: User) -> tuple[SavedView, ...]:
    return tuple(
        sorted(
            views,
            key=lambda one: (one.owner_id != user.pk, sort_key(one.name), one.pk),
        )
    )


def build_tabs(chosen: RecommendationFilter) -> Tabs:
    """Tell which view the filter is, or was made from: by what it asks, in any order.

    A view that asks for what this reader does not know is recognised as it was saved.
    """
    views = list_views(chosen.user)
    written = {canonical_query(chosen), canonical_asked(chosen)} - {""}
    named = next((one for one in views if f"{one.pk}" == chosen.view), None)
    equal = [one for one in views if one.query in written]
    active = named if named in equal else next(iter(equal), named)
    return Tabs(
        views=views,
        active=active,
        is_changed=active is not None and active not in equal,
        is_all=not written and active is None,
    )


def describe_views(user: User, *, on: date) -> list[Line]:
    """Say of every view a person sees what it asks for them: three queries for all."""
    queries = {view: QueryDict(view.query) for view in list_views(user)}
    sessions = [key for one in queries.values() for key in one.getlist("session")]
    names = ReferenceNames.read(user, on=on, sessions=sessions)
    asked = [
        (view, RecommendationFilter(query, user=user, on=on, names=names))
        for view, query in queries.items()
    ]
    bodies = name_organisations(
        {pk for _view, chosen in asked for pk in chosen.named_organisations},
        register_of(user),
    )
    return [
        Line(
            view=view,
            in_words=describe_filter(chosen, bodies),
            gone=name_unknown(chosen),
            ended=tuple(bodies[pk] for pk in present_bodies(chosen) if pk in bodies),
            is_own=view.owner_id == user.pk,
        )
        for view, chosen in asked
    ]


def name_unknown(chosen: RecommendationFilter) -> str:
    """Say what of a view is gone, by what was asked and the key it was asked by."""
    said = []
    for one in chosen.unknown:
        name, _mark, value = one.partition("=")
        said.append(f"{FILTER_LABELS.get(name, name)}: {value}")
    return ", ".join(said)


def present_bodies(chosen: RecommendationFilter) -> dict[int, int]:
    """Give the bodies asked for that ended, each with the one that answers today."""
    followed = {
        pk: chosen.register.present_body(pk) for pk in chosen.named_organisations
    }
    return {pk: present for pk, present in followed.items() if pk != present}


def find_followers(
    view: SavedView, chosen: RecommendationFilter, names: OrganisationNames
) -> list[Follower]:
    """Offer to ask for the bodies that followed those of a view, instead or beside."""
    return [
        Follower(
            ended=names[ended],
            present=names[present],
            instead=f"?{_ask_for(chosen, ended, [present])}&view={view.pk}",
            beside=f"?{_ask_for(chosen, ended, [ended, present])}&view={view.pk}",
        )
        for ended, present in present_bodies(chosen).items()
        if ended in names and present in names
    ]


def _ask_for(chosen: RecommendationFilter, body: int, wanted: Iterable[int]) -> str:
    pairs = []
    for name, value in pairs_of(chosen.values):
        is_body = name in BODIES and value == f"{body}"
        pairs += [(name, f"{one}") for one in wanted] if is_body else [(name, value)]
    return write_query(pairs)
