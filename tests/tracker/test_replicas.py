"""Reading from a real replica: own writes are read, what others write may be late."""

import re
import uuid

import pytest
from django.conf import settings as project

from tests.streaming import Site, primary_and_replica

pytestmark = [
    pytest.mark.skipif(
        "postgresql" not in project.DATABASES["default"]["ENGINE"],
        reason="Only PostgreSQL has streaming replicas.",
    ),
    # The tables of its database are copied.
    pytest.mark.django_db,
]
ONE = "/recommendations/QNA-24-01/"
# What the primary is asked for every page: who reads it.
WHO_READS = re.compile(r'FROM "(django_session|provinces_user)"')
HOW_FAR = "pg_last_wal_replay_lsn"
LIST = "/recommendations/"
PAGES = [
    *(ONE, LIST, f"{LIST}?q=kien&timeliness=overdue", f"{LIST}?as_of=2025-01-01"),
    *("/overview/", "/my-work/", "/search/?q=quang", "/provinces/", "/provinces/49/"),
    *("/resolutions/23-nq-tw/", "/reports/", "/reports/compare/", "/reminders/"),
    *("/confirmations/", "/documents/", "/sessions/", "/recommendations/export.xlsx"),
]


@pytest.fixture(scope="module")
def pair(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), primary_and_replica() as pair:
        yield pair


@pytest.fixture(scope="module")
def sites(pair, tmp_path_factory):
    """Two server processes, as on two machines."""
    sites = [
        Site(pair.primary, pair.replica, tmp_path_factory.mktemp("data")) for _n in "12"
    ]
    sites[0].make_cast()
    yield sites
    for site in sites:
        site.stop()


@pytest.fixture
def here(sites, pair):
    pair.catch_up()
    return sites[0]


@pytest.fixture
def there(sites):
    return sites[1]


@pytest.fixture
def paused(pair, here):
    pair.pause()
    yield
    pair.resume()


def read_from_replica(answer):
    """Give what rows were read by, beside what the connection was asked and told."""
    return [
        sql
        for sql in answer.asked["replica"]
        if HOW_FAR not in sql and not sql.startswith("SET ")
    ]


def count_asked(answer, words, of="replica"):
    return len([sql for sql in answer.asked[of] if words in sql])


def report(site, note, who="lan"):
    """Record progress as a person does: from the form that the page holds."""
    version = re.search(r'name="version" value="(\d+)"', site.get(who, ONE).content)[1]
    form = {
        "form_key": str(uuid.uuid4()),
        "version": version,
        "progress": "in_progress",
        "effective_on": "26/06/2024",
        "note": note,
    }
    answer = site.post(who, f"{ONE}progress/", form)
    assert answer.status == 302, answer.content


def test_people_read_what_they_wrote_while_the_replica_waits(pair, here, there, paused):
    report(here, "Đã giao Sở Công Thương")

    for site, device in ((here, "desk"), (here, "phone"), (there, "phone")):
        own = site.get("lan", ONE, device)
        assert "Đã giao Sở Công Thương" in own.content
        assert read_from_replica(own) == []
    other = here.get("ha", ONE)
    assert other.status == 200
    assert "Đã giao Sở Công Thương" not in other.content
    assert read_from_replica(other)

    pair.resume()
    pair.catch_up()

    for site in (here, there):
        for who in ("lan", "ha"):
            seen = site.get(who, ONE)
            assert "Đã giao Sở Công Thương" in seen.content
            assert read_from_replica(seen)


def test_the_replica_is_asked_how_far_it_is_once_after_a_write(pair, here):
    report(here, "Đã khảo sát")
    pair.catch_up()

    counts = [count_asked(here.get("lan", ONE), HOW_FAR) for _page in "123"]

    assert counts == [1, 0, 0]
    assert count_asked(here.get("nga", ONE), HOW_FAR) == 0


@pytest.mark.parametrize("address", PAGES)
def test_pages_read_the_replica_alone(address, here):
    who = "lan" if address == "/my-work/" else "nga"
    here.get(who, address)

    answer = here.get(who, address)

    assert answer.status == 200
    assert read_from_replica(answer)
    assert [sql for sql in answer.asked["default"] if not WHO_READS.search(sql)] == []
    assert len(answer.asked["default"]) == 2


def test_what_is_streamed_is_read_from_the_primary(here, paused):
    report(here, "Đã lập danh mục")

    exported = here.get("nga", "/recommendations/export.csv")

    assert exported.status == 200
    assert "Đã lập danh mục" in exported.content


def test_work_under_way_is_read_from_the_primary(here):
    asked = here.get("nga", f"/jobs/{uuid.uuid4()}/")

    assert asked.status == 404
    assert count_asked(asked, "tracker_job") == 0
    assert count_asked(asked, "tracker_job", of="default") > 0


def test_the_primary_answers_when_the_replica_breaks_off(pair, here):
    assert read_from_replica(here.get("nga", ONE))
    pair.break_off()

    broken, next_one = here.get("nga", ONE), here.get("nga", ONE)

    assert (broken.status, next_one.status) == (200, 200)
    # What was asked of the replica first was asked again.
    assert [sql for sql in broken.asked["default"] if "tracker_" in sql]
    assert [sql for sql in next_one.asked["default"] if "tracker_" in sql] == []


def test_what_the_replica_does_not_know_yet_is_found(pair, here, paused):
    report(here, "Đã trình phương án")
    last = pair.ask(pair.primary, "SELECT max(sequence) FROM tracker_statusupdate")

    found = here.get("nga", f"{ONE}updates/{last}/")

    assert found.status == 200
    assert "Đã trình phương án" in found.content
    assert here.get("nga", f"{ONE}updates/{last + 1}/").status == 404


def test_a_day_that_the_replica_has_not_counted_is_read_from_the_primary(
    pair, here, there
):
    there.get("nga", LIST)
    pair.change("UPDATE tracker_countedday SET day = day - 1")
    pair.catch_up()
    pair.pause()

    try:
        first, second = here.get("ha", LIST), there.get("nga", LIST)
    finally:
        pair.resume()

    for answer in (first, second):
        assert answer.status == 200
        assert "QNA-24-01" in answer.content
    assert read_from_replica(second)
    assert count_asked(first, "LOCK TABLE", of="default") == 1
    assert count_asked(second, "LOCK TABLE", of="default") == 0


def test_the_site_goes_on_without_the_replica(pair, here, there):
    with pair.replica_stopped():
        pages = [here.get("nga", ONE), here.get("nga", LIST), here.get("nga", LIST)]
        health = here.get("", "/readyz")
        report(there, "Không có bản sao")

    assert [page.status for page in pages] == [200] * 3
    assert (health.status, health.content) == (200, "ready\nreplica unavailable\n")
    # It is not waited for again and again.
    assert read_from_replica(pages[-1]) == []
    pair.catch_up()
    health = here.get("", "/readyz")
    assert re.fullmatch(r"ready\nreplica \d+ bytes behind\n", health.content)
    assert "Không có bản sao" in there.get("lan", ONE).content
