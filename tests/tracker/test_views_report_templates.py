"""Word templates of one's own: given in, checked, used, and taken back."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from tests.kept_reports import DAY, keep
from tracker.choices import ReportFormat
from tracker.models import Report, ReportTemplate
from tracker.reports.layouts import read_template
from tracker.reports.template_fields import FIELDS
from tracker.views import report_templates

TEMPLATES = "/reports/templates/"


def own_template(words="Kính trình Bộ Chính trị"):
    """Change the shipped template as an officer would in Word."""
    document = Document(io.BytesIO(read_template("party")))
    document.paragraphs[0].insert_paragraph_before(words)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def give_in(client, content, *, name="Mẫu của Ban.docx", form="party"):
    file = SimpleUploadedFile(name, content)
    return client.post(f"{TEMPLATES}upload/", {"form": form, "file": file})


def words_of(client, page):
    content = client.get(f"{page}report.docx").content
    return [one.text for one in Document(io.BytesIO(content)).paragraphs]


def test_every_field_is_listed_with_what_it_says(sign_in, ha):
    page = sign_in(ha).get(TEMPLATES).content.decode()

    for one in FIELDS:
        assert f"<code>{one.name}</code>" in page
    assert "Mẫu có sẵn" in page


def test_the_shipped_template_is_given_to_be_changed(sign_in, ha):
    for form in ("party", "state"):
        answer = sign_in(ha).get(f"{TEMPLATES}{form}/shipped.docx")
        assert answer.content == read_template(form)
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert sign_in(ha).get(f"{TEMPLATES}other/shipped.docx").status_code == 404


def test_reports_are_printed_in_ones_own_template_until_it_is_taken_back(
    sign_in, ha, moved
):
    client = sign_in(ha)
    before = keep(client).headers["Location"]
    assert give_in(client, own_template()).headers["Location"] == TEMPLATES
    during = keep(client).headers["Location"]
    assert "Mẫu của Ban.docx" in client.get(TEMPLATES).content.decode()
    client.post(f"{TEMPLATES}party/take-back/")
    after = keep(client).headers["Location"]

    used = [
        "Kính trình Bộ Chính trị" in words_of(client, page)
        for page in (before, during, after)
    ]
    assert used == [False, True, False]
    assert "Mẫu của Ban.docx" not in client.get(TEMPLATES).content.decode()
    # What was given in is kept all the same.
    assert ReportTemplate.objects.exclude(content=b"").count() == 1


def test_what_was_given_in_can_be_taken_out_again(sign_in, ha, lan):
    client, content = sign_in(ha), own_template()
    give_in(client, content)
    own = ReportTemplate.objects.get()

    assert client.get(f"{TEMPLATES}{own.pk}.docx").content == content
    assert sign_in(lan).get(f"{TEMPLATES}{own.pk}.docx").status_code == 404


def test_a_template_of_another_body_or_form_is_not_used(sign_in, ha, lan, moved):
    give_in(sign_in(lan), own_template("Mẫu của tỉnh"))
    give_in(sign_in(ha), own_template("Mẫu Nhà nước"), form="state")

    words = words_of(sign_in(ha), keep(sign_in(ha)).headers["Location"])

    assert not {"Mẫu của tỉnh", "Mẫu Nhà nước"} & set(words)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "không phải là văn bản Word"),
        (b"", "trống"),
        (lambda: own_template("{{ header.isuer }}"), "header.isuer"),
        (lambda: own_template("{{ 7 * 7 }}"), "Không được dùng trong mẫu"),
    ],
    ids=["no document", "empty", "unknown field", "arithmetic"],
)
def test_what_is_wrong_is_said_beside_the_file_and_changes_nothing(
    sign_in, ha, content, said
):
    content = content() if callable(content) else content

    answer = give_in(sign_in(ha), content)

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not ReportTemplate.objects.exists()
    assert said in answer.content.decode()


def test_a_large_file_is_refused_unread(sign_in, ha, monkeypatch):
    monkeypatch.setattr(report_templates, "keep_template", None)

    answer = give_in(sign_in(ha), b"a" * (2 * 1024 * 1024 + 1))

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"] == ["Tệp lớn hơn 2 MB."]


def test_no_form_chosen_and_no_file_is_said(sign_in, ha):
    answer = sign_in(ha).post(f"{TEMPLATES}upload/", {"form": "x"})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"form", "file"}


def test_only_those_who_write_reports_keep_templates(sign_in, quan, minh):
    for user in (quan, minh):
        client = sign_in(user)
        assert client.get(TEMPLATES).status_code == 403
        assert give_in(client, own_template()).status_code == 403
        assert client.post(f"{TEMPLATES}party/take-back/").status_code == 403
    assert not ReportTemplate.objects.exists()


def test_letters_are_not_printed_in_it(sign_in, ha, lan, moved):
    client = sign_in(ha)
    give_in(client, own_template())
    form = {"form_key": "7f0b9a6e-0000-4000-8000-000000000001"}
    day = f"{DAY:%d/%m/%Y}"
    place = f"/reminders/{lan.organisation.pk}/letter/keep/"
    page = client.post(place, form | {"as_of": day}).headers["Location"]

    assert Report.objects.get().files.filter(format=ReportFormat.DOCX).exists()
    words = words_of(client, page)
    assert "Kính gửi: Tỉnh ủy Quảng Nam" in words
    assert "Kính trình Bộ Chính trị" not in words
