"""`manage.py report`: the same report, with the rights of the user, for a timer."""

import hashlib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_organisation
from tracker.models import Report, ReportFile


def report(tmp_path, *, name="report.docx", **options):
    out = StringIO()
    path = tmp_path / name
    options = {"user": "ha", "as_of": "2025-06-30", **options}
    call_command("report", output=path, stdout=out, **options)
    return path


def test_writes_the_bytes_that_are_kept(tmp_path, ha, moved):
    for kind in ("docx", "pdf", "xlsx", "csv"):
        path = report(tmp_path, name=f"a.{kind}", format=kind, resolution=["23-nq-tw"])

        file = ReportFile.objects.filter(format=kind).latest("pk")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "a.csv",
        "a.docx",
        "a.pdf",
        "a.xlsx",
    ]
    assert Report.objects.latest("pk").author == ha


def test_has_the_rights_of_the_user(tmp_path, ha, hoa, moved):
    with pytest.raises(CommandError, match="no recommendation"):
        report(tmp_path, user="hoa")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"user": "nobody"}, "no active user"),
        ({"as_of": "2999-01-01"}, "no day that has come"),
        ({"as_of": "31.6.2025"}, "no day that has come"),
        ({"resolution": ["99-nq-tw"]}, "Unknown: resolution=99-nq-tw"),
        ({"form": "state"}, "have the party form"),
        ({"issuer": "999999"}, "--issuer"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    tmp_path,
    ha,
    moved,
    options,
    said,
):
    with pytest.raises(CommandError, match=said):
        report(tmp_path, **options)

    assert not list(tmp_path.iterdir())
    assert not Report.objects.exists()


def test_a_pdf_of_too_many_rows_is_refused(
    tmp_path,
    ha,
    moved,
    monkeypatch,
):
    monkeypatch.setattr("tracker.services.reports.MOST_PDF_ROWS", 0)

    with pytest.raises(CommandError, match="ask for xlsx"):
        report(tmp_path, format="pdf")


def test_another_body_gives_the_other_form(tmp_path, ha, moved):
    ministry = make_organisation("Bộ Công Thương")
    report(tmp_path, form="state", issuer=str(ministry.pk))

    assert Report.objects.get().form == "state"
