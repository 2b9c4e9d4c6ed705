"""The addresses of the product and those of the limits."""

from django.urls import path

from benchmarks.limits import answer_limit
from tracker.urls import handler400, handler403, handler404, handler429, handler500  # noqa: F401
from tracker.urls import urlpatterns as product

urlpatterns = [path("limit/<slug:name>/", answer_limit), *product]
