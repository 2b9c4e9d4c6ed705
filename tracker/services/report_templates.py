"""The Word templates in which a body prints its reports."""

from django.core.exceptions import ValidationError

from provinces.choices import DocumentForm
from provinces.models import User
from tracker.models import ReportTemplate
from tracker.reports.writers.template_check import check_template


def keep_template(
    content: bytes, *, form: DocumentForm, name: str, by: User
) -> ReportTemplate:
    """Print the reports of the user's body in this template from now on.

    Kept reports stay as they are. Raises ValidationError with all that is wrong in it.
    """
    if problems := check_template(content):
        raise ValidationError({"file": problems})
    return ReportTemplate.objects.create(
        organisation=by.organisation,
        form=form,
        name=name,
        content=content,
        uploaded_by=by,
    )


def take_template_back(*, form: DocumentForm, by: User) -> None:
    """Print in the shipped template again; the earlier ones are kept."""
    if form in ReportTemplate.objects.in_use(by.organisation_id):
        ReportTemplate.objects.create(
            organisation=by.organisation, form=form, content=b"", uploaded_by=by
        )
