"""What the server says of typed text that browsers keep: what was sent, who left."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.factories import make_recommendation
from tracker.choices import Progress


@pytest.fixture
def asked(lan):
    return make_recommendation(addressee=lan.organisation)


def form(one, **fields):
    return {
        "form_key": str(uuid4()),
        "version": one.version,
        "progress": Progress.IN_PROGRESS,
        "effective_on": "26/06/2024",
    } | fields


def send(client, one, sent, **headers):
    return client.post(f"{one.get_absolute_url()}progress/", sent, headers=headers)


def word(answer):
    found = answer.cookies.get("drafts")
    return found.value if found else None


def test_an_accepted_form_is_named_also_when_it_comes_again(sign_in, lan, asked):
    sent = form(asked)

    answers = [send(sign_in(lan), asked, sent) for _time in "12"]

    assert [one.status_code for one in answers] == [302, 302]
    assert [word(one) for one in answers] == [f"sent.{sent['form_key']}"] * 2
    cookie = answers[0].cookies["drafts"]
    # A script has to read it; it goes with the window.
    assert not cookie["httponly"]
    assert (cookie["samesite"], cookie["max-age"]) == ("Lax", "")


def test_a_form_that_was_not_accepted_is_not_named(sign_in, lan, hoa, asked):
    refused = [
        send(sign_in(lan), asked, form(asked, effective_on="x")),
        send(sign_in(lan), asked, form(asked, version=99)),
        send(sign_in(hoa), asked, form(asked)),
        send(Client(), asked, form(asked)),
    ]

    assert [one.status_code for one in refused] == [422, 409, 404, 401]
    assert [word(one) for one in refused] == [None] * 4


def test_only_a_key_is_ever_named(sign_in, lan):
    client = sign_in(lan)

    answers = [
        client.post("/calendar/stop/", {"form_key": "a; domain=evil.example"}),
        client.post("/calendar/stop/"),
        client.get("/calendar/stop/"),
    ]

    assert [one.status_code for one in answers] == [302] * 3
    assert [word(one) for one in answers] == [None] * 3


def test_whoever_signs_out_is_named(sign_in, lan):
    client = sign_in(lan)

    assert word(client.get("/accounts/logout/")) is None
    assert word(client.post("/accounts/logout/")) == f"left.{lan.pk}"
    assert word(client.post("/accounts/logout/")) is None


def test_a_session_that_ended_leads_back_to_where_it_was(asked):
    answer = Client().post("/answers/several/?code=QNA-24-01", form(asked))

    assert "?next=/answers/several/%3Fcode%3DQNA-24-01" in answer.content.decode()
