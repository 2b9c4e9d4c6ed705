"""Numbers of a page that lead to the list, and what the list says to each of them."""

import re
from urllib.parse import urlsplit

from django.http import QueryDict
from django.utils import timezone

from tests.markup import Markup
from tracker.filters import RecommendationFilter

LIST = "/recommendations/"
NUMBER = re.compile(r"([\d.]+)$")


def numbers_of(html):
    """Give every number that is a link to the list, with the address it leads to."""
    links = [one for one in Markup(html).all("a") if one["href"].startswith(f"{LIST}?")]
    said = [(one["href"], NUMBER.search(one["aria-label"] or one.text)) for one in links]
    return [(href, int(n.group().replace(".", ""))) for href, n in said if n]


def faults_of_numbers(html, user):
    """Name every number that is not the number of rows it leads to."""
    today = timezone.localdate()
    for address, number in numbers_of(html):
        asked = QueryDict(urlsplit(address).query)
        chosen = RecommendationFilter(asked, user=user, on=today)
        listed = chosen.qs.count()
        if chosen.unknown or listed != number:
            yield f"{address}: {number}, the list has {listed} {chosen.unknown}"
