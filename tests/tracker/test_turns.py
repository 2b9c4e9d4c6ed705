"""Turns at exporting: few at once, one for each person, and none is ever lost."""

import pytest
from django.core.cache import cache

from tests.factories import make_recommendation
from tests.tracker.test_exports import CSV, XLSX, bytes_of
from tracker.models import Recommendation
from tracker.reports import progress
from tracker.services import turns
from tracker.services.turns import NoTurnError, take_turn
from tracker.views import recommendations as views

pytestmark = pytest.mark.django_db
ROWS = Recommendation.objects.all()


@pytest.fixture(autouse=True)
def one_at_once(monkeypatch, db):
    cache.clear()
    monkeypatch.setattr(turns, "AT_ONCE", 1)
    monkeypatch.setattr(turns, "SHORT", 0)
    make_recommendation()
    yield
    cache.clear()


def is_free(by):
    try:
        take_turn(ROWS, by=by).end()
    except NoTurnError:
        return False
    return True


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_whoever_comes_later_waits_on_a_page_that_asks_again(sign_in, ha, lan, url):
    make_recommendation(addressee=lan.organisation)
    client, turn = sign_in(lan), take_turn(ROWS, by=ha)

    waiting = client.get(f"{url}?progress=not_started")
    turn.end()
    served = client.get(f"{url}?progress=not_started")

    assert waiting.status_code == 429
    assert waiting["Refresh"] == waiting["Retry-After"] == "10"
    text = waiting.content.decode()
    assert "Tệp phải chờ đến lượt" in text
    assert 'href="/recommendations/?progress=not_started"' in text
    assert served.status_code == 200
    assert "Refresh" not in served
    assert bytes_of(served)


def test_a_turn_lasts_until_the_last_piece_of_the_file(sign_in, ha, lan):
    response = sign_in(ha).get(CSV)
    pieces = iter(response.streaming_content)

    assert not is_free(lan)
    assert b"".join(pieces)
    assert is_free(lan)
    bytes_of(response)


def test_whoever_stops_a_download_gives_the_turn_back(sign_in, ha, lan):
    response = sign_in(ha).get(CSV)

    assert not is_free(lan)
    for close in response._resource_closers:
        close()
    assert is_free(lan)


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_an_export_that_fails_gives_the_turn_back(sign_in, ha, lan, url, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("no row can be read")

    monkeypatch.setattr(progress, "_add_chain", fail)
    make_recommendation()

    with pytest.raises(RuntimeError):
        bytes_of(sign_in(ha).get(url))

    assert is_free(lan)


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_a_report_that_cannot_be_begun_takes_no_turn(sign_in, ha, url, monkeypatch):
    def fail(*arguments, **options):
        raise RuntimeError("no report can be begun")

    monkeypatch.setattr(views, "build_progress_report", fail)

    with pytest.raises(RuntimeError):
        sign_in(ha).get(url)

    assert is_free(ha)


def test_nobody_has_two_turns(ha, lan, monkeypatch):
    monkeypatch.setattr(turns, "AT_ONCE", 2)
    take_turn(ROWS, by=ha)

    with pytest.raises(NoTurnError):
        take_turn(ROWS, by=ha)
    assert is_free(lan)


def test_short_files_take_no_turn(sign_in, ha, lan, monkeypatch):
    take_turn(ROWS, by=lan)
    make_recommendation(code_number=2)

    for most, status in ((2, 200), (1, 429)):
        monkeypatch.setattr(turns, "SHORT", most)
        response = sign_in(ha).get(CSV)
        assert response.status_code == status
        if status == 200:
            assert is_free(ha)
            bytes_of(response)


def test_each_machine_has_turns_of_its_own(ha, lan, monkeypatch):
    take_turn(ROWS, by=ha)
    assert not is_free(lan)

    monkeypatch.setattr(turns.platform, "node", lambda: "another")
    assert is_free(lan)


def test_a_turn_that_took_too_long_does_not_end_the_next(ha, lan):
    first = take_turn(ROWS, by=ha)
    # As when its time is up.
    cache.clear()
    second = take_turn(ROWS, by=lan)

    first.end()

    assert not is_free(ha)
    second.end()
    assert is_free(ha)


def test_what_a_killed_process_held_is_free_again(ha, lan, monkeypatch):
    monkeypatch.setattr(turns, "LONGEST", 0)
    take_turn(ROWS, by=ha)

    assert is_free(lan)
