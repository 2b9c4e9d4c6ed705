"""Make the people of the demonstration and say how they sign in."""

import csv
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from provinces.models import Organisation, User
from tracker.importing.fixtures import FIXTURES


class Command(BaseCommand):
    help = "Make the demo users, with one password kept beside the data."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo users are never made in production.")
        password, is_new = keep_password(Path(settings.DATA_DIR) / "demo-password")
        with open(FIXTURES / "demo_users.csv", encoding="utf-8", newline="") as file:
            people = list(csv.DictReader(file))
        make_users(people, password, is_new=is_new)
        for one in people:
            self.stdout.write(f"  {one['username']:<10} {one['title']}")
        self.stdout.write(f"  password of all: {password}")


def keep_password(file: Path) -> tuple[str, bool]:
    """Give the password of the demonstration, and whether it has just changed.

    DEMO_PASSWORD sets it; else it is made once. Only the owner can read the file.
    """
    kept = file.read_text().strip() if file.exists() else ""
    password = os.environ.get("DEMO_PASSWORD") or kept or secrets.token_urlsafe(9)
    if password == kept:
        return password, False
    with open(file, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        out.write(password)
    file.chmod(0o600)
    return password, True


@transaction.atomic
def make_users(people: list[dict[str, str]], password: str, *, is_new: bool) -> None:
    """Make the missing users; a new password is given to all of them."""
    hashed = ""
    present = {user.username: user for user in User.objects.all()}
    for one in people:
        user = present.get(one["username"])
        if user is not None and not is_new:
            continue
        # One hash for all: hashing is slow on purpose.
        hashed = hashed or make_password(password)
        if user is None:
            user = User(
                username=one["username"],
                full_name=one["full_name"],
                organisation=Organisation.objects.get(name=one["organisation"]),
                role=one["role"],
            )
        user.password = hashed
        user.save()
