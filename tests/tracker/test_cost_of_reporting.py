"""What it costs to report progress: as few statements after a long history."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_action, make_organisation, make_recommendation
from tests.factories import make_update as report
from tracker.models import StatusUpdate

# Session, person, register, row, row under its lock, history; then three are written.
MOST = 9
FRAMES = ("BEGIN", "SAVEPOINT", "RELEASE")


def statements_of(client, address, typed):
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(address, typed)
    assert answer.status_code == 302, answer.content.decode()
    asked = [one["sql"] for one in queries.captured_queries]
    return [one for one in asked if not one.startswith(FRAMES)]


@pytest.mark.parametrize("who", ["ha", "lan"], ids=["coordinator", "reporter"])
def test_reporting_costs_the_same_after_a_long_history(sign_in, ha, lan, who):
    person = {"ha": ha, "lan": lan}[who]
    client = sign_in(person)
    one = make_recommendation(lead=lan.organisation, kind="instruction")

    def cost():
        one.refresh_from_db()
        typed = {
            "form_key": uuid4(),
            "version": one.version,
            "progress": "in_progress",
            "effective_on": "01/07/2024",
            "note": "Đang làm",
            "spoken_for": lan.organisation_id,
        }
        address = f"{one.get_absolute_url()}progress/"
        return len(statements_of(client, address, typed))

    client.get(one.get_absolute_url())
    first = cost()
    for _number in range(3):
        one.refresh_from_db()
        action = make_action(one, make_organisation(), by=ha)
        report(one, by=lan)
        report(one, by=lan, action=action)

    assert cost() == first <= MOST
    assert StatusUpdate.objects.count() == 8
