"""The site map, grouped by noun."""

from allauth.account import views as account
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import path, register_converter
from django.views.i18n import set_language

from tracker.views import (
    answers,
    bulk,
    calendars,
    confirmations,
    difficulties,
    document_texts,
    documents,
    evidence,
    fact_sheets,
    findings,
    flags,
    follow_ups,
    health,
    help_pages,
    home,
    indicators,
    jobs,
    letters,
    overview,
    participations,
    passages,
    provinces,
    recommendation_entry,
    recommendations,
    reminders,
    report_templates,
    reports,
    resolutions,
    saved_views,
    search,
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
    path("my-work/", home.my_work, name="my-work"),
    path("overview/", overview.overview, name="overview"),
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
    # the search of everything
    path("search/", search.search, name="search"),
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
    # saved views of the list
    path(
        "recommendations/views/",
        saved_views.saved_view_list,
        name="saved-view-list",
    ),
    path(
        "recommendations/views/new/",
        saved_views.saved_view_new,
        name="saved-view-new",
    ),
    path(
        "recommendations/views/usual-start/",
        saved_views.saved_view_usual_start,
        name="saved-view-usual-start",
    ),
    path(
        "recommendations/views/<int:pk>/",
        saved_views.saved_view,
        name="saved-view",
    ),
    path(
        "recommendations/views/<int:pk>/edit/",
        saved_views.saved_view_edit,
        name="saved-view-edit",
    ),
    path(
        "recommendations/views/<int:pk>/start/",
        saved_views.saved_view_start,
        name="saved-view-start",
    ),
    path(
        "recommendations/views/<int:pk>/remove/",
        saved_views.saved_view_remove,
        name="saved-view-remove",
    ),
    # several recommendations at once
    path("recommendations/bulk/", bulk.recommendation_bulk, name="recommendation-bulk"),
    path(
        "recommendations/bulk/preview/",
        bulk.recommendation_bulk_preview,
        name="recommendation-bulk-preview",
    ),
    path(
        "recommendations/bulk/record/",
        bulk.recommendation_bulk_record,
        name="recommendation-bulk-record",
    ),
    path("recommendations/bulk/<uuid:act>/", bulk.bulk_act, name="bulk-act"),
    path(
        "recommendations/bulk/<uuid:act>/undo/",
        bulk.bulk_act_undo,
        name="bulk-act-undo",
    ),
    # one recommendation
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
        "recommendations/<code:code>/answer/",
        answers.recommendation_record_answer,
        name="recommendation-record-answer",
    ),
    # one answer for several recommendations
    path("answers/several/", answers.answer_several, name="answer-several"),
    path(
        "answers/several/preview/",
        answers.answer_several_preview,
        name="answer-several-preview",
    ),
    path(
        "answers/several/record/",
        answers.answer_several_record,
        name="answer-several-record",
    ),
    # follow-up actions and difficulties of a recommendation
    path(
        "recommendations/<code:code>/actions/",
        follow_ups.follow_up_action_add,
        name="follow-up-action-add",
    ),
    path(
        "recommendations/<code:code>/actions/<int:number>/",
        follow_ups.follow_up_action,
        name="follow-up-action",
    ),
    path(
        "recommendations/<code:code>/actions/<int:number>/edit/",
        follow_ups.follow_up_action_edit,
        name="follow-up-action-edit",
    ),
    path(
        "recommendations/<code:code>/actions/<int:number>/progress/",
        follow_ups.follow_up_action_record_progress,
        name="follow-up-action-record-progress",
    ),
    path(
        "recommendations/<code:code>/difficulties/",
        difficulties.difficulty_open,
        name="difficulty-open",
    ),
    path(
        "recommendations/<code:code>/difficulties/<int:sequence>/",
        difficulties.difficulty,
        name="difficulty",
    ),
    path(
        "recommendations/<code:code>/difficulties/<int:sequence>/clear/",
        difficulties.difficulty_clear,
        name="difficulty-clear",
    ),
    # confirmations
    path("confirmations/", confirmations.confirmation_queue, name="confirmation-queue"),
    path(
        "recommendations/<code:code>/updates/<int:sequence>/",
        confirmations.confirmation,
        name="confirmation",
    ),
    path(
        "recommendations/<code:code>/updates/<int:sequence>/confirm/",
        confirmations.recommendation_confirm_update,
        name="recommendation-confirm-update",
    ),
    path(
        "recommendations/<code:code>/evidence/<int:sequence>/",
        evidence.evidence_file,
        name="evidence-file",
    ),
    # reminders
    path("reminders/", reminders.reminder_list, name="reminder-list"),
    path(
        "reminders/<int:organisation>/",
        reminders.reminder_sheet,
        name="reminder-sheet",
    ),
    path("reminders/<int:organisation>/letter/", letters.letter_new, name="letter-new"),
    path(
        "reminders/<int:organisation>/letter/keep/",
        letters.letter_keep,
        name="letter-keep",
    ),
    path(
        "recommendations/new/",
        recommendation_entry.recommendation_new,
        name="recommendation-new",
    ),
    path(
        "recommendations/<code:code>/edit/",
        recommendation_entry.recommendation_edit,
        name="recommendation-edit",
    ),
    path(
        "recommendations/<code:code>/withdraw/",
        recommendation_entry.recommendation_withdraw,
        name="recommendation-withdraw",
    ),
    # reports
    path("reports/", reports.report_list, name="report-list"),
    path("reports/keep/", reports.report_keep, name="report-keep"),
    path("reports/compare/", reports.report_compare, name="report-compare"),
    path(
        "reports/templates/",
        report_templates.report_template_list,
        name="report-template-list",
    ),
    path(
        "reports/templates/upload/",
        report_templates.report_template_upload,
        name="report-template-upload",
    ),
    path(
        "reports/templates/<slug:form>/shipped.docx",
        report_templates.report_template_shipped,
        name="report-template-shipped",
    ),
    path(
        "reports/templates/<slug:form>/take-back/",
        report_templates.report_template_take_back,
        name="report-template-take-back",
    ),
    path(
        "reports/templates/<int:pk>.docx",
        report_templates.report_template_own,
        name="report-template-own",
    ),
    path("reports/<uuid:key>/", reports.report, name="report"),
    path(
        "reports/<uuid:key>/report.<slug:kind>",
        reports.report_file,
        name="report-file",
    ),
    path(
        "reports/<uuid:key>/files/<slug:kind>/",
        reports.report_add_file,
        name="report-add-file",
    ),
    path(
        "reports/<uuid:key>/sending/",
        letters.letter_record_sending,
        name="letter-record-sending",
    ),
    # long work
    path("jobs/<uuid:key>/", jobs.job, name="job"),
    path("jobs/<uuid:key>/cancel/", jobs.job_cancel, name="job-cancel"),
    # one's own deadlines in a calendar
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/share/", calendars.calendar_share, name="calendar-share"),
    path("calendar/stop/", calendars.calendar_stop, name="calendar-stop"),
    path("calendar/<slug:secret>.ics", calendars.calendar_feed, name="calendar-feed"),
    # help
    path("help/", help_pages.help_home, name="help"),
    path("help/shortcuts/", help_pages.help_shortcuts, name="help-shortcuts"),
    path("help/<slug:role>/", help_pages.help_page, name="help-page"),
    # resolutions
    path("resolutions/", resolutions.resolution_list, name="resolution-list"),
    path("resolutions/<slug:slug>/", resolutions.resolution, name="resolution"),
    path(
        "resolutions/<slug:slug>/fact-sheet/",
        fact_sheets.resolution_fact_sheet,
        name="resolution-fact-sheet",
    ),
    path(
        "resolutions/<slug:slug>/fact-sheet.pdf",
        fact_sheets.resolution_fact_sheet_pdf,
        name="resolution-fact-sheet-pdf",
    ),
    # indicators and their figures
    path("indicators/<int:pk>/", indicators.indicator, name="indicator"),
    path(
        "indicators/<int:pk>/observations/new/",
        indicators.observation_new,
        name="observation-new",
    ),
    path(
        "indicators/<int:pk>/observations/<int:observation>/edit/",
        indicators.observation_edit,
        name="observation-edit",
    ),
    path(
        "indicators/<int:pk>/observations/<int:observation>/withdraw/",
        indicators.observation_withdraw,
        name="observation-withdraw",
    ),
    path(
        "indicators/<int:pk>/observations/<int:observation>/restore/",
        indicators.observation_restore,
        name="observation-restore",
    ),
    # provinces
    path("provinces/", provinces.province_list, name="province-list"),
    path("provinces/<slug:slug>/", provinces.province, name="province"),
    path(
        "provinces/<slug:slug>/fact-sheet/",
        fact_sheets.province_fact_sheet,
        name="province-fact-sheet",
    ),
    path(
        "provinces/<slug:slug>/fact-sheet.pdf",
        fact_sheets.province_fact_sheet_pdf,
        name="province-fact-sheet-pdf",
    ),
    # sessions and their documents
    path("sessions/", sessions.session_list, name="session-list"),
    path("sessions/new/", sessions.session_new, name="session-new"),
    path("sessions/<int:pk>/", sessions.session, name="session"),
    path("sessions/<int:pk>/edit/", sessions.session_edit, name="session-edit"),
    path(
        "sessions/<int:pk>/people/new/",
        participations.participation_new,
        name="participation-new",
    ),
    path(
        "sessions/<int:pk>/people/<int:participation>/edit/",
        participations.participation_edit,
        name="participation-edit",
    ),
    path("sessions/<int:pk>/findings/new/", findings.finding_new, name="finding-new"),
    path(
        "sessions/<int:pk>/findings/<int:finding>/edit/",
        findings.finding_edit,
        name="finding-edit",
    ),
    path(
        "sessions/<int:pk>/recommendations/new/",
        recommendation_entry.session_recommendation_new,
        name="session-recommendation-new",
    ),
    path("documents/", documents.document_list, name="document-list"),
    path("documents/new/", documents.document_new, name="document-new"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/edit/", documents.document_edit, name="document-edit"),
    path(
        "documents/<int:pk>/text/", document_texts.document_text, name="document-text"
    ),
    path(
        "documents/<int:pk>/lines/<int:number>/",
        document_texts.document_line,
        name="document-line",
    ),
    path("documents/<int:pk>/flags/new/", flags.data_flag_new, name="data-flag-new"),
    path("documents/<int:pk>/flags/<int:flag>/", flags.data_flag, name="data-flag"),
    path("documents/<int:pk>/passages/new/", passages.passage_new, name="passage-new"),
    path(
        "documents/<int:pk>/passages/<int:passage>/",
        passages.passage,
        name="passage",
    ),
    path(
        "documents/<int:pk>/passages/<int:passage>/edit/",
        passages.passage_edit,
        name="passage-edit",
    ),
    # reference data and users
    path("admin/", admin.site.urls),
    # for the machines that watch
    path("readyz", health.readyz, name="readyz"),
]
