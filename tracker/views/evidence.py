"""The files of evidence, given to whoever sees their recommendation."""

import logging

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tracker.services.evidence_files import evidence_storage
from tracker.services.file_types import TYPES
from tracker.views.recommendation_page import find_recommendation
from tracker.views.requests import SignedInRequest

logger = logging.getLogger(__name__)
# Whatever a file holds, a browser that opens it runs nothing and loads nothing.
POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


@require_safe
def evidence_file(
    request: SignedInRequest, code: str, sequence: int
) -> HttpResponseBase:
    recommendation = find_recommendation(request, code)
    with_files = recommendation.evidence.exclude(file_key="")
    evidence = get_object_or_404(with_files, sequence=sequence)
    try:
        file = evidence_storage().open(evidence.file_key)
    except FileNotFoundError:
        logger.error("File %s of %s is missing", evidence.file_key, code)
        context = {"evidence": evidence, "recommendation": recommendation}
        return render(request, "tracker/evidence_missing.html", context, status=404)
    is_known = evidence.file_type in TYPES
    response = FileResponse(
        file,
        as_attachment=True,
        filename=evidence.file_name,
        content_type=evidence.file_type if is_known else "application/octet-stream",
    )
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
