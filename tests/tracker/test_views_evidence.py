"""Sending files along with a form, and getting them back."""

import re
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.factories import RAISED_ON, make_deadline, make_recommendation, make_update
from tests.office import HTML, PDF, SVG
from tracker.models import Evidence, StatusUpdate
from tracker.services.evidence import Proof, attach_proof
from tracker.services.evidence_files import Upload, evidence_storage
from tracker.services.history import refresh_cached_state


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    local = settings.STORAGES["evidence"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"evidence": local}
    return tmp_path


@pytest.fixture
def asked(quang_nam_committee, quang_nam):
    return make_recommendation(addressee=quang_nam_committee, province=quang_nam)


def typed(recommendation, *files, **fields):
    return {
        "form_key": str(uuid4()),
        "version": recommendation.version,
        "progress": "completed",
        "effective_on": f"{RAISED_ON:%d/%m/%Y}",
        "note": "Đã xong",
        "files": [SimpleUploadedFile(name, content) for name, content in files],
    } | fields


def attach(recommendation, name, content, kind, *, by):
    """Keep a file as history may hold it, whatever forms would say."""
    upload = Upload(ContentFile(content, name), name, kind)
    with transaction.atomic():
        update = make_update(recommendation, by=by)
        (row,) = attach_proof(recommendation, update, Proof(files=(upload,)))
        refresh_cached_state(recommendation)
    return row


def address(row):
    return f"{row.recommendation.get_absolute_url()}evidence/{row.sequence}/"


# -- sending ------------------------------------------------------------------------


def test_files_sent_with_a_report_stand_in_the_course_of_events(
    sign_in, lan, asked, folder
):
    client = sign_in(lan)
    files = [("Báo cáo.pdf", PDF), ("Phụ lục.pdf", PDF + b"\n" * 1234)]

    page = client.post(
        f"{asked.get_absolute_url()}progress/", typed(asked, *files), follow=True
    )

    rows = list(Evidence.objects.order_by("sequence"))
    assert [row.file_name for row in rows] == ["Báo cáo.pdf", "Phụ lục.pdf"]
    text = page.content.decode()
    for row in rows:
        assert f'href="{address(row)}"' in text
        assert f"{row.file_name}</a>" in text
    assert "1,3\xa0KB" in text
    assert client.get(address(rows[1])).getvalue() == PDF + b"\n" * 1234


def test_a_deadline_is_extended_by_a_file_alone(sign_in, ha, asked):
    make_deadline(asked, RAISED_ON, by=ha)
    asked.refresh_from_db()
    form = typed(asked, ("Công văn.pdf", PDF), due_on="31/12/2030")

    answer = sign_in(ha).post(f"{asked.get_absolute_url()}deadline/", form)

    assert answer.status_code == 302
    assert Evidence.objects.get().deadline_change.due_on.year == 2030


def test_every_upload_says_that_nothing_secret_belongs_there(sign_in, ha, asked):
    client, address, forms = sign_in(ha), asked.get_absolute_url(), {}
    for opened in ("answer", "deadline"):
        page = client.get(f"{address}?form={opened}").content.decode()
        found = re.findall(r"<form[^>]*enctype=.*?</form>", page, re.DOTALL)
        assert len(found) == page.count('type="file"') == 2
        forms |= {re.search(r'action="([^"]*)"', form)[1]: form for form in found}

    assert {*forms} == {
        f"{address}{act}/" for act in ("progress", "answer", "deadline")
    }
    for form in forms.values():
        assert 'enctype="multipart/form-data"' in form
        assert 'type="file"' in form and "multiple" in form
        assert "Không nhập tài liệu mật" in form


def test_refused_files_are_named_and_have_to_be_chosen_again(
    sign_in, lan, asked, folder
):
    form = typed(asked, ("Tờ trình.pdf", PDF), ("trang.html", HTML))

    answer = sign_in(lan).post(f"{asked.get_absolute_url()}progress/", form)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["progress_form"].errors == {
        "files": ["trang.html: Loại tệp này không được nhận."]
    }
    assert "Hãy chọn lại tệp" in text
    assert "Tờ trình.pdf, trang.html" in text
    assert "Đã xong</textarea>" in text
    assert list(folder.iterdir()) == []
    assert not StatusUpdate.objects.exists()


