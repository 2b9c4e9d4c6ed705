"""What a filter asks for, in words: as pages, files, print and saved views carry it."""

from typing import Any

from django.utils.translation import gettext as _

from provinces.succession import OrganisationNames
from tracker.choices import (
    ConfirmationState,
    Flag,
    Progress,
    RecommendationKind,
    Timeliness,
)
from tracker.filters import ANSWERS, FILTER_LABELS, RecommendationFilter


def describe_filter(
    chosen: RecommendationFilter,
    organisations: OrganisationNames,
    *,
    with_day: bool = True,
) -> str:
    """Say what was asked for, each filter by its name and the names of its choices."""
    names = chosen.names
    words: dict[str, dict[str, Any]] = {
        "resolution": {one.key: one.name for one in names.resolution},
        "progress": dict(Progress.choices),
        "timeliness": dict(Timeliness.choices),
        "confirmation": dict(ConfirmationState.choices),
        "answer": dict(ANSWERS),
        "kind": dict(RecommendationKind.choices),
        "province": {one.key: one.name for one in names.province},
        "lead": {str(pk): name for pk, name in organisations.items()},
        "addressee": {str(pk): name for pk, name in organisations.items()},
        "session": {one.key: one.name for one in names.session},
        "topic": {one.key: one.name for one in names.topic},
        "flag": dict(Flag.choices),
    }
    parts = []
    for name, label in FILTER_LABELS.items():
        typed = chosen.values.getlist(name)
        said = [str(words[name].get(value, _("Not determined"))) for value in typed]
        if said:
            parts.append(f"{label}: {', '.join(said)}")
    if chosen.is_past and with_day:
        parts.append(f"{_('Figures as of')}: {chosen.on:%d/%m/%Y}")
    if query := chosen.values.get("q", "").strip():
        parts.append(f"{_('Search')}: {query}")
    return " · ".join(parts)
