"""Files of evidence: kept whole with their rows or not at all, and found when wrong."""

import ast
import hashlib
import os
import subprocess
import sys
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from moto.server import ThreadedMotoServer

from tests.factories import make_recommendation
from tests.office import PDF
from tracker.choices import Progress
from tracker.models import Evidence, Recommendation, StatusUpdate, Submission
from tracker.services import progress as services
from tracker.services.evidence import Proof
from tracker.services.evidence_files import (
    SuspiciousSweepError,
    Upload,
    evidence_storage,
    files_follow_rows,
    find_file_faults,
    sweep,
)
from tracker.services.progress import record_progress
from tracker.services.submissions import Stamp
from tracker.services.verification import find_faults
from tracker.settings import DATA_DIR, STATIC_ROOT, STORAGES

LATER = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A folder of evidence for one test alone."""
    local = settings.STORAGES["evidence"] | {"OPTIONS": {"location": tmp_path / "kept"}}
    settings.STORAGES = settings.STORAGES | {"evidence": local}
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path / "kept"


@pytest.fixture
def asked(quang_nam_committee):
    return make_recommendation(addressee=quang_nam_committee)


def upload(content=PDF, name="Báo cáo.pdf"):
    return Upload(ContentFile(content, name), name, "application/pdf")


def record(recommendation, *files, by, **fields):
    saved = Recommendation.objects.get(pk=recommendation.pk)
    fields = {
        "progress": Progress.COMPLETED,
        "effective_on": date(2024, 7, 1),
        "note": "",
        "proof": Proof(files=files),
        "corrects": None,
        "spoken_for": by.organisation,
        "stamp": Stamp(uuid4(), saved.version),
    } | fields
    return record_progress(recommendation, **fields, by=by)


def names_in(folder):
    return sorted(os.listdir(folder)) if folder.exists() else []


def counts():
    models = (StatusUpdate, Evidence, Submission)
    return [model.objects.count() for model in models]


# -- kept ---------------------------------------------------------------------------


def test_a_file_alone_proves_and_each_has_a_row_of_its_own(lan, asked, folder):
    files = [upload(), upload(PDF + b"2", "Phụ lục.pdf")]

    update = record(asked, *files, proof=Proof("12-BC/TU", files=tuple(files)), by=lan)
    record(asked, upload(PDF + b"3"), by=lan)

    typed, first, second = update.evidence.order_by("sequence")
    assert (typed.document_number, typed.file_key) == ("12-BC/TU", "")
    assert (first.file_name, second.file_name) == ("Báo cáo.pdf", "Phụ lục.pdf")
    assert (second.document_number, second.url) == ("", "")
    assert second.sha256 == hashlib.sha256(PDF + b"2").hexdigest()
    assert (second.file_size, second.file_type) == (len(PDF) + 1, "application/pdf")
    assert (folder / second.file_key).read_bytes() == PDF + b"2"
    assert (folder / second.file_key).stat().st_mode & 0o777 == 0o600
    rows = Evidence.objects.exclude(file_key="")
    assert names_in(folder) == sorted(row.file_key for row in rows)
    assert [*find_faults(), *find_file_faults()] == []


def test_files_lie_outside_all_that_is_served():
    kept = STORAGES["evidence"]["OPTIONS"]["location"]

    assert kept == DATA_DIR / "evidence"
    assert not kept.is_relative_to(STATIC_ROOT)
    assert not project.MEDIA_ROOT


# -- not kept -----------------------------------------------------------------------


@pytest.mark.parametrize("step", ["keep_state", "remember_act"])
def test_what_fails_after_the_write_leaves_neither_row_nor_file(
    lan, asked, folder, monkeypatch, step
):
    seen = []

    def fail(*args, **kwargs):
        seen.extend(names_in(folder))
        raise RuntimeError("the disk of the database is full")

    monkeypatch.setattr(services, step, fail)
    with pytest.raises(RuntimeError):
        record(asked, upload(), upload(), by=lan)

    assert len(seen) == 2
    assert names_in(folder) == []
    assert counts() == [0, 0, 0]


def test_a_second_file_that_fails_takes_the_first_along(
    lan, asked, folder, monkeypatch
):
    folder.mkdir()
    # File, folder, then the second file.
    answers = iter([None, None, OSError("No space left on device")])

    def sync(handle):
        if error := next(answers):
            raise error

    monkeypatch.setattr("tracker.services.storage.os.fsync", sync)
    with pytest.raises(ValidationError) as refusal:
        record(asked, upload(), upload(), by=lan)

    assert set(refusal.value.error_dict) == {"files"}
    assert names_in(folder) == []
    assert counts() == [0, 0, 0]


@pytest.mark.parametrize("is_undone", [True, False])
def test_a_file_stays_exactly_when_its_row_does(lan, asked, folder, is_undone):
    """The answer to COMMIT may be lost although it was done."""
    with pytest.raises(ConnectionError), files_follow_rows():
        with transaction.atomic():
            record(asked, upload(), by=lan)
            transaction.set_rollback(is_undone)
        raise ConnectionError

    rows = Evidence.objects.values_list("file_key", flat=True)
    assert names_in(folder) == [*rows]
    assert len(rows) == (0 if is_undone else 1)


# What attaches proof, and what only services call that take files back.
INNER = {"attach_proof", "add_update", "_keep_answer", "_correct"}


def test_every_service_that_attaches_proof_takes_files_back():
    careless = []
    for path in Path(project.BASE_DIR, "tracker", "services").glob("*.py"):
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name in INNER:
                continue
            body = ast.unparse(node.body)
            if not any(f"{call}(" in body for call in INNER):
                continue
            first = [ast.unparse(one) for one in node.decorator_list[:1]]
            if first != ["files_follow_rows()"]:
                careless.append(f"{path.name}: {node.name}")

    assert careless == []


STOPPED = """
import sys, time, uuid, datetime
import django
django.setup()
from django.core.files.base import ContentFile
from provinces.models import User
from tracker.models import Recommendation
from tracker.services import progress, storage
from tracker.services.evidence import Proof
from tracker.services.evidence_files import Upload
from tracker.services.submissions import Stamp

