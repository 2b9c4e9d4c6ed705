"""The site map, grouped by noun."""

from allauth.account import views as account
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import path, register_converter
from django.views.i18n import set_language

from tracker.views import (
    documents,
    evidence,
    health,
    home,
    provinces,
    recommendations,
    resolutions,
    sessions,
)
from tracker.views.codes import CodeConverter

register_converter(CodeConverter, "code")

handler400 = "tracker.views.errors.bad_request"
handler403 = "tracker.views.errors.not_allowed"
handler404 = "tracker.views.errors.not_found"
handler429 = "tracker.views.errors.too_many_attempts"
handler500 = "tracker.views.errors.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    # signing in
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path(
        "accounts/password/change/",
        account.password_change,
        name="account_change_password",
    ),
    path("language/", login_not_required(set_language), name="set_language"),
    # recommendations
    path(
        "recommendations/",
        recommendations.recommendation_list,
        name="recommendation-list",
    ),
    path(
        "recommendations/export.csv",
        recommendations.recommendation_export_csv,
        name="recommendation-export-csv",
    ),
    path(
        "recommendations/export.xlsx",
        recommendations.recommendation_export_xlsx,
        name="recommendation-export-xlsx",
    ),
    path(
        "recommendations/<code:code>/",
        recommendations.recommendation,
        name="recommendation",
    ),
    path(
        "recommendations/<code:code>/progress/",
        recommendations.recommendation_record_progress,
        name="recommendation-record-progress",
    ),
    path(
        "recommendations/<code:code>/lead/",
        recommendations.recommendation_assign_lead,
        name="recommendation-assign-lead",
    ),
    path(
        "recommendations/<code:code>/deadline/",
        recommendations.recommendation_set_deadline,
        name="recommendation-set-deadline",
    ),
    path(
        "recommendations/<code:code>/evidence/<int:sequence>/",
        evidence.evidence_file,
        name="evidence-file",
    ),
    # resolutions
    path("resolutions/", resolutions.resolution_list, name="resolution-list"),
    path("resolutions/<slug:slug>/", resolutions.resolution, name="resolution"),
    # provinces
    path("provinces/", provinces.province_list, name="province-list"),
    path("provinces/<slug:slug>/", provinces.province, name="province"),
    # sessions and their documents
    path("sessions/<int:pk>/", sessions.session, name="session"),
    path("documents/", documents.document_list, name="document-list"),
    path("documents/<int:pk>/", documents.document, name="document"),
    # reference data and users
    path("admin/", admin.site.urls),
    # for the machines that watch
    path("readyz", health.readyz, name="readyz"),
]
