"""The search of everything: a page of groups, one group whole, lines for the box."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from tracker.forms.search import SearchForm
from tracker.htmx import wants_fragment
from tracker.reports.search import NOUNS, Noun, search_everything
from tracker.reports.search_hits import Hit
from tracker.views.requests import SignedInRequest

ON_THE_PAGE, IN_THE_BOX = 10, 5
# In an address: show what was found, also where one row was named by its number.
ALL = "all"


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
    found = search_everything(request.user, query, most=ON_THE_PAGE)
    if found.only_named and not asked and ALL not in request.GET:
        return _open_named(request, found.only_named, query)
    context = {
        "form": form,
        "query": query,
        "found": found,
        "unknown": f"group={asked}"[:80] if asked and not noun else "",
    }
    return render(request, "tracker/search.html", context, status=status)


def _answer_box(request: SignedInRequest, query: str, status: int) -> HttpResponse:
    """Give the lines under the box; none while there is nothing to look for."""
    found = search_everything(request.user, query, most=IN_THE_BOX)
    context = {"suggested": None if found.is_empty else found}
    template = "tracker/_search_results.html"
    return render(request, template, context, status=status)


def _open_named(request: SignedInRequest, hit: Hit, query: str) -> HttpResponse:
    """Open the one row whose number or code was typed, and lead back to the others."""
    others = f"{reverse('search')}?{urlencode({'q': query, ALL: '1'})}"
    words = _("Opened at once: “%(query)s” is its number or code.") % {"query": query}
    link = format_html('<a href="{}">{}</a>', others, _("Other results"))
    messages.info(request, format_html("{} {}", words, link))
    return redirect(hit.address)


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