def wait(*args, **kwargs):
    print("now", flush=True)
    time.sleep(60)

if sys.argv[1] == "before the commit":
    progress.remember_act = wait
else:
    storage.os.fsync = wait
user, one = User.objects.get(username="lan"), Recommendation.objects.get()
upload = Upload(ContentFile(b"%PDF-" * 99, "a.pdf"), "a.pdf", "application/pdf")
progress.record_progress(
    one, progress="completed", effective_on=datetime.date(2024, 7, 1), note="",
    proof=Proof(files=(upload,)), corrects=None, spoken_for=user.organisation,
    stamp=Stamp(uuid.uuid4(), one.version), by=user,
)
"""


def database_url():
    saved = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{saved['NAME']}"
    # The host may be the folder of a socket.
    host = saved["OPTIONS"].get("host") or saved["HOST"] or "localhost"
    place = {"host": host, "port": saved["PORT"] or 5432}
    user = f"{saved['USER']}:{quote(saved['PASSWORD'], safe='')}"
    return f"postgres://{user}@/{saved['NAME']}?{urlencode(place)}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["while it is written", "before the commit"])
def test_a_killed_upload_leaves_neither_row_nor_file(lan, asked, tmp_path, moment):
    lost = tmp_path / "data" / "evidence"
    lost.mkdir(parents=True)
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED, moment],
        cwd=project.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "DATA_DIR": str(tmp_path / "data"),
            "DATABASE_URL": database_url(),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout.readline() == "now\n"
        process.kill()
    left = names_in(lost)
    sweep_in_two_days(lost)

    assert counts() == [0, 0, 0]
    assert len(left) == 1
    assert left[0].endswith(".part") == (moment == "while it is written")
    assert names_in(lost) == []
    assert record(asked, upload(), by=lan).sequence == 1


def sweep_in_two_days(folder):
    storage = evidence_storage()
    storage.__dict__["location"] = str(folder)
    sweep(before=timezone.now() + 2 * LATER)
    del storage.__dict__["location"]


# -- swept --------------------------------------------------------------------------


def age(path):
    old = (timezone.now() - 2 * LATER).timestamp()
    os.utime(path, (old, old))


def test_sweep_removes_what_is_old_and_has_no_row(lan, asked, folder, tmp_path):
    record(asked, upload(), by=lan)
    kept = folder / Evidence.objects.get().file_key
    stray = [folder / "a", folder / "b.part", tmp_path / "tmp1.upload.pdf"]
    young = [folder / "c", folder / "d.part", tmp_path / "tmp2.upload.pdf"]
    other = tmp_path / "secret-key"
    for path in [*stray, *young, other]:
        path.write_bytes(b"x")
    for path in [*stray, kept, other]:
        age(path)

    said = StringIO()
    call_command("sweep_evidence", stdout=said)

    assert not [path for path in stray if path.exists()]
    assert all(path.exists() for path in [*young, kept, other])
    assert said.getvalue().splitlines()[-1] == "3 files removed."


def test_sweep_stops_where_the_database_is_another_one(db, folder):
    folder.mkdir()
    for number in range(11):
        (folder / f"{number}").write_bytes(b"x")
        age(folder / f"{number}")

    with pytest.raises(SuspiciousSweepError):
        sweep(before=timezone.now())
    with pytest.raises(CommandError, match="Nothing removed"):
        call_command("sweep_evidence")
    assert len(names_in(folder)) == 11


# -- proven -------------------------------------------------------------------------


def test_a_changed_and_a_missing_file_are_found(lan, asked, folder):
    record(asked, upload(), upload(PDF + b"2"), upload(PDF + b"3"), by=lan)
    first, second, _third = Evidence.objects.order_by("sequence")
    (folder / first.file_key).write_bytes(PDF.replace(b"Root", b"Toor"))
    (folder / second.file_key).unlink()

    faults = list(find_file_faults())

    where = f"{asked.code}, history row"
    assert faults == [
        f"{where} 2: its file {first.file_key} is not what was recorded.",
        f"{where} 3: its file {second.file_key} is missing.",
    ]
    with pytest.raises(CommandError, match="2 faults"):
        call_command("verify_history", stderr=StringIO())
    call_command("verify_history", "--without-files", stdout=StringIO())


# -- S3 -----------------------------------------------------------------------------


@pytest.fixture
def bucket(settings, monkeypatch):
    """A bucket of a local server that speaks S3, as the one setting names it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "kiem-thu")
    settings.AWS_STORAGE_BUCKET_NAME = "minh-chung"
    settings.AWS_S3_ENDPOINT_URL = f"http://{host}:{port}"
    settings.AWS_S3_REGION_NAME = "us-east-1"
    s3 = {"BACKEND": "storages.backends.s3.S3Storage"}
    settings.STORAGES = settings.STORAGES | {"evidence": s3}
    made = evidence_storage().connection.create_bucket(Bucket="minh-chung")
    yield made
    server.stop()


