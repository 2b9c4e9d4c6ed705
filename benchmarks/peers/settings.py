"""The Django admin with django-import-export on the models of the product."""

import sys
from pathlib import Path

from tracker.settings import *  # noqa: F403
from tracker.settings import INSTALLED_APPS, TEMPLATES

# Installed apart, so that the product never meets it.
sys.path.append(str(Path(__file__).resolve().parent.parent / ".peers"))

# allauth wants its middleware on every page; the admin signs in by itself.
INSTALLED_APPS = [
    *(app for app in INSTALLED_APPS if not app.startswith("allauth")),
    "import_export",
]
ROOT_URLCONF = "benchmarks.peers.urls"
LOGIN_URL, LOGIN_REDIRECT_URL = "/admin/login/", "/admin/"
# As the manual of the admin has it, and nothing of the product.
MIDDLEWARE = [
    "benchmarks.limits.count_statements",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
# The product has words of its own on pages of the admin.
TEMPLATES = [{**TEMPLATES[0], "DIRS": []}]
# Files of the peer are not among those collected for the product.
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