def test_a_conflict_names_the_files_that_were_chosen(sign_in, lan, asked, folder):
    form = typed(asked, ("Tờ trình.pdf", PDF), version=asked.version + 1)

    answer = sign_in(lan).post(f"{asked.get_absolute_url()}progress/", form)

    assert answer.status_code == 409
    words = dict(answer.context["typed"].in_words())
    assert words["Minh chứng: tệp đính kèm"] == "Tờ trình.pdf"
    assert list(folder.iterdir()) == []


def test_more_than_all_files_together_is_not_read(sign_in, lan, asked, settings):
    settings.EVIDENCE_MAX_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100, 1000
    client = sign_in(lan)
    url = f"{asked.get_absolute_url()}progress/"

    too_much = client.post(url, typed(asked, ("to.pdf", PDF * 100)))
    one_too_large = client.post(url, typed(asked, ("to.pdf", PDF * 2)))

    assert too_much.status_code == 413
    assert "tối đa 25 MB" in too_much.content.decode()
    assert one_too_large.status_code == 422


# -- getting ------------------------------------------------------------------------

HOSTILE = [
    ('Quyết định “số 5”; x="1".pdf', PDF, "application/pdf", "application/pdf"),
    ("a.svg", SVG, "image/svg+xml", "application/octet-stream"),
    ("a.html", HTML, "text/html", "application/octet-stream"),
    ("a.xml", HTML, "", "application/octet-stream"),
]


@pytest.mark.parametrize(("name", "content", "kind", "served_as"), HOSTILE)
def test_files_are_served_so_that_nothing_in_them_runs(
    sign_in, minh, lan, asked, name, content, kind, served_as
):
    row = attach(asked, name, content, kind, by=lan)

    answer = sign_in(minh).get(address(row))

    assert answer.status_code == 200
    assert answer.getvalue() == content
    assert answer["Content-Type"] == served_as
    assert answer["Content-Length"] == str(len(content))
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'none'"} == set(policy)
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    said = answer["Content-Disposition"]
    assert said.startswith("attachment; ")
    encoded = re.search(r"filename\*=utf-8''(\S+)", said)
    assert (unquote(encoded[1]) if encoded else said[22:-1]) == name


def test_files_are_for_who_sees_the_recommendation(
    sign_in, ha, lan, hoa, minh, client, asked
):
    row = attach(asked, "a.pdf", PDF, "application/pdf", by=lan)
    update = row.update
    elsewhere = make_recommendation(lead=hoa.organisation)
    swapped = f"{elsewhere.get_absolute_url()}evidence/{row.sequence}/"
    no_file = f"{asked.get_absolute_url()}evidence/{update.sequence}/"

    for person, expected in {ha: 200, lan: 200, minh: 200, hoa: 404}.items():
        answer = sign_in(person).get(address(row))
        assert answer.status_code == expected, person
        assert (PDF in answer.getvalue()) == (expected == 200)
    for wrong in (
        swapped,
        no_file,
        address(row).replace(f"/{row.sequence}/", f"/{9**40}/"),
    ):
        assert sign_in(hoa if wrong is swapped else lan).get(wrong).status_code == 404
    assert client.get(address(row)).status_code == 302
    assert sign_in(lan).post(address(row)).status_code == 405


def test_a_missing_file_is_said_and_logged(sign_in, lan, asked, caplog):
    row = attach(asked, "Báo cáo.pdf", PDF, "application/pdf", by=lan)
    evidence_storage().delete(row.file_key)

    answer = sign_in(lan).get(address(row))

    text = answer.content.decode()
    assert answer.status_code == 404
    assert "Không tìm thấy tệp" in text
    assert "Báo cáo.pdf" in text
    assert row.file_key not in text
    assert [one.levelname for one in caplog.records if row.file_key in one.message] == [
        "ERROR"
    ]
