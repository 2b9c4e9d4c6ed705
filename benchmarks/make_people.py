"""Make as many people as are asked for, and sessions for all of them; print as JSON.

    python -m benchmarks.make_people 200

One in ten coordinates, the others report for the bodies that lead something. They are
signed in by rows of the session table: two hundred passwords would cost a minute of
hashing. Their password is for those few who sign in while it is measured. All say "mẫu"
in their names; a second run makes only those that are missing.
"""

import json
import secrets
import sys
from collections.abc import Iterator
from itertools import cycle, islice

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from provinces.choices import Role  # noqa: E402
from provinces.models import Organisation, User  # noqa: E402
from provinces.models.validity import in_force  # noqa: E402
from tracker.models import Recommendation  # noqa: E402

COORDINATORS = 10


def make_people(number: int, password: str) -> list[User]:
    """Make who is missing; all have the password."""
    kept = make_password(password)
    names = [f"tai-{one:03d}" for one in range(1, number + 1)]
    there = {one.username for one in User.objects.filter(username__in=names)}
    places = islice(find_places(), number)
    for name, (role, body) in zip(names, places, strict=True):
        if name not in there:
            User.objects.create(
                username=name,
                full_name=f"Người dùng mẫu {name}",
                organisation_id=body,
                role=role,
                password=kept,
            )
    people = User.objects.filter(username__in=names)
    people.update(password=kept)
    return list(people.order_by("username"))


def find_places() -> Iterator[tuple[str, int]]:
    """Give roles and bodies without end: those that lead most come first."""
    central = Organisation.objects.filter(oversees_all=True).earliest("pk").pk
    bodies = Organisation.objects.filter(in_force(timezone.localdate()))
    leading = Recommendation.objects.filter(lead__in=bodies, progress="in_progress")
    leads = leading.values_list("lead", flat=True).order_by("lead").distinct()
    for place, lead in enumerate(cycle(leads), start=1):
        if place % COORDINATORS == 1:
            yield Role.COORDINATOR, central
        else:
            yield Role.REPORTER, lead


def sign_in(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def find_words() -> dict[str, str]:
    """Give a resolution and a province that there is something under."""
    rows = Recommendation.objects.filter(session__isnull=False, progress="in_progress")
    one = rows.filter(source_id="").earliest("pk")
    return {
        "resolution": one.resolutions.earliest("pk").slug,
        "province": one.province.slug,
    }


if __name__ == "__main__":
    password = secrets.token_urlsafe(12)
    people = make_people(int(sys.argv[1]), password)
    found = {
        "vendor": connection.vendor,
        "rows": Recommendation.objects.count(),
        "password": password,
        "people": [(one.username, sign_in(one)) for one in people],
        "words": find_words(),
    }
    sys.stdout.write(json.dumps(found))
