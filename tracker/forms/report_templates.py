"""A Word template that somebody uploads for the reports of the own body."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from provinces.choices import DocumentForm
from tracker.reports.writers.template_files import PACKED_LIMIT
from tracker.services.file_types import clean_file_name


class ReportTemplateForm(forms.Form):
    """Which form it is for, and the file."""

    form = forms.ChoiceField(
        label=_("Form"), choices=DocumentForm.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("Word template (DOCX)"), help_text=_("At most 2 MB.")
    )

    def clean_file(self) -> UploadedFile:
        """Refuse a large file before anything reads it."""
        file = self.cleaned_data["file"]
        if file.size > PACKED_LIMIT:
            raise ValidationError(_("The file is larger than 2 MB."))
        return file

    @property
    def file_name(self) -> str:
        return clean_file_name(self.cleaned_data["file"].name)[:200]
