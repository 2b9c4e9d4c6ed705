"""Pages of resolutions: what they want reached, what was measured and asked."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from provinces.succession import name_organisations, register_of
from tracker.choices import TargetOperator
from tracker.models import Recommendation, Resolution
from tracker.reports.counting import ProgressCount
from tracker.reports.excerpt import build_excerpts, count_all, leads_of
from tracker.reports.indicators import lay_beside
from tracker.reports.tallies import tally_everything
from tracker.views.requests import SignedInRequest


@require_safe
def resolution_list(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    counts = tally_everything(request.user, "resolution", on=today)
    resolutions = Resolution.objects.with_target_counts()
    context = {
        "resolutions": [
            (one, counts.get(one.pk, ProgressCount())) for one in resolutions
        ],
        "today": today,
    }
    return render(request, "tracker/resolution_list.html", context)


@require_safe
def resolution(request: SignedInRequest, slug: str) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    found = get_object_or_404(Resolution, slug=slug)
    documents = list(found.documents.visible_to(user).implementing().newest_first())
    visible = Recommendation.objects.visible_to(user)
    excerpts = build_excerpts(visible.filter(resolutions=found), on=today)
    bodies = {found.issuer_id} | {one.issuer_id for one in documents}
    names = name_organisations(bodies | leads_of(excerpts), register_of(user))
    targets = list(found.targets.order_by("year", "code"))
    context = {
        "resolution": found,
        "names": names,
        "visions": [t for t in targets if t.operator == TargetOperator.VISION],
        "targets": [t for t in targets if t.operator != TargetOperator.VISION],
        "indicators": lay_beside(found.indicators.with_figures(user), targets),
        "documents": documents,
        "excerpts": excerpts,
        "count": count_all(excerpts),
        "today": today,
    }
    return render(request, "tracker/resolution.html", context)
