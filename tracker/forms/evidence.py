"""Choosing files as evidence."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.services.evidence_files import Upload
from tracker.services.file_types import ACCEPTED, clean_file_name, recognise_type


def describe_limits() -> str:
    words = _(
        "PDF, images, Word, Excel, PowerPoint; at most %(number)s files of"
        " %(size)s each."
    )
    size = filesizeformat(settings.EVIDENCE_MAX_BYTES)
    return words % {"number": settings.EVIDENCE_MAX_FILES, "size": size}


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class EvidenceFilesField(forms.FileField):
    """Several files at once, each known by its content; gives a tuple of uploads."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Evidence: files"))
        kwargs.setdefault("help_text", lazy(describe_limits, str)())
        super().__init__(required=False, **kwargs)
        endings = ",".join(f".{ending}" for ending in ACCEPTED)
        self.widget.attrs["accept"] = endings

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Let a form that comes back say what was chosen."""
        return data

    def clean(self, data: Any, initial: Any = None) -> tuple[Upload, ...]:
        if not data:
            return ()
        if len(data) > settings.EVIDENCE_MAX_FILES:
            message = _("Choose at most %(number)s files at once.")
            raise ValidationError(message % {"number": settings.EVIDENCE_MAX_FILES})
        uploads, errors = [], []
        for file in data:
            try:
                uploads.append(read_upload(file))
            except ValidationError as refusal:
                said = {"name": clean_file_name(file.name or "")}
                errors += [f"{said['name']}: {one}" for one in refusal.messages]
        if errors:
            raise ValidationError(errors)
        return tuple(uploads)


def read_upload(file: UploadedFile) -> Upload:
    """Look at the size and the content of a chosen file."""
    limit = settings.EVIDENCE_MAX_BYTES
    if (file.size or 0) > limit:
        message = _("The file is larger than %(size)s.")
        raise ValidationError(message % {"size": filesizeformat(limit)})
    name = clean_file_name(file.name or "")
    return Upload(file, name, recognise_type(file, name))
