"""Documents, and the passages quoted from them."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from provinces.models import Organisation, Province, User
from tracker.models import Document, Passage, Resolution, WorkingSession
from tracker.services.entries import edit_row, enter_row
from tracker.services.submissions import Stamp


class DocumentValues(TypedDict):
    kind: str
    number: str
    number_as_printed: str
    title: str
    issued_on: date | None
    issuer: Organisation | None
    resolutions: Iterable[Resolution]
    sessions: Iterable[WorkingSession]
    province: Province | None
    state: str
    url: str
    note: str


class PassageValues(TypedDict):
    locator: str
    quotation: str


@transaction.atomic
def create_document(
    document: Document, *, stamp: Stamp, by: User, **values: Unpack[DocumentValues]
) -> Document:
    """Keep a new document under a key of its own."""
    return enter_row(document, {**values, "slug": stamp.key.hex}, stamp=stamp, by=by)


@transaction.atomic
def edit_document(
    document: Document, *, stamp: Stamp, by: User, **values: Unpack[DocumentValues]
) -> Document:
    """Keep an edit of a document, with who and when (product rules §3)."""
    return edit_row(document, values, stamp=stamp, by=by)


@transaction.atomic
def create_passage(
    passage: Passage, *, stamp: Stamp, by: User, **values: Unpack[PassageValues]
) -> Passage:
    """Quote one more passage of the document that the new row names."""
    _check_quotation(values["quotation"])
    slug = f"p-{stamp.key.hex}"
    return enter_row(passage, {**values, "slug": slug}, stamp=stamp, by=by)


@transaction.atomic
def edit_passage(
    passage: Passage, *, stamp: Stamp, by: User, **values: Unpack[PassageValues]
) -> Passage:
    """Keep an edit of a passage; what is searched by its quotation follows."""
    _check_quotation(values["quotation"])
    return edit_row(passage, values, stamp=stamp, by=by)


def _check_quotation(quotation: str) -> None:
    """A quotation is kept as typed, spaces too; of spaces alone there is none."""
    if not quotation.strip():
        raise ValidationError({"quotation": _("Give the words of the document.")})
