"""How a filter is written in addresses: of the list, of its rows, of what is saved."""

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from tracker.filters import PAGE, VIEW, RecommendationFilter
from tracker.models.saved_views import write_query


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
    of_filter = [name for name in values if name not in {PAGE, VIEW}]
    return [(name, one.strip()) for name in of_filter for one in values.getlist(name)]


def within_list(request: HttpRequest, address: str) -> str:
    """Lead on within the list that somebody came through: its query goes along.

    A page that was opened from a row of the list has the query of the list in its
    address, the number of the page always among it.
    """
    asked = request.GET.copy()
    # What was chosen in the list for one act is no part of the list.
    asked.pop("code", None)
    is_within = PAGE in asked and address.startswith(reverse("recommendation-list"))
    if not is_within:
        return address
    path, mark, fragment = address.partition("#")
    return f"{path}?{asked.urlencode()}{mark}{fragment}"
