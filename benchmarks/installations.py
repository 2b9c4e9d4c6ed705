"""What an installation holds that jobs can ask for."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
FIND = """
import django, json
django.setup()
from django.db import connection
from django.db.models import Count
from benchmarks.limits import make_counts
from tracker.models import Recommendation, Resolution
make_counts()
rows = Recommendation.objects.filter(session__isnull=False, lead__isnull=False)
rows = rows.filter(progress="in_progress", source_id="")
one = rows.order_by("-last_sequence", "pk").first()
resolution = one.resolutions.earliest("pk")
total = Recommendation.objects.filter(withdrawn_on__isnull=True).count()
print(json.dumps({
    "vendor": connection.vendor, "rows": total,
    "words": {"slug": resolution.slug, "place": one.province.slug, "code": one.code,
              "last": (total + 49) // 50, "body": one.likely_voice_id},
    "numbers": {"resolution": resolution.pk, "province": one.province_id,
                "one": one.pk},
}))
"""


@dataclass(frozen=True)
class Keys:
    """A resolution, a province and a recommendation that are there, and how many."""

    vendor: str
    rows: int
    words: dict[str, Any]
    numbers: str


def find_keys(environment: dict[str, str]) -> Keys:
    """Find what to ask for, and make the counts that the limits read."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FIND],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)
    return Keys(**found | {"numbers": urlencode(found["numbers"])})
