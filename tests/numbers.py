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
    found = []
    for one in Markup(html).all("a"):
        number = NUMBER.search(one["aria-label"] or one.text)
        if number and one["href"].startswith(f"{LIST}?"):
            found.append((one["href"], int(number.group().replace(".", ""))))
    return found


def faults_of_numbers(html, user):
    """Name every number that is not the number of rows it leads to."""
    today = timezone.localdate()
    # A tile and its line in the table lead to the same rows: they are asked for once.
    for address, number in dict.fromkeys(numbers_of(html)):
        asked = QueryDict(urlsplit(address).query)
        chosen = RecommendationFilter(asked, user=user, on=today)
        listed = chosen.qs.count()
        if chosen.unknown or listed != number:
            yield f"{address}: {number}, the list has {listed} {chosen.unknown}"