def test_an_s3_server_keeps_gives_verifies_and_is_swept(
    lan, asked, bucket, sign_in, monkeypatch
):
    record(asked, upload(), by=lan)
    row = Evidence.objects.get()
    monkeypatch.setattr(services, "remember_act", None)
    with pytest.raises(TypeError):
        record(asked, upload(PDF + b"2"), by=lan)

    assert [one.key for one in bucket.objects.all()] == [row.file_key]
    address = f"{asked.get_absolute_url()}evidence/{row.sequence}/"
    answer = sign_in(lan).get(address)
    assert answer.getvalue() == PDF
    assert answer["Content-Length"] == str(len(PDF))
    assert list(find_file_faults()) == []

    bucket.put_object(Key="la", Body=b"x")
    assert sweep(before=timezone.now() - LATER) == []
    assert sweep(before=timezone.now() + LATER) == ["la"]
    bucket.put_object(Key=row.file_key, Body=b"x")
    assert "is not what was recorded" in next(find_file_faults())
    bucket.Object(row.file_key).delete()
    assert "is missing" in next(find_file_faults())
    assert sign_in(lan).get(address).status_code == 404


@pytest.mark.parametrize(
    ("bucket", "expected"),
    [("", "WholeFileStorage False"), ("minh-chung", "S3Storage True")],
)
def test_the_library_of_s3_is_loaded_only_with_a_bucket(folder, bucket, expected):
    code = (
        "import django; django.setup(); import sys;"
        "from django.core.files.storage import storages as s; import tracker.urls;"
        "print(type(s['evidence']).__name__, 'boto3' in sys.modules)"
    )
    base = {"DJANGO_SETTINGS_MODULE": "tracker.settings", "DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project.BASE_DIR,
        env=os.environ | base | {"EVIDENCE_S3_BUCKET": bucket},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == expected, done.stderr
