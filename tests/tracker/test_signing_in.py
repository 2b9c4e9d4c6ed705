"""Signing in: what is open, what is private, what slows a guesser down."""

import re

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from tests.routes import address_of, route_names

LOGIN = "/accounts/login/"
PASSWORD = "mật khẩu của kiểm thử"
OPEN = {"account_login", "account_signup", "account_inactive", "readyz"}


@pytest.fixture(autouse=True)
def empty_cache(db):
    call_command("createcachetable", verbosity=0)
    cache.clear()


@pytest.mark.parametrize("name", list(route_names()))
def test_every_page_asks_strangers_to_sign_in(client, name):
    response = client.get(address_of(name))

    if name in OPEN:
        assert response.status_code == 200
    elif name == "set_language":
        assert response["Location"] == "/"
    elif name == "account_logout":
        assert response["Location"] == LOGIN
    elif name == "calendar-feed":
        # Its secret is all that it asks for, and this one is none.
        assert response.status_code == 404
    else:
        assert response.status_code in {302, 405}
        assert response.get("Location", LOGIN).startswith(LOGIN)


def test_signing_in_leads_to_the_page_that_was_asked_for(client, lan):
    data = {"login": "lan", "password": PASSWORD, "next": "/recommendations/?q=a"}

    response = client.post(LOGIN, data)

    assert response["Location"] == "/recommendations/?q=a"


def test_signing_in_never_leads_to_another_host(client, lan):
    data = {"login": "lan", "password": PASSWORD, "next": "https://evil.example/"}

    assert client.post(LOGIN, data)["Location"] == "/"


def test_an_address_that_cannot_be_read_is_led_nowhere(client, lan):
    assert client.get(LOGIN, {"next": "http://["}).status_code == 200


def test_wrong_password_and_unknown_name_read_the_same(client, lan):
    texts = {
        re.sub(r'token" value="\w+"', "", page.replace(f'"{login}"', ""))
        for login in ("lan", "khong-co")
        for page in [
            client.post(LOGIN, {"login": login, "password": "sai"}).content.decode()
        ]
    }

    assert len(texts) == 1


def test_guessing_is_slowed_even_for_the_right_password(client, lan):
    for _ in range(5):
        client.post(LOGIN, {"login": "lan", "password": "sai"})

    client.post(LOGIN, {"login": "lan", "password": PASSWORD})

    assert client.get("/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_signing_up_is_closed(client):
    data = {"username": "la", "password1": PASSWORD, "password2": PASSWORD}

    response = client.post("/accounts/signup/", data)

    assert "Không mở đăng ký" in response.content.decode()


def test_disabled_user_is_out_at_the_next_click(sign_in, lan):
    client = sign_in(lan)
    assert client.get("/recommendations/").status_code == 200

    lan.is_active = False
    lan.save()

    assert client.get("/recommendations/")["Location"].startswith(LOGIN)


def test_signing_out_needs_a_post(sign_in, lan):
    client = sign_in(lan)

    assert client.get("/accounts/logout/").status_code == 200
    client.post("/accounts/logout/")

    assert client.get("/recommendations/").status_code == 302


def test_forms_without_a_token_are_refused(lan):
    client = Client(enforce_csrf_checks=True)

    response = client.post(LOGIN, {"login": "lan", "password": PASSWORD})

    assert response.status_code == 403


def test_answers_carry_what_browsers_must_be_told(client, sign_in, lan):
    for response in (client.get(LOGIN), sign_in(lan).get("/recommendations/")):
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Frame-Options"] == "DENY"
    assert "no-store" in response["Cache-Control"]


def test_home_is_my_work_for_reporters_and_the_overview_for_others(sign_in, lan, ha):
    assert "<h1>Việc của tôi</h1>" in sign_in(lan).get("/").content.decode()
    assert sign_in(ha).get("/")["Location"] == "/overview/"
