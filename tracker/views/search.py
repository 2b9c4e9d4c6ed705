"""The search of everything: a page of groups, one group whole, lines for the box."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from tracker.forms.search import SearchForm
from tracker.htmx import wants_fragment
from tracker.reports.search import NOUNS, Noun, search_everything
from tracker.views.requests import SignedInRequest

ON_THE_PAGE, IN_THE_BOX = 10, 5


@require_safe
@vary_on_headers("HX-Request")
def search(request: SignedInRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    status = 200 if form.is_valid() else 422
    query, asked = form.cleaned_data.get("q", ""), request.GET.get("group", "")
    noun = next((one for one in NOUNS if one.key == asked), None)
    if wants_fragment(request):
        return _answer_box(request, query, status)
    if noun and query:
        return _answer_group(request, noun, query)
    context = {
        "form": form,
        "query": query,
        "found": search_everything(request.user, query, most=ON_THE_PAGE),
        "unknown": f"group={asked}"[:80] if asked and not noun else "",
    }
    return render(request, "tracker/search.html", context, status=status)


def _answer_box(request: SignedInRequest, query: str, status: int) -> HttpResponse:
    """Give the lines under the box; none while there is nothing to look for."""
    found = search_everything(request.user, query, most=IN_THE_BOX)
    context = {"suggested": None if found.is_empty else found}
    template = "tracker/_search_results.html"
    return render(request, template, context, status=status)


def _answer_group(request: SignedInRequest, noun: Noun, query: str) -> HttpResponse:
    """Give everything found of one noun, page by page."""
    rows = Paginator(noun.find(request.user, query), settings.LIST_PAGE_SIZE)
    page = rows.get_page(request.GET.get("page"))
    context = {
        "query": query,
        "noun": noun,
        "page": page,
        "total": rows.count,
        "hits": noun.describe(request.user, list(page)),
    }
    return render(request, "tracker/search_group.html", context)
