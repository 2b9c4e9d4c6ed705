"""Every route by its name, and what stands in its address when a test asks it."""

from django.contrib.contenttypes.models import ContentType
from django.urls import URLResolver, get_resolver, reverse

from provinces.models import Province
from tests.factories import (
    make_organisation,
    make_province,
    make_resolution,
    make_succession,
    make_topic,
    make_user,
    numbers,
)
from tracker.models import Indicator, Review

# What the administration edits, by the word in the name of its routes.
MAKERS = {
    "province": make_province,
    "organisation": make_organisation,
    "succession": lambda: make_succession(make_organisation(), make_organisation()),
    "user": lambda: make_user(f"nguoi-{next(numbers)}", make_organisation()),
    "resolution": lambda: make_resolution(f"9{next(numbers):03d}-nq-tw"),
    "indicator": lambda: Indicator.objects.create(name="Số cụm công nghiệp"),
    "topic": lambda: make_topic(f"chu-de-{next(numbers)}"),
    "review": lambda: Review.objects.create(
        title="Sơ kết 05 năm", owner=make_organisation()
    ),
}
NO_KEY = "00000000-0000-4000-8000-000000000009"
# Strangers are sent away before anybody looks whether there is such a row.
OF_NO_ROW = {
    "recommendation": ["QNA-24-01"],
    "recommendation-record-progress": ["QNA-24-01"],
    "recommendation-assign-lead": ["QNA-24-01"],
    "recommendation-set-deadline": ["QNA-24-01"],
    "recommendation-record-answer": ["QNA-24-01"],
    "follow-up-action-add": ["QNA-24-01"],
    "follow-up-action": ["QNA-24-01", 1],
    "follow-up-action-edit": ["QNA-24-01", 1],
    "follow-up-action-record-progress": ["QNA-24-01", 1],
    "difficulty-open": ["QNA-24-01"],
    "difficulty": ["QNA-24-01", 1],
    "difficulty-clear": ["QNA-24-01", 1],
    "confirmation": ["QNA-24-01", 1],
    "recommendation-confirm-update": ["QNA-24-01", 1],
    "evidence-file": ["QNA-24-01", 1],
    "saved-view": [1],
    "saved-view-edit": [1],
    "saved-view-remove": [1],
    "saved-view-start": [1],
    "bulk-act": [NO_KEY],
    "bulk-act-undo": [NO_KEY],
    "session": [1],
    "document": [1],
    "recommendation-edit": ["QNA-24-01"],
    "recommendation-withdraw": ["QNA-24-01"],
    "session-edit": [1],
    "participation-new": [1],
    "participation-edit": [1, 1],
    "finding-new": [1],
    "finding-edit": [1, 1],
    "session-recommendation-new": [1],
    "document-edit": [1],
    "document-text": [1],
    "document-line": [1, 1],
    "data-flag-new": [1],
    "data-flag": [1, 1],
    "passage": [1, 1],
    "passage-new": [1],
    "passage-edit": [1, 1],
    "observation-edit": [1, 1],
    "observation-withdraw": [1, 1],
    "observation-restore": [1, 1],
    "report": [NO_KEY],
    "report-file": [NO_KEY, "docx"],
    "report-add-file": [NO_KEY, "docx"],
    "report-template-own": [1],
    "report-template-shipped": ["party"],
    "report-template-take-back": ["party"],
    "letter-record-sending": [NO_KEY],
    "calendar-feed": ["x" * 32],
    "help-page": ["reporter"],
    "job": [NO_KEY],
    "job-cancel": [NO_KEY],
}


def route_names(patterns=None, namespace=""):
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from route_names(one.url_patterns, inner)
        else:
            yield one.name and f"{namespace}{one.name}"


def address_of(name):
    return reverse(name, args=arguments_of(name))


def arguments_of(name):
    """Give what the address holds: a row made for it, where one is there to be seen."""
    noun = name.split("-fact-sheet")[0]
    if noun in {"resolution", "province"}:
        return [MAKERS[noun]().slug]
    if name in {"reminder-sheet", "letter-new", "letter-keep"}:
        return [MAKERS["organisation"]().pk]
    if name in {"indicator", "observation-new"}:
        return [MAKERS["indicator"]().pk]
    page = name.removeprefix("admin:")
    if page == "app_list":
        return ["provinces"]
    if page == "view_on_site":
        return [ContentType.objects.get_for_model(Province).pk, make_province().pk]
    if page == "auth_user_password_change":
        return [MAKERS["user"]().pk]
    # Such as provinces_user_change.
    app, noun, act = (*page.split("_"), "", "")[:3]
    if app in {"provinces", "tracker"} and act in {"change", "history", "delete"}:
        return [MAKERS[noun]().pk]
    return OF_NO_ROW.get(name, [])
