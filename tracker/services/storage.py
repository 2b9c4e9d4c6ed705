"""Keeping files on the local disk so that each is there whole or not at all."""

import os
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage

# The end of a name under which a file is still being written.
DRAFT = ".part"


class WholeFileStorage(FileSystemStorage):
    """Files for the owner alone, outside all that is served, safe from loss of power.

    A name appears in the folder when its bytes have reached the disk, not before.
    """

    def _save(self, name: str, content: File) -> str:
        target = Path(self.path(name))
        if not target.parent.exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _sync_folder(target.parent.parent)
        draft = target.with_name(target.name + DRAFT)
        try:
            with open(draft, "xb", opener=_open_for_the_owner) as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(target)
            _sync_folder(target.parent)
        except BaseException:
            draft.unlink(missing_ok=True)
            target.unlink(missing_ok=True)
            raise
        return name


def _open_for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    """Bring the names of a folder to the disk; files do not take them along."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
