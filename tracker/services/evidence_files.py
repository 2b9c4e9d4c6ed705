"""The files of evidence in their storage: kept with their rows, or not at all."""

import hashlib
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.utils.translation import gettext as _

from tracker.models import Evidence
from tracker.services.storage import DRAFT

logger = logging.getLogger(__name__)
BATCH = 500
# The names Django gives to what it reads from a form before a view sees it.
RECEIVED = "tmp*.upload*"
# Kept since a service began, to be taken back if it fails.
_kept: ContextVar[list[str] | None] = ContextVar("kept", default=None)


@dataclass(frozen=True)
class Upload:
    """A file chosen in a form whose content was looked at: its name and its type."""

    file: File
    name: str
    content_type: str


class SuspiciousSweepError(Exception):
    """More files have no row than have one: this may be another database."""


def evidence_storage() -> Storage:
    return storages["evidence"]


@contextmanager
def files_follow_rows() -> Iterator[None]:
    """Take files back when the service that kept them fails.

    Stands outside the transaction: by then the rows are gone, and a row that stayed
    after all, as when only the answer to COMMIT was lost, keeps its file.
    """
    outer, kept = _kept.get(), list[str]()
    token = _kept.set(kept)
    try:
        yield
    except BaseException:
        _take_back(kept)
        raise
    finally:
        _kept.reset(token)
    if outer is not None:
        outer.extend(kept)


def _take_back(keys: list[str]) -> None:
    if not keys:
        return
    try:
        stayed = _with_rows(keys)
        for key in set(keys) - stayed:
            evidence_storage().delete(key)
    except Exception:
        # Never hides why the service failed; the sweep finds what is left.
        logger.exception("Files without a row are left: %s", ", ".join(keys))


def _with_rows(keys: list[str]) -> set[str]:
    rows = Evidence.objects.filter(file_key__in=keys)
    return set(rows.values_list("file_key", flat=True))


def keep_file(upload: Upload) -> dict[str, Any]:
    """Store a file under a random name; give what its row says of it.

    Raises ValidationError when the storage does not take it.
    """
    digest = hashlib.sha256()
    key = secrets.token_hex(16)
    for chunk in upload.file.chunks():
        digest.update(chunk)
    kept = _kept.get()
    if kept is not None:
        kept.append(key)
    try:
        evidence_storage().save(key, File(upload.file, name=upload.name))
    except Exception as error:
        logger.exception("A file of evidence could not be stored")
        message = _("The files could not be stored. Try again in a few minutes.")
        raise ValidationError({"files": message}) from error
    return {
        "file_key": key,
        "file_name": upload.name,
        "file_type": upload.content_type,
        "file_size": upload.file.size,
        "sha256": digest.hexdigest(),
    }


def find_file_faults() -> Iterator[str]:
    """Say of every file that is missing or is not what was recorded."""
    rows = Evidence.objects.exclude(file_key="").select_related("recommendation")
    for row in rows.order_by("pk").iterator(chunk_size=BATCH):
        where = f"{row.recommendation.code}, history row {row.sequence}"
        try:
            with evidence_storage().open(row.file_key) as file:
                found = _checksum(file)
        except FileNotFoundError:
            yield f"{where}: its file {row.file_key} is missing."
            continue
        if found != row.sha256:
            yield f"{where}: its file {row.file_key} is not what was recorded."


def _checksum(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def sweep(*, before: datetime) -> list[str]:
    """Remove what stopped uploads left before this moment; give the names.

    That is files half received or half written, and files whose row was never
    recorded. Raises SuspiciousSweepError before it removes anything when files
    with a row are the fewer: a database restored from an old copy knows none of
    the newer ones.
    """
    storage = evidence_storage()
    _folders, names = storage.listdir("")
    referenced = {
        key
        for start in range(0, len(names), BATCH)
        for key in _with_rows(names[start : start + BATCH])
    }
    lost = [name for name in names if name not in referenced]
    whole = [name for name in lost if not name.endswith(DRAFT)]
    if len(whole) > max(10, len(referenced)):
        raise SuspiciousSweepError(f"{len(whole)} files, {len(referenced)} rows")
    swept = []
    for name in lost:
        # What is gone by now was finished, renamed or removed by somebody else.
        with suppress(FileNotFoundError):
            if storage.get_modified_time(name) < before:
                storage.delete(name)
                swept.append(name)
    return swept + _sweep_received(before)


def _sweep_received(before: datetime) -> list[str]:
    swept = []
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob(RECEIVED):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                swept.append(path.name)
    return swept
