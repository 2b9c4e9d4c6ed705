"""A server process of its own, with a primary and a replica: a question on each line.

Run by `tests/streaming.py`. Each device of each person is a browser with its cookies.
"""

import json
import sys
from contextlib import ExitStack

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import close_old_connections, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from provinces.choices import OrganisationKind, Role  # noqa: E402
from provinces.models import User  # noqa: E402
from tests.factories import (  # noqa: E402
    make_organisation,
    make_province,
    make_recommendation,
    make_resolution,
    make_user,
)
from tracker.models.counts import recount  # noqa: E402

devices = {}


def make_cast():
    """Lan reports on one recommendation; Hà and Nga coordinate."""
    central = make_organisation(
        "Ban", OrganisationKind.CENTRAL_PARTY, oversees_all=True
    )
    unit = make_province("Quảng Nam", slug="49", code="49", abbreviation="QNA")
    kind = OrganisationKind.PROVINCIAL_PARTY
    committee = make_organisation("Tỉnh ủy Quảng Nam", kind, province=unit)
    make_user("ha", central, Role.COORDINATOR)
    make_user("nga", central, Role.COORDINATOR)
    make_user("lan", committee)
    resolution = make_resolution("23-nq-tw")
    make_recommendation([resolution], code_number=1, province=unit, addressee=committee)
    recount(timezone.localdate())


def answer(who, device, method, address, data):
    """Give status, content and what was asked of each database."""
    if (who, device) not in devices:
        devices[who, device] = Client(raise_request_exception=False)
        if who:
            devices[who, device].force_login(User.objects.get(username=who))
    asked = {alias: [] for alias in connections.settings}

    def note(execute, sql, params, many, context):
        asked[context["connection"].alias].append(sql)
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in asked:
            stack.enter_context(connections[alias].execute_wrapper(note))
        # As a server does before and after each request; this client does not.
        close_old_connections()
        response = getattr(devices[who, device], method)(address, data)
        content = response.getvalue().decode(errors="replace")
        close_old_connections()
    return [response.status_code, content, asked]


if __name__ == "__main__":
    settings.ALLOWED_HOSTS = ["testserver"]
    for line in sys.stdin:
        question = json.loads(line)
        said = answer(*question) if question else make_cast()
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
