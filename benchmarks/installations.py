"""What an installation holds that jobs can ask for."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
# The longest history but those that reports of measuring went to: these are short ones.
FIND = """
import django, json, secrets
django.setup()
from django.db import connection
from benchmarks.limits import make_counts
from provinces.models import User
from tracker.models import Recommendation
make_counts()
rows = Recommendation.objects.filter(session__isnull=False, lead__isnull=False)
rows = rows.filter(progress="in_progress", source_id="", withdrawn_on__isnull=True)
one = rows.order_by("-last_sequence", "pk").first()
written = rows.filter(last_sequence__range=(5, 15)).exclude(pk=one.pk).order_by("pk")
resolution = one.resolutions.earliest("pk")
total = Recommendation.objects.filter(withdrawn_on__isnull=True).count()
last = (total + 49) // 50
coordinator, password = User.objects.get(username="dieuphoi"), secrets.token_urlsafe()
person, _is_new = User.objects.get_or_create(username="phepdo", defaults={
    "full_name": "Phép đo (mẫu)", "role": coordinator.role,
    "organisation": coordinator.organisation})
person.set_password(password)
person.save()
numbers = {"resolution": resolution.pk, "province": one.province_id, "one": one.pk}
print(json.dumps({
    "vendor": connection.vendor, "rows": total,
    "person": person.username, "password": password,
    "words": {"slug": resolution.slug, "place": one.province.slug, "code": one.code,
              "last": last, "half": max(1, last // 2), **numbers},
    "numbers": numbers,
    "written": [(row.code, row.likely_voice_id) for row in written[:50]],
}))
"""


@dataclass(frozen=True)
class Keys:
    """A resolution, a province and recommendations that are there, and how many.

    The person is one of measuring, whose password is new each time.
    """

    vendor: str
    rows: int
    person: str
    password: str
    words: dict[str, Any]
    numbers: str
    written: list[tuple[str, int]]


def find_keys(environment: dict[str, str]) -> Keys:
    """Find what to ask for, and make the counts that the limits read."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FIND],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = json.loads(done.stdout)
    return Keys(**found | {"numbers": urlencode(found["numbers"])})
