"""How a filter is written in addresses: of the list, of its rows, of what is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from urllib.parse import quote, unquote, urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from tracker.filters import OF_PAGE, PAGE, RecommendationFilter, is_page
from tracker.models.saved_views import write_query
from tracker.permissions import can_open_confirmations

# Names the list that a page was opened from; these lists it may name.
FROM = "from"
LISTS = frozenset(
    {
        *("recommendation-list", "document-list", "session-list", "province-list"),
        *("confirmation-queue", "my-work", "search", "report-list"),
    }
)
# An address is passed on to people for whom some lists are closed.
WHO_OPENS: dict[str, Callable[[Any], bool]] = {
    "confirmation-queue": can_open_confirmations,
    "my-work": attrgetter("is_reporter"),
}


@dataclass(frozen=True)
class ShownList:
    """A list as somebody saw it: what it was asked, and the place they left it at."""

    route: str
    query: str
    anchor: str

    @property
    def path(self) -> str:
        return reverse(self.route)

    @property
    def address(self) -> str:
        return f"{self.path}{self._seen}"

    @property
    def _seen(self) -> str:
        query, anchor = self.query, quote(self.anchor)
        return f"{query and f'?{query}'}{anchor and f'#{anchor}'}"

    def page_of(self, query: str) -> str:
        """Tell which page of it was seen, where this is what its filter asks."""
        asked = QueryDict(self.query)
        page = asked.get(PAGE, "")
        is_same = write_query(pairs_of(asked)) == query
        return page if is_same and is_page(page) else ""

    def lead_to(self, address: str) -> str:
        """Give the address of a page so that it leads back; of a list as it is."""
        target, mark, fragment = address.partition("#")
        path, asks, _query = target.partition("?")
        if path in {reverse(one) for one in LISTS}:
            return address
        written = urlencode({FROM: f"{self.route}{self._seen}"})
        return f"{target}{'&' if asks else '?'}{written}{mark}{fragment}"


def show_list(request: HttpRequest, route: str, anchor: str) -> ShownList:
    """Keep the list that a request shows, with the place of one of its rows."""
    asked = read_asked(request.GET)
    asked.pop(FROM, None)
    return ShownList(route, asked.urlencode(), anchor)


def find_list(request: HttpRequest) -> ShownList | None:
    """Give the list that a page was opened from, if its address names one to open.

    An address never names where to go: only a route of ours, and what to ask there.
    """
    named, _mark, anchor = request.GET.get(FROM, "").partition("#")
    route, _mark, query = named.partition("?")
    is_open = WHO_OPENS.get(route, lambda user: True)
    if route not in LISTS or not is_open(request.user):
        return None
    return ShownList(route, QueryDict(query).urlencode(), unquote(anchor))


def read_asked(asked: QueryDict) -> QueryDict:
    """What an address says, without the fields that were left empty."""
    said = QueryDict(mutable=True)
    for name, typed in asked.lists():
        if filled := [value for value in typed if value.strip()]:
            said.setlist(name, filled)
    return said


def query_of_rows(chosen: RecommendationFilter, page: int) -> QueryDict:
    """What the page of a row has in its address, to know the list it was in."""
    said = read_asked(chosen.asked)
    said[PAGE] = f"{page}"
    return said


def canonical_query(chosen: RecommendationFilter) -> str:
    """The filter as saved views keep it: what it means, in one way of writing."""
    return write_query(pairs_of(chosen.values))


def canonical_asked(chosen: RecommendationFilter) -> str:
    """The same of what the address says, also of what nobody knows any more."""
    return write_query(pairs_of(read_asked(chosen.asked)))


def pairs_of(values: QueryDict) -> list[tuple[str, str]]:
    """Give names and values of the filter, without what belongs to the page."""
    of_filter = [name for name in values if name not in OF_PAGE]
    return [(name, one.strip()) for name in of_filter for one in values.getlist(name)]


def within_list(request: HttpRequest, address: str) -> str:
    """Lead on within the list that somebody came through, or back to it as it was.

    A page that was opened from a row of a list names it in its address. Of the list of
    recommendations it has the query itself, the number of the page always among it.
    """
    if shown := find_list(request):
        return shown.address if address == shown.path else shown.lead_to(address)
    asked = request.GET.copy()
    # What was chosen in the list for one act is no part of the list.
    asked.pop("code", None)
    is_within = PAGE in asked and address.startswith(reverse("recommendation-list"))
    if not is_within:
        return address
    path, mark, fragment = address.partition("#")
    return f"{path}?{asked.urlencode()}{mark}{fragment}"
