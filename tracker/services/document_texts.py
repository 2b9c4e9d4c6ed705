"""The words of a document: set, replaced, taken back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from provinces.models import User
from tracker.models import Document, DocumentText
from tracker.quotations import clean_text
from tracker.services.entries import write_row
from tracker.services.submissions import Stamp, accept, open_for_writing

SET_TEXT = "text"
LARGEST_TEXT = 2 * 1024 * 1024


@transaction.atomic
def set_document_text(
    document: Document, *, text: str, stamp: Stamp, by: User
) -> Document:
    """Keep what a document says; an empty text takes it back, the history has it still.

    No quotation is changed by it. Raises EditConflictError, AlreadySubmittedError and,
    for a text larger than any document, ValidationError.
    """
    current = open_for_writing(document, stamp=stamp, act=SET_TEXT, by=by)
    text = clean_text(text)
    if len(text.encode()) > LARGEST_TEXT:
        raise ValidationError({"text": _("The text is larger than 2 MB.")})
    kept = getattr(current, "kept_text", None) or DocumentText(document=current)
    write_row(kept, {"text": text}, by=by)
    answer = current.get_absolute_url()
    accept(current, stamp=stamp, act=SET_TEXT, by=by, answer=answer)
    return current
