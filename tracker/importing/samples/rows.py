"""Writing many rows at a time."""

from collections.abc import Sequence

from django.db import models

from tracker.models import (
    Recommendation,
)
from tracker.services.history import CACHED_STATE


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model; every one has its key afterwards."""
    if rows:
        type(rows[0])._default_manager.bulk_create(rows)


def keep_state(recommendations: list[Recommendation]) -> None:
    """Write the cached state of rows just inserted, all in one statement."""
    Recommendation.objects.bulk_create(
        recommendations,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=[*CACHED_STATE, "version"],
    )
