"""Two servers behind a proxy are one product: no process keeps what the other needs.

They share the database, the storage of evidence and the secret key, nothing else, and
every second request of the same person lands on the other one.
"""

import re
import time
from uuid import uuid4

import boto3
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.utils import timezone
from moto.server import ThreadedMotoServer

from provinces.models import Organisation
from tests.admin_forms import Filled, page_of
from tests.factories import make_recommendation
from tests.office import PDF
from tests.tracker.test_services_evidence import database_url
from tests.two_servers import Proxy, Visitor, environment_of_servers, two_servers
from tracker.models import Evidence, Job, Report, SavedView
from tracker.views.reports import MOST_AT_ONCE

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "mật khẩu của kiểm thử"
LOGIN, LIST = "/accounts/login/", "/recommendations/"
BODY, NEW_NAME = "Tỉnh ủy Quảng Nam", "Ban Thường vụ Tỉnh ủy Quảng Nam"


@pytest.fixture
def kept_in_s3():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def site(lan, quan, tmp_path, kept_in_s3):
    """The proxy's port and those of the servers; people have real passwords."""
    cache.clear()
    hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    for person in (lan, quan):
        person.password = hashed
        person.save()
    environment = environment_of_servers(database_url(), kept_in_s3)
    key = {"aws_access_key_id": "kiem-thu", "aws_secret_access_key": "kiem-thu"}
    s3 = boto3.client("s3", endpoint_url=kept_in_s3, region_name="us-east-1", **key)
    s3.create_bucket(Bucket="minh-chung")
    s3.close()
    with two_servers(tmp_path, environment) as ports, Proxy(ports) as proxy:
        yield proxy.server_port, *ports
    cache.clear()


def is_out(visitor):
    return LOGIN in visitor.get(LIST).address


def test_a_person_works_through_both_servers(site, lan):
    one = make_recommendation(addressee=lan.organisation, lead=lan.organisation)
    visitor = Visitor(site[0])
    doors = [visitor.beside(port) for port in site[1:]]

    assert visitor.sign_in("lan", PASSWORD).address.endswith(f":{site[0]}/")
    assert [is_out(door) for door in doors] == [False, False]
    pages = [visitor.get(LIST) for _turn in range(4)]
    assert all(one.code in page.text for page in pages)
    static = set(re.findall(r'"(/static/[^"]+)"', pages[0].text))
    assert {visitor.get(path).status for path in static} == {200}
    assert {visitor.get(path).status for path in static} == {200}

    report_with_a_file(visitor, one)
    read_the_file(doors, one)
    save_the_filter(visitor, doors)
    rename_a_body(Visitor(site[1]), doors)

    visitor.get(LIST)
    visitor.post("/accounts/logout/", {})
    assert [is_out(door) for door in doors] == [True, True]


def report_with_a_file(visitor, one):
    form = Filled(visitor.get(one.get_absolute_url()).text).data
    fields = {
        **{name: form[name] for name in ("form_key", "version", "effective_on")},
        **{"progress": "in_progress", "note": "Đã khởi công"},
    }
    # As a name that a browser would send.
    file = type("File", (), {"name": "bc.pdf", "read": lambda self: PDF})()
    sent = visitor.send_files(
        f"{one.get_absolute_url()}progress/", fields | {"files": file}
    )
    assert "Đã khởi công" in sent.text
    # Sent again, it lands on the other server and is the same report.
    again = visitor.send_files(
        f"{one.get_absolute_url()}progress/", fields | {"files": file}
    )
    assert "Đã khởi công" in again.text
    assert one.updates.count() == 1


def read_the_file(doors, one):
    row = Evidence.objects.get()
    for door in doors:
        assert row.file_name in door.get(one.get_absolute_url()).text
        address = f"{one.get_absolute_url()}evidence/{row.sequence}/"
        assert door.get(address).content == PDF


def save_the_filter(visitor, doors):
    visitor.get(f"{LIST}?progress=in_progress")
    fields = {"name": "Đang làm", "query": "progress=in_progress"}
    form = Filled(visitor.get(f"{LIST}views/new/?progress=in_progress").text).data
    # What happened is said once, on the page that the other server makes.
    assert "Đã lưu bộ lọc" in visitor.post(f"{LIST}views/new/", form | fields).text
    assert SavedView.objects.get().name == "Đang làm"
    for door in doors:
        assert "Đang làm" in door.get(LIST).text


def rename_a_body(administrator, doors):
    """Change the register at one server; both know it at once."""
    assert all(BODY in door.get(LIST).text for door in doors)
    administrator.sign_in("quan", PASSWORD)
    address = page_of(Organisation.objects.get(name=BODY))
    form = Filled(administrator.get(address).text).data
    administrator.post(address, form | {"name": NEW_NAME})
    for door in doors:
        assert NEW_NAME in door.get(LIST).text


def test_guessing_at_both_servers_is_counted_together(site):
    guesser = Visitor(site[0])
    guesser.get(LOGIN)

    for _ in range(5):
        assert guesser.try_password("lan", "sai").status == 200

    # One at each: neither lets the right password in any more.
    for _server in site[1:]:
        guesser.try_password("lan", PASSWORD)
        assert is_out(guesser)
        guesser.get(LOGIN)


def test_a_report_made_beside_one_server_is_had_from_both(site, lan):
    for _ in range(MOST_AT_ONCE + 1):
        make_recommendation(addressee=lan.organisation)
    visitor = Visitor(site[0])
    visitor.sign_in("lan", PASSWORD)
    visitor.get(LIST)
    fields = {"form_key": uuid4(), "query": f"as_of={timezone.localdate()}"}

    waiting = visitor.post("/reports/keep/", fields)

    assert Job.objects.get().get_absolute_url() in waiting.address
    until = time.monotonic() + 60
    while "/jobs/" in (page := visitor.get(waiting.address)).address:
        assert time.monotonic() < until, page.text
        time.sleep(0.5)
    kept = Report.objects.get()
    assert kept.get_absolute_url() in page.address
    files = {
        visitor.beside(port).get(f"{kept.get_absolute_url()}report.docx").content
        for port in site[1:]
    }
    assert len(files) == 1
    assert files.pop().startswith(b"PK")
